"""A grid of positioning as a value: functions, criteria, four levels, what each criterion counts.

One TOML file, ours or a network's. What is wrong in a file is told with the field, the value and
the cure (RULE-27).
"""

import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404

from cordee.base.search.words import fold
from cordee.base.ui import french
from cordee.members import evidence

FUNCTIONS = ("employeur", "production", "formation", "accompagnement", "developpement-local")
LEVELS = 4
MOST_BYTES, MOST_CRITERIA, MOST_LETTERS = 60_000, 8, 240
NOT_A_LABEL = "Auto-positionnement, ne vaut pas label."


@dataclass(frozen=True, slots=True)
class Criterion:
    """`counts`: names of counters; `levels`: what each of the four looks like, in a sentence."""

    key: str
    name: str
    levels: tuple[str, ...]
    counts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Function:
    key: str
    name: str
    question: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """`levels`: the four names, the lowest first; a level chosen is 1 to 4."""

    version: str
    name: str
    levels: tuple[str, ...]
    functions: tuple[Function, ...]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"

    def function(self, key: str) -> Function:
        """The one of this key, or 404."""
        found = next((each for each in self.functions if each.key == key), None)
        if found is None:
            raise Http404(f"Cette grille n’a pas de fonction «\u00a0{key}\u00a0».")
        return found

    def after(self, key: str) -> tuple[Function, ...]:
        """Those that come after one; all of them where none has this key."""
        place = next((n for n, each in enumerate(self.functions, 1) if each.key == key), 0)
        return self.functions[place:]

    @property
    def criteria(self) -> list[Criterion]:
        return [each for function in self.functions for each in function.criteria]


@cache
def own_text() -> str:
    """The file of ours."""
    return Path(__file__).with_suffix(".toml").read_text()


def read_new(text: str) -> Grid:
    """A file that somebody sends: beside its form, what it counts must be counted today."""
    grid = read(text)
    for criterion in grid.criteria:
        for name in criterion.counts:
            if name not in evidence.counters:
                told = f"criterion {criterion.key}, counts «\u00a0{name}\u00a0» n’existe pas"
                raise _wrong(told, f"Cordée compte\u00a0: {', '.join(sorted(evidence.counters))}.")
    return grid


# A grid is read at every page of a positioning, and never changes once it is kept.
@lru_cache(maxsize=64)
def read(text: str) -> Grid:
    """Raises ValidationError with the field, what it holds and what to write."""
    if len(text.encode()) > MOST_BYTES:
        most = f"{MOST_BYTES // 1_000} ko"
        raise _wrong(f"Ce fichier pèse plus de {most}", f"Envoyez {most} au plus.")
    try:
        said = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        cure = "Repartez de la grille de Cordée, et changez ses phrases."
        raise _wrong(f"Ce fichier n’est pas du TOML\u00a0: {error}", cure) from None
    functions = tuple(_functions(_rows(said, "function", "")))
    for attribute in ("key", "name"):
        every = Counter(fold(getattr(c, attribute)) for f in functions for c in f.criteria)
        words, times = every.most_common(1)[0]
        if times > 1:
            where = f"criterion «\u00a0{words}\u00a0»\u00a0: il y est {times} fois"
            raise _wrong(where, "Gardez un seul des deux, ou changez-en un.")
    version, name = _text(said, "version", "", 20), _text(said, "name", "", 120)
    return Grid(version, name, _levels(said, "", 60), functions)


def _functions(rows: Sequence[dict[str, Any]]) -> Iterator[Function]:
    keys = [row.get("key") for row in rows]
    if keys != list(FUNCTIONS):
        told = french.series([f"«\u00a0{key}\u00a0»" for key in keys]) or "rien"
        cure = f"Écrivez les cinq, dans cet ordre\u00a0: {', '.join(FUNCTIONS)}."
        raise _wrong(f"function.key\u00a0: {told}", cure)
    for row in rows:
        where = f"function {row['key']}, "
        criteria = _rows(row, "criterion", where)
        if not 1 <= len(criteria) <= MOST_CRITERIA:
            told = f"{where}criterion\u00a0: {len(criteria)} critères"
            raise _wrong(told, f"Écrivez-en de 1 à {MOST_CRITERIA}.")
        name, question = _text(row, "name", where, 120), _text(row, "question", where)
        each_one = tuple(_criterion(each, where) for each in criteria)
        yield Function(row["key"], name, question, each_one)


def _criterion(row: dict[str, Any], where: str) -> Criterion:
    key = _text(row, "key", f"{where}criterion, ", 40)
    if not key.replace("-", "").isalnum() or not key.isascii():
        cure = "Écrivez des lettres sans accent, des chiffres ou des tirets."
        raise _wrong(f"{where}criterion.key «\u00a0{key}\u00a0»", cure)
    where = f"{where}criterion {key}, "
    counts = row.get("counts", [])
    if not isinstance(counts, list) or not all(isinstance(each, str) for each in counts):
        raise ValidationError(f"{where}counts\u00a0: écrivez une liste de noms entre guillemets.")
    return Criterion(key, _text(row, "name", where, 120), _levels(row, where), tuple(counts))


def _levels(row: dict[str, Any], where: str, most: int = MOST_LETTERS) -> tuple[str, ...]:
    found = row.get("levels")
    if not isinstance(found, list) or len(found) != LEVELS:
        told = len(found) if isinstance(found, list) else "aucun"
        cure = f"Il en faut {LEVELS}, du plus bas au plus haut."
        raise _wrong(f"{where}levels\u00a0: {told} niveaux", cure)
    numbered = {f"levels[{n}]": words for n, words in enumerate(found, start=1)}
    return tuple(_text(numbered, name, where, most) for name in numbered)


def _rows(row: dict[str, Any], name: str, where: str) -> list[dict[str, Any]]:
    found = row.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ValidationError(f"{where}{name}\u00a0: écrivez chacun sous [[{name}]].")
    return found


def _text(row: dict[str, Any], name: str, where: str, most: int = MOST_LETTERS) -> str:
    words = row.get(name)
    if not isinstance(words, str) or not words.strip():
        raise _wrong(f"{where}{name}\u00a0: vide", "Écrivez-le entre guillemets.")
    if len(words) > most:
        told = f"«\u00a0{french.cut(words, 40)}\u00a0» a {len(words)} caractères"
        raise _wrong(f"{where}{name}\u00a0: {told}", f"Gardez-en {most} au plus.")
    return words.strip()


def _wrong(told: str, cure: str) -> ValidationError:
    return ValidationError(f"{told}. {cure}")
