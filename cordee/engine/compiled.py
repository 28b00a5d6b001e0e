"""The one way in which the engine compiles: cached, without the lock of the interpreter, exact.

The cache is a folder of ours, `NUMBA_CACHE_DIR` or `var/compiled`, with one folder inside for each
state of the sources: Numba looks only at the file of a function, not at those of what it calls, and
would go on with the old ones. No fast-math anywhere: the same bits on every machine matter more
than the last tenth of speed.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba

Compiled = Callable[..., Any]

ENGINE = Path(__file__).resolve().parent


def _sources() -> str:
    digest = hashlib.sha256()
    for path in sorted(ENGINE.rglob("*.py")):
        text = path.read_bytes()
        if b"engine.compiled" in text:
            digest.update(text)
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Return where compiled code is kept for these sources."""
    named = os.environ.get("NUMBA_CACHE_DIR")
    folder = Path(named) if named else ENGINE.parents[1] / "var" / "compiled"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        # Where the program's own folder cannot be written, as in an image.
        folder = Path(tempfile.gettempdir()) / f"cordee-compiled-{os.getuid()}"
    return folder / _sources()


numba.config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined]


OPTIONS: Any = {"cache": True, "nogil": True, "error_model": "numpy"}


def jit(function: Compiled) -> Compiled:
    """Return a function compiled at its first call, or read from the cache."""
    compiled: Compiled = numba.njit(**OPTIONS)(function)
    return compiled


def leaf(function: Compiled) -> Compiled:
    """Return a compiled function that makes no array: those it is given are not counted.

    Each call of another one counts every array in every tuple up and down again, with atomic
    operations that two threads over the same arrays wait for.
    """
    options = {**OPTIONS, "_nrt": False}
    compiled: Compiled = numba.njit(**options)(function)
    return compiled
