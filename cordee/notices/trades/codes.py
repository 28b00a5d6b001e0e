"""Which trades a CPV code speaks of when a whole notice is read."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from cordee.rules.trades import TRADES, match_cpv

SURE_DIGITS = 4
"""From this length of prefix a code names a trade; shorter ones only agree with it."""


@cache
def _table() -> dict[str, tuple[str, ...]]:
    read = tomllib.loads(Path(__file__).with_name("codes.toml").read_text("utf-8"))
    table = {prefix: tuple(trades) for prefix, trades in read.items()}
    if unknown := {slug for trades in table.values() for slug in trades} - set(TRADES):
        raise ValueError(f"codes.toml names trades that are not in the referential: {unknown}.")
    return table


@cache
def trades_of_code(code: str) -> tuple[tuple[str, ...], str]:
    """The trades of a code of eight digits and the prefix that decides; ((), "") where none does.

    The longest prefix wins, ours before that of the referential (RULE-31).
    """
    table = _table()
    own = next((code[:size] for size in range(8, 1, -1) if code[:size] in table), "")
    matches = match_cpv(code)
    if matches and len(matches[0].prefix) > len(own):
        return tuple(match.trade.slug for match in matches), matches[0].prefix
    return (table[own], own) if own else ((), "")
