"""When digests are due, and sending them: each once, run twice, killed half-way or two at once.

Due is a day of the week and an hour, in the time of the place. What to tell is worked out first,
without a lock. Then one short transaction takes the choices that are still due, writes issues,
lines and mails, and marks them done: all of it stands, or nothing does and the next run begins
again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import batched

from django.db.models import Q
from django.utils import timezone

from cordee.accounts import mailing
from cordee.mobilisation.actions.digests import Issue, write_issues
from cordee.mobilisation.digests import selection
from cordee.mobilisation.digests.selection import Owner, owners_of
from cordee.mobilisation.digests.wording import lines_of, subject_of
from cordee.mobilisation.models import Digest, DigestChoice, DigestItem
from cordee.opportunities.models import Opportunity
from cordee.opportunities.verdicts import open_possible

# A machine that slept catches up so long, then waits for the next week.
CATCH_UP = timedelta(days=2)
OPENS, CLOSES = time(7), time(20)
WEEK = timedelta(days=7)


def last_due(weekday: int, band: int, now: datetime) -> datetime:
    """The last moment, at or before now, at which such a digest was due."""
    today = timezone.localdate(now)
    day = today - timedelta(days=(today.weekday() - weekday) % 7)
    due = _at(day, band)
    return due if due <= now else _at(day - WEEK, band)


def next_due(choice: DigestChoice, now: datetime) -> datetime:
    """The next moment; one that was missed and is still to come is the last one."""
    last = last_due(choice.weekday, choice.band, now)
    if choice.settled_until < last and now - last <= CATCH_UP:
        return last
    return _at(timezone.localdate(last) + WEEK, choice.band)


def due_by(now: datetime) -> Q:
    """The choices whose moment came since they were last dealt with."""
    found = Q(pk__in=[])
    for weekday in DigestChoice.Weekday.values:
        for band in DigestChoice.Band.values:
            moment = last_due(weekday, band, now)
            if now - moment <= CATCH_UP:
                found |= Q(weekday=weekday, band=band, settled_until__lt=moment)
    return found


def _at(day: date, hour: int) -> datetime:
    # Made from the wall clock: seven o'clock stays seven o'clock when summer time ends.
    return datetime.combine(day, time(hour), tzinfo=timezone.get_default_timezone())


KIND, POSSIBLE_KIND = "digest", "possible_trades"
OWNERS_AT_ONCE = 1_000
# Mails are drawn inside the transaction, which on SQLite keeps all other writers waiting.
WRITTEN_AT_ONCE = 100


def run(now: datetime) -> int:
    """Send every digest that is due; returns how many issues left."""
    if not OPENS <= timezone.localtime(now).time() < CLOSES:
        return 0
    on = timezone.localdate(now)
    due = DigestChoice.objects.filter(due_by(now), is_on=True)
    pks = list(due.order_by("pk").values_list("pk", flat=True))
    if not pks:
        return 0
    # Read once for all owners: it is the larger part of the work.
    work, possible = selection.open_work(on=on, now=now), open_possible(now)
    return sum(
        _settle(some, work, possible, on=on, now=now) for some in batched(pks, OWNERS_AT_ONCE)
    )


def _settle(
    pks: Sequence[int],
    work: selection.OpenPackages,
    possible: Sequence[Opportunity],
    *,
    on: date,
    now: datetime,
) -> int:
    choices = list(
        DigestChoice.objects.filter(pk__in=pks).select_related("structure").order_by("pk")
    )
    owners = list(_heard(owners_of(choices, on=on)))
    found = selection.select_for(owners, work, on=on)
    everybody = [person for owner in owners for person in owner.people]
    wanting = mailing.people_who_want(everybody, kind=POSSIBLE_KIND)
    perhaps = selection.possible_items(owners, found, possible, on=on)
    issues = []
    for owner, its in zip(owners, found, strict=True):
        if its.items:
            more = lines_of(perhaps.get(owner.choice.structure_id, []), on=on)
            issue = _issue(owner, its, on=on, now=now)
            issues.append(replace(issue, possible=more, possible_to=wanting))
    written = sum(
        write_issues(issues=some, settled=[each.digest.choice_id for each in some], now=now)
        for some in batched(issues, WRITTEN_AT_ONCE)
    )
    # Those too are settled: else every run would ask again until their next moment.
    silent_ones = {choice.pk for choice in choices} - {each.digest.choice_id for each in issues}
    return written + write_issues(issues=(), settled=sorted(silent_ones), now=now)


def _heard(owners: Sequence[Owner]) -> Iterator[Owner]:
    """With the people alone who want the mail; nothing is marked as told where nobody reads."""
    everybody = {person.pk: person for owner in owners for person in owner.people}
    wanting = mailing.people_who_want(everybody.values(), kind=KIND)
    for owner in owners:
        people = tuple(person for person in owner.people if person.pk in wanting)
        if people and owner.may_answer:
            yield replace(owner, people=people)


def _issue(
    owner: Owner,
    found: selection.Selection,
    *,
    on: date,
    now: datetime,
) -> Issue:
    choice = owner.choice
    lines = lines_of(found.items, on=on)
    digest = Digest(
        choice=choice,
        due_at=last_due(choice.weekday, choice.band, now),
        left_over=found.left_over,
    )
    items = [
        DigestItem(
            digest=digest,
            structure_id=choice.structure_id,
            opportunity=item.opportunity,
            position=position,
            facts=item.facts,
        )
        for position, item in enumerate(found.items, start=1)
    ]
    mail = {
        "lines": lines,
        "left_over": found.left_over,
        "subject_line": subject_of(choice.structure.shown_name, lines, on=on),
        "settings_path": choice.page_path(),
    }
    return Issue(digest, items, owner.people, mail)
