"""Notices of our own in the true shape of the BOAMP, and rows for lists."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from cordee.accounts.models import User
from cordee.base.search import index
from cordee.members.models import Network, RoleSeat
from cordee.opportunities.actions.correcting import correct_fact, settle_correction
from cordee.opportunities.actions.importing import import_notices
from cordee.opportunities.actions.needs import write_private_need
from cordee.opportunities.import_report import ImportReport
from cordee.opportunities.models import (
    Correction,
    Opportunity,
    OpportunityPlace,
    OpportunityTrade,
)
from tests.members.makers import make_network, make_person

ON = date(2026, 11, 25)
GREEN, CLEANING, SOFTWARE = "77310000", "90911200", "48000000"


def in_days(days: int) -> datetime:
    return timezone.now().replace(microsecond=0) + timedelta(days=days)


def record(
    idweb: str = "26-10001",
    title: str = "Entretien des espaces verts",
    *,
    deadline: datetime | None = None,
    lots: list[tuple[str, str]] | None = None,
    city: str = "Roche-Mirel",
    postcode: str = "38200",
    **changes: Any,
) -> dict[str, Any]:
    """One record of the API; `lots` are (title, CPV). Changes replace fields of the envelope."""
    deadline = deadline or in_days(20)
    body: dict[str, Any] = {
        "natureMarche": {"services": ""},
        "description": {
            "objet": f"{title}, selon le cahier des charges.",
            "lieuExecutionLivraison": {"cp": postcode, "ville": city},
        },
        "duree": {"nbMois": "12", "dateDebutPrestation": "2027-03-01"},
        "delais": {"receptionOffres": f"{timezone.localtime(deadline):%Y-%m-%dT%H:%M:%S}"},
        "lots": {
            "lot": [
                {
                    "intitule": lot,
                    "codeCPV": {"objetPrincipal": {"classPrincipale": cpv}},
                }
                for lot, cpv in (lots or [(title, GREEN)])
            ]
        },
    }
    return {
        "idweb": idweb,
        "objet": title,
        "nomacheteur": "Commune de Saint-Aubin",
        "famille": "MAPA",
        "nature": "APPEL_OFFRE",
        "etat": "INITIAL",
        "code_departement": [postcode[:2]],
        "dateparution": f"{timezone.localdate() - timedelta(days=3)}",
        "datelimitereponse": deadline.isoformat(),
        "url_avis": f"https://example.org/avis/{idweb}",
        "donnees": {
            "MAPA": {
                "organisme": {
                    "acheteurPublic": "Commune de Saint-Aubin",
                    "adr": {"cp": postcode, "ville": city},
                },
                "initial": body,
            }
        },
    } | changes


def need(identifier: str = "besoin-1", **changes: Any) -> dict[str, Any]:
    """A private need of ours."""
    return {
        "format": "cordee-private-need/1",
        "id": identifier,
        "title": "Conditionnement de coffrets",
        "buyer": {"name": "Confiserie du Songe"},
        "trades": ["logistique-conditionnement"],
        "places": [{"commune": "38001"}],
        "deadline": f"{timezone.localtime(in_days(20)):%Y-%m-%dT%H:%M}",
        "need_fte": 2.5,
        "duration_months": 3,
        "start": "2027-09-01",
    } | changes


def need_content(**changes: Any) -> dict[str, Any]:
    """What `write_private_need` takes: a need without format nor identifier."""
    content = need(**changes)
    return {name: value for name, value in content.items() if name not in ("format", "id")}


def post_need(by: User, *networks: Network, **changes: Any) -> Opportunity:
    """A need posted in Cordée, to be read over by networks that are not the author's own."""
    return write_private_need(
        content=need_content(**changes), networks=networks, by=by, now=timezone.now()
    )


def import_records(
    folder: Path,
    *records: dict[str, Any],
    by: User | None = None,
    network: Network | None = None,
    on: date = ON,
) -> ImportReport:
    """Write each record to a file of its own and import the files."""
    paths = []
    for content in records:
        text = json.dumps(content, ensure_ascii=False, sort_keys=True)
        path = folder / f"{abs(hash(text))}.json"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return import_notices(paths, by=by, on=on, network=network)


def make_opportunity(folder: Path, **values: Any) -> Opportunity:
    """One imported notice."""
    content = record(**values)
    import_records(folder, content)
    return Opportunity.objects.get(publications__source_id=content["idweb"])


def fill_list(how_many: int) -> None:
    """Rows as an import leaves them, without their notices: for lists only."""
    made = Opportunity.objects.bulk_create(
        Opportunity(
            title=f"Entretien des espaces verts du quartier numéro {number}, lots un à trois",
            buyer_name="Communauté de communes de la Verdoire et du Mirel",
            published_on=timezone.localdate(),
            deadline=in_days(5 + number % 40),
            source="boamp",
            reserved="INSERTION" if number % 3 == 0 else "",
            social_clause="execution",
            amount_cents=10_000_000 + number,
            months=12,
        )
        for number in range(how_many)
    )
    index.index_rows(Opportunity, ((opportunity.pk, opportunity.title) for opportunity in made))
    OpportunityPlace.objects.bulk_create(
        OpportunityPlace(
            opportunity=opportunity,
            department_id="38",
            commune_id="38002",
            label="Roche-Mirel",
            latitude=45.10,
            longitude=5.50,
        )
        for opportunity in made
    )
    OpportunityTrade.objects.bulk_create(
        OpportunityTrade(opportunity=opportunity, trade="espaces-verts", certainty="known")
        for opportunity in made
    )


def confirm_all() -> None:
    """Have somebody of a network's team confirm every correction that waits."""
    team = RoleSeat.objects.filter(person__email="relit@reseau.example").first()
    person = (
        team.person
        if team
        else make_person(
            "relit@reseau.example", role="network_staff", network=make_network("Relecture")
        )
    )
    for each in Correction.objects.proposed():
        settle_correction(correction=each, by=person, on=ON)


def agreed(**said: Any) -> Correction:
    """`correct_fact`, and where it contradicts what was read, somebody else confirms it."""
    correction = correct_fact(**said)
    confirm_all()
    correction.refresh_from_db()
    return correction
