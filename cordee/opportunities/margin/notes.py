"""The margin: numbered notes beside the words they come from, lot by lot."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cordee.opportunities.fact_lines import FactLine
from cordee.opportunities.margin.marks import Searched, Span, by_sentence, cut, locate
from cordee.opportunities.margin.passages import Passage
from cordee.opportunities.margin.source_names import name_of, value_in_words
from cordee.rules.figures import lot_name

HEAD, TAIL = 400, 160
"""Letters kept before and after a fold, so that marks keep their surroundings."""


@dataclass(frozen=True, slots=True)
class FoldedPiece:
    """`head` and, where `hidden` letters are left out between them, `tail`."""

    head: str
    hidden: int = 0
    tail: str = ""


@dataclass(slots=True)
class Room:
    """How many letters of unmarked text a page still has room for; None is without end."""

    left: int | None
    folded_letters: int = 0
    folded_texts: int = 0

    @property
    def has_left(self) -> bool:
        return self.left is None or self.left > 0

    def fold(self, text: str) -> FoldedPiece:
        """The text, or its two ends where there is no room for it."""
        if self.left is None or len(text) <= max(self.left, HEAD + 2 * TAIL):
            self.left = None if self.left is None else max(0, self.left - len(text))
            return FoldedPiece(text)
        kept = max(HEAD, self.left)
        self.left = 0
        hidden = len(text) - kept - TAIL
        if hidden <= TAIL:
            return FoldedPiece(text)
        self.folded_letters += hidden
        return FoldedPiece(text[:kept], hidden, text[-TAIL:])

    def leave_out(self, text: str) -> None:
        self.folded_letters += len(text)
        self.folded_texts += 1


type Texts = list[tuple[str, Searched]]


@dataclass(frozen=True, slots=True)
class Quote:
    """A box, a code or a field: its name and what it holds, in words."""

    name: str
    words: str


@dataclass(slots=True)
class Note:
    """One fact in the margin. `quotes` are its evidence that stands in no text."""

    line: FactLine
    number: int = 0
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownPiece:
    """`ending` are the notes whose words end here, `notes` those that are shown here."""

    piece: FoldedPiece
    is_marked: bool = False
    is_sure: bool = True
    ending: tuple[Note, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownPassage:
    passage: Passage
    pieces: Sequence[ShownPiece]


@dataclass(slots=True)
class Part:
    """The whole (`lot` "") or one lot: its texts, then what codes say and what we worked out."""

    lot: str
    passages: list[ShownPassage] = field(default_factory=list)
    coded: list[Note] = field(default_factory=list)

    @property
    def name(self) -> str:
        return lot_name(self.lot)


@dataclass(frozen=True, slots=True)
class Margin:
    """`folded_letters` of texts and `folded_texts` are not shown; the notes always are."""

    parts: Sequence[Part]
    notes: Sequence[Note]
    folded_letters: int
    folded_texts: int


def margin_of(
    passages: Sequence[Passage], lines: Mapping[str, Sequence[FactLine]], *, letters: int | None
) -> Margin:
    """Put the lines (by lot, "" for the whole) beside the words they come from.

    A lot without an entry in `lines` is left out, its texts as well.
    `letters` of text are shown where nothing is marked; None shows all of them.
    """
    passages = [passage for passage in passages if passage.lot in lines]
    texts: Texts = [(passage.where, Searched(passage.text)) for passage in passages]
    notes = {line.anchor: Note(line) for held in lines.values() for line in held}
    spans: dict[int, list[Span]] = {}
    for note in notes.values():
        _place(note, texts, spans)
    room = Room(letters)
    parts = [Part(lot) for lot in lines]
    by_lot = {part.lot: part for part in parts}
    placed: set[str] = set()
    for number, passage in enumerate(passages):
        if number not in spans and not room.has_left:
            room.leave_out(passage.text)
            continue
        shown = _shown(passage, spans.get(number, ()), notes, placed, room)
        by_lot[passage.lot].passages.append(shown)
    for part in parts:
        part.coded = [notes[line.anchor] for line in lines[part.lot] if line.anchor not in placed]
    ordered = list(_numbered(parts))
    return Margin(parts, ordered, room.folded_letters, room.folded_texts)


def _place(note: Note, texts: Texts, spans: dict[int, list[Span]]) -> None:
    """Mark the words of a note; what stands in no text is quoted by the note itself."""
    quoted = []
    # A mark under the whole title would say nothing, nor would the title said twice.
    evidence_held = () if note.line.fact.name == "title" else note.line.evidence
    for evidence in evidence_held:
        found = locate(evidence.words, evidence.where, texts)
        if found is None:
            quoted.append(Quote(name_of(evidence.where), value_in_words(evidence.words)))
        else:
            number, start, end = found
            spans.setdefault(number, []).append(Span(start, end, note.line.anchor))
    note.quotes = tuple(quoted)


def _shown(
    passage: Passage, spans: Iterable[Span], notes: Mapping[str, Note], placed: set[str], room: Room
) -> ShownPassage:
    shown: list[ShownPiece] = []
    for group in by_sentence(cut(passage.text, spans)):
        keys = dict.fromkeys(key for piece in group for key in piece.keys)
        new = tuple(notes[key] for key in keys if key not in placed)
        placed |= set(keys)
        last = {key: index for index, piece in enumerate(group) for key in piece.ending}
        for index, piece in enumerate(group):
            over = [notes[key] for key in piece.keys]
            shown.append(
                ShownPiece(
                    FoldedPiece(piece.text) if over else room.fold(piece.text),
                    is_marked=bool(over),
                    is_sure=all(note.line.is_sure for note in over),
                    # Several words of one sentence bear one number.
                    ending=tuple(notes[key] for key in piece.ending if last[key] == index),
                    notes=new if index == len(group) - 1 else (),
                )
            )
    return ShownPassage(passage, shown)


def _numbered(parts: Iterable[Part]) -> Iterable[Note]:
    """Numbers in reading order."""
    ordered = [
        note
        for part in parts
        for note in (
            *(note for p in part.passages for piece in p.pieces for note in piece.notes),
            *part.coded,
        )
    ]
    for number, note in enumerate(ordered, 1):
        note.number = number
    return ordered
