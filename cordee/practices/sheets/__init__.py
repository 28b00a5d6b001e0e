"""Sheets and monographs: written once, versioned, reviewed, searched."""
