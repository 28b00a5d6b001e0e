"""How a team answers: as a group, alone with subcontractors, or alone with staff supplied to it.

What differs from one arrangement to another is said here: who signs and who speaks to the buyer,
what the common paper is and whom it names, what has to hold, what may follow a withdrawal, and the
words that pages share. Where one page or one document has a wording of its own, it hands one for
each arrangement to `pick`. Nobody asks elsewhere who answers.

Source: RULE-19 (groups), RULE-38 (why together), RULE-40 (work sold, staff supplied); Code de la
commande publique R2142-19 to R2142-26, L2193-1 to L2193-14.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, override

from cordee.agreement.model import Party, Reason
from cordee.agreement.phases import Phase
from cordee.rules.groups import GroupForm, PartyRole
from cordee.rules.time_left import Step

if TYPE_CHECKING:
    from cordee.agreement.terms import Terms


class Arrangement:
    """What every arrangement answers, as a group does: members who answer together, one leading.

    Whoever answers alone says below what is otherwise. It keeps nothing: the terms are handed in.
    `speaker`: who speaks to the buyer. `paper`: what each
    signer approves, with its article; `paper_file`: its name as a file. `whole`: who answers.
    `label`: what stands in the place of the form of a group; empty for one. `signer`: one of those
    who sign. `client`: for whom a subcontractor works. `team`: all of them. `why`: what the reasons
    justify, and `subject` in two words.
    """

    # Names of its blocks in templates, its own first: see the filter `variant`.
    variants: ClassVar[tuple[str, ...]] = ("group",)
    is_alone: ClassVar[bool] = False
    speaker: ClassVar[str] = "mandataire"
    paper: ClassVar[str] = "la convention"
    paper_file: ClassVar[str] = "convention"
    whole: ClassVar[str] = "le groupement"
    label: ClassVar[str] = ""
    signer: ClassVar[str] = "membre"
    client: ClassVar[str] = "son membre"
    team: ClassVar[str] = "tout le groupe"
    subject: ClassVar[str] = "Pourquoi ensemble"
    why: ClassVar[str] = "vous répondez ensemble"
    # Whether a form of group and a lead are to be chosen.
    has_form: ClassVar[bool] = True
    # Whether the reasons to be several have to be given (RULE-38).
    must_justify: ClassVar[bool] = True
    # Whether the common paper names everybody, and what each takes. Where it does not, each signer
    # has a deal of its own, and reads no other.
    paper_names_all: ClassVar[bool] = True

    def pick[T](self, *, group: T, sole: T, staffed: T | None = None) -> T:
        """The one of these that fits; `staffed` is as `sole` where nothing else is given."""
        return group

    def form_label(self, terms: "Terms") -> str:
        """How the team answers, in French; empty where that is still to be chosen."""
        return "" if terms.form is None else terms.form.label

    def role_label(self, terms: "Terms", party: Party) -> str:
        """What a party is, in French; who leads a group is called so, and not a member."""
        return self.speaker if self.leads(terms, party) else party.role.label

    def reason_label(self, reason: Reason) -> str:
        """Why several work on it, in French."""
        return reason.label

    def counts(self, reason: Reason) -> bool:
        """Whether this is a reason here."""
        return True

    def reasons(self, terms: "Terms") -> tuple[Reason, ...]:
        """Those given that count, in their order."""
        return tuple(each for each in Reason if each in terms.reasons and self.counts(each))

    def phase_label(self, phase: Phase) -> str:
        """A phase of the alliance, in French."""
        return phase.label

    def step_label(self, step: Step) -> str:
        """A step before filing, in French."""
        return step.label

    def speaker_key(self, terms: "Terms") -> str | None:
        """The party that speaks to the buyer and files."""
        return terms.lead

    def leads(self, terms: "Terms", party: Party) -> bool:
        """Whether a party leads a group."""
        return party.key == terms.lead

    def signers(self, terms: "Terms") -> tuple[Party, ...]:
        """Who binds itself by the common paper."""
        return terms.members

    def has_paper(self, terms: "Terms") -> bool:
        """Whether there is a common paper at all."""
        return True

    def asked(self, terms: "Terms") -> tuple[Party, ...]:
        """Among whom two different structures have to say yes before the work is shared out."""
        return terms.members

    def is_enough(self, terms: "Terms") -> bool:
        """Whether there are structures enough for it to stand."""
        return len({member.siren for member in terms.members}) >= 2

    def engagement(self, terms: "Terms") -> Mapping[str, object]:
        """What a member agrees to beside its part, the common terms and the price: plain values."""
        members = sorted(member.siren for member in terms.members)
        return {"form": terms.form, "lead": terms.lead, "members": members}

    def owes_the_whole(self, terms: "Terms", party: str) -> bool:
        """Whether a party may have to answer for the whole contract (R2142-20)."""
        if terms.form is GroupForm.SOLIDAIRE:
            return True
        is_solidary_lead = terms.form is GroupForm.CONJOINT_MANDATAIRE_SOLIDAIRE
        return is_solidary_lead and terms.lead == party

    def takes_behind(self, terms: "Terms") -> bool:
        """Whether who comes works for the only member, rather than makes a group unasked."""
        return False

    def after_leaving(self, after: "Terms") -> "Terms":
        """The terms once somebody left, brought back to this arrangement where it still stands."""
        return after


class Sole(Arrangement):
    """One candidate answers for all; its subcontractors work for it."""

    variants: ClassVar[tuple[str, ...]] = ("sole",)
    is_alone = True
    speaker = "candidat"
    paper = "l’accord de sous-traitance"
    paper_file = "accord-sous-traitance"
    whole = "le candidat"
    signer = "signataire"
    client = "qui répond"
    team = "toute l’équipe"
    subject = "Pourquoi sous-traiter"
    why = "le candidat sous-traite"
    has_form = False
    paper_names_all = False
    label = "Candidat seul, avec des sous-traitants"
    # Who may fail it, and with whom it answers.
    helper: ClassVar[str] = "un sous-traitant"
    with_whom: ClassVar[str] = "les autres sous-traitent"

    # One gives and takes no mandate alone, and makes no convention.
    _PHASES: ClassVar[Mapping[Phase, str]] = {Phase.MANDATE: "on dit qui signe"}
    _STEPS: ClassVar[Mapping[Step, str]] = {
        Step.MANDATES: "Chacun dit qui signe pour lui",
        Step.SIGNATURE: "L’accord de sous-traitance est approuvé par chacun",
    }
    # Risk is no reason: who answers alone bears the whole of it.
    _REASONS: ClassVar[Mapping[Reason, str]] = {
        Reason.CAPACITY: "le candidat n’a pas assez d’équipes pour le tout",
        Reason.TRADES: "il faut un métier que le candidat n’a pas",
        Reason.PLACE: "une partie des lieux est trop loin de ses équipes",
        Reason.CEILING: "son plafond de recettes n’y suffit pas",
    }

    @override
    def pick[T](self, *, group: T, sole: T, staffed: T | None = None) -> T:
        return sole

    @override
    def form_label(self, terms: "Terms") -> str:
        return self.label

    @override
    def leads(self, terms: "Terms", party: Party) -> bool:
        return False

    @override
    def role_label(self, terms: "Terms", party: Party) -> str:
        return "candidat seul" if party.role is PartyRole.MEMBER else party.role.label

    @override
    def reason_label(self, reason: Reason) -> str:
        return self._REASONS.get(reason, reason.label)

    @override
    def counts(self, reason: Reason) -> bool:
        return reason in self._REASONS

    @override
    def phase_label(self, phase: Phase) -> str:
        return self._PHASES.get(phase, phase.label)

    @override
    def step_label(self, step: Step) -> str:
        return self._STEPS.get(step, step.label)

    @override
    def speaker_key(self, terms: "Terms") -> str | None:
        return terms.members[0].key

    @override
    def signers(self, terms: "Terms") -> tuple[Party, ...]:
        given = (each for each in terms.parties if each.role is PartyRole.SUBCONTRACTOR)
        return (terms.members[0], *given)

    @override
    def has_paper(self, terms: "Terms") -> bool:
        # Without subcontractors there is nobody to agree with.
        return len(self.signers(terms)) > 1

    @override
    def asked(self, terms: "Terms") -> tuple[Party, ...]:
        return tuple(each for each in terms.parties if each.role.has_share)

    @override
    def is_enough(self, terms: "Terms") -> bool:
        return any(party.role.is_behind for party in terms.parties)

    @override
    def engagement(self, terms: "Terms") -> Mapping[str, object]:
        # A form and a lead that a group had chosen before are no terms of who answers alone.
        return {"form": "CANDIDAT_SEUL"}

    @override
    def owes_the_whole(self, terms: "Terms", party: str) -> bool:
        return party == terms.members[0].key

    @override
    def takes_behind(self, terms: "Terms") -> bool:
        return terms.form is None

    @override
    def after_leaving(self, after: "Terms") -> "Terms":
        if after.arrangement.is_alone or len(after.members) != 1:
            return after
        # Who answered alone still does, once its last subcontractor is gone.
        return replace(after, form=None, lead=after.members[0].key)


class Staffed(Sole):
    """One candidate does it all, with staff supplied to it: nothing is subcontracted (RULE-40)."""

    variants = ("staffed", "sole")
    label = "Candidat seul, avec du personnel mis à disposition"
    helper = "qui met du personnel à disposition"
    with_whom = "avec du personnel mis à disposition"
    # Staff is bought, not shared with a rival: there is nothing to justify.
    must_justify = False

    @override
    def pick[T](self, *, group: T, sole: T, staffed: T | None = None) -> T:
        return sole if staffed is None else staffed

    @override
    def takes_behind(self, terms: "Terms") -> bool:
        # To be supplied with staff is no choice to answer alone, until one is said to lead.
        return super().takes_behind(terms) and terms.lead is not None


GROUP, SOLE, STAFFED = Arrangement(), Sole(), Staffed()


def arrangement_of(terms: "Terms") -> Arrangement:
    """How a team answers under these terms."""
    if terms.holder is None:
        return GROUP
    is_supplied = any(party.role is PartyRole.STAFFING for party in terms.parties)
    return STAFFED if is_supplied and not terms.gives_out else SOLE
