"""Notices of one need come together in any order, and stay as people say."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from cordee.accounts.models import JournalEntry, User
from cordee.notices.notice import Cpv, Format, Kind, Links, Notice, Winner
from cordee.opportunities.access import opportunity_for
from cordee.opportunities.actions.correcting import withdraw_correction
from cordee.opportunities.actions.joining import join_opportunities, split_publication
from cordee.opportunities.models import (
    AwardedContract,
    NoticeLink,
    Opportunity,
    Publication,
)
from tests.opportunities.makers import agreed
from tests.opportunities.notices import (
    ON,
    PLANE,
    WHEEL,
    Importer,
    boamp,
    lot,
    naming,
    ted,
    won,
)
from tests.opportunities.test_contracts import decp

pytestmark = pytest.mark.django_db

PROCEDURE = "8720c370-2bc2-4afa-a8c6-97fd4287ab59"


@pytest.fixture
def bring(valley: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Importer:
    return Importer(tmp_path, monkeypatch)


def together() -> set[frozenset[str]]:
    """The identifiers under each opportunity that stands."""
    return {
        frozenset(opportunity.publications.values_list("source_id", flat=True))
        for opportunity in Opportunity.objects.standing()
    }


def groups(*lines: str) -> set[frozenset[str]]:
    return {frozenset(line.split()) for line in lines}


def of(source_id: str) -> Opportunity:
    return Opportunity.objects.get(publications__source_id=source_id)


def state() -> Any:
    """What stands, without keys: columns, publications, links, outcomes and contracts."""
    columns = ["title", "buyer_name", "published_on", "deadline", "stage", "source", "months"]
    columns += ["amount_cents", "lots_count", "reserved", "social_clause"]
    needs = []
    for opportunity in Opportunity.objects.standing():
        understanding = opportunity.current()
        needs.append(
            (
                sorted(opportunity.publications.values_list("source", "source_id")),
                [getattr(opportunity, name) for name in columns],
                [str(trade) for trade in opportunity.trades.all()],
                [place.label for place in opportunity.places.all()],
                [(v.notice.source, v.notice.id) for v in understanding.versions],
                [(o.lot_id, o.winners, o.is_without_result) for o in understanding.outcomes],
                sorted(
                    (c.source, c.source_id, c.digest, *c.holders.values_list("siret", flat=True))
                    for c in opportunity.contracts.all()
                ),
            )
        )
    links = NoticeLink.objects.values_list(
        "later__source_id", "earlier__source_id", "kind", "likeness", "why"
    )
    return sorted(needs, key=str), sorted(links), AwardedContract.objects.count()


def test_one_need_in_two_sources_is_one_and_says_why(bring: Importer) -> None:
    bring(boamp("27-1"), ted("000111-2027"))
    assert together() == groups("27-1 000111-2027")
    link = NoticeLink.objects.get()
    assert link.kind == NoticeLink.Kind.ALIKE
    assert link.why == "Le même acheteur (SIREN), la même date limite et le même titre."


@pytest.mark.parametrize(
    "changes",
    [
        {"published_on": date(2027, 3, 12)},
        {"deadline": datetime(2027, 4, 8, 10, tzinfo=UTC)},
        {"title": "Entretien des espaces verts des crèches"},
        {"title": "Entretien des espaces verts des écoles, lot 2"},
        {"cpv": Cpv("90911200")},
        {"buyer": replace(boamp("").buyer, siret="21380002700014")},  # type: ignore[type-var]
        {"kind": Kind.PRIOR},
    ],
)
def test_what_differs_stays_apart(bring: Importer, changes: dict[str, Any]) -> None:
    bring(boamp("27-1"), ted("000111-2027", **changes))
    assert len(together()) == 2


def test_two_lots_of_one_buyer_on_one_day_each_find_their_twin(bring: Importer) -> None:
    """The longer title is like both; each call has one twin, the most like it."""
    tall = {"title": "Entretien des espaces verts des écoles et tonte"}
    bring(boamp("27-1"), boamp("27-2", **tall), ted("000112-2027", **tall), ted("000111-2027"))
    assert together() == groups("27-1 000111-2027", "27-2 000112-2027")


def test_identifiers_join_what_words_do_not(bring: Importer) -> None:
    """The procedure of eForms; the number in the Official Journal in any of its writings."""
    eforms = Links(procedure=PROCEDURE)
    bring(
        boamp("27-1", links=eforms),
        ted("00000222-2027", title="Grünflächen", links=eforms, kind=Kind.AWARD),
        ted("000333-2027", title="Autre chose"),
        ted("000334-2027", title="Rien de tel", links=naming("2027/S 044-000333"), kind=Kind.AWARD),
    )
    assert together() == groups("27-1 00000222-2027", "000333-2027 000334-2027")


def test_a_notice_that_names_two_joins_three_and_old_addresses_lead_on(
    bring: Importer, nadia: User
) -> None:
    bring(boamp("27-1", title="Un"), boamp("27-2", title="Deux"))
    first, second = of("27-1"), of("27-2")
    bring(boamp("27-3", kind=Kind.CANCELLATION, links=naming("27-2", "27-1")))
    assert together() == groups("27-1 27-2 27-3")
    assert of("27-2") == first
    assert opportunity_for(nadia, second.pk, on=ON) == first
    assert first.stage == "call"
    assert of("27-3").stage == "cancelled"
    assert second not in Opportunity.objects.standing()
    assert not Opportunity.objects.search("Deux").filter(pk=second.pk).exists()


@pytest.mark.parametrize(("years", "expected"), [(2, 2), (0, 1)])
def test_a_call_that_names_an_old_one_is_the_next_contract(
    bring: Importer, years: int, expected: int
) -> None:
    old = boamp("25-1", published_on=date(2027 - years, 3, 1), deadline=None)
    bring(boamp("27-1", links=naming("25-1"), published_on=date(2027, 3, 2)), old)
    assert len(together()) == expected
    kind = NoticeLink.Kind.RENEWS if years else NoticeLink.Kind.NAMED
    assert NoticeLink.objects.get().kind == kind


def life() -> list[Notice]:
    """Twins, lots, a change, a result, what was announced, cancelled, and taken up again."""
    lots = (lot("1", "Tonte"), lot("2", "Élagage"))
    result = (won("LOT-0001", PLANE, WHEEL), won("LOT-0002", is_unsuccessful=True))
    return [
        boamp("27-1", lots=lots),
        ted("000111-2027"),
        boamp(
            "27-9",
            kind=Kind.CHANGE,
            deadline=datetime(2027, 4, 20, 10, tzinfo=UTC),
            published_on=date(2027, 3, 20),
            links=naming("27-1"),
        ),
        ted(
            "000999-2027",
            kind=Kind.AWARD,
            awards=result,
            deadline=None,
            published_on=date(2027, 5, 20),
            links=naming("2027/S 044-000111"),
        ),
        boamp("27-2", title="Entretien des espaces verts des écoles et tonte"),
        ted("000112-2027", title="Entretien des espaces verts des écoles et tonte"),
        boamp("27-3", kind=Kind.PRIOR, title="Peinture", links=Links(procedure=PROCEDURE)),
        ted("000113-2027", title="Peinture des classes", links=Links(procedure=PROCEDURE)),
        boamp("27-4", kind=Kind.CANCELLATION, title="Peinture", links=naming("27-3")),
        boamp("23-5", title="Ménage", published_on=date(2023, 3, 1), cpv=Cpv("90911200")),
        boamp(
            "24-6",
            kind=Kind.AWARD,
            title="Ménage",
            published_on=date(2023, 9, 1),
            awards=(won(None, PLANE),),
            links=naming("23-5"),
            cpv=Cpv("90911200"),
        ),
        boamp("27-7", title="Ménage", links=naming("24-6"), cpv=Cpv("90911200")),
        replace(
            decp("A", title="Ménage", cpv=Cpv("90911200"), published_on=None),
            awards=(won(None, WHEEL, decided_on=date(2027, 7, 1)),),
        ),
    ]


def test_any_order_and_twice_give_the_same_database(bring: Importer) -> None:
    notices = life()
    bring.all(notices)
    expected = state()
    assert together() == groups(
        "27-1 000111-2027 27-9 000999-2027",
        "27-2 000112-2027",
        "27-3 000113-2027 27-4",
        "23-5 24-6",
        "27-7",
    )
    assert [c.source_id for c in of("27-7").contracts.all()] == ["A"]
    report = bring.all(reversed(notices))
    assert (report.notices, report.contracts, report.skipped) == (0, 0, len(notices))
    assert state() == expected
    for seed in range(8):
        _empty()
        for notice in random.Random(seed).sample(notices, len(notices)):
            bring(notice)
        assert state() == expected, f"order of seed {seed}"


def made_up(world: int) -> list[Notice]:
    """Notices that name each other, share a procedure or only look alike, by a seed."""
    draw = random.Random(world)
    titles = ["Entretien des espaces verts", "Entretien des espaces verts et tonte", "Ménage"]
    kinds = [*[Kind.CALL] * 4, Kind.AWARD, Kind.CHANGE, Kind.PRIOR, Kind.CANCELLATION]
    notices: list[Notice] = []
    for number in range(10):
        make, identifier = draw.choice([(boamp, f"27-{number}"), (ted, f"{number:06d}-2027")])
        named = draw.sample(notices, min(len(notices), draw.choice([0, 0, 0, 1, 2])))
        links = Links(
            previous=tuple(notice.id for notice in named),
            procedure=draw.choice([None, None, None, None, PROCEDURE]),
        )
        kind = draw.choice(kinds)
        notices.append(
            make(
                identifier,
                kind=kind,
                title=draw.choice(titles),
                links=links,
                published_on=date(2027, 3, 1) + timedelta(days=draw.choice([0, 1, 3, 9, 400])),
                deadline=draw.choice([None, boamp("").deadline]),
                awards=(won(draw.choice([None, "1"]), PLANE),) if kind is Kind.AWARD else (),
            )
        )
    return notices


@pytest.mark.parametrize("world", range(3))
def test_any_order_of_a_made_up_world_gives_the_same(bring: Importer, world: int) -> None:
    notices = made_up(world)
    bring.all(notices)
    expected = state()
    for seed in range(4):
        _empty()
        for notice in random.Random(seed).sample(notices, len(notices)):
            bring(notice)
        assert state() == expected, f"world {world}, order of seed {seed}"


def _empty() -> None:
    """Past the rows that refuse to be deleted one by one."""
    tables = [model._meta.db_table for model in apps.get_app_config("opportunities").get_models()]
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'DELETE FROM "{table}"')


def test_an_award_closes_and_names_the_winners_lot_by_lot(bring: Importer) -> None:
    bring.all(life())
    opportunity = of("27-1")
    assert opportunity.stage == "awarded"
    assert opportunity.source == "boamp"
    assert opportunity.deadline == datetime(2027, 4, 20, 10, tzinfo=UTC)
    tonte, elagage = opportunity.current().outcomes
    assert [winner.siret for winner in tonte.winners] == [PLANE, WHEEL]
    assert (tonte.lot_id, tonte.title, tonte.amount_cents) == ("1", "Tonte", 4_000_000)
    assert elagage.is_without_result
    contract = opportunity.contracts.get()
    assert (contract.source_id, contract.months) == ("000999-2027#1", 24)
    assert contract.ends_on == date(2029, 5, 10)
    assert contract.title.endswith("— Tonte")


def test_nothing_awarded_at_all_is_a_cancellation(bring: Importer) -> None:
    bring(boamp("27-1"))
    assert of("27-1").stage == "call"
    ended = replace(boamp("27-2"), kind=Kind.AWARD, published_on=date(2027, 6, 1))
    bring(replace(ended, awards=(won(None, is_unsuccessful=True),), links=naming("27-1")))
    assert of("27-1").stage == "cancelled"
    assert not of("27-1").contracts.exists()


def test_results_of_two_sources_are_one_and_the_one_with_numbers_stays(bring: Importer) -> None:
    nameless = (replace(won(None), winners=(Winner("Entreprise Dix"),)),)
    ended = {"kind": Kind.AWARD, "deadline": None}
    bring(
        boamp("27-1"),
        boamp("27-2", awards=(won(None, PLANE),), links=naming("27-1"), **ended),
        ted("000222-2027", awards=nameless, **ended),
    )
    assert together() == groups("27-1 27-2 000222-2027")
    (outcome,) = of("27-1").current().outcomes
    assert [winner.siret for winner in outcome.winners] == [PLANE]
    assert AwardedContract.objects.get().source_id == "27-2"


def test_what_a_person_splits_no_import_joins_again(bring: Importer, nadia: User) -> None:
    bring(boamp("27-1"), ted("000111-2027"))
    before = of("27-1")
    twin = Publication.objects.get(source_id="000111-2027")
    apart = split_publication(publication=twin, by=nadia, on=ON)
    assert together() == groups("27-1", "000111-2027")
    assert apart == of("000111-2027")
    assert (before.pk, apart.title[:8]) == (of("27-1").pk, "France –")
    assert JournalEntry.objects.filter(verb="opportunities.split").count() == 1
    bring(ted("000111-2027", text="Version corrigée"), boamp("27-1", text="Version corrigée"))
    bring(ted("000222-2027", kind=Kind.AWARD, links=naming("2027/S 044-000111")))
    assert together() == groups("27-1", "000111-2027 000222-2027")
    joined = join_opportunities(opportunity=apart, other=of("27-1"), by=nadia, on=ON)
    assert together() == groups("27-1 000111-2027 000222-2027")
    assert joined.pk == before.pk
    assert Opportunity.objects.get(pk=apart.pk).joined_to == joined
    again = split_publication(publication=twin, by=nadia, on=ON)
    assert again.pk == apart.pk
    assert together() == groups("27-1", "000111-2027 000222-2027")
    assert again.joined_to is None
    assert again.current().notice.text == "Version corrigée"


def test_a_person_joins_what_has_nothing_in_common(bring: Importer, nadia: User) -> None:
    bring(boamp("27-1"), boamp("27-2", title="Tout autre chose", deadline=None))
    first, second = of("27-1"), of("27-2")
    join_opportunities(opportunity=second, other=first, by=nadia, on=ON)
    assert together() == groups("27-1 27-2")
    bring(boamp("27-2", title="Tout autre chose", text="Encore"))
    assert together() == groups("27-1 27-2")
    with pytest.raises(ValueError, match="nothing else is under"):
        split_publication(publication=_alone(bring), by=nadia, on=ON)


def _alone(bring: Importer) -> Publication:
    bring(boamp("27-8", title="Seul"))
    return Publication.objects.get(source_id="27-8")


def test_corrections_stay_over_what_is_read_after_joins_and_splits(
    bring: Importer, nadia: User
) -> None:
    bring(boamp("27-1", lots=(lot("1", "Tonte"), lot("2", "Taille"))), boamp("27-2", title="Autre"))
    first, second = of("27-1"), of("27-2")
    agreed(opportunity=first, fact="title", value="Titre de Nadia", by=nadia, on=ON)
    agreed(opportunity=second, fact="months", value=7, by=nadia, on=ON)
    agreed(opportunity=first, fact="months", lot="2", value=9, by=nadia, on=ON)
    one = join_opportunities(opportunity=first, other=second, by=nadia, on=ON)
    # What counts is the other notice, which has no lots: that of a lot is kept, not applied.
    assert (one.title, one.months) == ("Titre de Nadia", 7)
    assert [overlay.lot_id for overlay in one.current().pointless] == ["2"]
    bring(
        boamp(
            "27-3",
            links=naming("27-1"),
            lots=(lot("LOT-0001", "A"), lot("LOT-0002", "B")),
            published_on=date(2027, 3, 20),
        )
    )
    lots = of("27-1").current().notice.lots
    assert [x.duration and x.duration.months for x in lots] == [24, 9]
    second_publication = Publication.objects.get(source_id="27-2")
    back = split_publication(publication=second_publication, by=nadia, on=ON)
    assert (back.pk, back.title, back.months) == (second.pk, "Autre", 7)
    first.refresh_from_db()
    assert (first.title, first.months) == ("Titre de Nadia", 24)


def test_a_correction_of_a_joined_opportunity_is_withdrawn_where_it_shows(
    bring: Importer, nadia: User
) -> None:
    bring(boamp("27-1"), boamp("27-2", title="Autre"))
    correction = agreed(opportunity=of("27-2"), fact="months", value=7, by=nadia, on=ON)
    one = join_opportunities(opportunity=of("27-1"), other=of("27-2"), by=nadia, on=ON)
    assert one.months == 7
    withdraw_correction(correction=correction, by=nadia, on=ON)
    one.refresh_from_db()
    assert one.months is None


def test_the_twin_fills_what_the_first_notice_leaves_out(bring: Importer) -> None:
    """Facts only: the text stays that of one notice."""
    bare = replace(boamp("27-1"), cpv=Cpv(), places=(), format=Format.BOAMP_ENVELOPE, deadline=None)
    bring(bare, ted("000111-2027", lots=(lot("1", "Tonte"),)))
    assert together() == groups("27-1 000111-2027")
    notice = of("27-1").current().notice
    assert (notice.id, notice.cpv.main, len(notice.lots)) == ("27-1", "77310000", 1)
    assert of("27-1").deadline == datetime(2027, 4, 5, 10, tzinfo=UTC)
    assert timezone.is_aware(of("27-1").created_at)
