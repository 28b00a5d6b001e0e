"""One small tree for XML and for JSON made from XML, so that each format has a single reader.

The tree is that of the standard library, built in C; `Node` only looks at it. DOCTYPE is refused,
and depth and number of elements are bounded.
"""

import html
import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, XMLParser
from xml.parsers import expat

from cordee.notices.notice import NoticeError

# Far beyond what any notice needs: what passes them is broken or hostile.
MAX_DEPTH = 100
MAX_ELEMENTS = 200_000

_INLINE = "FT"
"""Only dresses letters (superscripts in TED_EXPORT): its text joins that of its parent."""

_UNREAD = "TRANSLATION_SECTION"
"""Title and buyer of a TED_EXPORT in 23 other languages, a third of its elements."""

_DOCTYPE = b"<!DOCTYPE"
_DOUBLE_DOCTYPES = tuple("<!DOCTYPE".encode(coding) for coding in ("utf-16-le", "utf-16-be"))
"""Any other encoding that the parser accepts writes these letters as ASCII does."""

# Windows-1252 letters that were declared Latin-1 arrive as control characters.
_WINDOWS = {code: bytes([code]).decode("cp1252", errors="replace") for code in range(0x80, 0xA0)}
_CONTROLS = re.compile("[\x80-\x9f]")


