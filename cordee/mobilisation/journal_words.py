"""What the verbs of the room's journal say in French, after the name of who acted."""

from collections.abc import Mapping
from typing import Any

from cordee.base.ui import french

VERBS = {
    "mobilisation.ask_by_phone": "a sollicité une structure au téléphone, avant son courrier",
    "mobilisation.rank_structures": "a cherché qui peut répondre",
    "mobilisation.choose_digest": "a réglé la sélection de la semaine",
    "mobilisation.stop_digest": "a arrêté la sélection de la semaine",
    "mobilisation.open_feed": "a ouvert une adresse de flux",
    "mobilisation.renew_feed": "a changé une adresse de flux",
    "mobilisation.revoke_feed": "a fermé une adresse de flux",
    "mobilisation.propose_to_networks": "a proposé des opportunités à des réseaux",
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
    "mobilisation.start_campaign": "a commencé une campagne",
    "mobilisation.drop_draft": "a effacé un brouillon de campagne",
    "mobilisation.open_thread": "a ouvert une conversation",
    "mobilisation.write_message": "a écrit un message",
    "mobilisation.edit_message": "a modifié un message",
    "mobilisation.take_message_back": "a retiré un message",
    "mobilisation.close_thread": "a clos une conversation",
    "mobilisation.reopen_thread": "a rouvert une conversation",
    "mobilisation.report_message": "a signalé un message",
    "mobilisation.hide_message": "a masqué un message",
    "mobilisation.restore_message": "a laissé un message signalé",
    "mobilisation.forget_threads": "a supprimé des conversations anciennes",
}

# Who was asked, and what was answered in whose name.
KEPT = {
    "mobilisation.decline_proposal": "a choisi de ne pas relayer",
    "mobilisation.send_campaign": "a envoyé une campagne",
    "mobilisation.close_campaign": "a clos une campagne",
    "mobilisation.answer": "a répondu pour sa structure",
    "mobilisation.record_heard": "a noté une réponse entendue au téléphone",
    "mobilisation.take_back_heard": "a repris une réponse notée",
}


def _reached(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """How many, never who."""
    reached = after.get("recipients")
    return french.count(reached, "structure") if isinstance(reached, int) else ""


SENTENCES = {"mobilisation.send_campaign": _reached}
