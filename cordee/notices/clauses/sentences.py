"""The sentences that may speak of reservation, insertion or groups, and patterns quick to search.

The rest of a notice is not even cut.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from cordee.notices.notice import Evidence
from cordee.notices.text import Sentence, cut, cut_each

REMEMBERED = 128
"""Sentences whose reading is kept: those of a lot are read for the whole, then for the lot."""


def any_of(*patterns: str) -> re.Pattern[str]:
    """One pattern for all of these, so that a sentence is searched once.

    It finds at the same place as they would, but perhaps another branch: not for `sub` nor groups.

    The branches that begin at the edge of a word are tried where one begins only: ten times quicker
    than to ask each of them at each letter. After their `\\b` comes a letter or a digit.
    """
    branches = [branch for pattern in patterns for branch in _branches(pattern)]
    at_edge = [way for branch in branches if branch.startswith(r"\b") for way in _ways(branch[2:])]
    others = [branch for branch in branches if not branch.startswith(r"\b")]
    edged = [rf"\b(?=\w)(?:{'|'.join(at_edge)})"] if at_edge else []
    return re.compile("|".join((*edged, *others)))


def patterns(module: str, *quick: str) -> Mapping[str, re.Pattern[str]]:
    """Those of the TOML file beside a module, by name, each written as the list of its branches.

    Those that are `quick` are made by `any_of`, which pays where the branches begin with many
    letters. `parts` are written once for several branches, which name them in braces.
    """
    written = tomllib.loads(Path(module).with_suffix(".toml").read_text("utf-8"))
    parts = {f"{{{name}}}": text for name, text in written.pop("parts", {}).items()}
    found = {}
    for name, branches in written.items():
        for part, text in parts.items():
            branches = [branch.replace(part, text) for branch in branches]
        found[name] = any_of(*branches) if name in quick else letters_first(*branches)
    return found


_FIRST_WORD = re.compile(r"\\b([a-z]+)(?![?*+{])")


def letters_first(*patterns: str) -> re.Pattern[str]:
    r"""One pattern for all of these, where `\bword` is looked for as `word(?<=\bword)`.

    It finds all that they would, groups too; but a search skips to the letters that its branches
    begin with, where `\b` would be asked at each letter.
    """
    branches = [branch for pattern in patterns for branch in _branches(pattern)]
    quick = (
        rf"{word[1]}(?<={word[0]}){branch[word.end() :]}"
        if (word := _FIRST_WORD.match(branch))
        else branch
        for branch in branches
    )
    return re.compile("|".join(quick))


def _ways(branch: str) -> tuple[str, ...]:
    """A branch that may begin with some letters or not, as two whose first letter is known."""
    optional = re.match(r"\(\?:(\w+)\)\?", branch)
    if optional is None:
        return (branch,)
    rest = branch[optional.end() :]
    return rest, optional[1] + rest


def _branches(pattern: str) -> list[str]:
    """The branches of a pattern, cut at the bars that stand in no bracket."""
    found, depth, start = [], 0, 0
    for token in re.finditer(r"\\.|\[(?:\\.|[^\]])*\]|[()|]", pattern):
        if token.group() in "()":
            depth += 1 if token.group() == "(" else -1
        elif token.group() == "|" and not depth:
            found.append(pattern[start : token.start()])
            start = token.end()
    return [*found, pattern[start:]]


GROUP_STEMS = (
    *("groupe", "solida", "conjoint", "mandataire", "cotrait", "co-trait", "gme", "grpt"),
    "candidatures indiv",
)
_STEMS = (
    *("reserv", "113-", "113 -", "protege", "handicap", "esat", "defavoris", "detenu", "penitenti"),
    *("insert", "social", "societ", "publics", "emploi", "loigne", "difficult", "clause", "heure"),
    *("le plie", "du plie", "apprenti", "alternan", "d'execution", "main d'", "main-d'", "% d"),
    *("prioritaire", "discrimin", "jugee"),
    *GROUP_STEMS,
)


def relevant(passages: Iterable[Evidence]) -> tuple[Sentence, ...]:
    """These passages cut where they may speak of our subjects."""
    return cut(passages, _STEMS)


def relevant_each(passages: Sequence[tuple[Evidence, str]]) -> list[tuple[Sentence, ...]]:
    """The same for many passages with the lot of each, looked at in one go."""
    return cut_each(passages, _STEMS)
