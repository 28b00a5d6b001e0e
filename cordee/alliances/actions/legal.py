"""Writes about the law and the time of an alliance; terms go through `actions.alliances`."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.agreement import Labour, PartyRole, Reason, Terms
from cordee.agreement.legal_facts import with_labour
from cordee.agreement.places import with_form, with_role
from cordee.alliances.actions.alliances import Written, write_terms
from cordee.alliances.actions.revisions import locked
from cordee.alliances.legal.reserved import refuse_shut_out
from cordee.alliances.models import (
    Alliance,
    AlliancePace,
    AllianceParty,
    AllianceTask,
    GoDecision,
)
from cordee.rules.findings import Finding, Weight
from cordee.rules.groups import GroupForm
from cordee.rules.kinds import Kind
from cordee.rules.time_left import Limits, Milestone, default_limits

# --- Time ---------------------------------------------------------------------------------------


@transaction.atomic
def set_pace(*, alliance: Alliance, limits: Limits, by: User, on: date) -> None:
    """Keep the alliance's own view of how many days a team needs; the advice again where alike."""
    if limits == default_limits(on=on):
        AlliancePace.objects.filter(alliance=alliance).delete()
    else:
        _keep_pace(alliance, limits)
    journal.record(
        by=by,
        verb="alliances.set_pace",
        target=alliance,
        after={"new": limits.new_team_days, "known": limits.known_team_days},
    )


def _keep_pace(alliance: Alliance, limits: Limits) -> None:
    pace = AlliancePace.objects.filter(alliance=alliance).first() or AlliancePace(alliance=alliance)
    pace.new_team_days, pace.known_team_days = limits.new_team_days, limits.known_team_days
    pace.full_clean()
    pace.save()


@transaction.atomic
def lay_calendar(
    *, alliance: Alliance, milestones: Sequence[Milestone], by: User, now: datetime
) -> int:
    """A task for each step that has none yet; laying it twice lays it once. Gives how many."""
    # The row of the alliance is the lock: two people who lay it at once lay it once.
    alliance = locked(alliance)
    is_alone = alliance.terms.holder is not None
    known = set(alliance.tasks.standing().exclude(step="").values_list("step", flat=True))
    new = [
        AllianceTask(
            alliance=alliance,
            step=milestone.step,
            title=milestone.step.called(is_alone=is_alone),
            due_on=milestone.day,
            made_at=now,
            made_by=by,
        )
        for milestone in milestones
        if milestone.step not in known
    ]
    AllianceTask.objects.bulk_create(new)
    if new:
        journal.record(
            by=by, verb="alliances.lay_calendar", target=alliance, after={"tasks": len(new)}
        )
    return len(new)


@transaction.atomic
def save_task(*, task: AllianceTask, by: User, now: datetime) -> AllianceTask:
    """Keep a task, new or changed. Raises `ValidationError`."""
    is_new = task.pk is None
    if is_new:
        task.made_at, task.made_by = now, by
    task.full_clean(exclude=["made_by", "done_by"])
    task.save()
    verb = "alliances.add_task" if is_new else "alliances.edit_task"
    journal.record(by=by, verb=verb, target=task.alliance, after={"task": task.pk})
    return task


@transaction.atomic
def tick_task(*, task: AllianceTask, is_done: bool, by: User, now: datetime) -> None:
    """Say that it is done, or not after all; saying it twice changes nothing."""
    if (task.done_at is not None) == is_done:
        return
    task.done_at, task.done_by = (now, by) if is_done else (None, None)
    task.save(update_fields=["done_at", "done_by"])
    verb = "alliances.tick_task" if is_done else "alliances.untick_task"
    journal.record(by=by, verb=verb, target=task.alliance, after={"task": task.pk})


@transaction.atomic
def remove_task(*, task: AllianceTask, by: User, now: datetime) -> None:
    """Take a task out of the list; `restore_task` puts it back."""
    if task.removed_at is not None:
        return
    task.removed_at = now
    task.save(update_fields=["removed_at"])
    journal.record(
        by=by, verb="alliances.remove_task", target=task.alliance, after={"task": task.pk}
    )


@transaction.atomic
def restore_task(*, task: AllianceTask, by: User) -> None:
    """Put a task back. Raises `ValidationError` where its step was laid again meanwhile."""
    if task.removed_at is None:
        return
    task.removed_at = None
    task.validate_constraints()
    task.save(update_fields=["removed_at"])
    journal.record(
        by=by, verb="alliances.restore_task", target=task.alliance, after={"task": task.pk}
    )


