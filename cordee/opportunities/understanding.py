"""From all that was read and corrected about one need to what we understand of it today.

Pure: readings and corrections are handed in. The order is that of publication; a new reading or
a new import never erases a correction, which stays over whatever is read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from cordee.notices.notice import Format, Kind, Notice
from cordee.opportunities.facts import FACTS, holder_of, is_same, with_holder
from cordee.opportunities.notice_matching import PUBLISHED_WITHIN
from cordee.opportunities.outcomes import Outcome, as_lot_of, outcomes_of
from cordee.rules.clock import day_of

# A change published as eForms repeats the whole notice; elsewhere it only says what changes.
_WHOLE_CHANGES = frozenset({Format.EFORMS, Format.BOAMP_EFORMS})
_STAGES = {
    Kind.CALL: "call",
    Kind.CHANGE: "call",
    Kind.PRIOR: "prior",
    Kind.AWARD: "awarded",
    Kind.CANCELLATION: "cancelled",
}
_TURN = {kind: n for n, kind in enumerate((Kind.PRIOR, Kind.CALL, Kind.CHANGE, Kind.AWARD))}
_ENDS = frozenset({Kind.AWARD, Kind.CANCELLATION})


@dataclass(frozen=True, slots=True)
class ReadVersion:
    """One imported version and its newest reading."""

    version_pk: int
    reading_pk: int
    notice: Notice

    @property
    def order(self) -> tuple[date, int, str, str, int]:
        """By day, then by what comes first in the life of a need; without a day, where it belongs.

        Only two versions of one notice on one day are told apart by their import.
        """
        notice = self.notice
        unknown = date.max if notice.kind in _ENDS else date.min
        turn = _TURN.get(notice.kind, len(_TURN))
        day = notice.published_on or unknown
        return (day, turn, notice.source.value, notice.id, self.version_pk)

    @property
    def is_whole_call(self) -> bool:
        notice = self.notice
        return notice.kind is Kind.CALL or (
            notice.kind is Kind.CHANGE and notice.format in _WHOLE_CHANGES
        )


@dataclass(frozen=True, slots=True)
class Overlay:
    """A correction that stands or is proposed, without the database.

    `quote`: words of the notice that it names. Of one proposed, `against` is what it contradicted
    when it was said, and `objectors` are the names of those who say that it is wrong.
    """

    fact: str
    lot_id: str
    value: Any
    by: str
    at: datetime
    pk: int
    quote: str = ""
    confirmed_by: str = ""
    against: Any = None
    objectors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Understanding:
    """`notice` with corrections applied; `as_read` without.

    `pointless` lists corrections of lots that the latest version no longer has: kept, not applied.
    `proposed` are to be confirmed: they change nothing of `notice`, but a deadline that comes
    first.
    `versions` are all that was read, in order; `outcomes` what was decided, by lot.
    """

    notice: Notice
    as_read: Notice
    main: ReadVersion
    stage: str
    corrections: Mapping[tuple[str, str], Overlay]
    pointless: tuple[Overlay, ...]
    versions: tuple[ReadVersion, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    proposed: tuple[Overlay, ...] = ()

    def proposed_of(self, fact: str, lot_id: str = "") -> tuple[Overlay, ...]:
        return tuple(one for one in self.proposed if (one.fact, one.lot_id) == (fact, lot_id))

    def correction_of(self, fact: str, lot_id: str = "") -> Overlay | None:
        return self.corrections.get((fact, lot_id))


def understand(
    versions: Sequence[ReadVersion],
    overlays: Sequence[Overlay],
    proposed: Sequence[Overlay] = (),
    *,
    at: datetime | None = None,
) -> Understanding:
    """Overlay the corrections on the version that counts; `at` says which deadlines are past.

    Raises ValueError where nothing was read.
    """
    if not versions:
        raise ValueError("versions is empty: import the notice before asking what it says.")
    ordered = sorted(versions, key=lambda version: version.order)
    main = _main(ordered)
    later = [version for version in ordered if version.order > main.order]
    as_read = _completed(main, ordered)
    for notice in (version.notice for version in later):
        if notice.kind is Kind.CHANGE and notice.deadline:
            as_read = replace(
                as_read, deadline=notice.deadline, deadline_source=notice.deadline_source
            )
    outcomes = outcomes_of(as_read, [(v.version_pk, v.notice) for v in (main, *later)])
    notice, applied, pointless = as_read, {}, []
    for overlay in overlays:
        lot_id = as_lot_of(notice, overlay.lot_id)
        fact, holder = FACTS.get(overlay.fact), holder_of(notice, lot_id)
        if fact is None or holder is None:
            pointless.append(overlay)
            continue
        applied[overlay.fact, lot_id] = overlay
        notice = with_holder(notice, lot_id, fact.write(holder, overlay.value))
    contradicting = _contradicting(notice, proposed)
    if at is not None:
        notice = _closing_first(notice, contradicting, at)
    return Understanding(
        notice,
        as_read,
        main,
        _stage(main, later, outcomes),
        applied,
        tuple(pointless),
        tuple(ordered),
        outcomes,
        contradicting,
    )


def _contradicting(notice: Notice, proposed: Iterable[Overlay]) -> tuple[Overlay, ...]:
    """Those that still say something else; a later reading may say the same, or lose the lot."""
    found = []
    for one in proposed:
        lot_id = as_lot_of(notice, one.lot_id)
        fact, holder = FACTS.get(one.fact), holder_of(notice, lot_id)
        if fact is None or holder is None:
            continue
        # Saying that nobody knows differs from silence: of trades and lots, much is read elsewhere.
        if one.value is None or not is_same(fact, fact.read(holder), one.value):
            found.append(replace(one, lot_id=lot_id))
    return tuple(found)


def _closing_first(notice: Notice, proposed: Iterable[Overlay], at: datetime) -> Notice:
    """With the first of the deadlines said to be right: who hurries loses nothing.

    One that is past closes nothing before it is confirmed.
    """
    said = [
        datetime.fromisoformat(one.value)
        for one in proposed
        if one.fact == "deadline" and one.value is not None
    ]
    first = min((moment for moment in said if moment > at), default=None)
    if notice.deadline is None or first is None or first >= notice.deadline:
        return notice
    return replace(notice, deadline=first.astimezone(UTC), deadline_source=None)


def _main(ordered: Sequence[ReadVersion]) -> ReadVersion:
    """The last whole call; of twins in two sources the first, which corrections were made on."""
    calls = [version for version in ordered if version.is_whole_call]
    if not calls:
        prior = [version for version in ordered if version.notice.kind is Kind.PRIOR]
        return (prior or list(ordered))[-1]
    last = calls[-1]
    twins = [version for version in _twins(last, calls) if _same_deadline(version, last)]
    return min((*twins, last), key=lambda version: (version.notice.source, version.order))


def _twins(one: ReadVersion, calls: Iterable[ReadVersion]) -> list[ReadVersion]:
    """The same call in another source: the last version of each sort, published near that day."""
    day = one.notice.published_on
    return [
        version
        for version in calls
        if version.notice.source is not one.notice.source
        and version.notice.kind is one.notice.kind
        and day is not None
        and version.notice.published_on is not None
        and abs(version.notice.published_on - day) <= PUBLISHED_WITHIN
    ][-1:]


def _same_deadline(one: ReadVersion, other: ReadVersion) -> bool:
    mine, theirs = one.notice.deadline, other.notice.deadline
    return mine is None or theirs is None or day_of(mine) == day_of(theirs)


def _completed(main: ReadVersion, ordered: Sequence[ReadVersion]) -> Notice:
    """What the notice that counts leaves out and its twin in the other source says."""
    notice = main.notice
    for twin in _twins(main, (version for version in ordered if version.is_whole_call)):
        other = twin.notice
        notice = replace(
            notice,
            buyer=notice.buyer or other.buyer,
            cpv=notice.cpv if notice.cpv.codes else other.cpv,
            places=notice.places or other.places,
            lots=notice.lots or other.lots,
            amount=notice.amount or other.amount,
            duration=notice.duration or other.duration,
        )
        if notice.buyer and other.buyer and notice.buyer.siret is None:
            notice = replace(notice, buyer=replace(notice.buyer, siret=other.buyer.siret))
        if notice.deadline is None:
            notice = replace(notice, deadline=other.deadline, deadline_source=other.deadline_source)
    return notice


def _stage(main: ReadVersion, later: Sequence[ReadVersion], outcomes: Sequence[Outcome]) -> str:
    """What happened last; a contract of which no part found a holder came to nothing."""
    ends = [version.notice.kind for version in (main, *later) if version.notice.kind in _ENDS]
    if not ends:
        return _STAGES[main.notice.kind]
    if ends[-1] is Kind.AWARD and outcomes and all(one.is_without_result for one in outcomes):
        return _STAGES[Kind.CANCELLATION]
    return _STAGES[ends[-1]]
