"""The list of one's alliances, and the page of one."""
