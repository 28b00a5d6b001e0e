"""From a notice to packages of work: trade, place, months, people and money, with their origin.

The rules are few and stated; each value says whether it is written in the notice, computed from
it, compared with like contracts, or supposed, by which rule, and how far it may stray. The figures
themselves are in `sizes`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from cordee.notices.notice import Kind, Lot, Notice, Place, Provenance
from cordee.notices.places import departments_of
from cordee.notices.sizes import money, splitting, where_and_when
from cordee.notices.sizes.comparables import Comparable, Comparison, compare
from cordee.notices.sizes.estimated import (
    Assumptions,
    Estimated,
    SizeRules,
    default_assumptions,
    default_rules,
)
from cordee.notices.sizes.hours import hours_of_insertion, hours_of_work
from cordee.notices.trades.lots import TradeReading, trade_of
from cordee.rules.clock import day_of
from cordee.rules.reservation import Reservation
from cordee.rules.trades import TRADES, match_trade


@dataclass(frozen=True, slots=True)
class PackageEstimate:
    """One package of work: a lot, or the whole contract where `lot_id` is None.

    `first_month` is absolute (year * 12 + month - 1); `need_cfte` is hundredths of a full-time
    equivalent in each of the `months`; `amount_cents` is without tax, for the whole duration.
    `places` are all those of the lot, `place` the one used. `hours` are all those of the work,
    `insertion_hours` those that a clause asks, None where it asks none of this lot. `parts` are
    what one small crew can hold, by season and size.
    """

    lot_id: str | None
    label: str
    trade: Estimated[str]
    place: Estimated[Place | None]
    places: tuple[Place, ...]
    first_month: Estimated[int]
    months: Estimated[int]
    need_cfte: Estimated[int]
    amount_cents: Estimated[int]
    hours: Estimated[int]
    insertion_hours: Estimated[int] | None
    parts: tuple[splitting.WorkPart, ...]
    reservation: Reservation | None
    notes: tuple[str, ...] = ()
    craft: str = ""


class ScopeOutcome(StrEnum):
    """Whether a notice can be answered by our trades, today."""

    IN_SCOPE = "in_scope"
    OUT_OF_SCOPE = "out_of_scope"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class LotTrade:
    """The trade read for a lot (`trade` None when out of our trades) and why."""

    lot_id: str | None
    label: str
    trade: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What a notice is to us: the outcome, the words or codes that say so, and lot by lot."""

    outcome: ScopeOutcome
    why: tuple[str, ...]
    trades: tuple[str, ...]
    lots: tuple[LotTrade, ...]
    lots_out_of_scope: tuple[LotTrade, ...]


_NOT_A_CALL = {
    Kind.PRIOR: "L’avis annonce un marché à venir : on ne peut pas encore répondre.",
    Kind.AWARD: "L’avis annonce une attribution : le marché a déjà un titulaire.",
    Kind.CANCELLATION: "L’avis annule la consultation.",
}


def scope(notice: Notice, *, on: date) -> Scope:
    """Say whether the notice is a call for our trades, still open on this day.

    A notice is closed from the day after its deadline; without a deadline it is taken as open.
    """
    read = [_lot_trade(notice, lot) for lot in (notice.lots or (None,))]
    inside = tuple(item for item in read if item.trade)
    outside = tuple(item for item in read if not item.trade)
    trades = _trades(notice)
    if notice.kind in _NOT_A_CALL:
        form = f" (formulaire {notice.form})" if notice.form else ""
        reason = _NOT_A_CALL[notice.kind].replace(" :", f"{form} :", 1)
        return Scope(ScopeOutcome.OUT_OF_SCOPE, (reason,), trades, inside, outside)
    if not inside:
        why = tuple(dict.fromkeys(item.why for item in outside))
        return Scope(ScopeOutcome.OUT_OF_SCOPE, why, trades, inside, outside)
    why = tuple(dict.fromkeys(item.why for item in inside))
    closes_on = day_of(notice.deadline) if notice.deadline else None
    # Still open on the day itself, whatever the hour: the buyer's clock decides.
    if closes_on is not None and closes_on < on:
        closed = f"La date limite de réponse est passée : {closes_on:%d/%m/%Y}."
        return Scope(ScopeOutcome.CLOSED, (closed, *why), trades, inside, outside)
    return Scope(ScopeOutcome.IN_SCOPE, why, trades, inside, outside)


def _trades(notice: Notice) -> tuple[str, ...]:
    readings = (trade_of(notice, lot) for lot in notice.lots or (None,))
    named = (each.trade for reading in readings for each in (reading, *reading.also))
    return tuple(dict.fromkeys(trade for trade in named if trade))


