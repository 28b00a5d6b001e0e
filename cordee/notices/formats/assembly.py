"""The last step of every reader: boxes that were ticked and words that were written, together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from cordee.notices.clauses import lots_named, read_grouping, read_reservation, read_social_clause
from cordee.notices.notice import (
    ClauseKind,
    Cpv,
    Evidence,
    Lot,
    Notice,
    Reserved,
    SocialClause,
)
from cordee.rules.reservation import Reservation

_INSIDE_LOT = re.compile(r"(?:OBJECT_DESCR|-Lot) ([^\s/]+)")


def evidence_list(*pairs: tuple[str, str | None]) -> tuple[Evidence, ...]:
    """Evidence for each (place, words) whose words are not empty."""
    return tuple(Evidence(where, words) for where, words in pairs if words)


def field_evidence(
    *triples: tuple[str, str, str | None],
) -> tuple[tuple[str, Evidence], ...]:
    """`Notice.evidence` from (field, place, words), without the empty ones."""
    return tuple((field, Evidence(where, words)) for field, where, words in triples if words)


def paragraphs(texts: Iterable[str | None]) -> str | None:
    """Texts one under the other, each said once, or None if there are none."""
    kept: list[str] = []
    for text in texts:
        if text and not any(text in other for other in kept):
            kept.append(text)
    return "\n".join(kept) or None


def cpv_of(main: str | None, others: Iterable[str | None]) -> Cpv:
    """CPV codes of a notice or a lot, each once; the first is the main one where none is named."""
    codes = [code for code in dict.fromkeys((main, *others)) if code]
    return Cpv(codes[0], tuple(codes[1:])) if codes else Cpv()


def merge_reserved(box: Reserved | None, words: Reserved | None) -> Reserved | None:
    """Text wins over a ticked box; both stay as evidence."""
    if box is None or words is None:
        return words or box
    return Reserved(words.reservation, (*box.evidence, *words.evidence))


def with_wording(
    notice: Notice,
    *,
    box: Reserved | None = None,
    social: SocialClause | None = None,
    criteria: Sequence[Evidence] = (),
) -> Notice:
    """Complete a notice with what its words say of reservation, insertion and groups.

    `box` and `social` are what structured fields say of the whole contract; lots may already
    carry their own box.
    """
    about = evidence_list(("titre", notice.title), ("description", notice.text))
    general = (*about, *notice.conditions)
    words = read_reservation(general)
    lots = tuple(_lot_with_wording(lot, words) for lot in notice.lots)
    of_lots = tuple(passage for lot in lots for passage in _passages(lot))
    return replace(
        notice,
        lots=lots,
        reserved=_overall(merge_reserved(box, words), lots),
        social_clause=_merge_social(
            social,
            read_social_clause((*general, *of_lots), object_passages=about[:1], criteria=criteria),
        ),
        grouping=read_grouping(general),
    )


def _passages(lot: Lot) -> tuple[Evidence, ...]:
    return evidence_list(
        (f"lot {lot.id}, titre", lot.title), (f"lot {lot.id}, description", lot.text)
    )


def _lot_with_wording(lot: Lot, general: Reserved | None) -> Lot:
    words = read_reservation(_passages(lot))
    if words is None and general is not None:
        words = _about_lot(general, lot)
    return replace(
        lot,
        reserved=merge_reserved(lot.reserved, words),
        social_clause=read_social_clause(_passages(lot)),
    )


def _about_lot(general: Reserved, lot: Lot) -> Reserved | None:
    number = _number(lot.id)
    named = [(evidence, _lots_meant(evidence)) for evidence in general.evidence]
    if not any(numbers for _, numbers in named):
        # Said of the whole: repeat it only where a box of the lot would hide it.
        return general if lot.reserved is not None else None
    kept = tuple(evidence for evidence, numbers in named if number in numbers)
    return Reserved(general.reservation, kept) if kept else None


def _lots_meant(evidence: Evidence) -> tuple[str, ...]:
    """Numbers of the lots a sentence is about: the one it stands in, else those it names."""
    if (inside := _INSIDE_LOT.search(evidence.where)) is not None:
        return (_number(inside.group(1)),)
    return lots_named(evidence.words)


def _number(identifier: str) -> str:
    return identifier.upper().removeprefix("LOT-").lstrip("0") or identifier


def _overall(general: Reserved | None, lots: tuple[Lot, ...]) -> Reserved | None:
    if general is not None and general.reservation is not Reservation.NONE:
        return general
    said = [lot.reserved for lot in lots if lot.reserved is not None]
    positive = [item for item in said if item.reservation is not Reservation.NONE]
    if positive:
        kinds = {item.reservation for item in positive}
        chosen = positive[0].reservation if len(kinds) == 1 else Reservation.MIXTE
        return Reserved(chosen, tuple(dict.fromkeys(e for item in positive for e in item.evidence)))
    if general is not None:
        return general
    return said[0] if said and len(said) == len(lots) else None


def _merge_social(box: SocialClause | None, words: SocialClause | None) -> SocialClause | None:
    if box is None or words is None:
        return words or box
    kind = box.kind if words.kind is ClauseKind.NONE and not words.negated else words.kind
    return replace(words, kind=kind, evidence=(*box.evidence, *words.evidence))
