"""One notice as one object for programs: what `./go run -- read` prints, field by field.

`docs/read-command.md` describes the fields.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cordee.notices.clauses import Clauses, read_clauses
from cordee.notices.green_flags import green_flags
from cordee.notices.notice import (
    ClauseKind,
    Descripteur,
    Evidence,
    Format,
    GroupingForm,
    GroupingTerms,
    Kind,
    Lot,
    Notice,
    NoticeError,
    Reserved,
    SocialClause,
    Source,
)
from cordee.notices.packages import PackageEstimate, estimate_packages
from cordee.notices.places import distinct, place_of_department
from cordee.notices.sizes.estimated import Estimated
from cordee.notices.text import fold
from cordee.notices.trades.document import Document, of_record
from cordee.notices.trades.lots import NoticeTrades, trades_of
from cordee.notices.trades.reading import TradesReading, read_trades
from cordee.rules.plain import to_plain
from cordee.rules.reservation import Reservation


def summary_of(notice: Notice, *, on: date) -> dict[str, Any]:
    """The summary of a notice; `on` dates thresholds and a start that nothing tells."""
    trades = trades_of(notice)
    return _summary(notice, trades, trades.whole, on)


def summary_of_text(bare: "BareText", *, on: date) -> dict[str, Any]:
    """The summary of a line of bare text; what its words say of clauses stays as read."""
    notice = bare.notice
    whole = read_trades(bare.document)
    found = _summary(notice, trades_of(notice), whole, on)
    clauses = bare.clauses
    rate = clauses.rate_percent
    return found | {
        "reserved": _lower(clauses.reserved),
        "clause": clauses.clause.value,
        "hours": clauses.hours,
        "rate_pct": None if rate is None else float(rate),
        "grouping": clauses.grouping.value,
        "negated": clauses.negated,
    }


def _summary(
    notice: Notice, trades: NoticeTrades, whole: TradesReading, on: date
) -> dict[str, Any]:
    packages = estimate_packages(notice, on=on) if notice.kind is not Kind.AWARD else ()
    reserved, clause, grouping = notice.reserved, notice.social_clause, notice.grouping
    denied = reserved is not None and reserved.reservation is Reservation.NONE
    return {
        "id": notice.id,
        "source": notice.source.value,
        "format": notice.format.value,
        "kind": notice.kind.value,
        "title": notice.title,
        "published_on": notice.published_on.isoformat() if notice.published_on else None,
        "deadline": notice.deadline.isoformat() if notice.deadline else None,
        "sectors": to_plain(whole.sectors),
        "sector_candidates": to_plain(whole.possible),
        "why_none": whole.why_none,
        "fit": whole.fit.value,
        "fit_why": whole.fit.why,
        **_asked(reserved, clause),
        "rate_pct": float(clause.rate_percent) if clause and clause.rate_percent else None,
        "grouping": grouping.form.value if grouping else GroupingForm.FREE.value,
        "negated": denied or bool(clause and clause.negated),
        "lots": [_lot(notice, lot, trades) for lot in notice.lots],
        "work_packages": [_package(package) for package in packages],
        "flags": to_plain(green_flags(notice, on=on, packages=packages)),
    }


def _asked(reserved: Reserved | None, clause: SocialClause | None) -> dict[str, Any]:
    return {
        "reserved": _lower(reserved.reservation if reserved else Reservation.NONE),
        "clause": (clause.kind if clause else ClauseKind.NONE).value,
        "hours": clause.hours if clause else None,
    }


def _lower(reservation: Reservation) -> str:
    return reservation.value.lower()


def _lot(notice: Notice, lot: Lot, trades: NoticeTrades) -> dict[str, Any]:
    reading = trades.lots[lot.id]
    return {
        "id": lot.id,
        "title": lot.title,
        "trade": reading.trade,
        "why": reading.why,
        **_asked(notice.reserved_for(lot), lot.social_clause),
        "amount_cents": lot.amount.cents if lot.amount else None,
        "months": lot.duration.months if lot.duration else None,
    }


def _package(package: PackageEstimate) -> dict[str, Any]:
    place = package.place.value
    return {
        "lot": package.lot_id,
        "label": package.label,
        "trade": package.trade.value,
        "craft": package.craft,
        "department": place.department if place else None,
        "first_month": f"{package.first_month.value // 12}-{package.first_month.value % 12 + 1:02}",
        "months": _estimate(package.months),
        "need_cfte": _estimate(package.need_cfte),
        "hours": _estimate(package.hours),
        "amount_cents": _estimate(package.amount_cents),
        "reserved": package.reservation.value.lower() if package.reservation else None,
        "notes": list(package.notes),
    }


def _estimate(estimate: Estimated[int]) -> dict[str, Any]:
    return {
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "provenance": estimate.provenance.value,
        "rule": estimate.rule,
    }


_LOT = re.compile(
    r"\s*lots?\s*+:?\s*+(?:n\s?[°oº]?\s*+)?(\d{0,3})\s*+[:.\-–]\s*(.+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class BareText:
    """One line: as a document of trades, as a notice, and what it says of clauses and groups."""

    document: Document
    notice: Notice
    clauses: Clauses


def read_lines(lines: Iterable[str], place: str) -> Iterator[BareText | NoticeError]:
    """Each line of `{"id", "title", "text", "grouping_text", "descripteurs", "departments"}`.

    Every field may lack; answers, if there are any, are ignored. A line that is not such an object
    gives one NoticeError and never stops the others.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{place}, ligne {number}"
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield NoticeError(where, f"Ce n’est pas du JSON ({error}).", "Corrigez cette ligne.")
            continue
        if not isinstance(record, dict):
            yield NoticeError(
                where, "Ce n’est pas un objet JSON.", 'Écrivez {"id": …, "title": …, "text": …}.'
            )
            continue
        yield _bare_text(record, number)


