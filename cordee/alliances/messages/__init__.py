"""The thread of an alliance, by page and by mail, and what is reported."""
