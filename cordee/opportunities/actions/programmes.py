"""What is tied to a programme: by its rules, each night, and by hand, which wins for good.

Which opportunities a rule means is asked here too.
"""

import re
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members.models import Programme
from cordee.notices.notice import Source
from cordee.notices.text import fold
from cordee.opportunities.models import (
    NoticeTraits,
    Opportunity,
    OpportunityPlace,
    OpportunityTrade,
    ProgrammeAttachment,
    ProgrammeRule,
    Publication,
)
from cordee.opportunities.models.opportunities import ASKING_CLAUSES, OpportunityQuerySet


def public_opportunities() -> OpportunityQuerySet:
    """What a programme may hold: what everybody may read. A private need stays in its network."""
    return (
        Opportunity.objects.standing()
        .filter(network__isnull=True)
        .exclude(source=Source.PRIVATE.value)
    )


def matching(rule: ProgrammeRule) -> list[int]:
    """The keys of the opportunities that fit a rule, kept or not, the newest first."""
    rows = public_opportunities()
    if rule.in_places:
        departments = rule.programme.departments.values("pk")
        communes = rule.programme.communes.values("pk")
        places = OpportunityPlace.objects.filter(
            Q(department__in=departments) | Q(commune__in=communes), opportunity=OuterRef("pk")
        )
        rows = rows.filter(Exists(places))
    if rule.in_period:
        rows = rows.filter(_in_period(rule))
    if rule.trades:
        trades = OpportunityTrade.objects.filter(
            opportunity=OuterRef("pk"), trade__in=rule.trades.split()
        )
        rows = rows.filter(Exists(trades))
    rows = rows.order_by("-published_on", "-pk")
    if rule.words:
        pattern = _any_of(rule.alternatives)
        # Accents and capitals do not count, which no query says alike on both databases.
        texts = rows.values_list("pk", "title", "buyer_name")
        found = [
            pk
            for pk, title, buyer in texts.iterator(chunk_size=2_000)
            if pattern.search(fold(f"{title}\n{buyer}"))
        ]
    else:
        found = list(rows.values_list("pk", flat=True))
    if rule.cpv:
        bought = _with_cpv(rows, tuple(rule.cpv.split()))
        found = [pk for pk in found if pk in bought]
    return found


def _in_period(rule: ProgrammeRule) -> Q:
    first, last = rule.programme.starts_on, rule.programme.ends_on
    opens = timezone.make_aware(datetime.combine(first, time.min))
    closes = timezone.make_aware(datetime.combine(last, time.max))
    return Q(published_on__range=(first, last)) | Q(
        published_on__isnull=True, deadline__range=(opens, closes)
    )


def _any_of(words: list[str]) -> re.Pattern[str]:
    """Whole words: "jeux" is not in "enjeux"."""
    escaped = "|".join(re.escape(fold(word)).replace(r"\ ", r"\s+") for word in words)
    return re.compile(rf"(?<!\w)(?:{escaped})(?!\w)")


def _with_cpv(rows: OpportunityQuerySet, starts: tuple[str, ...]) -> set[int]:
    traits = NoticeTraits.objects.filter(
        publication__opportunity__in=rows.order_by().values("pk")
    ).values_list("publication__opportunity_id", "cpv")
    return {
        pk
        for pk, codes in traits.iterator(chunk_size=2_000)
        if any(str(code).startswith(starts) for code in codes)
    }


BATCH = 500


@transaction.atomic
def save_rule(*, rule: ProgrammeRule, by: User | None, now: datetime) -> int:
    """Keep a rule and attach what fits it; returns how many fit.

    Raises ValidationError where it asks nothing, or asks for the places of a programme without any.
    """
    programme = rule.programme
    is_nowhere = not (programme.departments.exists() or programme.communes.exists())
    if rule.in_places and is_nowhere:
        raise ValidationError(
            {"in_places": "Ce programme n’a pas encore de lieu. Ajoutez-en, ou décochez."}
        )
    rule.made_by = by
    rule.full_clean()
    rule.save()
    fitting = len(matching(rule))
    journal.record(
        "opportunities.keep_programme_rule",
        programme,
        by=by,
        after=_told(rule) | {"fitting": fitting},
    )
    attach_by_rules(programme=programme, now=now)
    return fitting


def _told(rule: ProgrammeRule) -> dict[str, Any]:
    return {"rule": rule.pk, **journal.values(rule, "words", "trades", "cpv")}


@transaction.atomic
def drop_rule(*, rule: ProgrammeRule, by: User | None, now: datetime) -> int:
    """Take a rule away, and what it alone had attached; returns how many leave the programme."""
    programme = rule.programme
    before = ProgrammeAttachment.objects.filter(programme=programme).standing().count()
    journal.record(
        "opportunities.drop_programme_rule",
        programme,
        by=by,
        before=_told(rule),
    )
    rule.delete()
    attach_by_rules(programme=programme, now=now)
    return before - ProgrammeAttachment.objects.filter(programme=programme).standing().count()


