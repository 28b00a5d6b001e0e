"""RULE-38, decision 32: nobody outside a team reads a word or a figure of it, by any address.

Team A leaves marks in all that it holds. Each address of the matrix that is read, with what is
A's as its argument and with what is the reader's own, each address of an alliance with each
argument that A has, and each mail are read by those who must find no mark.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

import pytest
from django.urls import resolve, reverse
from django.utils import timezone

from cordee.accounts.models import User
from cordee.agreement import PartyRole
from cordee.agreement.phases import Phase
from cordee.alliances.decisions import actions as decisions_actions
from cordee.alliances.files import actions as files_actions
from cordee.alliances.filing import actions as filing_actions
from cordee.alliances.invitations import actions as invitations_actions
from cordee.alliances.messages import actions as messages_actions
from cordee.alliances.messages import relay
from cordee.alliances.models import Alliance, AllianceTask, AnswerFile, Withdrawal
from cordee.alliances.planning import actions as planning_actions
from cordee.alliances.withdrawals import leaving
from cordee.base.mail.models import OutgoingMail
from cordee.base.ui import french
from cordee.members.models import Structure
from tests.access.matrix import Policy
from tests.access.test_matrix import POLICIES, session_of, tried
from tests.access.world import World
from tests.alliances.makers import PDF, Rope
from tests.alliances.test_own_part import addresses, rival, shown_by, squeezed
from tests.members.makers import join, make_network, make_person

pytestmark = pytest.mark.django_db
TITLE, NETWORK = "Les berges ensemble", "Réseau du Val"
# Structures and networks are public in the directory, on their own pages and in mutual help;
# samples of mails have the same names. That they are of a team is told by no other route.
PUBLIC = ("members:", "networks:", "mutual:", "economics:ceiling", "feeds:", "mail_preview")
# Pages of practices name structures and networks too, of no team: names are all that they may tell.
NAMING = "practices:"
# What the team wrote, each in its own place.
WORDS = {
    "message": "Zibeline parle du béton",
    "exchange apart": "Ocarina parle des délais",
    "file": "chiffrage-mandragore.pdf",
    "words of a file": "Plan belladone",
    "task": "Relancer quincaille",
    "work": "Terrassement girolle",
    "work of another": "Plantation scabieuse",
    "decision": "Décidé pour halieutique",
    "signatory": "Perrine Vermillon",
    "receipt": "R-2026-ESCARBOT",
    "receipt file": "recu-papelard.pdf",
    "refusal": "Refus pour turlututu",
    "criterion": "Critère passiflore",
    "withdrawal": "Parti pour galipette",
    "request": "Demande colchique à l’acheteur",
    "means": "Une tarière bergamote",
}


# --- What team A holds --------------------------------------------------------------------------


def play(rope: Rope) -> Withdrawal:
    """Team A from its first question to an award that a member leaves, with its marks."""
    by, now = rope.leader, rope.now
    rope.structure("refusee", "Les Brodeurs du Val", "ACI")
    asked = invitations_actions.add_party(
        alliance=rope.alliance,
        structure=rope.structures["refusee"],
        role=PartyRole.MEMBER,
        by=by,
        now=now,
    )
    invitations_actions.invite(party=asked, by=by, now=now)
    invitations_actions.answer_invitation(
        party=asked,
        is_yes=False,
        reason=WORDS["refusal"],
        by=rope.directors["refusee"],
        now=now,
    )
    rope.gather().bring_company().step(Phase.SPLIT).share_out()
    rope.write(with_own_amounts(rope))
    talk(rope)
    rope.accept_all()
    for key in rope.inside:
        rope.name_signatory(key, name=f"{WORDS['signatory']} {key}")
    rope.step(Phase.MANDATE).step(Phase.DOCUMENTS)
    for key in rope.members:
        rope.approve(key)
    rope.file(number=WORDS["receipt"], receipt_name=WORDS["receipt file"])
    rope.result(
        is_won=True, notes=[filing_actions.CriterionMark(WORDS["criterion"], 4000, 3150, 4000)]
    )
    row = leaving.announce(
        party=rope.party("toits"),
        reason=WORDS["withdrawal"],
        by=rope.directors["toits"],
        now=now,
    )
    Withdrawal.objects.filter(pk=row.pk).update(request_text=WORDS["request"], sent_on=rope.on)
    relay.run(timezone.now())
    return row


def with_own_amounts(rope: Rope) -> Any:
    """The table with amounts that stand nowhere else, and words of what each does."""
    terms = rope.terms
    lines = tuple(
        replace(line, price_cents=line.price_cents + 1_013 * (number + 1))
        for number, line in enumerate(terms.lines)
    )
    first, second = rope.party("jardins").key, rope.party("toits").key
    cells = []
    for number, line in enumerate(lines):
        left = line.price_cents
        for key, cell in enumerate(each for each in terms.cells if each.line == line.key):
            cents = (cell.cents or 0) - 1_117 - 19 * key - 7 * number
            work = WORDS["work of another"] if cell.party == second else cell.work
            if cell.party != first:
                cells.append(replace(cell, cents=cents, work=work))
                left -= cents if cell.party in {p.key for p in terms.members} else 0
        mine = terms.cell(first, line.key)
        cells.append(replace(mine, cents=left, work=WORDS["work"]))
    return replace(terms, lines=lines, cells=tuple(cells))


def talk(rope: Rope) -> None:
    """Messages, a file, a task, a decision, an answer file opened to the team."""
    by, now = rope.leader, rope.now
    earlier = rope.later(minutes=-9)
    said = {"alliance": rope.fresh, "side": "x", "by": by, "now": earlier}
    messages_actions.write(text=WORDS["message"], **said)
    messages_actions.write(text=WORDS["exchange apart"], about=rope.party("mirel"), **said)
    files_actions.add_file(
        alliance=rope.alliance,
        name=WORDS["file"],
        content=PDF,
        words=WORDS["words of a file"],
        brought_for="x",
        by=by,
        now=now,
    )
    task = AllianceTask(
        alliance=rope.alliance, title=WORDS["task"], due_on=rope.on, owner=rope.party("toits")
    )
    planning_actions.save_task(task=task, by=by, now=now)
    decisions_actions.decide(
        party=rope.party("peintres"),
        is_go=True,
        reason=WORDS["decision"],
        new_trade=False,
        new_partner=False,
        findings=(),
        version=rope.fresh.version,
        by=rope.directors["peintres"],
        now=now,
    )
    AnswerFile.objects.create(structure=rope.structures["jardins"], means=WORDS["means"])


def marks_of(rope: Rope) -> set[str]:
    """Words, and each amount that the table makes, as pages, files and programs write it."""
    terms = rope.terms
    amounts = {cell.cents for cell in terms.cells} | {line.price_cents for line in terms.lines}
    amounts |= {terms.share_cents(party.key) for party in terms.parties}
    amounts |= {terms.own_cents(party.key) for party in terms.parties} | {terms.price_cents}
    shown = set().union(*(written(cents) for cents in amounts if cents))
    names = {structure.shown_name for structure in rope.structures.values()}
    signing = {f"{WORDS['signatory']} {key}" for key in rope.inside}
    return {*WORDS.values(), *shown, *names, *signing, TITLE, NETWORK}


def written(cents: int | None) -> set[str]:
    """An amount as pages, fields and programs write it."""
    if not cents:
        return set()
    return {french.euros(cents), str(cents), f"{cents / 100:.2f}".replace(".", ",")}


# --- Who reads, and what ------------------------------------------------------------------------


class Sides(World):
    """The world of the matrix: what team A has on its foreign side, team B's on its own."""

    def __init__(self, rope: Rope, row: Withdrawal) -> None:
        super().__init__()
        self.rope = rope
        b = rival(rope)
        (asked,) = b.parties.all()
        self.leader = b.coordinators.get().person
        self.member = rope.directors.pop("voisine")
        structure = rope.structures.pop("voisine")
        invitations_actions.invite(party=asked, by=self.leader, now=rope.now)
        invitations_actions.answer_invitation(
            party=asked, is_yes=True, by=self.member, now=rope.now
        )
        vars(self).update(
            notice=rope.opportunity,
            own_network=b.network,
            own_structure=structure,
            own_membership=join(structure, b.network),
            own_need=rope.opportunity,
            own_alliance=b,
            own_unled=b,
            own_partners=(asked, asked),
        )
        alliance = rope.fresh
        vars(self).update(
            foreign_network=rope.network,
            foreign_structure=rope.structures["jardins"],
            foreign_director=rope.directors["jardins"],
            foreign_membership=rope.network.memberships.get(structure=rope.structures["jardins"]),
            foreign_need=rope.opportunity,
            foreign_alliance=alliance,
            foreign_filed=alliance,
            foreign_unled=alliance,
            foreign_partners=(rope.party("jardins"), rope.party("peintres")),
            foreign_alliance_task=alliance.tasks.get(title=WORDS["task"]),
            foreign_alliance_file=alliance.files.get(),
            foreign_alliance_message=alliance.messages.earliest("pk"),
            foreign_approved_text=alliance.approved_texts.earliest("pk"),
            foreign_withdrawal=row,
        )

    def person(self, role: str) -> Any:
        people = {"director": self.member, "network_staff": self.leader}
        return people.get(role) or super().person(role)

    def subcontract(self, alliance: Alliance) -> dict[str, Any]:
        return {"pk": alliance.pk, "party_pk": self.rope.party("mirel").pk}

    @cached_property
    def asked(self) -> dict[str, str]:
        """Each address that is read → its route."""
        found = {}
        structures = [self.rope.structures[key].pk for key in ("mirel", "refusee")]
        for name, policy in POLICIES.items():
            if policy.method != "get":
                continue
            for make in filter(None, (policy.own, policy.foreign)):
                arguments = make(self)
                several = [arguments]
                if arguments == {"pk": self.own_structure.pk}:
                    several += [{"pk": pk} for pk in structures]
                for each in several:
                    found[reverse(name, kwargs=each) + policy.query] = name
        for address in addresses(self.rope):
            found.setdefault(address, resolve(address).view_name)
        return found


