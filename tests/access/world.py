"""Two sides that know nothing of each other: the *own* one, where each role sits, and another.

Features add what they need as cached properties: an object is made only for the routes that ask.
"""

from functools import cached_property
from http.cookies import SimpleCookie
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.utils import timezone

from cordee.accounts import mailing
from cordee.accounts.key_actions import make_key
from cordee.accounts.models import ApiKey, OpenSession, User
from cordee.agreement import PartyRole
from cordee.alliances.files import actions as files_actions
from cordee.alliances.invitations import actions as invitations_actions
from cordee.alliances.legal_form import actions as legal_form_actions
from cordee.alliances.messages import actions as messages_actions
from cordee.alliances.models import (
    Alliance,
    AllianceBaseline,
    AllianceFile,
    AllianceMessage,
    AllianceParty,
    AllianceTask,
    ApprovedText,
    Filing,
    StandingMember,
    Withdrawal,
)
from cordee.alliances.opening.actions import Start, start_alliance
from cordee.alliances.planning import actions as planning_actions
from cordee.alliances.ready_teams import actions as ready_teams_actions
from cordee.alliances.requirements import lot_of
from cordee.base import files
from cordee.base.documents import Document, canonical_text, text_sha256
from cordee.base.mail import outbox
from cordee.base.mail.models import OutgoingMail
from cordee.composing.models import Composition, Proposal
from cordee.delivery.models import Delivery
from cordee.members.actions.imports import receive_list
from cordee.members.actions.invitations import fingerprint, send_invitation
from cordee.members.actions.joining import ask_to_join
from cordee.members.models import (
    CapacityException,
    Certification,
    Chantier,
    Crew,
    Department,
    Invitation,
    JoinRequest,
    Membership,
    MembershipRequest,
    Network,
    Programme,
    RoleSeat,
    SharingRequest,
    Structure,
    StructureImport,
)
from cordee.members.roles import ROLES, Scope
from cordee.mobilisation.actions import conversations
from cordee.mobilisation.conversations.access import Counterpart
from cordee.mobilisation.models import Message, MessageReport, Thread
from cordee.notices.notice import NeedKind
from cordee.opportunities.actions.correcting import correct_fact
from cordee.opportunities.actions.joining import join_opportunities
from cordee.opportunities.actions.needs import decide_need, start_draft
from cordee.opportunities.actions.questioning import mark_questions_sent
from cordee.opportunities.models import (
    AwardedContract,
    Correction,
    Misreading,
    NeedDraft,
    NoticeVersion,
    Opportunity,
    QuestionsSent,
)
from cordee.skills.learners.actions import print_card
from cordee.skills.learners.card import open_page
from cordee.skills.models import Learner, Observation
from demo.mails import mailbox as mailbox_views
from demo.mails.previews import samples, slug_of
from demo.people import build_people
from tests.access.campaigns import Campaigns
from tests.delivery.makers import make_delivery
from tests.members.makers import (
    ON,
    join,
    make_network,
    make_person,
    make_structure,
    make_valley,
)
from tests.opportunities.makers import import_records, make_opportunity, need, post_need

NOW = timezone.now()
Role = RoleSeat.Role


