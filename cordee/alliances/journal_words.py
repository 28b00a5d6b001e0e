"""What the verbs of the room's journal say in French, after the name of who acted."""

VERBS = {
    "alliances.request_composition": "a cherché une équipe",
    "alliances.request_wish": "a cherché une équipe autrement",
    "alliances.stop_composition": "a arrêté une recherche avec ce qu’elle avait trouvé",
    "alliances.cancel_composition": "a abandonné une recherche d’équipe",
    "alliances.keep_proposal": "a gardé une équipe",
    "alliances.withdraw_proposal": "a retiré une équipe gardée",
    "alliances.open_to_all": "a ouvert une composition à tous",
}

# Which team was chosen, and when.
KEPT = {"alliances.keep_proposal", "alliances.withdraw_proposal"}
