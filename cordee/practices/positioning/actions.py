"""Writes of positionings, of grids and of visits. The journal holds no level and no word."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cordee.accounts.models import User
from cordee.base.ui import french
from cordee.members import evidence
from cordee.members.actions.undoable import record_row
from cordee.members.models import Membership, Network, Structure
from cordee.practices.models import PlannedAction, Positioning, PositioningGrid, Visit
from cordee.practices.models.positioning import MOST_ACTIONS
from cordee.practices.positioning import grid
from cordee.practices.positioning.access import answering_together

TOGETHER = (
    "{} répondent ensemble à un marché en ce moment. Choisissez une autre structure, ou attendez "
    "que cette réponse soit passée."
)
# A no is not asked over at once.
ASKED_AGAIN_AFTER = timedelta(days=182)


def own_grid() -> PositioningGrid:
    """Ours as it is today, kept whole the first time that somebody begins with it."""
    text = grid.own_text()
    key = {"network": None, "sha256": sha256(text.encode()).hexdigest()}
    return PositioningGrid.objects.get_or_create(**key, defaults={"text": text})[0]


def network_grids(structure: Structure, on: date) -> list[PositioningGrid]:
    """Those of its networks, with which it may begin."""
    tied = Membership.objects.current(on).filter(structure=structure)
    networks = {pk for pair in tied.values_list("network", "network__parent") for pk in pair if pk}
    rows = PositioningGrid.objects.in_force().filter(network__in=networks)
    return list({row.network_id: row for row in rows.order_by("network_id", "pk")}.values())


@transaction.atomic
def keep_grid(*, network: Network, text: str, by: User | None) -> PositioningGrid:
    """A network's own. The same as the one in force changes nothing. Raises ValidationError."""
    grid.read_new(text)
    Network.objects.select_for_update(no_key=True).get(pk=network.pk)
    digest = sha256(text.encode()).hexdigest()
    newest = PositioningGrid.objects.newest_of(network)
    if newest is not None and newest.sha256 == digest:
        return newest
    row = PositioningGrid.objects.create(network=network, text=text, sha256=digest, noted_by=by)
    record_row("keep_grid", network, row, by)
    return row


@transaction.atomic
def begin(*, structure: Structure, chosen: PositioningGrid, by: User, on: date) -> Positioning:
    """A new one, unless the newest says nothing yet and follows the same grid."""
    Structure.objects.select_for_update(no_key=True).get(pk=structure.pk)
    newest = Positioning.objects.newest().filter(structure=structure).first()
    if newest is not None and newest.grid_id == chosen.pk and not newest.answers:
        return newest
    row = Positioning.objects.create(structure=structure, grid=chosen, begun_on=on, noted_by=by)
    record_row("begin_positioning", structure, row, by)
    return row


@transaction.atomic
def keep_answers(
    *, positioning: Positioning, said: Mapping[str, tuple[int, str]], by: User, on: date
) -> Positioning:
    """What is said of some criteria of its grid: (level, or 0; a sentence), with what is counted
    that day."""
    row = Positioning.objects.select_for_update(no_key=True).get(pk=positioning.pk)
    answers, known = dict(row.answers), {each.key: each for each in row.value.criteria}
    for key, (level, word) in said.items():
        old = answers.pop(key, {})
        if (old.get("level", 0), old.get("word", "")) == (level, word):
            answers |= {key: old} if old else {}
        elif level or word:
            found = evidence.pick_up(known[key].counts, row.structure, on).values()
            proofs = [str(proof) for proof in found if proof]
            answers[key] = {"level": level, "word": word, "proofs": proofs}
    if answers != row.answers:
        row.answers = answers
        row.save(update_fields=["answers", "said_at"])
        record_row("answer_positioning", row.structure, row, by)
    return row


@transaction.atomic
def plan(*, action: PlannedAction, by: User) -> None:
    """One more, on the first free rank of three. Raises ValidationError."""
    Positioning.objects.select_for_update(no_key=True).get(pk=action.positioning_id)
    taken: Collection[int] = action.positioning.actions.in_force().values_list("rank", flat=True)
    action.rank = next(rank for rank in range(1, MOST_ACTIONS + 2) if rank not in taken)
    action.full_clean(exclude=["noted_by"])
    action.save()
    record_row("plan_action", action.positioning.structure, action, by)