class World:
    def __init__(self) -> None:
        make_valley()

    @cached_property
    def own_network(self) -> Network:
        return make_network("Réseau du Val")

    @cached_property
    def foreign_network(self) -> Network:
        return make_network("Réseau du Large")

    @cached_property
    def own_structure(self) -> Structure:
        return self._structure("Les Jardins du Val", self.own_network)

    @cached_property
    def foreign_structure(self) -> Structure:
        return self._structure("Les Ateliers du Large", self.foreign_network)

    def _structure(self, name: str, network: Network) -> Structure:
        structure = make_structure(name, commune_id="38002", department_id="38", is_claimed=True)
        join(structure, network)
        return structure

    @cached_property
    def own_programme(self) -> Programme:
        return self._programme("Grand chantier du Val", "grand-chantier-du-val")

    @cached_property
    def foreign_programme(self) -> Programme:
        return self._programme("Grand chantier du Large", "grand-chantier-du-large")

    def _programme(self, name: str, slug: str) -> Programme:
        return Programme.objects.create(
            name=name,
            slug=slug,
            owner="Un établissement public",
            starts_on=ON.replace(month=1, day=1),
            ends_on=ON.replace(year=ON.year + 4),
        )

    @cached_property
    def own_posted_need(self) -> Opportunity:
        """Posted by the company of the own side, and published in the own network."""
        need = post_need(self.person("company"), self.own_network)
        decide_need(
            state="published",
            audience=need.audiences.get(),
            by=self.person("network_staff"),
            now=timezone.now(),
        )
        return need

    @cached_property
    def foreign_posted_need(self) -> Opportunity:
        return post_need(self.foreign_director, self.foreign_network)

    @cached_property
    def own_read_structure(self) -> Structure:
        """The own structure, with somebody who directs it and reads what is written to it."""
        self.person("director")
        return self.own_structure

    @cached_property
    def own_thread(self) -> Thread:
        """The director of the own side asks their network on a need that it published."""
        self.person("network_staff")
        return self._asked_on(self.own_posted_need, self.own_structure, self.person("director"))

    @cached_property
    def foreign_thread(self) -> Thread:
        make_person("relais@ailleurs.fr", role=Role.NETWORK_STAFF, network=self.foreign_network)
        return self._asked_on(
            self.foreign_posted_need, self.foreign_structure, self.foreign_director
        )

    def _asked_on(self, need: Opportunity, structure: Structure, by: User) -> Thread:
        network = need.audiences.get().network
        return conversations.ask(
            opportunity=need,
            structure=structure,
            counterpart=Counterpart("reseau", str(network), network=network),
            text="Une question",
            by=by,
            now=timezone.now(),
        )

    @cached_property
    def own_answer(self) -> Message:
        return conversations.write(
            thread=self.own_thread,
            side=Message.Side.COUNTERPART,
            text="Une réponse",
            by=self.person("network_staff"),
            now=timezone.now(),
        )

    @cached_property
    def own_report(self) -> MessageReport:
        return self._reported(self.own_answer, self.own_network)

    @cached_property
    def foreign_report(self) -> MessageReport:
        return self._reported(self.foreign_thread.messages.get(), self.foreign_network)

    def _reported(self, message: Message, network: Network) -> MessageReport:
        return conversations.report(
            message=message, network=network, words="Non", by=message.by, now=timezone.now()
        )

    @cached_property
    def own_draft(self) -> NeedDraft:
        return start_draft(kind=NeedKind.CONTRACT, by=self.person("company"))

    @cached_property
    def foreign_draft(self) -> NeedDraft:
        return start_draft(kind=NeedKind.CONTRACT, by=self.foreign_director)

    def api_key_of(self, person: User) -> ApiKey:
        return make_key(
            person=person, name="Tableur", scope=ApiKey.Scope.READ, days=30, by=person, now=NOW
        )[0]

    def person(self, role: str) -> Any:
        """Who plays a role on the own side; None without an account. Made once."""
        if role in {"visitor", "learner"}:
            return None
        email = f"{role.replace('_', '-')}@exemple.fr"
        known: User | None = User.objects.filter(email=email).first()
        if known is not None:
            return known
        made = make_person(email, **self.seat(role))
        made.set_password("ce que sa main sait")
        made.save(update_fields=["password"])
        return made

    @cached_property
    def foreign_director(self) -> User:
        return make_person(
            "ailleurs@exemple.fr", role=Role.DIRECTOR, structure=self.foreign_structure
        )

    def seat(self, role: str) -> dict[str, object]:
        if role == "stranger":
            return {}
        held: dict[str, object] = {"role": role}
        match ROLES[role].held_in:
            case Scope.NETWORK:
                held["network"] = self.own_network
            case Scope.PROGRAMME:
                held["programme"] = self.own_programme
            case Scope.STRUCTURE:
                held["structure"] = self.own_structure
        if role == Role.DELEGATE:
            held["region_id"] = "84"
        if ROLES[role].names_place:
            held["department_id"] = "38"
        return held

    # --- Opportunities: a published notice, and a private need on each side --------------------

    @cached_property
    def notice(self) -> Opportunity:
        """Two notices, joined as one need."""
        one, other = self._notice("26-10001"), self._notice("26-10002")
        return join_opportunities(
            opportunity=one, other=other, by=self.sorter, on=timezone.localdate()
        )

    @cached_property
    def sorter(self) -> User:
        """Of a national network that nobody else of this world belongs to."""
        return make_person(
            "tri@exemple.fr", role=Role.NETWORK_STAFF, network=make_network("Réseau des Cimes")
        )

    def _notice(self, idweb: str) -> Opportunity:
        with TemporaryDirectory() as folder:
            return make_opportunity(Path(folder), idweb=idweb)

    @cached_property
    def own_need(self) -> Opportunity:
        return self._need("besoin-du-val", self.own_network)

    @cached_property
    def foreign_need(self) -> Opportunity:
        return self._need("besoin-du-large", self.foreign_network)

    def _need(self, identifier: str, network: Network) -> Opportunity:
        known = set(Opportunity.objects.values_list("pk", flat=True))
        with TemporaryDirectory() as folder:
            import_records(
                Path(folder),
                need(identifier),
                by=None,
                network=network,
                on=timezone.localdate(),
            )
        return Opportunity.objects.exclude(pk__in=known).get(network=network)

    def version_of(self, opportunity: Opportunity) -> NoticeVersion:
        return NoticeVersion.objects.of_opportunity(opportunity)[0]

    def corrected(self, opportunity: Opportunity) -> Correction:
        return correct_fact(
            opportunity=opportunity,
            # Nobody wrote it: it counts at once.
            fact="need",
            lot="",
            value=250,
            by=self.sorter,
            on=timezone.localdate(),
        )

    def proposed(self, opportunity: Opportunity) -> Correction:
        return correct_fact(
            opportunity=opportunity,
            fact="title",
            value="Un titre qui contredit l’avis",
            by=self.sorter,
            on=timezone.localdate(),
        )

    def asked(self, opportunity: Opportunity) -> QuestionsSent:
        return mark_questions_sent(
            opportunity=opportunity, text="Quelle surface ?", questions=["x"], by=self.sorter
        )

    @cached_property
    def misreading(self) -> Misreading:
        return Misreading.objects.get(correction=self.corrected(self.notice))

    # --- Lists imported -------------------------------------------------------------------------

    # --- Sheets ---------------------------------------------------------------------------------

    @cached_property
    def own_chantier(self) -> Chantier:
        return self.own_structure.chantiers.get()

    @cached_property
    def foreign_chantier(self) -> Chantier:
        return self.foreign_structure.chantiers.get()

    @cached_property
    def own_crew(self) -> Crew:
        return Crew.objects.create(chantier=self.own_chantier, name="Équipe", places=8)

    @cached_property
    def foreign_crew(self) -> Crew:
        return Crew.objects.create(chantier=self.foreign_chantier, name="Équipe", places=8)

    @cached_property
    def own_exception(self) -> CapacityException:
        return CapacityException.objects.create(
            chantier=self.own_chantier, first_month=24_324, months=1, cfte=0
        )

    @cached_property
    def foreign_exception(self) -> CapacityException:
        return CapacityException.objects.create(
            chantier=self.foreign_chantier, first_month=24_324, months=1, cfte=0
        )

    @cached_property
    def own_paper(self) -> Certification:
        return Certification.objects.create(structure=self.own_structure, name="Qualiopi")

    @cached_property
    def foreign_paper(self) -> Certification:
        return Certification.objects.create(structure=self.foreign_structure, name="Qualiopi")

    @cached_property
    def own_import(self) -> StructureImport:
        """Made by the person whom the matrix signs in as staff of the own network."""
        staff = self.person("network_staff")
        assert staff is not None
        return self._import(staff, self.own_network)

    @cached_property
    def foreign_import(self) -> StructureImport:
        network = self.foreign_network
        staff = make_person("equipe@exemple.fr", role=Role.NETWORK_STAFF, network=network)
        return self._import(staff, network)

    def _import(self, by: User, network: Network) -> StructureImport:
        content = b"nom;siret\nLes Haies du Mirel;90000077700016\n"
        return receive_list(
            content, by=by, source="liste.csv", network=network, header=["nom", "siret"]
        )

    # --- Compositions ---------------------------------------------------------------------------

    @cached_property
    def own_composition(self) -> Composition:
        return self._composition(self.own_need, self.own_network)

    @cached_property
    def foreign_composition(self) -> Composition:
        """Of a notice that everybody sees, for others: the notice must not be what closes it."""
        return self._composition(self.notice, self.foreign_network)

    def _composition(self, opportunity: Opportunity, network: Network) -> Composition:
        return Composition.objects.create(
            breakdown=opportunity.latest_breakdown(),
            network=network,
            computed_for=timezone.localdate(),
            time_limit_s=2,
            state=Composition.State.RUNNING,
        )

    def kept_from(self, composition: Composition) -> Proposal:
        return Proposal.objects.create(composition=composition, origin="best")

    # --- Alliances ------------------------------------------------------------------------------

    @cached_property
    def own_alliance(self) -> Alliance:
        """Led by the staff of the own network, with the own structure taking part."""
        return self._alliance(
            self.own_need, self.own_network, self.person("network_staff"), self.own_structure
        )

    @cached_property
    def foreign_alliance(self) -> Alliance:
        """Of a notice that everybody sees, for others."""
        leader = make_person("chef@ailleurs.fr", role=Role.DELEGATE, network=self.foreign_network)
        return self._alliance(self.notice, self.foreign_network, leader, self.foreign_structure)

    def _alliance(
        self, opportunity: Opportunity, network: Network, leader: User, structure: Structure
    ) -> Alliance:
        breakdown = opportunity.latest_breakdown()
        assert breakdown is not None
        alliance = start_alliance(
            breakdown=breakdown,
            lots={lot_of(package) for package in breakdown.packages.all()},
            title="Ensemble",
            start=Start(
                origin=Alliance.Origin.SCRATCH,
                structures=[structure, make_structure(f"Voisine {network.pk}", commune_id="38002")],
            ),
            network=network,
            by=leader,
            now=NOW,
        )
        party = alliance.parties.get(structure=structure)
        invitations_actions.invite(party=party, by=leader, now=NOW)
        invitations_actions.answer_invitation(party=party, is_yes=True, by=leader, now=NOW)
        return alliance

    @cached_property
    def own_partners(self) -> tuple[AllianceParty, AllianceParty]:
        return self._partners(self.own_alliance, self.own_structure)

    @cached_property
    def foreign_partners(self) -> tuple[AllianceParty, AllianceParty]:
        return self._partners(self.foreign_alliance, self.foreign_structure)

    def _partners(
        self, alliance: Alliance, structure: Structure
    ) -> tuple[AllianceParty, AllianceParty]:
        """A party, and another one that took part with it."""
        other = alliance.parties.exclude(structure=structure).get()
        invitations_actions.invite(party=other, by=alliance.made_by, now=NOW)
        director = make_person(
            f"voisine{other.pk}@ailleurs.fr", role=Role.DIRECTOR, structure=other.structure
        )
        invitations_actions.answer_invitation(party=other, is_yes=True, by=director, now=NOW)
        return alliance.parties.get(structure=structure), other

    @cached_property
    def own_unled(self) -> Alliance:
        """One whose leader has left the network; another of its people may take it over.

        On another lot than `own_alliance`: whoever leads that one leads no rival.
        """
        return self._unled(self.notice, self.own_network, self.own_structure)

    @cached_property
    def foreign_unled(self) -> Alliance:
        return self._unled(self.foreign_need, self.foreign_network, self.foreign_structure)

    def _unled(self, opportunity: Opportunity, network: Network, structure: Structure) -> Alliance:
        leader = make_person(
            f"partie-{network.pk}@exemple.fr", role=Role.NETWORK_STAFF, network=network
        )
        alliance = self._alliance(opportunity, network, leader, structure)
        leader.seats.all().delete()
        return alliance

    @cached_property
    def own_alliance_task(self) -> AllianceTask:
        return self._task_of(self.own_alliance)

    @cached_property
    def foreign_alliance_task(self) -> AllianceTask:
        return self._task_of(self.foreign_alliance)

    def _task_of(self, alliance: Alliance) -> AllianceTask:
        new = AllianceTask(alliance=alliance, title="Réunir les pièces", due_on=ON)
        return planning_actions.save_task(task=new, by=alliance.made_by, now=NOW)

    def subcontract(self, alliance: Alliance) -> dict[str, Any]:
        """The first who said yes works for another one: the route about that subcontract."""
        yes = alliance.parties.filter(state=AllianceParty.State.INTERESTED).order_by("pk")
        party = yes[0]
        other = alliance.parties.exclude(pk=party.pk).order_by("pk")[0]
        legal_form_actions.change_place(
            party=party,
            role=PartyRole.SUBCONTRACTOR,
            of=other.key,
            base=Alliance.objects.get(pk=alliance.pk).version,
            by=alliance.made_by,
            now=NOW,
        )
        return {"pk": alliance.pk, "party_pk": party.pk}

    @cached_property
    def own_alliance_file(self) -> AllianceFile:
        return self._alliance_file(self.own_alliance)

    @cached_property
    def foreign_alliance_file(self) -> AllianceFile:
        return self._alliance_file(self.foreign_alliance)

    def _alliance_file(self, alliance: Alliance) -> AllianceFile:
        return files_actions.add_file(
            alliance=alliance,
            name="plan.pdf",
            content=b"%PDF-1.7",
            words="",
            brought_for="Réseau",
            by=alliance.made_by,
            now=NOW,
        )

    @cached_property
    def own_alliance_message(self) -> AllianceMessage:
        return self._alliance_message(self.own_alliance)

    @cached_property
    def foreign_alliance_message(self) -> AllianceMessage:
        return self._alliance_message(self.foreign_alliance)

    def _alliance_message(self, alliance: Alliance) -> AllianceMessage:
        return messages_actions.write(
            alliance=alliance, text="Bonjour", side="Réseau", by=alliance.made_by, now=NOW
        )

    @cached_property
    def own_standing(self) -> StandingMember:
        return self._standing(self.own_network, self.own_structure)

    @cached_property
    def foreign_standing(self) -> StandingMember:
        return self._standing(self.foreign_network, self.foreign_structure)

    def _standing(self, network: Network, structure: Structure) -> StandingMember:
        """A standing team of a network, with one structure in it and its framework kept."""
        made = ready_teams_actions.create_team(
            name="Prêts",
            department=Department.objects.get(code="38"),
            trades=["espaces-verts"],
            network=network,
            structure=None,
            by=self.sorter,
            now=NOW,
        )
        ready_teams_actions.set_framework(
            team=made, name="cadre.pdf", content=b"%PDF-1.7", by=self.sorter, now=NOW
        )
        row = ready_teams_actions.invite_member(
            team=made, structure=structure, by=self.sorter, now=NOW
        )
        ready_teams_actions.answer_team(member=row, is_yes=True, by=self.sorter, now=NOW)
        return row

    @cached_property
    def own_filed(self) -> Alliance:
        return self._filed(self.own_alliance)

    @cached_property
    def foreign_filed(self) -> Alliance:
        return self._filed(self.foreign_alliance)

    def _filed(self, alliance: Alliance) -> Alliance:
        """With a receipt, whatever else is missing: for who may fetch it."""
        Filing.objects.create(
            alliance=alliance,
            revision=alliance.revision(),
            number="R-1",
            filed_at=NOW,
            receipt=files.store(name="recu.pdf", content=b"%PDF-1.7", now=NOW),
            price_cents=1,
            terms_sha256="a" * 64,
            document_sha256="b" * 64,
            noted_at=NOW,
        )
        return alliance

    @cached_property
    def own_delivered(self) -> Alliance:
        """Whose signed table was handed over."""
        alliance = self.own_alliance
        AllianceBaseline.objects.create(
            alliance=alliance,
            revision=alliance.revision(),
            terms={},
            terms_sha256="a" * 64,
            price_cents=1,
            signed_on=NOW.date(),
            made_at=NOW,
        )
        return alliance

    @cached_property
    def own_delivery(self) -> Delivery:
        """Kept by the own structure; its facilitator and its buyer are those of the own side."""
        return make_delivery(
            self.own_structure,
            facilitator=self.person("facilitator"),
            buyer=self.person("buyer"),
        )

    @cached_property
    def foreign_delivery(self) -> Delivery:
        return make_delivery(self.foreign_structure, title="Les berges du large")

    @cached_property
    def own_award(self) -> AwardedContract:
        return self._award(self.own_structure)

    @cached_property
    def foreign_award(self) -> AwardedContract:
        return self._award(self.foreign_structure)

    def _award(self, structure: Structure) -> AwardedContract:
        """Published, and held by a structure."""
        row = AwardedContract.objects.create(
            source="decp", source_id=f"A{structure.pk}", title="Les haies", notified_on=ON
        )
        row.holders.create(siret=structure.siret, name=structure.name)
        return row

    @cached_property
    def own_approved_text(self) -> ApprovedText:
        return self._approved_text(self.own_alliance)

    @cached_property
    def foreign_approved_text(self) -> ApprovedText:
        return self._approved_text(self.foreign_alliance)

    def _approved_text(self, alliance: Alliance) -> ApprovedText:
        content = canonical_text(Document(title="Convention", subtitle="", blocks=()))
        return ApprovedText.objects.create(
            alliance=alliance, sha256=text_sha256(content), content=content
        )

    @cached_property
    def own_withdrawal(self) -> Withdrawal:
        return self._withdrawal(self.own_alliance, self.own_structure)

    @cached_property
    def foreign_withdrawal(self) -> Withdrawal:
        return self._withdrawal(self.foreign_alliance, self.foreign_structure)

    def _withdrawal(self, alliance: Alliance, structure: Structure) -> Withdrawal:
        return Withdrawal.objects.create(
            alliance=alliance,
            party=alliance.parties.get(structure=structure),
            phase="filed",
            share_cents=1,
            announced_at=NOW,
        )

    # --- Campaigns ------------------------------------------------------------------------------

    @cached_property
    def campaigns(self) -> Campaigns:
        return Campaigns(self)

    # --- Networks: what ties a structure to one ---------------------------------------------------

    @cached_property
    def own_membership(self) -> Membership:
        return Membership.objects.get(structure=self.own_structure)

    @cached_property
    def foreign_membership(self) -> Membership:
        return Membership.objects.get(structure=self.foreign_structure)

    @cached_property
    def own_membership_request(self) -> MembershipRequest:
        """Of the structure that the director of the own side directs too."""
        structure = make_structure("La Halle du Val", commune_id="38001", department_id="38")
        director = self.person("director")
        RoleSeat.objects.create(person=director, role=Role.DIRECTOR, structure=structure)
        return self._membership_request(structure, self.own_network)

    @cached_property
    def foreign_membership_request(self) -> MembershipRequest:
        structure = make_structure("La Halle du Large", commune_id="38001", department_id="38")
        return self._membership_request(structure, self.foreign_network)

    def _membership_request(self, structure: Structure, network: Network) -> MembershipRequest:
        return MembershipRequest.objects.create(structure=structure, network=network, asked_on=ON)

    @cached_property
    def own_sharing_request(self) -> SharingRequest:
        return self._sharing_request(self.own_structure, self.own_network)

    @cached_property
    def foreign_sharing_request(self) -> SharingRequest:
        return self._sharing_request(self.foreign_structure, self.foreign_network)

    def _sharing_request(self, structure: Structure, network: Network) -> SharingRequest:
        return SharingRequest.objects.create(
            structure=structure,
            network=network,
            figure_class="network",
            words="Pour composer des équipes.",
            asked_on=ON,
        )

    # --- Accounts and the demo ------------------------------------------------------------------

    @cached_property
    def confirmation_key(self) -> str:
        address = EmailAddress.objects.create(
            user=make_person("neuve@exemple.fr"), email="neuve@exemple.fr"
        )
        return str(EmailConfirmationHMAC(address).key)

    def mail_to(self, person: User | None) -> OutgoingMail:
        assert person is not None
        return OutgoingMail.objects.get_or_create(
            key=f"essai:{person.pk}",
            defaults={
                "kind": "invitations",
                "for_person": person.pk,
                "recipient": person.email,
                "subject": "Essai",
                "text": "Bonjour",
                "html": outbox.draw(
                    "accounts/mail/new_password", {"password_reset_url": "/compte/exemple/"}
                )[2],
            },
        )[0]

    @cached_property
    def signed_stop(self) -> str:
        """What the mails of the foreign director carry."""
        mailing.register("essais", "Essais")
        foot = mailing.foot_for("essais", person=self.foreign_director)
        return foot["unsubscribe_url"].rstrip("/").rpartition("/")[2]

    @cached_property
    def mail_sample(self) -> dict[str, str]:
        """One that has a page: `room` and `name`."""
        with_page = (s for s in samples() if outbox.page(s.template, s.make_context()))
        room, name = slug_of(next(with_page))
        return {"room": room, "name": name}

    @cached_property
    def person_of_the_demo(self) -> User:
        return make_person(build_people()[0].email)

    @cached_property
    def demo_mail_key(self) -> str:
        mailbox_views.FOLDER.mkdir(parents=True, exist_ok=True)
        file = mailbox_views.FOLDER / "20261125-100000-1.log"
        page = outbox.draw(
            "accounts/mail/new_password", {"password_reset_url": "/compte/exemple/"}
        )[2]
        head = "Subject: Essai\nContent-Type: text/html; charset=utf-8"
        file.write_text(f"{head}\n\n{page}", encoding="utf-8")
        return f"{file.stem}-0"

    # People, invitations, requests

    @cached_property
    def invitation_token(self) -> str:
        """The link of a mail that invites a new person to direct the own structure."""
        invitation, token = self.invitation("quelqu-un@exemple.fr", self.own_structure), "lien"
        invitation.token_hash = fingerprint(token)
        invitation.save()
        return token

    def invitation(self, address: str, structure: Structure) -> Invitation:
        known = User.objects.filter(email=f"invite-{address}").first()
        inviting = known or make_person(f"invite-{address}")
        return send_invitation(
            address=address, role=Role.DIRECTOR, structure=structure, by=inviting, now=NOW
        )

    def join_request(self, structure: Structure) -> JoinRequest:
        """Of somebody outside the cast, to a structure that has its director."""
        self.person("director")
        _ = self.foreign_director
        return self._ask(make_person(f"demande-{structure.pk}@exemple.fr"), structure)

    @cached_property
    def own_join_request(self) -> JoinRequest:
        stranger = self.person("stranger")
        assert stranger is not None
        return self._ask(stranger, self.own_structure)

    def _ask(self, person: User, structure: Structure) -> JoinRequest:
        return ask_to_join(
            person=person, structure=structure, role=Role.DIRECTOR, message="", now=NOW
        )

    @cached_property
    def session_of_another(self) -> OpenSession:
        return OpenSession.objects.create(
            person=self.foreign_director, key="ailleurs", device="Un Mac", last_used_at=NOW
        )

    @cached_property
    def key_of_another(self) -> Authenticator:
        return Authenticator.objects.create(
            user=self.foreign_director,
            type=Authenticator.Type.WEBAUTHN,
            data={"name": "Clé", "credential": {}},
        )

    # --- Who learns ------------------------------------------------------------------------------

    @cached_property
    def own_learner(self) -> Learner:
        return self._learner(self.own_structure)

    @cached_property
    def foreign_learner(self) -> Learner:
        return self._learner(self.foreign_structure)

    def _learner(self, structure: Structure) -> Learner:
        learner = Learner.objects.create(structure=structure, pseudonym="Wassila")
        Observation.objects.create(
            learner=learner,
            framework="jardin",
            criterion="tondre-droit",
            competence="Tondre",
            sentence="Je tonds droit.",
            level=Observation.Level.ACQUIRED,
            seen_on=ON,
            seen_by=self.person("supervisor"),
        )
        return learner

    @cached_property
    def own_card(self) -> str:
        return self.card_of(self.own_learner)

    @cached_property
    def foreign_card(self) -> str:
        return self.card_of(self.foreign_learner)

    def card_of(self, learner: Learner) -> str:
        return print_card(learner=learner, by=self.person("counsellor"), now=NOW)[0]

    @cached_property
    def opened_card(self) -> SimpleCookie:
        """The cookies of somebody who showed the pictures of the own card."""
        token, answer = self.own_card, HttpResponse()
        open_page(answer, self.own_learner, token)
        return answer.cookies
