"""An alliance taken away as OCDS."""
