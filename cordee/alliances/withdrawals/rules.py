"""How a party may leave in each phase, who may take its share, and what the others then owe."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError

from cordee.agreement import Party, PartyRole, Terms
from cordee.agreement import departure as pure
from cordee.agreement.phases import Phase
from cordee.alliances.models import Alliance, AllianceParty, Withdrawal
from cordee.rules import group_changes
from cordee.rules.group_changes import ChangeRule, Debt, MemberShare, Path
from cordee.rules.groups import GroupForm
from cordee.rules.kinds import Kind

Plan = Withdrawal.Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Takeover:
    """Who takes the share of whom."""

    plan: str
    leaver: AllianceParty
    successor: AllianceParty | None


def moment_of(step: Phase) -> group_changes.Phase:
    """The moment of the law in which a phase lies."""
    if step.is_editable:
        return group_changes.Phase.BEFORE_FILING
    if step.is_frozen:
        return group_changes.Phase.FILED
    return group_changes.Phase.SIGNED


def closed_because(alliance: Alliance) -> str:
    """Why nobody leaves this alliance any more; empty where one may."""
    over = {Phase.LOST, Phase.ABANDONED}
    return (
        "Cette alliance est close : il n’y a plus rien à quitter." if alliance.step in over else ""
    )


def rule_of(
    alliance: Alliance, party: Party | None, *, at_fault: bool | None, on: date
) -> ChangeRule:
    """What the law says of this withdrawal, now."""
    role = PartyRole.MEMBER if party is None else party.role
    if role is PartyRole.STAFFING:
        return group_changes.staffing_rule(moment_of(alliance.step))
    change = group_changes.Change
    wanted = change.SUBCONTRACTOR if role is PartyRole.SUBCONTRACTOR else change.WITHDRAWAL
    return alliance.terms.arrangement.change_rule(
        wanted, moment_of(alliance.step), at_fault=at_fault, on=on
    )


def path_of(alliance: Alliance, plan: str | None, leaver: Party | None = None) -> Path:
    """By what the change is made: a DC4 where a subcontractor comes, or is another, or is none.

    Staff supplied is declared in none (RULE-40): the buyer is written to.
    """
    match moment_of(alliance.step):
        case group_changes.Phase.BEFORE_FILING:
            return Path.AGREEMENT
        case group_changes.Phase.FILED:
            return Path.REQUEST
    if leaver is not None and leaver.role is PartyRole.STAFFING:
        return Path.REQUEST
    is_subcontract = leaver is not None and leaver.role is not PartyRole.MEMBER
    return Path.DC4 if plan == Plan.SUBCONTRACTOR or is_subcontract else Path.AMENDMENT


def plans_for(alliance: Alliance, party: Party) -> list[Withdrawal.Plan]:
    """What may become of a share in this phase."""
    is_signed = moment_of(alliance.step) is group_changes.Phase.SIGNED
    if party.role is not PartyRole.MEMBER:
        return [Plan.ONE, Plan.REPLACEMENT]
    plans = [Plan.ONE, Plan.ALL, Plan.REPLACEMENT]
    return alliance.terms.arrangement.pick(
        group=[Plan.SUBCONTRACTOR, *plans] if is_signed else plans,
        # Nobody else answers: another structure takes the contract, or nobody does.
        sole=[Plan.REPLACEMENT],
    )


def proposed_terms(alliance: Alliance, terms: Terms, takeover: Takeover) -> Terms:
    """The terms once the share is taken. Raises `ValidationError` where nobody can take it so."""
    return terms.arrangement.after_leaving(_proposed(alliance, terms, takeover))


def _proposed(alliance: Alliance, terms: Terms, takeover: Takeover) -> Terms:
    leaver = terms.party(takeover.leaver.key)
    if takeover.plan not in plans_for(alliance, leaver):
        raise ValidationError("À ce moment, la part ne peut pas être reprise ainsi.")
    try:
        if leaver.role is not PartyRole.MEMBER:
            return _of_helper(terms, leaver, takeover)
        match takeover.plan:
            case Plan.ONE:
                if takeover.successor is None:
                    raise ValidationError({"member": "Dites quel membre reprend la part."})
                return pure.taken_over(terms, leaver.key, takeover.successor.key)
            case Plan.ALL:
                return pure.shared_among(terms, leaver.key)
            case Plan.SUBCONTRACTOR:
                new = _party(takeover.successor, PartyRole.SUBCONTRACTOR, leaver.key)
                return pure.subcontracted(terms, leaver.key, new)
        new = _party(takeover.successor, PartyRole.MEMBER, None)
        return pure.replaced(terms, leaver.key, new)
    except ValueError as wrong:
        raise ValidationError("Personne ne reste pour reprendre cette part.") from wrong


def debts_of(terms: Terms, leaver: str, step: Phase, *, left_cents: int | None) -> tuple[Debt, ...]:
    """What each of the other members may have to pay, in cents without tax."""
    if terms.party(leaver).role is not PartyRole.MEMBER or terms.form is None:
        return ()
    members = [
        MemberShare(each.key, terms.share_cents(each.key), terms.lead == each.key)
        for each in terms.members
    ]
    form: GroupForm = terms.form
    return group_changes.debts_after_withdrawal(
        form, members, leaver, phase=moment_of(step), left_cents=left_cents
    )


def _of_helper(terms: Terms, leaver: Party, takeover: Takeover) -> Terms:
    """A subcontractor or a supplier of staff: its member does it itself, or another comes."""
    if takeover.plan == Plan.REPLACEMENT:
        new = _party(takeover.successor, leaver.role, leaver.of)
        return pure.replaced(terms, leaver.key, new)
    # Its part was within its member's: nothing moves but who does it.
    return pure.done_by_its_member(terms, leaver.key)


def _party(row: AllianceParty | None, role: PartyRole, of: str | None) -> Party:
    if row is None:
        raise ValidationError({"structure": "Dites quelle structure."})
    structure = row.structure
    return Party(
        key=row.key,
        siren=structure.organisation.siren,
        kind=Kind(structure.kind),
        role=role,
        of=of,
    )


def members_left(terms: Terms, leaver: str) -> Sequence[Party]:
    """The members who stay."""
    return [member for member in terms.members if member.key != leaver]
