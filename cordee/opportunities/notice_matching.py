"""Which notices speak of one need, which of the next one, and what all such links make. Pure.

The BOAMP and TED publish the same call under two identifiers. Where neither names the other, we
compare what both say. Strict on purpose: two needs kept apart cost a second look, two needs taken
for one hide one of them. What the links make of publications depends on the whole of them, never
on the order in which they came.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import IntEnum
from typing import Any, Protocol

from cordee.base.ui import french
from cordee.notices.notice import Buyer, Cpv, Format, Kind, Lot, Notice, Place, Source
from cordee.notices.places import departments_of
from cordee.notices.text import fold
from cordee.rules.clock import day_of

PUBLISHED_WITHIN = timedelta(days=10)
DEADLINE_WITHIN = timedelta(days=2)
RENEWED_AFTER = {Kind.CALL.value: timedelta(days=300), Kind.AWARD.value: timedelta(days=150)}
"""How long after a call, or after its award some months later, a like call is the next one."""

RENEWED_BEFORE = timedelta(days=3_000)
"""Eight years: the longest framework (four) renewed once without a trace."""

LAST_AWARD = timedelta(days=540)
"""A contract notified so long after its call is of another one."""

# The Jaccard index of the two sets of words.
LIKE = Decimal("0.8")
"""Share of words in common below which two titles name two needs; measured in docs/lives.md."""

MIN_WORDS_ALONE = 5
"""Where the buyers have different names, a title this long must be the same word for word."""

MIN_LETTERS_CUT = 80
"""A title at least so long that begins the other is the same one, cut by the source."""

# Keys are columns with an index: longer titles differ long before.
KEY_LETTERS = 300
_OFFICIAL = re.compile(r"^france\s*-\s*[^-]{3,120}?\s-\s+")
_LOT = re.compile(r"\blots?\s*(?:n\s*[o°]?\s*)?((?:[0-9]+\s*(?:,|et|a)?\s*)+)(?!\s*lots)")
_WORD = re.compile(r"[a-z]+|[0-9]+")
_EMPTY_WORD = re.compile(
    "a|ai|au|aux|avec|ce|ces|d|dans|de|des|du|en|et|l|la|le|les|leur|ou|par|pour|s|ses|son|sa|sur|"
    "un|une|the|of|consultation|marches?|publics?|accords?|cadres?|relatif|relative|objet|portant|"
    "presente|concerne|realisation|prestations?"
)
# A town under its three names is one buyer; a town and its intercommunality are two.
_SAME_WORD = {
    "mairie": "",
    "ville": "",
    "commune": "",
    "conseil": "",
    "departemental": "departement",
    "general": "departement",
    "regional": "region",
    "cc": "communaute",
}


@dataclass(frozen=True, slots=True)
class Traits:
    """What one version of a notice can be recognised by. Keys are folded words, space between.

    `cpv` and `departments` are sorted; `deadline_on` is the day in UTC.
    """

    source: str
    source_id: str
    kind: str
    uuid: str = ""
    procedure: str = ""
    buyer_siret: str = ""
    buyer_key: str = ""
    title_key: str = ""
    lots_key: str = ""
    cpv: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    published_on: date | None = None
    deadline_on: date | None = None


def traits_of(notice: Notice, source_id: str) -> Traits:
    """The traits of a notice as read, under its identifier in the database."""
    buyer = notice.buyer
    # TED puts "France – the label of the CPV code –" before the title.
    title = _OFFICIAL.sub("", fold(notice.title or ""))
    holders: list[Notice | Lot] = [notice, *notice.lots]
    return Traits(
        source=notice.source.value,
        source_id=source_id,
        kind=notice.kind.value,
        uuid=notice.links.uuid or "",
        procedure=notice.links.procedure or "",
        buyer_siret=(buyer.siret if buyer else None) or "",
        buyer_key=_buyer_key(buyer.name) if buyer else "",
        title_key=_key(word for word in _WORD.findall(title) if not _EMPTY_WORD.fullmatch(word)),
        lots_key=" ".join(sorted({n for m in _LOT.findall(title) for n in re.findall(r"\d+", m)})),
        cpv=tuple(sorted({code for holder in holders for code in holder.cpv.codes})),
        departments=tuple(sorted({d for p in notice.all_places for d in departments_of(p)})),
        published_on=notice.published_on,
        deadline_on=day_of(notice.deadline) if notice.deadline else None,
    )


_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TED = re.compile(r"0*([1-9][0-9]{0,7})-(20[0-9]{2})")
_OFFICIAL_JOURNAL = re.compile(r"(20[0-9]{2})/S ?[0-9]{3}-0*([1-9][0-9]{0,7})")


def identifier(written: str) -> str:
    """One writing for what sources write in several: "2021/S 076-193375" is "193375-2021".

    An eForms notice is named with its version behind ("…-01"): the notice alone counts.
    """
    text = written.strip()
    if found := _UUID.search(text.lower()):
        return found.group()
    # The older number of the Official Journal: year, issue, then the notice in its year.
    if found := _OFFICIAL_JOURNAL.fullmatch(text):
        return f"{found[2]}-{found[1]}"
    return f"{found[1]}-{found[2]}" if (found := _TED.fullmatch(text)) else text


def writings(known: str) -> tuple[str, ...]:
    """How an `identifier` may stand in a source: TED pads it with zeros, to six or eight digits."""
    if found := _TED.fullmatch(known):
        return tuple(dict.fromkeys((known, *(f"{found[1]:0>{n}}-{found[2]}" for n in (6, 8)))))
    return (known,)


class MatchedContract(Protocol):
    """What is looked at of an awarded contract, wherever it is kept."""

    source: Any
    source_id: Any
    title: Any
    buyer_name: Any
    buyer_siret: Any
    cpv: Any
    department: Any
    notified_on: Any
    published_on: Any


def contract_traits(contract: MatchedContract) -> Traits:
    """The traits of an awarded contract, as if its award were a notice."""
    notice = Notice(
        source=Source(contract.source),
        format=Format.DECP,
        id=contract.source_id,
        kind=Kind.AWARD,
        title=contract.title,
        buyer=Buyer(contract.buyer_name, contract.buyer_siret or None),
        cpv=Cpv(contract.cpv or None),
        places=(Place(department=contract.department),) if contract.department else (),
        published_on=contract.notified_on or contract.published_on,
    )
    return traits_of(notice, contract.source_id)


def _buyer_key(name: str) -> str:
    """The words that tell one buyer from another, sorted: "Ville de Lescar" is "Lescar"."""
    words = {
        _singular(word) for word in _WORD.findall(fold(name)) if not _EMPTY_WORD.fullmatch(word)
    }
    distinctive = {_SAME_WORD.get(word, word) for word in words} - {""}
    return _key(sorted(distinctive or words))


def _key(words: Iterable[str]) -> str:
    return " ".join(_singular(word) for word in words)[:KEY_LETTERS]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word


def same_need(one: Traits, other: Traits) -> str | None:
    """Why two notices of two sources speak of one need, as a French sentence; None: they may not.

    Symmetric. Needs the same sort of notice, near days, places and codes that do not contradict,
    the same lots in the title, and a title that is alike, or the same where a deadline is unknown.
    """
    # Cheap and exclusive questions first: titles are compared only where all else agrees.
    if one.kind != other.kind or not _days_agree(one, other) or one.lots_key != other.lots_key:
        return None
    if _is_elsewhere(one, other):
        return None
    likeness = title_likeness(one.title_key, other.title_key)
    has_deadlines = one.deadline_on is not None and other.deadline_on is not None
    if (by := same_buyer(one, other)) is not None:
        # The deadline is a strong sign: where it is unknown, the title must be the very same.
        if likeness < (LIKE if has_deadlines else 1):
            return None
        last = ", la même date limite" if has_deadlines else ""
        return f"{by}{last} et {_alike(likeness)}."
    words = len(one.title_key.split())
    if likeness == 1 and words >= MIN_WORDS_ALONE and one.departments and one.cpv == other.cpv:
        return f"{_alike(likeness).capitalize()}, les mêmes codes CPV et le même lieu."
    return None


def _alike(likeness: Decimal) -> str:
    return "le même titre" if likeness == 1 else f"un titre commun à {french.percent(likeness, 0)}"


def renews(later: Traits, earlier: Traits) -> str | None:
    """Why a call takes up, years later, what the same buyer bought before; None: it may not."""
    if later.kind != Kind.CALL or earlier.kind not in (Kind.CALL, Kind.AWARD):
        return None
    if later.published_on is None or earlier.published_on is None:
        return None
    gap = later.published_on - earlier.published_on
    # Nearer than that they are one need published twice; farther, nobody remembers.
    if not RENEWED_AFTER[earlier.kind] <= gap <= RENEWED_BEFORE:
        return None
    by = same_buyer(later, earlier)
    if by is None or later.lots_key != earlier.lots_key or _is_elsewhere(later, earlier):
        return None
    likeness = title_likeness(_undated(later.title_key), _undated(earlier.title_key))
    return f"{by} et {_alike(likeness)}." if likeness >= LIKE else None


def awarded_by(call: Traits, contract: Traits) -> Decimal | None:
    """How alike the titles of a call and of the contract that may end it are; None: it does not.

    `contract.published_on` is the day of notification, which follows the call.
    """
    if call.kind != Kind.CALL or call.published_on is None or contract.published_on is None:
        return None
    # A contract is never notified before its call: an earlier one is of the round before.
    if not timedelta(0) <= contract.published_on - call.published_on <= LAST_AWARD:
        return None
    if same_buyer(call, contract) is None or _is_elsewhere(call, contract):
        return None
    likeness = title_likeness(call.title_key, contract.title_key)
    return likeness if likeness >= LIKE else None


def takes_up(naming: Traits, named: Traits) -> bool:
    """Whether a notice that names another begins the next contract instead of telling of this one.

    An award may come years after its call; a call that names one so old is the next.
    """
    if naming.kind not in (Kind.CALL, Kind.PRIOR) or named.kind not in (Kind.CALL, Kind.AWARD):
        return False
    if naming.published_on is None or named.published_on is None:
        return False
    return naming.published_on - named.published_on >= RENEWED_AFTER[named.kind]


def same_buyer(one: Traits, other: Traits) -> str | None:
    """The words for it, or None. A SIREN that differs says no, whatever the names."""
    # By SIREN and not SIRET: a buyer signs with the number of whichever service bought.
    if one.buyer_siret and other.buyer_siret:
        return "Le même acheteur (SIREN)" if one.buyer_siret[:9] == other.buyer_siret[:9] else None
    mine, theirs = set(one.buyer_key.split()), set(other.buyer_key.split())
    if not mine or not theirs:
        return None
    return "Le même acheteur (nom)" if mine == theirs else None


def title_likeness(one: str, other: str) -> Decimal:
    """Share of words in common, 0 to 1; 0 where each has a word that the other lacks.

    "Animation au Mali" and "Animation au Tchad" are two needs, however long the rest.
    """
    shorter, longer = sorted((one, other), key=len)
    # Cut in the middle of a word: the last one does not count.
    begun = shorter.rpartition(" ")[0]
    if len(begun) >= MIN_LETTERS_CUT and longer.startswith(f"{begun} "):
        return Decimal(1)
    mine, theirs = set(one.split()), set(other.split())
    if not mine or not theirs or (mine - theirs and theirs - mine):
        return Decimal(0)
    return Decimal(len(mine & theirs)) / len(mine | theirs)


def likeness_percent(one: Traits, other: Traits) -> int:
    return int(title_likeness(one.title_key, other.title_key) * 100)


def _days_agree(one: Traits, other: Traits) -> bool:
    if one.published_on is None or other.published_on is None:
        return False
    if abs(one.published_on - other.published_on) > PUBLISHED_WITHIN:
        return False
    if one.deadline_on is None or other.deadline_on is None:
        return True
    return abs(one.deadline_on - other.deadline_on) <= DEADLINE_WITHIN


def _is_elsewhere(one: Traits, other: Traits) -> bool:
    """Whether both tell departments, or codes, and have none in common."""
    # CPV groups: sources round codes up and down within one.
    mine, theirs = ({code[:3] for code in each.cpv} for each in (one, other))
    told = ((set(one.departments), set(other.departments)), (mine, theirs))
    return any(bool(a and b) and a.isdisjoint(b) for a, b in told)


def _undated(key: str) -> str:
    """Without years, which change from one contract to the next."""
    return " ".join(w for w in key.split() if not (w.isdecimal() and 1990 <= int(w) <= 2100))


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
