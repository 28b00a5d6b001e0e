"""The offer is filed; what the buyer decides."""
