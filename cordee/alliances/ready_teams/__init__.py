"""Teams kept ready before a contract."""
