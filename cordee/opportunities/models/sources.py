"""How far each live source is read, and how it does."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, Q

from cordee.base.fields import one_of
from cordee.notices.notice import Source
from cordee.opportunities.models.contracts import LIVE_SOURCES, AwardedContract
from cordee.opportunities.models.publications import Publication

FAILURES_TO_BE_DOWN = 3
FRESH = timedelta(days=2)
"""Since the last whole reading; past it, notices are missed."""

FIRST_PAUSE = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(hours=20)
"""Under a day, so that a nightly run always tries."""

MAX_REJECTED = 100


def held_by_source() -> dict[str, int]:
    """How much of each live source is in the base: its notices, or the contracts of the DECP."""
    notices = Publication.objects.order_by().values_list("source").annotate(Count("pk"))
    contracts = AwardedContract.objects.filter(source=Source.DECP.value).count()
    return dict(notices) | {Source.DECP.value: contracts}


class SourceStateQuerySet(models.QuerySet["SourceState"]):
    def in_order(self) -> "list[SourceState]":
        """One state for each live source, in a fixed order, those never asked included."""
        known = {state.source: state for state in self}
        return [known.get(source, SourceState(source=source)) for source, _ in LIVE_SOURCES]


class SourceState(models.Model):
    """One row for each source that was asked. `actions.syncing` alone writes it.

    `read_until`: every day of publication up to this one was read. `resume` and `seen` belong to
    the source's own `fetch.py`: where an interrupted run goes on, and what proves that nothing
    changed. `rejected`: what the last run could not keep, as [place, reason, cure].
    """

    source = models.CharField("source", max_length=10, choices=LIVE_SOURCES, unique=True)
    read_until = models.DateField("lue jusqu’au", null=True, blank=True)
    resume: Any = models.JSONField("reprise", default=dict, blank=True)
    seen: Any = models.JSONField("déjà vu", default=dict, blank=True)
    last_try = models.DateTimeField("dernier essai", null=True, blank=True)
    last_success = models.DateTimeField("dernière réussite", null=True, blank=True)
    last_received = models.PositiveIntegerField("nouveautés de la dernière lecture", default=0)
    failures = models.PositiveIntegerField("échecs de suite", default=0)
    failing_since = models.DateTimeField("en échec depuis", null=True, blank=True)
    next_try = models.DateTimeField("prochain essai", null=True, blank=True)
    reason = models.CharField("ce qui ne va pas", max_length=500, blank=True)
    cure = models.CharField("que faire", max_length=300, blank=True)
    moved_to = models.CharField("nouvelle adresse", max_length=500, blank=True)
    rejected: Any = models.JSONField("refusés", default=list, blank=True)

    objects = SourceStateQuerySet.as_manager()

    class Meta:
        verbose_name = "état d’une source"
        ordering = ["source"]
        constraints = [
            one_of("source", dict(LIVE_SOURCES), name="source_state_source_known"),
            models.CheckConstraint(
                condition=Q(
                    failures=0, failing_since__isnull=True, next_try__isnull=True, reason=""
                )
                | Q(failures__gte=1, failing_since__isnull=False, next_try__isnull=False)
                & ~Q(reason=""),
                name="source_state_failure_is_told",
                violation_error_message="Un échec a une date, une raison et un prochain essai.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_source_display()

    @property
    def is_down(self) -> bool:
        return self.failures >= FAILURES_TO_BE_DOWN

    def succeeded(self, at: datetime) -> None:
        """Note a whole run. Does not save."""
        self.last_success = at
        self.failures, self.failing_since, self.next_try = 0, None, None
        self.reason = self.cure = ""

    def failed(self, at: datetime, reason: str, cure: str, *, wait: timedelta) -> None:
        """Note a failure: each is followed by a pause twice as long. Does not save.

        `wait`: the patience that the source itself asks for.
        """
        self.failures += 1
        self.failing_since = self.failing_since or at
        # Beyond ten the longest pause is reached; the shift stays small.
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(self.failures - 1, 10))
        self.next_try = at + max(pause, wait)
        self.reason, self.cure = reason[:500], cure[:300]

    def may_try(self, at: datetime) -> bool:
        return self.next_try is None or self.next_try <= at

    def keep_rejected(self, rejected: Iterable[tuple[str, str, str]]) -> None:
        """The first hundred; the report in the terminal names them all. Does not save."""
        self.rejected = [list(row) for row in rejected][:MAX_REJECTED]
