"""Groups of contractors: valid or not, covered or not, and at what risk (RULE-19 to RULE-21)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cordee.rules import parameters
from cordee.rules.figures import euros


class GroupForm(StrEnum):
    """How far each member answers for the others."""

    CONJOINT = "CONJOINT"
    CONJOINT_MANDATAIRE_SOLIDAIRE = "CONJOINT_MANDATAIRE_SOLIDAIRE"
    SOLIDAIRE = "SOLIDAIRE"

    @property
    def label(self) -> str:
        """French name, for screens."""
        return LABELS[self]


LABELS: Mapping[GroupForm, str] = {
    GroupForm.CONJOINT: "Groupement conjoint",
    GroupForm.CONJOINT_MANDATAIRE_SOLIDAIRE: "Groupement conjoint, mandataire solidaire",
    GroupForm.SOLIDAIRE: "Groupement solidaire",
}


class PartyRole(StrEnum):
    """What a party is on this contract."""

    MEMBER = "member"
    SUBCONTRACTOR = "subcontractor"
    STAFFING = "staffing"
    EMPLOYER = "employer"

    @property
    def label(self) -> str:
        """In plain French, for screens."""
        return ROLE_LABELS[self]

    @property
    def has_share(self) -> bool:
        """Whether it does a part of the work and is paid for it."""
        return self is not PartyRole.EMPLOYER

    @property
    def is_behind(self) -> bool:
        """Whether it works for a member: it sells a result to it, or supplies it with staff."""
        return self in {PartyRole.SUBCONTRACTOR, PartyRole.STAFFING}


ROLE_LABELS = {
    PartyRole.MEMBER: "membre du groupement",
    PartyRole.SUBCONTRACTOR: "sous-traitant",
    PartyRole.STAFFING: "mise à disposition de personnel",
    PartyRole.EMPLOYER: "futur employeur",
}


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a group: its SIREN, its share of the price, whether it leads."""

    siren: str
    is_lead: bool
    share_cents: int | None


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One line of services and the SIREN of the members who own it."""

    name: str
    owners: tuple[str, ...]


def has_one_owner_a_service(form: GroupForm | str) -> bool:
    """Say whether each service has a single owner in a form: in all but the solidary one.

    Source: Code de la commande publique R2142-20; RULE-19.
    Not covered: how finely the services are told apart.
    """
    return form != GroupForm.SOLIDAIRE


def group_problems(
    form: GroupForm | str,
    members: Sequence[Member],
    lines: Sequence[ServiceLine],
    *,
    total_cents: int,
    on: date,
) -> tuple[str, ...]:
    """Say in French why a group is not valid; empty when it is.

    Screens ask `cordee.agreement.checks`, which knows parties by name; a property test holds that
    it stops whatever this refuses.

    At least two members with distinct SIREN and exactly one lead. In a conjoint form the shares
    add up to the price and each line has one owner; in a solidary form the split is optional.

    Source: Code de la commande publique R2142-20, R2142-24; RULE-19.
    Not covered: a form imposed by the buyer, candidates in several groups, capacities.
    """
    sirens = [member.siren for member in members]
    problems = []
    if form not in parameters.codes("groups.forms", on=on):
        problems.append(f"Forme « {form} » : elle n’existe pas. Choisissez conjoint ou solidaire.")
    # By SIREN, the legal person: two establishments of one association are one candidate.
    if len(set(sirens)) < 2:
        problems.append("Membres : il faut au moins deux structures de SIREN différents.")
    problems += [
        f"SIREN {siren} : il figure deux fois. Deux établissements comptent pour un seul membre."
        for siren in sorted({s for s in sirens if sirens.count(s) > 1})
    ]
    leads = sum(member.is_lead for member in members)
    if leads != 1:
        problems.append(f"Mandataire : il y en a {leads}, il en faut un seul.")
    # A solidary group may leave the split out: each member answers for the whole price.
    if has_one_owner_a_service(form):
        problems += _split_problems(members, lines, total_cents)
    return tuple(problems)


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


def _split_problems(
    members: Sequence[Member], lines: Sequence[ServiceLine], total_cents: int
) -> list[str]:
    problems = []
    unknown = [member.siren for member in members if member.share_cents is None]
    split_cents = sum(member.share_cents or 0 for member in members)
    if unknown:
        problems.append(f"Part de {', '.join(unknown)} : elle manque. Indiquez son montant.")
    elif split_cents != total_cents:
        problems.append(
            f"Parts : leur somme est {euros(split_cents)}, le prix {euros(total_cents)}. "
            f"Corrigez l’une des parts."
        )
    sirens = {member.siren for member in members}
    for line in lines:
        if len(line.owners) != 1:
            problems.append(
                f"Prestation « {line.name} » : {len(line.owners)} responsables, il en faut un seul."
            )
        elif line.owners[0] not in sirens:
            problems.append(f"Prestation « {line.name} » : son responsable n’est pas membre.")
    return problems
