"""Structures brought in, invited, answering, taken out."""
