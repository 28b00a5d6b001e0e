"""Whatever people do, in whatever order, no alliance reaches a state that must not be.

The machine plays the actions on the database, each refused or done; after each one it asks what
always has to hold.
"""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from hypothesis.stateful import run_state_machine_as_test as run

from cordee.accounts.second_factor import Proof
from cordee.agreement import Cell, PartyRole, Terms
from cordee.agreement.changes import fingerprint, moved
from cordee.agreement.phases import Phase
from cordee.alliances import revisions
from cordee.alliances.approvals import actions as approvals_actions
from cordee.alliances.filing import actions as filing_actions
from cordee.alliances.filing.actions import terms_sha256
from cordee.alliances.invitations import actions as invitations_actions
from cordee.alliances.legal_form import actions
from cordee.alliances.models import Acceptance, AllianceParty, Filing, Withdrawal
from cordee.alliances.shares import actions as shares_actions
from cordee.alliances.state.approval_chain import chain_faults
from cordee.alliances.state.current import accepted_keys
from cordee.alliances.withdrawals import actions as withdrawals_actions
from cordee.alliances.withdrawals import leaving
from cordee.alliances.withdrawals.rules import plans_for
from tests.alliances.makers import Rope

KEYS = ("jardins", "toits", "peintres", "mirel")
EDITABLE = {Phase.TALKING, Phase.SPLIT, Phase.MANDATE, Phase.DOCUMENTS}
AFTER_FILING = {Phase.FILED, Phase.WON, Phase.SIGNED, Phase.DELIVERY, Phase.LOST}
who = st.sampled_from(KEYS)
# Where a play begins: far enough along the road that chance meets what lies at its end.
BEGINNINGS = ("gathered", "documents", "filed", "amended", "won", "signed")
ALONE = ("documents", "filed", "won", "signed")


