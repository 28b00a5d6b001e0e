"""Two files that a structure takes to its administration: a derogation, and the yearly dialogue."""