# --- Terms --------------------------------------------------------------------------------------


def choose_form(
    *, alliance: Alliance, form: GroupForm, lead: str, base: int, by: User, now: datetime
) -> Written:
    """Write form and lead into the terms. Raises `ValidationError` where `lead` is no member."""
    terms = _read(alliance, base)
    if lead not in {member.key for member in terms.members}:
        raise ValidationError("Le mandataire est l’un des membres du groupement.")
    return write_terms(
        alliance=alliance, base=base, terms=with_form(terms, form, lead), by=by, now=now
    )


def say_reasons(
    *,
    alliance: Alliance,
    reasons: Collection[Reason],
    words: str,
    base: int,
    by: User,
    now: datetime,
) -> Written:
    """Record why the members answer together rather than each alone (RULE-38)."""
    terms = replace(_read(alliance, base), reasons=frozenset(reasons), reasons_words=words.strip())
    return write_terms(alliance=alliance, base=base, terms=terms, by=by, now=now)


def answer_labour(
    *, party: AllianceParty, said: Labour, base: int, by: User, now: datetime
) -> Written:
    """Record how a subcontract is worked (RULE-40)."""
    terms = _read(party.alliance, base)
    if party.key not in {each.key for each in terms.parties}:
        raise ValidationError("Cette structure n’est plus dans le tableau.")
    return write_terms(
        alliance=party.alliance,
        base=base,
        terms=with_labour(terms, party.key, said),
        by=by,
        now=now,
    )


def change_place(
    *,
    party: AllianceParty,
    role: PartyRole,
    of: str | None,
    base: int,
    by: User,
    now: datetime,
) -> Written:
    """Give a structure another place in the team.

    Raises `ValidationError` where a reserved lot shuts it out of it (RULE-15), or where `of` is no
    other member.
    """
    kind = Kind(party.structure.kind)
    refuse_shut_out(party.alliance, kind, role, on=timezone.localdate(now))
    terms = _read(party.alliance, base)
    if party.key not in {each.key for each in terms.parties}:
        raise ValidationError("Cette structure n’est plus dans le tableau.")
    if role.is_behind and of is None:
        raise ValidationError("Dites pour quel membre elle travaille.")
    try:
        changed = with_role(terms, party.key, role, of)
    except ValueError:
        raise ValidationError("Choisissez un autre membre du groupement.") from None
    return write_terms(
        alliance=party.alliance, base=base, terms=changed, by=by, now=now, origin="PARTIES"
    )


def _read(alliance: Alliance, base: int) -> Terms:
    found = alliance.revisions.filter(number=base).first()
    if found is None:
        raise ValidationError("Cette version n’existe pas. Rouvrez la page.")
    return found.read()


# --- Go or no-go --------------------------------------------------------------------------------


@transaction.atomic
def decide(
    *,
    party: AllianceParty,
    is_go: bool,
    reason: str,
    new_trade: bool | None,
    new_partner: bool | None,
    findings: Sequence[Finding],
    version: int,
    by: User,
    now: datetime,
) -> GoDecision:
    """A structure decides to go or not; the same decision said again is said once.

    Raises `ValidationError` where something blocks a yes, a no has no reason, or the offer is away.
    """
    if not party.alliance.step.is_editable:
        raise ValidationError(
            f"L’alliance en est à « {party.alliance.step.label} » : cette décision ne change "
            f"plus. Pour partir, annoncez un retrait."
        )
    blocking = [found for found in findings if found.weight is Weight.BLOCK]
    if is_go and blocking:
        raise ValidationError([f"{found.sentence} {found.cure}" for found in blocking])
    last = party.decisions.order_by("-decided_at", "-pk").first()
    new = GoDecision(
        party=party,
        is_go=is_go,
        reason=reason.strip(),
        new_trade=new_trade,
        new_partner=new_partner,
        warnings=[str(found.code) for found in findings],
        version=version,
        decided_at=now,
        decided_by=by,
    )
    if last is not None and _said(last) == _said(new):
        return last
    new.full_clean(exclude=["decided_by"])
    new.save(force_insert=True)
    journal.record(
        by=by,
        verb="alliances.decide",
        target=party.alliance,
        after={"party": party.pk, "is_go": is_go},
    )
    return new


def _said(decision: GoDecision) -> tuple[object, ...]:
    return (
        decision.is_go,
        decision.reason,
        decision.new_trade,
        decision.new_partner,
        decision.warnings,
        decision.version,
    )
