"""What the pages of sheets show; views count nothing."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.text import capfirst

from cordee.accounts.access import Person
from cordee.base.documents import Block, Bullets, Document, Gap, Heading, Paragraph
from cordee.base.documents.markdown import blocks_of
from cordee.base.documents.model import gaps_in, plain, words_of
from cordee.base.documents.plain import on_screen
from cordee.base.ui import french
from cordee.practices import access
from cordee.practices.models import Review, Sheet
from cordee.practices.models.sheets import SheetQuerySet
from cordee.practices.sheets.texts import SECTIONS

# A practice is told on the first screen, before any scroll.
MOST_WORDS = 120
MOST_OTHERS = MOST_OWN = 5


def frame_of(user: Person, sheet: Sheet, here: str = "", title: str = "") -> dict[str, Any]:
    """What `practices/sheets/frame.html` asks for. One query for who is signed in."""
    tabs = (("La page", "practices:sheet"), ("Commentaires", "practices:comments"))
    return {
        "sheet": sheet,
        "title": title,
        "kind": sheet.get_kind_display(),
        "writes": access.may_write(user, sheet),
        "tabs": [(words, reverse(route, args=[sheet.pk]), route == here) for words, route in tabs]
        if sheet.latest_number and user.is_authenticated
        else [],
    }


def told_of(sheet: Sheet, document: Document) -> dict[str, Any]:
    """The card, (what, in a few words) of the problem or the question, where it was done, the
    limits; and the blocks below it: not what the card says whole, and what lacks told once."""
    blocks = document.blocks
    starts = [at for at, each in enumerate(blocks) if isinstance(each, Heading) and each.level == 1]
    parts = [blocks[at:end] for at, end in pairwise([*starts, len(blocks)])]
    first, limits = SECTIONS[sheet.kind][0], SECTIONS[sheet.kind][-1]
    said, opening = _first_words(parts[0]), parts[0][1:]
    context = sheet.context_words or "inconnu\u00a0: les structures autrices peuvent le dire"
    if len(opening) == 1 and said == plain(next(words_of(opening[0]))):
        parts.pop(0)
    lacking = [part for part in parts if any(any(gaps_in(each)) for each in words_of(part[-1]))]
    below = [each for part in parts if part not in lacking for each in part]
    if lacking:
        titles = [next(words_of(part[0])) for part in lacking]
        names = french.series([plain(title).lower() for title in titles])
        below.append(Paragraph(Gap(names, "les structures autrices")))
    return {
        "brief": [
            (first.title, said),
            ("Contexte", french.ended(capfirst(context))),
            (limits.title, _first_words(blocks[starts[-1] :])),
        ],
        # The facts of the context stand in the card too.
        "blocks": on_screen(replace(document, blocks=tuple(below))),
    }


def _first_words(blocks: Sequence[Block]) -> str:
    """What a section begins with, cut at a word."""
    said = (
        words
        for block in blocks
        if isinstance(block, Paragraph | Bullets)
        for words in words_of(block)
    )
    return french.cut(plain(next(said, "")), MOST_WORDS)


def others_of(sheet: Sheet) -> list[Sheet]:
    """Other monographs, by context and without order of merit: no practice is the best. Two
    queries."""
    rows = Sheet.objects.published().filter(kind=sheet.kind).exclude(pk=sheet.pk)
    rows = rows.select_related("department").prefetch_related("trades")
    return list(rows.order_by("territory", "places", "sales", "title")[:MOST_OTHERS])


type Said = list[dict[str, Any]]


def report_of(review: Review) -> tuple[Said, Said]:
    """The report and the reservations of a review, as a template walks them."""

    def said(text: str) -> Said:
        if not text:
            return []
        blocks = blocks_of(text, name="Relecture")
        return on_screen(Document(title="Relecture", subtitle="", blocks=blocks))

    return said(review.report), said(review.reservations)


def unfinished(user: Person) -> SheetQuerySet:
    """What the user writes and nobody reads yet, or no more; names and reviews wait on the page of
    the day."""
    is_left = Q(draft__isnull=False) | Q(removed_at__isnull=False)
    rows = access.written_sheets_for(user).filter(is_left)
    return rows.order_by("-draft__saved_at", "-pk")[:MOST_OWN]
