"""What sentences say of amounts, durations, renewals, starts and places, by lot, with the sentence.

Fields keep precedence: prose only fills what they leave empty. `docs/algorithms/reading-prose.md`
tells the rules and what was measured.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from cordee.notices.clauses.numbers import number_of
from cordee.notices.notice import Duration, Evidence, Kind, Lot, Notice, Place
from cordee.notices.places import departments_of
from cordee.notices.prose.amounts import Sum, chosen, is_study, sums_in
from cordee.notices.prose.durations import Time, duration_told, times_in
from cordee.notices.prose.passages import EACH, FoldedPassage, folded_passages
from cordee.notices.prose.places import places_told

type _Inside = Callable[[Evidence], str]

_READ = (Kind.CALL, Kind.PRIOR, Kind.CHANGE)
"""What a result says of money and time is of a contract already held, and stands in its fields."""


_OF_CANDIDATES = re.compile(
    r"SUITABILITY|RULES_CRITERIA|LEGAL_FORM|MAIN_FEATURES|BT-7[16]-|FORME_JURID|formeJurid"
)
"""Passages on who may answer and how: their sums and times are never those of the work."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of the whole or of one lot: the sum as written, the time, the places."""

    sum: Sum | None = None
    duration: Duration | None = None
    places: tuple[Place, ...] = ()


def read_prose(
    notice: Notice, inside: _Inside, *, only_missing: bool = False
) -> Mapping[str, Said]:
    """What sentences say, by number of lot, "" for the whole.

    `inside` tells the lot in which a passage of the conditions stands. With `only_missing`, places
    are looked for only where the fields leave room for them.
    """
    divided = len(notice.lots) > 1
    numbers = {number_of(lot.id): lot for lot in notice.lots}
    parts = folded_passages(
        [
            ("titre", notice.title, ""),
            ("description", notice.text, ""),
            *(
                (each.where, each.words, inside(each) if divided else "")
                for each in notice.conditions
                if not _OF_CANDIDATES.search(each.where)
            ),
        ]
    )
    of_lots = {
        number: folded_passages(
            [
                (f"lot {lot.id}, titre", lot.title, number if divided else ""),
                (f"lot {lot.id}, description", lot.text, number if divided else ""),
            ]
        )
        for number, lot in numbers.items()
    }
    of_study = is_study(" ".join(part.folded[:200] for part in parts[:2]))
    # What began before the month of the notice is another contract.
    since = notice.published_on and notice.published_on.replace(day=1)
    every = [*parts, *(part for own in of_lots.values() for part in own)]
    has_sums = only_missing and _is_paid_for(notice)
    sums = {} if has_sums else _by_lot(_each(every, partial(sums_in, of_study=of_study)), numbers)
    times = _by_lot(_each(every, partial(times_in, of_study=of_study)), numbers)
    found = {
        number: Said(
            chosen(sums.get(number, ())),
            duration_told(
                [t for t in times.get(number, ()) if not since or not t.start or t.start >= since]
            ),
            places_told(
                (number and numbers[number].places) or notice.places,
                of_lots[number] if number else parts[:2],
            )
            if not only_missing or _leaves_room(notice, numbers.get(number))
            else (),
        )
        for number in ("", *(numbers if divided else ()))
    }
    return {
        number: said for number, said in found.items() if said.sum or said.duration or said.places
    }


def with_prose(notice: Notice, inside: _Inside) -> Notice:
    """The notice, completed by its sentences where its fields are silent."""
    if notice.kind not in _READ:
        return notice
    said = read_prose(notice, inside, only_missing=True)
    if not said:
        return notice
    own = said.get("", Said())
    duration = _duration(notice.duration, own.duration)
    located = any(place.department for place in notice.places)
    lots = tuple(
        _lot(lot, said[number_of(lot.id)], duration) if number_of(lot.id) in said else lot
        for lot in notice.lots
    )
    return replace(
        notice,
        lots=lots,
        duration=duration,
        amount=notice.amount or (own.sum.amount(*_lengths(duration)) if own.sum else None),
        places=notice.places if located or not own.places else (*own.places, *notice.places),
    )


def _lot(lot: Lot, said: Said, of_whole: Duration | None) -> Lot:
    duration = _duration(lot.duration, said.duration)
    told = said.sum.amount(*_lengths(duration, of_whole)) if said.sum else None
    return replace(
        lot,
        amount=lot.amount or told,
        duration=duration,
        places=_precise(lot.places, said.places),
    )


def _is_paid_for(notice: Notice) -> bool:
    """Whether fields tell every amount, so that no sentence is looked at for one."""
    return bool(notice.amount) and all(lot.amount for lot in notice.lots)


def _leaves_room(notice: Notice, lot: Lot | None) -> bool:
    if lot is None:
        return not any(place.department for place in notice.places)
    return not _has_address(lot.places)


def _has_address(places: tuple[Place, ...]) -> bool:
    return any(place.city or place.postcode or place.commune for place in places)


def _precise(field: tuple[Place, ...], said: tuple[Place, ...]) -> tuple[Place, ...]:
    """The places said, inside the wider ones of the field; an address keeps its place."""
    if _has_address(field):
        return field
    inside = {department for place in field for department in departments_of(place)}
    return tuple(p for p in said if not inside or inside.issuperset(departments_of(p))) or field


def _lengths(*durations: Duration | None) -> tuple[int | None, int | None]:
    """Months, and months with all renewals, as the first of these tells them."""
    told = [each for each in durations if each]
    return (
        next((each.months for each in told if each.months), None),
        next((each.most_months for each in told if each.most_months), None),
    )


def _duration(field: Duration | None, said: Duration | None) -> Duration | None:
    """The field, with what it leaves out."""
    if field is None or said is None:
        return field or said
    months, most = field.months or said.months, said.most_months
    start = field.start or said.start
    taken = [said.months if not field.months else None, said.start if not field.start else None]
    most = most if most is not None and most > (months or 0) else None
    if not any(taken) and most is None:
        return field
    return replace(
        field,
        months=months,
        start=start,
        most_months=most,
        is_start_about=said.is_start_about if start is not field.start else field.is_start_about,
        evidence=tuple(dict.fromkeys((*field.evidence, *said.evidence))),
    )


def _each[T: (Sum, Time)](
    parts: Iterable[FoldedPassage], read: Callable[[FoldedPassage], Iterable[T]]
) -> Iterator[T]:
    """What passages say; one that the buyer copied into each lot is read once."""
    known: dict[str, tuple[str, list[T]]] = {}
    for part in parts:
        # A sentence that names lots is not said of each of them alike.
        if not part.lot or part.words not in known or "lot" in part.words.lower():
            found = list(read(part))
            known[part.words] = part.lot, found
            yield from found
            continue
        lot, found = known[part.words]
        for each in found:
            lots = (part.lot,) if each.lots == ((lot,) if lot else ()) else each.lots
            yield replace(each, lots=lots, evidence=Evidence(part.where, each.evidence.words))


def _by_lot[T: (Sum, Time)](said: Iterable[T], lots: Iterable[str]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for each in said:
        numbers = lots if each.lots == (EACH,) else each.lots or ("",)
        for number in numbers:
            found.setdefault(number, []).append(each)
    return found
