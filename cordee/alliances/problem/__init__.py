"""What an alliance asks the engine: how its split is repaired, and who could take what lacks."""
