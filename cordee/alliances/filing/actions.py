"""Writes of an offer that left: its receipt, what the buyer decided, what delivery begins from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.agreement.life import obstacles
from cordee.agreement.phases import Phase
from cordee.agreement.terms import canonical, terms_to_json
from cordee.alliances.frame.mails import people_inside, write_all
from cordee.alliances.models import (
    Alliance,
    AllianceBaseline,
    BidResult,
    CriterionNote,
    Filing,
)
from cordee.alliances.revisions import locked
from cordee.alliances.state.approval_chain import convention_sha256
from cordee.alliances.state.current import move, names_of, state_of
from cordee.base import files

SETTLED = frozenset({Phase.WON, Phase.SIGNED, Phase.DELIVERY, Phase.LOST})


@dataclass(frozen=True, slots=True)
class CriterionMark:
    """One criterion of the letter, in hundredths of a point."""

    label: str
    most: int
    ours: int
    winners: int | None


@transaction.atomic
def file_bid(
    *,
    alliance: Alliance,
    number: str,
    filed_at: datetime,
    receipt_name: str,
    receipt: bytes,
    by: User,
    now: datetime,
) -> Filing:
    """Note that the offer left, with the platform's receipt; the composition is frozen from then.

    The same receipt twice is once. Raises `ValidationError` with all that is missing.
    """
    alliance = locked(alliance)
    # The platform's number makes it idempotent: a form sent twice, or a tab left open, does no
    # harm. Another number is refused below, by the step that is no longer the right one.
    known = Filing.objects.filter(alliance=alliance).first()
    if known is not None and known.number == number.strip():
        return known
    state = state_of(alliance, now=now)
    # The receipt comes with this very call: all the rest must be ready before it.
    missing = obstacles(replace(state, has_receipt=True), Phase.FILED, names_of(alliance))
    if missing:
        raise ValidationError([each.text for each in missing])
    if filed_at > now:
        raise ValidationError({"filed_at": "Cette heure de dépôt est à venir."})
    if not number.strip():
        raise ValidationError({"number": "Donnez le numéro du récépissé."})
    terms = state.terms
    try:
        stored = files.store(name=receipt_name, content=receipt, now=now)
    except ValidationError as wrong:
        raise ValidationError({"receipt": wrong.messages}) from wrong
    filing = Filing.objects.create(
        alliance=alliance,
        revision=alliance.revision(),
        number=number.strip(),
        filed_at=filed_at,
        receipt=stored,
        # Kept beside the revision: the two fingerprints prove, years after, that the table and the
        # agreement shown are those of the day the offer left.
        price_cents=terms.price_cents,
        terms_sha256=terms_sha256(terms),
        document_sha256=convention_sha256(alliance, on=timezone.localdate(now)),
        noted_at=now,
        noted_by=by,
    )
    journal.record(
        "alliances.file_bid",
        alliance,
        by=by,
        after={"version": alliance.version, "price_cents": terms.price_cents},
    )
    _step(alliance, Phase.FILED, by=by, now=now)
    return filing


@transaction.atomic
def record_result(
    *,
    alliance: Alliance,
    is_won: bool,
    values: dict[str, Any],
    notes: Sequence[CriterionMark],
    by: User,
    now: datetime,
    on: date,
) -> BidResult:
    """Write down what the buyer decided; written again, it completes what was known.

    `values`: the other fields of `BidResult`. An award may still be lost before it is notified.
    Raises `ValidationError` where nothing is filed, or what is told cannot be.
    """
    alliance = locked(alliance)
    filing = Filing.objects.filter(alliance=alliance).first()
    if filing is None or alliance.step not in {Phase.FILED, *SETTLED}:
        raise ValidationError("Notez d’abord le dépôt de l’offre.")
    # An award may be taken back until the contract is notified (the chosen candidate fails to
    # produce its certificates, a judge annuls the procedure); a lost bid is never won later.
    to = Phase.WON if is_won else Phase.LOST
    if alliance.step in {Phase.SIGNED, Phase.DELIVERY} and not is_won:
        raise ValidationError("Le marché est notifié : son résultat ne change plus.")
    if alliance.step is Phase.LOST and is_won:
        raise ValidationError("Cette alliance est close. Reconduisez-la sur le nouvel avis.")
    if values["announced_on"] > on:
        raise ValidationError({"announced_on": "Ce jour est à venir."})
    if values["announced_on"] < timezone.localdate(filing.filed_at):
        raise ValidationError({"announced_on": "Ce jour est avant le dépôt."})
    row = BidResult.objects.filter(alliance=alliance).first() or BidResult(alliance=alliance)
    row.is_won = is_won
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean(exclude=["alliance"])
    row.save()
    # The letter is written again as a whole: rows are few, and positions are unique.
    row.notes.all().delete()
    for position, note in enumerate(notes, start=1):
        made = CriterionNote(
            result=row,
            position=position,
            label=note.label,
            most=note.most,
            ours=note.ours,
            winners=note.winners,
        )
        made.full_clean(exclude=["result"])
        made.save()
    journal.record(
        "alliances.record_result",
        alliance,
        by=by,
        after={"is_won": is_won, "reason": row.reason, "criteria": len(notes)},
    )
    if alliance.step is Phase.FILED or (alliance.step is Phase.WON and not is_won):
        _step(alliance, to, by=by, now=now)
    return row


@transaction.atomic
def record_signature(
    *, alliance: Alliance, signed_on: date, by: User, now: datetime, on: date
) -> None:
    """The contract is notified. Raises `ValidationError` with all that is missing."""
    alliance = locked(alliance)
    if alliance.step is Phase.SIGNED:
        return
    result = BidResult.objects.filter(alliance=alliance, is_won=True).first()
    if result is None or alliance.step is not Phase.WON:
        raise ValidationError("Le marché n’est pas attribué.")
    if signed_on > on:
        raise ValidationError({"signed_on": "Ce jour est à venir."})
    result.signed_on = signed_on
    result.full_clean(exclude=["alliance"])
    result.save(update_fields=["signed_on"])
    _step(alliance, Phase.SIGNED, by=by, now=now)


@transaction.atomic
def hand_over(*, alliance: Alliance, by: User, now: datetime) -> AllianceBaseline:
    """Freeze the table as the base of delivery; twice is once.

    Raises `ValidationError` where the contract is not notified, or a withdrawal is under way.
    """
    alliance = locked(alliance)
    known = AllianceBaseline.objects.filter(alliance=alliance).first()
    if known is not None:
        return known
    result = BidResult.objects.filter(alliance=alliance).first()
    if alliance.step is not Phase.SIGNED or result is None or result.signed_on is None:
        raise ValidationError("Le marché n’est pas encore notifié.")
    revision = alliance.revision()
    terms = revision.read()
    made = AllianceBaseline.objects.create(
        alliance=alliance,
        revision=revision,
        terms=revision.terms,
        terms_sha256=terms_sha256(terms),
        price_cents=terms.price_cents,
        signed_on=result.signed_on,
        made_at=now,
        made_by=by,
    )
    journal.record(
        "alliances.hand_over",
        alliance,
        by=by,
        after={"version": revision.number, "price_cents": terms.price_cents},
    )
    _step(alliance, Phase.DELIVERY, by=by, now=now)
    return made


def terms_sha256(terms: Any) -> str:
    """The fingerprint of whole terms."""
    return sha256(canonical(terms_to_json(terms)).encode()).hexdigest()


def _step(alliance: Alliance, to: Phase, *, by: User, now: datetime) -> None:
    """Everybody who takes part is told."""
    move(alliance=alliance, to=to, by=by, now=now)
    context = {"alliance": alliance, "step": alliance.terms.arrangement.phase_label(to)}
    write_all(people_inside(alliance), "moved", context, f"{alliance.pk}:{to.value}")
