"""Pages of programmes: what was promised, what is attached, and what is known of it today."""
