"""Alliances of the demo taken as far along their road as a page of the guide needs.

All is done by the actions that people use, each on its day; only the day on which an alliance was
opened is set afterwards, since nobody may choose it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from cordee.accounts.models import User
from cordee.accounts.second_factor import Proof
from cordee.agreement import Cell, Reason
from cordee.agreement.phases import Phase
from cordee.alliances import revisions
from cordee.alliances.approvals import actions as approvals_actions
from cordee.alliances.filing import actions as filing_actions
from cordee.alliances.invitations import actions as invitations_actions
from cordee.alliances.legal_form import actions
from cordee.alliances.models import Alliance, AllianceParty
from cordee.alliances.opening.actions import Start, start_alliance
from cordee.alliances.requirements import lot_of
from cordee.alliances.shares import actions as shares_actions
from cordee.alliances.state import current
from cordee.alliances.state.approval_chain import convention_sha256
from cordee.members.models import Network, Structure
from cordee.opportunities.models import Opportunity
from cordee.rules.groups import GroupForm
from demo.people_of import director_of

RECEIPT = b"%PDF-1.7\nRecepisse invente de la demonstration.\n"

# Invented: who signs for whom.
SIGNATORIES = {
    "Les Jardins de la Verdoire": "Zoé Mélèze",
    "Rives et Sentiers": "Ondine Roseau",
    "Val Mirel Environnement": "Gaspard Aulne",
}


def signatory_of(structure: Structure) -> str:
    """Who signs for a structure of the valley. Raises `KeyError` for another one."""
    return SIGNATORIES[structure.name]


def _cell(party: str, line: str, cents: int, cfte: int, sector: int) -> Cell:
    """A part of a line, and what its owner does of it."""
    return Cell(party=party, line=line, cents=cents, cfte=cfte, work=f"le secteur {sector}")


@dataclass
class Road:
    """One alliance and the day it is at; the steps below move both."""

    alliance: Alliance
    leader: User
    day: date

    @classmethod
    def begin(
        cls,
        opportunity: Opportunity,
        structures: Sequence[Structure],
        *,
        title: str,
        by: Network | Structure,
        leader: User,
        day: date,
    ) -> "Road":
        """Open it from scratch; each structure is invited and says yes.

        `by` coordinates it; a structure that does so takes part at once, before the others.
        """
        breakdown = opportunity.latest_breakdown()
        if breakdown is None:
            raise LookupError(f"{opportunity} has no breakdown.")
        road = cls(Alliance(), leader, day)
        road.alliance = start_alliance(
            breakdown=breakdown,
            lots={lot_of(package) for package in breakdown.packages.all()},
            title=title,
            start=Start(origin=Alliance.Origin.SCRATCH, structures=structures),
            network=by if isinstance(by, Network) else None,
            structure=by if isinstance(by, Structure) else None,
            by=leader,
            now=road.now,
        )
        Alliance.objects.filter(pk=road.alliance.pk).update(made_at=road.now)
        for party in road.parties:
            if party.structure == by:
                continue
            invitations_actions.invite(party=party, by=leader, now=road.now)
            director = director_of(party.structure)
            invitations_actions.answer_invitation(
                party=party, is_yes=True, by=director, now=road.now
            )
        return road

    @property
    def now(self) -> datetime:
        """Ten in the morning of its day."""
        return timezone.make_aware(datetime.combine(self.day, time(10)))

    @property
    def fresh(self) -> Alliance:
        return Alliance.objects.get(pk=self.alliance.pk)

    @property
    def parties(self) -> list[AllianceParty]:
        return list(self.alliance.parties.select_related("structure").order_by("pk"))

    def on(self, day: date) -> "Road":
        self.day = day
        return self

    def share_out(self, percents: Sequence[int], *, nobody: int = 0) -> "Road":
        """Each line in parts of a hundred, to the cent; the first party leads and has the rest.

        `nobody`: the part that is still to be taken.
        """
        current.move(alliance=self.fresh, to=Phase.SPLIT, by=self.leader, now=self.now)
        alliance = self.fresh
        terms = alliance.terms
        first, *others = [party.key for party in self.parties]
        cells = []
        for line in terms.lines:
            kept, need = 100 - nobody, line.need_cfte or 0
            left, work = line.price_cents * kept // 100, need * kept // 100
            for sector, (key, percent) in enumerate(zip(others, percents[1:], strict=True), 2):
                cents, cfte = line.price_cents * percent // 100, need * percent // 100
                cells.append(_cell(key, line.key, cents, cfte, sector))
                left, work = left - cents, work - cfte
            cells.append(_cell(first, line.key, left, work, 1))
        revisions.write_terms(
            alliance=alliance,
            base=alliance.version,
            terms=replace(
                terms,
                cells=tuple(cells),
                form=GroupForm.CONJOINT_MANDATAIRE_SOLIDAIRE,
                lead=first,
                reasons=frozenset({Reason.CAPACITY}),
            ),
            by=self.leader,
            now=self.now,
        )
        return self

    def answer_alone(self) -> "Road":
        """The first party answers alone: the others are its subcontractors."""
        alliance = self.fresh
        actions.answer_alone(
            alliance=alliance,
            holder=self.parties[0].key,
            base=alliance.version,
            by=self.leader,
            now=self.now,
        )
        return self

    def agree(self) -> "Road":
        """Each accepts its share and says who signs; the file is being prepared."""
        for party in self.parties:
            by = director_of(party.structure)
            shares_actions.accept(party=party, version=self.fresh.version, by=by, now=self.now)
            approvals_actions.name_signatory(
                party=party,
                name=signatory_of(party.structure),
                function="direction",
                power="legal",
                power_on=None,
                next_council_on=None,
                by=by,
                on=self.day,
            )
        for phase in (Phase.MANDATE, Phase.DOCUMENTS):
            current.move(alliance=self.fresh, to=phase, by=self.leader, now=self.now)
        return self

    def approve(self, parties: Sequence[AllianceParty]) -> "Road":
        """Some approve the common paper."""
        for party in parties:
            approvals_actions.approve(
                party=party,
                document_sha256=convention_sha256(self.fresh, on=self.day),
                proof=Proof("password", self.now - timedelta(minutes=1)),
                by=director_of(party.structure),
                now=self.now,
            )
        return self

    def file(self, number: str) -> "Road":
        """Each approves the convention, then the offer leaves with its receipt."""
        self.approve(self.parties)
        filed_at = self.now + timedelta(hours=1)
        filing_actions.file_bid(
            alliance=self.fresh,
            number=number,
            filed_at=filed_at,
            receipt_name="recepisse.pdf",
            receipt=RECEIPT,
            by=self.leader,
            now=filed_at,
        )
        return self

    def result(
        self,
        *,
        is_won: bool,
        values: dict[str, Any],
        notes: Sequence[filing_actions.CriterionMark] = (),
    ) -> "Road":
        """What the buyer decided, told on the day the alliance is at."""
        filing_actions.record_result(
            alliance=self.fresh,
            is_won=is_won,
            values={"announced_on": self.day, **values},
            notes=notes,
            by=self.leader,
            now=self.now,
            on=self.day,
        )
        return self

    def sign(self) -> "Road":
        """The contract is notified."""
        filing_actions.record_signature(
            alliance=self.fresh, signed_on=self.day, by=self.leader, now=self.now, on=self.day
        )
        return self

    def hand_over(self) -> "Road":
        """The table becomes the base of delivery."""
        filing_actions.hand_over(alliance=self.fresh, by=self.leader, now=self.now)
        return self
