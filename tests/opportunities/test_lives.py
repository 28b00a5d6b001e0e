"""The page tells the life of a need: what happened, who won, what was joined and may be parted."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cordee.accounts.models import User
from cordee.notices.notice import Award, Duration, Kind, Notice, Winner
from cordee.opportunities.actions.contracts import import_contracts
from cordee.opportunities.history import history_of
from cordee.opportunities.models import AwardedContract, Opportunity, Publication
from cordee.opportunities.understanding import ReadVersion, understand
from tests.members.makers import make_structure
from tests.opportunities.notices import PLANE, WHEEL, Importer, boamp, lot, naming, ted, won
from tests.opportunities.test_contracts import decp

LATER = datetime(2027, 4, 20, 10, tzinfo=UTC)
SOONER = datetime(2027, 4, 1, 10, tzinfo=UTC)


def told(*notices: Notice) -> list[tuple[str, ...]]:
    versions = [ReadVersion(n, n, notice) for n, notice in enumerate(notices)]
    return [(e.title, *e.details) for e in history_of(understand(versions, []).versions)]


def test_what_happened_is_told_in_time_whatever_the_order() -> None:
    lots = (lot("1", "Tonte"), lot("2", "Taille"))
    result = (won("1", PLANE), won("2", is_unsuccessful=True))
    life = [
        boamp("27-9", kind=Kind.AWARD, published_on=date(2027, 6, 1), awards=result),
        boamp("27-8", kind=Kind.CHANGE, published_on=date(2027, 3, 20), deadline=LATER),
        ted("000111-2027"),
        boamp("27-1", lots=lots),
        boamp("27-0", kind=Kind.PRIOR, published_on=date(2026, 12, 1), deadline=None),
    ]
    assert told(*life) == [
        ("Marché annoncé",),
        ("Avis publié", "Réponse avant le 5\u202favril, 12\u202fh."),
        ("Avis publié aussi dans une autre source",),
        ("Avis rectifié", "Date limite repoussée au 20\u202favril, 12\u202fh."),
        ("1\u202flot attribué, 1 sans suite",),
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"deadline": SOONER}, "Date limite avancée au 1er\u202favril, 12\u202fh."),
        ({"title": "Autre"}, "Nouveau titre : « Autre »"),
        ({"lots": (lot("1", "A"),)}, "1\u202flot au lieu de 2."),
        ({"text": "La visite est facultative."}, "Texte modifié : « La visite est facultative. »"),
    ],
)
def test_a_change_says_what_it_changes(changes: dict[str, Any], expected: str) -> None:
    first = boamp("27-1", lots=(lot("1", "A"), lot("2", "B")))
    change = boamp("27-2", kind=Kind.CHANGE, published_on=date(2027, 3, 9), **changes)
    assert told(first, change)[1] == ("Avis rectifié", expected)


@pytest.mark.parametrize(
    ("awards", "expected"),
    [
        ((), "Marché attribué"),
        ((won(None, PLANE),), "Marché attribué"),
        ((won("1", PLANE), won("2", PLANE)), "2 lots attribués"),
        ((won("1", is_unsuccessful=True),), "Marché sans suite"),
        ((Award("1"),), "Résultat publié, sans nom"),
    ],
)
def test_a_result_is_told_in_few_words(awards: tuple[Award, ...], expected: str) -> None:
    assert told(boamp("27-1", kind=Kind.AWARD, awards=awards)) == [(expected,)]


def test_published_again_and_relaunched() -> None:
    again = boamp("27-1", published_on=date(2027, 3, 9))
    relaunched = boamp("27-5", published_on=date(2027, 5, 9), deadline=LATER)
    titles = [title for title, *_ in told(boamp("27-1"), again, relaunched)]
    assert titles == ["Avis publié", "Avis publié de nouveau", "Marché relancé"]


@pytest.fixture
def bring(valley: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Importer:
    return Importer(tmp_path, monkeypatch)


def page(client: Client, source_id: str) -> str:
    opportunity = Opportunity.objects.get(publications__source_id=source_id)
    url = reverse("opportunities:notice", args=[opportunity.pk])
    return client.get(url).content.decode()


@pytest.mark.django_db
def test_the_page_names_winners_lots_without_result_and_lots_that_wait(
    bring: Importer, client: Client, nadia: User
) -> None:
    ours = make_structure("Les Jardins du Val")
    lots = tuple(lot(str(n), f"Secteur {n}") for n in range(1, 4))
    partner = Winner("Brosse", None, is_subcontractor=True)
    first = replace(won("1", ours.siret, PLANE), winners=(*won("1", ours.siret).winners, partner))
    bring(
        boamp("27-1", lots=lots),
        boamp(
            "27-2",
            kind=Kind.AWARD,
            published_on=date(2027, 6, 1),
            links=naming("27-1"),
            awards=(first, won("2", is_unsuccessful=True)),
        ),
    )
    client.force_login(nadia)
    html = page(client, "27-1")
    assert "Ce marché est attribué" in html
    assert "Ce qui manque" not in html
    assert "Le temps qui reste" not in html
    assert f'href="{reverse("members:structure", args=[ours.pk])}">Entreprise' in html
    assert f"SIRET {ours.siret}" in html
    assert "Sous-traitants\u00a0: Brosse" in html
    assert "Personne n’a été retenu." in html
    assert "Pas encore de résultat connu pour Lot 3." in html
    assert "1\u202flot attribué, 1 sans suite" in html
    assert "Ce sont deux marchés différents" in html


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [Kind.PRIOR, Kind.CALL, Kind.AWARD, Kind.CANCELLATION])
@pytest.mark.parametrize("start", [date(2020, 3, 1), date(2099, 3, 1), None])
def test_the_steps_stand_in_time_whatever_the_stage_and_the_first_day(
    bring: Importer, client: Client, nadia: User, kind: Kind, start: date | None
) -> None:
    open_for_long = datetime(2099, 1, 5, 10, tzinfo=UTC)
    bring(
        boamp("27-1", kind=kind, deadline=open_for_long, duration=Duration(months=6, start=start))
    )
    client.force_login(nadia)
    html = page(client, "27-1")
    assert ("Début du travail" in html) == (
        start is not None
        and kind is not Kind.CANCELLATION
        and (start.year == 2099 or kind is Kind.AWARD)
    )


@pytest.mark.django_db
def test_the_page_links_the_contract_before_and_the_call_after(
    bring: Importer, client: Client, nadia: User
) -> None:
    bring(
        boamp("23-1", published_on=date(2023, 3, 1), title="Entretien des espaces verts 2023-2027"),
        boamp("27-1", title="Entretien des espaces verts 2027-2031"),
        boamp("27-2", title="Entretien des cours d’eau"),
    )
    client.force_login(nadia)
    assert "Prend la suite de" in page(client, "27-1")
    assert "Repris par" in page(client, "23-1")
    assert "Avant et après" not in page(client, "27-2")


@pytest.mark.django_db
def test_a_person_parts_and_joins_from_the_page(
    bring: Importer, client: Client, nadia: User, passer_by: User
) -> None:
    bring(boamp("27-1"), ted("000111-2027"))
    twin = Publication.objects.get(source_id="000111-2027")
    split = reverse("opportunities:split", args=[twin.opportunity_id, twin.pk])
    client.force_login(passer_by)
    assert "deux marchés différents" not in page(client, "27-1")
    assert client.post(split).status_code == 403
    client.force_login(nadia)
    assert "Réuni aux autres avis. Le même acheteur (SIREN)" in page(client, "27-1")
    assert client.get(split).status_code == 405
    answer = client.post(split, follow=True)
    assert "aucun import ne les réunira" in answer.content.decode()
    twin.refresh_from_db()
    assert Opportunity.objects.standing().count() == 2
    join = reverse("opportunities:join", args=[twin.opportunity_id])
    assert "Numéro ou adresse" in client.get(join).content.decode()
    for wrong, says in [("99-99", "ne connaissons pas"), ("111-2027", "déjà le même avis")]:
        refused = client.post(join, {"avis": wrong})
        assert (refused.status_code, says in refused.content.decode()) == (422, True)
    other = Opportunity.objects.get(publications__source_id="27-1")
    address = reverse("opportunities:detail", args=[other.pk])
    joined = client.post(join, {"avis": f"https://cordee.example{address}"}, follow=True)
    assert "ne font plus qu’une opportunité" in joined.content.decode()
    assert "Réunis par Nadia Ferrand." in joined.content.decode()
    assert Opportunity.objects.standing().count() == 1
    alone = reverse("opportunities:split", args=[other.pk, 10**9])
    assert client.post(alone).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("contract_first", [False, True])
def test_a_contract_of_the_essential_data_is_linked_to_the_call_it_ends(
    bring: Importer, client: Client, nadia: User, contract_first: bool
) -> None:
    """Whichever comes first; another title, another year or another buyer is another contract."""
    contract = decp("a", title="Entretien des espaces verts des écoles", awards=(won(None, PLANE),))
    others = [
        replace(contract, id="b", title="Entretien des cours d’eau"),
        replace(contract, id="c", awards=(won(None, PLANE, decided_on=date(2029, 5, 10)),)),
        replace(contract, id="d", buyer=replace(contract.buyer, siret=WHEEL)),  # type: ignore[type-var]
    ]
    before = boamp("25-1", published_on=date(2026, 2, 1), deadline=None)
    if contract_first:
        import_contracts([contract, *others], by=None)
    bring(boamp("27-1"), before)
    import_contracts([contract, *others], by=None)
    opportunity = Opportunity.objects.get(publications__source_id="27-1")
    assert [c.source_id for c in AwardedContract.objects.exclude(opportunity=None)] == ["a"]
    assert [c.source_id for c in opportunity.contracts.all()] == ["a"]
    client.force_login(nadia)
    html = page(client, "27-1")
    assert "selon les données essentielles" in html
    assert "Entreprise 10" in html
    bring(boamp("27-1", text="Une autre version"))
    assert [c.source_id for c in opportunity.contracts.all()] == ["a"]


@pytest.mark.django_db
def test_of_many_lots_the_page_shows_the_first_results(
    bring: Importer, client: Client, nadia: User
) -> None:
    lots = tuple(lot(str(n), f"Secteur {n}") for n in range(1, 13))
    awards = tuple(won(str(n), PLANE) for n in range(1, 13))
    bring(boamp("27-1", lots=lots, kind=Kind.AWARD, awards=awards))
    client.force_login(nadia)
    html = page(client, "27-1")
    assert html.count(f"SIRET {PLANE}") == 10
    assert "Voir les 2\u202fautres résultats" in html
    opportunity = Opportunity.objects.get(publications__source_id="27-1")
    whole = reverse("opportunities:notice", args=[opportunity.pk]) + "?resultats=tous"
    assert client.get(whole).content.decode().count(f"SIRET {PLANE}") == 12
