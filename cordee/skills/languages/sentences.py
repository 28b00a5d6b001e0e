"""Which sentences are said in another language, and in which; their file, out and in."""

import tomllib
from collections.abc import Iterator, Mapping
from operator import itemgetter
from pathlib import Path
from typing import IO, NamedTuple

from django.core.exceptions import ValidationError

from cordee.base.tables import Column
from cordee.members.models import Structure
from cordee.skills.frameworks.in_use import frameworks_of
from cordee.skills.frameworks.tables import CUT, open_rows
from cordee.skills.models.frameworks import MOST_WORDS

FILE = tomllib.loads(Path(__file__).with_name("languages.toml").read_text())
CODE, FRENCH, WORDS = NAMES = ("Code", "Phrase", "Traduction")
COLUMNS = [Column(name, itemgetter(name)) for name in NAMES]
FRENCH_CODE = "fr"
# What a file holds in place of letters that it could not write.
LOST = "???"


class Language(NamedTuple):
    """`native`: its name in itself. `direction`: as HTML says it."""

    code: str
    name: str
    native: str
    direction: str = "ltr"


class Spoken(NamedTuple):
    """What her page says beside French, by the sentence that each was made of: translations, and
    the keys of what the team read aloud."""

    language: Language
    words: Mapping[str, str]
    sounds: Mapping[str, int]


LANGUAGES = {code: Language(code, **about) for code, about in FILE["languages"].items()}


def sentences_of(structure: Structure) -> dict[str, dict[str, str]]:
    """The French sentences by code: those of her page, then those of each framework by its name."""
    found = {"Sa page": {f"page/{code}": words for code, words in FILE["page"].items()}}
    for code, framework in frameworks_of(structure).items():
        sentences = found.setdefault(framework.name, {})
        for each in framework.competences:
            sentences[f"{code}/competence/{each.code}"] = each.name
            sentences |= {f"{code}/{one.code}": one.sentence for one in each.criteria}
    return found


def flat(parts: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {code: words for part in parts.values() for code, words in part.items()}


def languages_of(structure: Structure) -> list[Language]:
    """French, and those in which something is translated or read aloud."""
    translated = structure.translations.values_list("language", flat=True)
    recorded = structure.recordings.filter(removed_at__isnull=True)
    kept = {FRENCH_CODE, *translated, *recorded.values_list("language", flat=True)}
    return [each for code, each in LANGUAGES.items() if code in kept]


def spoken_in(structure: Structure, code: str) -> Spoken:
    """What is said in a language; in French where it is none of the list."""
    code = code if code in LANGUAGES else FRENCH_CODE
    rows = structure.translations.filter(language=code).values_list("french", "words")
    sounds = structure.recordings.filter(language=code, removed_at__isnull=True)
    words = dict(rows) if code != FRENCH_CODE else {}
    return Spoken(LANGUAGES[code], words, dict(sounds.values_list("french", "pk")))


def rows_of(sentences: Mapping[str, str], words: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for code, french in sentences.items():
        yield {CODE: code, FRENCH: french, WORDS: words.get(code, "")}


def read_translations(file: IO[bytes], sentences: Mapping[str, str]) -> dict[str, str]:
    """What a file says, by code; empty for a sentence that is not to be translated any more.

    Raises ValidationError: each fault with its line and its cure; nothing of it is read then.
    """
    read: dict[str, str] = {}
    faults = []
    for row in open_rows(file, NAMES):
        code, french, words = (row.values.get(name, "") for name in NAMES)
        now, fault = sentences.get(code, ""), ""
        if row.fault:
            fault = f"{row.fault}. {CUT}"
        elif not now:
            fault = "ce code n’est plus dans vos référentiels. Retirez cette ligne."
        elif code in read:
            fault = "ce code est écrit deux fois. Retirez l’une des deux lignes."
        # A workbook gives one space for any.
        elif french.split() != now.split():
            fault = f"la phrase est maintenant «\u00a0{now}\u00a0». Recopiez-la, et traduisez-la."
        elif len(words) > MOST_WORDS:
            fault = f"cette traduction est trop longue. {MOST_WORDS} lettres au plus."
        elif LOST in words:
            fault = "des lettres sont perdues. Enregistrez en Excel (.xlsx), ou en CSV UTF-8."
        read[code] = words
        if fault:
            faults.append(f"Ligne {row.number}, «\u00a0{code}\u00a0»\u00a0: {fault}")
    if faults:
        raise ValidationError(faults)
    return read
