"""Asks the engine for the nearest split of an alliance that holds, and says what it changes.

`repair_question` says with which figures, `repair_split` puts the answer into the terms.
"""

from dataclasses import dataclass

from cordee.agreement.terms import Terms
from cordee.alliances.problem.repair_question import Key, Question
from cordee.alliances.problem.repair_split import terms_of
from cordee.engine.repair import Blocked, Repair, repair
from cordee.engine.result import Status

# Almost every repair takes less: a page is given within that. Asked for, it is sought longer.
SECONDS, LONG_SECONDS = 2.0, 6.0


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repair in the words of the terms; `terms` is None where no split holds.

    `lift`: pinned cells that would have to be freed, by party and line. `newcomer`: the structure
    that would make a split possible. `in_the_way`: pinned cells that break a limit alone.
    `is_cut_short`: with more time, more might be told.
    """

    terms: Terms | None
    answer: Repair
    lift: tuple[Key, ...] = ()
    newcomer: "Newcomer | None" = None
    in_the_way: tuple["Pinned", ...] = ()
    short: tuple[tuple[str, int], ...] = ()
    is_cut_short: bool = False

    @property
    def is_proven(self) -> bool:
        """Whether no split moves less."""
        return self.answer.status is Status.OPTIMAL

    @property
    def is_undecided(self) -> bool:
        """Whether the time was out before anything was known."""
        return self.answer.status is Status.UNDECIDED


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A structure from outside, what it would take by line, and among how many it was found.

    `is_nearest`: whether none of these, alone, is proven to move fewer euros. `is_known`: whether
    its crews and its ceiling were counted; otherwise nothing limited it.
    """

    structure_id: int
    name: str
    takes: tuple[tuple[str, int, int], ...]
    among: int
    is_nearest: bool
    is_known: bool

    @property
    def cents(self) -> int:
        return sum(cents for _, _, cents in self.takes)


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
        is_gap = answer.status is not Status.OPTIMAL
        return Repaired(terms_of(question, answer.split), answer, is_cut_short=is_gap)
    if answer.blocked is None:
        return Repaired(None, answer, is_cut_short=True)
    is_late = answer.seconds >= seconds
    return _blocked(question, answer, answer.blocked, is_cut_short=is_late)


def _blocked(
    question: Question, answer: Repair, blocked: Blocked, *, is_cut_short: bool
) -> Repaired:
    return Repaired(
        None,
        answer,
        lift=tuple((question.party_of[c], p) for c, p in blocked.lift if c in question.party_of),
        newcomer=_newcomer(question, blocked.with_one_more),
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
        is_cut_short=is_cut_short,
    )


def _newcomer(question: Question, answer: Repair | None) -> Newcomer | None:
    """Who comes in, where it is one structure; an operator of several is asked by people."""
    held = {} if answer is None or answer.split is None else answer.split
    taken = [(c, line, each) for (c, line), each in held.items() if c in question.outsiders]
    people = {question.outsiders[c].structure_id: question.outsiders[c] for c, _, _ in taken}
    if answer is None or len(people) != 1:
        return None
    (who,) = people.values()
    takes: dict[str, tuple[int, int]] = {}
    for _, line, each in taken:
        cfte, cents = takes.get(line, (0, 0))
        takes[line] = cfte + each.cfte, cents + each.cents
    return Newcomer(
        who.structure_id,
        who.name,
        tuple((line, *takes[line]) for line in sorted(takes)),
        among=len({each.structure_id for each in question.outsiders.values()}),
        is_nearest=answer.status is Status.OPTIMAL,
        is_known=all(question.outsiders[c].is_known for c, _, _ in taken),
    )
