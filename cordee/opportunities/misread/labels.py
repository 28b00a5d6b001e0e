"""A corrected notice as a line of the label files: what was written, and the right answers."""

import re
from collections.abc import Mapping
from typing import Any

from cordee.notices.notice import Notice
from cordee.notices.places import departments_of
from cordee.notices.text import fold
from cordee.opportunities.inference import InferenceByFact
from cordee.opportunities.understanding import Understanding
from cordee.rules import crafts
from cordee.rules.reservation import Reservation

SECTORS, CLAUSES = "sectors", "clauses"
FILE_OF_FACT: Mapping[str, str] = {
    **dict.fromkeys(("trades", "fit"), SECTORS),
    **dict.fromkeys(("reserved", "social_clause", "clause_hours", "clause_rate"), CLAUSES),
    **dict.fromkeys(("negated", "grouping"), CLAUSES),
}
"""The label file that a fact belongs to; the others have no labels."""

_GROUP = re.compile(r"\bgroupement|\bcotraitan|\bco-traitan|\bmandataire|\bconjoint|\bsolidaire")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++")
_PHONE = re.compile(r"(?<!\d)(?:\+33 ?|0)[1-9](?:[ .-]?\d{2}){4}(?!\d)")


FIELDS = {
    SECTORS: (
        *("id", "source", "title", "text", "descripteurs", "departments"),
        *("sectors", "fit", "note"),
    ),
    CLAUSES: (
        *("id", "source", "text", "grouping_text", "reserved", "clause", "hours", "rate_pct"),
        *("grouping", "negated"),
    ),
}
"""The fields of each file in their order; a base may keep those of an object in another."""


def label_of(
    fact: str, understanding: Understanding, found: InferenceByFact, note: str = ""
) -> dict[str, Any] | None:
    """The line a fact belongs to, with the standing corrections in it; None where it has no file.

    Of a line of sectors, `fit` is None where nobody says it yet.
    """
    match FILE_OF_FACT.get(fact):
        case "sectors":
            return _sectors(understanding, found, note)
        case "clauses":
            return _clauses(understanding.notice)
    return None


def _sectors(understanding: Understanding, found: InferenceByFact, note: str) -> dict[str, Any]:
    notice = understanding.notice
    by_us = found.get(("", "trades"))
    correction = understanding.correction_of("trades")
    said = correction.value if correction else by_us.value if by_us else []
    # The files know trades, not the crafts of one.
    sectors = list(dict.fromkeys(map(crafts.trade_of, said)))[:3]
    return {
        "id": notice.id,
        "source": _source(notice),
        "title": masked(notice.title or ""),
        "text": masked(
            "\n".join(words for words in (notice.text or "", *_of_lots(notice)) if words)
        ),
        "descripteurs": [descripteur.label for descripteur in notice.descripteurs],
        "departments": _departments(notice),
        "sectors": sectors,
        "fit": _fit(understanding, found, sectors),
        "note": note,
    }


def _fit(understanding: Understanding, found: InferenceByFact, sectors: list[str]) -> int | None:
    """What a person says; 0 without trades (guidelines, convention 1); else what was read.

    None where the trades were corrected: the fit was read of others.
    """
    correction = understanding.correction_of("fit")
    if correction is not None:
        return None if correction.value is None else int(correction.value)
    if not sectors:
        return 0
    by_us = found.get(("", "fit"))
    is_read = by_us is not None and understanding.correction_of("trades") is None
    return int(by_us.value) if by_us and is_read else None


def _clauses(notice: Notice) -> dict[str, Any]:
    clause, grouping = notice.social_clause, notice.grouping
    reserved = notice.first_reservation
    rate = clause.rate_percent if clause else None
    texts = [notice.title or "", notice.text or "", *_of_lots(notice)]
    of_groups = [c for c in notice.conditions if _GROUP.search(fold(c.words))]
    others = [c.words for c in notice.conditions if c not in of_groups]
    return {
        "id": notice.id,
        "source": _source(notice),
        "text": masked("\n".join(words for words in (*texts, *others) if words)),
        "grouping_text": masked("\n".join([passage.words for passage in of_groups])),
        "reserved": (reserved or Reservation.NONE).value.lower(),
        "clause": clause.kind.value if clause else "none",
        "hours": clause.hours if clause else None,
        "rate_pct": None if rate is None else int(rate) if rate == int(rate) else float(rate),
        "grouping": grouping.form.value if grouping else "free",
        "negated": bool(clause and clause.negated) or reserved is Reservation.NONE,
    }


def _source(notice: Notice) -> str:
    return f"cordee-{notice.source.value}"


def _of_lots(notice: Notice) -> list[str]:
    return [
        "\n".join(words for words in (f"Lot : {lot.title}" if lot.title else "", lot.text) if words)
        for lot in notice.lots
    ]


def _departments(notice: Notice) -> list[str]:
    return list(dict.fromkeys(d for place in notice.all_places for d in departments_of(place)))


def masked(text: str) -> str:
    """Without addresses and telephone numbers: an example goes to others."""
    return _PHONE.sub("00 00 00 00 00", _EMAIL.sub("[email]", text))
