"""A document read back from its canonical text, as it was when somebody approved it.

Nothing is asked again of whoever wrote it: the words are those of the text, so that both formats
and the fingerprint come out as they were.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cordee.base.documents import model
from cordee.base.documents.plain import FORMAT

type Plain = Mapping[str, Any]


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
        case "text":
            return str(part["text"])
    raise ValueError(f"Some words are of sort {part['sort']!r}, which no document has.")
