"""The style of mails, written into their tags: mail programs read no style sheet.

Templates stay free of style, like those of pages: a tag, or a class of `mail.css`, says what a
thing is. Colours are the tokens of the screens.
"""

import re
from functools import cache
from html import escape
from html.parser import HTMLParser
from pathlib import Path

SHEET = Path(__file__).with_name("mail.css")
TOKENS = Path(__file__).parent.parent / "ui" / "css" / "tokens.css"


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
