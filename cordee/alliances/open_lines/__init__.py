"""« Il manque quelqu’un »: what nobody has taken, and who could."""
