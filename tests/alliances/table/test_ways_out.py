"""A year above its ceiling: what each alliance would have to give back, for who directs alone."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from cordee.agreement.phases import Phase
from cordee.alliances.coordination.actions import add_coordinator
from cordee.alliances.table.ways_out import WayOut, ways_out
from cordee.base.ui import french
from cordee.economics.models import AccountingYear, Commitment
from cordee.economics.radar.page import Radar
from cordee.members.models import RoleSeat
from cordee.members.sharing import FigureClass, Viewer
from tests.alliances.makers import Rope
from tests.economics.makers import record_year
from tests.members.makers import make_person, share

pytestmark = pytest.mark.django_db
Make = Callable[..., Rope]


def accounts(team: Rope, room_cents: int, **values: Any) -> AccountingYear:
    """The year of the work, which still takes so much before the offer."""
    first = team.terms.lines[0].first_month
    return record_year(
        chantier=team.structures["jardins"].chantiers.get(),
        by=None,
        **{
            "first_month": first - first % 12,
            "charges_cents": 100_000_000,
            "receipts_cents": 30_000_000 - room_cents - 1,
            "basis": AccountingYear.Basis.BUDGET,
        }
        | values,
    )


def radar(team: Rope, key: str = "jardins") -> Radar:
    structure = team.structures[key]
    viewer = Viewer.of_structures({structure.pk}, team.on)
    first = team.terms.lines[0].first_month
    return Radar(viewer, structure, structure.chantiers.get(), str(first - first % 12))


def told(team: Rope, key: str = "jardins") -> list[WayOut]:
    structure, person = team.structures[key], team.directors[key]
    viewer = Viewer.of_structures({structure.pk}, team.on)
    return ways_out(radar(team), structure, person, viewer, now=team.now)


def page(client: Any, team: Rope, **headers: str) -> Any:
    url = reverse("alliances:ways_out", args=[team.structures["jardins"].pk])
    return client.get(url, radar(team).query, headers=headers)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"marginal_cost_share": Decimal("0.9")},
        {"derogation": Decimal("0.45"), "receipts_cents": 44_900_000},
    ],
)
def test_what_is_given_back_is_enough_and_one_cent_less_is_not(rope: Make, values: Any) -> None:
    team = rope().to_filed()
    accounts(team, 100_000, **values)
    (way,) = told(team)
    shown = radar(team)
    (part,) = shown.shown.parts
    over = shown.if_won(part).excess_of(part)
    assert way.gives.startswith(f"Rendre {french.euros(over)} de votre part en ")
    assert way.url == reverse("alliances:leave", args=[team.alliance.pk, team.party("jardins").pk])
    for cents, is_above in ((over, False), (over - 1, True)):
        # What falls in this year alone: the months of the others are not asked.
        Commitment.objects.filter(pk=part.commitment.pk).update(
            receipts_cents=part.receipts_cents - cents,
            first_month=shown.year.first_month,
            months=1,
        )
        assert radar(team).is_above is is_above


def test_a_share_that_is_not_enough_says_what_is_left(rope: Make) -> None:
    team = rope().to_filed().win().sign()
    accounts(team, -5_000_000)
    (way,) = told(team)
    assert way.gives.startswith("Même sans votre part (")
    assert french.euros(5_000_000) in way.gives
    assert way.words == ["Le marché est signé\u00a0: il faut un avenant, ou un sous-traitant."]


def test_each_of_two_rivals_on_one_lot_is_counted_alone(rope: Make) -> None:
    team = rope().to_filed()
    accounts(team, 100_000)
    row = Commitment.objects.get(chantier__structure=team.structures["jardins"])
    Commitment.objects.create(
        chantier=row.chantier,
        label="Seule",
        lot=row.lot,
        first_month=row.first_month,
        months=row.months,
        receipts_cents=row.receipts_cents * 2,
        state="bid",
    )
    (way,) = told(team)
    (own,) = [part for part in radar(team).shown.parts if part.commitment.pk == row.pk]
    assert french.euros(own.receipts_cents - 100_000) in way.gives


@pytest.mark.parametrize(("room_cents", "is_enough"), [(100_000, True), (-5_000_000, False)])
def test_where_no_part_is_enough_alone_this_is_said_first(
    rope: Make, signed_in_client: Any, room_cents: int, is_enough: bool
) -> None:
    team = rope().to_filed()
    accounts(team, room_cents)
    row = Commitment.objects.get(chantier__structure=team.structures["jardins"])
    own, _, party = row.source.rsplit(":", 2)
    row.pk, row.source, row.lot, row.receipts_cents = None, f"{own}:9:{party}", "lot:9", 50_000
    row.save()
    ways = told(team)
    # What is enough comes first, whatever its size.
    assert [way.is_enough for way in ways] == [is_enough, False]
    client = signed_in_client(team.directors["jardins"])
    for headers in ({}, {"HX-Request": "true"}):
        text = page(client, team, **headers).text
        assert ("Aucune part ne suffit à elle seule." in text) is not is_enough


def test_within_its_ceiling_the_panel_says_nothing_at_all(
    rope: Make, signed_in_client: Any
) -> None:
    team = rope().to_filed()
    accounts(team, 29_000_000)
    assert told(team) == []
    client = signed_in_client(team.directors["jardins"])
    part = page(client, team, **{"HX-Request": "true"})
    assert (part.content, part["HX-Retarget"], part["HX-Reswap"]) == (b"", "this", "delete")
    assert "Aucune de vos alliances" in page(client, team).text


def test_nobody_else_reads_it_nor_what_they_may_not_open(rope: Make, signed_in_client: Any) -> None:
    team = rope().to_filed()
    accounts(team, 100_000)
    share(team.structures["jardins"], team.network, FigureClass.PRIVATE)
    ceiling = reverse("economics:ceiling", args=[team.structures["jardins"].pk])
    panel = reverse("alliances:ways_out", args=[team.structures["jardins"].pk])
    for person in (team.leader, team.directors["toits"], make_person("x@exemple.fr")):
        client = signed_in_client(person)
        assert page(client, team).status_code == 404
        assert panel not in client.get(ceiling).text
    mine = signed_in_client(team.directors["jardins"])
    assert panel in mine.get(ceiling, {"exercice": radar(team).year.first_month}).text
    assert "Rendre" in page(mine, team).text
    # One who no longer takes part reads no more of it, whatever is booked still.
    team.alliance.parties.filter(structure=team.structures["jardins"]).update(state="removed")
    assert "Rendre" not in page(mine, team).text
    assert "berges" not in page(mine, team).text.split("<main")[1]


def signed(team: Rope, cents: int) -> Commitment:
    year = AccountingYear.objects.get()
    return Commitment.objects.create(
        chantier=year.chantier,
        label="Déjà signé",
        first_month=year.first_month,
        months=12,
        receipts_cents=cents,
        state="signed",
    )


def test_what_is_still_shared_out_is_told_and_repaired_by_who_coordinates(
    rope: Make, signed_in_client: Any
) -> None:
    team = rope().gather().step(Phase.SPLIT).share_out()
    accounts(team, 100_000)
    signed(team, 200_000)
    (way,) = told(team)
    assert way.url == reverse("alliances:share", args=[team.alliance.pk, team.party("jardins").pk])
    assert way.gives.startswith("Rendre ")
    person = team.directors["jardins"]
    RoleSeat.objects.create(person=person, role="network_staff", network=team.network)
    share(team.structures["jardins"], team.network, FigureClass.PRIVATE)
    add_coordinator(alliance=team.fresh, person=person, by=team.leader)
    (way,) = told(team)
    repair = reverse("alliances:repair_table", args=[team.alliance.pk])
    assert way.url == repair
    assert [words.split(" prendrait ")[0] for words in way.words] == [
        "Les Toits du Val",
        "Les Peintres du Val",
    ]


@pytest.mark.parametrize("size", [1, 12])
def test_the_number_of_queries_does_not_follow_the_contracts(
    rope: Make, django_assert_num_queries: Any, size: int
) -> None:
    team = rope().to_filed()
    accounts(team, 100_000)
    for _ in range(size):
        signed(team, 100)
    structure, person = team.structures["jardins"], team.directors["jardins"]
    viewer = Viewer.of_structures({structure.pk}, team.on)
    shown = radar(team)
    assert shown.is_above
    with django_assert_num_queries(6):
        assert len(ways_out(shown, structure, person, viewer, now=team.now)) == 1
