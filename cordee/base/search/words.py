"""From what people write to what is compared: no accent, no case, no plural.

Each word is kept twice, as written and as its stem, so that the last word of a query can be a
beginning ("resso") and any word can be a plural ("jardins").
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import snowballstemmer

# A query is a sentence at most: beyond, somebody pasted a page.
MOST_QUERY_LETTERS = 200
MOST_QUERY_WORDS = 12
LONGEST_WORD = 40

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "‘": "'", "ʼ": "'"})
ELISION = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'", re.IGNORECASE)
# SIREN and SIRET as people space them: 123 456 789 00012.
SPACED_SIRET = re.compile(r"(?<!\d)(\d{3})[ .](\d{3})[ .](\d{3})(?:[ .]?(\d{5}))?(?!\d)")
ONLY_DIGITS = re.compile(r"[\d\s.]*\d[\d\s.]*")
WORD = re.compile(r"[^\W_]+")
# Words that part nothing: left out of a query that says something else.
EMPTY_WORDS = frozenset(
    {"a", "au", "aux", "avec", "ce", "ces", "dans", "de", "des", "du", "en", "et", "la", "le"}
    | {"les", "ou", "par", "pour", "sur", "un", "une"}
)
# Words of a sentence that say how it is built, not what it is about.
SENTENCE_WORDS = EMPTY_WORDS | frozenset(
    Path(__file__).with_name("sentence_words.txt").read_text(encoding="ascii").split()
)
# Before each word of a title, kept once more: no word that people type begins so.
TITLE_MARK = "0"

_stemmer = snowballstemmer.stemmer("french")


def fold(text: str) -> str:
    """Lower case, no accent, no elision, ligatures and spaced SIRET joined, one space between.

    "L’Œuvre d’Éco-Nîmes" -> "oeuvre eco nimes".
    """
    # Non-characters of any width (narrow no-break spaces included) become plain spaces.
    plain = unicodedata.normalize("NFKC", text).casefold().translate(LIGATURES)
    plain = " ".join(plain.split())
    plain = ELISION.sub(" ", plain)
    plain = SPACED_SIRET.sub(lambda m: "".join(m.groups(default="")), plain)
    decomposed = unicodedata.normalize("NFD", plain)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(word[:LONGEST_WORD] for word in WORD.findall(bare))


@lru_cache(maxsize=100_000)
def _stem_of(word: str) -> str:
    return str(_stemmer.stemWord(word)) if word.isascii() and word.isalpha() else word


def stem(text: str) -> str:
    """The words to index: each folded word, and its stem where it differs, separated by spaces."""
    kept: dict[str, None] = {}
    for word in fold(text).split():
        # The word as written too: the stem of a beginning is not the beginning of a stem.
        kept[word] = None
        kept[_stem_of(word)] = None
    return " ".join(kept)


def of_title(title: str) -> str:
    """The words of a title, marked: added to the text of a row, they weigh more in its rank."""
    return " ".join(TITLE_MARK + word for word in stem(title).split())


def telling_stems(query: str) -> list[str]:
    """The stems of a question that say what it is about, each once."""
    words = fold(query[:MOST_QUERY_LETTERS]).split()
    telling = [word for word in words if word not in SENTENCE_WORDS and len(word) > 1]
    return list(dict.fromkeys(map(_stem_of, telling)))[:MOST_QUERY_WORDS]


def stem_groups(groups: Iterable[Iterable[str]]) -> dict[str, frozenset[str]]:
    """By the stem of a word, those of the words that are said for it."""
    found: dict[str, frozenset[str]] = {}
    for group in groups:
        stems = frozenset(_stem_of(fold(word)) for word in group)
        found |= {each: found.get(each, frozenset()) | stems - {each} for each in stems}
    return found


def query_words(query: str) -> list[str]:
    """The folded words of a query that must all match; empty where it says nothing."""
    query = query[:MOST_QUERY_LETTERS]
    # A SIRET or a postcode, however it was spaced.
    if ONLY_DIGITS.fullmatch(query):
        return ["".join(query.replace(".", "").split())[:LONGEST_WORD]]
    words = fold(query).split()
    selective = [word for word in words if word not in EMPTY_WORDS and len(word) > 1]
    return (selective or words)[:MOST_QUERY_WORDS]


def alternatives(query: str) -> list[list[tuple[str, bool]]]:
    """For each word of the query, what satisfies it: (token, may be a beginning)."""
    words = query_words(query)
    wanted = [[(_stem_of(word), False)] for word in words]
    if words:
        last = words[-1]
        wanted[-1] = [(_stem_of(last), False), (last, True)]
    return wanted


def holds(text: str, query: str) -> bool:
    """Whether the index would find a text by a query, which says at least one word."""
    kept = stem(text).split()
    return all(
        any(
            word == token or (is_start and word.startswith(token))
            for word in kept
            for token, is_start in one
        )
        for one in alternatives(query)
    )
