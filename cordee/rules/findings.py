"""What a rule finds in a case: a sentence that says what is so, and one that says what to do."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Weight(StrEnum):
    """How much a finding weighs. A QUESTION is what nobody has answered yet: never a pass."""

    BLOCK = "BLOCK"
    WARNING = "WARNING"
    QUESTION = "QUESTION"
    NOTE = "NOTE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found, in French. `articles` are those of the law; empty for our own advice."""

    code: str
    weight: Weight
    sentence: str
    cure: str
    articles: tuple[str, ...] = ()


_TOLD = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def finding(
    key: str, *, weight: Weight | None = None, articles: tuple[str, ...] = (), **words: object
) -> Finding:
    """One of `findings.toml`, its sentence filled; `weight` where the case says it."""
    told = _TOLD[key]
    return Finding(
        code=told.get("code", key),
        weight=weight or Weight(told["weight"]),
        sentence=told["sentence"].format(**words),
        cure=told["cure"],
        articles=articles or tuple(told.get("articles", ())),
    )


def blocks(findings: tuple[Finding, ...]) -> bool:
    """Tell whether one of them keeps the case from going on as it is."""
    return any(found.weight is Weight.BLOCK for found in findings)
