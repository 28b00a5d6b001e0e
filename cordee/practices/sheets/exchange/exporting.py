"""All that a network owns, as files that `importing` reads again, and as JSON; news, as Atom.

No structure is named that does not agree today; who proposed an improvement is nobody’s to take.
"""

import io
import json
import zipfile
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Prefetch
from django.urls import reverse
from django.utils import timezone

from cordee.base.ui import french
from cordee.mobilisation.feeds.atom import Feed, to_second
from cordee.mobilisation.feeds.content import tag_of
from cordee.practices.models import Reuse, Review, Sheet, SheetAuthor, SheetComment, SheetVersion
from cordee.practices.models.sheets import SheetQuerySet
from cordee.practices.sheets.exchange.files import SheetFile, head_of, written
from cordee.practices.sheets.exchange.importing import FROM_FILE, REST
from cordee.practices.sheets.texts import SECTIONS, authors_of, first_section

# The same ZIP for the same sheets.
EPOCH = (2000, 1, 1, 0, 0, 0)
MOST_ENTRIES, MOST_SUMMARY = 50, 300


def _rows(sheets: SheetQuerySet) -> SheetQuerySet:
    """With all that others said of them: eight queries more."""
    reviews = Review.objects.filter(report_agreed_at__isnull=False)
    return (
        sheets.with_context()
        .select_related("draft")
        .prefetch_related(
            Prefetch("authors", SheetAuthor.objects.select_related("structure__department")),
            Prefetch("versions", SheetVersion.objects.order_by("number")),
            Prefetch("versions__reviews", reviews.select_related("structure__department")),
            Prefetch("comments", SheetComment.objects.in_force().select_related("taken_into")),
            Prefetch("reuses", Reuse.objects.elsewhere().select_related("structure__department")),
        )
    )


def _file_of(sheet: Sheet) -> SheetFile:
    said = sheet.latest if sheet.latest_number else sheet.draft
    named = [each.structure.name for each in sheet.authors.all() if each.is_named]
    fields = ("places", "territory", "sales", "department_id", "in_use_since", "licence")
    return SheetFile(
        title=said.title,
        kind=sheet.kind,
        status=sheet.status,
        trades=tuple(each.trade for each in sheet.trades.all()),
        context={name: getattr(sheet, name) for name in fields},
        authors=tuple(named),
        sections=said.sections,
    )


def zipped(sheets: SheetQuerySet) -> bytes:
    """A file of Markdown each: what is published, else what is being written; beside them, the
    JSON of all."""
    files = {REST: as_json(sheets)}
    for sheet in _rows(sheets):
        stem = sheet.source_key if sheet.source_kind == FROM_FILE else f"pratique-{sheet.pk}"
        files[f"{stem}.md"] = written(_file_of(sheet))
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), text, zipfile.ZIP_DEFLATED)
    return sink.getvalue()


def as_json(sheets: SheetQuerySet) -> str:
    """Each sheet, by the keys of a file, with all its versions and what others said of it."""
    found = {"pratiques": [_json_of(sheet) for sheet in _rows(sheets)]}
    return json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


def _json_of(sheet: Sheet) -> dict[str, Any]:
    titles = {section.key: section.title for section in SECTIONS[sheet.kind]}
    return {
        "adresse": f"{settings.SITE_ADDRESS}{sheet.get_absolute_url()}",
        **head_of(_file_of(sheet)),
        "publiée": sheet.is_published,
        "à confirmer avant le": sheet.review_due,
        "versions": [
            {
                **_said(version, "number", "title", "published_at", "sha256", "changes"),
                "rubriques": {titles[key]: text for key, text in version.sections.items()},
                "relectures": [
                    {
                        "par": each.shown_name,
                        **_said(each, "delivered_at", "report", "reservations"),
                    }
                    for each in version.reviews.all()
                ],
            }
            for version in sheet.versions.all()
        ],
        "commentaires": [
            _said(each, "number", "noted_at", "text", "answer", "answered_at")
            | {"reprise dans la version": each.taken_into and each.taken_into.number}
            for each in sheet.comments.all()
        ],
        "reprises": [
            {"par": each.shown_name}
            | _said(each, "outcome", "trade", "territory", "changed", "why")
            for each in sheet.reuses.all()
        ],
    }


def _said(row: Model, *names: str) -> dict[str, Any]:
    """What some fields hold, by what screens call them."""
    fields: Any = map(row._meta.get_field, names)
    return {str(field.verbose_name): getattr(row, field.name) for field in fields}


def _told_first(version: SheetVersion) -> str:
    """The problem or the question, as it is written."""
    return french.cut(version.sections[first_section(version.sheet.kind).key], MOST_SUMMARY)


def feed() -> bytes:
    """The versions published last, with the names of today."""
    newest = SheetVersion.objects.filter(sheet__in=Sheet.objects.published())
    rows = newest.with_names().order_by("-published_at", "-pk")[:MOST_ENTRIES]
    made = Feed(
        title="Pratiques publiées",
        link=f"{settings.SITE_ADDRESS}{reverse('practices:sheets')}",
        description="",
        language="fr",
        author_name="Cordée",
        feed_url=f"{settings.SITE_ADDRESS}{reverse('practices:feed')}",
        feed_guid=tag_of("pratiques"),
        begun=to_second(timezone.now()),
    )
    for version in rows:
        made.add_item(
            title=version.title,
            link=f"{settings.SITE_ADDRESS}{version.get_absolute_url()}",
            description=version.changes or _told_first(version),
            author_name=authors_of(version.sheet),
            unique_id=tag_of(f"pratique/{version.sheet_id}/{version.number}"),
            pubdate=to_second(version.published_at),
            updateddate=to_second(version.published_at),
        )
    return made.writeString("utf-8").encode()
