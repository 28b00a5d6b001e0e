"""The one way in which the engine compiles: cached, without the lock of the interpreter, exact.

Nobody waits for it: until all is compiled (`is_ready`) composing and ranking take the plain road,
HiGHS and NumPy, to the same answers. `compiling` compiles, once for each machine and state of the
sources.

The cache is a folder of ours, `NUMBA_CACHE_DIR` or `var/compiled`, with one folder inside for each
state of the sources: Numba looks only at the file of a function, not at those of what it calls, and
would go on with the old ones. Sources are the files that name `engine.compiled`, those of numbers
that are compiled in among them (a test looks at each). No fast-math anywhere: the same bits on
every machine matter more than the last tenth of speed.
"""

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

import llvmlite.binding  # type: ignore[import-untyped]
import numba
from numba.core.types import unliteral

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
_in_use = False


@cache
def ready_file() -> Path:
    """Return the file that stands once all is compiled for this processor and these versions."""
    cpu = llvmlite.binding.get_host_cpu_name(), llvmlite.binding.get_host_cpu_features().flatten()
    machine = repr((numba.__version__, sys.version, *cpu))
    return cache_folder() / f"ready-{hashlib.sha256(machine.encode()).hexdigest()[:16]}"


def use() -> None:
    """Take compiled code in this process from now on, and compile what is not."""
    global _in_use
    _in_use = True


def is_ready() -> bool:
    """Tell whether whoever asks gets compiled code at once; else there is the plain road."""
    if not _in_use and not numba.config.DISABLE_JIT and ready_file().exists():  # type: ignore[attr-defined]
        use()
    return _in_use


def uncompiled(names: dict[str, Any]) -> dict[str, Any]:
    """Return the names of a module with its functions as Python runs them, one another's too."""
    plain = dict(names)
    for name, value in names.items():
        if hasattr(value, "py_func"):
            its = value.py_func
            plain[name] = FunctionType(its.__code__, plain, name, its.__defaults__)
    return plain


OPTIONS: Any = {"cache": True, "nogil": True, "error_model": "numpy"}
# What only compiled code calls: Numba need not make it callable from Python and from C as well.
CALLED: Any = {"no_cfunc_wrapper": True}
INSIDE: Any = {"no_cpython_wrapper": True, **CALLED}
# The compiled functions of the engine, and those of them that Python calls; see `compiling`.
FUNCTIONS: list[Any] = []
ENTRIES: list[Any] = []


def entry(function: Compiled) -> Compiled:
    """Return a function that Python calls, compiled at its first call or read from the cache."""
    return _compiled(function, CALLED)


def jit(function: Compiled) -> Compiled:
    """Return a function that compiled code calls."""
    return _compiled(function, INSIDE)


def leaf(function: Compiled) -> Compiled:
    """Return a function that compiled code calls and that makes no array: none is counted.

    Each call of another one counts every array in every tuple up and down again, with atomic
    operations that two threads over the same arrays wait for.
    """
    return _compiled(function, {**INSIDE, "_nrt": False})


def _compiled(function: Compiled, options: Any) -> Compiled:
    if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
        return function
    made: Any = numba.njit(**OPTIONS, **options)(function)
    template_of = made.get_call_template
    plain: Any = unliteral

    def without_literals(args: Any, kws: Any) -> Any:
        # A number written in a call has a type of its own: each would be compiled once more.
        return template_of(tuple(map(plain, args)), {name: plain(t) for name, t in kws.items()})

    made.get_call_template = without_literals
    if function.__module__.startswith("cordee."):
        FUNCTIONS.append(made)
        if "no_cpython_wrapper" not in options:
            ENTRIES.append(made)
    compiled: Compiled = made
    return compiled
