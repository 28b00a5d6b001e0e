"""While a composition is computed: how far it is goes to the base, what people ask comes back."""

import logging
import math
from datetime import datetime
from time import monotonic
from typing import Any

from django.db import OperationalError
from django.db.models import QuerySet

from cordee.composing import problem
from cordee.composing.models import Composition
from cordee.composing.problem import search_progress

logger = logging.getLogger(__name__)
# A person reads no faster, and a base with one writer has others to serve.
SECONDS_BETWEEN = 0.5


class ProgressStore:
    """Stores what a search finds, and tells it to stop once somebody has asked.

    Called several times a second; twice a second at most it makes one UPDATE of one column, where
    there is news, and one SELECT of two.
    """

    def __init__(
        self,
        composition: Composition,
        question: problem.Question,
        *,
        began_at: datetime,
        time_limit_s: float,
    ) -> None:
        self._pk = composition.pk
        self._record = search_progress.Record(
            question.problem, question.known, composition.progress
        )
        self._times = {"began_at": began_at.isoformat(), "time_limit_s": time_limit_s}
        self._looked = -math.inf
        self._goes_on = True

    def begin(self) -> None:
        """Say that the search has begun, with what an earlier try has found."""
        self._row().update(progress=self.as_json())

    def __call__(self, run: search_progress.Run, moment: search_progress.Moment) -> bool:
        """Take a moment, and return whether to go on."""
        self._record.hear(run, moment)
        if self._goes_on and monotonic() - self._looked >= SECONDS_BETWEEN:
            try:
                self._look()
            except OperationalError:
                # A base that is busy costs a picture of the search, never the search.
                logger.warning("Composition %s: progress not stored", self._pk, exc_info=True)
            self._looked = monotonic()
        return self._goes_on

    def as_json(self) -> dict[str, Any]:
        """Everything found so far, as the column keeps it."""
        return {**self._record.as_json(), **self._times}

    def _row(self) -> QuerySet[Composition]:
        return Composition.objects.filter(pk=self._pk, state=Composition.State.RUNNING)

    def _look(self) -> None:
        if self._record.has_news:
            self._row().update(progress=self.as_json())
        asked = self._row().values_list("stop_asked_at", flat=True)
        # Cancelled, or gone with its opportunity, there is no row: nobody waits any more.
        self._goes_on = list(asked) == [None]