class Workspace(RuleBasedStateMachine):
    start = "gathered"
    is_alone = False

    def __init__(self) -> None:
        super().__init__()
        self.undo = contextlib.ExitStack()
        folder = self.undo.enter_context(TemporaryDirectory())
        self.undo.enter_context(override_settings(STATE_DIR=Path(folder)))
        self.undo.enter_context(self.taken_back())
        self.team = Rope(Path(folder), members=3)
        self.before = self.team.terms
        self.accepted_before: set[str] = set()
        self.filed: Terms | None = None
        self.amended = False

    @staticmethod
    @contextlib.contextmanager
    def taken_back() -> Iterator[None]:
        """What one machine did is gone when the next begins."""
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    def teardown(self) -> None:
        self.undo.close()

    @initialize()
    def begin(self) -> None:
        team, start = self.team, self.start
        if start == "gathered":
            team.gather()
        elif self.is_alone:
            team.alone_to_documents()
            for key in team.inside:
                team.approve(key)
        else:
            team.to_documents(company=True)
            for key in team.members:
                team.approve(key)
        if start in {"filed", "amended", "won", "signed"}:
            team.file()
            self.filed = team.terms
        if start == "amended":
            self.leave("toits")
            row = Withdrawal.objects.get()
            one = {"plan": Withdrawal.Plan.ONE, "member": self.party("jardins")}
            self.tried(
                lambda: withdrawals_actions.plan(
                    withdrawal=row, **one, by=team.leader, now=team.now
                )
            )
            self.buyer(True)
            assert self.amended
        if start in {"won", "signed"}:
            team.win()
        if start == "signed":
            team.sign()
        self.before = team.terms
        self.accepted_before = accepted_keys(team.fresh, self.before)
        phase = {"gathered": "talking", "amended": "filed"}.get(start, start)
        assert (team.fresh.phase, team.terms.holder is not None) == (phase, self.is_alone)

    # --- Doing ----------------------------------------------------------------------------------

    def tried(self, act: Callable[[], Any]) -> bool:
        """Whether it was done; refused with a sentence, it changed nothing."""
        self.before = self.team.terms
        self.accepted_before = accepted_keys(self.team.alliance, self.before)
        try:
            with transaction.atomic():
                act()
        except ValidationError:
            assert self.team.terms == self.before
            return False
        return True

    def party(self, key: str) -> AllianceParty | None:
        rows = self.team.fresh.parties.select_related("structure")
        return rows.filter(structure=self.team.structures[key]).first()

    @rule(key=who, role=st.sampled_from([PartyRole.MEMBER, PartyRole.SUBCONTRACTOR]))
    def bring_in(self, key: str, role: PartyRole) -> None:
        team = self.team
        of = None if role is PartyRole.MEMBER else self.party("toits")
        if role is not PartyRole.MEMBER and (of is None or not self.is_member("toits")):
            return
        self.tried(
            lambda: invitations_actions.add_party(
                alliance=team.fresh,
                structure=team.structures[key],
                role=role,
                of=of,
                by=team.leader,
                now=team.now,
            )
        )

    def is_member(self, key: str) -> bool:
        row = self.party(key)
        return row is not None and row.key in {each.key for each in self.team.terms.members}

    @rule(key=who)
    def invite(self, key: str) -> None:
        if (row := self.party(key)) is not None:
            self.tried(
                lambda: invitations_actions.invite(
                    party=row, by=self.team.leader, now=self.team.now
                )
            )

    @rule(key=who, is_yes=st.booleans())
    def answer(self, key: str, is_yes: bool) -> None:
        if (row := self.party(key)) is not None:
            person = self.team.directors[key]
            self.tried(
                lambda: invitations_actions.answer_invitation(
                    party=row, is_yes=is_yes, by=person, now=self.team.now
                )
            )

    @rule(key=who)
    def take_out(self, key: str) -> None:
        if (row := self.party(key)) is not None:
            self.tried(
                lambda: invitations_actions.remove_party(
                    party=row, by=self.team.leader, now=self.team.now
                )
            )

    @rule()
    def share_out(self) -> None:
        """A split that holds, whoever the members are."""
        terms = self.team.terms
        if not terms.members:
            return
        cells: list[Cell] = []
        for line in terms.lines:
            part, rest = divmod(line.price_cents, len(terms.members))
            for n, member in enumerate(terms.members):
                cents, work = part + (n < rest), f"partie {n}"
                cells.append(Cell(party=member.key, line=line.key, cents=cents, work=work))
            for helper in terms.parties:
                if helper.role is PartyRole.SUBCONTRACTOR and helper.of is not None:
                    cells.append(Cell(party=helper.key, line=line.key, cents=part // 4))
        self.write(self.team.with_split(terms, tuple(cells)))

    @rule(data=st.data())
    def switch(self, data: st.DataObject) -> None:
        """One member answers alone, or some of its subcontractors are members again."""
        team, terms = self.team, self.team.terms
        if not terms.members:
            return
        told: dict[str, Any] = {
            "alliance": team.fresh,
            "base": team.alliance.version,
            "by": team.leader,
            "now": team.now,
        }
        price = sum(terms.share_cents(member.key) for member in terms.members)
        if terms.holder is None:
            holder = data.draw(st.sampled_from([member.key for member in terms.members]))
            done = self.tried(lambda: actions.answer_alone(holder=holder, **told))
        else:
            given = [each.key for each in terms.signers[1:]]
            if not given:
                return
            back = data.draw(st.lists(st.sampled_from(given), min_size=1, unique=True))
            lead = data.draw(st.sampled_from([terms.holder.key, *back]))
            done = self.tried(
                lambda: actions.answer_together(members=back, form=team.form, lead=lead, **told)
            )
        if done and not self.is_over_given(terms):
            after = team.terms
            assert sum(after.share_cents(each.key) for each in after.members) == price

    @staticmethod
    def is_over_given(terms: Terms) -> bool:
        """Whether somebody gives out more than it holds, or works for nobody: told apart."""
        return any(
            sum(terms.cell(other.key, line.key).cents or 0 for other in terms.behind(member.key))
            > (terms.cell(member.key, line.key).cents or 0)
            for member in terms.members
            for line in terms.lines
        )

    @rule(data=st.data(), cents=st.integers(0, 10**7))
    def edit(self, data: st.DataObject, cents: int) -> None:
        terms = self.team.terms
        if not terms.parties:
            return
        key = data.draw(st.sampled_from([each.key for each in terms.parties]))
        line = data.draw(st.sampled_from([each.key for each in terms.lines]))
        self.write(terms.with_cell(Cell(party=key, line=line, cents=cents)))

    def write(self, terms: Terms) -> None:
        team = self.team
        alliance = team.fresh
        self.tried(
            lambda: revisions.write_terms(
                alliance=alliance,
                base=alliance.version,
                terms=terms,
                by=team.leader,
                now=team.now,
            )
        )

    @rule(key=who)
    def accept(self, key: str) -> None:
        if (row := self.party(key)) is not None:
            person, alliance = self.team.directors[key], self.team.fresh
            self.tried(
                lambda: shares_actions.accept(
                    party=row, version=alliance.version, by=person, now=self.team.now
                )
            )

    @rule()
    def accept_together(self) -> None:
        for key in self.team.inside:
            self.accept(key)

    @rule(key=who)
    def take_back(self, key: str) -> None:
        if (row := self.party(key)) is not None:
            person = self.team.directors[key]
            self.tried(
                lambda: shares_actions.take_back_acceptance(party=row, by=person, now=self.team.now)
            )

    @rule(to=st.sampled_from(list(Phase)))
    def step(self, to: Phase) -> None:
        # Abandoning is always open, and ends the play.
        if to is not Phase.ABANDONED:
            self.tried(lambda: self.team.step(to))

    @rule(key=who, name=st.sampled_from(["Alix", "Sacha"]))
    def name_signatory(self, key: str, name: str) -> None:
        if self.party(key) is not None:
            self.tried(lambda: self.team.name_signatory(key, name=name))

    @rule(key=who)
    def approve(self, key: str) -> None:
        if self.party(key) is not None:
            self.tried(lambda: self.team.approve(key))

    @rule(key=who)
    def take_approval_back(self, key: str) -> None:
        if (row := self.party(key)) is not None:
            proof, person = Proof("password", self.team.now), self.team.directors[key]
            self.tried(
                lambda: approvals_actions.take_back_approval(
                    party=row, proof=proof, by=person, now=self.team.now
                )
            )

    @rule()
    def make_ready(self) -> None:
        """What a steady team does; without it, chance alone would rarely file anything."""
        if self.team.fresh.step not in EDITABLE:
            return
        for key in KEYS:
            self.invite(key)
            self.answer(key, True)
        self.share_out()
        self.accept_together()
        for key in KEYS:
            self.name_signatory(key, "Alix")
        for to in (Phase.SPLIT, Phase.MANDATE, Phase.DOCUMENTS):
            self.step(to)
        for key in KEYS:
            self.approve(key)

    @rule()
    def file(self) -> None:
        was = self.team.fresh.step
        if self.tried(self.team.file) and was in EDITABLE:
            self.filed = self.team.terms

    @precondition(lambda self: self.team.fresh.step in AFTER_FILING)
    @rule(is_won=st.booleans())
    def result(self, is_won: bool) -> None:
        self.tried(lambda: self.team.result(is_won=is_won))

    @precondition(lambda self: self.team.fresh.step in AFTER_FILING)
    @rule()
    def sign(self) -> None:
        self.tried(self.team.sign)

    @precondition(lambda self: self.team.fresh.step in AFTER_FILING)
    @rule()
    def hand_over(self) -> None:
        team = self.team
        self.tried(
            lambda: filing_actions.hand_over(alliance=team.fresh, by=team.leader, now=team.now)
        )

    @rule(key=who)
    def leave(self, key: str) -> None:
        if (row := self.party(key)) is not None:
            person = self.team.directors[key]
            self.tried(
                lambda: leaving.announce(party=row, reason="x", by=person, now=self.team.now)
            )

    @rule(data=st.data())
    def plan(self, data: st.DataObject) -> None:
        row = Withdrawal.objects.filter(alliance=self.team.fresh).under_way().first()
        if row is None:
            return
        leaver = next((p for p in self.team.terms.parties if p.key == row.party.key), None)
        any_plan = st.sampled_from(list(Withdrawal.Plan))
        # Mostly one that the moment allows: chance alone would rarely change what is filed.
        apt = [] if leaver is None else plans_for(self.team.alliance, leaver)
        which = data.draw(st.one_of(st.sampled_from(apt), any_plan) if apt else any_plan)
        outside = [key for key in KEYS if self.party(key) is None] or list(KEYS)
        wanted = {
            "plan": which,
            "member": self.party(data.draw(st.sampled_from(self.team.inside or list(KEYS)))),
            "structure": self.team.structures[data.draw(st.sampled_from(outside))],
        }
        self.tried(
            lambda: withdrawals_actions.plan(
                withdrawal=row, **wanted, by=self.team.leader, now=self.team.now
            )
        )

    @rule()
    def stay(self) -> None:
        """Whoever was leaving stays after all."""
        team = self.team
        row = Withdrawal.objects.filter(alliance=team.fresh).under_way().first()
        if row is not None:
            self.tried(
                lambda: withdrawals_actions.cancel(withdrawal=row, by=team.leader, now=team.now)
            )

    @rule(is_accepted=st.booleans())
    def buyer(self, is_accepted: bool) -> None:
        """Everybody concerned agrees, the request leaves, the buyer answers."""
        team = self.team
        row = Withdrawal.objects.filter(alliance=team.fresh).under_way().first()
        if row is None or row.proposed is None:
            return
        after = withdrawals_actions.proposed_of(row)
        for key in KEYS:
            party = self.party(key)
            if party is None or party.key not in {each.key for each in after.parties}:
                continue
            read, person = fingerprint(after, party.key), team.directors[key]
            self.tried(
                lambda party=party, read=read, person=person: withdrawals_actions.agree(
                    withdrawal=row, party=party, read=read, by=person, now=team.now
                )
            )
        days: dict[str, Any] = {"by": team.leader, "now": team.now}
        self.tried(
            lambda: withdrawals_actions.send(
                withdrawal=row, request_text="x", sent_on=team.on, **days
            )
        )
        done = self.tried(
            lambda: withdrawals_actions.answer(
                withdrawal=row, is_accepted=is_accepted, answered_on=team.on, **days
            )
        )
        if done and is_accepted:
            self.amended = True

    @precondition(lambda self: self.team.fresh.step in AFTER_FILING)
    @rule(key=who, data=st.data(), is_accepted=st.booleans())
    def withdraw(self, key: str, data: st.DataObject, is_accepted: bool) -> None:
        self.stay()
        self.leave(key)
        self.plan(data)
        self.buyer(is_accepted)

    # --- What always holds ----------------------------------------------------------------------

    @invariant()
    def an_acceptance_counts_for_its_fingerprint_alone(self) -> None:
        team = self.team
        alliance, terms = team.fresh, team.terms
        standing = Acceptance.objects.standing().filter(party__alliance=alliance)
        given = {(str(row.party_id), row.fingerprint) for row in standing}
        accepted = accepted_keys(alliance, terms)
        for party in terms.parties:
            holds = (party.key, fingerprint(terms, party.key)) in given
            assert (party.key in accepted) is holds

    @invariant()
    def a_change_asks_again_exactly_those_it_concerns(self) -> None:
        team = self.team
        now = accepted_keys(team.fresh, team.terms)
        asked = set(moved(self.before, team.terms))
        kept = {key for key in self.accepted_before if key not in asked}
        present = {party.key for party in team.terms.parties}
        withdrawn = self.accepted_before - now
        assert withdrawn & present <= asked | self.took_back(), "nobody else is asked again"
        assert kept & present <= now | self.took_back()

    def took_back(self) -> set[str]:
        rows = Acceptance.objects.filter(
            party__alliance=self.team.alliance, taken_back_at__isnull=False
        )
        return {str(pk) for pk in rows.values_list("party_id", flat=True)}

    @invariant()
    def what_is_filed_is_whole_and_agreed(self) -> None:
        alliance, terms = self.team.fresh, self.team.terms
        if alliance.step not in AFTER_FILING:
            assert not Filing.objects.filter(alliance=alliance).exists()
            return
        filing = Filing.objects.get(alliance=alliance)
        filed = filing.revision.read()
        assert filing.terms_sha256 == terms_sha256(filed)
        assert self.filed == filed
        assert filing.price_cents == filed.price_cents
        for each in (filed, terms):
            is_sole = each.holder is not None
            assert is_sole or len({member.siren for member in each.members}) >= 2
            assert each.speaker in {member.key for member in each.members}
            assert is_sole or each.form is not None
            shares = sum(each.share_cents(member.key) for member in each.members)
            assert shares == each.price_cents, "to the cent"
            for line in each.lines:
                held = sum(each.cell(m.key, line.key).cents or 0 for m in each.members)
                assert held == line.price_cents
        given = {
            (str(row.party_id), row.fingerprint)
            for row in Acceptance.objects.standing().filter(party__alliance=alliance)
        }
        for each in (filed, terms):
            for party in each.parties:
                assert (party.key, fingerprint(each, party.key)) in given
        if not self.amended:
            assert terms == filed, "the composition is frozen"

    @invariant()
    def who_is_in_the_terms_takes_part(self) -> None:
        alliance, terms = self.team.fresh, self.team.terms
        rows = {row.key: row for row in alliance.parties.all()}
        for party in terms.parties:
            assert rows[party.key].is_active
            if alliance.step in AFTER_FILING:
                assert rows[party.key].state == AllianceParty.State.INTERESTED

    @invariant()
    def the_chain_is_whole(self) -> None:
        assert chain_faults(self.team.fresh) == ()

    @invariant()
    def versions_follow_one_another(self) -> None:
        alliance = self.team.fresh
        numbers = list(alliance.revisions.values_list("number", flat=True))
        assert numbers == list(range(1, alliance.version + 1))
        after = alliance.revisions.filter(number__gt=self.filed_version())
        assert {row.origin for row in after} <= {"amendment"}

    def filed_version(self) -> int:
        filing = Filing.objects.filter(alliance=self.team.alliance).first()
        return 10**9 if filing is None else filing.revision.number


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "is_alone"),
    [*((each, False) for each in BEGINNINGS), *((each, True) for each in ALONE)],
)
def test_no_order_of_gestures_reaches_an_illegal_state(start: str, is_alone: bool) -> None:
    run(
        type("Begun", (Workspace,), {"start": start, "is_alone": is_alone}),
        settings=settings(
            settings.default,
            max_examples=max(2, settings.default.max_examples // 50),
            stateful_step_count=25,
            suppress_health_check=list(HealthCheck),
        ),
    )
