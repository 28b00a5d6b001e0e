"""The committed public facts of known programmes: one TOML file each, dated and sourced."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def read_programmes() -> Iterator[Mapping[str, Any]]:
    """Each file, by name."""
    for path in sorted(FOLDER.glob("*.toml")):
        with path.open("rb") as stream:
            yield tomllib.load(stream)
