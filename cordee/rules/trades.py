"""The referential of 27 trades, and which trade a CPV code speaks of (RULE-31)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from cordee.rules.parameters import Concern, Confidence, ReportLine


@dataclass(frozen=True, slots=True)
class Trade:
    """One trade. ``labour_share`` and ``season`` are defaults that a person may change."""

    slug: str
    label: str
    short_label: str
    cpv_prefixes: tuple[str, ...]
    cpv_excluded: tuple[str, ...]
    rome: tuple[str, ...]
    naf: tuple[str, ...]
    skills: tuple[str, ...]
    cautions: tuple[str, ...]
    labour_share: Decimal
    labour_share_confidence: Confidence
    labour_share_source: str
    season: tuple[int, ...] | None
    season_confidence: Confidence | None
    season_source: str | None

    @property
    def in_sentence(self) -> str:
        """Its short label within a sentence: "espaces verts"."""
        return self.short_label[:1].lower() + self.short_label[1:]


@dataclass(frozen=True, slots=True)
class TradeMatch:
    """Why a CPV code speaks of a trade: the prefix, and how far to trust it (0 to 1)."""

    trade: Trade
    cpv: str
    prefix: str
    score: Decimal

    @property
    def why(self) -> str:
        """Say in French what made the match."""
        return f"Le code CPV {self.cpv} commence par {self.prefix} : {self.trade.label}."


def match_cpv(code: str) -> tuple[TradeMatch, ...]:
    """Give the trades whose CPV prefix is the longest one that starts this code.

    Trades that share that prefix all come, in the order of the referential. Nothing matches: an
    empty tuple. ``code`` may carry its check digit ("77310000-6").

    Source: RULE-31 (own convention; prefixes checked against the CPV 2008 list).
    Not covered: what the text of the notice says; codes too general to name a trade.
    """
    matches = [m for trade in TRADES.values() if (m := _match(code, trade)) is not None]
    longest = max((len(m.prefix) for m in matches), default=0)
    return tuple(m for m in matches if len(m.prefix) == longest)


def match_trade(code: str, slug: str) -> TradeMatch | None:
    """Give the longest prefix of one trade that starts this CPV code, or None.

    Source: RULE-31.
    """
    return _match(code, trade(slug))


def trade(slug: str) -> Trade:
    """Give a trade by its slug; raise ``ValueError`` naming the slug where there is none."""
    found = TRADES.get(slug)
    if found is None:
        raise ValueError(f"slug is {slug!r}: no trade has this name. Use one of {sorted(TRADES)}.")
    return found


def prefix_score(length: int) -> Decimal:
    """Give how far a match on a CPV prefix of this length is trusted, from 0 to 1."""
    return next((score for n, score in reversed(_SCORES) if n <= length), Decimal(0))


def report() -> list[ReportLine]:
    """List the defaults of trades that no source backs, like ``parameters.report`` for the law."""
    lines = []
    for found in TRADES.values():
        defaults = [("labour_share", "part de main-d’œuvre", found.labour_share_confidence)]
        if found.season_confidence is not None:
            defaults.append(("season", "saison", found.season_confidence))
        lines += [
            ReportLine(
                name=f"trades.{found.slug}.{field}",
                concern=Concern.NEVER_CHECKED,
                message=f"{found.label}, {label} : {confidence.label}.",
            )
            for field, label, confidence in defaults
            if confidence is not Confidence.SOURCED
        ]
    return lines


def _match(code: str, trade: Trade) -> TradeMatch | None:
    digits = code.strip()[:8]
    if not (len(digits) == 8 and digits.isascii() and digits.isdigit()):
        raise ValueError(f"code is {code!r}: a CPV code has eight digits, as 77310000.")
    if digits.startswith(trade.cpv_excluded):
        return None
    prefix = max((p for p in trade.cpv_prefixes if digits.startswith(p)), key=len, default=None)
    if prefix is None:
        return None
    return TradeMatch(trade, digits, prefix, prefix_score(len(prefix)))


def _read_trade(raw: Mapping[str, Any]) -> Trade:
    season = raw.get("season")
    return Trade(
        slug=raw["slug"],
        label=raw["label"],
        short_label=raw["short_label"],
        cpv_prefixes=tuple(raw["cpv_prefixes"]),
        cpv_excluded=tuple(raw.get("cpv_excluded", ())),
        rome=tuple(raw["rome"]),
        naf=tuple(raw["naf"]),
        skills=tuple(raw["skills"]),
        cautions=tuple(raw["cautions"]),
        labour_share=Decimal(raw["labour_share"]),
        labour_share_confidence=Confidence(raw["labour_share_confidence"]),
        labour_share_source=raw["labour_share_source"],
        season=tuple(season) if season else None,
        season_confidence=Confidence(raw["season_confidence"]) if season else None,
        season_source=raw["season_source"] if season else None,
    )


def _load(path: Path) -> tuple[dict[str, Trade], list[tuple[int, Decimal]]]:
    with path.open("rb") as stream:
        content = tomllib.load(stream)
    trades = {raw["slug"]: _read_trade(raw) for raw in content["trade"]}
    scores = sorted((int(n), Decimal(score)) for n, score in content["cpv_score"].items())
    return trades, scores


TRADES: Mapping[str, Trade]
TRADES, _SCORES = _load(Path(__file__).with_suffix(".toml"))
