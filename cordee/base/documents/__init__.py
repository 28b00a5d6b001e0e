"""Documents for people: one plain description, written as DOCX and as PDF. Knows no domain.

A document is a value (`model`). `fingerprint` tells what was read, whatever the format. The two
renderers decide how things look, never a word of what is said.
"""

from cordee.base.documents.docx import render_docx
from cordee.base.documents.fingerprint import document_sha256, short_fingerprint
from cordee.base.documents.model import (
    Block,
    Bullets,
    Document,
    Gap,
    Heading,
    Inline,
    Notice,
    PageBreak,
    Paragraph,
    Sheet,
    Signature,
    Strong,
    Table,
    Words,
    inlines,
)
from cordee.base.documents.pdf import render_pdf

__all__ = [
    "Block",
    "Bullets",
    "Document",
    "Gap",
    "Heading",
    "Inline",
    "Notice",
    "PageBreak",
    "Paragraph",
    "Sheet",
    "Signature",
    "Strong",
    "Table",
    "Words",
    "document_sha256",
    "inlines",
    "render_docx",
    "render_pdf",
    "short_fingerprint",
]
