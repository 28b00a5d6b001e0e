from datetime import date
from statistics import median

import pytest

from cordee.rules.siret import is_valid_siret
from cordee.rules.territory import distance_km
from cordee.rules.trades import TRADES
from demo.numbers import FIRST_DIGITS, fictional_siret
from demo.shapes import ChantierSpec, World
from demo.trades_mix import ACI_WEIGHTS, COMPANY_WEIGHTS, NEIGHBOURS_OF
from demo.valley import CENTRE, CLEAR_KM, COMMUNES, NATIONAL
from demo.world import build_world

DAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(DAY)


def chantiers_of(world: World) -> list[ChantierSpec]:
    """All chantiers of the national network."""
    return [c for s in world.members_of(NATIONAL) for c in s.chantiers]


def test_two_builds_of_a_day_are_equal(world: World) -> None:
    assert build_world(DAY) == world


def test_another_day_keeps_names_places_and_sizes(world: World) -> None:
    later = build_world(date(2027, 7, 14))
    assert later != world
    for name in ("key", "name", "insee", "latitude", "people_per_year"):
        assert [getattr(s, name) for s in later.structures] == [
            getattr(s, name) for s in world.structures
        ]


def test_the_network_has_the_size_of_the_founding_text(world: World) -> None:
    """750 structures, 40,000 people a year and 6,000 permanent staff."""
    members = world.members_of(NATIONAL)
    assert len(members) == 750
    assert sum(s.people_per_year for s in members) == pytest.approx(40_000, rel=0.03)
    assert sum(s.permanent_staff for s in members) == pytest.approx(6_000, rel=0.05)


def test_neighbours_and_companies_stand_beside_it(world: World) -> None:
    outside = [s for s in world.structures if NATIONAL not in s.networks]
    companies = [s for s in outside if s.kind == "ENTREPRISE"]
    assert (len(outside) - len(companies), len(companies)) == (250, 30)
    assert {"EI", "AI", "ETTI", "EA"} <= {s.kind for s in outside}
    assert not any(s.networks for s in companies)


def test_each_member_belongs_to_the_delegation_of_its_region(world: World) -> None:
    delegations = {n.slug for n in world.networks if n.parent == NATIONAL}
    assert len(delegations) >= 13
    for structure in world.members_of(NATIONAL):
        assert len(delegations & set(structure.networks)) == 1


def test_the_smaller_networks_share_members_with_it(world: World) -> None:
    small = [n.slug for n in world.networks if n.parent is None and n.slug != NATIONAL]
    assert len(small) == 2
    for slug in small:
        members = world.members_of(slug)
        assert 20 <= len(members) <= 120
        assert 0 < sum(NATIONAL in s.networks for s in members) < len(members)


def test_every_siret_passes_its_key_and_is_nobodys(world: World) -> None:
    assert all(is_valid_siret(s.siret) for s in world.structures)
    assert all(s.siret.startswith(FIRST_DIGITS) for s in world.structures)
    assert len({s.key for s in world.structures}) == len(world.structures)


def test_some_organisations_hold_two_kinds(world: World) -> None:
    sirets = [s.siret for s in world.structures]
    assert len(sirets) - len(set(sirets)) >= 10


def test_a_rank_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="rank is 100000"):
        fictional_siret(100_000)


def test_names_are_unique_and_every_structure_has_a_chantier(world: World) -> None:
    assert len({s.name for s in world.structures}) == len(world.structures)
    assert all(s.chantiers for s in world.structures)


def test_no_name_is_that_of_a_real_structure(world: World, shared_data: object) -> None:
    import csv
    from pathlib import Path

    file = Path(str(shared_data)) / "structures" / "siae_2020.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        real = {
            (row.get(column) or "").strip().casefold()
            for row in csv.DictReader(stream)
            for column in ("name", "brand")
        } - {""}
    assert len(real) > 1_000
    assert not real & {s.name.casefold() for s in world.structures}


def test_chantiers_have_the_usual_size(world: World) -> None:
    chantiers = chantiers_of(world)
    assert 1_050 <= len(chantiers) <= 1_300
    known = [c.total_cfte for c in chantiers if c.total_cfte is not None]
    assert 1_300 <= median(known) <= 1_800
    assert all(1 <= len(c.crews) <= 4 for c in chantiers if c.crews)


