"""What a repair would change, and why; or why there is none, and which pins
to lift: found, and said in sentences."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.core import signing
from django.utils import timezone

from cordee.agreement.breaks import PRIVATE, Break, Code
from cordee.agreement.changes import moved
from cordee.agreement.checks import breaks
from cordee.agreement.terms import Terms, terms_from_json, terms_to_json
from cordee.alliances.access import AllianceAccess
from cordee.alliances.models import AllianceParty
from cordee.alliances.problem.means import facts_of
from cordee.alliances.problem.repair_question import (
    NotRepairable,
    Question,
    question_of,
    table_viewer,
)
from cordee.alliances.problem.repairing import (
    LONG_SECONDS,
    SECONDS,
    Pinned,
    Repaired,
    repaired,
)
from cordee.alliances.requirements import asked_of
from cordee.alliances.state.current import accepted_keys, open_breaks
from cordee.alliances.table.page import may_read
from cordee.base.ui import french
from cordee.members.sharing import FigureClass, Viewer

State = AllianceParty.State
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


def moves_of(
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
                    gap=f"{'+' if gap > 0 else ''}{french.euros(gap, rounded=True)}",
                    work=f"{french.fte_number(old.cfte or 0)} → {french.fte(new.cfte or 0)}",
                    why=why,
                )
            )
    return moves


def moved_cents(before: Terms, after: Terms) -> int:
    """What changes hands, in cents: among members, or among those who work for them if more.

    The amount of a subcontractor is a part of its member's: the two are not added.
    """
    members = {member.key for member in after.members}
    others = {party.key for party in after.parties} - members
    return sum(
        max(_changing_hands(before, after, line.key, keys) for keys in (members, others))
        for line in after.lines
    )


def _changing_hands(before: Terms, after: Terms, line: str, keys: Collection[str]) -> int:
    """What comes to some parties on a line, or what leaves them if that is more."""
    gaps = [
        (after.cell(key, line).cents or 0) - (before.cell(key, line).cents or 0) for key in keys
    ]
    return max(sum(gap for gap in gaps if gap > 0), -sum(gap for gap in gaps if gap < 0))


def proof_of(answer: Repaired, waiting: Sequence[str]) -> list[str]:
    """Over what the split is the nearest. `waiting`: those in it who have not said yes."""
    if answer.is_proven:
        sentences = ["Entre ces structures, aucune répartition qui tient ne déplace moins d’euros."]
    else:
        left = answer.answer.moved_cents - answer.answer.bound_cents
        sentences = [
            f"Cette répartition tient. Une autre pourrait déplacer jusqu’à "
            f"{french.euros(left // 2, rounded=True)} de moins\u00a0: le temps a manqué pour le "
            f"savoir."
        ]
    if waiting:
        names = " et ".join(waiting)
        verb = "n’ont pas" if len(waiting) > 1 else "n’a pas"
        lines = "leurs lignes attendent leur" if len(waiting) > 1 else "ses lignes attendent sa"
        sentence = f"{names} {verb} encore dit oui\u00a0: {lines} réponse."
        sentences.append(f"{sentence[:1].upper()}{sentence[1:]}")
    return sentences


def problems_of(
    answer: Repaired,
    names: Mapping[str, str],
    labels: Mapping[str, str],
    seen: Mapping[str, str],
    viewer: Viewer,
    team: Viewer,
) -> list[str]:
    """What stands in the way. A figure is written only where it may be seen."""
    if answer.is_undecided:
        return ["Le temps a manqué. Épinglez moins de cases, puis recommencez."]
    pinned = [_pinned(each, names, labels, seen) for each in answer.in_the_way]
    sentences = list(dict.fromkeys(pinned))
    # What is missing is the need less the means of everybody: as good as their figures.
    may_count = all(team.usable[each] <= viewer.seen[each] for each in FigureClass)
    for line, cfte in answer.short:
        missing = f"il manque {french.fte(cfte)} par mois" if may_count else "il manque du monde"
        sentences.append(f"{labels[line]}\u00a0: {missing}, dans les moyens connus de l’équipe.")
    return sentences or ["Aucune répartition ne respecte toutes les limites."]


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
    parts = []
    for amount, text in ((each.cfte, french.fte), (each.cents, french.euros)):
        if amount:
            parts.append(f"{text(abs(amount))} {'de trop' if amount > 0 else 'de reste'}")
    return " et ".join(parts)


def ways_out_of(answer: Repaired, names: Mapping[str, str], labels: Mapping[str, str]) -> list[str]:
    if not answer.lift:
        return []
    cells = " ; ".join(f"{names[party]}, {labels[line]}" for party, line in answer.lift)
    pins = "l’épingle" if len(answer.lift) == 1 else "les épingles"
    return [f"Retirez {pins}\u00a0: {cells}."]


@dataclass(frozen=True, slots=True)
class RepairPage:
    """What the page of a repair says; `terms` is None where there is none to apply.

    `offer` carries these terms to the button that keeps them, signed: what is kept is what was
    read, and nothing is searched twice.
    """

    version: int
    terms: Terms | None = None
    offer: str = ""
    moves: Sequence[Move] = ()
    moved: str = ""
    proof: Sequence[str] = ()
    must_accept: Sequence[str] = ()
    is_fine: bool = False
    problems: Sequence[str] = ()
    ways_out: Sequence[str] = ()
    lifted: Sequence[tuple[str, str]] = ()
    is_rounded: bool = False
    # What no move of euros or of people settles: months, a structure without any part.
    left: Sequence[str] = ()
    # Whether a longer search may say more.
    may_search_on: bool = False
    longest_s: int = int(LONG_SECONDS)


def _asked(
    access: AllianceAccess, *, now: datetime
) -> tuple[Question, list[AllianceParty], Viewer]:
    """The question that the terms in force pose, those whom it is about, and with whose figures.
    Raises `NotRepairable`."""
    alliance = access.alliance
    active = [row for row in access.rows if row.is_active]
    network = Viewer.of_network(alliance.network, timezone.localdate(now))
    team = table_viewer(active, network, alliance.structure_id)
    question = question_of(
        alliance.terms,
        active,
        list(alliance.breakdown.packages.all()),
        team,
    )
    return question, active, team


def repair_page(access: AllianceAccess, *, now: datetime, is_long: bool = False) -> RepairPage:
    """The repair of the terms in force. Only who coordinates asks for one."""
    alliance, on = access.alliance, timezone.localdate(now)
    try:
        question, active, team = _asked(access, now=now)
    except NotRepairable as gap:
        return RepairPage(version=alliance.version, problems=(str(gap),))
    terms, names = alliance.terms, access.called
    answer = repaired(question, seconds=LONG_SECONDS if is_long else SECONDS)
    used = facts_of(active, terms, team, names=names, shown_only=False)
    found = breaks(terms, used, asked_of(alliance), on=on)
    seen = _seen_breaks(access, active, terms, on=on)
    labels = {line.key: line.label for line in terms.lines}
    page = RepairPage(
        version=alliance.version,
        is_rounded=any(row.structure_id not in team.seen[FigureClass.PRIVATE] for row in active),
        may_search_on=answer.is_cut_short and not is_long,
    )
    if answer.terms is None:
        return replace(
            page,
            problems=problems_of(answer, names, labels, seen, access.figures, team),
            ways_out=ways_out_of(answer, names, labels),
            lifted=[
                (f"{party}-{line}", f"{names[party]}, {labels[line]}")
                for party, line in answer.lift
                if terms.cell(party, line).pinned
            ],
        )
    accepted = accepted_keys(alliance, terms)
    waiting = [
        names[row.key]
        for row in active
        if row.state != State.INTERESTED and any(answer.terms.cells_of(row.key))
    ]
    return replace(
        page,
        terms=answer.terms,
        # With what they were counted from; nobody else can write it.
        offer=signing.dumps(
            [alliance.version, question.print, terms_to_json(answer.terms)],
            salt=_salt(access),
            compress=True,
        ),
        moves=moves_of(terms, answer.terms, names, found, seen),
        moved=french.euros(moved_cents(terms, answer.terms), rounded=True),
        proof=proof_of(answer, waiting),
        must_accept=[names[key] for key in moved(terms, answer.terms) if key in accepted],
        is_fine=answer.terms == terms,
        left=[
            each.text for each in open_breaks(alliance, answer.terms, names, now=now) if each.blocks
        ],
    )


def offered_terms(access: AllianceAccess, offer: str, *, now: datetime) -> tuple[int, Terms] | None:
    """The version and the terms that a page offered, if all they rest on is the same today."""
    try:
        number, print_, terms = signing.loads(offer, salt=_salt(access))
        question, _, _ = _asked(access, now=now)
    except (signing.BadSignature, NotRepairable):
        return None
    if (number, print_) != (access.alliance.version, question.print):
        return None
    return number, terms_from_json(terms)


def _salt(access: AllianceAccess) -> str:
    return f"cordee.alliances.repair.{access.alliance.pk}"


def _seen_breaks(
    access: AllianceAccess, rows: Sequence[AllianceParty], terms: Terms, *, on: date
) -> dict[str, str]:
    """Of each party whose figures the user may see, the sentence that says what breaks, with
    figures."""
    facts = facts_of(rows, terms, access.figures, names=access.called)
    by_key = {row.key: row for row in rows}
    found: dict[str, str] = {}
    for each in breaks(terms, facts, asked_of(access.alliance), on=on):
        if each.is_private and each.party in by_key and may_read(each, by_key, access.figures):
            found.setdefault(each.party, each.text)
    return found
