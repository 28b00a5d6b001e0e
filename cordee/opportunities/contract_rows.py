"""From a notice that says who won to rows of awarded contracts. Pure."""

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date

from cordee.notices.clauses.numbers import number_of
from cordee.notices.notice import READER_VERSION, Award, ClauseKind, Cpv, Lot, Notice, Place, Winner
from cordee.notices.places import departments_of
from cordee.notices.trades.lots import trade_of
from cordee.opportunities.outcomes import Outcome, lot_key
from cordee.opportunities.understanding import Understanding
from cordee.rules.months import add_months

MAX_MONTHS = 32_767


@dataclass(frozen=True, slots=True)
class HolderRow:
    """One row of `ContractHolder`, without its contract."""

    siret: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class ContractRow:
    """The columns of one `AwardedContract` and its holders; texts cut to their columns."""

    source: str
    source_id: str
    buyer_siret: str
    buyer_name: str
    title: str
    cpv: str
    trade: str
    amount_cents: int | None
    months: int | None
    department: str
    commune: str
    postcode: str
    notified_on: date | None
    published_on: date | None
    ends_on: date | None
    group_form: str
    social_clause: str
    holders: tuple[HolderRow, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of everything the row says."""
        written = json.dumps(asdict(self), sort_keys=True, default=str)
        return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def searched(self) -> str:
        """What the search finds this contract by."""
        words = [self.title, self.buyer_name, *(holder.name for holder in self.holders)]
        return " ".join(word for word in words if word)

    def columns(self) -> dict[str, object]:
        """Values by column, the reader and the digest with them."""
        held = {name: getattr(self, name) for name in CONTRACT_COLUMNS}
        return {**held, "reader_version": READER_VERSION, "digest": self.digest}


CONTRACT_COLUMNS = [name for name in ContractRow.__slots__ if name != "holders"]


def contract_rows(notice: Notice) -> list[ContractRow]:
    """One row for each part of a notice that somebody won; what had no result gives none.

    A lot has itself behind the identifier of the notice ("26-1#2").
    """
    won = [award for award in notice.awards if award.winners]
    own = notice.id
    rows: dict[str, ContractRow] = {}
    for number, award in enumerate(won, 1):
        part = lot_key(award.lot_id or "") or (str(number) if len(won) > 1 else "")
        key = f"{own[:120]}#{part[:55]}" if part else own[:120]
        if key in rows:
            # One lot with several contracts (a multi-award framework).
            key = f"{key[:170]}/{number}"
        rows[key] = _row(notice, award, key)
    return list(rows.values())


def outcome_rows(understanding: Understanding) -> list[ContractRow]:
    """The contracts that an opportunity ended in, with what its call said of each lot.

    The estimate of the call is no price: a contract without its own amount has none.
    """
    need = understanding.notice
    by_version: dict[int, list[Outcome]] = {}
    for outcome in understanding.outcomes:
        by_version.setdefault(outcome.version_pk, []).append(outcome)
    rows: list[ContractRow] = []
    for outcomes in by_version.values():
        result = outcomes[0].notice
        merged = replace(
            need,
            source=result.source,
            id=result.id,
            published_on=result.published_on,
            buyer=need.buyer or result.buyer,
            cpv=need.cpv if need.cpv.codes else result.cpv,
            places=need.places or result.places,
            lots=need.lots or result.lots,
            duration=need.duration or result.duration,
            amount=None,
            awards=tuple(award for outcome in outcomes for award in outcome.awards),
        )
        rows += contract_rows(merged)
    return rows


def _row(notice: Notice, award: Award, key: str) -> ContractRow:
    lot = next((lot for lot in notice.lots if lot.id == award.lot_id), None)
    is_whole = len(notice.lots) <= 1 and len(notice.awards) == 1
    cpv = _main(lot.cpv if lot else Cpv()) or _main(notice.cpv)
    place = _place((lot.places if lot else ()) or notice.places)
    duration = (lot.duration if lot else None) or notice.duration
    amount = award.amount or (notice.amount if is_whole else None)
    months = duration.months if duration else None
    months = months if months and 0 < months <= MAX_MONTHS else None
    return ContractRow(
        source=notice.source.value,
        source_id=key,
        buyer_siret=(notice.buyer.siret if notice.buyer else None) or "",
        buyer_name=((notice.buyer.name if notice.buyer else None) or "")[:300],
        title=" — ".join(
            dict.fromkeys(title for title in [notice.title, lot.title if lot else None] if title)
        )[:500],
        cpv=cpv,
        trade=trade_of(notice, lot).trade or "",
        amount_cents=amount.cents if amount and amount.cents > 0 else None,
        months=months,
        department=_department(place),
        commune=(place.commune or "")[:5],
        postcode=(place.postcode or "")[:5],
        notified_on=award.decided_on,
        published_on=notice.published_on,
        ends_on=_last_day(
            award.decided_on or notice.published_on, months, duration.end if duration else None
        ),
        group_form=award.group_form.value if award.group_form else "",
        social_clause=_clause(notice, lot),
        holders=_holders(award.winners),
    )


def _clause(notice: Notice, lot: Lot | None) -> str:
    """What is asked of a lot, or of the whole unless that names other lots; "" where unsaid."""
    clause = (lot.social_clause if lot else None) or notice.social_clause
    named = {number_of(each) for each in clause.lots} if clause else set()
    if clause is None or (lot and named and number_of(lot.id) not in named):
        return ""
    return (ClauseKind.NONE if clause.negated else clause.kind).value


def _main(cpv: Cpv) -> str:
    code = next(iter(cpv.codes), "")
    return code if len(code) == 8 and code.isascii() and code.isdecimal() else ""


def _place(places: tuple[Place, ...]) -> Place:
    """The most precise place: a commune, else a department, else anything."""
    return min(
        places,
        key=lambda place: (not (place.commune or place.postcode), not place.department),
        default=Place(),
    )


def _department(place: Place) -> str:
    named = departments_of(place)
    return named[0] if len(named) == 1 else ""


def _holders(winners: tuple[Winner, ...]) -> tuple[HolderRow, ...]:
    """Each once; the name of a SIRET met twice is its first one."""
    found: dict[tuple[str, str], HolderRow] = {}
    for winner in winners:
        siret, name = winner.siret or "", (winner.name or "").strip()[:300]
        if not (siret or name):
            continue
        role = "subcontractor" if winner.is_subcontractor else "holder"
        key = (role, siret or f"name {name}")
        known = found.get(key)
        if known is None:
            found[key] = HolderRow(siret, name, role)
        elif not known.name:
            found[key] = replace(known, name=name)
    return tuple(found.values())


def _last_day(begins: date | None, months: int | None, end: date | None) -> date | None:
    """The stated end, else so many months after the beginning; None where it comes before it."""
    if end is None and begins is not None and months:
        # Nobody means a contract that ends after the year 9999.
        with suppress(ValueError):
            end = add_months(begins, months)
    return None if end is None or (begins is not None and end < begins) else end
