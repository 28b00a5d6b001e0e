"""Writes of who learns: herself, her card, what is seen of her, what she says of it, her leaving
for good. The journal is told keys: neither a name nor a word of hers.
"""

from datetime import date, datetime

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members.actions.invitations import fingerprint
from cordee.members.private_words import check_pseudonym
from cordee.skills import models
from cordee.skills.learners import card
from cordee.skills.learners.questions import rooms
from cordee.skills.models import Learner, Observation
from cordee.skills.models.learners import MOST_FAILURES
from cordee.skills.models.week import KEPT
from cordee.skills.training.numbers import Totals, by_structure


@transaction.atomic
def write_learner(*, learner: Learner, by: User) -> Learner:
    """Keep who learns, new, corrected, gone or back. Raises ValidationError."""
    check_pseudonym(learner.pseudonym)
    learner.full_clean()
    learner.save()
    _note("write_learner", learner, by)
    return learner


@transaction.atomic
def print_card(*, learner: Learner, by: User, now: datetime) -> tuple[str, list[str]]:
    """Make a new secret: what the former card opened is shut, and a locked card opens again."""
    token, pictures = card.draw()
    learner.card_digest, learner.card_made_at = fingerprint(token), now
    learner.pictures_hash, learner.failures = make_password(" ".join(pictures)), 0
    learner.save(update_fields=["card_digest", "card_made_at", "pictures_hash", "failures"])
    _note("print_card", learner, by)
    return token, pictures


def try_pictures(*, learner: Learner, pictures: list[str]) -> bool:
    """Whether these are her pictures. Ten failures in all lock her card.

    A failure is counted before the pictures are looked at, and taken back where they are right:
    of many tries at once, no more than ten are looked at.
    """
    mine = Learner.objects.filter(pk=learner.pk, card_digest=learner.card_digest)
    if not mine.filter(failures__lt=MOST_FAILURES).update(failures=F("failures") + 1):
        return False
    is_right = check_password(" ".join(pictures), learner.pictures_hash)
    if is_right:
        mine.update(failures=F("failures") - 1)
    learner.refresh_from_db(fields=["failures"])
    if learner.is_locked:
        _note("lock_card", learner, None)
    return is_right


@transaction.atomic
def keep_observation(*, observation: Observation, is_kept: bool, by: User, now: datetime) -> None:
    """Take back what its author noted, or put it back; twice is once. What she said of it stays.

    Raises ValidationError where somebody else noted it.
    """
    if observation.seen_by_id != by.pk:
        raise ValidationError(
            "Seule la personne qui a noté cette observation la retire ou la remet."
        )
    if (observation.taken_back_at is None) != is_kept:
        observation.taken_back_at = None if is_kept else now
        observation.save(update_fields=["taken_back_at"])
        verb = "restore" if is_kept else "remove"
        _note(f"{verb}_observation", observation.learner, by)


@transaction.atomic
def write_disagreement(*, observation: Observation, words: str | None) -> None:
    """Keep what she says of an observation; None: she agrees after all. Nobody else does it."""
    if words is None:
        models.Disagreement.objects.filter(observation=observation).delete()
    else:
        models.Disagreement.objects.update_or_create(
            observation=observation, defaults={"words": words}
        )
    _note("write_disagreement", observation.learner, None)


@transaction.atomic
def choose(*, learner: Learner, opens: bool | None, erases: bool | None, now: datetime) -> None:
    """What she alone chooses: the direction reads her page or not, all is to be erased or not.

    None: as it is.
    """
    if opens is not None:
        learner.open_to_direction_on = timezone.localdate(now) if opens else None
    if erases is not None:
        learner.asked_erasure_at = now if erases else None
    if (opens, erases) != (None, None):
        learner.save(update_fields=["open_to_direction_on", "asked_erasure_at"])
        _note("choose", learner, None)


@transaction.atomic
def erase(*, learner: Learner, by: User | None) -> None:
    """Remove a person and all that hangs on her; totals of nobody stay, by year."""
    served = models.ReflexiveSequence.objects.filter(parts__enactment__course__learner=learner)
    sequences = models.ReflexiveSequence.objects.filter(pk__in=[row.pk for row in served])
    worked = models.Enactment.objects.filter(course__learner=learner).datetimes("starts_at", "year")
    juries = models.JuryMinutes.objects.filter(candidate__learner=learner).dates("on", "year")
    days = [*learner.observations.dates("seen_on", "year"), *worked, *juries]
    for year in {day.year for day in (*days, *sequences.datetimes("starts_at", "year"))}:
        of_year = date(year, 1, 1), date(year, 12, 31)
        done = by_structure(Learner.objects.filter(pk=learner.pk), *of_year)
        row, _ = models.ErasedLearners.objects.get_or_create(structure=learner.structure, year=year)
        for name, amount in Totals.of(done.values())._asdict().items():
            setattr(row, name, getattr(row, name) + amount)
        row.save()
    for room in rooms.values():
        room.before_erasure(learner)
    _note("erase_learner", learner, by)
    learner.delete()
    # A sequence that served nobody else says where she was, and with whom.
    sequences.filter(parts__isnull=True).delete()


def erase_old(now: datetime) -> int:
    """What the schedule does each day: who left 24 months ago is erased (RULE-34), and boards of
    more than three months ago; how many of both."""
    today = timezone.localdate(now)
    old = list(Learner.objects.to_erase(today).select_related("structure"))
    for learner in old:
        erase(learner=learner, by=None)
    _, erased = models.Board.objects.filter(day__lt=today - KEPT).delete()
    return len(old) + erased.get("skills.Board", 0)


def _note(verb: str, learner: Learner, by: User | None) -> None:
    journal.record(f"skills.{verb}", learner.structure, by=by, after={"learner": learner.pk})
