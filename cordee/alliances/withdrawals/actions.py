"""Writes of a withdrawal, by the phase it happens in (RULE-39).

Before the application it is done at once. From then on the members change only by `answer`, when
the buyer has accepted, and those whose share moves have agreed to exactly what it becomes.
"""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.agreement import PartyRole, Terms
from cordee.agreement.breaks import Code
from cordee.agreement.changes import fingerprint, moved
from cordee.agreement.terms import terms_from_json, terms_to_json
from cordee.alliances import parties
from cordee.alliances.models import (
    Acceptance,
    Alliance,
    AllianceParty,
    Withdrawal,
    WithdrawalAgreement,
)
from cordee.alliances.revisions import locked, refuse_frozen, write_revision
from cordee.alliances.state.current import book, names_of, open_breaks
from cordee.alliances.withdrawals import mails
from cordee.alliances.withdrawals.rules import proposed_terms, rule_of
from cordee.members.models import Structure
from cordee.rules.grammar import agreed
from cordee.rules.group_changes import Path

State, Plan = Withdrawal.State, Withdrawal.Plan
PartyState = AllianceParty.State
DOUBLE_CLICK = timedelta(minutes=1)


@transaction.atomic
def note_application(*, alliance: Alliance, applied_on: date | None, by: User, on: date) -> None:
    """Note the day on which the application left ahead of the offer; None: it did not.

    From then on members change through a withdrawal alone (R2142-26). Raises `ValidationError`
    where the day is to come, the offer is filed, a withdrawal is under way (its path was found for
    the phase that it began in), or a member has not answered yet (it could not say no any more).
    """
    alliance = locked(alliance)
    refuse_frozen(alliance)
    if applied_on is not None and applied_on > on:
        raise ValidationError("Ce jour est à venir.")
    if alliance.applied_on == applied_on:
        return
    if alliance.withdrawals.under_way().exists():
        raise ValidationError("Un retrait est en cours : terminez-le, ou annulez-le d’abord.")
    waiting = alliance.parties.filter(
        pk__in=[int(member.key) for member in alliance.terms.members],
        state__in=[PartyState.PROPOSED, PartyState.INVITED],
    ).select_related("structure")
    if applied_on is not None and (silent := waiting.first()) is not None:
        name = silent.structure.shown_name
        raise ValidationError(
            f"{agreed(name, 'n’a pas répondu', 'n’ont pas répondu')} : attendez la réponse, ou "
            "retirez cette structure d’abord."
        )
    alliance.applied_on = applied_on
    alliance.save(update_fields=["applied_on"])
    noted = {"applied_on": applied_on and applied_on.isoformat()}
    journal.record("alliances.note_application", alliance, by=by, after=noted)


@transaction.atomic
def plan(
    *,
    withdrawal: Withdrawal,
    plan: str,
    member: AllianceParty | None = None,
    structure: Structure | None = None,
    ground: str = "",
    by: User,
    now: datetime,
) -> Withdrawal:
    """Propose who takes the share. Nothing changes yet; those concerned are asked.

    `structure` is one from outside the alliance; `ground` a code of the law, empty where unsaid.
    Raises `ValidationError` where the phase does not allow it, or where the terms that it makes do
    not hold.
    """
    alliance, row = _held(withdrawal)
    if row.state not in {State.ANNOUNCED, State.PLANNED}:
        raise ValidationError("La demande est partie : la suite ne change plus.")
    was = row.successor
    known = was if structure is None else was and was.structure
    told = (row.plan, row.ground, row.base_version, known)
    if _is_new(row, now) and told == (plan, ground, alliance.version, structure or member):
        return row
    before = alliance.terms
    leaver = before.find(row.party.key)
    # The law of the day decides by which way (RULE-39): the plan is refused, not the withdrawal.
    rule = rule_of(alliance, leaver, plan=plan, ground=ground, on=timezone.localdate(now))
    if Path.CLOSED in rule.paths:
        raise ValidationError(list(rule.sentences))
    successor = member
    if plan in {Plan.REPLACEMENT, Plan.SUBCONTRACTOR}:
        if structure is None:
            raise ValidationError({"structure": "Dites quelle structure."})
        successor = parties.ask_in(alliance, structure, now=now, by=by)
    after = proposed_terms(alliance, before, row.party.key, plan, successor)
    _refuse_breaks(alliance, before, after, now=now)
    _drop_successor(row, alliance, keep=successor, by=by)
    row.plan, row.successor, row.ground = plan, successor, ground
    row.path = rule.paths[0]
    # What was agreed to is kept as it was read: it is carried out as such, or not at all.
    row.base_version, row.proposed = alliance.version, terms_to_json(after)
    row.state, row.request_text, row.planned_at = State.PLANNED, "", now
    row.full_clean(exclude=["announced_by"])
    row.save()
    noted = {"withdrawal": row.pk, "plan": row.plan, "path": row.path}
    journal.record("alliances.plan_withdrawal", alliance, by=by, after=noted)
    mails.notify_withdrawal(row, "withdrawal_asked", concerned(row, before, after), terms=after)
    return row


