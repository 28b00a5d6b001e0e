"""The home of a network: what closes soon, who is silent, where nobody goes; never who should."""

from collections.abc import Callable
from datetime import timedelta
from math import cos, sin
from pathlib import Path
from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from cordee.accounts.models import User
from cordee.members.models import Activity, Chantier, Commune, Crew, Network, Structure
from cordee.members.network_access import Desk, desk_or_none
from cordee.mobilisation.models import Answer, Ask, Campaign, Recipient
from cordee.mobilisation.watch import reach
from cordee.mobilisation.watch.reach import Deadlines, Silences
from cordee.mobilisation.watch.together import Coverage, Hole, out_of_reach
from cordee.opportunities.models import Opportunity, WorkPackage
from cordee.rules.territory import distance_hm
from tests.members.makers import (
    join,
    make_many,
    make_network,
    make_person,
    make_structure,
    make_valley,
    share,
)
from tests.opportunities.makers import import_records, make_opportunity, need

pytestmark = pytest.mark.django_db
SECRET = "Les Jardins Nommés"


@pytest.fixture
def network() -> Network:
    make_valley()
    return make_network("Réseau du Val")


@pytest.fixture
def staff(network: Network) -> User:
    return make_person("equipe@exemple.fr", role="network_staff", network=network)


@pytest.fixture
def lot(network: Network, tmp_path: Path) -> WorkPackage:
    """Green spaces at Roche-Mirel, in Isère, open for twenty days."""
    opportunity = make_opportunity(tmp_path)
    breakdown = opportunity.latest_breakdown()
    assert breakdown is not None
    return WorkPackage.objects.get(breakdown=breakdown)


def make_member(
    network: Network,
    name: str = SECRET,
    *,
    trade: str = "espaces-verts",
    reach_km: int = 40,
    places: int | None = 8,
    **values: Any,
) -> Structure:
    at = {"commune_id": "38002", "department_id": "38", "latitude": 45.1, "longitude": 5.5}
    structure = make_structure(name, **at | values)
    chantier = Chantier.objects.get(structure=structure)
    Activity.objects.create(chantier=chantier, trade=trade, reach_km=reach_km)
    if places is not None:
        Crew.objects.create(chantier=chantier, name="Équipe", places=places)
    join(structure, network)
    return structure


def desk_of(person: User, network: Network) -> Desk:
    desk = desk_or_none(person, network)
    assert desk is not None
    return desk


def coverage(person: User, network: Network) -> Coverage:
    return Coverage(desk_of(person, network), on=timezone.localdate(), now=timezone.now())


def holes(person: User, network: Network) -> list[Hole]:
    return [lot.hole for basin in coverage(person, network).basins for lot in basin.lots]


# --- Where nobody goes ------------------------------------------------------------------------


def test_a_lot_that_no_member_reaches_is_a_hole(
    network: Network, staff: User, lot: WorkPackage
) -> None:
    (basin,) = coverage(staff, network).basins
    assert (basin.trade, basin.department) == ("espaces-verts", "38")
    assert holes(staff, network) == [Hole.NOBODY]


@pytest.mark.parametrize(
    "values",
    [
        {"trade": "maraichage"},
        {"latitude": 47.0, "longitude": 2.0},
        {"is_closed": True},
        {"kind": "ENTREPRISE"},
    ],
    ids=["another trade", "too far", "closed", "an ordinary company"],
)
def test_who_cannot_go_fills_no_hole(
    network: Network, staff: User, lot: WorkPackage, values: dict[str, Any]
) -> None:
    make_member(network, **values)
    assert holes(staff, network) == [Hole.NOBODY]


def test_a_member_of_another_network_fills_no_hole(
    network: Network, staff: User, lot: WorkPackage
) -> None:
    make_member(make_network("Réseau du Large"))
    assert holes(staff, network) == [Hole.NOBODY]


def test_a_lone_member_is_too_small_only_where_its_team_is_shown(
    network: Network, staff: User, lot: WorkPackage
) -> None:
    structure = make_member(network, places=1)
    Crew.objects.update(weekly_minutes=60)
    assert holes(staff, network) == [Hole.UNKNOWN]
    share(structure, network, "network", may_see=False, may_compose=True)
    assert holes(staff, network) == [Hole.UNKNOWN]
    structure.sharings.all().delete()
    share(structure, network, "network", may_see=True, may_compose=False)
    assert holes(staff, network) == [Hole.TOO_SMALL]
    Crew.objects.update(places=60, weekly_minutes=35 * 60)
    assert holes(staff, network) == []


def test_two_members_in_reach_leave_no_hole(
    network: Network, staff: User, lot: WorkPackage
) -> None:
    make_member(network, "A", places=None)
    make_member(network, "B", places=None)
    assert holes(staff, network) == []


