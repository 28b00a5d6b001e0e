"""Invented words for the mails of networks among themselves, for who looks at them."""

from collections.abc import Mapping
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.urls import reverse
from django.utils import timezone

_NETWORK = SimpleNamespace(name="Réseau du Val", slug="reseau-du-val")
_ASKING = SimpleNamespace(name="Les Jardins du Val")
_ANSWERING = SimpleNamespace(name="Les Haies du Mirel")
_OPPORTUNITY = SimpleNamespace(title="Entretien des espaces verts de Roche-Mirel")


def proposals() -> Mapping[str, Any]:
    one = SimpleNamespace(title=_OPPORTUNITY.title, deadline=timezone.now() + timedelta(days=20))
    other = SimpleNamespace(title="Nettoyage des berges de la Verdoire", deadline=None)
    return {
        "programme": SimpleNamespace(name="Grand chantier du Val"),
        "network": _NETWORK,
        "count": 3,
        "more": 1,
        "proposals": [SimpleNamespace(opportunity=one), SimpleNamespace(opportunity=other)],
        "message": "Trois marchés commencent au printemps.",
    }


def conversation() -> Mapping[str, Any]:
    return {
        "thread": SimpleNamespace(pk=1, opportunity=_OPPORTUNITY),
        "messages": [("Le réseau du Val", "La visite du site a lieu mardi, à 9 h.")],
        "from_words": "Le réseau du Val",
        "may_answer": True,
    }


def conversation_refusal() -> Mapping[str, Any]:
    return {
        "title": _OPPORTUNITY.title,
        "url": reverse("conversations:thread", args=[1]),
        "words": "Un courrier est arrivé d’une autre adresse que celles de votre compte.",
        "sender": "autre@exemple.fr",
        "text": "Oui, nous pouvons venir mardi.",
    }


def mutual() -> Mapping[str, Any]:
    offer = SimpleNamespace(title="Un broyeur, deux jours", structure=_ASKING, network=_NETWORK)
    return {
        "reply": SimpleNamespace(
            state="accepted",
            offer=offer,
            offer_id=1,
            structure=_ANSWERING,
            words="Le nôtre est libre cette semaine.",
        )
    }


def urgent() -> Mapping[str, Any]:
    call = SimpleNamespace(
        pk=1,
        title="Une offre en groupement",
        question="Comment avez-vous réparti les réunions de chantier ?",
        needed_by=timezone.localdate() + timedelta(days=3),
        structure=_ASKING,
        network=_NETWORK,
        thanks="Votre conseil nous a fait gagner deux jours.",
    )
    return {"call": call, "answer": SimpleNamespace(structure=_ANSWERING)}


SAMPLES = (
    ("proposals", proposals, "programme_proposals"),
    ("conversation", conversation, "conversation"),
    ("conversation_refusal", conversation_refusal, "conversation_refusal"),
    ("mutual_reply", mutual, "mutual_aid"),
    ("mutual_decision", mutual, "mutual_aid"),
    ("urgent_call", urgent, "urgent_calls"),
    ("urgent_answer", urgent, "urgent_calls"),
    ("urgent_thanks", urgent, "urgent_calls"),
)
