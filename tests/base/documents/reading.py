"""Read a DOCX or a PDF back as a person would: its words in order, spaces told apart no more."""

import io
import re
from typing import Any

import docx
import pypdf
from docx.oxml.ns import qn


def docx_text(written: bytes) -> str:
    """All words of the body, in order, tables included."""
    body = docx.Document(io.BytesIO(written)).element.body
    lines = []
    for paragraph in body.iter(qn("w:p")):
        parts = [
            "\n" if node.tag == qn("w:br") else node.text or ""
            for node in paragraph.iter(qn("w:t"), qn("w:br"))
        ]
        lines.append("".join(parts))
    return "\n".join(lines)


def pdf_text(written: bytes) -> str:
    """All words of all pages; the running foot is taken out."""
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(written)).pages]
    return "\n".join(
        re.sub(r"\n[^\n]* · empreinte [^\n]*\n?[^\n]*sur \d+\s*$", "", page) for page in pages
    )


def squeezed(text: str) -> str:
    """Without any space: where lines break is a matter of paper."""
    return re.sub(r"\s+", "", text)


def pdf_tags(written: bytes) -> list[str]:
    """The sorts of the structure tree, in the order of reading."""
    root = pypdf.PdfReader(io.BytesIO(written)).trailer["/Root"]["/StructTreeRoot"]
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(str(node["/S"])[1:])
            if "/K" in node:
                walk(node["/K"])

    walk(root["/K"])
    return found