def test_a_member_without_coordinates_stands_at_its_commune(
    network: Network, staff: User, lot: WorkPackage
) -> None:
    for name in ("A", "B"):
        make_member(network, name, latitude=None, longitude=None)
    assert holes(staff, network) == []


@pytest.mark.parametrize("most_boxes", [60, 0], ids=["in boxes", "by trade"])
def test_who_is_in_reach_is_who_lies_no_farther_than_it_goes(
    network: Network,
    staff: User,
    lot: WorkPackage,
    monkeypatch: pytest.MonkeyPatch,
    most_boxes: int,
) -> None:
    monkeypatch.setattr(reach, "MOST_BOXES", most_boxes)
    expected = set()
    here = (float(lot.latitude or 0), float(lot.longitude or 0))
    for number in range(60):
        far_km, turn = 14 + number / 5, number * 0.7
        at = here[0] + far_km / 111 * sin(turn), here[1] + far_km / 111 * cos(turn)
        has_point = number % 5 > 0
        where = {"latitude": at[0], "longitude": at[1]} if has_point else {"latitude": None}
        member = make_member(
            network, f"M{number}", reach_km=20, places=None, **{"longitude": None} | where
        )
        point = Structure.objects.with_place().get(pk=member.pk).point
        assert point is not None
        if distance_hm(*point, *here) <= 200:
            expected.add(member.pk)
    packages = reach.visible_packages(
        desk_of(staff, network), on=timezone.localdate(), now=timezone.now()
    )
    found = reach.members_in_reach(desk_of(staff, network), packages, on=timezone.localdate())
    assert {each.structure for each in found[lot.pk]} == expected
    assert 0 < len(expected) < 60


def test_a_reserved_lot_counts_those_who_may_answer(
    network: Network, staff: User, lot: WorkPackage
) -> None:
    for name in ("A", "B"):
        make_member(network, name, kind="EA")
    assert holes(staff, network) == []
    # A package is written once: the row of the test is changed under its feet.
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE opportunities_workpackage SET reserved = 'INSERTION' WHERE id = %s", [lot.pk]
        )
    assert holes(staff, network) == [Hole.NOBODY]


def test_what_has_no_place_is_counted_apart(
    network: Network, staff: User, lot: WorkPackage
) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE opportunities_workpackage SET latitude = NULL, longitude = NULL WHERE id = %s",
            [lot.pk],
        )
    found = coverage(staff, network)
    assert (found.open_lots, found.unplaced, found.basins) == (1, 1, [])


def test_no_word_of_coverage_names_a_member(
    network: Network, staff: User, lot: WorkPackage, signed_in_client: Callable[[Any], Any]
) -> None:
    """RULE-38: lots, trades and places; whatever page or panel is asked."""
    structure = make_member(network, places=1)
    Crew.objects.update(weekly_minutes=60, name="Équipe nommée")
    share(structure, network, "network")
    client = signed_in_client(staff)
    address = f"/reseaux/{network.slug}/couverture/"
    page = client.get(address).content.decode()
    panel = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "À plusieurs" in page
    for told in (page, panel):
        assert SECRET not in told
        assert "Équipe nommée" not in told
        assert structure.siret not in told
        assert f"/annuaire/{structure.pk}/" not in told


def test_a_delegate_looks_at_her_territory_with_all_the_network(
    network: Network, lot: WorkPackage
) -> None:
    """Their lots only; members from elsewhere may come to them."""
    here = make_person("i@exemple.fr", role="delegate", network=network, department_id="38")
    there = make_person("s@exemple.fr", role="delegate", network=network, department_id="73")
    assert coverage(there, network).open_lots == 0
    assert holes(here, network) == [Hole.NOBODY]
    for name in ("A", "B"):
        make_member(network, name, department_id="73")
    assert holes(here, network) == []


def test_a_network_that_says_where_it_works_looks_there_only(
    network: Network, staff: User, lot: WorkPackage
) -> None:
    network.departments.set(["73"])
    assert coverage(staff, network).open_lots == 0
    network.regions.set(["84"])
    assert coverage(staff, network).open_lots == 1


def test_a_need_addressed_to_another_network_is_in_no_basin(
    network: Network, staff: User, tmp_path: Path
) -> None:
    other = make_network("Réseau du Large")
    import_records(tmp_path, need(), network=other, on=timezone.localdate())
    assert coverage(staff, network).open_lots == 0
    theirs = make_person("l@exemple.fr", role="network_staff", network=other)
    assert coverage(theirs, other).open_lots == 1


