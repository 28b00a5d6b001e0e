"""Short notes on public buying, written in `docs/guide/achats`, shown where a page asks for one."""

from dataclasses import replace
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.text import slugify

from cordee.base.documents import Document, Heading
from cordee.base.documents.markdown import blocks_of
from cordee.base.documents.plain import on_screen
from cordee.base.ui.legal_values import SUBJECTS

_FOLDER = settings.BASE_DIR / "docs" / "guide" / "achats"
# The list of them, which asks a question and gives the note that answers it.
LIST = "README"


@cache
def note(name: str) -> tuple[str, list[dict[str, Any]]]:
    """The title of a note and its blocks as templates walk them.

    Raises `KeyError` where there is none of that name.
    """
    paths = {path.stem: path for path in _FOLDER.glob("*.md")}
    pages = {
        path.name: reverse("note", args=[stem]) for stem, path in paths.items() if stem != LIST
    }
    rules = _FOLDER.parent.parent / "rules"
    pages |= {f"../../rules/{path.name}": _values_of(path.stem) for path in rules.glob("*.md")}
    first, _, text = paths[name].read_text().partition("\n")
    title = first.removeprefix("# ")
    # A page has its title by itself, and a document begins under it.
    blocks = tuple(
        replace(block, level=block.level - 1) if isinstance(block, Heading) else block
        for block in blocks_of(text, name=title, pages=pages)
    )
    return title, on_screen(Document(title=title, subtitle="", blocks=blocks))


def _values_of(rule: str) -> str:
    """Our pages of rules are read by who writes Cordée; the values they give, by everybody."""
    if rule in SUBJECTS:
        return reverse("sources_about", args=[slugify(SUBJECTS[rule])])
    return reverse("sources")
