"""Following a search in the terminal: one line that says how far it is, and Ctrl-C to stop it."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType
from typing import Any

from cordee.base.ui import french
from cordee.composing.problem import search_progress
from cordee.composing.problem.reader import euros, percent_at_most

# A line in place is drawn anew as often as an eye follows; other lines wait for what is long.
SECONDS_BETWEEN = 0.1
QUIET_SECONDS = 2.0
TO_LINE_START, CLEAR_LINE = "\r", "\x1b[K"


class ProgressLine:
    """Told of each moment of a search. `write` takes text as it is, line ends included."""

    def __init__(self, write: Callable[[str], Any], *, is_in_place: bool) -> None:
        self._write, self._is_in_place = write, is_in_place
        self._began = monotonic()
        self._drawn = -SECONDS_BETWEEN
        self._shown: tuple[search_progress.Run, int] | None = None
        self._has_line = False
        self._goes_on = True

    def __call__(self, run: search_progress.Run, moment: search_progress.Moment) -> bool:
        """Say how far the search is where it is time to, and whether to go on."""
        now = monotonic()
        if self._is_in_place and now - self._drawn >= SECONDS_BETWEEN:
            self._drawn, self._has_line = now, True
            self._write(f"{TO_LINE_START}  {self._line(run, moment)}{CLEAR_LINE}")
        elif not self._is_in_place and moment.plan is not None:
            found = run, moment.plan.terms.total
            if found != self._shown and now - self._began >= QUIET_SECONDS:
                self._shown = found
                self._write(f"  {self._line(run, moment)}\n")
        return self._goes_on

    @contextmanager
    def stopped_by_ctrl_c(self) -> Iterator[None]:
        """Inside, Ctrl-C stops the search with what it has; pressed again, it ends the command.

        Seconds are counted from here: what came before is no search.
        """
        self._began = monotonic()
        if threading.current_thread() is not threading.main_thread():
            yield  # only the main thread may hear signals
            return
        before = signal.getsignal(signal.SIGINT)

        def stop(number: int, frame: FrameType | None) -> None:
            self._goes_on = False
            signal.signal(signal.SIGINT, before)
            self.clear()
            self._write("  Nous gardons ce qui est trouvé. Ctrl-C encore pour abandonner.\n")

        signal.signal(signal.SIGINT, stop)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
            self.clear()

    def clear(self) -> None:
        """Take the line in place away, before anything else is written."""
        if self._has_line:
            self._write(f"{TO_LINE_START}{CLEAR_LINE}")
            self._has_line = False

    def _line(self, run: search_progress.Run, moment: search_progress.Moment) -> str:
        seconds = f"{french.number(monotonic() - self._began, 1)}{french.THIN}s"
        whose = "Sans rien supposer\u00a0: " if run is search_progress.Run.CERTAIN else ""
        if moment.plan is None:
            return f"{whose}pas encore d’équipe · {seconds}"
        size = french.count(len(moment.plan.partners), "structure")
        cost = euros(moment.plan.terms.total)
        gap = percent_at_most(search_progress.gap_of(moment.plan.terms.total, moment.bound))
        return f"{whose}{size} · {cost} · écart au plus {gap} · {seconds}"
