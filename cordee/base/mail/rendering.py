"""The two parts of a mail, made from one page, so that they agree: its text, and its HTML with its
style written into the tags, as mail programs read no style sheet.

Templates stay free of style, like those of pages: a tag, or a class of `mail.css`, says what a
thing is. Colours are the tokens of the screens.
"""

import re
from functools import cache
from html import escape
from html.parser import HTMLParser
from pathlib import Path

from django.conf import settings

SHEET = Path(__file__).with_name("mail.css")
TOKENS = Path(__file__).parent.parent / "ui" / "css" / "tokens.css"
COLON = "\u00a0:"
_BLOCKS = frozenset({"p", "h1", "h2", "li", "tr", "blockquote", "table", "ul", "ol", "main"})


def styled(html: str) -> str:
    """The same page with each tag's rules beside it; classes have done their work and go."""
    writer = _Writer(rules())
    writer.feed(html)
    writer.close()
    return "".join(writer.written)


@cache
def rules() -> dict[str, str]:
    """Selector → declarations, with the values of the tokens."""
    tokens = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", TOKENS.read_text(encoding="utf-8")))
    sheet = re.sub(r"/\*.*?\*/", "", SHEET.read_text(encoding="utf-8"), flags=re.S)
    # A double quote would end the attribute.
    sheet = re.sub(r"var\((--[\w-]+)\)", lambda m: tokens[m[1]], sheet).replace('"', "'")
    return {
        selector.strip(): " ".join(declarations.split())
        for selector, declarations in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet)
    }


class _Writer(HTMLParser):
    """Writes what it reads, tag by tag."""

    def __init__(self, known: dict[str, str]) -> None:
        super().__init__(convert_charrefs=False)
        self.known = known
        self.written: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = given.pop("class", "").split()
        styles = [self.known.get(tag), *(self.known.get(f".{name}") for name in classes)]
        style = " ".join(found for found in styles if found)
        if style:
            given["style"] = style
        shown = "".join(f' {name}="{escape(value)}"' for name, value in given.items())
        self.written.append(f"<{tag}{shown}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.written.append(data)

    def handle_entityref(self, name: str) -> None:
        self.written.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.written.append(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self.written.append(f"<!{decl}>")


def plain(html: str) -> str:
    """What stands in `<main>`: a paragraph a block, each address below the words that link to it.

    Telephones stay words; so does a link to the bare site, which a preview has for everybody's own.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(reader.written)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self.is_inside = False
        self._words: list[str] = []
        self._links: list[tuple[int, str]] = []
        self._lists: list[int | None] = []
        self._mark = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._end_block(tag)
        if tag == "main":
            self.is_inside = True
        elif tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            number = self._lists[-1] if self._lists else None
            self._mark = "- " if number is None else f"{number + 1}. "
            if number is not None:
                self._lists[-1] = number + 1
        elif tag == "br":
            self._words.append("\n")
        elif tag == "a" and self.is_inside:
            href = dict(attrs).get("href") or ""
            self._links.append((len(self._words), href))

    def handle_endtag(self, tag: str) -> None:
        if tag == "th":
            self._words.append(f"{COLON} ")
        elif tag in _BLOCKS:
            self._end_block(tag)
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif tag == "main":
            self.is_inside = False

    def handle_data(self, data: str) -> None:
        if self.is_inside:
            self._words.append(re.sub(r"[ \t\r\n]+", " ", data))

    def _end_block(self, tag: str) -> None:
        """Write the words of a block. One link alone stands below; several, each where it is."""
        words, links = (
            self._words,
            [
                (at, href)
                for at, href in self._links
                if href.startswith("http") and href != settings.SITE_ADDRESS
            ],
        )
        self._words, self._links = [], []
        if len(links) > 1:
            for at, href in reversed(links):
                words[at] = f"\n{words[at]}\u00a0:\n{href}\n"
        said = "\n".join(" ".join(line.split(" ")).strip() for line in "".join(words).split("\n"))
        said = re.sub(r" {2,}", " ", said).strip()
        if len(links) == 1:
            is_alone = not "".join(words[: links[0][0]]).strip() and not said.endswith((".", "?"))
            said = f"{said}{COLON if is_alone and chr(10) not in said else ''}\n{links[0][1]}"
        if said:
            end = "\n" if tag in ("li", "tr") and "\n" not in said else "\n\n"
            self.written.append(f"{self._mark}{said}{end}")
            self._mark = ""
        elif tag in ("table", "ul", "ol"):
            self.written.append("\n")
