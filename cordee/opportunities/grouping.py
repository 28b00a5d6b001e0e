"""Which publications make one opportunity, from what links and what parts them. Pure.

The answer depends on the whole of the links, never on the order in which they came.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from cordee.notices.notice import Kind


class Strength(IntEnum):
    """What links two publications, the surest first."""

    PERSON = 0
    NAMED = 1
    PROCEDURE = 2
    ALIKE = 3


@dataclass(frozen=True, slots=True)
class GroupedPublication:
    """A publication: its identity, which orders it, and the sorts of notice it holds."""

    source: str
    source_id: str
    kinds: frozenset[str]

    @property
    def order(self) -> tuple[str, str]:
        return (self.source, self.source_id)


@dataclass(frozen=True, slots=True)
class Tie:
    """Two keys of members and what links them; `likeness` in percent, 100 for an identifier."""

    one: int
    other: int
    strength: Strength
    likeness: int = 100


def groups(
    members: Mapping[int, GroupedPublication],
    ties: Iterable[Tie],
    apart: Collection[frozenset[int]],
) -> list[frozenset[int]]:
    """Put members together along the ties, the surest first, but never two that are apart.

    A likeness never brings two calls of one source under one need: each call has one twin. The
    groups come in the order of their members.
    """
    group_of = {key: {key} for key in members}

    def may_join(tie: Tie) -> bool:
        mine, theirs = group_of[tie.one], group_of[tie.other]
        if mine is theirs or any(pair <= mine | theirs for pair in apart):
            return False
        if tie.strength is not Strength.ALIKE:
            return True
        return not _calling(members, mine) & _calling(members, theirs)

    def order(tie: Tie) -> tuple[int, int, list[tuple[str, str]]]:
        ends = sorted((members[tie.one].order, members[tie.other].order))
        return (tie.strength, -tie.likeness, ends)

    for tie in sorted(ties, key=order):
        if may_join(tie):
            joined = group_of[tie.one] | group_of[tie.other]
            group_of.update(dict.fromkeys(joined, joined))
    found = {id(group): frozenset(group) for group in group_of.values()}
    return sorted(found.values(), key=lambda group: min(members[key].order for key in group))


def _calling(members: Mapping[int, GroupedPublication], group: Iterable[int]) -> set[str]:
    """The sources that hold a call in a group."""
    return {members[key].source for key in group if Kind.CALL.value in members[key].kinds}