@transaction.atomic
def ask_visit(*, visit: Visit, by: User) -> None:
    """A visit that a network proposes, or that is asked for a day; another day is to be agreed on
    again. Raises ValidationError."""
    Structure.objects.select_for_update(no_key=True).get(pk=visit.visited_id)
    _check_apart(visit, by)
    _check_not_again(visit)
    visit.is_agreed = visit.answered_on = None
    visit.full_clean(exclude=["noted_by"])
    visit.save()
    record_row("ask_visit", visit.visited, visit, by)


@transaction.atomic
def answer_visit(*, visit: Visit, is_agreed: bool, by: User) -> None:
    """The visited one says yes or no, until the report is there. Raises ValidationError."""
    if visit.on is None or visit.sent_at:
        raise ValidationError("Cette visite n’attend pas de réponse. Rechargez la page.")
    if is_agreed:
        _check_apart(visit, by)
    if visit.is_agreed != is_agreed:
        visit.is_agreed, visit.answered_on = is_agreed, timezone.localdate()
        visit.save(update_fields=["is_agreed", "answered_on"])
        record_row("answer_visit", visit.visited, visit, by)


def _check_not_again(visit: Visit) -> None:
    """Refuse one that is planned already, or that was refused lately, taken back since or not."""
    rows = Visit.objects.filter(visited=visit.visited, visiting=visit.visiting).exclude(pk=visit.pk)
    told = f"«\u00a0{visit}\u00a0»"
    if rows.in_force().filter(sent_at__isnull=True).exclude(is_agreed=False).exists():
        cure = "Ouvrez-la pour changer son jour, ou retirez-la."
        raise ValidationError({"visited": f"{told} est déjà prévue. {cure}"})
    on = timezone.localdate()
    lately = rows.filter(is_agreed=False, answered_on__gt=on - ASKED_AGAIN_AFTER)
    if answered := lately.aggregate(on=Max("answered_on"))["on"]:
        again = french.day(answered + ASKED_AGAIN_AFTER, on)
        cure = f"Demandez-la de nouveau à partir du {again}, ou choisissez une autre structure."
        raise ValidationError(
            {"visited": f"{told} a reçu un non le {french.day(answered, on)}. {cure}"}
        )


def _check_apart(visit: Visit, by: User) -> None:
    if answering_together(by, visit.pair):
        names = f"{visit.visiting.shown_name} et {visit.visited.shown_name}"
        raise ValidationError({"visited": TOGETHER.format(names)})


@transaction.atomic
def note_visit(*, visit: Visit, said: Mapping[str, tuple[str, str]], by: User) -> None:
    """What was seen and what is to discuss, by criterion, as long as it is not published. Changed
    after it was sent, it is sent anew. Raises ValidationError."""
    row = Visit.objects.select_for_update(no_key=True).get(pk=visit.pk)
    if row.published_at:
        raise ValidationError("Ce compte rendu est publié\u00a0: il ne change plus.")
    notes = row.notes | {key: list(both) for key, both in said.items()}
    notes = {key: both for key, both in notes.items() if any(both)}
    if notes != row.notes:
        row.notes, row.sent_at = notes, row.sent_at and timezone.now()
        row.save(update_fields=["notes", "sent_at"])
        record_row("note_visit", row.visiting, row, by)


@transaction.atomic
def pass_on(
    *, visit: Visit, at: str, is_open: bool, by: User, now: datetime, read: str = ""
) -> None:
    """Send the report to the visited one (`at` is "sent_at"), or publish it ("published_at"), which
    is taken back when it likes; `read`: the moment of the one it read. Raises ValidationError."""
    row = Visit.objects.select_for_update(no_key=True).get(pk=visit.pk)
    if not row.notes:
        raise ValidationError("Ce compte rendu est vide. Écrivez au moins une chose vue.")
    if at == "published_at" and is_open and row.sent_at and read != row.sent_at.isoformat():
        raise ValidationError("Ce compte rendu a été complété. Relisez-le, puis publiez-le.")
    if (getattr(row, at) is not None) != is_open:
        setattr(row, at, now if is_open else None)
        row.validate_constraints()
        row.save(update_fields=[at])
        verb = "send_visit" if at == "sent_at" else "publish_visit"
        record_row(verb if is_open else "withdraw_visit", row.visited, row, by)
