"""Sizes: comparison with awarded contracts, ranges, hours, and parts of one crew."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from cordee.notices.notice import (
    Amount,
    Award,
    ClauseKind,
    Cpv,
    Duration,
    Evidence,
    Format,
    Kind,
    Lot,
    LotFigures,
    Notice,
    Place,
    Provenance,
    Reserved,
    SocialClause,
    Source,
)
from cordee.notices.packages import PackageEstimate, estimate_packages, needs_comparison
from cordee.notices.sizes.comparables import Area, Comparable, Comparison, compare, region_of
from cordee.notices.sizes.estimated import default_rules
from cordee.notices.sizes.splitting import crews_for, parts_of
from cordee.rules.reservation import Reservation

ON = date(2027, 1, 10)
RULES = default_rules()
GREEN, CLEANING = "77310000", "90911200"
MARCH = 2027 * 12 + 2


def notice(**fields: object) -> Notice:
    base: dict[str, object] = {
        "source": Source.TED,
        "format": Format.EFORMS,
        "id": "1",
        "kind": Kind.CALL,
        "title": "Prestations",
        "cpv": Cpv(CLEANING),
        "duration": Duration(months=12, start=date(2027, 3, 1)),
    }
    return Notice(**(base | fields))  # type: ignore[arg-type]


def one(read: Notice, contracts: list[Comparable] | None = None) -> PackageEstimate:
    (package,) = estimate_packages(read, on=ON, contracts=contracts or [])
    return package


def euros(amount: int) -> Amount:
    return Amount(amount * 100, Evidence("montant", str(amount)))


def contract(number: int, **fields: object) -> Comparable:
    base: dict[str, object] = {
        "id": f"{number:04}",
        "cpv": CLEANING,
        "department": "07",
        "months": 12,
        "amount_cents": 1_200_000 * number,
        "date": date(2025, 1, 1 + number % 28),
        "title": f"Nettoyage {number}",
    }
    return Comparable(**(base | fields))  # type: ignore[arg-type]


def contracts(count: int, **fields: object) -> list[Comparable]:
    """At 1 000, 2 000… euros a month."""
    return [contract(number, **fields) for number in range(1, count + 1)]


def found(given: list[Comparable], **asked: object) -> Comparison:
    base: dict[str, object] = {
        "trade": "proprete",
        "cpv": CLEANING,
        "department": "07",
        "months": 12,
    }
    comparison = compare(given, **(base | asked))  # type: ignore[arg-type]
    assert comparison is not None
    return comparison


def test_the_price_of_the_winner_is_the_amount_of_a_lot_without_estimate() -> None:
    lots = (Lot("1", title="Nettoyage"), Lot("2", title="Vitrerie", amount=euros(9_000)))
    awards = (Award("1", amount=euros(30_000)), Award("2", amount=euros(8_000)))
    first, second = estimate_packages(
        notice(kind=Kind.AWARD, lots=lots, awards=awards, amount=euros(90_000)), on=ON
    )
    assert (first.amount_cents.value, first.amount_cents.provenance) == (
        3_000_000,
        Provenance.STATED,
    )
    assert second.amount_cents.value == 900_000
    shared = replace(lots[1], amount=None)
    two_winners = (Award("2", amount=euros(8_000)), Award("2", amount=euros(7_000)))
    (left,) = estimate_packages(notice(kind=Kind.AWARD, lots=(shared,), awards=two_winners), on=ON)
    assert left.amount_cents.provenance is Provenance.SUPPOSED


# --- comparing ---------------------------------------------------------------------------------


def test_the_middle_and_the_range_are_quantiles_over_n_plus_one() -> None:
    """Of 19 prices 1 000 to 19 000 €: the 4th, the 10th and the 16th."""
    comparison = found(contracts(19))
    assert [comparison.monthly_cents(Decimal(s)) for s in ("0.2", "0.5", "0.8")] == [
        400_000,
        1_000_000,
        1_600_000,
    ]
    amount = comparison.amount(24)
    assert (amount.low, amount.value, amount.high) == (9_600_000, 24_000_000, 38_400_000)
    assert amount.provenance is Provenance.COMPARED


def test_the_nearest_contracts_are_enough() -> None:
    near = contracts(RULES.enough_contracts)
    far = contracts(30, department="59", id="x")
    comparison = found(near + [replace(c, id=f"x{n}") for n, c in enumerate(far)])
    assert (comparison.digits, comparison.area) == (8, Area.DEPARTMENT)
    assert len(comparison.contracts) == RULES.enough_contracts


@pytest.mark.parametrize(
    ("fields", "digits", "area"),
    [
        ({"department": "26"}, 8, Area.REGION),
        ({"department": "59"}, 8, Area.COUNTRY),
        ({"cpv": "90911300", "department": "59"}, 5, Area.COUNTRY),
        ({"cpv": "90919000"}, 4, Area.DEPARTMENT),
        ({"cpv": "90900000"}, 3, Area.DEPARTMENT),
    ],
)
def test_it_widens_step_by_step(fields: dict[str, object], digits: int, area: Area) -> None:
    """Territory first, then the code."""
    few = contracts(5)
    more = [replace(c, id=f"w{c.id}") for c in contracts(25, **fields)]
    comparison = found(few + more)
    assert (comparison.digits, comparison.area) == (digits, area)


def test_without_a_code_the_trade_is_compared() -> None:
    comparison = found(contracts(20, cpv="90919200") + contracts(20, cpv=GREEN), cpv=None)
    assert comparison.digits == 0
    assert {c.cpv for c in comparison.contracts} == {"90919200"}
    assert "du même métier" in comparison.amount(12).rule


def test_like_durations_come_first() -> None:
    """A month of a short work is dearer."""
    short = [replace(c, id=f"s{c.id}") for c in contracts(20, months=2)]
    comparison = found(short + contracts(20))
    assert {c.months for c in comparison.contracts} == {12}
    assert comparison.lasts_alike
    assert not found(short + contracts(20), months=None).lasts_alike
    assert not found(short, months=48).lasts_alike


def test_too_few_contracts_compare_with_nothing() -> None:
    few = contracts(RULES.few_contracts - 1)
    assert compare(few, trade="proprete", cpv=CLEANING, department=None, months=12) is None
    widest = found(contracts(RULES.few_contracts))
    assert len(widest.contracts) == RULES.few_contracts


@pytest.mark.parametrize(
    "absurd",
    [{"amount_cents": 0}, {"amount_cents": 100}, {"amount_cents": 99_999}, {"months": 0},
     {"amount_cents": 10_000_000_001}, {"months": 121}, {"cpv": "9091"}],
)  # fmt: skip
def test_what_cannot_be_true_is_left_out_and_counted(absurd: dict[str, object]) -> None:
    wrong = contract(7, id="faux", **absurd)
    comparison = found([*contracts(20), wrong])
    assert comparison.left_out == 1
    assert wrong not in comparison.contracts


def test_a_contract_told_twice_counts_once_in_any_order() -> None:
    twice = contracts(20) + [replace(c, id=f"bis{c.id}") for c in contracts(20)]
    comparison = found(twice)
    assert len(comparison.contracts) == 20
    assert found(twice[::-1]) == comparison


def test_which_contracts_is_said() -> None:
    """How many, where, when, how much, and the contracts themselves, the newest first."""
    amount = found(contracts(20)).amount(12)
    assert "20 marchés attribués de même code CPV (90911200)" in amount.rule
    assert "dans le même département, de durée proche, en 2025" in amount.rule
    assert "non actualisés" in amount.rule
    assert len(amount.evidence) == 20
    assert amount.evidence[0].words.startswith("Nettoyage 20 :")


def test_regions() -> None:
    assert region_of("07") == region_of("26")
    assert "07" in region_of("07")
    assert region_of("971") == {"971"}
    assert region_of("2A") == {"2A", "2B"}


# --- the figures of a package ------------------------------------------------------------------


def test_an_untold_amount_is_compared_and_the_need_follows() -> None:
    package = one(notice(), contracts(19))
    assert package.amount_cents.provenance is Provenance.COMPARED
    assert package.amount_cents.value == 12_000_000
    assert package.need_cfte.provenance is Provenance.COMPARED
    low, value, high = (package.need_cfte.low, package.need_cfte.value, package.need_cfte.high)
    assert low is not None
    assert high is not None
    assert low < value < high


def test_a_told_size_needs_no_contract() -> None:
    assert needs_comparison(notice(amount=euros(50_000))) == ()
    assert needs_comparison(notice(need_cfte=200, trades=("proprete",))) == ()
    assert needs_comparison(notice(title="Logiciel", cpv=Cpv("48000000"))) == ()
    assert needs_comparison(notice()) == (("proprete", CLEANING),)
    package = one(notice(amount=euros(50_000)), contracts(19))
    assert package.amount_cents.provenance is Provenance.STATED
    assert package.amount_cents.low is None


def test_a_written_need_tells_more_than_other_contracts() -> None:
    package = one(notice(need_cfte=200, trades=("proprete",)), contracts(19))
    assert package.need_cfte.provenance is Provenance.STATED
    assert package.amount_cents.provenance is Provenance.SUPPOSED


def test_a_need_from_an_amount_strays_with_the_hourly_cost() -> None:
    """35 € an hour, between 30 and 40."""
    need = one(notice(amount=euros(100_000))).need_cfte
    assert (need.low, need.value, need.high) == (132, 151, 176)


def test_what_is_supposed_has_a_range_around_it() -> None:
    package = one(notice(duration=None))
    for figure in (package.months, package.first_month, package.need_cfte, package.amount_cents):
        assert figure.provenance is Provenance.SUPPOSED
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low <= figure.value <= figure.high


def test_equal_shares_of_a_total_have_the_range_of_true_lots() -> None:
    lots = (Lot("1", cpv=Cpv(CLEANING)), Lot("2", cpv=Cpv(CLEANING)))
    first, _ = estimate_packages(notice(lots=lots, amount=euros(100_000)), on=ON)
    amount = first.amount_cents
    assert (amount.low, amount.value, amount.high) == (2_100_000, 5_000_000, 7_350_000)


def test_a_need_of_the_whole_is_shared_between_silent_lots() -> None:
    lots = (Lot("1", cpv=Cpv(CLEANING), need_cfte=100), Lot("2", cpv=Cpv(CLEANING)))
    first, second = estimate_packages(notice(lots=lots, need_cfte=250), on=ON)
    assert first.need_cfte.provenance is Provenance.STATED
    assert (second.need_cfte.value, second.need_cfte.provenance) == (150, Provenance.COMPUTED)


def test_a_big_lot_in_several_departments_is_cut_by_place() -> None:
    """Equal parts that add up; a small lot, or a wider area, stays whole."""
    places = (Place(department="07"), Place(department="26", commune="26362"), Place("26"))
    big = estimate_packages(notice(amount=euros(1_000_001), places=places), on=ON)
    assert [p.place.value.commune if p.place.value else "" for p in big] == [None, "26362"]
    assert sum(p.amount_cents.value for p in big) == 100_000_100
    assert {p.amount_cents.provenance for p in big} == {Provenance.COMPUTED}
    assert len(estimate_packages(notice(amount=euros(50_000), places=places), on=ON)) == 1
    zone = (*places, Place(nuts="FRK"))
    assert len(estimate_packages(notice(amount=euros(1_000_001), places=zone), on=ON)) == 1


# --- hours -------------------------------------------------------------------------------------


def clause(**fields: object) -> SocialClause:
    base: dict[str, object] = {"kind": ClauseKind.EXECUTION, "evidence": (Evidence("x", "heures"),)}
    return SocialClause(**(base | fields))  # type: ignore[arg-type]


def test_hours_of_work_follow_the_need() -> None:
    """2 ETP over 12 months are 3 214 hours."""
    package = one(notice(need_cfte=200, trades=("proprete",)))
    assert package.hours.value == 3_214
    assert package.hours.provenance is Provenance.COMPUTED


def test_hours_of_insertion_are_written_or_follow_rule_17() -> None:
    """100 000 € × 85 % × 10 % ÷ 35 € = 243 hours."""
    written = one(notice(social_clause=clause(hours=300)))
    assert written.insertion_hours is not None
    assert written.insertion_hours.value == 300
    rate = clause(rate_percent=Decimal(10))
    computed = one(notice(social_clause=rate, amount=euros(100_000)))
    assert computed.insertion_hours is not None
    assert computed.insertion_hours.value == 243
    assert computed.insertion_hours.provenance is Provenance.COMPUTED
    assert one(notice(social_clause=rate), contracts(19)).insertion_hours is None
    assert one(notice()).insertion_hours is None


def test_hours_of_the_whole_are_not_those_of_a_lot() -> None:
    """Unless there is one lot, or the text says them lot by lot."""
    lots = (Lot("1", cpv=Cpv(CLEANING)), Lot("2", cpv=Cpv(CLEANING)))
    several = notice(lots=lots, social_clause=clause(hours=300))
    assert [p.insertion_hours for p in estimate_packages(several, on=ON)] == [None, None]
    by_lot = clause(hours=300, by_lot=(LotFigures("2", 120),))
    _, second = estimate_packages(notice(lots=lots, social_clause=by_lot), on=ON)
    assert second.insertion_hours is not None
    assert second.insertion_hours.value == 120
    single = one(notice(lots=lots[:1], social_clause=clause(hours=300)))
    assert single.insertion_hours is not None


@pytest.mark.parametrize(
    ("fields", "cfte"),
    [
        ({"social_clause": clause(hours=1607, kind=ClauseKind.OBJECT)}, 100),
        ({"social_clause": clause(hours=1607, rate_percent=Decimal(50))}, 200),
        ({"social_clause": clause(hours=1607),
          "reserved": Reserved(Reservation.INSERTION, (Evidence("x", "réservé"),))}, 100),
    ],
)  # fmt: skip
def test_hours_that_are_a_known_part_of_the_work_give_the_need(
    fields: dict[str, object], cfte: int
) -> None:
    need = one(notice(**fields), contracts(19)).need_cfte
    assert (need.value, need.provenance) == (cfte, Provenance.COMPUTED)


def test_hours_of_a_plain_clause_do_not_tell_the_need() -> None:
    need = one(notice(social_clause=clause(hours=1607))).need_cfte
    assert need.provenance is Provenance.SUPPOSED


# --- what one crew can hold --------------------------------------------------------------------


def test_a_small_package_without_season_is_one_part() -> None:
    (part,) = parts_of("proprete", MARCH, 12, 300, 1_000_000, RULES)
    assert (part.first_month, part.months, part.need_cfte) == (MARCH, 12, 300)
    assert part.rule == ""


def test_a_large_need_is_shared_between_crews() -> None:
    parts = parts_of("proprete", MARCH, 12, 1_500, 1_000_001, RULES)
    assert [part.need_cfte for part in parts] == [500, 500, 500]
    assert sum(part.amount_cents for part in parts) == 1_000_001
    assert "3 petites équipes" in parts[0].rule
    assert crews_for(RULES.crew_cfte, RULES) == 1
    assert crews_for(RULES.crew_cfte + 1, RULES) == 2


def test_a_seasonal_trade_does_in_season_what_was_spread_over_the_year() -> None:
    """24 months from March are two seasons of nine months, four thirds as strong."""
    parts = parts_of("espaces-verts", MARCH, 24, 300, 2_000_000, RULES)
    assert [(part.first_month, part.months) for part in parts] == [(MARCH, 9), (MARCH + 12, 9)]
    assert {part.need_cfte for part in parts} == {400}
    assert [part.amount_cents for part in parts] == [1_000_000, 1_000_000]
    assert "saison" in parts[0].rule


def test_a_winter_work_of_a_seasonal_trade_stays_whole() -> None:
    (part,) = parts_of("espaces-verts", 2027 * 12, 2, 300, 2_000_000, RULES)
    assert (part.months, part.need_cfte) == (2, 300)


def test_what_no_small_crews_can_share_stays_whole() -> None:
    (part,) = parts_of("proprete", MARCH, 12, 743 * 61, 1_000_000, RULES)
    assert "Trop grand" in part.rule
