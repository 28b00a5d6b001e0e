"""The one way in which the engine compiles: cached, without the lock of the interpreter, exact.

The cache goes where `NUMBA_CACHE_DIR` says, else beside the sources. No fast-math anywhere: the
same bits on every machine matter more than the last tenth of speed.
"""

from collections.abc import Callable
from typing import Any

import numba

Compiled = Callable[..., Any]


def jit(function: Compiled) -> Compiled:
    """Return a function compiled at its first call, or read from the cache."""
    compiled: Compiled = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return compiled