@transaction.atomic
def attach_by_rules(*, programme: Programme, now: datetime) -> int:
    """Bring what a programme holds in step with its rules; returns how many rows changed.

    What a hand decided stays. No journal line: nobody asked, and the next night does it again.
    """
    _follow_joined(programme)
    wanted: dict[int, int] = {}
    for rule in ProgrammeRule.objects.filter(programme=programme).order_by("pk"):
        for pk in matching(rule):
            wanted.setdefault(pk, rule.pk)
    held = {
        row.opportunity_id: row for row in ProgrammeAttachment.objects.filter(programme=programme)
    }
    gone = [row.pk for pk, row in held.items() if not row.is_by_hand and pk not in wanted]
    moved = [
        row
        for pk, row in held.items()
        if not row.is_by_hand and pk in wanted and row.rule_id != wanted[pk]
    ]
    new = [pk for pk in wanted if pk not in held]
    for batch in range(0, len(gone), BATCH):
        ProgrammeAttachment.objects.filter(pk__in=gone[batch : batch + BATCH]).delete()
    for row in moved:
        row.rule_id = wanted[row.opportunity_id]
    ProgrammeAttachment.objects.bulk_update(moved, ["rule"], batch_size=BATCH)
    ProgrammeAttachment.objects.bulk_create(
        (
            ProgrammeAttachment(programme=programme, opportunity_id=pk, rule_id=wanted[pk], at=now)
            for pk in new
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    note_hours(programme=programme, opportunities=new)
    return len(gone) + len(moved) + len(new)


def note_hours(*, programme: Programme, opportunities: Iterable[int] | None = None) -> int:
    """Read again how many hours of insertion each attached need asks; returns how many changed.

    `opportunities`: only these; otherwise all that stand.
    """
    rows = ProgrammeAttachment.objects.filter(programme=programme).standing()
    if opportunities is not None:
        rows = rows.filter(opportunity__in=list(opportunities))
    asks = Q(opportunity__social_clause__in=ASKING_CLAUSES)
    changed = rows.exclude(asks).filter(hours__isnull=False).update(hours=None)
    was_read = Exists(Publication.objects.filter(opportunity=OuterRef("opportunity")))
    asking = rows.filter(asks, was_read).select_related("opportunity")
    for row in asking.iterator(chunk_size=BATCH):
        clause = row.opportunity.current().notice.social_clause
        hours = clause.hours if clause else None
        if hours != row.hours:
            ProgrammeAttachment.objects.filter(pk=row.pk).update(hours=hours)
            changed += 1
    return changed


@transaction.atomic
def place_by_hand(
    *,
    programme: Programme,
    opportunity: Opportunity,
    is_detached: bool = False,
    reason: str,
    by: User | None,
    now: datetime,
) -> ProgrammeAttachment:
    """Attach an opportunity, or take it out: no rule undoes it.

    Raises ValidationError for a private need, or without a reason.
    """
    if not is_detached and not public_opportunities().filter(pk=opportunity.pk).exists():
        raise ValidationError("Un besoin privé reste dans son réseau : il n’entre pas ici.")
    row, _ = ProgrammeAttachment.objects.get_or_create(
        programme=programme, opportunity=opportunity, defaults={"at": now}
    )
    if row.is_by_hand and row.is_detached is is_detached and row.reason == reason.strip():
        return row
    row.is_by_hand, row.is_detached = True, is_detached
    row.by, row.reason, row.at = by, reason.strip(), now
    row.full_clean(exclude=["hours"])
    row.save()
    verb = "detach_from_programme" if is_detached else "attach_to_programme"
    journal.record(f"opportunities.{verb}", opportunity, by=by, after={"programme": programme.slug})
    note_hours(programme=programme, opportunities=[opportunity.pk])
    return row


@transaction.atomic
def forget_hand(*, attachment: ProgrammeAttachment, by: User | None, now: datetime) -> None:
    """Undo what a hand did: the rules decide again."""
    programme = attachment.programme
    journal.record(
        "opportunities.forget_programme_hand",
        attachment.opportunity,
        by=by,
        before={"programme": programme.slug, "is_detached": attachment.is_detached},
    )
    attachment.delete()
    attach_by_rules(programme=programme, now=now)


def _follow_joined(programme: Programme) -> None:
    """What a person said of an opportunity holds for the one that speaks for it since."""
    rows = ProgrammeAttachment.objects.filter(
        programme=programme, is_by_hand=True, opportunity__joined_to__isnull=False
    ).select_related("opportunity__joined_to")
    for row in rows:
        speaks_for_both = row.opportunity.joined_to
        if speaks_for_both is None:
            continue
        decided = journal.values(row, "is_by_hand", "is_detached", "by_id", "reason")
        kept, is_new = ProgrammeAttachment.objects.get_or_create(
            programme=programme, opportunity=speaks_for_both, defaults={**decided, "at": row.at}
        )
        if not is_new and not kept.is_by_hand:
            ProgrammeAttachment.objects.filter(pk=kept.pk).update(**decided)


def attach_all(now: datetime) -> int:
    """Bring each programme in step with its rules: what was imported since is attached."""
    ruled = Programme.objects.filter(rules__isnull=False).distinct()
    return sum(attach_by_rules(programme=programme, now=now) for programme in ruled)


def read_all_hours(now: datetime) -> int:
    """Read the hours of insertion again: a correction or a new version may have changed them."""
    held = Programme.objects.filter(attachments__isnull=False).distinct()
    return sum(note_hours(programme=programme) for programme in held)
