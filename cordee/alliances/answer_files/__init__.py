"""What a structure tells once for all its bids."""
