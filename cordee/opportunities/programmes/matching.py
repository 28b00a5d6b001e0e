"""Which opportunities a rule of a programme means."""

import re
from datetime import datetime, time

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cordee.notices.notice import Source
from cordee.notices.text import fold
from cordee.opportunities.models import (
    NoticeTraits,
    Opportunity,
    OpportunityPlace,
    OpportunityTrade,
    ProgrammeRule,
)
from cordee.opportunities.models.opportunities import OpportunityQuerySet


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
