"""Private conversations on one opportunity, in the application and by mail (docs/guide)."""
