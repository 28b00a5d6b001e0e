"""Compiling before anybody's seconds are counted: the engine's first composition pays for it."""

from cordee.engine.exact.warm import warm

__all__ = ["warm"]