class Node:
    """A look at an element: local name, attributes, own text and children; only read.

    Two looks at one element are different objects.
    """

    __slots__ = ("element",)

    def __init__(self, element: Element) -> None:
        self.element = element

    @property
    def name(self) -> str:
        """The local name."""
        return self.element.tag

    @property
    def text(self) -> str:
        """The text directly inside, without that of the children."""
        return _own_text(self.element)

    @property
    def children(self) -> list["Node"]:
        """The elements directly inside."""
        return [Node(child) for child in self.element[:]]

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes by name; those we read have no namespace."""
        return self.element.attrib

    def all(self, *path: str) -> list["Node"]:
        """Every element at the end of this path of names; the path may branch."""
        return [Node(element) for element in self._at(path)]

    def _at(self, path: tuple[str, ...]) -> list[Element]:
        found = [self.element]
        for name in path:
            found = [child for element in found for child in element.findall(name)]
        return found

    def find(self, *path: str) -> "Node | None":
        """The first element at the end of this path, or None."""
        found = _first(self.element, path)
        return None if found is None else Node(found)

    def walk(self) -> Iterator["Node"]:
        """This element and all below it, in the order of the file."""
        return map(Node, self.element.iter())

    def every(self, *names: str) -> Iterator["Node"]:
        """This element and those below, at any depth, that have one of these names."""
        if len(names) == 1:
            return map(Node, self.element.iter(names[0]))
        wanted = frozenset(names)
        return iter([Node(found) for found in self.element.iter() if found.tag in wanted])

    def names(self) -> set[str]:
        """The names of this element and of all those below."""
        return {found.tag for found in self.element.iter()}

    def first(self, *names: str) -> "Node | None":
        """The first of `every`, or None."""
        return next(self.every(*names), None)

    def words(self, *path: str) -> str | None:
        """Cleaned text of the first element at this path and of all below it, or None if empty."""
        found = _first(self.element, path)
        if found is None:
            return None
        if not len(found):
            return clean(found.text)
        texts = [text for below in found.iter() if (text := clean(_own_text(below)))]
        return "\n".join(texts) or None

    def value(self, *path: str) -> str | None:
        """Trimmed own text of the first element at this path, or None if empty."""
        found = _first(self.element, path)
        return None if found is None else _own_text(found).strip() or None


NOTHING = Node(Element("nothing"))
"""An empty element, to look into where there is none."""


def _first(element: Element, path: tuple[str, ...]) -> Element | None:
    if len(path) < 2:
        return element.find(path[0]) if path else element
    for child in element.findall(path[0]):
        if (found := _first(child, path[1:])) is not None:
            return found
    return None


def _own_text(element: Element) -> str:
    text = element.text or ""
    # Asking for the length is far quicker than to find that there is no child.
    if len(element):
        for child in element[:]:
            if child.tail:
                text += child.tail
    return text


def clean(text: str | None) -> str | None:
    """Text with entities resolved, blanks narrowed and lines kept; None if nothing is left."""
    if not text:
        return None
    if text.isprintable():
        if "  " not in text and "&" not in text:
            # The only blank that is printable is the space: this is in order.
            return text.strip(" ") or None
    elif _CONTROLS.search(text):
        text = text.translate(_WINDOWS)
    # Some publishers escape twice (&amp;quot;). A third level is what the author wanted to show.
    text = html.unescape(html.unescape(text)) if "&" in text else text
    # Splitting at blanks and joining is far quicker than to look for them.
    if "\n" not in text:
        return " ".join(text.split()) or None
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return "\n".join([line for line in lines if line]) or None


def from_xml(content: bytes, place: str) -> Node:
    """Parse XML. Raises NoticeError for broken, too deep or too large XML and for any DOCTYPE."""
    # Entities are declared there: « billion laughs » and files read from our disk begin with one.
    if _DOCTYPE in content or (
        b"\0" in content and any(letters in content for letters in _DOUBLE_DOCTYPES)
    ):
        raise NoticeError(
            place,
            "Le fichier contient une déclaration DOCTYPE, que Cordée refuse par sécurité.",
            "Retirez cette déclaration ou téléchargez de nouveau l’avis à la source.",
        )
    # The shortest element takes four bytes. Each opens and may close: more signs than that are not
    # worth building.
    if len(content) > 4 * MAX_ELEMENTS:
        check_size(place, 0, content.count(b"<") // 2 - 10)
    parser = XMLParser()
    try:
        parser.feed(content)
        root: Element = parser.close()
    except ParseError as error:
        line = error.position[0]
        raise _broken_xml(place, line, expat.ErrorString(error.code) or "illisible") from None
    except (LookupError, ValueError) as error:
        # An encoding of several bytes a letter.
        raise _broken_xml(place, 1, str(error)) from None
    _simplify(root, place)
    return Node(root)


class _Local(dict[str, str]):
    """Names without their namespaces; a schema has a few hundred, a hostile file any number."""

    def __missing__(self, tag: str) -> str:
        if len(self) > _MOST_NAMES:
            self.clear()
        # ElementTree writes a namespaced name as {address}name.
        name = self[tag] = tag.rpartition("}")[2]
        return name


_MOST_NAMES = 5_000
_LOCAL = _Local()


def _simplify(root: Element, place: str) -> None:
    """Check the size, take the namespaces off the names and merge inline elements."""
    # Level by level and not by recursion: a hostile depth must not exhaust Python's stack.
    level, depth, count = [root], 0, 1
    while level:
        below: list[Element] = []
        for element in filter(len, level):
            # A slice is made in C; going from child to child ends with an exception.
            below += element[:]
        depth, count = depth + 1, count + len(below)
        check_size(place, depth, count)
        level = below
    for unread in [child for child in root if child.tag.endswith(_UNREAD)]:
        root.remove(unread)
    for element in root.iter():
        if (tag := element.tag)[0] == "{":
            element.tag = _LOCAL[tag]
    if next(root.iter(_INLINE), None) is not None:
        _merge_inline(root)


def _merge_inline(root: Element) -> None:
    for parent in [
        element for element in root.iter() if len(element) and element.find(_INLINE) is not None
    ]:
        kept: list[Element] = []
        for child in parent:
            if child.tag != _INLINE:
                kept.append(child)
                continue
            text = "".join(child.itertext()) + (child.tail or "")
            if kept:
                kept[-1].tail = (kept[-1].tail or "") + text
            else:
                parent.text = (parent.text or "") + text
        parent[:] = kept


def check_size(place: str, depth: int, count: int) -> None:
    """Raise NoticeError when a tree is deeper or larger than any true notice."""
    if depth > MAX_DEPTH:
        raise NoticeError(
            place,
            f"Le fichier a plus de {MAX_DEPTH} niveaux imbriqués : ce n’est pas un avis.",
            "Vérifiez que le fichier est bien l’avis d’origine.",
        )
    if count > MAX_ELEMENTS:
        raise NoticeError(
            place,
            f"Le fichier a plus de {MAX_ELEMENTS} éléments : il est trop grand pour un avis.",
            "Séparez le fichier en un fichier par avis.",
        )


def _broken_xml(place: str, line: int, reason: str) -> NoticeError:
    return NoticeError(
        f"{place}, ligne {line}",
        f"Le XML est abîmé ({reason}).",
        "Téléchargez de nouveau l’avis à la source.",
    )


def local_name(key: str) -> str:
    """The name without its prefix."""
    return key.rpartition(":")[2]


def from_json(name: str, value: Any, place: str, naming: Callable[[str], str] = local_name) -> Node:
    """Build the tree of XML that was turned into JSON (`@attribute`, `#text`, lists if repeated).

    A null is an absent element, an empty text an empty one. `naming`: from a key to a name.
    """
    root = Element(name)
    if not isinstance(value, dict):
        root.text = _scalar(value)
        return Node(root)
    names: dict[str, str] = {}
    count = 0
    # A stack of our own, for the same reason as in `_simplify`.
    stack: list[tuple[Element, dict[str, Any], int]] = [(root, value, 1)]
    while stack:
        element, content, depth = stack.pop()
        for key, item in content.items():
            if key[:1] == "@":
                element.set(local_name(key[1:]), _scalar(item))
                continue
            if key == "#text":
                element.text = _scalar(item)
                continue
            tag = names.get(key)
            if tag is None:
                tag = names[key] = naming(key)
            for one in item if isinstance(item, list) else (item,):
                if one is None:
                    continue
                count += 1
                child = SubElement(element, tag)
                if isinstance(one, str):
                    child.text = one
                elif isinstance(one, dict):
                    stack.append((child, one, depth + 1))
                else:
                    child.text = _scalar(one)
        check_size(place, depth, count)
    return Node(root)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ""
