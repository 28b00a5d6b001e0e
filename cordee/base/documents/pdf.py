"""A document as tagged PDF, by typst.

The template is one fixed file of ours. The document reaches it as data (`sys.inputs`), so that a
text that somebody typed is shown as it is and never read as markup.
"""

import json
from functools import cache
from pathlib import Path

import typst

from cordee.base.documents.model import Document
from cordee.base.documents.plain import (
    block_to_plain,
    document_sha256,
    document_to_plain,
    short_fingerprint,
)

TEMPLATE = Path(__file__).parent / "document.typ"


def render_pdf(document: Document) -> bytes:
    """The file: in French, tagged, titled, PDF/UA-1; the same bytes for the same document."""
    value = {
        **document_to_plain(document),
        "annex": [block_to_plain(block) for block in document.annex],
        "fingerprint": short_fingerprint(document_sha256(document)),
    }
    # A compiler is not shared between threads; fonts are, and they are what takes time.
    compiler = typst.Compiler(TEMPLATE.read_bytes(), font_paths=_fonts())
    written = compiler.compile(
        format="pdf",
        sys_inputs={"document": json.dumps(value)},
        pdf_standards=["ua-1"],
    )
    if not isinstance(written, bytes):
        raise TypeError(f"typst gave {type(written).__name__} for a PDF; bytes were expected.")
    return written


@cache
def _fonts() -> typst.Fonts:
    """Those inside typst alone: the same page on every machine."""
    return typst.Fonts(include_system_fonts=False)
