"""Open contracts with work for us, written as an import leaves them."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from cordee.members.models import Activity, Crew, Structure
from cordee.opportunities.models import (
    Audience,
    Breakdown,
    NoticeVersion,
    Opportunity,
    OpportunityPlace,
    OpportunityTrade,
    Publication,
    Reading,
    WorkPackage,
)
from cordee.rules.months import month_number
from tests.members.makers import make_structure

# A Monday, half an hour after the morning band opens in Paris.
MONDAY = datetime(2026, 11, 30, 6, 30, tzinfo=UTC)
_counter = itertools.count(1)


def make_open(count: int = 1, **values: Any) -> list[Opportunity]:
    """So many open contracts of one package each, in bulk; `values` of the opportunity.

    `trade`, `latitude`, `longitude`, `lot_reserved` and `in_days` go to the work.
    """
    trade = values.pop("trade", "espaces-verts")
    place = values.pop("latitude", 45.1), values.pop("longitude", 5.5)
    reserved = values.pop("lot_reserved", "")
    in_days = values.pop("in_days", 20)
    numbers = [next(_counter) for _ in range(count)]
    made = Opportunity.objects.bulk_create(
        Opportunity(
            **{
                "title": f"Entretien numéro {number}",
                "buyer_name": "Commune de Saint-Aubin",
                "deadline": MONDAY + timedelta(days=in_days, hours=place_in_line),
                "published_on": MONDAY.date(),
                "source": "private" if values.get("network") else "boamp",
                "lots_count": 1,
            }
            | values
        )
        for place_in_line, number in enumerate(numbers)
    )
    Audience.objects.bulk_create(
        Audience(opportunity=each, network=each.network, state="published")
        for each in made
        if each.network is not None
    )
    publications = Publication.objects.bulk_create(
        Publication(opportunity=each, source=each.source, source_id=f"essai-{number}")
        for each, number in zip(made, numbers, strict=True)
    )
    versions = NoticeVersion.objects.bulk_create(
        NoticeVersion(
            publication=each,
            format="boamp_mapa",
            kind="call",
            sha256=f"{number:064x}",
            packed_content=b"",
            imported_from="essai.json",
        )
        for each, number in zip(publications, numbers, strict=True)
    )
    readings = Reading.objects.bulk_create(
        Reading(version=each, reader_version="essai", data={}) for each in versions
    )
    breakdowns = Breakdown.objects.bulk_create(
        Breakdown(opportunity=each, number=1, reading=reading, origin="reading")
        for each, reading in zip(made, readings, strict=True)
    )
    WorkPackage.objects.bulk_create(
        WorkPackage(
            breakdown=each,
            position=1,
            label="Tonte et taille",
            trade=trade,
            latitude=place[0],
            longitude=place[1],
            first_month=month_number(MONDAY.date()) + 3,
            months=6,
            need_cfte=200,
            amount_cents=2_000_000,
            reserved=reserved,
        )
        for each in breakdowns
    )
    OpportunityTrade.objects.bulk_create(
        OpportunityTrade(opportunity=each, trade=trade, certainty="known") for each in made
    )
    OpportunityPlace.objects.bulk_create(
        OpportunityPlace(
            opportunity=each,
            department_id="38",
            commune_id="38002",
            label="Roche-Mirel",
            latitude=place[0],
            longitude=place[1],
        )
        for each in made
    )
    return made


def make_worker(
    name: str = "Les Jardins du Val",
    *,
    trades: Sequence[str] = ("espaces-verts",),
    reach_km: int = 40,
    places: int = 0,
    **values: Any,
) -> Structure:
    """A structure that works in some trades at Saint-Aubin, 11 km from the contracts."""
    structure = make_structure(
        name,
        **{"latitude": 45.0, "longitude": 5.5, "department_id": "38", "commune_id": "38001"}
        | values,
    )
    chantier = structure.chantiers.get()
    for trade in trades:
        Activity.objects.create(chantier=chantier, trade=trade, reach_km=reach_km)
    if places:
        Crew.objects.create(chantier=chantier, name="Équipe", places=places)
    return structure
