"""What is read to find trades: the passages of a notice, each with its part in the whole."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cordee.notices.notice import Lot, Notice
from cordee.notices.text import fold

MAX_LETTERS = 60_000
"""Letters of a notice that are read for trades; the longest true ones say it long before."""

MAX_TITLE = 2_000
"""Letters of a title that are read; the longest true ones are lists of lots."""

LEADING = 2
"""How many sentences of a description are taken as telling the object."""


class Part(StrEnum):
    """Where a passage stands; the sooner it is read, the more it says of the object."""

    TITLE = "title"
    LOT = "lot"
    LEAD = "lead"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence or a heading of the notice."""

    part: Part
    where: str
    words: str


@dataclass(frozen=True, slots=True)
class Document:
    """Passages in the order of reading, labels of BOAMP keywords, and CPV codes of eight digits.

    `context` is the title of the notice a lot belongs to: it says what is bought where the lot's
    own title does not ("Lot 5 : Peinture" of a supply of materials).
    """

    passages: tuple[Passage, ...]
    descripteurs: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    lot_codes: tuple[tuple[str, ...], ...] = ()
    context: str = ""

    @property
    def title(self) -> str:
        return next((item.words for item in self.passages if item.part is Part.TITLE), "")


# Sentences about bidding say nothing of the trade: "attestation", "le titulaire nettoie".
_ABOUT_BIDDING = re.compile(
    r"\bcandidat|\bsoumission|\boffres?\b|commande publique|\battestation|\beffectif|\bgroupement"
    r"|reglement de (?:la )?consultation|attribution separee|chiffre d'affaires|\breferences\b"
    r"|\bvisites?\b|\bccag\b|dossier de consultation|code du travail"
    r"|clauses? (?:sociale|d'insertion)|heures? d'insertion|\bavances?\b|\bpenalite|\breconduct"
    r"|qualipaysage|\bqualibat|au lieu d[eu] |variantes?\b|\bsous-traitan"
)
_LOT_LINE = re.compile(
    r"\s*(?:lots?\s*(?:n\s?[°oº]?\s*)?[\d:.\-–a-z]{0,4}\s*[:\-–.)]|\d{1,2}\s*[:\-–.)]\s)"
)
_LOT_LENGTH = 220
_SENTENCE = re.compile(r"(?<=[.;!?])\s+(?=[A-ZÉÈÀÂÎÔ—–-])|;|\s[•·]\s")
_NUMBER_OF_CALL = re.compile(
    r"^\W*(?:num[ée]ro de la consultation|n° de consultation|affaire n[°o]?"
    r"|r[ée]f[ée]rence)\s*+[:.]?\s*+\S+[\s:–-]*",
    re.IGNORECASE,
)
_COUNTRY = re.compile(r"^France\s[–-]\s(?P<code>[^–]{4,120}?)\s[–-]\s(?P<title>.+)$", re.DOTALL)


def of_text(
    title: str, text: str = "", descripteurs: Iterable[str] = (), codes: Sequence[str] = ()
) -> Document:
    """The document of a title and a bare text whose lots are lines such as "Lot : Peinture"."""
    passages = [*_title_passages(title), *_text_passages(text, title)]
    return Document(tuple(passages), tuple(descripteurs), tuple(codes))


def of_record(record: Mapping[str, Any]) -> Document:
    """The document of a line of bare text, in the shape of the label files."""
    return of_text(
        str(record.get("title") or ""),
        str(record.get("text") or ""),
        [str(label) for label in record.get("descripteurs") or ()],
    )


def of_notice(notice: Notice) -> Document:
    """The document of a notice, its lots included."""
    title = notice.title or ""
    passages = [*_title_passages(title), *_text_passages(notice.text or "", title)]
    for lot in notice.lots:
        passages += _lot_passages(lot, title)
    return Document(
        tuple(passages),
        tuple(item.label for item in notice.descripteurs),
        notice.cpv.codes,
        tuple(lot.cpv.codes for lot in notice.lots if lot.cpv.codes),
    )


def of_lot(notice: Notice, lot: Lot) -> Document:
    """One lot as a document of its own; its title is that of the notice where it has none."""
    title = lot.title or notice.title or ""
    passages = [*_title_passages(title), *_text_passages(lot.text or "", title)]
    return Document(tuple(passages), (), lot.cpv.codes, context=notice.title or "")


def _title_passages(title: str) -> Iterator[Passage]:
    title = title[:MAX_TITLE]
    if (found := _COUNTRY.match(title)) is not None:
        # Since 2024 TED puts the label of the main code before the title.
        yield Passage(Part.TITLE, "titre", found["title"])
        yield Passage(Part.LEAD, "libellé du code", found["code"])
    else:
        yield Passage(Part.TITLE, "titre", _NUMBER_OF_CALL.sub("", title) or title)


def _text_passages(text: str, title: str) -> Iterator[Passage]:
    seen, lead = {_plain(title)}, 0
    for line in text[:MAX_LETTERS].split("\n"):
        if not line.strip():
            continue
        if len(line) < _LOT_LENGTH and _LOT_LINE.match(fold(line)):
            yield Passage(Part.LOT, "lot", line.strip())
            continue
        for sentence in _SENTENCE.split(line):
            plain = _plain(sentence)
            if len(plain) < 4 or plain in seen or _ABOUT_BIDDING.search(plain):
                continue
            seen.add(plain)
            yield Passage(
                Part.LEAD if lead < LEADING else Part.BODY, "description", sentence.strip()
            )
            lead += 1


def _lot_passages(lot: Lot, title: str) -> Iterator[Passage]:
    if lot.title and _plain(lot.title) != _plain(title):
        yield Passage(Part.LOT, f"lot {lot.id}, titre", lot.title[:MAX_TITLE])
    for passage in _text_passages(lot.text or "", lot.title or title):
        yield Passage(Part.BODY, f"lot {lot.id}, description", passage.words)


def _plain(text: str) -> str:
    return fold(text).strip(" .:;-\t\r")
