"""From a notice to packages of work: trade, place, months, people and money, with their origin.

The rules are few and stated; each value says whether it is written in the notice, computed from
it, or supposed, and by which rule.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path

from cordee.notices.formats.values import PARIS
from cordee.notices.notice import Evidence, Kind, Lot, Notice, Place, Provenance
from cordee.notices.places import departments_of
from cordee.notices.trade_reading import TradeReading, trade_of
from cordee.rules.figures import euros, percent, round_cents
from cordee.rules.months import month_number
from cordee.rules.reservation import Reservation
from cordee.rules.trades import TRADES


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is supposed where the notice is silent; units are in the names."""

    hourly_cost_cents: int
    hours_per_fte_year: int
    months: int
    start_after_months: int
    need_cfte: int


@cache
def default_assumptions() -> Assumptions:
    """The values of `assumptions.toml`, where each has its label and its source."""
    table = tomllib.loads(Path(__file__).with_name("assumptions.toml").read_text("utf-8"))
    return Assumptions(**{name: entry["value"] for name, entry in table.items()})


@dataclass(frozen=True, slots=True)
class Estimated[T]:
    """A value, where it comes from, and the rule in French words."""

    value: T
    provenance: Provenance
    rule: str


@dataclass(frozen=True, slots=True)
class PackageEstimate:
    """One package of work: a lot, or the whole contract where `lot_id` is None.

    `first_month` is absolute (year * 12 + month - 1); `need_cfte` is hundredths of a full-time
    equivalent in each of the `months`; `amount_cents` is without tax, for the whole duration.
    `places` are all those of the lot, `place` the one used.
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
    reservation: Reservation | None
    notes: tuple[str, ...] = ()


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


_RENEWAL = re.compile(r"/RENEWAL_DESCR$|^BT-57-")

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
    trades = tuple(dict.fromkeys(item.trade for item in inside if item.trade))
    if notice.kind in _NOT_A_CALL:
        form = f" (formulaire {notice.form})" if notice.form else ""
        said = _NOT_A_CALL[notice.kind].replace(" :", f"{form} :", 1)
        return Scope(ScopeOutcome.OUT_OF_SCOPE, (said,), trades, inside, outside)
    if not inside:
        why = tuple(dict.fromkeys(item.why for item in outside))
        return Scope(ScopeOutcome.OUT_OF_SCOPE, why, trades, inside, outside)
    why = tuple(dict.fromkeys(item.why for item in inside))
    closes_on = notice.deadline.astimezone(PARIS).date() if notice.deadline else None
    if closes_on is not None and closes_on < on:
        closed = f"La date limite de réponse est passée : {closes_on:%d/%m/%Y}."
        return Scope(ScopeOutcome.CLOSED, (closed, *why), trades, inside, outside)
    return Scope(ScopeOutcome.IN_SCOPE, why, trades, inside, outside)


def estimate_packages(
    notice: Notice, *, on: date, assumptions: Assumptions | None = None
) -> tuple[PackageEstimate, ...]:
    """Give a package for each lot in our trades, in the order of the notice.

    `on` only dates the supposed start of a notice that has no deadline. Lots out of our trades
    are named by `scope`.
    """
    supposed = assumptions or default_assumptions()
    found = []
    for lot in notice.lots or (None,):
        reading = trade_of(notice, lot)
        if reading.trade is not None:
            found.append(_package(notice, lot, reading, reading.trade, supposed, on))
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
    supposed: Assumptions,
    on: date,
) -> PackageEstimate:
    months = _months(notice, lot, supposed)
    amount = _amount(notice, lot)
    need = _need(notice, lot, trade, amount, months.value, supposed)
    if amount is None:
        amount = _amount_from_need(trade, need, months.value, supposed)
    first_month = _first_month(notice, lot, supposed, on)
    places = (lot.places if lot else ()) or notice.places
    reserved = notice.reserved_for(lot) if lot else notice.reserved
    return PackageEstimate(
        lot_id=lot.id if lot else None,
        label=_label(notice, lot),
        trade=Estimated(trade, reading.provenance, reading.why),
        place=_place(notice, places),
        places=places,
        first_month=first_month,
        months=months,
        need_cfte=need,
        amount_cents=amount,
        reservation=reserved.reservation if reserved else None,
        notes=_notes(notice, lot, trade, places, first_month.value, months.value),
    )


def _months(notice: Notice, lot: Lot | None, supposed: Assumptions) -> Estimated[int]:
    for duration, whose in ((lot.duration if lot else None, "Le lot"), (notice.duration, "L’avis")):
        if duration is not None and duration.months:
            rule = f"{whose} dure {duration.months} mois."
            return Estimated(duration.months, duration.provenance, rule)
    rule = f"La durée n’est pas dite : nous supposons {supposed.months} mois."
    return Estimated(supposed.months, Provenance.SUPPOSED, rule)


def _first_month(
    notice: Notice, lot: Lot | None, supposed: Assumptions, on: date
) -> Estimated[int]:
    for duration in (lot.duration if lot else None, notice.duration):
        if duration is not None and duration.start:
            rule = f"Le début est écrit : {duration.start:%d/%m/%Y}."
            return Estimated(month_number(duration.start), Provenance.STATED, rule)
    after = supposed.start_after_months
    if notice.deadline is not None:
        base = notice.deadline.astimezone(PARIS).date()
        rule = f"Le début n’est pas dit : nous supposons {after} mois après la date limite."
    else:
        base = on
        rule = f"Ni début ni date limite : nous supposons {after} mois après aujourd’hui."
    return Estimated(month_number(base) + after, Provenance.SUPPOSED, rule)


def _amount(notice: Notice, lot: Lot | None) -> Estimated[int] | None:
    if lot is not None and lot.amount is not None:
        return Estimated(lot.amount.cents, Provenance.STATED, "Le montant du lot est écrit.")
    if notice.amount is None:
        return None
    if lot is None:
        return Estimated(notice.amount.cents, Provenance.STATED, "Le montant est écrit.")
    silent = sum(1 for other in notice.lots if other.amount is None)
    left = notice.amount.cents - sum(other.amount.cents for other in notice.lots if other.amount)
    if left < silent:
        return None
    rule = f"Le montant total ({euros(left)} à partager) est divisé entre {silent} lots."
    return Estimated(left // silent, Provenance.COMPUTED, rule)


def _need(
    notice: Notice,
    lot: Lot | None,
    trade: str,
    amount: Estimated[int] | None,
    months: int,
    supposed: Assumptions,
) -> Estimated[int]:
    written = lot.need_cfte if lot else notice.need_cfte
    if written:
        return Estimated(written, Provenance.STATED, "Le besoin en ETP est écrit.")
    if amount is None:
        shown = f"{supposed.need_cfte / 100:.2f}".replace(".", ",")
        rule = f"Le montant n’est pas dit : nous supposons {shown} ETP chaque mois."
        return Estimated(supposed.need_cfte, Provenance.SUPPOSED, rule)
    share = TRADES[trade].labour_share
    cost_cents_per_cfte = _cost_cents_per_cfte(months, supposed)
    exact = amount.value * share / cost_cents_per_cfte
    value = max(1, int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)))
    rule = (
        f"Montant × part du travail ({percent(share)}) ÷ coût horaire "
        f"({euros(supposed.hourly_cost_cents)}) ÷ {supposed.hours_per_fte_year} heures par an, "
        f"sur {months} mois."
    )
    return Estimated(value, Provenance.COMPUTED, rule)


def _cost_cents_per_cfte(months: int, supposed: Assumptions) -> Decimal:
    """Labour cost of one cFTE over the whole duration, in cents."""
    hours = Decimal(supposed.hours_per_fte_year) * months / 12 / 100
    return hours * supposed.hourly_cost_cents


def _amount_from_need(
    trade: str, need: Estimated[int], months: int, supposed: Assumptions
) -> Estimated[int]:
    share = TRADES[trade].labour_share
    exact = need.value * _cost_cents_per_cfte(months, supposed) / share
    rule = (
        f"Besoin en ETP × coût du travail ({euros(supposed.hourly_cost_cents)} l’heure) "
        f"÷ part du travail ({percent(share)})."
    )
    return Estimated(round_cents(exact), Provenance.SUPPOSED, rule)


def _place(notice: Notice, places: tuple[Place, ...]) -> Estimated[Place | None]:
    located = [place for place in places if place.department]
    if located:
        many = len({place.department for place in located}) > 1
        rule = "Le premier des lieux écrits." if many else "Le lieu est écrit."
        return Estimated(located[0], located[0].provenance, rule)
    buyer = notice.buyer
    if buyer is not None and buyer.department is not None:
        areas = {department for place in places for department in departments_of(place)}
        if not areas or buyer.department in areas:
            place = Place(
                department=buyer.department,
                postcode=buyer.postcode,
                city=buyer.city,
                provenance=Provenance.SUPPOSED,
                evidence=Evidence("acheteur", buyer.name),
            )
            rule = "Le lieu n’est pas précis : nous supposons la ville de l’acheteur."
            return Estimated(place, Provenance.SUPPOSED, rule)
    if places:
        return Estimated(places[0], places[0].provenance, "Le lieu est une zone large.")
    return Estimated(None, Provenance.SUPPOSED, "Le lieu n’est pas connu.")


def _notes(
    notice: Notice,
    lot: Lot | None,
    trade: str,
    places: tuple[Place, ...],
    first: int,
    months: int,
) -> tuple[str, ...]:
    notes: list[str] = []
    season = TRADES[trade].season
    asked = {month % 12 + 1 for month in range(first, first + min(months, 12))}
    if season is not None and asked - set(season):
        notes.append(
            "Ce métier a une saison creuse. Le besoin est supposé égal chaque mois : à vérifier."
        )
    departments = sorted({dep for place in places for dep in departments_of(place)})
    if len(departments) > 1:
        notes.append(f"Plusieurs départements : {', '.join(departments)}.")
    if _may_be_renewed(notice, lot):
        notes.append(
            "Le marché peut être reconduit. Le montant couvre peut-être plus que la durée dite."
        )
    return tuple(notes)


def _may_be_renewed(notice: Notice, lot: Lot | None) -> bool:
    renewals = [item.where for item in notice.conditions if _RENEWAL.search(item.where)]
    return any(lot is None or lot.id in where.split("/")[0].split() for where in renewals)
