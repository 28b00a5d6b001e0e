"""A document for `ui/document.html`: the same plain values, its tables ready to be walked."""

from typing import Any

from cordee.base.documents.model import Document
from cordee.base.documents.plain import block_to_plain


def on_screen(document: Document) -> list[dict[str, Any]]:
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
