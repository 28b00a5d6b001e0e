"""One small tree for XML and for JSON made from XML, so that each format has a single reader.

Neither DOCTYPE nor entity is accepted, and depth and number of elements are bounded.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from cordee.notices.notice import NoticeError

MAX_DEPTH = 100
MAX_ELEMENTS = 200_000

_INLINE = frozenset({"FT"})
"""Elements that only dress letters (superscripts in TED_EXPORT): their text joins the parent's."""

# Windows-1252 letters that were declared Latin-1 arrive as control characters.
_WINDOWS = {code: bytes([code]).decode("cp1252", errors="replace") for code in range(0x80, 0xA0)}
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")


class Node:
    """An element: local name, attributes, own text and children; built once, then only read."""

    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str] | None = None, text: str = "") -> None:
        self.name = name
        self.attributes = attributes or {}
        self.text = text
        self.children: list[Node] = []

    def all(self, *path: str) -> list[Node]:
        """Every element at the end of this path of names; the path may branch."""
        found = [self]
        for name in path:
            found = [child for node in found for child in node.children if child.name == name]
        return found

    def find(self, *path: str) -> Node | None:
        """The first element at the end of this path, or None."""
        found = self.all(*path)
        return found[0] if found else None

    def walk(self) -> Iterator[Node]:
        """This element and all below it, in the order of the file."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))

    def every(self, *names: str) -> Iterator[Node]:
        """Every element below that has one of these names, at any depth."""
        return (node for node in self.walk() if node.name in names)

    def first(self, *names: str) -> Node | None:
        """The first element below that has one of these names, at any depth, or None."""
        return next(self.every(*names), None)

    def words(self, *path: str) -> str | None:
        """Cleaned text of the first element at this path and of all below it, or None if empty."""
        node = self.find(*path)
        if node is None:
            return None
        return clean("\n".join(below.text for below in node.walk() if below.text))

    def value(self, *path: str) -> str | None:
        """Trimmed own text of the first element at this path, or None if empty."""
        node = self.find(*path)
        return (node.text.strip() or None) if node else None


def clean(text: str | None) -> str | None:
    """Text with entities resolved, blanks narrowed and lines kept; None if nothing is left."""
    if not text:
        return None
    text = text.translate(_WINDOWS)
    # Some publishers escape twice (&amp;quot;).
    text = html.unescape(html.unescape(text)) if "&" in text else text
    text = _LINES.sub("\n", _SPACES.sub(" ", text)).strip()
    return text or None


def from_xml(content: bytes, place: str) -> Node:
    """Parse XML. Raises NoticeError for broken, too deep or too large XML and for any DOCTYPE."""
    builder = _Builder(place)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    parser.StartDoctypeDeclHandler = builder.doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise _broken_xml(place, error.lineno, expat.ErrorString(error.code)) from None
    except (LookupError, ValueError) as error:
        # An encoding that expat does not know is looked up by Python, which complains so.
        raise _broken_xml(place, parser.CurrentLineNumber, str(error)) from None
    if builder.root is None:
        raise _broken_xml(place, 1, "aucun élément")
    return builder.root


class _Builder:
    def __init__(self, place: str) -> None:
        self.place = place
        self.root: Node | None = None
        self.stack: list[Node] = []
        self.inline = 0
        self.count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        local = name.rpartition(":")[2]
        check_size(self.place, len(self.stack) + self.inline, self.count)
        if local in _INLINE and self.stack:
            self.inline += 1
            return
        node = Node(local, {key.rpartition(":")[2]: value for key, value in attributes.items()})
        if self.stack:
            self.stack[-1].children.append(node)
        elif self.root is None:
            self.root = node
        self.stack.append(node)

    def end(self, name: str) -> None:
        if self.inline and name.rpartition(":")[2] in _INLINE:
            self.inline -= 1
        else:
            self.stack.pop()

    def characters(self, data: str) -> None:
        self.stack[-1].text += data

    def doctype(self, *_: object) -> None:
        raise NoticeError(
            self.place,
            "Le fichier contient une déclaration DOCTYPE, que Cordée refuse par sécurité.",
            "Retirez cette déclaration ou téléchargez de nouveau l’avis à la source.",
        )


def check_size(place: str, depth: int, count: int) -> None:
    """Raise NoticeError when a tree is deeper or larger than any true notice."""
    if depth > MAX_DEPTH:
        raise NoticeError(
            place,
            f"Le fichier a plus de {MAX_DEPTH} niveaux imbriqués : ce n’est pas un avis.",
            "Vérifiez que le fichier est bien l’avis d’origine.",
        )
    if count > MAX_ELEMENTS:
        raise NoticeError(
            place,
            f"Le fichier a plus de {MAX_ELEMENTS} éléments : il est trop grand pour un avis.",
            "Séparez le fichier en un fichier par avis.",
        )


def _broken_xml(place: str, line: int, reason: str) -> NoticeError:
    return NoticeError(
        f"{place}, ligne {line}",
        f"Le XML est abîmé ({reason}).",
        "Téléchargez de nouveau l’avis à la source.",
    )


def load_json(content: bytes | str, place: str) -> Any:
    """Parse JSON. Raises NoticeError for broken, too deep or not finite JSON."""
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        where, reason = f"{place}, ligne {error.lineno}", error.msg
    except (ValueError, RecursionError) as error:
        where, reason = place, str(error)
    raise NoticeError(
        where,
        f"Le JSON est abîmé ({reason}).",
        "Téléchargez de nouveau l’avis à la source.",
    )


def _refuse_constant(constant: str) -> None:
    raise ValueError(f"{constant} n’est pas un nombre")


def from_json(name: str, value: Any, place: str) -> Node:
    """Build the tree of XML that was turned into JSON (`@attribute`, `#text`, lists if repeated).

    A null is an absent element; an empty text is an empty element.
    """
    root = Node(name)
    count = 0
    stack: list[tuple[Node, Any, int]] = [(root, value, 0)]
    while stack:
        node, content, depth = stack.pop()
        if not isinstance(content, dict):
            node.text = "" if content is None else _scalar(content)
            continue
        for key, item in content.items():
            if key.startswith("@"):
                node.attributes[key[1:].rpartition(":")[2]] = _scalar(item)
            elif key == "#text":
                node.text = _scalar(item)
            else:
                for one in item if isinstance(item, list) else [item]:
                    if one is None:
                        continue
                    count += 1
                    check_size(place, depth, count)
                    child = Node(key.rpartition(":")[2])
                    node.children.append(child)
                    stack.append((child, one, depth + 1))
    return root


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ""
