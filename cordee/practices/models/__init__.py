"""What structures and networks learnt, and keep."""
