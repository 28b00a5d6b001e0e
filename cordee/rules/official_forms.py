"""The official models of a bid, as far as we know them: versions and rubrics, dated and sourced."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from cordee.rules.parameters import Concern, ReportLine

FILE = Path(__file__).parent / "official_forms.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialForm:
    """One model. `rubrics`: titles by letter, in their order. `read_again`: when these were read in
    the State's own file; None where nobody did."""

    name: str
    title: str
    version: str
    source: str
    rubrics: Mapping[str, str]
    read_again: date | None = None


@cache
def official_forms() -> Mapping[str, OfficialForm]:
    """All of them, by their key in the file."""
    with FILE.open("rb") as stream:
        return {key: OfficialForm(**values) for key, values in tomllib.load(stream).items()}


def report() -> list[ReportLine]:
    """List the models whose rubrics nobody read again, like ``parameters.report`` for the law."""
    return [
        ReportLine(
            f"official_forms.{key}",
            Concern.NEVER_CHECKED,
            f"{form.name}, version du {form.version} : vu dans des {form.source}.",
        )
        for key, form in official_forms().items()
        if form.read_again is None
    ]
