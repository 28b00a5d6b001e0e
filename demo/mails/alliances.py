"""Invented words for the mails of alliances, for who looks at them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from cordee.agreement.phases import Phase
from cordee.alliances.frame import mails
from cordee.alliances.messages import relay
from cordee.opportunities.wording import mail_facts


def event() -> Mapping[str, Any]:
    """What every event of an alliance is told with."""
    opportunity: Any = SimpleNamespace(
        title="Entretien des espaces verts de Roche-Mirel",
        buyer_name="Commune de Roche-Mirel",
        deadline=datetime(2026, 12, 18, 11, tzinfo=UTC),
        months=12,
        amount_cents=12_000_000,
        places=SimpleNamespace(
            all=lambda: [SimpleNamespace(label="Roche-Mirel", is_supposed=False)]
        ),
    )
    alliance = SimpleNamespace(
        pk="00000000-0000-4000-8000-000000000000",
        opportunity=opportunity,
        title="Les berges ensemble",
        coordinator_name="Réseau du Val",
    )
    structure = SimpleNamespace(shown_name="Les Jardins du Val", phone="04 65 71 20 02")
    return {
        "alliance": alliance,
        "party": SimpleNamespace(
            structure=structure, reason="", state="interested", pk=1, word="On se voit mardi\u202f?"
        ),
        "part": "Taille des haies",
        "share_cents": 4_500_000,
        "facts": mail_facts(
            opportunity, date(2026, 11, 30), part="taille des haies", price_cents=4_500_000
        ),
        "phone": "04 65 71 20 02",
        "is_yes": True,
        "approval": SimpleNamespace(sequence=2, sha256="c" * 64, document_sha256="a" * 64, at=None),
        "identity": SimpleNamespace(name="Camille Aubier", function="présidente", key="b" * 64),
        "structure": "Les Jardins du Val",
        "paper": "la convention",
        "step": Phase.FILED.label,
        "withdrawal": SimpleNamespace(pk=1, reason="Équipe partie"),
        "answer_words": "",
        "leaver": "Les Toits du Val",
        "is_accepted": True,
        "is_done": True,
        "missing": ["Taille des haies"],
        "leader": "Camille Aubier",
        "team": SimpleNamespace(pk=1, keeper_name="Réseau du Val"),
    }


def message() -> Mapping[str, Any]:
    """Invented words, for who looks at the mails."""
    return {
        "alliance": event()["alliance"],
        "messages": [("Les Toits du Val", "Le plan de la rive droite arrive demain.")],
        "may_answer": True,
        "is_apart": False,
        "is_heard_apart": False,
    }


SAMPLES = (
    *((template.partition("/mail/")[2], event, mails.KIND) for template in mails.TEMPLATES),
    (relay.TEMPLATE.partition("/mail/")[2], message, relay.KIND),
)
