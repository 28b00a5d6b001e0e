"""Programmes of our own, and needs around them as an import leaves them."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from cordee.members.models import Department, Programme
from cordee.opportunities.models import Opportunity, OpportunityPlace, OpportunityTrade

ON = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 9, tzinfo=timezone.get_default_timezone())


def make_programme(name: str = "Rénovation du Val", *departments: str, **values: Any) -> Programme:
    slug = name.lower().replace(" ", "-").replace("é", "e")
    made = Programme.objects.create(
        **{
            "name": name,
            "slug": slug,
            "owner": "Syndicat du Val",
            "starts_on": date(2026, 1, 1),
            "ends_on": date(2028, 12, 31),
        }
        | values
    )
    made.departments.set(Department.objects.filter(pk__in=departments))
    return made


def make_need(title: str, *, department: str = "", trade: str = "", **values: Any) -> Opportunity:
    made = Opportunity.objects.create(
        **{
            "title": title,
            "source": "boamp",
            "buyer_name": "Commune du Val",
            "published_on": date(2026, 6, 1),
        }
        | values
    )
    if department:
        OpportunityPlace.objects.create(
            opportunity=made, department_id=department, label=f"Quelque part ({department})"
        )
    if trade:
        OpportunityTrade.objects.create(opportunity=made, trade=trade, certainty="known")
    return made
