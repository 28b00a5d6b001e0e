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
from cordee.rules.group_changes import Change, ChangeRule, Debt, Ground, MemberShare
from cordee.rules.group_changes import Phase as Moment
from cordee.rules.groups import GroupForm
from cordee.rules.kinds import Kind

Plan = Withdrawal.Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Takeover:
    """Who takes the share of whom."""

    plan: str
    leaver: AllianceParty
    successor: AllianceParty | None


# What is asked of the law, by what becomes of a member's share.
CHANGES = {
    Plan.ONE: Change.SHARES,
    Plan.ALL: Change.SHARES,
    Plan.REPLACEMENT: Change.NEW_MEMBER,
    Plan.SUBCONTRACTOR: Change.SUBCONTRACTOR,
}


def moment_of(alliance: Alliance) -> Moment:
    """The moment of the law: an application that left freezes the members before the offer does."""
    if alliance.step.is_frozen or (alliance.step.is_editable and alliance.applied_on):
        return Moment.FROZEN
    return Moment.FREE if alliance.step.is_editable else Moment.SIGNED


def leaves_freely(alliance: Alliance, party: Party | None) -> bool:
    """Whether a party is out as soon as it says so; an application freezes the members alone."""
    is_member = party is not None and party.role is PartyRole.MEMBER
    return alliance.step.is_editable and not (is_member and alliance.applied_on)


def closed_because(alliance: Alliance) -> str:
    """Why nobody leaves this alliance any more; empty where one may."""
    over = {Phase.LOST, Phase.ABANDONED}
    return (
        "Cette alliance est close : il n’y a plus rien à quitter." if alliance.step in over else ""
    )


def rule_of(
    alliance: Alliance,
    party: Party | None,
    *,
    plan: str = "",
    ground: str = "",
    on: date,
) -> ChangeRule:
    """What the law says of this withdrawal now; of one plan, once that is chosen.

    Before filing, whoever is no member moves freely, whatever left already.
    """
    role = PartyRole.MEMBER if party is None else party.role
    moment = Moment.FREE if leaves_freely(alliance, party) else moment_of(alliance)
    if role is PartyRole.STAFFING:
        return group_changes.staffing_rule(moment)
    change = CHANGES[Plan(plan)] if plan else Change.WITHDRAWAL
    # A subcontractor that replaces a member before the signature is asked for as a member is.
    if change is Change.SUBCONTRACTOR and moment is Moment.FROZEN:
        change = Change.WITHDRAWAL
    return group_changes.change_rule(
        change if role is PartyRole.MEMBER else Change.SUBCONTRACTOR,
        moment,
        ground=Ground(ground) if ground else None,
        alone=alliance.terms.arrangement.is_alone,
        on=on,
    )


def grounds_for(alliance: Alliance, party: Party, *, on: date) -> list[Ground]:
    """What may be said to allow a change of members; empty where nothing has to."""
    if party.role is not PartyRole.MEMBER:
        return []
    allowed = group_changes.grounds(moment_of(alliance), on=on)
    return [each for each in Ground if each in allowed] + ([Ground.NONE] if allowed else [])


def plans_for(alliance: Alliance, party: Party) -> list[Withdrawal.Plan]:
    """What may become of a share in this phase."""
    if party.role is not PartyRole.MEMBER:
        return [Plan.ONE, Plan.REPLACEMENT]
    return alliance.terms.arrangement.pick(
        group=[Plan.ONE, Plan.ALL, Plan.SUBCONTRACTOR, Plan.REPLACEMENT],
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
                # Once the contract is signed, who cannot do its part stays its holder.
                stays = moment_of(alliance) is Moment.SIGNED
                of = leaver.key if stays else pure.heir(terms, leaver.key)
                new = _party(takeover.successor, PartyRole.SUBCONTRACTOR, of)
                given = pure.subcontracted if stays else pure.taken_over_with
                return given(terms, leaver.key, new)
        new = _party(takeover.successor, PartyRole.MEMBER, None)
        return pure.replaced(terms, leaver.key, new)
    except ValueError as wrong:
        raise ValidationError("Personne ne reste pour reprendre cette part.") from wrong


def debts_of(
    terms: Terms, leaver: str, moment: Moment, *, left_cents: int | None
) -> tuple[Debt, ...]:
    """What each of the other members may have to pay, in cents without tax."""
    if terms.party(leaver).role is not PartyRole.MEMBER or terms.form is None:
        return ()
    members = [
        MemberShare(each.key, terms.share_cents(each.key), terms.lead == each.key)
        for each in terms.members
    ]
    form: GroupForm = terms.form
    return group_changes.debts_after_withdrawal(
        form, members, leaver, phase=moment, left_cents=left_cents
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
