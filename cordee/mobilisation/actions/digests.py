"""Choosing one's digest, and writing the issues that are due."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from cordee.accounts import journal, mailing
from cordee.accounts.models import User
from cordee.members.models import Structure
from cordee.mobilisation.models import Digest, DigestChoice, DigestItem

CHOSEN = ("weekday", "band", "trades", "radius_km", "threshold")
BATCH = 500


@dataclass(frozen=True, slots=True)
class Issue:
    """One digest before it is written: its rows, to whom it goes, and what its mail says.

    `possible` are lines under a heading of their own, for those of `possible_to` alone.
    """

    digest: Digest
    items: Sequence[DigestItem]
    people: Sequence[User]
    mail: Mapping[str, Any]
    possible: Sequence[Any] = ()
    possible_to: Collection[int] = ()

    def said_to(self, person: User) -> dict[str, Any]:
        """What its mail says to one person, with the address that stops what is only possible."""
        said = {**self.mail, "issue": self.digest}
        if not self.possible or person.pk not in self.possible_to:
            return said
        stop = mailing.foot_for("possible_trades", person=person)["unsubscribe_url"]
        return {**said, "possible": self.possible, "stop_possible_url": stop}


@transaction.atomic
def choose_digest(
    *,
    structure: Structure,
    values: Mapping[str, Any],
    by: User,
    now: datetime,
) -> DigestChoice:
    """Keep how a structure wants its digest; this turns it on.

    A new day, or a digest that was off, begins with the next moment to come: nothing is caught up.
    """
    choice = _locked(structure)
    before = _chosen(choice) if choice is not None else {}
    begins_anew = (
        choice is None
        or not choice.is_on
        or (choice.weekday, choice.band) != (values["weekday"], values["band"])
    )
    choice = choice or DigestChoice(structure=structure)
    for name in CHOSEN:
        setattr(choice, name, values[name])
    choice.is_on, choice.chosen_by, choice.chosen_at = True, by, now
    if begins_anew:
        choice.settled_until = now
    choice.full_clean(exclude=["chosen_by", "structure"])
    choice.save()
    if before != _chosen(choice):
        journal.record(
            "mobilisation.choose_digest",
            structure,
            by=by,
            before=before,
            after=_chosen(choice),
        )
    return choice


@transaction.atomic
def stop_digest(*, structure: Structure, by: User) -> DigestChoice | None:
    """Send no more of it. What was chosen stays, for who takes it up again."""
    choice = _locked(structure)
    if choice is None or not choice.is_on:
        return choice
    choice.is_on = False
    choice.save(update_fields=["is_on"])
    journal.record("mobilisation.stop_digest", structure, by=by)
    return choice


@transaction.atomic
def write_issues(*, issues: Sequence[Issue], settled: Sequence[int], now: datetime) -> int:
    """The issues of choices that nobody settled meanwhile, without journal; returns how many."""
    still = DigestChoice.objects.select_for_update().filter(pk__in=settled, is_on=True)
    last = dict(still.order_by("pk").values_list("pk", "settled_until"))
    # On SQLite this transaction holds the only lock there is; on PostgreSQL the rows are ours.
    # Settled meanwhile by another run: its issue has left, this one must not.
    mine = [
        each
        for each in issues
        if each.digest.choice_id in last and last[each.digest.choice_id] < each.digest.due_at
    ]
    Digest.objects.bulk_create([each.digest for each in mine], batch_size=BATCH)
    items = [item for each in mine for item in each.items]
    DigestItem.objects.bulk_create(items, batch_size=BATCH)
    mailing.write_to_many(
        [
            mailing.Letter(
                person,
                # By issue and person: several directors of a structure each get it once.
                f"digest:{each.digest.pk}:{person.pk}",
                each.said_to(person),
            )
            for each in mine
            for person in each.people
        ],
        kind="digest",
        template="mobilisation/mail/digest",
    )
    DigestChoice.objects.filter(pk__in=list(last)).update(settled_until=now)
    return len(mine)


def _locked(structure: Structure) -> DigestChoice | None:
    return DigestChoice.objects.select_for_update().filter(structure=structure).first()


def _chosen(choice: DigestChoice) -> dict[str, Any]:
    return {"is_on": choice.is_on, **{name: getattr(choice, name) for name in CHOSEN}}
