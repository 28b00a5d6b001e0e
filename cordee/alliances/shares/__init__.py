"""One party's own share, read and accepted."""