def _bare_text(record: Mapping[str, Any], number: int) -> BareText:
    text, grouping = _words(record.get("text")), _words(record.get("grouping_text"))
    clauses = read_clauses(text, grouping)
    labels = record.get("descripteurs")
    departments = record.get("departments")
    places = [
        place_of_department(str(code), "departments")
        for code in (departments if isinstance(departments, list) else ())
    ]
    notice = Notice(
        source=Source.BOAMP,
        format=Format.BOAMP_ENVELOPE,
        id=_words(record.get("id")) or f"ligne-{number}",
        kind=Kind.CALL,
        title=_words(record.get("title")) or None,
        text=text or None,
        descripteurs=tuple(
            Descripteur("", str(label)) for label in (labels if isinstance(labels, list) else ())
        ),
        places=distinct(places),
        lots=_lots(text),
        reserved=_reserved(clauses),
        social_clause=_social_clause(clauses),
        grouping=GroupingTerms(clauses.grouping, clauses.grouping_evidence)
        if clauses.grouping_evidence
        else None,
        conditions=(Evidence("groupement", grouping),) if grouping else (),
    )
    return BareText(of_record(record), notice, clauses)


def _words(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _lots(text: str) -> tuple[Lot, ...]:
    """The lots that lines such as "Lot : Peinture" open; the lines that follow are their text."""
    titles: list[tuple[str, list[str]]] = []
    for line in text.split("\n"):
        if (found := _LOT.match(line)) is not None and "lot" in fold(line[:8]):
            titles.append((found.group(2).strip(), []))
        elif titles and line.strip():
            titles[-1][1].append(line.strip())
    return tuple(
        Lot(id=str(number), title=title, text="\n".join(rest) or None)
        for number, (title, rest) in enumerate(titles, 1)
    )


def _reserved(clauses: Clauses) -> Reserved | None:
    if clauses.reserved is Reservation.NONE and not clauses.reserved_evidence:
        return None
    return Reserved(clauses.reserved, clauses.reserved_evidence)


def _social_clause(clauses: Clauses) -> SocialClause | None:
    if not clauses.clause_evidence:
        return None
    return SocialClause(
        kind=clauses.clause,
        evidence=clauses.clause_evidence,
        hours=clauses.hours,
        rate_percent=clauses.rate_percent,
        negated=clauses.negated,
    )
