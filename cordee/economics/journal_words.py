"""What the verbs of the room's journal say in French, after the name of who acted."""

VERBS = {
    "economics.book_commitment": "a noté ce qu’une offre ou un marché apporte",
    "economics.release_commitment": "a noté qu’une offre ou un marché n’engage plus",
    "economics.add_commitment": "a noté une promesse",
    "economics.edit_commitment": "a corrigé une promesse",
    "economics.remove_commitment": "a retiré une promesse",
    "economics.restore_commitment": "a remis une promesse",
    "economics.add_resource": "a noté une ressource",
    "economics.edit_resource": "a corrigé une ressource",
    "economics.remove_resource": "a retiré une ressource",
    "economics.restore_resource": "a remis une ressource",
    "economics.state_opening": "a noté le solde de départ de la trésorerie",
    "economics.keep_scenario": "a gardé un cas d’«\u00a0Et si\u202f?\u00a0»",
    "economics.drop_scenario": "a retiré un cas d’«\u00a0Et si\u202f?\u00a0»",
}

# What the ceiling was reckoned with.
KEPT = {
    "economics.record_accounting_year": "a noté les comptes d’une année",
    "economics.set_terms": "a noté la dérogation ou le coût d’une vente",
}