def _is_new(row: Withdrawal, now: datetime) -> bool:
    """Whether it was proposed within a minute: a double click writes to nobody again."""
    was = row.planned_at
    return was is not None and row.state == State.PLANNED and now - was <= DOUBLE_CLICK


@transaction.atomic
def agree(
    *, withdrawal: Withdrawal, party: AllianceParty, read: str, by: User, now: datetime
) -> None:
    """A party whose share moves agrees to what it becomes: to the fingerprint that the user read.

    Twice is once. Raises `ValidationError` where it moved since, or is not asked of it.
    """
    alliance, row = _held(withdrawal)
    if row.state != State.PLANNED:
        raise ValidationError("Il n’y a rien à accepter pour l’instant.")
    before, after = alliance.terms, proposed_of(row)
    if party.key not in moved(before, after):
        raise ValidationError("Votre part ne change pas : rien ne vous est demandé.")
    # A fingerprint and not a click: what the page showed must be what is bound.
    now_is = fingerprint(after, party.key)
    if now_is != read:
        raise ValidationError("La proposition a changé depuis que vous l’avez lue. Relisez-la.")
    # Whoever comes in is checked as on any invitation: a rival team keeps them out.
    if party.state != PartyState.INTERESTED and (refusal := yes_refusal(row, party, by)):
        raise ValidationError(refusal)
    _, is_new = WithdrawalAgreement.objects.get_or_create(
        withdrawal=row,
        party=party,
        fingerprint=now_is,
        defaults={"agreed_at": now, "agreed_by": by},
    )
    if is_new:
        noted = {"withdrawal": row.pk, "party": party.pk, "fingerprint": now_is}
        journal.record("alliances.agree_withdrawal", alliance, by=by, after=noted)


def yes_refusal(row: Withdrawal, party: AllianceParty, person: User) -> str:
    """Why the user cannot take the place of who leaves, for the user alone (RULE-38); else ""."""
    role = proposed_of(row).party(party.key).role
    is_worker = role is PartyRole.SUBCONTRACTOR
    return parties.rival_refusal(row.alliance, person, works_for_another=is_worker)


@transaction.atomic
def decline(*, withdrawal: Withdrawal, party: AllianceParty, by: User, now: datetime) -> None:
    """The structure asked to take the place says no: another has to be found."""
    alliance, row = _held(withdrawal)
    if row.state != State.PLANNED or row.successor_id != party.pk:
        raise ValidationError("Il n’y a rien à refuser pour l’instant.")
    if party.state == PartyState.INTERESTED:
        raise ValidationError("Parlez-en avec qui coordonne : la proposition peut changer.")
    parties.decline(party, by=by, now=now)
    row.plan, row.path, row.successor = "", "", None
    row.base_version, row.proposed, row.planned_at = None, None, None
    row.state = State.ANNOUNCED
    row.save()
    noted = {"withdrawal": row.pk, "party": party.pk}
    journal.record("alliances.decline_withdrawal", alliance, by=by, after=noted)


@transaction.atomic
def send(
    *, withdrawal: Withdrawal, request_text: str, sent_on: date, by: User, now: datetime
) -> None:
    """Note that the request left for the buyer, once all those concerned agree.

    Raises `ValidationError` with who has not agreed yet.
    """
    alliance, row = _held(withdrawal)
    if row.state == State.SENT and row.sent_on == sent_on:
        return
    if row.state != State.PLANNED:
        raise ValidationError("Dites d’abord qui reprend la part.")
    if waiting := still_waited(row, alliance.terms):
        verbs = "n’a pas encore dit oui.", "n’ont pas encore dit oui."
        raise ValidationError([agreed(str(party), *verbs) for party in waiting])
    if sent_on > timezone.localdate(now):
        raise ValidationError({"sent_on": "Ce jour est à venir."})
    row.request_text, row.sent_on, row.state = request_text.strip(), sent_on, State.SENT
    row.full_clean(exclude=["announced_by"])
    row.save()
    journal.record("alliances.send_withdrawal", alliance, by=by, after={"withdrawal": row.pk})


@transaction.atomic
def answer(
    *,
    withdrawal: Withdrawal,
    is_accepted: bool,
    answered_on: date,
    words: str = "",
    by: User,
    now: datetime,
) -> None:
    """Note what the buyer answers. Accepted, the terms change; refused, nothing does.

    Raises `ValidationError` where nothing was sent, or the terms moved meanwhile.
    """
    alliance, row = _held(withdrawal)
    if row.state != State.SENT or row.sent_on is None:
        raise ValidationError("La demande n’est pas encore partie.")
    if not row.sent_on <= answered_on <= timezone.localdate(now):
        raise ValidationError({"answered_on": "La réponse suit la demande, et n’est pas à venir."})
    before, after = alliance.terms, proposed_of(row)
    # The buyer accepted other terms than those in force: they cannot be carried out.
    if is_accepted and alliance.version != row.base_version:
        raise ValidationError("Les termes ont changé depuis. Annulez, puis recommencez.")
    row.answered_on, row.answer_words = answered_on, words.strip()
    row.state, row.ended_at = State.DONE if is_accepted else State.REFUSED, now
    row.full_clean(exclude=["announced_by"])
    row.save()
    if is_accepted:
        _carry_out(row, alliance, before, after, by=by, now=now)
    else:
        _drop_successor(row, alliance, keep=None, by=by)
    noted = {"withdrawal": row.pk, "is_accepted": is_accepted}
    journal.record("alliances.answer_withdrawal", alliance, by=by, after=noted)
    inside = alliance.parties.filter(state=PartyState.INTERESTED).select_related("structure")
    now_is = after if is_accepted else before
    mails.notify_withdrawal(row, "withdrawal_ended", [*inside, row.party], terms=now_is)


