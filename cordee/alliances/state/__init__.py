"""Where an alliance stands: its signatories, its chain of approvals, what the next step awaits."""
