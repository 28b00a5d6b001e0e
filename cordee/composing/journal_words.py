"""What the verbs of the room's journal say in French, after the name of who acted."""

VERBS = {
    "composing.request_composition": "a cherché une équipe",
    "composing.request_wish": "a cherché une équipe autrement",
    "composing.stop_composition": "a arrêté une recherche avec ce qu’elle avait trouvé",
    "composing.cancel_composition": "a abandonné une recherche d’équipe",
    "composing.open_to_all": "a ouvert une composition à tous",
}

# Which team was chosen, and when.
KEPT = {
    "composing.keep_proposal": "a gardé une équipe",
    "composing.withdraw_proposal": "a retiré une équipe gardée",
}
