"""What the verbs of the room's journal say in French, after the name of who acted."""

VERBS = {
    "mobilisation.rank_structures": "a cherché qui peut répondre",
    "mobilisation.choose_digest": "a réglé la sélection de la semaine",
    "mobilisation.stop_digest": "a arrêté la sélection de la semaine",
    "mobilisation.open_feed": "a ouvert une adresse de flux",
    "mobilisation.renew_feed": "a changé une adresse de flux",
    "mobilisation.revoke_feed": "a fermé une adresse de flux",
}
