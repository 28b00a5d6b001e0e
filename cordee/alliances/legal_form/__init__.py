"""The form of the group: together, alone, subcontracts, the reasons."""
