"""The sections of a sheet and of a monograph; from Markdown to the nameless text of a version."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from cordee.accounts.models import User
from cordee.base.documents import (
    Block,
    Document,
    Gap,
    Heading,
    Link,
    Paragraph,
    Strong,
    Words,
    canonical_text,
    document_from_text,
    inlines,
)
from cordee.base.documents import Sheet as Facts
from cordee.base.documents.markdown import UnreadableText, blocks_of
from cordee.base.documents.model import gaps_in, plain, words_of
from cordee.base.search.words import fold
from cordee.base.ui import french
from cordee.members.models import Structure
from cordee.members.private_words import IDENTIFYING
from cordee.practices.models import Review, Sheet, SheetVersion
from cordee.practices.models.sheets import Licence, SheetKind
from cordee.rules.clock import long_day

LIMITS = "limits"
REVIEWS_WANTED = 2
REUSABLE = "\u00a0: reprenez-la, en citant ses autrices."
# Shorter ones are words of any text.
SHORTEST_NAME = 4
_PRIVATE_HOST = re.compile(r"(?:^|\.)(?:localhost|local|lan|intranet|internal|home)$")
_CONTACT = re.compile(rf"[\w.+-]+@[\w-]+\.\w+|{IDENTIFYING['un numéro de téléphone'].pattern}")
_OUR_PUBLIC_PAGES = "/pratiques/"


@dataclass(frozen=True, slots=True)
class Section:
    """One part: its `key`, the title that a file of Markdown gives it, what to write there."""

    key: str
    title: str
    asks: str


SECTIONS: Mapping[str, tuple[Section, ...]] = {
    SheetKind.CARD: (
        Section("problem", "Problème", "Ce qui n’allait pas, en deux phrases."),
        Section("context", "Contexte", "Ce qui compte de votre situation pour comprendre."),
        Section("steps", "Étapes", "Ce que vous avez fait, dans l’ordre."),
        Section("means", "Moyens", "Temps, coût, personnes."),
        Section("results", "Résultats", "Ce qui a changé, et où chacun peut le lire."),
        Section("success", "Conditions de réussite", "Ce sans quoi cela n’aurait pas marché."),
        Section(
            LIMITS, "Limites et ce qui n’a pas marché", "Jamais vide\u00a0: tout a des limites."
        ),
    ),
    SheetKind.MONOGRAPH: (
        Section("question", "Question", "Ce que vous avez voulu comprendre."),
        Section("method", "Méthode", "Qui a regardé quoi, comment, quand."),
        Section("field", "Terrain", "Où\u00a0: taille, territoire, métier, ressources."),
        Section("observed", "Ce qui a été observé", "Les faits, avec leurs sources."),
        Section("comparison", "Comparaison", "Ce que d’autres font, ailleurs et autrement."),
        Section(LIMITS, "Limites", "Ce que cette monographie ne permet pas de dire."),
    ),
}


def first_section(kind: str) -> Section:
    """The one without which nothing is told: the problem, or the question."""
    return SECTIONS[kind][0]


def blocks_of_section(section: Section, text: str) -> tuple[Block, ...]:
    """Raises ValidationError on the section, with each line to correct."""
    try:
        return blocks_of(text, name=section.title)
    except UnreadableText as refused:
        raise ValidationError({section.key: [each.words for each in refused.refusals]}) from refused


def nameless_document(
    sheet: Sheet, title: str, sections: Mapping[str, str], *, number: int
) -> Document:
    """A version as it is hashed and kept. A section that nobody filled is a gap.

    Raises ValidationError.
    """
    blocks: list[Block] = [Facts(tuple(sheet.context))] if sheet.context else []
    refused: dict[str, list[str]] = {}
    for section in SECTIONS[sheet.kind]:
        text = sections.get(section.key, "").strip()
        blocks.append(Heading(section.title))
        try:
            blocks += blocks_of_section(section, text) or [
                Paragraph(Gap(section.title.lower(), "les structures autrices"))
            ]
        except ValidationError as found:
            refused |= found.message_dict
    if refused:
        raise ValidationError(refused)
    return Document(
        title=title,
        subtitle=f"{sheet.get_kind_display().capitalize()}, version {number}",
        blocks=tuple(blocks),
    )


def document_of(version: SheetVersion) -> Document:
    """A version as it is read today: its text as it was published, and after it who may be named.

    Reads `sheet.authors` and `reviews` with their structures.
    """
    return replace(document_from_text(version.text), annex=tuple(_annex(version)))


def _annex(version: SheetVersion) -> Iterator[Block]:
    sheet = version.sheet
    yield Heading("Qui l’a écrite, et comment la reprendre")
    reports = published_reviews(version)
    rows: list[tuple[str, Words]] = [("Structures autrices", authors_of(sheet))]
    if sheet.network:
        rows.append(("Réseau", sheet.network.name))
    if sheet.is_monograph:
        rows.append(("Relectures", review_words(version)))
    rows += [
        ("Publiée le", long_day(timezone.localdate(version.published_at))),
        ("Statut", sheet.get_status_display()),
        ("À confirmer avant le", long_day(sheet.review_due) if sheet.review_due else "inconnu"),
        ("Licence", (Link(sheet.licence, Licence(sheet.licence).address), REUSABLE)),
        ("Adresse", Link(address_of(version), address_of(version))),
        ("Citer", citation_of(version)),
    ]
    yield Facts(tuple(rows))
    if reports:
        yield Heading("Ce qu’en disent les relectures")
        for review in reports:
            yield Paragraph(Strong(french.ended(f"Relue par {review.shown_name}")))
            yield from blocks_of(review.report, name="Relectures")
            if review.reservations:
                yield Paragraph(Strong("Ses réserves\u00a0:"))
                yield from blocks_of(review.reservations, name="Relectures")


def published_reviews(version: SheetVersion) -> list[Review]:
    """Reports that their structures agree to show, today; after `with_names`."""
    return [each for each in version.reviews.all() if each.report_agreed_at]


def review_words(version: SheetVersion) -> str:
    """Only what everybody may read of a review counts."""
    count = len(published_reviews(version))
    if count >= REVIEWS_WANTED:
        return f"Relue par {french.in_letters(count)} structures qui ne l’ont pas écrite"
    lacking = REVIEWS_WANTED - count
    done = "Relue par une structure" if count else "Pas encore relue"
    return f"{done}\u00a0: il manque {french.in_letters(lacking)} relecture{'s' * (lacking > 1)}"


def authors_of(sheet: Sheet) -> str:
    """Those who may be named by their name, the others by the word that stands for it."""
    rows = sorted(sheet.authors.all(), key=lambda each: not each.is_named)
    names = [each.shown_name for each in rows]
    counted = {name: names.count(name) for name in names}
    shown = [
        name.replace("une structure", f"{french.in_letters(many)} structures", 1)
        if many > 1
        else name
        for name, many in counted.items()
    ]
    return french.series(shown) or "aucune structure"


def address_of(version: SheetVersion) -> str:
    """Whole, for paper and citations."""
    return f"{settings.SITE_ADDRESS}{version.get_absolute_url()}"


def citation_of(version: SheetVersion) -> str:
    """One line for whoever quotes it."""
    sheet = version.sheet
    who = authors_of(sheet) if sheet.authors.all() else str(sheet.network or "")
    year = timezone.localdate(version.published_at).year
    return (
        f"{who}, «\u00a0{version.title}\u00a0», {sheet.get_kind_display()}, "
        f"version {version.number}, {year}, {sheet.licence}."
    )


def refusals_of(sheet: Sheet, document: Document) -> dict[str, list[str]]:
    """What may not be published of a text, by the key of its section, or `title`.

    Its first section and its limits where nobody filled them, evidence that nobody else may open,
    the names of its authors, which stand apart from it, of people at work there, how to reach
    somebody; a text that says what is published already. Three queries at most.
    """
    rows = sheet.authors.select_related("structure__organisation")
    structures = [author.structure for author in rows]
    names, people = _names_of(structures), _people_of(structures)
    found: dict[str, list[str]] = {}
    latest = sheet.versions.first()
    if latest and _without_number(latest.text) == _without_number(canonical_text(document)):
        found["title"] = [
            f"Rien n’a changé depuis la version {latest.number}. Modifiez le brouillon d’abord."
        ]
    needed = {each.key: each for each in (first_section(sheet.kind), SECTIONS[sheet.kind][-1])}
    for at, words in _by_section(document, sheet.kind):
        told = found.setdefault(at, [])
        if at in needed and any(gaps_in(words)):
            told.append(f"«\u00a0{needed[at].title}\u00a0» est vide. {needed[at].asks}")
        if name := _first_said(words, names):
            told.append(
                f"«\u00a0{name}\u00a0» est le nom d’une structure autrice. Les noms se tiennent à "
                "part du texte\u00a0: écrivez par exemple «\u00a0notre structure\u00a0»."
            )
        if person := _first_said(words, people):
            told.append(
                f"«\u00a0{person}\u00a0» est le nom d’une personne. Écrivez sa fonction, par "
                "exemple «\u00a0l’encadrante\u00a0»."
            )
        if contact := _CONTACT.search(plain(words)):
            told.append(
                f"«\u00a0{contact[0]}\u00a0» est l’adresse ou le téléphone de quelqu’un. Retirez-le"
                "\u00a0: on répond à une fiche par ses commentaires."
            )
        told += [
            f"«\u00a0{part.url}\u00a0» ne s’ouvre pas pour tous. Mettez la preuve là où chacun "
            "peut la lire, ou dites-la en une phrase."
            for part in inlines(words)
            if isinstance(part, Link) and not is_readable(part.url)
        ]
    return {at: list(dict.fromkeys(told)) for at, told in found.items() if told}


def _without_number(text: str) -> dict[str, Any]:
    """A canonical text, less the line that says which version it is."""
    said: dict[str, Any] = json.loads(text)
    return said | {"subtitle": ""}


def named_in(document: Document, structures: Iterable[Structure]) -> str:
    """The first name of one of these structures that a text says; nothing where it names none."""
    names = _names_of(structures)
    return next(filter(None, (_first_said(words, names) for words in document.words())), "")


def check_nameless(texts: Mapping[str, str], structures: Sequence[Structure]) -> None:
    """Raises ValidationError by field: a line that does not read, or one of these names."""
    refused: dict[str, list[str]] = {}
    for field, text in texts.items():
        try:
            said = Document(title="Texte", subtitle="", blocks=blocks_of(text, name="Texte"))
        except UnreadableText as found:
            refused[field] = [each.words for each in found.refusals]
            continue
        if name := named_in(said, structures):
            refused[field] = [
                f"«\u00a0{name}\u00a0» est le nom d’une structure. Les noms se tiennent à part du "
                "texte\u00a0: écrivez «\u00a0nous\u00a0» ou «\u00a0les autrices\u00a0»."
            ]
    if refused:
        raise ValidationError(refused)


def _by_section(document: Document, kind: str) -> Iterator[tuple[str, Words]]:
    """(key of the section, or `title`; words) in the order of reading."""
    keys, at = {section.title: section.key for section in SECTIONS[kind]}, "title"
    yield at, document.title
    for block in document.blocks:
        if isinstance(block, Heading) and block.level == 1:
            at = keys[block.text]
        yield from ((at, part) for part in words_of(block))


def title_of(kind: str, key: str) -> str:
    """What a page calls a section, or the title, by its key."""
    return next((each.title for each in SECTIONS[kind] if each.key == key), "Titre")


def _by_folded(names: Iterable[str]) -> dict[str, str]:
    """Names by what is looked for of them: "aux terrasses du haut" names « Les Terrasses du Haut »
    too; one word alone keeps its article, for it is any word."""
    found = {}
    for name in names:
        first, _, others = (folded := fold(name)).partition(" ")
        if len(folded) >= SHORTEST_NAME:
            is_article = first in ("le", "la", "les", "l") and " " in others
            found[others if is_article else folded] = name
    return found


def _names_of(structures: Iterable[Structure]) -> dict[str, str]:
    return _by_folded(
        name for each in structures for name in (each.name, each.brand, each.organisation.name)
    )


def _first_said(words: Words, names: Mapping[str, str]) -> str:
    """Whatever its case and accents; an address may say a name too."""
    urls = [part.url for part in inlines(words) if isinstance(part, Link)]
    said = f" {fold(' '.join([plain(words), *urls]))} "
    return next((name for folded, name in names.items() if f" {folded} " in said), "")


def _people_of(structures: Sequence[Structure]) -> dict[str, str]:
    """Whole names of those who hold a seat there: a first name alone is a word of any text."""
    found = User.objects.filter(seats__structure__in=structures).order_by("pk").distinct()
    names = _by_folded(found.values_list("display_name", flat=True))
    return {folded: name for folded, name in names.items() if " " in folded}


def is_readable(url: str) -> bool:
    """Whether somebody without an account, anywhere, may open an address, as far as it tells."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        if not ip_address(host).is_global:
            return False
    except ValueError:
        if _PRIVATE_HOST.search(host):
            return False
    is_ours = host == urlsplit(settings.SITE_ADDRESS).hostname
    return not is_ours or parts.path.startswith(_OUR_PUBLIC_PAGES)
