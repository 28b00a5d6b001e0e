"""Atom feeds and calendars of deadlines, behind private addresses."""
