"""Sheets in and out: Markdown files in a ZIP, a table, JSON, a feed."""
