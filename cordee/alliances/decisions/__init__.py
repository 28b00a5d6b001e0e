"""Go or no-go of one structure."""
