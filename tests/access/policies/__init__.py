"""One file a room or a feature: `POLICIES`, by the name of the route."""
