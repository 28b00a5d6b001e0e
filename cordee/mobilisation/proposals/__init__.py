"""Opportunities of a programme proposed to networks: pages of the team, pages of a network."""
