"""Every verb that the code writes in the journal has its words, in the file of its room."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from cordee.accounts.journal import vocabulary, words_of

PROJECT = Path(__file__).resolve().parents[2]
ROOMS = sorted(f.parent.name for f in (PROJECT / "cordee").glob("*/apps.py"))


def actions_of(room: str) -> list[Path]:
    folder = PROJECT / "cordee" / room
    return [
        file
        for file in folder.rglob("*.py")
        if "actions" in file.relative_to(folder).parts
        or file.stem.endswith("actions")
        or "journal.record(" in file.read_text(encoding="utf-8")
    ]


def verbs_of(room: str) -> Iterator[tuple[str, str]]:
    """(verb, where): what a call names `verb=`, and every text of the shape "room.verb"."""
    for file in actions_of(room):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            where = f"{file.name}, line {getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if re.fullmatch(rf"{room}\.[a-z_]+", node.value):
                    yield node.value, where
            elif isinstance(node, ast.Call):
                for keyword in node.keywords:
                    value = getattr(keyword.value, "value", None)
                    if keyword.arg == "verb" and isinstance(value, str):
                        yield value if "." in value else f"{room}.{value}", where


@pytest.mark.parametrize("room", ROOMS)
def test_every_verb_has_its_words(room: str) -> None:
    known = vocabulary().verbs
    assert [f"{verb} ({where})" for verb, where in verbs_of(room) if verb not in known] == []


def test_the_walk_finds_verbs_however_they_are_written() -> None:
    found = {verb for room in ROOMS for verb, _ in verbs_of(room)}
    assert {"members.grant_seat", "accounts.stop_mail", "members.leave_seat"} <= found
    assert {"opportunities.publish_need", "composing.keep_proposal"} <= found


@pytest.mark.parametrize("room", ROOMS)
def test_words_follow_a_name(room: str) -> None:
    file = PROJECT / "cordee" / room / "journal_words.toml"
    if not file.exists():
        return
    sorts = tomllib.loads(file.read_text(encoding="utf-8"))
    assert set(sorts) <= {"everyday", "kept"}
    words = [each for verbs in sorts.values() for each in verbs.values()]
    assert [w for w in words if not re.match(r"(a|s’est) [^A-Z]", w) or "." in w] == []
    # Each stands once: a verb is kept for good, or it is everyday.
    assert len(words) == len({verb for verbs in sorts.values() for verb in verbs})


def test_more_is_said_of_known_verbs_only() -> None:
    assert set(vocabulary().sentences) <= set(vocabulary().verbs)


def test_a_verb_of_old_is_still_told() -> None:
    assert words_of("members.vanished") == "a fait une action ancienne (members.vanished)"