def needs_comparison(notice: Notice) -> tuple[tuple[str, str | None], ...]:
    """(trade, CPV code or None) of each lot in our trades whose size the notice does not tell.

    These are the contracts to look for before `estimate_packages`.
    """
    found: dict[tuple[str, str | None], None] = {}
    if not notice.is_work:
        return ()
    for lot in notice.lots or (None,):
        has_amount = money.amount_of(notice, lot, 1, None, default_rules()) is not None
        if has_amount or money.written_need(notice, lot) is not None:
            continue
        reading = trade_of(notice, lot)
        for each in (reading, *reading.also):
            if each.trade is not None:
                found[each.trade, _code(notice, lot, each.trade)] = None
    return tuple(found)


def estimate_packages(
    notice: Notice,
    *,
    on: date,
    assumptions: Assumptions | None = None,
    contracts: Sequence[Comparable] = (),
) -> tuple[PackageEstimate, ...]:
    """Give the packages of each lot in our trades, in the order of the notice.

    One for each lot, or one for each department where a lot too big for one crew names several;
    in equal parts, one for each trade that is asserted of an undivided contract, and for each
    craft that is named of finishing works. None where no work is asked (people to hire, a gift).
    `contracts` are those already awarded, to compare with where the amount is not told. `on`
    only dates the supposed start of a notice that has no deadline. Lots out of our trades are
    named by `scope`.
    """
    if not notice.is_work:
        return ()
    supposed, rules = assumptions or default_assumptions(), default_rules()
    found: list[PackageEstimate] = []
    for lot in notice.lots or (None,):
        reading = trade_of(notice, lot)
        if reading.trade is None:
            continue
        # Crafts of one trade share its part.
        by_trade: dict[str | None, list[TradeReading]] = {}
        for each in (reading, *reading.also):
            by_trade.setdefault(each.trade, []).append(each)
        for position, (trade, own) in enumerate(by_trade.items()):
            assert trade is not None
            whole = _package(notice, lot, own[0], trade, contracts, supposed, rules, on)
            part = _equal_part(whole, len(by_trade), position, "métiers du marché", rules)
            for one in _by_craft(part, own, rules):
                found += _by_place(one, rules)
    return tuple(found)


def _label(notice: Notice, lot: Lot | None) -> str:
    if lot is None:
        return notice.title or "Marché unique"
    return lot.title or f"Lot {lot.id}"


def _lot_trade(notice: Notice, lot: Lot | None) -> LotTrade:
    reading = trade_of(notice, lot)
    return LotTrade(lot.id if lot else None, _label(notice, lot), reading.trade, reading.why)


def _package(
    notice: Notice,
    lot: Lot | None,
    reading: TradeReading,
    trade: str,
    contracts: Sequence[Comparable],
    supposed: Assumptions,
    rules: SizeRules,
    on: date,
) -> PackageEstimate:
    months = where_and_when.months_of(notice, lot, supposed, rules)
    places = (lot.places if lot else ()) or notice.places
    place = where_and_when.place_of(notice, places)
    # A supposed duration must not choose which contracts are alike.
    known_months = None if months.provenance is Provenance.SUPPOSED else months.value
    comparison = _comparison(notice, lot, trade, place.value, known_months, contracts, rules)
    amount = money.amount_of(notice, lot, months.value, comparison, rules)
    need = money.need_of(notice, lot, trade, amount, months.value, supposed, rules)
    # Order of trust: written here, then other contracts, then what the need implies.
    if amount is None or (
        amount.provenance is Provenance.COMPARED and need.provenance is not Provenance.COMPARED
    ):
        # A written need tells more of this lot than other contracts do.
        amount = money.amount_from_need(trade, need, months.value, supposed)
    first = where_and_when.first_month_of(notice, lot, supposed, rules, on)
    reserved = notice.reserved_for(lot) if lot else notice.reserved
    return PackageEstimate(
        lot_id=lot.id if lot else None,
        label=_label(notice, lot),
        trade=Estimated(trade, reading.provenance, reading.why),
        place=place,
        places=places,
        first_month=first,
        months=months,
        need_cfte=need,
        amount_cents=amount,
        hours=hours_of_work(need, months.value, trade, supposed),
        insertion_hours=hours_of_insertion(notice, lot, trade, amount, supposed, on=on),
        parts=splitting.parts_of(trade, first.value, months.value, need.value, amount.value, rules),
        reservation=reserved.reservation if reserved else None,
        notes=_notes(notice, lot, trade, places, first.value, months.value),
    )


def _comparison(
    notice: Notice,
    lot: Lot | None,
    trade: str,
    place: Place | None,
    months: int | None,
    contracts: Sequence[Comparable],
    rules: SizeRules,
) -> Comparison | None:
    if not contracts:
        return None
    department = place.department if place else None
    code = _code(notice, lot, trade)
    return compare(
        contracts, trade=trade, cpv=code, department=department, months=months, rules=rules
    )