def read(person: User, asked: dict[str, str]) -> Iterator[tuple[str, str]]:
    """(route, all its words), of pages, files, feeds and the API; and of mails."""
    session = session_of(person)
    for address, name in asked.items():
        yield name, squeezed(shown_by(tried(Policy(()), address, session, None)))
    for mail in OutgoingMail.objects.filter(for_person=person.pk):
        yield f"mail {mail.kind}", squeezed(f"{mail.subject} {mail.text} {mail.html}")


def leaks(person: User, asked: dict[str, str], marks: set[str], known: set[str]) -> set[str]:
    """Each mark that they read and may not, with its route."""
    by_text = {squeezed(each): each for each in marks}
    pattern = re.compile("|".join(map(re.escape, sorted(by_text, key=len, reverse=True))))
    names = {NETWORK, *(structure.shown_name for structure in Structure.objects.all())}
    return {
        f"{name} tells {by_text[mark]}"
        for name, text in read(person, asked)
        for mark in pattern.findall(text)
        if by_text[mark] not in known and not name.startswith(PUBLIC)
        if not (name.startswith(NAMING) and by_text[mark] in names)
    }


def test_nobody_outside_a_team_reads_a_mark_of_it(rope: Callable[..., Rope]) -> None:
    team = rope()
    world = Sides(team, play(team))
    marks, asked = marks_of(team), world.asked
    pk, lists = str(team.alliance.pk), {"alliances:list", "api:alliances", "my_mails"}
    rooms = {each: name for each, name in asked.items() if pk in each or name in lists}
    network = make_network("Réseau d’en face")
    staff = make_person("cimes@exemple.fr", role="network_staff", network=network)
    terms, mirel = team.terms, team.party("mirel").key
    own = set().union(*(written(cell.cents) for cell in terms.cells_of(mirel)))
    # Decision 32: its part, whom it works for and why that one leaves, who signs on its DC4, who
    # speaks to the buyer, and the exchange apart.
    readable = {TITLE, NETWORK, WORDS["exchange apart"], WORDS["withdrawal"], *own}
    readable |= written(terms.share_cents(mirel))
    readable |= {team.structures[key].shown_name for key in ("mirel", "toits", "jardins")}
    readable |= {f"{WORDS['signatory']} {key}" for key in ("mirel", "toits")}
    # Who was asked knows by whom and for what.
    refused = {TITLE, NETWORK, team.structures["refusee"].shown_name, WORDS["refusal"]}
    found = {
        "rival": leaks(world.member, asked, marks, set()),
        "who leads the rival": leaks(world.leader, rooms, marks, set()),
        "subcontractor": leaks(team.directors["mirel"], rooms, marks, readable),
        "said no": leaks(team.directors["refusee"], rooms, marks, refused),
        "another network": leaks(staff, rooms, marks, set()),
        "stranger": leaks(make_person("personne@exemple.fr"), rooms, marks, set()),
    }
    assert {who: sorted(what) for who, what in found.items() if what} == {}
    # Who leads the team reads its words there: the walk has eyes.
    seen = " ".join(text for _, text in read(team.leader, rooms))
    unseen = {squeezed(word) for word in WORDS.values()} - {squeezed(WORDS["receipt file"])}
    assert {word for word in unseen if word not in seen} <= {
        squeezed(WORDS[place])
        for place in ("decision", "means")  # of the structure alone
    }
