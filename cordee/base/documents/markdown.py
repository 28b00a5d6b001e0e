"""Long text as people type it, a small Markdown, as blocks of a document.

Titles of level 2 and 3, lists, bold, quotes, tables, links: nothing else. What would be lost or
would run in a browser (HTML, images, a list in a list) is refused with its line and what to write
instead, so that nothing typed is ever dropped and no page has to be made safe afterwards.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token

from cordee.base.documents.model import (
    Block,
    Bullets,
    Heading,
    Inline,
    Link,
    Paragraph,
    Quote,
    Strong,
    Table,
    Words,
    plain,
)

MOST_CHARACTERS = 20_000
MOST_COLUMNS = 8
RULES = (
    *("normalize", "block", "inline", "text_join", "paragraph", "heading", "list", "blockquote"),
    *("table", "html_block", "text", "newline", "escape", "emphasis", "link", "image", "autolink"),
    *("html_inline", "balance_pairs", "fragments_join"),
)
# An address typed as it is: up to a space, less the signs that end a sentence.
_ADDRESS = re.compile(r"https?://[^\s<>«»\"]+[^\s<>«»\".,;:!?)\]’']")
_WEB = re.compile(r"https?://[^\s/?#@:]+\.[^\s/?#@:]+(?::\d{1,5})?(?:[/?#]\S*)?\Z")
_ON_THE_RIGHT = "text-align:right"


@dataclass(frozen=True, slots=True)
class Unkept:
    """What cannot be kept of a text: on which line, counted from 1, and what to write instead."""

    line: int
    cure: str

    @property
    def words(self) -> str:
        """The same, as forms say it."""
        return f"Ligne {self.line}\u00a0: {self.cure}"


class UnreadableText(ValueError):
    """A text that cannot be kept as it is typed, with each thing to correct."""

    def __init__(self, refusals: Sequence[Unkept]) -> None:
        super().__init__(" ".join(refusal.words for refusal in refusals))
        self.refusals = tuple(refusals)


def blocks_of(text: str, *, name: str, pages: Mapping[str, str] = {}) -> tuple[Block, ...]:
    """The blocks of a text that stands under a title of level 1, its `name`.

    A line that ends with a colon just before a table is its caption; else the title above names it.
    `pages`: where addresses lead that are none of the Web, for texts of ours. Raises
    `UnreadableText`.
    """
    if len(text) > MOST_CHARACTERS:
        cure = (
            f"ce texte a {len(text)} caractères. Gardez-en {MOST_CHARACTERS} au plus par rubrique."
        )
        raise UnreadableText([Unkept(1, cure)])
    reader = _Reader(name, text, pages)
    blocks = tuple(reader.blocks())
    if reader.refusals:
        raise UnreadableText(sorted(set(reader.refusals), key=lambda each: each.line))
    return blocks


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"html": True, "maxNesting": 60}).enable(list(RULES), True)
    # Ours says which address is refused, and why; theirs would show it as text.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


class _Reader:
    """Walks the tokens of one text; gathers all that is refused rather than stop at the first."""

    def __init__(self, name: str, text: str, pages: Mapping[str, str]) -> None:
        self.pages = pages
        self.tokens, self.at = _parser().parse(text), 0
        self.lines = text.splitlines()
        self.title, self.level = name, 1
        self.line = 1
        self.refusals: list[Unkept] = []

    def refuse(self, cure: str) -> None:
        self.refusals.append(Unkept(self.line, cure))

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        if token.map and token.nesting >= 0:
            self.line = token.map[0] + 1
        return token

    def until(self, closing: str) -> Iterator[Token]:
        """The tokens up to the one that closes, which is taken too."""
        while (token := self.take()).type != closing:
            yield token

    def blocks(self) -> Iterator[Block]:
        pending: list[Block] = []
        while self.at < len(self.tokens):
            token = self.take()
            if token.type == "table_open":
                before = pending[-1] if pending else None
                caption = f"Tableau\u00a0: {self.title}"
                if isinstance(before, Paragraph) and plain(before.words).rstrip().endswith(":"):
                    caption = plain(before.words).rstrip().rstrip(":").rstrip()
                    pending.pop()
                pending += self.table(caption)
            else:
                yield from pending
                pending = list(self.block(token))
        yield from pending

    def block(self, token: Token) -> Iterator[Block]:
        if token.type == "heading_open":
            yield from self.heading(int(token.tag[1:]))
        elif token.type == "paragraph_open":
            words = self.words("paragraph_close")
            if plain(words).strip():
                yield Paragraph(words)
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            if token.attrGet("start"):
                self.refuse(
                    f"cette liste commence à {token.attrGet('start')}. Commencez à 1, ou gardez "
                    "tous ses points ensemble, sans ligne de texte entre eux."
                )
            yield from self.list(token.type.replace("open", "close"))
        elif token.type == "blockquote_open":
            said = tuple(self.paragraphs("blockquote_close", "une citation"))
            if said:
                yield Quote(_joined(said))
        elif token.type == "html_block":
            self.refuse_html(token.content)

    def heading(self, level: int) -> Iterator[Block]:
        at, text = self.line, plain(self.words("heading_close")).strip()
        self.line = at
        if not text:
            self.refuse("ce titre est vide. Écrivez-le, ou retirez les «\u00a0#\u00a0».")
        elif not 2 <= level <= 3:
            self.refuse(
                f"«\u00a0{text}\u00a0» est un titre de niveau {level}. Dans une rubrique, "
                "commencez un titre par «\u00a0##\u00a0» ou «\u00a0###\u00a0»."
            )
        elif level > self.level + 1:
            self.refuse(
                f"«\u00a0{text}\u00a0» est un sous-titre sans titre au-dessus. "
                "Commencez-le par «\u00a0##\u00a0»."
            )
        else:
            self.title, self.level = text, level
            yield Heading(text, level)

    def list(self, closing: str) -> Iterator[Block]:
        items: list[Words] = []
        for token in self.until(closing):
            if token.type == "list_item_open":
                known = len(self.refusals)
                said = tuple(self.paragraphs("list_item_close", "un point d’une liste"))
                if said:
                    items.append(_joined(said))
                elif len(self.refusals) == known:
                    self.refuse("ce point de la liste est vide. Écrivez-le, ou retirez-le.")
        if items:
            yield Bullets(tuple(items), numbered=closing.startswith("ordered"))

    def paragraphs(self, closing: str, where: str) -> Iterator[Words]:
        """What a list item or a quote holds: paragraphs alone."""
        depth = 0
        for token in self.until_closed(closing):
            if token.type == "paragraph_open":
                words = self.words("paragraph_close")
                if plain(words).strip():
                    yield words
                continue
            if token.type == "html_block":
                self.refuse_html(token.content)
            elif token.nesting == 1 and depth == 0 and token.type in _INNER:
                self.refuse(
                    f"{_INNER[token.type]} dans {where} ne peut pas se garder. Sortez-le\u00a0: "
                    "commencez la ligne sans retrait, après une ligne vide."
                )
            depth += token.nesting

    def until_closed(self, closing: str) -> Iterator[Token]:
        """As `until`, where what closes may stand within itself."""
        opening, depth = closing.replace("close", "open"), 0
        while True:
            token = self.take()
            if token.type == closing and depth == 0:
                return
            depth += (token.type == opening) - (token.type == closing)
            yield token

    def table(self, caption: str) -> Iterator[Block]:
        rows: list[tuple[Words, ...]] = []
        numeric: frozenset[int] = frozenset()
        cells: list[Words] = []
        for token in self.until("table_close"):
            if token.type in ("th_open", "td_open"):
                if token.attrGet("style") == _ON_THE_RIGHT:
                    numeric |= {len(cells)}
                cells.append(self.words(token.type.replace("open", "close")))
                if not plain(cells[-1]).strip():
                    self.refuse(
                        "une case du tableau est vide. Écrivez «\u00a0aucun\u00a0» ou "
                        "«\u00a0inconnu\u00a0»."
                    )
            elif token.type == "tr_open" and rows:
                if len(_cells(self.lines[self.line - 1])) > len(rows[0]):
                    self.refuse(
                        "cette ligne du tableau a plus de cases que de titres. Ajoutez un titre, "
                        "ou écrivez «\u00a0\\|\u00a0» pour un trait dans une case."
                    )
            elif token.type == "tr_close":
                rows.append(tuple(cells))
                cells = []
        if len(rows[0]) > MOST_COLUMNS:
            self.refuse(f"ce tableau a {len(rows[0])} colonnes. Gardez-en {MOST_COLUMNS} au plus.")
        elif len(rows) < 2:
            self.refuse("ce tableau n’a que des titres. Ajoutez une ligne, ou retirez-le.")
        elif not self.refusals:
            head = tuple(plain(cell) for cell in rows[0])
            yield Table(caption, head, tuple(rows[1:]), numeric=numeric)

    def words(self, closing: str) -> Words:
        """The inline parts up to the tag that closes their block."""
        parts: list[Inline] = []
        for token in self.until(closing):
            parts += self.inline(token.children or [])
        return tuple(_merged(parts)) or ""

    def inline(self, tokens: Sequence[Token]) -> Iterator[Inline]:
        bold, url, linked = 0, "", ""
        for token in tokens:
            if token.type in ("strong_open", "strong_close"):
                bold += token.nesting
            elif token.type == "link_open":
                url, linked = self.address(str(token.attrGet("href") or "")), ""
            elif token.type == "link_close":
                if url:
                    yield Link(linked.strip() or url, url)
                url = linked = ""
            elif token.type == "image":
                self.refuse(
                    "une image par son adresse ne se garde pas. Décrivez-la en une phrase, ou "
                    "mettez un lien vers elle."
                )
            elif token.type == "html_inline":
                self.refuse_html(token.content)
            elif said := self.said(token):
                if url:
                    linked += said
                elif bold:
                    yield Strong(said)
                else:
                    yield from _with_addresses(said)

    def said(self, token: Token) -> str:
        if token.type in ("softbreak", "hardbreak"):
            self.line += 1
            return "\n" if token.type == "hardbreak" else " "
        return token.content if token.type == "text" else ""

    def address(self, url: str) -> str:
        if url in self.pages or _WEB.match(url):
            return self.pages.get(url, url)
        self.refuse(
            f"«\u00a0{url[:80]}\u00a0» n’est pas une adresse du Web. Écrivez-la entière, "
            "de «\u00a0https://\u00a0» à la fin."
        )
        return ""

    def refuse_html(self, html: str) -> None:
        shown = html.strip().splitlines()[0][:40]
        self.refuse(
            f"«\u00a0{shown}\u00a0» est du HTML, qui ne se garde pas. Écrivez le texte seul\u00a0; "
            "pour du gras, entourez-le de «\u00a0**\u00a0»."
        )


_INNER = {
    "bullet_list_open": "une liste",
    "ordered_list_open": "une liste",
    "blockquote_open": "une citation",
    "heading_open": "un titre",
    "table_open": "un tableau",
}


def _cells(line: str) -> list[str]:
    """The cells of a line of a table: what the parser would drop of them is refused."""
    cells = escapedSplit(line.strip())
    return cells[not cells[0] : len(cells) - (not cells[-1])]


def _with_addresses(text: str) -> Iterator[Inline]:
    place = 0
    for found in _ADDRESS.finditer(text):
        if _WEB.match(found[0]):
            yield from filter(None, [text[place : found.start()]])
            yield Link(found[0], found[0])
            place = found.end()
    yield from filter(None, [text[place:]])


def _merged(parts: Sequence[Inline]) -> Iterator[Inline]:
    """With neighbours of one sort as one."""
    kept: Inline = ""
    for part in parts:
        if isinstance(part, str) and isinstance(kept, str):
            kept += part
        elif isinstance(part, Strong) and isinstance(kept, Strong):
            kept = Strong(kept.text + part.text)
        else:
            if kept:
                yield kept
            kept = part
    if kept:
        yield kept


def _joined(said: Sequence[Words]) -> Words:
    """Several paragraphs as the words of one block, one a line."""
    parts: list[Inline] = []
    for words in said:
        if parts:
            parts.append("\n")
        parts += words if isinstance(words, tuple) else (words,)
    return tuple(_merged(parts))
