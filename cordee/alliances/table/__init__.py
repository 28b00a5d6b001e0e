"""The table of who does what, for how much, when."""
