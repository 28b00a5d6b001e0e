"""What the result notices of every format share: who won, how many offered, and for which lot."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cordee.notices.formats.tree import clean
from cordee.notices.formats.values import siret
from cordee.notices.notice import Award, GroupingForm, Lot, Winner

_NUMBER = re.compile(r"(?:lots?)?[\s\-_]*(?:n[o°º]?\s*)?0*([0-9]{1,4})", re.IGNORECASE)
_LEADING = re.compile(r"^\s*(?:lot\s*(?:n[o°º]?\s*)?)?0*([0-9]{1,3})\s*[-–:.)]\s*\D", re.IGNORECASE)
_IN_TITLE = re.compile(r"\blot\s*(?:n[o°º]?\s*)?0*([0-9]{1,3})\b", re.IGNORECASE)
_ROLE = re.compile(r"\s*\(\s*(?:mandataire|co-?traitante?)\s*\)\s*$", re.IGNORECASE)
_GROUPED = re.compile(r"\bgroupements? (?:momentané )?(solidaire|conjoint)", re.IGNORECASE)
_COUNT = re.compile(r"0*([1-9][0-9]{0,3})(?:[.,]0+)?", re.ASCII)
_MASKED = re.compile(r"\[[a-z]+\]")


@dataclass(frozen=True, slots=True)
class Decision:
    """One award as it was read, with the title that the result notice gives to its lot."""

    award: Award
    title: str | None = None
    text: str | None = None


def winner(name: str | None, number: str | None, *, below: bool = False) -> Winner | None:
    """Who won, by name and SIRET; None where neither is known.

    "(mandataire)" after a name tells a role: the firm is the same without it.
    """
    name, known = clean(name), siret(number)
    if name is not None and name.endswith(")"):
        name = clean(_ROLE.sub("", name))
    if name is not None and name.startswith("[") and _MASKED.fullmatch(name):
        name = None
    return Winner(name, known, below) if name or known else None


def winners_of(found: Iterable[Winner | None]) -> tuple[Winner, ...]:
    """Those who are known, each once."""
    return tuple(dict.fromkeys(one for one in found if one is not None))


def form_in_names(names: Iterable[str | None]) -> GroupingForm | None:
    """The form of a group where its own name says it ("Groupement solidaire A/B"), or None."""
    for name in names:
        if found := _GROUPED.search(name or ""):
            return GroupingForm(found.group(1).lower())
    return None


def tender_count(text: str | None) -> int | None:
    """A number of offers, or None where it is none or nonsense; nothing is awarded without one."""
    found = _COUNT.fullmatch(text.strip()) if text else None
    return int(found.group(1)) if found else None


def settled(
    decisions: Sequence[Decision], lots: tuple[Lot, ...]
) -> tuple[tuple[Award, ...], tuple[Lot, ...]]:
    """Awards that name the lots as the notice does, and the lots.

    A notice that describes no lot but decides on several gets them from what it decides.
    """
    decisions = [replace(one, award=_with_form(one.award)) for one in decisions]
    numbers = {decision.award.lot_id for decision in decisions if decision.award.lot_id}
    if not lots and len(numbers) > 1:
        lots = _lots_of(decisions)
    if not lots:
        return tuple(replace(decision.award, lot_id=None) for decision in decisions), ()
    known = {_plain(lot.id): lot.id for lot in lots}
    known |= {_folded(lot.title): lot.id for lot in lots if lot.title}
    return tuple(_with_known_lot(decision, known) for decision in decisions), lots


def _with_form(award: Award) -> Award:
    form = form_in_names(winner.name for winner in award.winners)
    return replace(award, group_form=form) if form else award


def _with_known_lot(decision: Decision, known: Mapping[str, str]) -> Award:
    """The award under the lot that its number names, else that its words name."""
    number, title = decision.award.lot_id or "", decision.title or ""
    candidates = [_plain(number), *_LEADING.findall(number), *_IN_TITLE.findall(title)]
    candidates += [_folded(number), _folded(title)]
    found = next((known[one] for one in candidates if one in known), None)
    return replace(decision.award, lot_id=found) if found else decision.award


def _lots_of(decisions: Iterable[Decision]) -> tuple[Lot, ...]:
    found: dict[str, Lot] = {}
    for decision in decisions:
        if number := decision.award.lot_id:
            found.setdefault(number, Lot(id=number, title=decision.title, text=decision.text))
    return tuple(found.values())


def _plain(number: str) -> str:
    """ "Lot n° 03", "LOT-0003" and "3" are the same lot."""
    found = _NUMBER.fullmatch(number.strip())
    return found.group(1) if found else _folded(number)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
