"""The law and the economics of work integration: dated values and pure functions, no framework."""
