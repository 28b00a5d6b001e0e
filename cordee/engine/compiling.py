"""Compiling all of the engine: one process does it, others go on without, and none does it twice.

`python -m cordee.engine.compiling` is what `./go` runs, behind the site that is served: a minute
of one core, gently. Each function is kept as soon as it is compiled, so that a process killed
midway leaves the rest to the next one.
"""

import fcntl
import os
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

from numba.core import event

from cordee.engine import compiled, warm_up

GENTLY = 10
SHOWN_EVERY_S = 15.0

# How many functions are compiled, and of how many.
Progress = Callable[[int, int], None]


def compile_all(progress: Progress = lambda done, of: None) -> None:
    """Compile what is not yet, or wait for the process that does; then say so to every process.

    Raises `RuntimeError` where the warm-up left something out. Nothing to do without Numba's JIT.
    """
    if compiled.is_ready() or not compiled.FUNCTIONS:
        return
    ready = compiled.ready_file()
    ready.parent.mkdir(parents=True, exist_ok=True)
    with open(ready.with_name("lock"), "w") as lock:
        # Given back by the system where this process is killed.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if compiled.is_ready():
            return
        compiled.use()
        with event.install_listener("numba:compile", _Counter(progress)):
            warm_up.composing()
            warm_up.ranking()
        # What they call is in their code: read from the cache, it is not looked at by itself.
        if left := [f.__name__ for f in compiled.ENTRIES if not f.signatures]:
            raise RuntimeError(f"The warm-up never called {', '.join(left)}.")
        ready.touch()


def warm() -> None:
    """Read the compiled code, a second in a new process, before anybody's seconds are counted."""
    if compiled.is_ready():
        warm_up.composing()


class _Counter(event.Listener):
    def __init__(self, progress: Progress) -> None:
        self.progress, self.done = progress, 0

    def on_start(self, event: Any) -> None:
        """Nothing is done yet."""

    def on_end(self, event: Any) -> None:
        done = sum(1 for function in compiled.FUNCTIONS if function.signatures)
        if done > self.done:
            self.done = done
            self.progress(done, len(compiled.FUNCTIONS))


def main() -> int:
    """Compile, and tell how far it is on standard error; nothing where all is there."""
    if compiled.is_ready() or not compiled.FUNCTIONS:
        return 0
    os.nice(GENTLY)
    began = shown_at = perf_counter()

    def show_progress(done: int, of: int) -> None:
        nonlocal shown_at
        if perf_counter() - shown_at > SHOWN_EVERY_S:
            shown_at = perf_counter()
            _write(f"Calcul rapide : {done} fonctions prêtes sur {of}.")

    _write(f"Calcul rapide : {len(compiled.FUNCTIONS)} fonctions à préparer, une seule fois.")
    try:
        compile_all(show_progress)
    except KeyboardInterrupt:
        return 130
    _write(f"Calcul rapide prêt, en {perf_counter() - began:.0f} s.")
    return 0


def _write(line: str) -> None:
    sys.stderr.write(f"  {line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
