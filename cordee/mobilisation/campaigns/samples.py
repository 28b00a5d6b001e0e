"""What the mails of campaigns are drawn with where nobody is written to: all invented."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from cordee.accounts.models import User
from cordee.members.models import Network, Structure
from cordee.mobilisation.actions.relaying import mail_context
from cordee.mobilisation.models import Ask, Campaign, Recipient
from cordee.opportunities.models import Opportunity, OpportunityPlace


def asked() -> Mapping[str, Any]:
    network = Network(pk=1, name="Réseau du Val", slug="reseau-du-val")
    writer = User(pk=1, email="deleguee@cordee.example", display_name="Octavie Bruyère")
    structure = Structure(pk=1, name="Les Jardins du Val", kind="ACI")
    campaign = Campaign(
        pk=1,
        network=network,
        by=writer,
        subject="Espaces verts et berges\u00a0: neuf communes",
        message="Votre équipe est libre l’hiver.\nLes berges se préparent à ce moment-là.",
        answer_by=date(2026, 12, 11),
    )
    rows = []
    for number, title in enumerate(("Espaces verts et berges", "Entretien des chemins"), start=1):
        opportunity = Opportunity(
            pk=number,
            title=title,
            buyer_name="Communauté de communes du Val",
            deadline=datetime(2026, 12, 18, 11, tzinfo=UTC),
            months=12,
            amount_cents=20_070_000,
        )
        place = OpportunityPlace(opportunity=opportunity, label="Les Granges-Verdoire")
        opportunity._prefetched_objects_cache = {"places": [place]}  # type: ignore[attr-defined]
        ask = Ask(pk=number, structure=structure, opportunity=opportunity)
        rows.append(
            Recipient(
                campaign=campaign,
                structure=structure,
                opportunity=opportunity,
                ask=ask,
                rank=number,
                reason="Espaces verts, à 7,7\u202fkm.",
            )
        )
    return mail_context(campaign, structure, rows, writer)
