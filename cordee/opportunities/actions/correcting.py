"""A person says what the notice means: the file and its reading stay untouched."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.opportunities.actions.misreadings import note_misreading
from cordee.opportunities.actions.refreshing import refresh_opportunity
from cordee.opportunities.facts import FACTS, holder_of
from cordee.opportunities.inference import infer
from cordee.opportunities.misread.detection import was_read
from cordee.opportunities.models import Breakdown, Correction, Opportunity


@transaction.atomic
def correct_fact(
    *, opportunity: Opportunity, fact: str, lot: str = "", value: Any, by: User, on: date
) -> Correction:
    """Put a value over the reading; an earlier correction of the same fact steps back.

    `value` is JSON as `facts` states it, None for "nobody knows". Raises ValueError where the fact
    or the lot does not exist.
    """
    known = FACTS.get(fact)
    if known is None:
        raise ValueError(f"fact is {fact!r}: nobody can correct it. Use one of {sorted(FACTS)}.")
    if lot and (not known.per_lot or holder_of(opportunity.current().as_read, lot) is None):
        raise ValueError(
            f"lot is {lot!r}: {fact} cannot be said of it. Leave it out, or use a lot."
        )
    opportunity = _locked(opportunity)
    same = _standing(opportunity, fact, lot)
    if same is not None and same.value == value and same.by == by:
        return same  # the second click of a double click
    understanding = opportunity.current()
    found = infer(opportunity.latest_breakdown(), understanding.as_read)
    read = was_read(known, lot, understanding, found)
    before = _withdraw(opportunity, fact, lot, by)
    correction = Correction.objects.create(
        opportunity=opportunity, fact=fact, lot_id=lot, value=value, by=by
    )
    note_misreading(
        correction=correction,
        replaced=before,
        read=read,
        reading_pk=understanding.main.reading_pk,
    )
    journal.record(
        "opportunities.correct_fact",
        opportunity,
        by=by,
        before={"fact": fact, "lot": lot, "value": before.value if before else None},
        after={"fact": fact, "lot": lot, "value": value},
    )
    _refresh(opportunity, fact, by, on)
    return correction


@transaction.atomic
def withdraw_correction(*, correction: Correction, by: User, on: date) -> None:
    """Go back to what was read. The correction stays in the history."""
    opportunity = _locked(correction.opportunity)
    if _withdraw(opportunity, correction.fact, correction.lot_id, by) is None:
        return
    journal.record(
        "opportunities.withdraw_correction",
        opportunity,
        by=by,
        before={"fact": correction.fact, "lot": correction.lot_id, "value": correction.value},
    )
    _refresh(opportunity, correction.fact, by, on)


def _locked(opportunity: Opportunity) -> Opportunity:
    """Two people who correct at once wait for each other."""
    return Opportunity.objects.select_for_update().get(pk=opportunity.pk)


def _standing(opportunity: Opportunity, fact: str, lot: str) -> Correction | None:
    held = Correction.objects.standing().filter(opportunity=opportunity, fact=fact, lot_id=lot)
    return held.first()


def _withdraw(opportunity: Opportunity, fact: str, lot: str, by: User) -> Correction | None:
    standing = _standing(opportunity, fact, lot)
    if standing is not None:
        standing.withdrawn_at = timezone.now()
        standing.withdrawn_by = by
        standing.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return standing


def _refresh(opportunity: Opportunity, fact: str, by: User, on: date) -> None:
    refresh_opportunity(
        # What was said before two opportunities were joined shows on the one that stands.
        opportunity=opportunity.joined_to or opportunity,
        by=by if FACTS[fact].shapes_work else None,
        origin=Breakdown.Origin.CORRECTION,
        on=on,
    )
