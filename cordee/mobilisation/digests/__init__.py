"""The digest of the week: for whom, what it would tell, in which words, and sending it."""
