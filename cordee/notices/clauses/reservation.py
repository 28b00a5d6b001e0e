"""For whom the buyer's words reserve a contract or a lot."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cordee.notices.notice import Evidence, Reserved
from cordee.notices.text import extract, fold, sentences
from cordee.rules.reservation import Reservation

_RESERVED = re.compile(
    r"(?<!se )(?<!sous )(?<!s'en )\breserv(?:e|ee|es|ees|er|ation)\b"
    r"|\bl ?\.? ?2113-1[2-6]\b|\br ?\.? ?2113-[78]\b"
)
_SELF = re.compile(
    r"\bse (?:reserve|reservent|reservera)\b|\bsous reserve|\b(?:les|des|de|sans) reserves\b"
)
_NOT_RESERVED = re.compile(
    r"\bnon[ -]reserve|\b(?:n'est|ne sont|n'a|n'ont) pas (?:ete )?reserve|\bpas reserve"
    r"|\baucune? [^.]{0,40}\breserve|\bsans reservation|\breserve ?: ?non\b"
)
_TARGETS: tuple[tuple[Reservation, re.Pattern[str]], ...] = (
    (
        Reservation.PENITENTIAIRE,
        re.compile(r"2113-13-1|\bpenitentiaire|\bdetenu|\bservice de l'emploi penit"),
    ),
    (
        Reservation.HANDICAP,
        re.compile(
            r"2113-12(?!\d)|\bentreprises? adaptee|\besat\b|\baide par le travail"
            r"|\bateliers? proteges?|\bhandicap"
        ),
    ),
    (
        Reservation.INSERTION,
        re.compile(
            r"2113-13(?!-1|\d)|\b(?:structures?|entreprises?|associations?)[^.]{0,30} d'insertion"
            r"|\bl'insertion par l'activite|\bsiae\b|\bdefavorise|\breserve[^.]{0,12} insertion"
            r"|5132-4\b"
        ),
    ),
    (
        Reservation.ESS,
        re.compile(r"2113-1[56]|\beconomie sociale et solidaire|r ?\.? ?2113-8\b"),
    ),
)
_MIXED = re.compile(r"2113-14(?!\d)|r ?\.? ?2113-7(?!\d)")
_CONTRACT = re.compile(
    r"\bmarche|\blots?\b|\baccord-cadre|\bconsultation|\bcontrat|\bprestation|\bexecution"
    r"|\bprocedure|\bconcession|2113-1|\breserve (?:a|aux|insertion)\b"
)
# A duty to keep hours for people in insertion is a clause, not a reservation.
_HOURS = re.compile(r"\bheures?\b|\d ?%? (?:du volume|des heures|du temps)")


def reservation_of(sentence: str) -> Reservation | None:
    """For whom one folded sentence reserves the contract; NONE when it denies it; or None."""
    found = _RESERVED.search(sentence)
    if found is None or not _CONTRACT.search(sentence):
        return None
    if _NOT_RESERVED.search(sentence):
        return Reservation.NONE
    says_so = re.search(r"reserv", _SELF.sub(" ", sentence))
    if not says_so or (_HOURS.search(sentence) and "reserve a" not in sentence):
        return None
    kinds = [kind for kind, pattern in _TARGETS if pattern.search(sentence)]
    if Reservation.HANDICAP in kinds and Reservation.INSERTION in kinds:
        return Reservation.MIXTE
    if kinds:
        return kinds[0]
    return Reservation.MIXTE if _MIXED.search(sentence) else None


def read_reservation(passages: Iterable[Evidence]) -> Reserved | None:
    """For whom the passages reserve the contract, with the sentences that say so; or None."""
    found: list[tuple[Reservation, Evidence]] = []
    for sentence in sentences(passages):
        folded = fold(sentence.words)
        kind = reservation_of(folded) if "reserv" in folded else None
        if kind is not None:
            found.append((kind, extract(sentence, folded.find("reserv"))))
    kinds = {kind for kind, _ in found}
    positive = kinds - {Reservation.NONE}
    if not kinds:
        return None
    if {Reservation.HANDICAP, Reservation.INSERTION} <= positive:
        chosen = Reservation.MIXTE
    else:
        chosen = next((kind for kind, _ in found if kind in positive), Reservation.NONE)
    kept = [words for kind, words in found if (kind is Reservation.NONE) != bool(positive)]
    return Reserved(chosen, tuple(dict.fromkeys(kept)))