def test_what_is_unknown_has_its_share(world: World) -> None:
    aci = [c for s in world.members_of(NATIONAL) if s.kind == "ACI" for c in s.chantiers]
    share = len(aci) / 100
    assert 6 <= sum(c.total_cfte is None for c in aci) / share <= 14
    assert 11 <= sum(not c.accounts for c in aci) / share <= 19
    assert 1 <= sum(not c.activities for c in aci) / share <= 6
    assert 4 <= sum(any(a.is_guessed for a in c.activities) for c in aci) / share <= 12


def test_ceilings_are_spread(world: World) -> None:
    """Most sell little, some come near 30 %, and only a derogation goes above."""
    years = [c.accounts[0] for c in chantiers_of(world) if c.accounts]
    rates = [y.receipts_cents / y.charges_cents for y in years]
    assert sum(rate < 0.15 for rate in rates) / len(rates) > 0.5
    assert sum(0.20 <= rate < 0.30 for rate in rates) / len(rates) > 0.10
    above = [y for y, rate in zip(years, rates, strict=True) if rate >= 0.30]
    assert above
    assert all(y.derogation is not None for y in above)


def test_the_current_year_has_a_forecast_and_the_next_two_a_budget(world: World) -> None:
    months = DAY.year * 12 + DAY.month - 1
    in_september = 0
    for chantier in chantiers_of(world):
        for number, year in enumerate(chantier.accounts):
            assert year.basis == ("budget" if number else "forecast")
        if chantier.accounts:
            first = chantier.accounts[0]
            assert first.first_month <= months < first.first_month + first.months
            in_september += first.first_month % 12 == 8
    assert in_september > 50


def test_trades_are_those_of_the_referential_and_green_spaces_lead(world: World) -> None:
    beside = {trade for others in NEIGHBOURS_OF.values() for trade in others}
    assert set(ACI_WEIGHTS) == set(TRADES)
    assert set(COMPANY_WEIGHTS) | set(NEIGHBOURS_OF) | beside <= set(TRADES)
    counted: dict[str, int] = {}
    for chantier in chantiers_of(world):
        for activity in chantier.activities:
            counted[activity.trade] = counted.get(activity.trade, 0) + 1
    assert max(counted, key=lambda trade: counted[trade]) == "espaces-verts"
    assert len(counted) >= 25


def test_agreements_differ(world: World) -> None:
    """Most let the network compose, fewer let it see private figures, some agree to nothing."""
    members = world.members_of(NATIONAL)
    national = [[a for a in s.sharings if a.network == NATIONAL] for s in members]
    private = [a for found in national for a in found if a.figure_class == "private"]
    assert 0.05 < sum(not found for found in national) / 750 < 0.15
    assert len(private) / 750 > 0.6
    assert 0.15 < sum(a.may_see for a in private) / len(private) < 0.4


def test_a_town_finds_neighbours_within_40_km(world: World) -> None:
    """Seen from the structures themselves, nearly all have three others around."""
    points = [(s.latitude, s.longitude) for s in world.structures]
    alone = sum(
        sum(distance_km(*here, *there) <= 40 for there in points) < 4 for here in points[::10]
    )
    assert alone <= len(points[::10]) * 0.12


def test_the_country_leaves_the_valley_alone(world: World) -> None:
    invented = {commune.insee for commune in COMMUNES}
    for structure in world.structures:
        away_km = distance_km(structure.latitude, structure.longitude, *CENTRE)
        assert structure.insee in invented or away_km >= CLEAR_KM - 2
        reach = max((a.reach_km for c in structure.chantiers for a in c.activities), default=0)
        assert structure.insee in invented or reach <= 50


@pytest.mark.parametrize("size", [6, 30, 200])
def test_a_country_of_any_size(size: int) -> None:
    small = build_world(DAY, size)
    assert len(small.structures) == size
    assert len({s.key for s in small.structures}) == size


def test_a_country_smaller_than_the_valley_is_refused() -> None:
    with pytest.raises(ValueError, match="size is 5; give at least 6"):
        build_world(DAY, 5)


def test_people_of_each_kind_and_a_stranger(world: World) -> None:
    roles = [person.role for person in world.people]
    # A stranger, and somebody whose request to direct a structure waits.
    assert roles.count(None) == 2
    # Two partners direct, so that both sides of an alliance are played.
    assert roles.count("director") == 2
    assert len(set(roles)) == len(world.people) - 2 == 9
    assert all(person.email.endswith("@cordee.example") for person in world.people)
    keys = {s.key for s in world.structures}
    assert all(person.structure in keys for person in world.people if person.structure)
