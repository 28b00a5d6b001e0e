"""Small rows for the tests of members: valid SIRET, places of our own, people with seats."""

import itertools
from datetime import date
from typing import Any

from django.db import connection

from cordee.accounts.models import User
from cordee.members import directory_index
from cordee.members.models import (
    Activity,
    Chantier,
    Commune,
    Crew,
    Department,
    Membership,
    Network,
    Organisation,
    Region,
    RoleSeat,
    SharingAgreement,
    Structure,
)
from cordee.rules.siret import is_valid_siret
from cordee.rules.territory import fold_place_name

ON = date(2026, 11, 25)
_counter = itertools.count(1)


def valid_siret(number: int) -> str:
    """The number-th SIRET of our own that passes the key (SIREN 900 000 000 and on)."""
    stem = f"9{number:08d}0001"
    return next(f"{stem}{key}" for key in range(10) if is_valid_siret(f"{stem}{key}"))


def make_valley() -> dict[str, Commune]:
    """Three communes of an invented department 38 and one of 73, some kilometres apart."""
    region, _ = Region.objects.get_or_create(code="84", defaults={"name": "Auvergne-Rhône-Alpes"})
    for code, name in (("38", "Isère"), ("73", "Savoie")):
        Department.objects.get_or_create(code=code, defaults={"name": name, "region": region})
    rows = [
        ("38001", "Saint-Aubin-sur-Verdoire", "38", "38100 38101", 45.00, 5.50),
        ("38002", "Roche-Mirel", "38", "38200", 45.10, 5.50),
        ("38003", "Éragnes", "38", "38300", 45.20, 5.50),
        ("73001", "Roche-Mirel", "73", "73100", 45.60, 6.40),
    ]
    return {
        insee: Commune.objects.get_or_create(
            insee=insee,
            defaults={
                "name": name,
                "folded_name": fold_place_name(name),
                "department_id": department,
                "postcodes": postcodes,
                "population": 1000,
                "latitude": latitude,
                "longitude": longitude,
            },
        )[0]
        for insee, name, department, postcodes, latitude, longitude in rows
    }


def make_structure(name: str = "", **values: Any) -> Structure:
    """A structure with its organisation and one chantier."""
    number = next(_counter)
    siret = values.pop("siret", valid_siret(number))
    organisation = Organisation.objects.get_or_create(siren=siret[:9], defaults={"name": name})[0]
    values = {"kind": "ACI", "city": "", "name": name or f"Structure {number:04d}"} | values
    structure = Structure.objects.create(siret=siret, organisation=organisation, **values)
    Chantier.objects.create(structure=structure, name=structure.name)
    directory_index.index_structures([structure])
    return structure


def make_network(name: str, parent: Network | None = None) -> Network:
    return Network.objects.create(
        name=name, slug=fold_place_name(name).replace(" ", "-"), parent=parent
    )


def make_person(email: str, **seat: Any) -> User:
    """A person, and the seat they hold where one is described."""
    person = User.objects.create_user(email)
    if seat:
        RoleSeat.objects.create(person=person, **seat)
    return person


def join(structure: Structure, network: Network) -> Membership:
    return Membership.objects.create(
        structure=structure, network=network, starts_on=date(2026, 1, 1)
    )


def share(structure: Structure, network: Network, figure_class: str, **values: Any) -> None:
    SharingAgreement.objects.create(
        structure=structure,
        network=network,
        figure_class=figure_class,
        **({"may_see": True, "may_compose": True, "starts_on": date(2026, 1, 1)} | values),
    )


def make_many(count: int, network: Network | None = None) -> list[Structure]:
    """Many structures around the valley, in bulk: each with a chantier, a trade and a crew."""
    make_valley()
    organisation = Organisation.objects.get_or_create(siren="900000000", defaults={"name": "O"})[0]
    kinds = ["ACI", "EI", "AI", "ETTI"]
    structures = Structure.objects.bulk_create(
        Structure(
            organisation=organisation,
            siret=f"8{next(_counter):013d}",
            kind=kinds[n % 4],
            name=f"Jardins numéro {n}",
            city="Roche-Mirel",
            commune_id="38002",
            department_id="38",
            latitude=45.0 + (n % 70) / 100,
            longitude=5.2 + (n // 70) / 100,
        )
        for n in range(count)
    )
    chantiers = Chantier.objects.bulk_create(Chantier(structure=s, name=s.name) for s in structures)
    Activity.objects.bulk_create(Activity(chantier=c, trade="espaces-verts") for c in chantiers)
    Crew.objects.bulk_create(
        Crew(chantier=c, name="Équipe", places=8, weekly_minutes=26 * 60) for c in chantiers
    )
    if network is not None:
        Membership.objects.bulk_create(
            Membership(structure=s, network=network, starts_on=date(2026, 1, 1)) for s in structures
        )
        SharingAgreement.objects.bulk_create(
            SharingAgreement(
                structure=s,
                network=network,
                figure_class="network",
                may_see=True,
                starts_on=date(2026, 1, 1),
            )
            for s in structures
        )
    directory_index.index_structures(structures)
    if connection.vendor == "postgresql":
        # As after an import: a plan made for an empty table takes minutes.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return structures
