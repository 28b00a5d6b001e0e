"""How a party may leave in each phase, who may take its share, and what the others then owe."""

from datetime import date

from django.core.exceptions import ValidationError

from cordee.agreement import Party, PartyRole, Terms
from cordee.agreement import departure as pure
from cordee.agreement.edits import without
from cordee.agreement.phases import Phase
from cordee.alliances.models import Alliance, AllianceParty, Withdrawal
from cordee.alliances.parties import party_of
from cordee.rules import group_changes
from cordee.rules.group_changes import Change, ChangeRule, Debt, Ground, MemberShare
from cordee.rules.group_changes import Phase as Moment

Plan = Withdrawal.Plan


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


def proposed_terms(
    alliance: Alliance, terms: Terms, leaver: str, plan: str, successor: AllianceParty | None
) -> Terms:
    """The terms once the share is taken. Raises `ValidationError` where nobody can take it so."""
    gone = terms.party(leaver)
    if plan not in plans_for(alliance, gone):
        raise ValidationError("À ce moment, la part ne peut pas être reprise ainsi.")
    try:
        taken = _taken(alliance, terms, gone, plan, successor)
    except ValueError as wrong:
        raise ValidationError("Personne ne reste pour reprendre cette part.") from wrong
    return terms.arrangement.after_leaving(taken)


def _taken(
    alliance: Alliance, terms: Terms, leaver: Party, plan: str, successor: AllianceParty | None
) -> Terms:
    if plan == Plan.ALL:
        return pure.shared_among(terms, leaver.key)
    if plan == Plan.ONE and leaver.role is not PartyRole.MEMBER:
        # Its part was within its member's: nothing moves but who does it.
        return without(terms, leaver.key)
    if successor is None:
        raise ValidationError({"member": "Dites quel membre reprend la part."})
    if plan == Plan.ONE:
        return pure.taken_over(terms, leaver.key, successor.key)
    if plan == Plan.REPLACEMENT:
        return pure.replaced(terms, leaver.key, party_of(successor, leaver.role, leaver.of))
    # Once the contract is signed, who cannot do its part stays its holder.
    stays = moment_of(alliance) is Moment.SIGNED
    of = leaver.key if stays else pure.heir(terms, leaver.key)
    given = pure.subcontracted if stays else pure.taken_over_with
    return given(terms, leaver.key, party_of(successor, PartyRole.SUBCONTRACTOR, of))


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
    return group_changes.debts_after_withdrawal(
        terms.form, members, leaver, phase=moment, left_cents=left_cents
    )