def test_reaches_agree_with_the_plain_distance() -> None:
    """The table of distances against the function that everything else uses."""
    from itertools import product

    spots = [(45.0 + n * 0.173, 5.0 - n * 0.211) for n in range(12)]
    reaches = [10 + 9 * n for n in range(12)]
    table = reach._within(spots, spots, reach.np.array(reaches))
    for (i, one), (j, other) in product(enumerate(spots), enumerate(spots)):
        assert bool(table[i, j]) == (distance_hm(*one, *other) <= 10 * reaches[j])


# --- What closes soon ---------------------------------------------------------------------------


def deadlines(person: User, network: Network) -> list[Any]:
    found = Deadlines(desk_of(person, network), on=timezone.localdate(), now=timezone.now())
    return found.lines


def test_a_contract_near_members_is_listed_with_how_many(
    network: Network, staff: User, lot: WorkPackage, signed_in_client: Callable[[Any], Any]
) -> None:
    assert deadlines(staff, network) == []
    make_member(network)
    (line,) = deadlines(staff, network)
    assert (line.members, line.trades) == (1, ("Espaces verts",))
    body = signed_in_client(staff).get(f"/reseaux/{network.slug}/echeances/").content.decode()
    assert "1\u202fmembre peut y aller" in body
    assert SECRET not in body


def test_a_contract_that_closes_later_waits(
    network: Network, staff: User, lot: WorkPackage
) -> None:
    make_member(network)
    Opportunity.objects.update(deadline=timezone.now() + timedelta(days=32))
    assert deadlines(staff, network) == []


def test_a_delegate_reads_what_her_own_members_may_reach(
    network: Network, lot: WorkPackage
) -> None:
    here = make_person("i@exemple.fr", role="delegate", network=network, department_id="38")
    make_member(network, department_id="73")
    assert deadlines(here, network) == []
    make_member(network, "Autre")
    (line,) = deadlines(here, network)
    assert line.members == 1


# --- Who is silent --------------------------------------------------------------------------------


def relayed(network: Network, structure: Structure, opportunity: Opportunity, days: int) -> Ask:
    """A network asked a structure, so many days ago."""
    now = timezone.now()
    campaign, _ = Campaign.objects.get_or_create(
        network=network,
        subject="Un marché près de chez vous",
        defaults={
            "answer_by": timezone.localdate() + timedelta(days=5),
            "state": Campaign.State.SENT,
            "sent_at": now,
        },
    )
    ask, _ = Ask.objects.get_or_create(
        structure=structure,
        opportunity=opportunity,
        defaults={"asked_at": now - timedelta(days=days), "answer_by": timezone.localdate()},
    )
    Recipient.objects.create(
        campaign=campaign,
        structure=structure,
        opportunity=opportunity,
        ask=ask,
        rank=1,
        state=Recipient.State.SENT,
        relayed_at=now - timedelta(days=days),
    )
    return ask


def silences(person: User, network: Network) -> Silences:
    return Silences(desk_of(person, network), on=timezone.localdate(), now=timezone.now())


def test_who_answered_nothing_is_to_be_called(
    network: Network, staff: User, lot: WorkPackage
) -> None:
    opportunity = lot.breakdown.opportunity
    silent, spoke = make_member(network, "Silence"), make_member(network, "Parole")
    relayed(network, silent, opportunity, 8)
    ask = relayed(network, spoke, opportunity, 8)
    answer = Answer.objects.create(
        ask=ask, choice="not_now", channel="application", given_at=timezone.now()
    )
    answer.readers.add(network)
    found = silences(staff, network)
    assert found.asked == 2
    assert [line.name for line in found.lines] == ["Silence"]


def test_an_answer_taken_back_is_no_answer(network: Network, staff: User, lot: WorkPackage) -> None:
    structure = make_member(network)
    ask = relayed(network, structure, lot.breakdown.opportunity, 8)
    answer = Answer.objects.create(
        ask=ask, choice="alone", channel="application", given_at=timezone.now()
    )
    answer.readers.add(network)
    assert silences(staff, network).lines == []
    Answer.objects.filter(pk=answer.pk).update(withdrawn_at=timezone.now())
    assert len(silences(staff, network).lines) == 1


def test_what_another_network_asked_is_not_told(
    network: Network, staff: User, lot: WorkPackage
) -> None:
    structure = make_member(network)
    relayed(make_network("Réseau du Large"), structure, lot.breakdown.opportunity, 8)
    assert silences(staff, network).asked == 0


def test_the_network_above_does_not_read_who_a_delegation_asked(
    network: Network, staff: User, lot: WorkPackage, signed_in_client: Callable[[Any], Any]
) -> None:
    """Whoever is silent today and not tomorrow has answered: that is told to who asked, alone."""
    delegation = make_network("Délégation du Val", parent=network)
    relayed(delegation, make_member(delegation), lot.breakdown.opportunity, 8)
    own = make_person("deleguee@exemple.fr", role="network_staff", network=delegation)
    assert [line.name for line in silences(own, delegation).lines] == [SECRET]
    found = silences(staff, delegation)
    assert (found.asked, found.lines) == (0, [])
    page = signed_in_client(staff).get(f"/reseaux/{delegation.slug}/silences/").content.decode()
    assert SECRET not in page
    assert "lu que par la délégation" in page


