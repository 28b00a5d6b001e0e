"""Documents for people: one plain description, written as DOCX and as PDF. Knows no domain.

A document is a value (`model`). `fingerprint` tells what was read, whatever the format. The two
renderers decide how things look, never a word of what is said.
"""

from cordee.base.documents.model import (
    Block,
    Bullets,
    Document,
    Gap,
    Heading,
    Inline,
    Link,
    Notice,
    PageBreak,
    Paragraph,
    Quote,
    Sheet,
    Signature,
    Strong,
    Table,
    Words,
    inlines,
)
from cordee.base.documents.pdf import render_pdf
from cordee.base.documents.plain import (
    canonical_text,
    document_from_text,
    document_sha256,
    short_fingerprint,
    text_sha256,
)


def render_docx(document: Document) -> bytes:
    """The file, as `documents.docx` writes it."""
    # Read at the first use: each start would be a twentieth longer for python-docx.
    from cordee.base.documents import docx

    return docx.render_docx(document)
