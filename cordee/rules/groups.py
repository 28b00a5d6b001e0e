"""Groups of contractors: valid or not, covered or not, and at what risk (RULE-19 to RULE-21)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cordee.rules.labelled import Labelled


class GroupForm(Labelled):
    """How far each member answers for the others."""

    CONJOINT = "CONJOINT", "Groupement conjoint"
    CONJOINT_MANDATAIRE_SOLIDAIRE = (
        "CONJOINT_MANDATAIRE_SOLIDAIRE",
        "Groupement conjoint, mandataire solidaire",
    )
    SOLIDAIRE = "SOLIDAIRE", "Groupement solidaire"


class PartyRole(Labelled):
    """What a party is on this contract."""

    MEMBER = "member", "membre du groupement"
    SUBCONTRACTOR = "subcontractor", "sous-traitant"
    STAFFING = "staffing", "mise à disposition de personnel"
    EMPLOYER = "employer", "futur employeur"

    @property
    def has_share(self) -> bool:
        """Whether it does a part of the work and is paid for it."""
        return self is not PartyRole.EMPLOYER

    @property
    def is_behind(self) -> bool:
        """Whether it works for a member: it sells a result to it, or supplies it with staff."""
        return self in {PartyRole.SUBCONTRACTOR, PartyRole.STAFFING}


# A general ban stops nobody (R2142-19, decision 40): it is asked about wherever a team is shown.
GROUPS_BANNED = (
    "L’avis écarte les groupements\u00a0: demandez à l’acheteur s’il en admet un avant de composer "
    "l’offre."
)


def has_one_owner_a_service(form: GroupForm | str) -> bool:
    """Say whether each service is better with a single owner: in all forms but the solidary one.

    Source: our own reading of R2142-20 of the Code de la commande publique, by which each member of
    a conjoint group commits to its own services; RULE-19. It stops nobody.
    Not covered: how finely the services are told apart.
    """
    return form != GroupForm.SOLIDAIRE


@dataclass(frozen=True, slots=True, order=True)
class Requirement:
    """One competence asked in one zone of one lot."""

    competence: str
    lot: str
    zone: str


def coverage_gaps(
    required: Iterable[Requirement], declared: Mapping[str, Iterable[Requirement]]
) -> tuple[Requirement, ...]:
    """Give what is asked and that no member declares, sorted; empty means all is covered.

    ``declared`` maps a member to what it declares able to do.

    Source: RULE-20.
    Not covered: whether the declared capacity is large enough.
    """
    able = {requirement for found in declared.values() for requirement in found}
    return tuple(sorted(set(required) - able))


def max_commitment_cents(
    form: GroupForm | str, *, is_lead: bool, share_cents: int, total_cents: int
) -> int:
    """Give the price that a member answers for, in cents without tax; no cap on damages.

    The whole contract in a solidary group, and for the lead of a conjoint group whose lead is
    solidary; its own share otherwise.

    Source: Code de la commande publique R2142-20; RULE-21.
    Not covered: penalties, insurance, what the members agreed between themselves.
    """
    form = GroupForm(form)
    alone = form is GroupForm.CONJOINT or (
        form is GroupForm.CONJOINT_MANDATAIRE_SOLIDAIRE and not is_lead
    )
    return share_cents if alone else total_cents


@dataclass(frozen=True, slots=True)
class LeadCandidate:
    """What makes a member able to lead: contracts already led, then permanent staff."""

    siren: str
    contracts_led: int
    permanent_staff: int


def recommended_lead(candidates: Sequence[LeadCandidate]) -> str:
    """Give the SIREN of the member to propose as lead: the most experienced, then the biggest.

    A conjoint form goes with it. Ties go to the smallest SIREN, so that the answer is stable.

    Source: RULE-21 (own advice).
    Not covered: who wants to lead.
    """
    if not candidates:
        raise ValueError("candidates is empty: give at least one member.")
    return min(candidates, key=lambda c: (-c.contracts_led, -c.permanent_staff, c.siren)).siren
