"""What differs between two documents, for a page that shows both."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from cordee.base.documents.model import Document, Heading, plain, words_of
from cordee.base.documents.plain import cleaned


@dataclass(frozen=True, slots=True)
class Reworded:
    """What a later text says otherwise in one place: under which heading, before and after."""

    heading: str
    before: Sequence[str]
    after: Sequence[str]


def reworded(before: Document, after: Document) -> list[Reworded]:
    """What differs between two texts, in the order of reading."""
    old, new = _said(before), _said(after)
    matcher = SequenceMatcher(None, [text for _, text in old], [text for _, text in new], False)
    return [
        Reworded(
            (new[j1:j2] or old[i1:i2])[0][0],
            [text for _, text in old[i1:i2]],
            [text for _, text in new[j1:j2]],
        )
        for kind, i1, i2, j1, j2 in matcher.get_opcodes()
        if kind != "equal"
    ]


def _said(document: Document) -> list[tuple[str, str]]:
    """Each paragraph, item or cell, with the heading that it stands under."""
    found, heading = [], document.title
    for block in document.blocks:
        heading = block.text if isinstance(block, Heading) else heading
        found += [(heading, cleaned(plain(words))) for words in words_of(block)]
    return found