def test_silence_is_forgotten_after_ninety_days(
    network: Network, staff: User, lot: WorkPackage
) -> None:
    relayed(network, make_member(network), lot.breakdown.opportunity, 91)
    assert silences(staff, network).asked == 0


# --- Cost ----------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["couverture/", "echeances/", "silences/"])
def test_a_panel_costs_the_same_whatever_it_finds(
    page: str,
    network: Network,
    staff: User,
    lot: WorkPackage,
    tmp_path: Path,
    count_queries: Callable[..., int],
) -> None:
    make_many(3, network)
    few = count_queries(f"/reseaux/{network.slug}/{page}", staff)
    make_many(30, network)
    make_opportunity(tmp_path, idweb="26-10002")
    assert count_queries(f"/reseaux/{network.slug}/{page}", staff) <= few
    assert few <= 24


def test_no_commune_of_the_tests_is_far_from_its_lot(lot: WorkPackage) -> None:
    """What the tests above lean on: the lot stands at Roche-Mirel, in Isère."""
    commune = Commune.objects.get(pk="38002")
    assert lot.latitude is not None
    assert lot.longitude is not None
    assert distance_hm(lot.latitude, lot.longitude, commune.latitude, commune.longitude) < 100


# --- Nobody alone -------------------------------------------------------------------------------


def nobody_alone(person: User, network: Network) -> list[tuple[str, str]]:
    found = out_of_reach(desk_of(person, network), now=timezone.now())
    return [(row.look[1], row.words) for row in found]


def visible(network: Network, how_many: int, **values: Any) -> list[Structure]:
    """Members whose team the network sees: 5,94 full-time equivalents each."""
    members = [make_member(network, f"Membre {number}", **values) for number in range(how_many)]
    for member in members:
        share(member, network, "network")
    return members


def need_cfte(lot: WorkPackage, cfte: int) -> None:
    QuerySet.update(WorkPackage.objects.filter(pk=lot.pk), need_cfte=cfte)


def test_it_counts_how_many_members_it_takes_and_names_none(
    network: Network, staff: User, lot: WorkPackage, signed_in_client: Callable[..., Any]
) -> None:
    need_cfte(lot, 1_300)
    visible(network, 2)
    assert nobody_alone(staff, network) == [
        ("Trop grand", "plus grand que toutes les équipes à portée")
    ]
    visible(network, 2)
    assert nobody_alone(staff, network) == [("À trois", "trois membres au moins")]
    client = signed_in_client(staff)
    for url in (f"/reseaux/{network.slug}/ensemble/", "/aujourdhui/"):
        page = client.get(url).text
        assert "trois membres au moins" in page
        assert "Membre 0" not in page
    assert (
        "Un marché qu’aucun membre ne tient seul"
        in client.get(f"/reseaux/{network.slug}/ensemble/").text
    )


def test_one_large_enough_is_not_nobody(network: Network, staff: User, lot: WorkPackage) -> None:
    need_cfte(lot, 500)
    visible(network, 3)
    assert nobody_alone(staff, network) == []


def test_a_team_that_is_not_seen_is_to_confirm(
    network: Network, staff: User, lot: WorkPackage
) -> None:
    need_cfte(lot, 1_300)
    visible(network, 3)
    make_member(network, "Sans accord")
    assert nobody_alone(staff, network) == [("À confirmer", "une équipe à connaître")]


def test_where_no_member_goes_comes_last(network: Network, staff: User, lot: WorkPackage) -> None:
    assert nobody_alone(staff, network) == [("Aucun membre", "aucun membre n’y va")]


def test_the_entry_of_a_network_leads_there(
    network: Network, staff: User, signed_in_client: Callable[..., Any]
) -> None:
    client, here = signed_in_client(staff), f"/reseaux/{network.slug}/ensemble/"
    assert f'href="{here}"' in client.get("/aujourdhui/").text
    assert f'href="{here}"' in client.get("/opportunites/").text


def test_as_many_queries_for_ten_members_as_for_one(
    network: Network, staff: User, lot: WorkPackage, count_queries: Callable[..., int]
) -> None:
    visible(network, 1)
    here = f"/reseaux/{network.slug}/ensemble/"
    few = count_queries(here, staff), count_queries("/aujourdhui/", staff)
    visible(network, 9)
    assert (count_queries(here, staff), count_queries("/aujourdhui/", staff)) == few
