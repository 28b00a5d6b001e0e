"""What the pages of sheets show; views count nothing."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst

from cordee.accounts.access import Person
from cordee.base.documents import Bullets, Document, Heading, Paragraph
from cordee.base.documents.markdown import blocks_of
from cordee.base.documents.model import plain, words_of
from cordee.base.documents.plain import on_screen
from cordee.base.ui import french
from cordee.practices import access
from cordee.practices.models import Review, Sheet, SheetVersion
from cordee.practices.sheets.standing import standing_of
from cordee.practices.sheets.texts import LIMITS, SECTIONS, authors_of, citation_of, first_section

# A practice is told on the first screen, before any scroll.
MOST_WORDS = 230
REVIEWS_WANTED, MOST_OTHERS = 2, 5


def frame_of(user: Person, sheet: Sheet, here: str = "", title: str = "") -> dict[str, Any]:
    """What `practices/sheets/frame.html` asks for. One query for who is signed in."""
    tabs = [
        ("La fiche" if not sheet.is_monograph else "La monographie", "practices:sheet"),
        ("Versions", "practices:versions"),
    ]
    if user.is_authenticated:
        tabs.append(("Commentaires", "practices:comments"))
    return {
        "sheet": sheet,
        "title": title,
        "kind": sheet.get_kind_display(),
        "writes": access.may_write(user, sheet),
        "tabs": [(words, reverse(route, args=[sheet.pk]), route == here) for words, route in tabs]
        if sheet.latest_number
        else [],
    }


def brief_of(sheet: Sheet, document: Document) -> list[tuple[str, str]]:
    """(what, in a few words): the problem or the question, where it was done, the limits."""
    first, limits = first_section(sheet.kind), SECTIONS[sheet.kind][-1]
    assert limits.key == LIMITS
    context = sheet.context_words or "inconnu\u00a0: les structures autrices peuvent le dire"
    return [
        (first.title, _first_words(document, first.title)),
        ("Contexte", french.ended(capfirst(context))),
        (limits.title, _first_words(document, limits.title)),
    ]


def _first_words(document: Document, title: str) -> str:
    """What a section begins with, cut at a word."""
    blocks = iter(document.blocks)
    for block in blocks:
        if isinstance(block, Heading) and block.text == title:
            break
    said = (
        words
        for block in blocks
        if isinstance(block, Paragraph | Bullets)
        for words in words_of(block)
    )
    return french.cut(plain(next(said, "")), MOST_WORDS)


def standing_on_page(sheet: Sheet, now: datetime) -> dict[str, Any]:
    """Where it stands, and what the next step lacks. One query."""
    return {"standing": standing_of(sheet, now=now)}


def credits_of(sheet: Sheet, version: SheetVersion) -> dict[str, Any]:
    """Authors, reviews, and how to quote it."""
    return {
        "version": version,
        "authors": authors_of(sheet),
        "citation": citation_of(version),
        "licence_url": sheet.licence_address,
        "review_words": review_words(version) if sheet.is_monograph else "",
        "reports": [(each, *report_of(each)) for each in published_reviews(version)],
        "others": others_of(sheet) if sheet.is_monograph else [],
    }


def others_of(sheet: Sheet) -> list[Sheet]:
    """Other monographs, by context and without order of merit: no practice is the best. Two
    queries."""
    rows = Sheet.objects.published().filter(kind=sheet.kind).exclude(pk=sheet.pk)
    rows = rows.select_related("department").prefetch_related("trades")
    return list(rows.order_by("territory", "places", "sales", "title")[:MOST_OTHERS])


def published_reviews(version: SheetVersion) -> list[Review]:
    """Reports that their structures agree to show, today; after `with_names`."""
    return [each for each in version.reviews.all() if each.report_agreed_at]


type Said = list[dict[str, Any]]


def report_of(review: Review) -> tuple[Said, Said]:
    """The report and the reservations of a review, as a template walks them."""

    def said(text: str) -> Said:
        if not text:
            return []
        blocks = blocks_of(text, name="Relecture")
        return on_screen(Document(title="Relecture", subtitle="", blocks=blocks))

    return said(review.report), said(review.reservations)


def review_words(version: SheetVersion) -> str:
    """Only what everybody may read of a review counts."""
    count = len(published_reviews(version))
    if count >= REVIEWS_WANTED:
        return f"Relue par {french.in_letters(count)} structures qui ne l’ont pas écrite"
    lacking = REVIEWS_WANTED - count
    done = "Relue par une structure" if count else "Pas encore relue"
    return f"{done}\u00a0: il manque {french.in_letters(lacking)} relecture{'s' * (lacking > 1)}"


def own_work(user: Person) -> Iterator[tuple[str, str, str]]:
    """(what, one fact, its page) of what waits for the user: drafts, names, reviews. Three
    queries; nothing for a visitor."""
    if not user.is_authenticated:
        return
    drafts = access.written_sheets_for(user).filter(
        draft__isnull=False, draft__discarded_at__isnull=True, removed_at__isnull=True
    )
    for sheet in drafts.select_related("draft").order_by("-draft__saved_at")[:5]:
        yield sheet.draft.title, "brouillon", reverse("practices:write", args=[sheet.pk])
    for author in access.namings_for(user).unanswered().select_related("sheet", "structure")[:5]:
        url = reverse("practices:naming", args=[author.sheet_id, author.pk])
        yield author.sheet.title, f"peut-on nommer {author.structure}\u202f?", url
    for review in access.reviews_for(user).awaited().select_related("version__sheet")[:5]:
        yield (
            review.version.title,
            "relecture demandée",
            reverse("practices:review", args=[review.pk]),
        )
