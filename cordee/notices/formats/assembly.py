"""The last step of every reader: boxes that were ticked and words that were written, together."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import chain

from cordee.notices.clauses.articles import merge_clause, merge_reserved
from cordee.notices.clauses.grouping import grouping_from
from cordee.notices.clauses.insertion import clause_from
from cordee.notices.clauses.numbers import lots_named, number_of
from cordee.notices.clauses.reservation import ReservationClaim, reservation_claims, reserved_from
from cordee.notices.clauses.sentences import relevant_each
from cordee.notices.formats.tree import Node, clean
from cordee.notices.formats.values import cents, months, months_between, siret
from cordee.notices.notice import (
    Amount,
    Buyer,
    Cpv,
    Duration,
    Evidence,
    Lot,
    Notice,
    Provenance,
    Reserved,
    SocialClause,
)
from cordee.notices.places import department_of_address
from cordee.notices.prose import with_prose
from cordee.notices.text import Sentence
from cordee.rules.reservation import Reservation

_INSIDE_LOT = re.compile(r"(?:OBJECT_DESCR|-Lot|^LOT) ([^\s/]+)")


def evidence_list(*pairs: tuple[str, str | None]) -> tuple[Evidence, ...]:
    """Evidence for each (place, words) whose words are not empty."""
    return tuple([Evidence(where, words) for where, words in pairs if words])


def field_evidence(*triples: tuple[str, str, str | None]) -> tuple[tuple[str, Evidence], ...]:
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


def amount_at(node: Node | None, where: str) -> Amount | None:
    """The amount in euros written in an element of eForms or TED_EXPORT, or None."""
    if node is None:
        return None
    currency = node.attributes.get("currencyID") or node.attributes.get("CURRENCY")
    value = cents(node.attributes.get("FMTVAL") or node.text, currency)
    return Amount(value, Evidence(where, node.text.strip())) if value is not None else None


def buyer_from(
    name: str | None,
    *,
    number: str | None,
    postcode: str | None,
    city: str | None,
    nuts: str | None = None,
    is_french: bool = True,
) -> Buyer | None:
    """The buyer of this name; a foreign postcode names no department."""
    if name is None:
        return None
    department = department_of_address(postcode if is_french else None, nuts)
    return Buyer(name, siret(number), postcode, city, department, nuts)


def duration_from(
    written: str | None,
    unit: str | None,
    first: date | None,
    last: date | None,
    *quoted: tuple[str, str | None],
) -> Duration | None:
    """How long the work lasts: as written, else from the first day to the last; or None.

    Days and weeks are turned into months: computed, and shown as such. `quoted`: (place, words).
    """
    stated = months(written, unit)
    whole = stated or months_between(first, last)
    if whole is None and first is None and last is None:
        return None
    is_exact = stated is not None and unit in ("MONTH", "YEAR", None)
    return Duration(
        months=whole,
        start=first,
        end=last,
        provenance=Provenance.STATED if is_exact or whole is None else Provenance.COMPUTED,
        evidence=evidence_list(*quoted),
    )


def words_in_french(node: Node, *names: str) -> str | None:
    """The French texts of some elements directly inside, each once, on one line; or None."""
    words = [
        clean(child.text)
        for child in node.children
        if child.name in names and child.attributes.get("languageID", "FRA").upper() == "FRA"
    ]
    return " : ".join(dict.fromkeys(word for word in words if word)) or None


def with_wording(
    notice: Notice,
    *,
    box: Reserved | None = None,
    social: SocialClause | None = None,
    criteria: Sequence[Evidence] = (),
) -> Notice:
    """Complete a notice with what its words say of reservation, insertion and groups.

    `box` and `social`: what structured fields say of the whole; lots may carry their own box.
    """
    notice = with_prose(notice, lot_inside)
    about = evidence_list(("titre", notice.title), ("description", notice.text))
    divided = len(notice.lots) > 1
    passages = [
        (passage, lot_inside(passage) if divided else "")
        for passage in (*about, *notice.conditions)
    ]
    before = len(passages)
    counts = []
    for lot in notice.lots:
        number = number_of(lot.id) if divided else ""
        own = evidence_list(
            (f"lot {lot.id}, titre", lot.title), (f"lot {lot.id}, description", lot.text)
        )
        counts.append(len(own))
        passages += [(passage, number) for passage in own]
    passages += [(criterion, "") for criterion in criteria]
    cut = relevant_each(passages)
    if not (box or social or any(cut) or _is_ticked(notice)):
        return notice
    general = tuple(chain.from_iterable(cut[:before]))
    of_lots = []
    for count in counts:
        of_lots.append(tuple(chain.from_iterable(cut[before : before + count])))
        before += count
    claims = reservation_claims(general)
    whole = (*general, *chain.from_iterable(of_lots))
    weighed = tuple(chain.from_iterable(cut[before:]))
    clause = clause_from(whole, objects=cut[0] if about else (), criteria=weighed)
    lots = tuple(
        _lot_with(lot, _lot_reserved(lot, found, claims), _lot_clause(lot, found, clause, social))
        for lot, found in zip(notice.lots, of_lots, strict=True)
    )
    return replace(
        notice,
        lots=lots,
        reserved=_overall(merge_reserved(box, reserved_from(claims)), lots),
        social_clause=_with_lots(merge_clause(social, clause), lots),
        grouping=grouping_from(general),
    )


def _is_ticked(notice: Notice) -> bool:
    """Whether structured fields already say something of the whole or of a lot."""
    of_whole = notice.reserved or notice.social_clause or notice.grouping
    return bool(of_whole) or any(lot.reserved or lot.social_clause for lot in notice.lots)


def _lot_with(lot: Lot, reserved: Reserved | None, clause: SocialClause | None) -> Lot:
    """The lot with what was read; most lots say nothing, and are kept as they are."""
    if reserved is lot.reserved and clause is lot.social_clause:
        return lot
    return replace(lot, reserved=reserved, social_clause=clause)


def lot_inside(passage: Evidence) -> str:
    """The number of the lot in whose element a passage stands, or ""."""
    return _number_in(passage.where)


@lru_cache(maxsize=256)
def _number_in(where: str) -> str:
    found = _INSIDE_LOT.search(where)
    return number_of(found.group(1)) if found else ""


def _lots_meant(passage: Evidence) -> tuple[str, ...]:
    inside = lot_inside(passage)
    return (inside,) if inside else lots_named(passage.words)


def _lot_reserved(
    lot: Lot, found: Sequence[Sentence], general: Sequence[ReservationClaim]
) -> Reserved | None:
    own = reservation_claims(found)
    if not own and any(item.lots for item in general):
        own = [item for item in general if number_of(lot.id) in item.lots]
    elif not own and lot.reserved is not None:
        # Said of the whole: repeat it only where a box of the lot would hide it.
        own = list(general)
    return merge_reserved(lot.reserved, reserved_from(own))


def _lot_clause(
    lot: Lot, found: Sequence[Sentence], general: SocialClause | None, box: SocialClause | None
) -> SocialClause | None:
    """What is asked of one lot: its own words, else what the general text says of its number."""
    number = number_of(lot.id)
    own = clause_from(found, lot=number)
    if own is None and general is not None and number in general.lots:
        naming = tuple(item for item in general.evidence if number in _lots_meant(item))
        own = SocialClause(general.kind, naming or general.evidence)
    figures = [item for item in general.by_lot if item.lot == number] if general else []
    if own is not None and figures and own.hours is None and own.rate_percent is None:
        own = replace(own, hours=figures[0].hours, rate_percent=figures[0].rate_percent)
    ticked = tuple(item for item in box.evidence if lot_inside(item) == number) if box else ()
    return merge_clause(SocialClause(box.kind, ticked) if box and ticked else None, own)


def _overall(general: Reserved | None, lots: tuple[Lot, ...]) -> Reserved | None:
    if general is not None and general.reservation is not Reservation.NONE:
        return general
    reserved = [(lot, lot.reserved) for lot in lots if lot.reserved is not None]
    positive = [(lot, item) for lot, item in reserved if item.reservation is not Reservation.NONE]
    if positive:
        kinds = {item.reservation for _, item in positive}
        return Reserved(
            positive[0][1].reservation if len(kinds) == 1 else Reservation.MIXTE,
            tuple(dict.fromkeys(e for _, item in positive for e in item.evidence)),
            articles=tuple(dict.fromkeys(name for _, item in positive for name in item.articles)),
            lots=()
            if len(positive) == len(lots)
            else tuple(number_of(lot.id) for lot, _ in positive),
            conflict=next((item.conflict for _, item in positive if item.conflict), None),
        )
    if general is not None:
        return general
    return reserved[0][1] if reserved and len(reserved) == len(lots) else None


def _with_lots(clause: SocialClause | None, lots: tuple[Lot, ...]) -> SocialClause | None:
    """The clause of the whole, denied too when it is denied for every lot."""
    denied = [lot for lot in lots if lot.social_clause and lot.social_clause.negated]
    if clause is None or clause.negated or not lots or len(denied) < len(lots):
        return clause
    return replace(clause, negated=True)
