"""Needs and planted teams, made by a command and stored: dear at 500,000, and free of solver drift.

Each entry tells the digest of the draft it was made for. Another one is refused, never guessed.
"""

import json
from pathlib import Path
from typing import Any

from benchmarks.instances import sizing
from benchmarks.instances.country import Country, bench_folder
from benchmarks.instances.drafts import Draft
from benchmarks.instances.layout import REAL
from benchmarks.instances.sizing import Sized, size

FOLDER = Path(__file__).parent / "sized"


class StaleFile(RuntimeError):
    """A stored file was made by another generator."""


def sized(of: Country, draft: Draft) -> Sized:
    """Return the needs of a draft: as stored, else made now.

    Raises `StaleFile` where what is stored was made for another draft.
    """
    path = path_of(of)
    entry = read(path).get(draft.name)
    if entry is None:
        made = size(of, draft)
        if path.parent != FOLDER:
            write(path, {**read(path), draft.name: to_json(draft, made)})
        return made
    if entry["draft"] != made_for(draft):
        raise StaleFile(
            f"{path.name}: {draft.name} was made for another draft; "
            "run `./go bench instances --update`."
        )
    return from_json(entry)


def made_for(draft: Draft) -> str:
    """Return what an entry must tell: the draft, and how needs are made from it."""
    return f"{sizing.VERSION}-{draft.digest}"


def path_of(of: Country) -> Path:
    """Return where the sizes of a country are: in the project for real places and the first seed,
    else in the state.

    The digest of the country is part of the name in the state folder, where nobody looks after it.
    """
    if of.layout == REAL and of.seed == 0:
        return FOLDER / f"{len(of)}.json"
    return bench_folder() / f"sized-{len(of)}-{of.digest}.json"


def read(path: Path) -> dict[str, Any]:
    """Return the entries of a file by name of notice; none where there is no file."""
    if not path.is_file():
        return {}
    entries: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return entries


def write(path: Path, entries: dict[str, Any]) -> None:
    """Write entries, one line each, in the order of names."""
    lines = [f"{json.dumps(name)}: {json.dumps(entries[name])}" for name in sorted(entries)]
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    draft.replace(path)


def to_json(draft: Draft, made: Sized) -> dict[str, Any]:
    """Return an entry as plain values."""
    return {
        "draft": made_for(draft),
        "needs": list(made.needs),
        "load_permille": made.load_permille,
        "planted": [[*key, cfte] for key, cfte in sorted(made.planted.items())],
    }


def from_json(entry: dict[str, Any]) -> Sized:
    """Return an entry as it was written."""
    planted = {(candidate, package): cfte for candidate, package, cfte in entry["planted"]}
    return Sized(tuple(entry["needs"]), entry["load_permille"], planted)
