"""What somebody wrote in an answer, without the mail answered to nor the signature. Pure."""

import re
from html.parser import HTMLParser

# The line above a quotation, as mail programs write it in French and in English. Some fold it.
_HEADS = (
    re.compile(r"^\s*le\s.{4,160}\sa\s+[ée]crit\s*:\s*$", re.I | re.S),
    re.compile(r"^\s*on\s.{4,160}\swrote\s*:\s*$", re.I | re.S),
    re.compile(
        r"^\s*-{2,}\s*(message d[’']origine|message transf[ée]r[ée]|original message)", re.I
    ),
    re.compile(r"^\s*_{20,}\s*$"),
    # The first line of ours, where a program quotes without a mark.
    re.compile(r"^\s*[ée]crivez au-dessus de cette ligne", re.I),
)
# Outlook: "De : … / Envoyé : …", each on its line.
_FROM = re.compile(r"^\s*\*?(de|from)\s*:\*?\s*\S", re.I)
_SENT = re.compile(r"^\s*\*?(envoy[ée]|date|sent|à|to)\s*:\*?\s*\S", re.I)
_SIGNATURES = (
    re.compile(r"^--\s?$"),
    re.compile(r"^\s*envoy[ée] (de|depuis) mon\b.*$", re.I),
    re.compile(r"^\s*(t[ée]l[ée]charger|obtenir|get) outlook (pour|for)\b.*$", re.I),
    re.compile(r"^\s*sent from my\b.*$", re.I),
)
_BLOCKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "table", "ul", "ol", "hr"})
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "col", "area", "base", "wbr"})
_MUTE = frozenset({"style", "script", "head", "title", "blockquote"})
# The marks that Gmail, Outlook, Yahoo and Apple put on what they quote.
_QUOTED = re.compile(
    r"gmail_quote|gmail_attr|yahoo_quoted|moz-cite-prefix|appendonsend|divrplyfwdmsg|mail-editor-reference",
    re.I,
)

# What a person writes above a quotation is shorter; each line is tried by seven patterns.
MOST_LINES = 2_000


def own_words(text: str) -> str:
    """The lines above the quotation and the signature, of the first `MOST_LINES`."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", MOST_LINES)[:MOST_LINES]
    kept: list[str] = []
    for number, line in enumerate(lines):
        if _begins_quotation(lines, number) or any(one.match(line) for one in _SIGNATURES):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _begins_quotation(lines: list[str], number: int) -> bool:
    line = lines[number]
    # Gmail folds "Le jeu. 26 nov. 2026 à 10:12, Cordée <…> a écrit :" over two or three lines.
    for length in (1, 2, 3):
        joined = " ".join(part.strip() for part in lines[number : number + length])
        if any(head.match(joined) for head in _HEADS[:2]):
            return True
    if any(head.match(line) for head in _HEADS[2:]):
        return True
    following = [each for each in lines[number + 1 : number + 4] if each.strip()]
    return bool(_FROM.match(line)) and any(_SENT.match(each) for each in following)


class _Text(HTMLParser):
    """The visible text of a mail; what stands in a quotation is skipped."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._skipped: list[str] = []
        self.is_over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        marks = " ".join(value or "" for name, value in attrs if name in ("class", "id", "name"))
        if self._skipped:
            if tag not in _VOID:
                self._skipped.append(tag)
            return
        if re.search(r"appendonsend|divrplyfwdmsg", marks, re.I):
            # Outlook closes this mark at once: all that follows is the mail answered to.
            self.is_over = True
        if (tag in _MUTE or _QUOTED.search(marks)) and tag not in _VOID:
            self._skipped.append(tag)
            return
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            while self._skipped:
                if self._skipped.pop() == tag:
                    break
            return
        if tag in _BLOCKS and tag != "br":
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._skipped and not self.is_over:
            self.parts.append(re.sub(r"[ \t\r\n\xa0]+", " ", data))


def text_of_html(page: str) -> str:
    """A mail written in HTML only, as text."""
    parser = _Text()
    parser.feed(page)
    parser.close()
    lines = [line.strip() for line in "".join(parser.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