@transaction.atomic
def cancel(*, withdrawal: Withdrawal, by: User, now: datetime) -> None:
    """The party stays after all, before the buyer has answered; those who were told are told.

    Whose place it is to say so: `withdrawals.pages.may_cancel`.
    """
    alliance, row = _held(withdrawal)
    if row.state not in Withdrawal.UNDER_WAY:
        return
    row.state, row.ended_at = State.CANCELLED, now
    row.save(update_fields=["state", "ended_at"])
    _drop_successor(row, alliance, keep=None, by=by)
    journal.record("alliances.cancel_withdrawal", alliance, by=by, after={"withdrawal": row.pk})
    others = alliance.parties.filter(state=PartyState.INTERESTED).select_related("structure")
    if not row.announced_by_lead:
        others = others.exclude(pk=row.party_id)
    mails.notify_withdrawal(row, "withdrawal_cancelled", list(others), terms=alliance.terms)


def proposed_of(row: Withdrawal) -> Terms:
    """The terms that a withdrawal proposes. Raises `ValueError` where none are planned."""
    if row.proposed is None:
        raise ValueError(f"Withdrawal {row.pk} has no plan yet.")
    return terms_from_json(row.proposed)


def concerned(row: Withdrawal, before: Terms, after: Terms) -> list[AllianceParty]:
    """Those whose share or common terms move, and who have to agree."""
    keys = [int(key) for key in moved(before, after)]
    return list(row.alliance.parties.filter(pk__in=keys).select_related("structure"))


def still_waited(row: Withdrawal, before: Terms) -> list[AllianceParty]:
    """Those who have not agreed yet to what is proposed now."""
    after = proposed_of(row)
    given = set(row.agreements.values_list("party_id", "fingerprint"))
    return [
        party
        for party in concerned(row, before, after)
        if (party.pk, fingerprint(after, party.key)) not in given
    ]


def _held(withdrawal: Withdrawal) -> tuple[Alliance, Withdrawal]:
    alliance = locked(withdrawal.alliance)
    row = Withdrawal.objects.select_related("party__structure", "successor__structure")
    found = row.get(pk=withdrawal.pk)
    found.alliance = alliance
    return alliance, found


def _refuse_breaks(alliance: Alliance, before: Terms, after: Terms, *, now: datetime) -> None:
    """Refuse terms that do not hold; what did not hold before is not this change's fault."""
    names = names_of(alliance)
    # Only what the change itself breaks may stop it.
    known = {(found.code, found.line) for found in open_breaks(alliance, before, names, now=now)}
    found = [
        each.text
        for each in open_breaks(alliance, after, names, now=now)
        if each.blocks
        and (each.code, each.line) not in known
        # Who answered alone may do it all itself.
        and not (each.code is Code.TOO_FEW and before.arrangement.is_alone)
    ]
    if found:
        raise ValidationError(found)


def _carry_out(
    row: Withdrawal, alliance: Alliance, before: Terms, after: Terms, *, by: User, now: datetime
) -> None:
    revision = write_revision(alliance, after, "AMENDMENT", by=by, now=now)
    # An older yes, to a proposal that was replaced, is no acceptance of this one.
    now_is = {int(key): fingerprint(after, key) for key in moved(before, after)}
    for agreement in row.agreements.all():
        if agreement.fingerprint == now_is.get(agreement.party_id):
            Acceptance.objects.get_or_create(
                party_id=agreement.party_id,
                fingerprint=agreement.fingerprint,
                taken_back_at=None,
                defaults={
                    "revision": revision,
                    "accepted_at": agreement.agreed_at,
                    "accepted_by": agreement.agreed_by,
                },
            )
    if row.successor is not None and row.successor.state == PartyState.INVITED:
        parties.join(row.successor, now=now)
    if row.party.key not in {each.key for each in after.parties}:
        parties.leave(row.party, reason=row.reason, by=by, now=now, is_amended=True)
    book(alliance, by=by, on=timezone.localdate(now))


def _drop_successor(
    row: Withdrawal, alliance: Alliance, *, keep: AllianceParty | None, by: User
) -> None:
    """Whoever was asked to come in, and is no longer, is told so."""
    was = row.successor
    if was is None or (keep is not None and was.pk == keep.pk) or was.state != PartyState.INVITED:
        return
    if was.key not in {each.key for each in alliance.terms.parties}:
        parties.ask_out(was, by=by)
