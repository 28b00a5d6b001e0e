"""What one reading of a live source did, in words."""

from dataclasses import dataclass, field
from datetime import date, datetime

from cordee.base.ui import french
from cordee.base.web.faults import SourceDown
from cordee.notices.notice import NoticeError


@dataclass(slots=True)
class SyncReport:
    """`new`: kept for the first time, or written over. `known`: there already, unchanged.

    `down`: why the reading stopped before its end. `put_off`: when the next try is due, where
    there was none this time. `is_taken`: another process reads this source.
    """

    name: str
    new: int = 0
    known: int = 0
    rejected: list[NoticeError] = field(default_factory=list)
    read_until: date | None = None
    failing_since: datetime | None = None
    next_try: datetime | None = None
    moved_to: str = ""
    setting: str = ""
    down: SourceDown | None = None
    put_off: bool = False
    is_taken: bool = False

    @property
    def was_read(self) -> bool:
        return not (self.down or self.put_off or self.is_taken)

    def as_text(self, on: date) -> str:
        lines = [f"{self.name}\u00a0: {self._outcome(on)}"]
        if self.moved_to:
            lines.append(f"  La source a déménagé\u00a0: {self.moved_to}")
            lines.append(f"  Écrivez cette adresse dans {self.setting}.")
        if self.rejected:
            lines.append(f"  {french.count(len(self.rejected), 'refusé')}\u00a0:")
            lines += [f"  - {error}" for error in self.rejected]
        return "\n".join(lines)

    def _outcome(self, on: date) -> str:
        if self.is_taken:
            return "déjà en cours de lecture ailleurs."
        if self.put_off:
            return f"en échec, pas d’essai avant le {_moment(self.next_try, on)}."
        counts = (
            f"{french.count(self.new, 'nouveauté')}, "
            f"{french.count(self.known, 'déjà connue', 'déjà connues')}"
        )
        if self.down is None:
            until = french.day(self.read_until, on) if self.read_until else "aujourd’hui"
            return f"{counts}, lu jusqu’au {until}."
        return (
            f"en échec depuis le {_moment(self.failing_since, on)}. {self.down.reason} "
            f"{self.down.cure} Ce qui a été reçu reste ({counts}). "
            f"Prochain essai le {_moment(self.next_try, on)}."
        )


def _moment(at: datetime | None, on: date) -> str:
    return french.moment(at, on) if at else "prochain passage"
