"""Sheets found by a question, and at the moment when they help."""
