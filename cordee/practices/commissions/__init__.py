"""Commissions of a network: mandate, meetings, minutes, what they produced; sessions."""
