"""Taking over the sheet of a structure, one step at a time."""

from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members.actions import sheet, sheet_undo
from cordee.members.claim_answers import (
    Answer,
    Answers,
    ClaimStep,
    CrewsAnswer,
    PlaceAnswer,
    TradesAnswer,
)
from cordee.members.models import Chantier, Claim, Commune, RoleSeat, Structure

LAST_PAGE = len(ClaimStep) + 1


@transaction.atomic
def answer_claim(
    *, structure: Structure, person: User, step: ClaimStep, answer: Answer, now: datetime
) -> Claim:
    """Keep the answer to one step. It is applied at once where the user directs the structure.

    The same answer again changes nothing.
    """
    claim, _ = Claim.objects.get_or_create(structure=structure, person=person)
    given = asdict(answer)
    is_new = claim.answers.get(step.value) != given
    claim.answers = {**claim.answers, step.value: given}
    claim.step = max(claim.step, step.number + 1)
    if claim.state == Claim.State.DROPPED:
        # Refused once, the user asked again: what the user typed counts for the new request.
        claim.state = Claim.State.DRAFT
    claim.save()
    if is_new:
        journal.record(
            "members.answer_claim",
            structure,
            by=person,
            after={"step": step.value, "unknown": answer.is_unknown},
        )
        if _directs(person, structure):
            _apply(structure, answer, by=person, on=timezone.localdate(now))
    return claim


@transaction.atomic
def finish_claim(*, claim: Claim, now: datetime) -> None:
    """End a claim whose steps were all passed by; nothing where the user does not direct yet."""
    if claim.state == Claim.State.APPLIED or not _directs(claim.person, claim.structure):
        return
    _mark_applied(claim, now)


@transaction.atomic
def apply_waiting_claim(
    *, structure: Structure, person: User, by: User | None, now: datetime
) -> None:
    """Write what a person answered while their request was pending, now that it is accepted."""
    claim = Claim.objects.filter(
        structure=structure, person=person, state=Claim.State.DRAFT
    ).first()
    if claim is None or not _directs(person, structure):
        return
    answers = Answers.read(claim.answers)
    for answer in (answers.trades, answers.place, answers.crews):
        if answer is not None:
            _apply(structure, answer, by=person, on=timezone.localdate(now))
    if claim.step == LAST_PAGE:
        _mark_applied(claim, now)
    journal.record(
        "members.apply_claim",
        structure,
        by=by,
        after={"steps": sorted(claim.answers), "person": person.pk},
    )


def forget_waiting_claim(*, structure: Structure, person: User) -> None:
    """Erase what a person answered and nobody will write."""
    Claim.objects.filter(structure=structure, person=person, state=Claim.State.DRAFT).delete()


@transaction.atomic
def drop_waiting_claim(*, structure: Structure, person: User, by: User | None) -> None:
    """Forget what a person answered: the person was refused, or asks no more."""
    dropped = Claim.objects.filter(
        structure=structure, person=person, state=Claim.State.DRAFT
    ).update(state=Claim.State.DROPPED, answers={}, step=1)
    if dropped:
        journal.record("members.drop_claim", structure, by=by, after={"person": person.pk})


def _mark_applied(claim: Claim, now: datetime) -> None:
    claim.state, claim.applied_at, claim.step = Claim.State.APPLIED, now, LAST_PAGE
    claim.save(update_fields=["state", "applied_at", "step"])
    journal.record("members.finish_claim", claim.structure, by=claim.person)


def _directs(person: User, structure: Structure) -> bool:
    return RoleSeat.objects.held_by(person).directing(structure).exists()


def _apply(structure: Structure, answer: Answer, *, by: User, on: date) -> None:
    """What is unknown is left as it was: a guess stays one, an unknown capacity stays so."""
    chantier = Chantier.objects.filter(structure=structure).order_by("pk").first()
    if chantier is None:
        chantier = Chantier.objects.create(structure=structure, name=structure.shown_name)
    before = sheet_undo.snapshot(structure)
    if not structure.is_claimed:
        structure.is_claimed = True
        structure.save(update_fields=["is_claimed", "updated_at"])
    match answer:
        case TradesAnswer():
            if answer.known or answer.struck:
                sheet.set_trades(chantier=chantier, by=by, **asdict(answer))
        case PlaceAnswer():
            commune = Commune.objects.filter(pk=answer.commune or "").first()
            sheet.set_place(structure=structure, commune=commune, reach_km=answer.reach_km, by=by)
        case CrewsAnswer():
            if answer.crews and answer.places and answer.weekly_minutes:
                sheet.set_alike_crews(
                    chantier=chantier,
                    count=answer.crews,
                    places=answer.places,
                    weekly_minutes=answer.weekly_minutes,
                    has_vehicle=answer.has_vehicle,
                    by=by,
                )
            if answer.percent_by_month is not None:
                sheet.set_season(
                    chantier=chantier, percent_by_month=answer.percent_by_month, by=by, on=on
                )
    sheet_undo.remember_as(structure, before, "vos réponses", by)
