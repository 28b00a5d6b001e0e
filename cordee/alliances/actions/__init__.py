"""Every write of the room that means something; each file is one subject."""
