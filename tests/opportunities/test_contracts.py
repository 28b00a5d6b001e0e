"""Awarded contracts are written once, in any order, and tell who works with whom."""

import json
import random
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cordee.base.search import index
from cordee.notices.notice import (
    Amount,
    Award,
    Buyer,
    ClauseKind,
    Cpv,
    Duration,
    Evidence,
    Format,
    GroupingForm,
    Kind,
    Lot,
    Notice,
    NoticeError,
    Place,
    SocialClause,
    Source,
    Winner,
)
from cordee.opportunities.actions import contracts as contract_actions
from cordee.opportunities.actions.contracts import import_contracts
from cordee.opportunities.actions.importing import import_notices
from cordee.opportunities.contract_rows import contract_rows
from cordee.opportunities.models import AwardedContract, ContractHolder, Opportunity

TOWN, PLANE, WHEEL, BRUSH = "21380001900017", "10000000000016", "20000000000014", "30000000000011"


def decp(number: str = "21380001900017-2027-01", **changes: Any) -> Notice:
    """A contract as the essential data tell it; fictional."""
    award = Award(
        winners=(Winner("Les Jardins du Val", PLANE),),
        amount=Amount(9_600_000, Evidence("montant", "96000")),
        decided_on=date(2027, 3, 1),
    )
    return Notice(
        **{
            "source": Source.DECP,
            "format": Format.DECP,
            "id": number,
            "kind": Kind.AWARD,
            "title": "Entretien des espaces verts",
            "buyer": Buyer("Commune de Saint-Aubin", TOWN),
            "published_on": date(2027, 3, 20),
            "cpv": Cpv("77310000"),
            "places": (Place(department="38", postcode="38200"),),
            "duration": Duration(months=48),
            "awards": (award,),
            **changes,
        }
    )


def won_by(*winners: Winner, **changes: Any) -> tuple[Award, ...]:
    return (replace(decp().awards[0], winners=winners, **changes),)


def state() -> list[Any]:
    """Every contract with its holders and its place in the search, without keys."""
    names = [f.name for f in AwardedContract._meta.fields if f.name != "id"]
    return [
        (
            [getattr(contract, name) for name in names],
            sorted(contract.holders.values_list("siret", "name", "role")),
            index.matching(AwardedContract, contract.title).filter(object_id=contract.pk).exists(),
        )
        for contract in AwardedContract.objects.order_by("source", "source_id")
    ]


@pytest.mark.django_db
def test_a_contract_fills_its_columns_and_holders() -> None:
    report = import_contracts([decp()], by=None)
    assert (report.stored, report.updated, report.unchanged, report.errors) == (1, 0, 0, [])
    contract = AwardedContract.objects.get()
    assert (contract.buyer_siret, contract.cpv, contract.trade) == (
        TOWN,
        "77310000",
        "espaces-verts",
    )
    assert (contract.amount_cents, contract.months, contract.department) == (9_600_000, 48, "38")
    assert (contract.notified_on, contract.ends_on) == (date(2027, 3, 1), date(2031, 3, 1))
    assert contract.holders.get().siret == PLANE


def test_a_part_without_winner_is_no_contract_and_a_lot_keeps_its_own_facts() -> None:
    notice = decp(
        source=Source.BOAMP,
        lots=(
            Lot("1", "Tonte", cpv=Cpv("77310000"), duration=Duration(months=12)),
            Lot("2", "Élagage", cpv=Cpv("77340000")),
        ),
        awards=(
            Award("1", winners=(Winner("A", PLANE), Winner("A bis", PLANE), Winner("", None))),
            Award("2", is_unsuccessful=True),
        ),
    )
    (row,) = contract_rows(notice)
    assert row.source_id == "21380001900017-2027-01#1"
    assert row.title == "Entretien des espaces verts — Tonte"
    assert [(h.siret, h.name) for h in row.holders] == [(PLANE, "A")]
    # The amount of the whole is not that of a lot, and the day of the notice stands for the award.
    assert (row.amount_cents, row.notified_on, row.ends_on) == (None, None, date(2028, 3, 20))


