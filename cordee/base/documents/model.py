"""What a document is made of. Immutable, checked when made, and the same in every format."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is not known: shown as such, never left blank, never invented.

    `what` is missing ("le SIRET"), `who` can tell it ("la direction des Jardins du Val"). `where`
    is a key by which whoever draws a page finds the screen that fills it; no document shows it.
    `kept`: the very words, where the gap is that of a text of another day, or of a cell whose
    heading says what is missing.
    """

    what: str
    who: str
    where: str = ""
    kept: str = ""

    @classmethod
    def from_words(cls, words: str) -> "Gap":
        """The gap that a document of another day said in these words."""
        inner = words.partition(":")[2].strip()
        what, _, who = inner.removesuffix(")").partition(" (")
        return cls(what, who, kept=words)

    @property
    def words(self) -> str:
        """What the document says in the place of the value."""
        return self.kept or f"à compléter : {self.what} ({self.who})"


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that must not be missed."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address of the Web, whole (`https://…`)."""

    text: str
    url: str


type Inline = str | Gap | Strong | Link
# A text, one of its parts, or several parts in a row.
type Words = Inline | tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` 1 to 3, under the title of the document; no level may be skipped."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`quiet`: secondary words, smaller."""

    words: Words
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; `numbered` where one refers to its items."""

    items: tuple[Words, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a form asks, and what is known: one label and its value a line."""

    rows: tuple[tuple[str, Words], ...]
    head: tuple[str, str] = ("Rubrique", "Renseignement")

    @classmethod
    def of(cls, *rows: tuple[str, Words]) -> "Sheet":
        """One under the usual head, line by line."""
        return cls(rows)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header row that is repeated on each page. `numeric`: columns set to the right.

    `widths` are relative; `total` is the last row, in bold. An empty cell is not allowed: say
    "aucun", or give a gap.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]
    total: tuple[Words, ...] | None = None
    numeric: frozenset[int] = frozenset()
    widths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """A framed remark that is read before the rest."""

    words: Words


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody else said or wrote, set apart."""

    words: Words


@dataclass(frozen=True, slots=True)
class Signature:
    """Where somebody signs: for whom, who, in which function, empowered by what."""

    party: str
    name: Words
    function: Words
    act: Words


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins a page."""


type Block = Heading | Paragraph | Bullets | Sheet | Table | Notice | Quote | Signature | PageBreak


@dataclass(frozen=True, kw_only=True)
class Document:
    """`annex` is no part of the fingerprint: what was approved stays when approvals follow it."""

    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    annex: tuple[Block, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what one of the formats could not say. Raises `ValueError`."""
        if not self.title.strip():
            raise ValueError("Document.title is empty: a document without a title cannot be found.")
        level = 0
        for block in (*self.blocks, *self.annex):
            if isinstance(block, Heading):
                if not 1 <= block.level <= min(3, level + 1):
                    raise ValueError(
                        f"Heading {block.text!r} is of level {block.level} after level {level}; "
                        "levels go from 1 to 3 and none is skipped."
                    )
                level = block.level
            elif isinstance(block, Table):
                _check_table(block)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """What is missing, each thing once, in the order of reading."""
        return tuple(dict.fromkeys(gap for part in self.words() for gap in gaps_in(part)))

    def words(self) -> Iterator[Words]:
        """All that is said, in the order of reading, headings included."""
        yield self.title
        yield self.subtitle
        for block in (*self.blocks, *self.annex):
            yield from words_of(block)

    def plain_text(self) -> str:
        """Everything said, one part a line: what both formats must contain."""
        return "\n".join(plain(part) for part in self.words())


def words_of(block: Block) -> Iterator[Words]:
    """All that one block says, in the order of reading."""
    match block:
        case Heading():
            yield block.text
        case Paragraph() | Notice() | Quote():
            yield block.words
        case Bullets():
            yield from block.items
        case Sheet():
            yield from block.head
            for label, value in block.rows:
                yield label
                yield value
        case Table():
            yield block.caption
            yield from block.head
            for row in (*block.rows, *((block.total,) if block.total else ())):
                yield from row
        case Signature():
            yield block.party
            yield from (block.name, block.function, block.act)
        case PageBreak():
            return


def inlines(words: Words) -> tuple[Inline, ...]:
    """The parts of some words."""
    return words if isinstance(words, tuple) else (words,)


def gaps_in(words: Words) -> Iterator[Gap]:
    """What is missing in some words."""
    return (part for part in inlines(words) if isinstance(part, Gap))


def plain(words: Words) -> str:
    """Some words without their form."""
    return "".join(text_of(part) for part in inlines(words))


def text_of(part: Inline) -> str:
    """What one part says."""
    match part:
        case Gap():
            return part.words
        case Strong() | Link():
            return part.text
    return part


def _check_table(table: Table) -> None:
    for row in (*table.rows, *((table.total,) if table.total else ())):
        if len(row) != len(table.head):
            raise ValueError(
                f"Table {table.caption!r}: a row has {len(row)} cells under {len(table.head)} "
                "headers; give one cell for each."
            )
        if any(not plain(cell).strip() for cell in row):
            raise ValueError(
                f"Table {table.caption!r}: a cell is empty; say what is known, or not."
            )
    if table.widths and len(table.widths) != len(table.head):
        raise ValueError(f"Table {table.caption!r}: {len(table.widths)} widths for its columns.")
