"""What a repair would change, and why; or why there is none, and the two nearest ways out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.utils import timezone

from cordee.alliances.models import AllianceParty
from cordee.alliances.problem.means import facts_of
from cordee.alliances.problem.repair_question import NotRepairable, question_of, table_rights
from cordee.alliances.problem.repairing import Pinned, Repaired, repaired
from cordee.alliances.terms.checks import PRIVATE, Break, Code, breaks
from cordee.alliances.terms.model import Terms
from cordee.alliances.terms.slices import moved
from cordee.alliances.terms.stored import canonical, terms_to_json
from cordee.alliances.workspace.access import Seat
from cordee.alliances.workspace.asked import asked_of
from cordee.alliances.workspace.pages import shown_names
from cordee.alliances.workspace.state import accepted_keys, open_breaks
from cordee.base.ui import french
from cordee.members.sharing import Viewer
from cordee.mobilisation.rights import Rights

LAW = {"eligibility", "staff_supply", "certification", "reach"}


@dataclass(frozen=True, slots=True)
class Move:
    """One cell that a repair changes."""

    name: str
    line: str
    before: str
    after: str
    gap: str
    work: str
    why: str


@dataclass(frozen=True, slots=True)
class RepairPage:
    """What the page of a repair says; `terms` is None where there is none to apply."""

    version: int
    terms: Terms | None
    mark: str
    moves: Sequence[Move]
    moved: str
    proof: str
    asked_again: Sequence[str]
    is_fine: bool
    problems: Sequence[str]
    ways_out: Sequence[str]
    lifted: Sequence[tuple[str, str]]
    is_rounded: bool
    # What no move of euros or of people settles: months, a structure without any part.
    left: Sequence[str] = ()


def repair_page(
    seat: Seat, viewer: Viewer, rights: Rights, *, now: datetime, seconds: float | None = None
) -> RepairPage:
    """The repair of the terms in force. Only who coordinates asks for one."""
    alliance, on = seat.alliance, timezone.localdate(now)
    revision = alliance.revision()
    terms = revision.read()
    rows = list(alliance.parties.select_related("structure__organisation").order_by("pk"))
    names = shown_names(seat, rows)
    active = [row for row in rows if row.is_active]
    network = None if alliance.network is None else Viewer.of_network(alliance.network)
    team = table_rights(active, network, alliance.structure_id, on=on)
    packages = list(alliance.breakdown.packages.all())
    try:
        question = question_of(terms, active, packages, team, on=on, outside=network)
    except NotRepairable as gap:
        return _refused(revision.number, str(gap))
    answer = repaired(question) if seconds is None else repaired(question, seconds=seconds)
    used = facts_of(active, terms, team, on=on, names=names, shown_only=False)
    found = breaks(terms, used, asked_of(alliance), on=on)
    seen = _seen_breaks(seat, active, terms, rights, names, now=now)
    labels = {line.key: line.label for line in terms.lines}
    is_rounded = any(row.structure_id not in team.accounts_seen for row in active)
    if answer.terms is None:
        return RepairPage(
            version=revision.number,
            terms=None,
            mark="",
            moves=(),
            moved="",
            proof="",
            asked_again=(),
            is_fine=False,
            problems=_problems(answer, names, labels, seen, rights, team),
            ways_out=_ways_out(answer, names, labels),
            lifted=[
                (f"{party}-{line}", f"{names[party]}, {labels[line]}")
                for party, line in answer.lift
                if terms.cell(party, line).pinned
            ],
            is_rounded=is_rounded,
        )
    accepted = accepted_keys(alliance, terms)
    return RepairPage(
        version=revision.number,
        terms=answer.terms,
        mark=mark_of(answer.terms),
        moves=_moves(terms, answer.terms, names, found, seen),
        moved=french.euros(_moved(terms, answer.terms), rounded=True),
        proof=_proof(answer),
        asked_again=[names[key] for key in moved(terms, answer.terms) if key in accepted],
        is_fine=answer.terms == terms,
        problems=(),
        ways_out=(),
        lifted=(),
        is_rounded=is_rounded,
        left=[
            each.text for each in open_breaks(alliance, answer.terms, names, now=now) if each.blocks
        ],
    )


def mark_of(terms: Terms) -> str:
    """What tells that the terms applied are those that were read."""
    return sha256(canonical(terms_to_json(terms)).encode()).hexdigest()


def _refused(version: int, sentence: str) -> RepairPage:
    return RepairPage(
        version=version,
        terms=None,
        mark="",
        moves=(),
        moved="",
        proof="",
        asked_again=(),
        is_fine=False,
        problems=(sentence,),
        ways_out=(),
        lifted=(),
        is_rounded=False,
    )


def _seen_breaks(
    seat: Seat,
    rows: Sequence[AllianceParty],
    terms: Terms,
    rights: Rights,
    names: Mapping[str, str],
    *,
    now: datetime,
) -> dict[str, str]:
    """Of each party whose figures she may see, the sentence that says what breaks, with figures."""
    on = timezone.localdate(now)
    facts = facts_of(rows, terms, rights, on=on, names=names)
    by_key = {row.key: row for row in rows}
    said = {}
    for each in breaks(terms, facts, asked_of(seat.alliance), on=on):
        row = by_key.get(each.party or "")
        sight = rights.accounts_seen if each.code is Code.CEILING else rights.crews_seen
        if each.is_private and row is not None and row.structure_id in sight:
            said.setdefault(row.key, each.text)
    return said


def _moves(
    before: Terms,
    after: Terms,
    names: Mapping[str, str],
    found: Sequence[Break],
    seen: Mapping[str, str],
) -> list[Move]:
    private = {each.party for each in found if each.code in PRIVATE}
    barred = {
        (each.party, each.line): each.text for each in found if each.code is Code.NOT_ELIGIBLE
    }
    sums = {each.line: each.text for each in found if each.code in {Code.PRICE, Code.WORK}}
    moves = []
    for party in after.parties:
        for line in after.lines:
            old, new = before.cell(party.key, line.key), after.cell(party.key, line.key)
            if (old.cents, old.cfte) == (new.cents, new.cfte):
                continue
            gap = (new.cents or 0) - (old.cents or 0)
            if (party.key, line.key) in barred:
                why = barred[party.key, line.key]
            elif gap < 0 and party.key in seen:
                why = seen[party.key]
            elif gap < 0 and party.key in private:
                why = "Sa part dépasse les moyens que l’équipe lui connaît."
            elif line.key in sums:
                why = sums[line.key]
            elif gap < 0:
                why = "Laisse de la place à qui ne tient pas ailleurs."
            else:
                why = "Reprend ce que d’autres ne peuvent pas tenir."
            moves.append(
                Move(
                    name=names[party.key],
                    line=line.label,
                    before=french.euros(old.cents or 0, rounded=True),
                    after=french.euros(new.cents or 0, rounded=True),
                    gap=_signed(gap),
                    work=f"{french.fte_number(old.cfte or 0)} → {french.fte(new.cfte or 0)}",
                    why=why,
                )
            )
    return moves


def _moved(before: Terms, after: Terms) -> int:
    """What changes hands, in cents: among members, or among those who work for them if more.

    The amount of a subcontractor is a part of its member's: the two are not added.
    """
    members = {member.key for member in after.members}
    others = {party.key for party in after.parties} - members
    return max(_changing_hands(before, after, keys) for keys in (members, others))


def _changing_hands(before: Terms, after: Terms, keys: Collection[str]) -> int:
    """What comes to some parties, or what leaves them if that is more."""
    gaps = [
        (after.cell(key, line.key).cents or 0) - (before.cell(key, line.key).cents or 0)
        for key in keys
        for line in after.lines
    ]
    return max(sum(gap for gap in gaps if gap > 0), -sum(gap for gap in gaps if gap < 0))


def _signed(cents: int) -> str:
    text = french.euros(cents, rounded=True)
    return f"+{text}" if cents > 0 else text


def _proof(answer: Repaired) -> str:
    if answer.is_proven:
        return "Aucune répartition qui tient ne déplace moins d’euros."
    left = answer.answer.moved_cents - answer.answer.bound_cents
    return (
        f"Cette répartition tient. Une autre pourrait déplacer jusqu’à "
        f"{french.euros(left // 2, rounded=True)} de moins\u00a0: le temps a manqué pour le savoir."
    )


def _problems(
    answer: Repaired,
    names: Mapping[str, str],
    labels: Mapping[str, str],
    seen: Mapping[str, str],
    rights: Rights,
    team: Rights,
) -> list[str]:
    """What stands in the way. A figure is written only where it may be seen."""
    if answer.is_undecided:
        return ["Le temps a manqué. Épinglez moins de cases, puis recommencez."]
    told = [_pinned(each, names, labels, seen) for each in answer.in_the_way]
    said = list(dict.fromkeys(told))
    # What is missing is the need less the means of everybody: as good as their figures.
    may_count = team.crews <= rights.crews_seen and team.accounts <= rights.accounts_seen
    for line, cfte in answer.short:
        missing = f"il manque {french.fte(cfte)} par mois" if may_count else "il manque du monde"
        said.append(f"{labels[line]}\u00a0: {missing}, dans les moyens connus de l’équipe.")
    return said or ["Aucune répartition ne respecte toutes les limites."]


def _pinned(
    each: Pinned,
    names: Mapping[str, str],
    labels: Mapping[str, str],
    seen: Mapping[str, str],
) -> str:
    lines = " et ".join(labels[line] for line in each.lines)
    many = len(each.lines) > 1
    if each.party is None:
        over = _over(each)
        return f"{lines}\u00a0: les cases épinglées ne laissent pas une répartition juste ({over})."
    name = names[each.party]
    pinned = "cases épinglées" if many else "case épinglée"
    verb = "dépassent" if many else "dépasse"
    if each.limit in LAW:
        return f"{name}, {lines}\u00a0: {pinned}, mais ce lot ne lui est pas ouvert."
    if each.is_private and each.party in seen:
        return f"{name}, {lines}\u00a0: {pinned}. {seen[each.party]}"
    if each.is_private:
        return f"{name}, {lines}\u00a0: {pinned}, qui {verb} ses moyens connus."
    return f"{name}, {lines}\u00a0: {pinned}, que l’équipe ne peut pas garder."


def _over(each: Pinned) -> str:
    """What the pins of a line leave or lack, which everybody may count."""
    said = []
    for amount, text in ((each.cfte, french.fte), (each.cents, french.euros)):
        if amount:
            said.append(f"{text(abs(amount))} {'de trop' if amount > 0 else 'de reste'}")
    return " et ".join(said)


def _ways_out(answer: Repaired, names: Mapping[str, str], labels: Mapping[str, str]) -> list[str]:
    said = []
    if answer.lift:
        cells = " ; ".join(f"{names[party]}, {labels[line]}" for party, line in answer.lift)
        one = len(answer.lift) == 1
        said.append(f"Retirez {'l’épingle' if one else 'les épingles'}\u00a0: {cells}.")
    if answer.newcomer:
        amount = french.euros(answer.newcomer_cents, rounded=True)
        said.append(
            f"Avec une structure de plus, c’est possible\u00a0: {answer.newcomer} prendrait "
            f"{amount}."
        )
    return said
