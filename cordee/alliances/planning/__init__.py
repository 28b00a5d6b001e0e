"""The time of an alliance: backwards calendar and tasks."""
