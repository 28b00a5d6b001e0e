"""From all that was read and corrected about one need to what we understand of it today.

Pure: readings and corrections are handed in. The order is that of publication; a new reading or
a new import never erases a correction, which stays over whatever is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from cordee.notices.notice import Format, Kind, Notice
from cordee.opportunities.facts import FACTS, holder_of, with_holder

# A change published as eForms repeats the whole notice; elsewhere it only says what changes.
_WHOLE_CHANGES = frozenset({Format.EFORMS, Format.BOAMP_EFORMS})
_STAGES = {
    Kind.CALL: "call",
    Kind.CHANGE: "call",
    Kind.PRIOR: "prior",
    Kind.AWARD: "awarded",
    Kind.CANCELLATION: "cancelled",
}


@dataclass(frozen=True, slots=True)
class ReadVersion:
    """One imported version and its newest reading."""

    version_pk: int
    reading_pk: int
    notice: Notice

    @property
    def order(self) -> tuple[date, int]:
        return (self.notice.published_on or date.min, self.version_pk)

    @property
    def is_whole_call(self) -> bool:
        notice = self.notice
        return notice.kind is Kind.CALL or (
            notice.kind is Kind.CHANGE and notice.format in _WHOLE_CHANGES
        )


@dataclass(frozen=True, slots=True)
class Overlay:
    """A standing correction, without the database."""

    fact: str
    lot_id: str
    value: Any
    by: str
    at: datetime
    pk: int


@dataclass(frozen=True, slots=True)
class Understanding:
    """`notice` with corrections applied; `as_read` without.

    `pointless` lists corrections of lots that the latest version no longer has: kept, not applied.
    """

    notice: Notice
    as_read: Notice
    main: ReadVersion
    stage: str
    corrections: Mapping[tuple[str, str], Overlay]
    pointless: tuple[Overlay, ...]

    def correction_of(self, fact: str, lot_id: str = "") -> Overlay | None:
        return self.corrections.get((fact, lot_id))


def understand(versions: Sequence[ReadVersion], overlays: Sequence[Overlay]) -> Understanding:
    """Overlay the corrections on the version that counts.

    Raises ValueError where nothing was read.
    """
    if not versions:
        raise ValueError("versions is empty: import the notice before asking what it says.")
    ordered = sorted(versions, key=lambda version: version.order)
    main = _main(ordered)
    later = [version.notice for version in ordered if version.order > main.order]
    as_read = main.notice
    for notice in later:
        if notice.kind is Kind.CHANGE and notice.deadline:
            as_read = replace(
                as_read, deadline=notice.deadline, deadline_source=notice.deadline_source
            )
    notice, applied, pointless = as_read, {}, []
    for overlay in overlays:
        fact, holder = FACTS.get(overlay.fact), holder_of(notice, overlay.lot_id)
        if fact is None or holder is None:
            pointless.append(overlay)
            continue
        applied[overlay.fact, overlay.lot_id] = overlay
        notice = with_holder(notice, overlay.lot_id, fact.write(holder, overlay.value))
    return Understanding(notice, as_read, main, _stage(main, later), applied, tuple(pointless))


def _main(ordered: Sequence[ReadVersion]) -> ReadVersion:
    calls = [version for version in ordered if version.is_whole_call]
    prior = [version for version in ordered if version.notice.kind is Kind.PRIOR]
    return (calls or prior or list(ordered))[-1]


def _stage(main: ReadVersion, later: Sequence[Notice]) -> str:
    for notice in reversed(later):
        if notice.kind in (Kind.AWARD, Kind.CANCELLATION):
            return _STAGES[notice.kind]
    return _STAGES[main.notice.kind]
