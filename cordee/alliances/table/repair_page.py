"""What a repair would change, and why; or why there is none, and the two nearest ways out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.core import signing
from django.utils import timezone

from cordee.agreement.checks import breaks
from cordee.agreement.slices import moved
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
from cordee.alliances.problem.repairing import LONG_SECONDS, SECONDS, Newcomer, repaired
from cordee.alliances.requirements import asked_of
from cordee.alliances.state.current import accepted_keys, open_breaks
from cordee.alliances.table.page import may_read
from cordee.alliances.table.repair_words import (
    Move,
    moved_cents,
    moves_of,
    newcomer_words,
    problems_of,
    proof_of,
    ways_out_of,
)
from cordee.base.ui import french
from cordee.members.sharing import FigureClass, Viewer

State = AllianceParty.State
# Those who said no are not asked again by a search.
UNWILLING = (State.DECLINED, State.WITHDRAWN)


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
    # A structure that would make a split possible: one gesture asks it.
    newcomer: Newcomer | None = None
    newcomer_words: Sequence[str] = ()
    is_rounded: bool = False
    # What no move of euros or of people settles: months, a structure without any part.
    left: Sequence[str] = ()
    # Whether a longer search may say more.
    may_search_on: bool = False
    longest_s: int = int(LONG_SECONDS)


def _asked(
    access: AllianceAccess, *, now: datetime, with_outsiders: bool
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
        with_outsiders=with_outsiders,
        unwilling={row.structure_id for row in access.rows if row.state in UNWILLING},
    )
    return question, active, team


def repair_page(access: AllianceAccess, *, now: datetime, is_long: bool = False) -> RepairPage:
    """The repair of the terms in force. Only who coordinates asks for one."""
    alliance, on = access.alliance, timezone.localdate(now)
    try:
        question, active, team = _asked(access, now=now, with_outsiders=True)
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
            newcomer=answer.newcomer,
            newcomer_words=newcomer_words(answer.newcomer, labels) if answer.newcomer else (),
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
        question, _, _ = _asked(access, now=now, with_outsiders=False)
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