def _code(notice: Notice, lot: Lot | None, trade: str) -> str | None:
    """The CPV code that speaks of this trade, the lot's first."""
    codes = (*(lot.cpv.codes if lot else ()), *notice.cpv.codes)
    return next((code for code in codes if match_trade(code, trade)), None)


def _by_place(whole: PackageEstimate, rules: SizeRules) -> list[PackageEstimate]:
    """The package in equal parts, one for each department, where it is more than a crew holds."""
    places = where_and_when.places_to_cut(whole.places, rules)
    # A lot that one crew holds stays whole: nobody comes for half a crew.
    is_big = splitting.crews_for(whole.need_cfte.value, rules) > 1
    if not places or not is_big or whole.amount_cents.value < len(places):
        return [whole]
    count = len(places)
    rule = f"Une part égale pour chacun des {count} départements du lot, à corriger."
    return [
        replace(
            _share_of(whole, count, position, rule, rules),
            place=where_and_when.place_written(place),
            places=(place,),
        )
        for position, place in enumerate(places)
    ]


def _equal_part(
    whole: PackageEstimate, count: int, position: int, of_what: str, rules: SizeRules
) -> PackageEstimate:
    if count == 1:
        return whole
    rule = f"Une part égale pour chacun des {count} {of_what}, à corriger."
    return _share_of(whole, count, position, rule, rules)


def _by_craft(
    whole: PackageEstimate, own: Sequence[TradeReading], rules: SizeRules
) -> list[PackageEstimate]:
    """A part of finishing works in equal parts, one for each craft that is named; else itself."""
    count = len(own)
    if count > 1 and min(whole.need_cfte.value, whole.amount_cents.value) < count:
        # Too little to be cut: it stays whole, for whoever does the trade.
        return [whole]
    found = []
    for position, one in enumerate(own):
        part = _equal_part(whole, count, position, "corps d’état nommés", rules)
        found.append(replace(part, craft=one.craft, trade=replace(whole.trade, rule=one.why)))
    return found


def _share_of(
    whole: PackageEstimate, count: int, position: int, rule: str, rules: SizeRules
) -> PackageEstimate:
    need, amount = (
        _part(size, count, position, rule) for size in (whole.need_cfte, whole.amount_cents)
    )
    return replace(
        whole,
        need_cfte=need,
        amount_cents=amount,
        hours=_part(whole.hours, count, position, rule),
        insertion_hours=_part(whole.insertion_hours, count, position, rule)
        if whole.insertion_hours
        else None,
        parts=splitting.parts_of(
            whole.trade.value,
            whole.first_month.value,
            whole.months.value,
            need.value,
            amount.value,
            rules,
        ),
    )


def _part(whole: Estimated[int], count: int, position: int, rule: str) -> Estimated[int]:
    """One equal part; what is left goes to the first ones. A written value becomes computed."""
    provenance = whole.provenance
    return replace(
        whole,
        value=_share(whole.value, count, position),
        provenance=Provenance.COMPUTED if provenance is Provenance.STATED else provenance,
        rule=f"{whole.rule} {rule}",
        low=None if whole.low is None else whole.low // count,
        high=None if whole.high is None else -(-whole.high // count),
    )


def _share(whole: int, count: int, position: int) -> int:
    # The first ones take the remainder, so that the parts add up to the whole.
    return whole // count + (position < whole % count)


def _notes(
    notice: Notice, lot: Lot | None, trade: str, places: tuple[Place, ...], first: int, months: int
) -> tuple[str, ...]:
    notes: list[str] = []
    season = TRADES[trade].season
    # A contract of a year or more meets every season.
    asked = {month % 12 + 1 for month in range(first, first + min(months, 12))}
    if season is not None and asked - set(season):
        notes.append(
            "Ce métier a une saison creuse. Le besoin est supposé égal chaque mois : à vérifier."
        )
    departments = sorted({dep for place in places for dep in departments_of(place)})
    if len(departments) > 1:
        notes.append(f"Plusieurs départements : {', '.join(departments)}.")
    most = where_and_when.most_months_of(notice, lot) or 0
    if most > months or where_and_when.may_be_renewed(notice, lot):
        amount = (lot.amount if lot else None) or notice.amount
        until = f" jusqu’à {most} mois en tout" if most > months else ""
        # Where it is told how long the amount pays for, the part of these months is taken.
        doubt = " Le montant couvre peut-être plus que la durée dite."
        is_told = amount is not None and amount.covers_months is not None
        notes.append(f"Le marché peut être reconduit{until}.{'' if is_told else doubt}")
    return tuple(notes)
