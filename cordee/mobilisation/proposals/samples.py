"""What the mails of proposals and mutual aid are drawn with for who looks at them: all invented."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from cordee.members.models import Network, Programme, Structure
from cordee.mobilisation.models import (
    MutualOffer,
    MutualReply,
    ProgrammeProposal,
    UrgentAnswer,
    UrgentCall,
)
from cordee.opportunities.models import Opportunity

NETWORK = Network(pk=1, name="Réseau du Val", slug="reseau-du-val")
JARDINS = Structure(pk=1, name="Les Jardins du Val", kind="ACI")
ATELIERS = Structure(pk=2, name="Les Ateliers du Col", kind="EI")


def proposed() -> Mapping[str, Any]:
    programme = Programme(pk=1, name="Val renouvelé", slug="val-renouvele")
    titles = ("Plantation des berges", "Façades de l’école")
    rows = [
        ProgrammeProposal(
            programme=programme,
            network=NETWORK,
            opportunity=Opportunity(
                pk=number, title=title, deadline=datetime(2026, 12, 18, 11, tzinfo=UTC)
            ),
        )
        for number, title in enumerate(titles, start=1)
    ]
    return {
        "programme": programme,
        "network": NETWORK,
        "until": rows[0].opportunity.deadline,
        "message": "Le chantier ouvre en mars.",
        "proposals": rows,
        "count": len(rows),
        "more": 0,
    }


def replied() -> Mapping[str, Any]:
    offer = MutualOffer(pk=1, network=NETWORK, structure=JARDINS, title="Un broyeur sur remorque")
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
