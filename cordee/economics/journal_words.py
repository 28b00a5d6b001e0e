"""What the verbs of the room's journal say in French, after the name of who acted."""

VERBS = {"economics.record_accounting_year": "a noté les comptes d’une année"}

# What the ceiling was reckoned with.
KEPT = {"economics.record_accounting_year"}
