"""Every verb that the code writes in the journal has its words, in the file of its room."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
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
def test_words_follow_a_name_and_are_of_their_room(room: str) -> None:
    if find_spec(f"cordee.{room}.journal_words") is None:
        return
    module = import_module(f"cordee.{room}.journal_words")
    kept = getattr(module, "KEPT", {})
    words = module.VERBS | kept
    wrong = [v for v in words if not v.startswith(f"{room}.")]
    wrong += [w for w in words.values() if not re.match(r"(a|s’est) [^A-Z]", w) or "." in w]
    assert wrong == []
    assert set(getattr(module, "SENTENCES", {})) <= set(words)
    # Each stands once: a verb is kept for good, or it is everyday.
    assert len(words) == len(module.VERBS) + len(kept)


def test_a_verb_of_old_is_still_told() -> None:
    assert words_of("members.vanished") == "a fait une action ancienne (members.vanished)"
