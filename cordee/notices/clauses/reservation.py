"""For whom the buyer's words reserve a contract or a lot.

A reservation is a contract, a lot or a service reserved *to* structures that the law names. Hours
reserved to people are a clause; a mission reserved to a profession, and what the buyer reserves to
itself, are neither.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cordee.notices.clauses.articles import article_against_words, articles_cited, reservation_by
from cordee.notices.clauses.numbers import Mention, mentions
from cordee.notices.clauses.sentences import REMEMBERED, patterns
from cordee.notices.notice import Evidence, Reserved
from cordee.notices.text import Sentence
from cordee.rules.reservation import Reservation

_WORDS = patterns(__file__)
_TARGETS = tuple(
    (kind, _WORDS[f"for_{kind.lower()}"])
    for kind in (
        *(Reservation.PENITENTIAIRE, Reservation.HANDICAP),
        *(Reservation.INSERTION, Reservation.ESS),
    )
)


@dataclass(frozen=True, slots=True)
class ReservationClaim:
    """What one sentence says: for whom (NONE when it denies), for which lots, by which articles."""

    kind: Reservation
    lots: tuple[str, ...]
    articles: tuple[str, ...]
    evidence: Evidence
    conflict: str | None = None


def speaks_of_reserving(sentence: Sentence) -> bool:
    """Whether a sentence reserves a contract or a lot, or says that it does not."""
    return _cue(sentence.folded) is not None


def reservation_claims(found: Sequence[Sentence]) -> list[ReservationClaim]:
    """What each sentence that speaks of a reservation says, in order."""
    claims: list[ReservationClaim] = []
    for position, sentence in enumerate(found):
        folded = sentence.folded
        start = _cue(folded)
        if start is None:
            continue
        own = (sentence.lot,) if sentence.lot else ()
        articles = articles_cited(folded)
        if _WORDS["denied"].search(folded) or ("reserv" not in folded and "aucun" in folded):
            lots = tuple(number for item in mentions(folded) for number in item.lots) or own
            claims.append(
                ReservationClaim(Reservation.NONE, lots, articles, sentence.around(start))
            )
            continue
        by_article = reservation_by(articles, folded)
        by_words = _target(folded, start)
        if by_words is None and (by_article is None or by_article is Reservation.MIXTE):
            # "Le lot 3 est réservé. Il sera attribué à un ESAT": the next sentence may name them.
            by_words = _target_next(found[position + 1 : position + 3])
        if by_words is Reservation.MIXTE and by_article in _structures(folded):
            # "Travailleurs handicapés et défavorisés" beside L2113-12 and ESAT alone: handicap.
            by_words = by_article
        kind = by_words or by_article
        if kind is not None:
            conflict = article_against_words(articles, by_article, by_words)
            lots = _lots_near(mentions(folded), folded, start) or own
            claims.append(ReservationClaim(kind, lots, articles, sentence.around(start), conflict))
    return claims


def reserved_from(claims: Sequence[ReservationClaim]) -> Reserved | None:
    """What these sentences say together, or None if they say nothing."""
    if not claims:
        return None
    positive = [item for item in claims if item.kind is not Reservation.NONE]
    kept = positive or [item for item in claims if not item.lots] or list(claims)
    kinds = dict.fromkeys(item.kind for item in kept)
    whole = any(not item.lots for item in kept)
    return Reserved(
        _together(tuple(kinds)),
        tuple(dict.fromkeys(item.evidence for item in kept)),
        articles=tuple(dict.fromkeys(name for item in kept for name in item.articles)),
        lots=() if whole else tuple(dict.fromkeys(lot for item in kept for lot in item.lots)),
        conflict=next((item.conflict for item in kept if item.conflict), None),
    )


def is_denied_for_all(claims: Sequence[ReservationClaim]) -> bool:
    """Whether a sentence denies a reservation for the whole contract."""
    return any(item.kind is Reservation.NONE and not item.lots for item in claims)


def _together(kinds: tuple[Reservation, ...]) -> Reservation:
    if len(kinds) == 1:
        return kinds[0]
    publics = {Reservation.HANDICAP, Reservation.INSERTION, Reservation.MIXTE}
    # Structures of the social economy named beside the others widen nothing for an ACI.
    named = [kind for kind in kinds if kind in publics]
    if named:
        return named[0] if len(named) == 1 else Reservation.MIXTE
    return kinds[0]


@lru_cache(maxsize=REMEMBERED)
def _cue(folded: str) -> int | None:
    """Where a sentence speaks of reserving a contract, or None."""
    if "reserv" in folded:
        for found in _WORDS["cue"].finditer(folded):
            what = folded[max(0, found.start() - 80) : found.start()]
            after = folded[found.end() : found.end() + 40].split(" aux ")[0]
            if not _WORDS["of_work"].search(f"{what}|{after}") and _WORDS["contract"].search(
                folded
            ):
                return found.start()
    if (
        articles_cited(folded)
        and _WORDS["contract"].search(folded)
        and not _WORDS["clause"].search(folded)
    ):
        # "Marché passé en application de l'article L2113-12" needs no other word.
        found_at = folded.find("113")
        return max(0, found_at if found_at >= 0 else folded.find("article"))
    if "protege" in folded or "attribue a" in folded or "seul" in folded or "exclusiv" in folded:
        only = _WORDS["only"].search(folded)
        if only and _WORDS["contract"].search(folded) and _target(folded, only.start()):
            return only.start()
    return None


def _target(folded: str, start: int) -> Reservation | None:
    """For whom, by the words that follow the cue, or those before it ("ESAT : lot réservé")."""
    near = folded[max(0, start - 90) : start + 60]
    for words in (folded[start : start + 900], folded[:start]):
        kinds = tuple(kind for kind, pattern in _TARGETS if pattern.search(words))
        if kinds:
            # Places kept for disabled people are no reservation: the contract must stand near.
            named = (
                _WORDS["workshops"].search(folded)
                or _WORDS["siae"].search(folded)
                or _WORDS["subject"].search(near)
            )
            return _together(kinds) if named else None
    return None


def _structures(folded: str) -> tuple[Reservation, ...]:
    """The one kind of structure that is named, or nothing when both or none are."""
    handicap, insertion = _WORDS["workshops"].search(folded), _WORDS["siae"].search(folded)
    if bool(handicap) == bool(insertion):
        return ()
    return (Reservation.HANDICAP if handicap else Reservation.INSERTION,)


def _target_next(found: Sequence[Sentence]) -> Reservation | None:
    for sentence in found:
        if _WORDS["only"].search(sentence.folded) or "reserv" in sentence.folded:
            kind = _target(sentence.folded, 0)
            if kind is not None:
                return kind
    return None


def _lots_near(named: list[Mention], folded: str, start: int) -> tuple[str, ...]:
    """The lots that are reserved: those named last before the cue, else the first after it."""
    if not named:
        return ()
    last_break = max(
        (found.end() for found in _WORDS["break"].finditer(folded, 0, start)), default=0
    )
    before = [item for item in named if last_break <= item.start < start]
    after = [item for item in named if item.start >= start][:1]
    return tuple(dict.fromkeys(lot for item in before or after for lot in item.lots))
