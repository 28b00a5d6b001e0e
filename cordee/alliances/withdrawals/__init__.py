"""A structure leaves, and who takes its share (RULE-39)."""
