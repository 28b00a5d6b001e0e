"""What the mails of the room are drawn with where nobody is written to: all invented."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from cordee.accounts.models import User
from cordee.members.models import Network, Programme, Structure
from cordee.mobilisation.actions.relaying import mail_context
from cordee.mobilisation.digests.wording import line_of, subject_of
from cordee.mobilisation.models import (
    Ask,
    Campaign,
    MutualOffer,
    MutualReply,
    ProgrammeProposal,
    Recipient,
    Thread,
    UrgentAnswer,
    UrgentCall,
)
from cordee.opportunities.models import Opportunity, OpportunityPlace

NETWORK = Network(pk=1, name="Réseau du Val", slug="reseau-du-val")
JARDINS = Structure(pk=1, name="Les Jardins du Val", kind="ACI", phone="04 65 71 20 02")
ATELIERS = Structure(pk=2, name="Les Ateliers du Col", kind="EI", phone="04 65 71 20 14")
DEADLINE = datetime(2026, 12, 18, 11, tzinfo=UTC)


def _opportunity(pk: int, title: str) -> Opportunity:
    made = Opportunity(
        pk=pk,
        title=title,
        buyer_name="Communauté de communes du Val",
        deadline=DEADLINE,
        months=12,
        amount_cents=20_070_000,
    )
    place = OpportunityPlace(opportunity=made, label="Les Granges-Verdoire")
    made._prefetched_objects_cache = {"places": [place]}  # type: ignore[attr-defined]
    return made


def asked() -> Mapping[str, Any]:
    writer = User(pk=1, email="deleguee@cordee.example", display_name="Octavie Bruyère")
    campaign = Campaign(
        pk=1,
        network=NETWORK,
        by=writer,
        subject="Espaces verts et berges\u00a0: neuf communes",
        message="Votre équipe est libre l’hiver.\nLes berges se préparent à ce moment-là.",
        answer_by=date(2026, 12, 11),
    )
    rows = []
    for number, title in enumerate(("Espaces verts et berges", "Entretien des chemins"), start=1):
        opportunity = _opportunity(number, title)
        rows.append(
            Recipient(
                campaign=campaign,
                structure=JARDINS,
                opportunity=opportunity,
                ask=Ask(pk=number, structure=JARDINS, opportunity=opportunity),
                rank=number,
                reason="Espaces verts, à 7,7\u202fkm.",
            )
        )
    return mail_context(campaign, JARDINS, rows, writer)


def digest() -> Mapping[str, Any]:
    on = date(2026, 11, 30)
    facts = {
        "trade": "espaces-verts",
        "is_trade_guessed": False,
        "distance_hm": 78,
        "reserved": "INSERTION",
        "months": 6,
        "free_months": 6,
        "lot": "Tonte",
    }
    may_be = {**facts, "is_possible": True, "trade": "proprete", "lot": ""}
    titles = ("Entretien des berges de la Verdoire", "Tonte des stades de Roche-Mirel")
    lines = [line_of(_opportunity(pk, title), facts, on=on) for pk, title in enumerate(titles, 1)]
    return {
        "lines": lines,
        "left_over": 1,
        "subject_line": subject_of(JARDINS.name, lines, on=on),
        "settings_path": "/annuaire/1/selection/",
        "possible": [line_of(_opportunity(3, "Remise en état des locaux"), may_be, on=on)],
        "stop_possible_url": f"{settings.SITE_ADDRESS}/courriers/arreter/exemple/",
    }


def conversation() -> Mapping[str, Any]:
    opportunity = _opportunity(1, "Entretien des espaces verts de Roche-Mirel")
    return {
        "thread": Thread(pk=1, opportunity=opportunity),
        "messages": [("Le réseau du Val", "La visite du site a lieu mardi, à 9 h.")],
        "from_words": "Le réseau du Val",
        "may_answer": True,
    }


def conversation_refusal() -> Mapping[str, Any]:
    return {
        "title": "Entretien des espaces verts de Roche-Mirel",
        "url": reverse("conversations:thread", args=[1]),
        "words": "Un courrier est arrivé d’une autre adresse que celles de votre compte.",
        "sender": "autre@exemple.fr",
        "text": "Oui, nous pouvons venir mardi.",
    }


def proposed() -> Mapping[str, Any]:
    programme = Programme(pk=1, name="Val renouvelé", slug="val-renouvele")
    titles = ("Plantation des berges", "Façades de l’école")
    rows = [
        ProgrammeProposal(programme=programme, network=NETWORK, opportunity=_opportunity(pk, title))
        for pk, title in enumerate(titles, start=1)
    ]
    return {
        "programme": programme,
        "network": NETWORK,
        "until": DEADLINE,
        "message": "Le chantier ouvre en mars.",
        "proposals": rows,
        "count": len(rows),
        "more": 0,
    }


def replied() -> Mapping[str, Any]:
    offer = MutualOffer(
        pk=1,
        network=NETWORK,
        structure=JARDINS,
        title="Un broyeur sur remorque",
        shown_until=date(2026, 12, 10),
    )
    words = "Nous le prendrions la semaine du 10."
    return {"reply": MutualReply(pk=1, offer=offer, structure=ATELIERS, words=words)}


def decided() -> Mapping[str, Any]:
    content = replied()
    content["reply"].state = MutualReply.State.ACCEPTED
    return content


def called() -> Mapping[str, Any]:
    call = UrgentCall(
        pk=1,
        network=NETWORK,
        structure=JARDINS,
        trade="espaces-verts",
        title="Tailler de vieux fruitiers",
        question="Par quoi commencez-vous\u202f?",
        needed_by=date(2026, 12, 4),
        thanks="Cela nous a servi dès lundi.",
    )
    return {"call": call, "answer": UrgentAnswer(pk=1, call=call, structure=ATELIERS)}


SAMPLES = (
    ("ask", asked, "asks"),
    ("reminder", asked, "asks"),
    ("digest", digest, "digest"),
    ("conversation", conversation, "conversation"),
    ("conversation_refusal", conversation_refusal, "conversation_refusal"),
    ("proposals", proposed, "programme_proposals"),
    ("mutual_reply", replied, "mutual_aid"),
    ("mutual_decision", decided, "mutual_aid"),
    ("urgent_call", called, "urgent_calls"),
    ("urgent_answer", called, "urgent_calls"),
    ("urgent_thanks", called, "urgent_calls"),
)
