"""What the verbs of the room's journal say in French, after the name of who acted."""

VERBS = {
    "mobilisation.rank_structures": "a cherché qui peut répondre",
    "mobilisation.choose_digest": "a réglé la sélection de la semaine",
    "mobilisation.stop_digest": "a arrêté la sélection de la semaine",
    "mobilisation.open_feed": "a ouvert une adresse de flux",
    "mobilisation.renew_feed": "a changé une adresse de flux",
    "mobilisation.revoke_feed": "a fermé une adresse de flux",
    "mobilisation.propose_to_networks": "a proposé des opportunités à des réseaux",
    "mobilisation.decline_proposal": "a choisi de ne pas relayer",
    "mobilisation.reopen_proposal": "a remis une proposition à décider",
    "mobilisation.write_mutual_offer": "a écrit un coup de main",
    "mobilisation.close_mutual_offer": "a clos un coup de main",
    "mobilisation.reopen_mutual_offer": "a rouvert un coup de main",
    "mobilisation.reply_to_mutual_offer": "a répondu à un coup de main",
    "mobilisation.accept_mutual_reply": "a accepté une réponse",
    "mobilisation.decline_mutual_reply": "a décliné une réponse",
    "mobilisation.send_urgent_call": "a lancé un appel urgent",
    "mobilisation.answer_urgent_call": "a répondu à un appel urgent",
    "mobilisation.close_urgent_call": "a clos un appel urgent et remercié",
}
