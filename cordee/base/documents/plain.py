"""A document as plain values (JSON), and back: what is hashed, what the PDF template and pages get.

Texts that people typed pass through `cleaned`: what no format can hold, or what would make a text
read otherwise than it is written, is taken out here, once. The fingerprint is of what is read, not
of a file: the DOCX and the PDF of one document have the same; one changed letter changes it. Read
back, a document is as it was when somebody approved it: nothing is asked again of its writer.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from cordee.base.documents import model

# What the fonts inside typst can show, Latin, Greek and Cyrillic writing with their signs; a test
# shows each. PDF/UA refuses a file with any other, and both formats must say the same.
SHOWN = (
    "\u0020-\u007e\u00a0-\u00ac\u00ae-\u02ff\u038e-\u03a1\u03a3-\u0482\u048a-\u04ff\u1d00-\u1dbf"
    "\u1e00-\u1eff\u2000-\u200a\u2010-\u2027\u202f-\u2040\u2044-\u2052\u2074-\u208e\u20a0-\u20bf"
    "\u2100-\u211e\u2126-\u2151\u2153-\u2184\u2190-\u22ff\u25a0-\u25ff\u2610-\u2612\u2713\u2717"
)
NOT_SHOWN = "\u25a1"  # an open square: something stood here
# Dropped without a trace: control characters, and marks that turn the direction of reading, with
# which "100" can be made to look like "001".
_SILENT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_NOT_SHOWN = re.compile(f"[^{SHOWN}\n]")
# French typography: no line breaks before these signs, nor inside quotation marks.
_BEFORE_COLON, _BEFORE_SIGN = re.compile(" :"), re.compile(" ([;?!])")
_BEFORE_WORD = re.compile("\u202f(?=[^\\W\\d_])")
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
# Rises when the plain form changes: an old fingerprint is then known to be of another sort.
FORMAT = 1
type Plain = Mapping[str, Any]


def cleaned(text: str) -> str:
    """A text that both formats can hold and show; lines end with one "\\n"."""
    composed = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text).replace("\t", " "))
    return _unbroken(_NOT_SHOWN.sub(NOT_SHOWN, _SILENT.sub("", composed)))


def _unbroken(text: str) -> str:
    text = _BEFORE_COLON.sub("\u00a0:", _BEFORE_SIGN.sub("\u202f\\1", text))
    # On paper a narrow space before a whole word reads as none.
    text = _BEFORE_WORD.sub("\u00a0", text)
    return text.replace("« ", "«\u00a0").replace(" »", "\u00a0»")


def parts_of(words: model.Words) -> list[dict[str, str]]:
    """Some words as plain parts."""
    return [_part(part) for part in model.inlines(words)]


def document_to_plain(document: model.Document) -> dict[str, Any]:
    """All that is read, without the annex; the same value for the same document."""
    return {
        "title": cleaned(document.title),
        "subtitle": cleaned(document.subtitle),
        "blocks": [block_to_plain(block) for block in document.blocks],
    }


def block_to_plain(block: model.Block) -> dict[str, Any]:
    """One block as plain values, told apart by `sort`."""
    match block:
        case model.Heading():
            return {"sort": "heading", "level": block.level, "text": cleaned(block.text)}
        case model.Paragraph():
            return {"sort": "paragraph", "quiet": block.quiet, "words": parts_of(block.words)}
        case model.Notice():
            return {"sort": "notice", "words": parts_of(block.words)}
        case model.Quote():
            return {"sort": "quote", "words": parts_of(block.words)}
        case model.Bullets():
            items = [parts_of(item) for item in block.items]
            return {"sort": "bullets", "numbered": block.numbered, "items": items}
        case model.Sheet():
            rows = [[parts_of(label), parts_of(value)] for label, value in block.rows]
            return {"sort": "sheet", "head": [cleaned(h) for h in block.head], "rows": rows}
        case model.Table():
            return {
                "sort": "table",
                "caption": cleaned(block.caption),
                "head": [cleaned(h) for h in block.head],
                "rows": [[parts_of(cell) for cell in row] for row in block.rows],
                "total": [parts_of(cell) for cell in block.total or ()],
                "numeric": sorted(block.numeric),
                "widths": list(block.widths or (1,) * len(block.head)),
            }
        case model.Signature():
            return {
                "sort": "signature",
                "party": cleaned(block.party),
                "rows": [[label, parts_of(value)] for label, value in signature_rows(block)],
            }
        case model.PageBreak():
            return {"sort": "break"}


def signature_rows(block: model.Signature) -> tuple[tuple[str, model.Words], ...]:
    """What stands in a signature box, in both formats."""
    return (("Nom", block.name), ("Fonction", block.function), ("Habilitation", block.act))


def _part(part: model.Inline) -> dict[str, str]:
    text = cleaned(model.text_of(part))
    match part:
        case model.Gap():
            return {"sort": "gap", "text": text}
        case model.Strong():
            return {"sort": "strong", "text": text}
        case model.Link():
            # An address is no sentence: no space of it may become another.
            return {"sort": "link", "text": text, "url": part.url}
    return {"sort": "text", "text": text}


def on_screen(document: model.Document) -> list[dict[str, Any]]:
    """The blocks of a document and of its annex, as a template walks them."""
    blocks = [block_to_plain(block) for block in (*document.blocks, *document.annex)]
    for block in blocks:
        if block["sort"] == "bullets":
            # A dictionary's own `items` would hide ours in a template.
            block["points"] = block.pop("items")
        if block["sort"] == "table":
            columns = [(name, n in block["numeric"]) for n, name in enumerate(block["head"])]
            rows = [*block["rows"], *([block["total"]] if block["total"] else [])]
            block["columns"] = columns
            block["lines"] = [
                [(*column, parts) for column, parts in zip(columns, row, strict=True)]
                for row in rows
            ]
    return blocks


def canonical_text(document: model.Document) -> str:
    """All that is read, the annex left out, as one ASCII text; `reading` makes a document of it.

    Kept, it tells later what a fingerprint was of.
    """
    value = {"format": FORMAT, **document_to_plain(document)}
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def document_sha256(document: model.Document) -> str:
    """64 hexadecimal digits over all that is read, the annex left out."""
    return text_sha256(canonical_text(document))


def text_sha256(text: str) -> str:
    """The fingerprint of a document of which `canonical_text` gave this text."""
    return hashlib.sha256(text.encode()).hexdigest()


def short_fingerprint(sha256: str) -> str:
    """The first sixteen digits in groups of four, to compare two papers by eye."""
    return " ".join(sha256[start : start + 4] for start in range(0, 16, 4))


def document_from_text(text: str) -> model.Document:
    """What `canonical_text` gave this text for, without its annex.

    Raises `ValueError` for a text that it never gave, or that is of another format.
    """
    try:
        value = json.loads(text)
        if value["format"] != FORMAT:
            raise ValueError(f"format is {value['format']!r}; texts of format {FORMAT} are read.")
        return model.Document(
            title=value["title"],
            subtitle=value["subtitle"],
            blocks=tuple(_block(each) for each in value["blocks"]),
        )
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(
            f"This is not the text of a document: {wrong!r} is not as kept."
        ) from wrong


def _block(plain: Plain) -> model.Block:
    match plain["sort"]:
        case "heading":
            return model.Heading(plain["text"], plain["level"])
        case "paragraph":
            return model.Paragraph(_words(plain["words"]), quiet=plain["quiet"])
        case "notice":
            return model.Notice(_words(plain["words"]))
        case "quote":
            return model.Quote(_words(plain["words"]))
        case "bullets":
            return model.Bullets(tuple(map(_words, plain["items"])), numbered=plain["numbered"])
        case "sheet":
            first, second = plain["head"]
            rows = tuple((_text(label), _words(value)) for label, value in plain["rows"])
            return model.Sheet(rows, (first, second))
        case "table":
            return model.Table(
                plain["caption"],
                tuple(plain["head"]),
                tuple(tuple(map(_words, row)) for row in plain["rows"]),
                tuple(map(_words, plain["total"])) or None,
                frozenset(plain["numeric"]),
                tuple(plain["widths"]),
            )
        case "signature":
            name, function, act = (_words(value) for _, value in plain["rows"])
            return model.Signature(plain["party"], name, function, act)
        case "break":
            return model.PageBreak()
    raise ValueError(f"A block is of sort {plain['sort']!r}, which no document has.")


def _words(parts: Sequence[Plain]) -> model.Words:
    return tuple(map(_inline, parts))


def _text(parts: Sequence[Plain]) -> str:
    return "".join(part["text"] for part in parts)


def _inline(part: Plain) -> model.Inline:
    match part["sort"]:
        case "gap":
            return model.Gap.from_words(part["text"])
        case "strong":
            return model.Strong(part["text"])
        case "link":
            return model.Link(part["text"], part["url"])
        case "text":
            return str(part["text"])
    raise ValueError(f"Some words are of sort {part['sort']!r}, which no document has.")
