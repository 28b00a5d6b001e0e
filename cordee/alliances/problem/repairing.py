"""Asks the engine for the nearest split of an alliance that holds, and says what it changes.

`repair_question` says with which figures, `repair_split` puts the answer into the terms.
"""

from dataclasses import dataclass

from cordee.alliances.problem.repair_question import Key, Question
from cordee.alliances.problem.repair_split import terms_of
from cordee.alliances.terms.model import Terms
from cordee.engine.repair import Blocked, Repair, repair
from cordee.engine.result import Status

SECONDS = 6.0


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repair in the words of the terms; `terms` is None where no split holds.

    `lift`: pinned cells that would have to be freed, by party and line, with the terms that follow
    in `once_lifted`. `newcomer` names the structure that would make a split possible, with what it
    would take. `in_the_way`: pinned cells that break a limit alone.
    """

    terms: Terms | None
    answer: Repair
    lift: tuple[Key, ...] = ()
    once_lifted: Terms | None = None
    newcomer: str = ""
    newcomer_cents: int = 0
    in_the_way: tuple["Pinned", ...] = ()
    short: tuple[tuple[str, int], ...] = ()

    @property
    def is_proven(self) -> bool:
        """Whether no split moves less."""
        return self.answer.status is Status.OPTIMAL

    @property
    def is_undecided(self) -> bool:
        """Whether the time was out before anything was known."""
        return self.answer.status is Status.UNDECIDED


@dataclass(frozen=True, slots=True)
class Pinned:
    """Pinned cells that break a limit by themselves: of whom, on which lines, by how much."""

    limit: str
    party: str | None
    lines: tuple[str, ...]
    cfte: int
    cents: int

    @property
    def is_private(self) -> bool:
        """Whether the excess tells a figure of the party."""
        return self.limit in {"capacity", "ceiling"}


def repaired(question: Question, *, seconds: float = SECONDS) -> Repaired:
    """The nearest terms that hold, or why there are none."""
    answer = repair(question.asked, time_limit_s=seconds)
    if answer.split is not None:
        return Repaired(terms_of(question, answer.split), answer)
    if answer.blocked is None:
        return Repaired(None, answer)
    return _blocked(question, answer, answer.blocked)


def _blocked(question: Question, answer: Repair, blocked: Blocked) -> Repaired:
    once_lifted = blocked.once_lifted
    newcomer, cents = "", 0
    if blocked.with_one_more is not None and blocked.with_one_more.split is not None:
        more = blocked.with_one_more
        newcomer = ", ".join(question.names.get(name, name) for name in more.newcomers)
        cents = sum(
            held.cents
            for (candidate, _), held in (more.split or {}).items()
            if candidate not in question.party_of
        )
    lifted = None
    if once_lifted is not None and once_lifted.split is not None:
        lifted = terms_of(question, once_lifted.split)
    return Repaired(
        None,
        answer,
        lift=tuple((question.party_of[c], p) for c, p in blocked.lift if c in question.party_of),
        once_lifted=lifted,
        newcomer=newcomer,
        newcomer_cents=cents,
        in_the_way=tuple(
            Pinned(
                limit=str(each.limit),
                party=None if each.candidate is None else question.party_of.get(each.candidate),
                lines=tuple(sorted({package for _, package in each.pins})),
                cfte=each.excess_cfte,
                cents=each.excess_cents,
            )
            for each in blocked.in_the_way
        ),
        short=blocked.short_cfte,
    )
