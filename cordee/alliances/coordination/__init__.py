"""Who leads an alliance."""
