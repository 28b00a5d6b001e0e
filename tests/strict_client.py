"""A test client that reads every HTML answer as a careful person would, and refuses a fault.

Whole pages and fragments for htmx are checked alike, save what only a page can have.
Only the standard library: the parser builds a small tree, each check walks it.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from django.utils.text import compress_string

UNDEFINED = "⟦indéfini:"
OWN_HOSTS = {"", "testserver", "localhost", "127.0.0.1"}
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}
)
SVG_SHAPES = frozenset({"path", "circle", "rect", "line", "ellipse", "polygon", "use", "stop"})
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LISTS = frozenset({"ul", "ol", "dl"})
BLOCKS = LISTS | {*HEADINGS, "div", "p", "table", "form", "section", "fieldset", "details"}
CONTROLS = {"input", "select", "textarea"}
NAMELESS_INPUTS = {"hidden", "submit", "button", "reset", "image"}
LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "use": "href"}
# White space beside these is not shown: they begin and end a line, or a box, of their own.
OWN_LINE = BLOCKS | {*HEADINGS, "html", "head", "body", "header", "main", "footer", "nav", "aside"}
OWN_LINE |= {"article", "figure", "blockquote", "address", "title", "meta", "link", "noscript"}
OWN_LINE |= {"li", "dt", "dd", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "br", "hr"}
OWN_LINE |= {"legend", "summary", "label", "button", "input", "select", "option", "datalist"}
OWN_LINE |= SVG_SHAPES | {"g", "defs", "pattern", "text", "script", "template", "dialog", "iframe"}
TAG = re.compile(r"""<[!/a-zA-Z][^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>""")
KEEPS_LINES = re.compile(r"(<(pre|textarea)\b.*?</\2>)", re.DOTALL)
# Attributes that name ids of the same page.
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "popovertarget")


CATALOGUE = "/composants/"
CSRF_TOKEN = re.compile(r"""(name="csrfmiddlewaretoken" value="|"X-CSRFToken": ")[^"]*""")


class HtmlFault(AssertionError):
    """The answer is HTML that we do not serve."""


@dataclass(eq=False)
class Node:
    tag: str
    attrs: dict[str, str]
    parent: "Node | None"
    line: int = 0
    children: "list[Node]" = field(default_factory=list)
    own_text: str = ""

    def walk(self) -> "Iterator[Node]":
        for child in self.children:
            yield child
            yield from child.walk()

    def ancestors(self) -> "Iterator[Node]":
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def text(self) -> str:
        """What is read aloud inside: text, alternatives, and labels of drawings."""
        if self.attrs.get("aria-hidden") == "true":
            return ""
        inner = " ".join(child.text() for child in self.children)
        said = self.attrs.get("alt", "") if self.tag == "img" else ""
        if self.attrs.get("role") == "img":
            said = self.attrs.get("aria-label", "")
        return f"{self.own_text} {said} {inner}".strip()

    def __str__(self) -> str:
        shown = "".join(f' {k}="{v}"' for k, v in list(self.attrs.items())[:3])
        return f"<{self.tag}{shown}> (line {self.line})"


class Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("#root", {}, None)
        self.faults: list[str] = []
        self.doctype = ""
        self._open = [self.root]
        self.feed(html)
        self.close()
        for node in self._open[1:]:
            self.faults.append(f"{node} is never closed")

    def handle_decl(self, decl: str) -> None:
        self.doctype = decl.lower()

    def _add(self, tag: str, attrs: list[tuple[str, str | None]]) -> Node:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> line {self.getpos()[0]} repeats an attribute")
        parent = self._open[-1]
        node = Node(tag, {k: v or "" for k, v in attrs}, parent, self.getpos()[0])
        parent.children.append(node)
        return node

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = self._add(tag, attrs)
        if tag not in VOID:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = self._add(tag, attrs)
        if tag not in VOID | SVG_SHAPES:
            self.faults.append(f"{node} closes itself, which HTML ignores")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self._open[-1].tag == tag:
            self._open.pop()
        else:
            line = self.getpos()[0]
            self.faults.append(f"</{tag}> line {line} closes {self._open[-1]}")
            if any(node.tag == tag for node in self._open[1:]):
                while self._open.pop().tag != tag:
                    pass

    def handle_data(self, data: str) -> None:
        self._open[-1].own_text += data


def faults_of(html: str, *, path: str = "") -> list[str]:
    """Everything wrong with one page or fragment, each in one line."""
    # The same page again, to the next person who may not open it: all but its token is read.
    return list(_faults(CSRF_TOKEN.sub(r"\1x", html), path == CATALOGUE))


@lru_cache(maxsize=200)
def _faults(html: str, is_catalogue: bool) -> list[str]:
    reader = Reader(html)
    nodes = list(reader.root.walk())
    is_page = bool(reader.doctype) or any(node.tag == "html" for node in nodes)
    faults = list(reader.faults)
    if UNDEFINED in html:
        faults += [f"undefined variable {m}" for m in set(re.findall(r"⟦indéfini:([^⟧]*)", html))]
    for check in (
        _ids,
        _headings,
        _controls,
        _names,
        _tables,
        _inline,
        _off_site,
        _forms,
        _nesting,
    ):
        faults += check(nodes)
    if is_page:
        faults += _page(reader, nodes, is_catalogue)
        faults += _references(nodes)
    return faults


def _page(reader: Reader, nodes: list[Node], is_catalogue: bool) -> Iterator[str]:
    if reader.doctype != "doctype html":
        yield "no <!doctype html>"
    tags = Counter(node.tag for node in nodes)
    for tag in ("html", "title", "main", "h1"):
        if (n := sum(1 for x in nodes if x.tag == tag and not _in_svg(x))) != 1:
            yield f"{n} <{tag}>, a page has one"
    for node in nodes:
        if node.tag == "html" and node.attrs.get("lang") != "fr":
            yield "<html> does not say lang=fr"
        if node.tag == "title" and not _in_svg(node) and not node.own_text.strip(" —"):
            yield "empty <title>"
    if not tags["meta"] or not any(x.attrs.get("name") == "viewport" for x in nodes):
        yield "no viewport: a phone would shrink the page"
    invalid = any(x.attrs.get("aria-invalid") == "true" for x in nodes)
    title = next((x.own_text for x in nodes if x.tag == "title"), "")
    # The catalogue shows a faulty form on purpose.
    if invalid and not title.strip().startswith("Erreur\u00a0: ") and not is_catalogue:
        yield "a field is wrong and the title does not start with « Erreur : »"
    if title.count("Erreur\u00a0: ") > 1:
        yield "the title says « Erreur : » twice: the layout writes it by itself"


def _in_svg(node: Node) -> bool:
    return any(above.tag == "svg" for above in node.ancestors())


def _ids(nodes: list[Node]) -> Iterator[str]:
    for attribute in ("id", "accesskey"):
        counted = Counter(x.attrs[attribute] for x in nodes if attribute in x.attrs)
        for value, n in counted.items():
            if n > 1 or not value.strip() or " " in value:
                yield f"{attribute}={value!r} is used {n} times or is no identifier"


def _references(nodes: list[Node]) -> Iterator[str]:
    ids = {x.attrs["id"] for x in nodes if "id" in x.attrs}
    for node in nodes:
        named = [r for a in REFERENCES for r in node.attrs.get(a, "").split()]
        if node.tag == "a" and re.match(r"#.", node.attrs.get("href", "")):
            named.append(node.attrs["href"][1:])
        named += re.findall(r"url\(#([^)]+)\)", " ".join(node.attrs.values()))
        if "data-cordee-open" in node.attrs:
            named.append(node.attrs["data-cordee-open"])
        for reference in named:
            if reference not in ids:
                yield f"{node} points to #{reference}, which is not in the page"


def _headings(nodes: list[Node]) -> Iterator[str]:
    previous = 0
    for node in nodes:
        if node.tag in HEADINGS:
            level = int(node.tag[1])
            if previous and level > previous + 1:
                yield f"{node} jumps from h{previous}"
            if not node.text():
                yield f"{node} is an empty heading"
            previous = level


def _controls(nodes: list[Node]) -> Iterator[str]:
    labelled = {x.attrs["for"] for x in nodes if x.tag == "label" and x.text() and "for" in x.attrs}
    for node in nodes:
        if node.tag not in CONTROLS or node.attrs.get("type") in NAMELESS_INPUTS:
            continue
        wrapped = any(above.tag == "label" and above.text() for above in node.ancestors())
        aria = node.attrs.get("aria-label") or node.attrs.get("aria-labelledby")
        if not (wrapped or aria or node.attrs.get("id") in labelled):
            yield f"{node} has no label"
    for node in nodes:
        if node.tag == "fieldset" and (not node.children or node.children[0].tag != "legend"):
            yield f"{node} has no legend"


def _names(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        attrs = node.attrs
        aria = attrs.get("aria-label", "").strip() or attrs.get("aria-labelledby", "").strip()
        if node.tag == "img" and "alt" not in attrs:
            yield f"{node} has no alt"
        if node.tag in ("button", "a", "summary") and not aria and not node.text():
            yield f"{node} has no name"
        if node.tag == "a" and not attrs.get("href"):
            yield f"{node} leads nowhere"
        if node.tag == "svg" and attrs.get("aria-hidden") != "true":
            titled = any(child.tag == "title" and child.own_text for child in node.children)
            if attrs.get("role") != "img" or not (aria or titled):
                yield f"{node} is neither hidden nor named"
        if attrs.get("role") in ("region", "dialog", "search", "navigation") and not aria:
            yield f"{node} has a role and no name"
        if node.tag in ("nav", "dialog") and not aria:
            yield f"{node} has no name"
        if attrs.get("tabindex", "0").lstrip("-").isdigit() and int(attrs.get("tabindex", 0)) > 0:
            yield f"{node} changes the order of the keyboard"


def _tables(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        if node.tag == "th" and node.attrs.get("scope") not in (
            "col",
            "row",
            "colgroup",
            "rowgroup",
        ):
            yield f"{node} has no scope"
        if node.tag == "table":
            inside = list(node.walk())
            if not any(x.tag == "th" for x in inside):
                yield f"{node} has no head"
            roles = {x.attrs.get("role") for x in inside if x.tag in ("tr", "td")}
            if node.attrs.get("role") == "table" and not roles <= {"row", "cell"}:
                yield f"{node} has role=table and rows or cells without their role"
            stacks = {"table-empile", "table-fiches"} & set(node.attrs.get("class", "").split())
            if stacks and node.attrs.get("role") != "table":
                yield f"{node} stacks on a phone and loses its roles: add role=table/row/cell"


def _inline(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        if node.tag == "style" or "style" in node.attrs:
            yield f"{node} carries inline style"
        if node.tag == "script" and not node.attrs.get("src"):
            yield f"{node} is an inline script"
        for name, value in node.attrs.items():
            if name.startswith(("on", "hx-on")):
                yield f"{node} carries the handler {name}"
            if value.strip().lower().startswith("javascript:"):
                yield f"{node} runs script from {name}"


def _is_off_site(url: str) -> bool:
    parts = urlsplit(url.strip())
    return parts.scheme in ("http", "https", "") and (parts.hostname or "") not in OWN_HOSTS


def _off_site(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        loaded = node.attrs.get(LOADED.get(node.tag, ""), "")
        addresses = [loaded, node.attrs.get("action", ""), node.attrs.get("srcset", "")]
        addresses += [
            v for k, v in node.attrs.items() if k in ("hx-get", "hx-post", "poster", "data")
        ]
        if any(_is_off_site(address) for address in addresses if address):
            yield f"{node} asks another site"
        if node.tag == "a" and _is_off_site(node.attrs.get("href", "")):
            rel = node.attrs.get("rel", "").split()
            if not {"external", "nofollow"} & set(rel):
                yield f"{node} leaves the site without rel=external"


def _forms(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        if node.tag != "form":
            continue
        inside = list(node.walk())
        is_post = node.attrs.get("method", "get").lower() == "post"
        if is_post and not any(x.attrs.get("name") == "csrfmiddlewaretoken" for x in inside):
            yield f"{node} sends without csrf_token"
        if not is_post and any(x.attrs.get("name") == "csrfmiddlewaretoken" for x in inside):
            yield f"{node} shows its csrf_token in an address"


def _nesting(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        above = {x.tag for x in node.ancestors()}
        if node.tag in ("a", "button") and above & {"a", "button"}:
            yield f"{node} stands inside a link or a button"
        if node.tag == "form" and "form" in above:
            yield f"{node} stands inside a form"
        parent = node.parent.tag if node.parent else ""
        if parent == "p" and node.tag in BLOCKS:
            yield f"{node} stands inside a paragraph"
        if parent in ("ul", "ol") and node.tag not in ("li", "template", "script"):
            yield f"{node} stands in a list and is no item"
        if node.tag == "li" and parent not in ("ul", "ol", "menu", "#root"):
            yield f"{node} is an item of no list"


def as_shown(html: str) -> str:
    """The HTML without the line ends of its templates: none beside an element that begins a line
    of its own or inside a tag, one space elsewhere. So tests read what is shown, not its layout.
    """
    pieces = KEEPS_LINES.split(html)
    # Text, then what keeps its lines, then the name of its element, and so on.
    return "".join(
        piece if n % 3 == 1 else "" if n % 3 == 2 else _without_layout(piece)
        for n, piece in enumerate(pieces)
    )


def bytes_on_the_wire(response: Any) -> int:
    """How many bytes the server sends for a page: compressed as its middleware does."""
    return len(compress_string(response.sent))


def _without_layout(html: str) -> str:
    shown, end, before = [], 0, ""
    for tag in [*TAG.finditer(html), None]:
        after = tag[0] if tag else ""
        shown.append(_text_as_shown(html[end : tag.start() if tag else len(html)], before, after))
        shown.append(_tag_as_shown(after))
        end, before = (tag.end() if tag else end), after
    return "".join(shown)


# Most of a page stands on the one before it too: its frame, its menus, its icons.
@lru_cache(maxsize=20_000)
def _tag_as_shown(tag: str) -> str:
    return re.sub(r"\s*\n\s*(/?>$)?|\s+(/>$)", lambda m: m[1] or m[2] or " ", tag)


@lru_cache(maxsize=20_000)
def _text_as_shown(text: str, before: str, after: str) -> str:
    """Between two tags. A user's own line ends are not followed by spaces: they stay."""
    # Inside an element of a sentence, white space at its edge stands there for the layout alone.
    begins = (_owns_its_line(before) or before[1:2].isalpha()) and not before.startswith("<br")
    if begins and re.match(r"[ \t]*\n", text):
        text = text.lstrip(" \t\r\n")
    if re.search(r"\n[ \t]*$", text) and (_owns_its_line(after) or after.startswith("</")):
        text = text.rstrip(" \t\r\n")
    return re.sub(r"^[ \t]*\n[ \t\n]*|[ \t\n]*\n[ \t]*$|[ \t]*\n([ \t]*\n)*[ \t]{2,}", " ", text)


def _owns_its_line(tag: str) -> bool:
    name = re.match(r"</?([a-zA-Z0-9]*)", tag)
    return name is None or name[1].lower() in OWN_LINE or not name[1]


class StrictClient(Client):
    """Django's client; every HTML answer must be without fault, and is read as it is shown."""

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            self.check(response, request.get("PATH_INFO", ""))
            if not response.streaming and "Content-Encoding" not in response.headers:
                response.sent = response.content
                # Drawn at random, a token says anything: « 37h » one time in a thousand.
                html = CSRF_TOKEN.sub(r"\1x", response.content.decode(response.charset))
                response.content = as_shown(html)
        return response

    def check(self, response: Any, path: str) -> None:
        html = b"".join(response) if response.streaming else response.content
        faults = faults_of(html.decode(response.charset), path=path) if html.strip() else []
        policy = response.headers.get("Content-Security-Policy", "")
        if "sandbox" in policy.split(";")[-1]:
            faults = [fault for fault in faults if "inline style" not in fault]
            faults += _unlocked(policy)
        elif html.strip() and ("script-src 'self'" not in policy or "unsafe" in policy):
            faults.append(f"no strict Content-Security-Policy: {policy!r}")
        if faults:
            listed = "\n  ".join(faults)
            raise HtmlFault(f"{path} (status {response.status_code}):\n  {listed}")


def _unlocked(policy: str) -> Iterator[str]:
    """A mail in its frame carries its style in its tags; then nothing else may be open to it."""
    if "default-src 'none'" not in policy or "script" in policy or "same-origin" in policy:
        yield f"a frame that is not shut: {policy!r}"
