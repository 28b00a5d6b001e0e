"""The documents of a bid, each built from one value, `model.Dossier`."""
