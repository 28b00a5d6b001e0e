"""The list "Bientôt": contracts that end, calls announced, and who holds them."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cordee.accounts.models import User
from cordee.notices.notice import Amount, Buyer, Cpv, Duration, Kind, Notice, Place, Winner
from cordee.opportunities.actions.contracts import import_contracts
from cordee.opportunities.models import AwardedContract, Opportunity
from tests.members.makers import make_structure
from tests.opportunities.notices import PLANE, SAYS, TOWN, WHEEL, Importer, boamp
from tests.opportunities.test_contracts import decp

pytestmark = pytest.mark.django_db

LIST = "/opportunites/bientot/"


@pytest.fixture
def bring(valley: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Importer:
    return Importer(tmp_path, monkeypatch)


def ending(number: str, days: int, **changes: Any) -> Notice:
    """A contract of a year that ends in so many days."""
    begun = timezone.localdate() + timedelta(days=days) - timedelta(days=366)
    award = replace(decp().awards[0], decided_on=begun)
    if winners := changes.pop("winners", None):
        award = replace(award, winners=winners)
    if cents := changes.pop("cents", None):
        award = replace(award, amount=Amount(cents, SAYS))
    end = timezone.localdate() + timedelta(days=days)
    own = {"awards": (award,), "published_on": begun, "duration": Duration(months=12, end=end)}
    return decp(number, **(own | changes))


def titles(client: Client, query: str = "") -> list[str]:
    html = client.get(LIST + query).content.decode()
    rows = html.partition("<tbody")[2].split('role="rowheader">')[1:]
    return [row.partition("<br>")[0].removesuffix("</a>").rpartition(">")[2] for row in rows]


@pytest.fixture
def known(bring: Importer, client: Client, nadia: User) -> Client:
    import_contracts(
        [
            ending("a", 400, title="Tonte"),
            ending("b", 100, title="Ménage", cpv=Cpv("90911200"), cents=500),
            ending("c", 50, title="Logiciel", cpv=Cpv("48000000"), places=()),
            ending("d", -90, title="Trop ancien"),
            ending("e", 900, title="Trop lointain"),
            ending("f", -30, title="Tout juste fini", places=(Place(department="73"),)),
        ],
        by=None,
    )
    an_old_day = timezone.localdate() - timedelta(days=700)
    bring(
        boamp("26-1", kind=Kind.PRIOR, title="Annoncé", published_on=an_old_day),
        boamp("26-3", kind=Kind.PRIOR, title="Oublié", published_on=date(2020, 1, 1)),
        boamp("26-2", title="Ouvert"),
    )
    client.force_login(nadia)
    return client


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Annoncé", "Tout juste fini", "Logiciel", "Ménage", "Tonte"]),
        ("?tri=-fin", ["Tonte", "Ménage", "Logiciel", "Tout juste fini", "Annoncé"]),
        ("?tri=montant&sorte=contrats&delai=6", ["Ménage", "Logiciel", "Tout juste fini"]),
        ("?metier=nos", ["Annoncé", "Tout juste fini", "Ménage", "Tonte"]),
        ("?metier=proprete", ["Ménage"]),
        ("?departement=73", ["Tout juste fini"]),
        ("?delai=6", ["Annoncé", "Tout juste fini", "Logiciel", "Ménage"]),
        ("?delai=48&sorte=contrats&tri=-fin&metier=espaces-verts", None),
        ("?sorte=annonces", ["Annoncé"]),
        ("?q=menage", ["Ménage"]),
        ("?q=jardins&sorte=contrats", None),
        ("?q=introuvable", []),
        ("?tri=x&delai=x&metier=x&page=99", None),
    ],
)
def test_filters_and_sorts(known: Client, query: str, expected: list[str] | None) -> None:
    found = titles(known, query)
    if expected is None:
        expected = {
            "?d": ["Trop lointain", "Tonte", "Tout juste fini"],
            "?q": ["Tout juste fini", "Logiciel", "Ménage", "Tonte"],
            "?t": ["Annoncé", "Tout juste fini", "Logiciel", "Ménage", "Tonte"],
        }[query[:2]]
    assert found == expected


def test_a_row_says_who_holds_it_when_it_ends_and_when_a_call_may_come(
    known: Client,
) -> None:
    html = known.get(LIST + "?q=tonte").content.decode()
    assert "Les Jardins du Val" in html
    assert "96\u202f000" in html
    assert re.search(r"vers \w+ 20\d\d", html)
    assert "Isère (38)" in html
    assert "mois avant la fin" in html
    assert "peut venir d’un jour à l’autre" in known.get(LIST + "?q=menage").content.decode()


def test_a_holder_known_by_number_only_gets_its_name_from_the_directory(
    valley: Any, client: Client, nadia: User
) -> None:
    ours = make_structure("Les Ateliers du Mirel")
    import_contracts(
        [
            ending("a", 100, winners=(Winner(None, ours.siret),)),
            ending("b", 110, winners=(Winner(None, WHEEL),)),
        ],
        by=None,
    )
    client.force_login(nadia)
    html = client.get(LIST).content.decode()
    assert "Les Ateliers du Mirel" in html
    assert f"SIRET {WHEEL}" in html


def test_what_is_empty_says_so(client: Client, nadia: User) -> None:
    client.force_login(nadia)
    assert "aucun contrat qui se termine" in client.get(LIST).content.decode()
    assert "Tout effacer" in client.get(LIST + "?q=rien").content.decode()
    assert "Bientôt</a>" in client.get("/opportunites/").content.decode()


def test_a_call_that_takes_up_a_contract_is_shown_beside_it(
    bring: Importer, client: Client, nadia: User
) -> None:
    import_contracts([ending("a", 100), ending("b", 100, title="Autre chose")], by=None)
    bring(
        boamp(
            "26-9", title="Entretien des espaces verts", published_on=timezone.localdate(),
            deadline=None, buyer=TOWN,
        )
    )  # fmt: skip
    client.force_login(nadia)
    html = client.get(LIST).content.decode()
    assert html.count("Déjà lancé") == 1
    call = Opportunity.objects.get(publications__source_id="26-9")
    assert f'href="/opportunites/{call.pk}/">Déjà lancé' in html


def test_a_contract_told_by_its_notice_and_by_essential_data_is_one_row(
    known: Client, bring: Importer
) -> None:
    """The essential data stay; a contract that its notice alone tells stays too."""
    bring(boamp("26-8"))
    opportunity = Opportunity.objects.get(publications__source_id="26-8")
    twice, once = (AwardedContract.objects.get(title=title) for title in ("Tonte", "Ménage"))
    for contract, linked in ((twice, opportunity), (once, None)):
        contract.pk, contract.source, contract.opportunity = None, "boamp", linked
        contract.title = f"{contract.title} (avis)"
        contract.save()
    assert "Tonte (avis)" in titles(known)
    AwardedContract.objects.filter(title="Tonte").update(opportunity=opportunity)
    assert {"Tonte", "Ménage", "Ménage (avis)"} <= set(titles(known))
    assert "Tonte (avis)" not in titles(known)


def test_the_list_costs_the_same_whatever_its_length(
    valley: Any, nadia: User, count_queries: Callable[..., int]
) -> None:
    import_contracts([ending("0", 50)], by=None)
    few = count_queries(LIST, nadia)
    import_contracts(
        [
            ending(
                str(n),
                50 + n,
                buyer=Buyer("Ville", TOWN.siret),
                winners=(Winner("A", PLANE), Winner("B", WHEEL)),
            )
            for n in range(1, 60)
        ],
        by=None,
    )
    assert AwardedContract.objects.count() == 60
    assert count_queries(LIST, nadia) == few
    assert few <= 9


def test_export_holds_all_rows_of_the_filters(known: Client) -> None:
    answer = known.get(f"{LIST}export/?sorte=contrats&tri=fin")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines[0].startswith("objet;acheteur;lieu;métier;se termine le;")
    assert [line.partition(";")[0] for line in lines[1:]] == [
        "Tout juste fini",
        "Logiciel",
        "Ménage",
        "Tonte",
    ]
    assert "Les Jardins du Val" in lines[4]


def test_one_must_sign_in(client: Client, valley: Any) -> None:
    for address in (LIST, f"{LIST}export/"):
        assert client.get(address).status_code == 302


def test_htmx_gets_the_results_alone(known: Client) -> None:
    part = known.get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div id="resultats">')
