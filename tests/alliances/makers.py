"""An alliance of our own, taken as far along its road as a test needs."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from cordee.accounts.models import User
from cordee.accounts.second_factor import Proof
from cordee.agreement import Cell, PartyRole, Reason, Terms
from cordee.agreement.phases import Phase
from cordee.alliances import revisions
from cordee.alliances.approvals import actions as approvals_actions
from cordee.alliances.filing import actions as filing_actions
from cordee.alliances.invitations import actions as invitations_actions
from cordee.alliances.legal_form import actions
from cordee.alliances.models import Alliance, AllianceParty, Approval, Filing
from cordee.alliances.opening.actions import Start, start_alliance
from cordee.alliances.requirements import lot_of
from cordee.alliances.shares import actions as shares_actions
from cordee.alliances.state import current
from cordee.alliances.state.approval_chain import convention_sha256
from cordee.members.models import RoleSeat, Structure
from cordee.rules.groups import GroupForm
from tests.members.makers import join, make_network, make_person, make_structure, make_valley
from tests.opportunities.makers import make_opportunity

Role = RoleSeat.Role
PDF = b"%PDF-1.7\nrecepisse de la plateforme\n"
NAMES = {
    "jardins": ("Les Jardins du Val", "ACI"),
    "toits": ("Les Toits du Val", "ACI"),
    "peintres": ("Les Peintres du Val", "EI"),
    "mirel": ("Mirel Travaux", "ENTREPRISE"),
}
SHARES = {"jardins": 40, "toits": 35, "peintres": 25}


class Rope:
    """Three members and a company that works for one of them, on a notice of one lot or more."""

    def __init__(self, folder: Path, *, members: int = 3, form: str = "CONJOINT") -> None:
        make_valley()
        self.now = timezone.now()
        self.on = timezone.localdate(self.now)
        self.network = make_network("Réseau du Val")
        self.leader = make_person(
            "reseau@exemple.fr", role=Role.NETWORK_STAFF, network=self.network
        )
        self.structures: dict[str, Structure] = {}
        self.directors: dict[str, User] = {}
        for key, (name, kind) in NAMES.items():
            self.structure(key, name, kind)
        self.opportunity = make_opportunity(folder)
        self.members = list(SHARES)[:members]
        breakdown = self.opportunity.latest_breakdown()
        assert breakdown is not None
        self.alliance = start_alliance(
            breakdown=breakdown,
            lots={lot_of(package) for package in breakdown.packages.all()},
            title="Les berges ensemble",
            start=Start(
                origin=Alliance.Origin.SCRATCH,
                structures=[self.structures[key] for key in self.members],
            ),
            network=self.network,
            by=self.leader,
            now=self.now,
        )
        self.form = GroupForm(form)

    def structure(self, key: str, name: str, kind: str) -> Structure:
        found = make_structure(name, kind=kind, commune_id="38002", department_id="38")
        if kind != "ENTREPRISE":
            join(found, self.network)
        self.structures[key] = found
        self.directors[key] = make_person(f"{key}@exemple.fr", role=Role.DIRECTOR, structure=found)
        return found

    def party(self, key: str) -> AllianceParty:
        return self.alliance.parties.select_related("structure").get(structure=self.structures[key])

    @property
    def fresh(self) -> Alliance:
        self.alliance = Alliance.objects.get(pk=self.alliance.pk)
        return self.alliance

    @property
    def terms(self) -> Terms:
        return self.fresh.terms

    @property
    def inside(self) -> list[str]:
        """Those who take part and stand in the terms, in the order of the names."""
        keys = {party.key for party in self.terms.parties}
        rows = self.alliance.parties.filter(state="interested")
        present = {row.structure_id for row in rows if row.key in keys}
        return [key for key, row in self.structures.items() if row.pk in present]

    # --- The road -------------------------------------------------------------------------------

    def gather(self) -> "Rope":
        for key in self.invite().members:
            self.say_yes(key)
        return self

    def invite(self) -> "Rope":
        for key in self.members:
            invitations_actions.invite(party=self.party(key), by=self.leader, now=self.now)
        return self

    def say_yes(self, key: str) -> None:
        invitations_actions.answer_invitation(
            party=self.party(key), is_yes=True, by=self.directors[key], now=self.now
        )

    def bring_company(self) -> "Rope":
        """Mirel works for the Toits, within their amount."""
        return self.bring("mirel", PartyRole.SUBCONTRACTOR, "toits")

    def bring(self, key: str, role: PartyRole, of: str) -> "Rope":
        """A structure comes for a member, and says yes."""
        party = invitations_actions.add_party(
            alliance=self.alliance,
            structure=self.structures[key],
            role=role,
            of=self.party(of),
            by=self.leader,
            now=self.now,
        )
        invitations_actions.invite(party=party, by=self.leader, now=self.now)
        self.say_yes(key)
        return self

    def share_out(self) -> "Rope":
        terms = self.terms
        held = {key: SHARES[key] for key in self.members}
        whole = sum(held.values())
        cells = []
        for line in terms.lines:
            left = line.price_cents
            for key in self.members[1:]:
                part = line.price_cents * held[key] // whole
                left -= part
                cells.append(Cell(party=self.party(key).key, line=line.key, cents=part, work=key))
            first = self.party(self.members[0]).key
            cells.append(Cell(party=first, line=line.key, cents=left, work="le reste"))
            if any(party.role is PartyRole.SUBCONTRACTOR for party in terms.parties):
                company = self.party("mirel").key
                cells.append(Cell(party=company, line=line.key, cents=line.price_cents // 10))
        return self.write(self.with_split(terms, tuple(cells)))

    def with_split(self, terms: Terms, cells: tuple[Cell, ...]) -> Terms:
        """A form, a lead, a reason, and these cells."""
        return replace(
            terms,
            cells=cells,
            form=self.form,
            lead=terms.members[0].key,
            reasons=frozenset({Reason.CAPACITY}),
        )

    def write(self, terms: Terms) -> "Rope":
        revisions.write_terms(
            alliance=self.fresh,
            base=self.alliance.version,
            terms=terms,
            by=self.leader,
            now=self.now,
        )
        return self

    def accept_all(self) -> "Rope":
        for key in self.inside:
            shares_actions.accept(
                party=self.party(key),
                version=self.alliance.version,
                by=self.directors[key],
                now=self.now,
            )
        return self

    def name_signatory(self, key: str, **values: Any) -> None:
        given: dict[str, Any] = {
            "name": f"Signataire {key}",
            "function": "présidente",
            "power": "legal",
            "power_on": None,
            "next_council_on": None,
        }
        is_council = values.get("power") == "council"
        given |= {"carrier": "PUBLIC" if is_council else "ASSOCIATION", "may_compete": is_council}
        approvals_actions.name_signatory(
            party=self.party(key),
            by=self.directors[key],
            on=self.on,
            **(given | values),
        )

    def step(self, to: Phase) -> "Rope":
        current.move(alliance=self.fresh, to=to, by=self.leader, now=self.now)
        return self

    def sha(self) -> str:
        return convention_sha256(self.fresh, on=self.on)

    def approve(self, key: str, **values: Any) -> Approval:
        given: dict[str, Any] = {
            "document_sha256": self.sha(),
            "proof": Proof("password", self.now - timedelta(minutes=1)),
        }
        return approvals_actions.approve(
            party=self.party(key),
            by=self.directors[key],
            now=self.now,
            **(given | values),
        )

    def file(self, **values: Any) -> Filing:
        given: dict[str, Any] = {
            "number": "R-2026-0042",
            "filed_at": self.now - timedelta(hours=1),
            "receipt_name": "récépissé.pdf",
            "receipt": PDF,
        }
        return filing_actions.file_bid(
            alliance=self.fresh, by=self.leader, now=self.now, **(given | values)
        )

    def win(self) -> "Rope":
        self.result(is_won=True)
        return self

    def result(self, *, is_won: bool, **values: Any) -> None:
        given: dict[str, Any] = {"announced_on": self.on, "reason": "price"}
        filing_actions.record_result(
            alliance=self.fresh,
            is_won=is_won,
            values=given | values.pop("values", {}),
            notes=values.pop("notes", ()),
            by=self.leader,
            now=self.now,
            on=self.on,
        )

    def sign(self) -> "Rope":
        filing_actions.record_signature(
            alliance=self.fresh, signed_on=self.on, by=self.leader, now=self.now, on=self.on
        )
        return self

    def to_documents(self, *, company: bool = False) -> "Rope":
        self.gather()
        if company:
            self.bring_company()
        self.step(Phase.SPLIT).share_out().accept_all()
        for key in self.members:
            self.name_signatory(key)
        return self.step(Phase.MANDATE).step(Phase.DOCUMENTS)

    def to_filed(self, *, company: bool = False) -> "Rope":
        self.to_documents(company=company)
        for key in self.members:
            self.approve(key)
        self.file()
        return self

    def later(self, **delta: Any) -> datetime:
        return self.now + timedelta(**delta)

    # --- One answers alone ----------------------------------------------------------------------

    def answer_alone(self, key: str = "jardins") -> "Rope":
        actions.answer_alone(
            alliance=self.fresh,
            holder=self.party(key).key,
            base=self.alliance.version,
            by=self.leader,
            now=self.now,
        )
        return self

    def alone_to_documents(self) -> "Rope":
        """The Jardins answer alone; the others, the company too, work for them."""
        self.gather().bring_company().step(Phase.SPLIT).share_out()
        self.answer_alone().accept_all()
        for key in self.inside:
            self.name_signatory(key)
        return self.step(Phase.MANDATE).step(Phase.DOCUMENTS)

    def alone_to_filed(self) -> "Rope":
        self.alone_to_documents()
        for key in self.inside:
            self.approve(key)
        self.file()
        return self
