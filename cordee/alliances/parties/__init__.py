"""The rows of the structures of an alliance, and what is written to them."""
