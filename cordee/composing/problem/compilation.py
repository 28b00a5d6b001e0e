"""The compiled code of the engine: read where it is there, or compiled now."""

from cordee.engine.compiling import compile_all, warm

__all__ = ["compile_all", "warm"]