@pytest.mark.django_db
def test_any_order_twice_and_any_batch_give_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two records of one contract: the later publication stands; of one day, a fixed one."""
    records = [
        decp("a"),
        decp("a", published_on=date(2028, 1, 1), duration=Duration(months=60)),
        decp("a", published_on=None, title="Sans date"),
        decp("b", awards=won_by(Winner("X", WHEEL), Winner("Y", BRUSH, is_subcontractor=True))),
        decp("b", title="Autre titre, même jour", awards=won_by(Winner("X", WHEEL))),
        decp("c", awards=won_by(Winner("Sans SIRET"))),
    ]
    import_contracts(records, by=None)
    expected = state()
    assert AwardedContract.objects.get(source_id="a").months == 60
    for seed in range(6):
        AwardedContract.objects.all().delete()
        monkeypatch.setattr(contract_actions, "BATCH", 1 + seed)
        shuffled = random.Random(seed).sample(records, len(records))
        for _ in range(2):
            import_contracts(shuffled, by=None)
        assert state() == expected
    report = import_contracts(records, by=None)
    assert (report.stored, report.updated) == (0, 0)


@pytest.mark.django_db
def test_a_refused_record_is_told_and_stops_nothing() -> None:
    """In one batch with good ones: bulk fails, each is then tried alone."""
    report = import_contracts(
        [
            decp("a"),
            decp("b", awards=won_by(Winner("A", PLANE), amount=Amount(2**70, Evidence("", "")))),
            NoticeError("fichier, ligne 3", "Illisible.", "Vérifiez."),
            decp("c", awards=()),
            decp("d"),
        ],
        by=None,
    )
    assert set(AwardedContract.objects.values_list("source_id", flat=True)) == {"a", "d"}
    assert [error.place for error in report.errors] == ["fichier, ligne 3", "decp c", "decp b"]
    assert ContractHolder.objects.count() == 2


@pytest.mark.django_db
def test_what_ends_soon_and_of_a_trade() -> None:
    import_contracts(
        [
            decp("a"),
            decp("b", cpv=Cpv("77340000"), duration=Duration(months=12)),
            decp(
                "c",
                title="Nettoyage des locaux",
                cpv=Cpv("90911200"),
                places=(Place(department="2A"),),
                duration=None,
            ),
        ],
        by=None,
    )
    found = AwardedContract.objects
    soon = found.ending_between(date(2028, 1, 1), date(2028, 3, 1))
    assert [c.source_id for c in soon] == ["b"]
    assert [c.source_id for c in found.search("nettoyages").of_trade("proprete")] == ["c"]


@pytest.mark.django_db
def test_who_works_with_whom() -> None:
    """Held together or one under the other; two subcontractors of one contract are no pair."""
    plane, wheel = Winner("Plane", PLANE), Winner("Roue", WHEEL)
    under = Winner("Brosse", BRUSH, is_subcontractor=True)
    wheel_under = replace(wheel, is_subcontractor=True)
    import_contracts(
        [
            decp("a", awards=won_by(plane, wheel, under, group_form=GroupingForm.CONJOINT)),
            decp("b", awards=won_by(plane, wheel_under, under, decided_on=date(2028, 5, 1))),
            decp("c", awards=won_by(plane, Winner("Sans SIRET"))),
        ],
        by=None,
    )
    first, second = ContractHolder.objects.partners_of(PLANE)
    assert first == {
        "siret": PLANE,
        "partner": WHEEL,
        "name": "Roue",
        "contracts": 2,
        "together": 1,
        "subcontracts": 1,
        "first": date(2027, 3, 1),
        "last": date(2028, 5, 1),
    }
    assert (second["partner"], second["contracts"], second["together"]) == (BRUSH, 2, 0)
    assert [p["partner"] for p in ContractHolder.objects.partners_of(BRUSH)] == [PLANE, WHEEL]
    assert ContractHolder.objects.partners_of(BRUSH)[1]["contracts"] == 1
    assert ContractHolder.objects.pairs().count() == 6
    assert [c.source_id for c in AwardedContract.objects.held_by(BRUSH)] == ["a", "b"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"cpv": "7731"},
        {"buyer_siret": "12"},
        {"trade": "astronomie"},
        {"amount_cents": 0},
        {"months": 0},
        {"source": "private"},
        {"group_form": "x"},
        {"notified_on": date(2027, 1, 2), "ends_on": date(2027, 1, 1)},
    ],
)
def test_the_database_refuses_nonsense(wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        AwardedContract.objects.create(**{"source": "decp", "source_id": "x", **wrong})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rows",
    [
        [{"siret": "", "name": ""}],
        [{"siret": "1"}],
        [{"siret": PLANE, "role": "x"}],
        [{"siret": PLANE, "amount_cents": 0}],
        [{"siret": PLANE, "name": "A"}, {"siret": PLANE, "name": "B"}],
        [{"name": "A"}, {"name": "A"}],
    ],
)
def test_the_database_refuses_nonsense_of_holders(rows: list[dict[str, Any]]) -> None:
    contract = AwardedContract.objects.create(source="decp", source_id="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        ContractHolder.objects.bulk_create(ContractHolder(contract=contract, **row) for row in rows)


@pytest.mark.django_db
def test_a_file_of_essential_data_makes_contracts_and_no_opportunity(tmp_path: Path) -> None:
    """Twice gives the same; a line that names no holder is told, and the rest is stored."""
    record = {
        "id": "2027-01",
        "acheteur": {"id": TOWN, "nom": "Commune de Saint-Aubin"},
        "objet": "Entretien des espaces verts",
        "codeCPV": "77310000",
        "dureeMois": 48,
        "dateNotification": "2027-03-01",
        "datePublicationDonnees": "2027-03-20",
        "montant": 96000,
        "lieuExecution": {"code": "38200", "typeCode": "Code postal", "nom": "Roche-Mirel"},
        "titulaires": [{"id": PLANE, "typeIdentifiant": "SIRET", "denominationSociale": "Val"}],
    }
    path = tmp_path / "decp.jsonl"
    lines = [record, {**record, "id": "2027-02", "titulaires": []}, {**record, "id": "2027-03"}]
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    report = import_notices([path], by=None, on=date(2027, 4, 1))
    assert (report.contracts, report.notices, report.skipped) == (2, 0, 0)
    assert [error.place for error in report.errors] == [f"decp {TOWN}-2027-02"]
    assert not Opportunity.objects.exists()
    assert "Contrats des données essentielles\u00a0: 2." in report.summary
    again = import_notices([path], by=None, on=date(2027, 4, 1))
    assert (again.contracts, again.skipped, AwardedContract.objects.count()) == (0, 2, 2)
    contract = AwardedContract.objects.get(source_id=f"{TOWN}-2027-01")
    assert (contract.ends_on, contract.amount_cents) == (date(2031, 3, 1), 9_600_000)


ASKED = SocialClause(ClauseKind.EXECUTION, ())


@pytest.mark.parametrize(
    ("clause", "kept"),
    [
        (None, ""),
        (ASKED, "execution"),
        (replace(ASKED, kind=ClauseKind.BOTH), "both"),
        (replace(ASKED, negated=True), "none"),
    ],
)
def test_the_clause_of_a_contract_is_kept(clause: SocialClause | None, kept: str) -> None:
    """What the essential data tick; unsaid is not the same as none."""
    assert [row.social_clause for row in contract_rows(decp(social_clause=clause))] == [kept]


def test_a_clause_of_other_lots_is_none_of_this_one() -> None:
    lots = (Lot("LOT-0001", title="Parcs"), Lot("LOT-0002", title="Stades"))
    awards = tuple(replace(decp().awards[0], lot_id=lot.id) for lot in lots)
    notice = decp(lots=lots, awards=awards, social_clause=replace(ASKED, lots=("2",)))
    assert [row.social_clause for row in contract_rows(notice)] == ["", "execution"]


@pytest.mark.django_db
def test_a_contract_of_an_older_reader_is_read_again() -> None:
    """The same record, imported again, brings the clause that was not kept before."""
    import_contracts([decp()], by=None)
    AwardedContract.objects.update(reader_version="2", digest="f" * 64)
    import_contracts([decp(social_clause=ASKED)], by=None)
    assert AwardedContract.objects.get().social_clause == "execution"
