"""Everything kept of a learner, to take away: for a program, and on paper.

What hangs on her is what would go with her: a new table comes along by itself.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.deletion import Collector
from django.http import HttpResponse
from django.utils import timezone

from cordee.base.documents import Block, Document, Heading, Paragraph, Sheet, render_pdf
from cordee.base.files.storing import to_save
from cordee.skills.models import Learner

NOT_HERS = {"card_digest", "pictures_hash", "failures", "number"}
USE = "Ces traces ne servent ni à sanctionner, ni à renouveler ou non un contrat."


class _Everything(Collector):
    def can_fast_delete(self, *args: Any, **kwargs: Any) -> bool:
        """Every row is read, for none is deleted."""
        return False


def file_of(learner: Learner, extension: str) -> HttpResponse:
    """The file: JSON where it is asked for, PDF otherwise."""
    told, name = everything(learner), "ce-que-je-sais-faire"
    if extension == "json":
        text = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        return to_save(f"{name}.json", text, "application/json")
    blocks: list[Block] = [Paragraph(USE)]
    for sort, rows in told.items():
        blocks.append(Heading(sort.capitalize()))
        blocks += [Sheet(tuple((k, _written(v)) for k, v in row.items())) for row in rows]
    document = Document(title="Ce que je sais faire", subtitle=str(learner), blocks=tuple(blocks))
    return to_save(f"{name}.pdf", render_pdf(document), "application/pdf")


def everything(learner: Learner) -> dict[str, list[dict[str, Any]]]:
    """Each row by the French names of its table and fields; in few queries a table."""
    found = _Everything(using="default", origin=learner)
    found.collect([learner])
    known = {(table, row.pk): row for table, rows in found.data.items() for row in rows}
    return {
        str(table._meta.verbose_name): [
            _told(row, known) for row in sorted(rows, key=lambda row: row.pk)
        ]
        for table, rows in found.data.items()
    }


def _told(row: models.Model, known: Mapping[tuple[Any, Any], models.Model]) -> dict[str, Any]:
    """What is said of a row; another that it names is told by its name, or whole where it is
    nowhere else. A person is named beside, by words."""
    told: dict[str, Any] = {}
    for field in row._meta.local_fields:
        value = getattr(row, field.attname)
        if field.primary_key or field.name in NOT_HERS or value in (None, ""):
            continue
        if field.related_model is None:
            shown = getattr(row, f"get_{field.name}_display", None)
            told[str(field.verbose_name)] = shown() if shown else value
        elif other := known.get((field.related_model, value)):
            told[str(field.verbose_name)] = str(other)
        elif field.related_model._meta.app_label == row._meta.app_label:
            told |= _told(getattr(row, field.name), known)
    return told


def _written(value: Any) -> str:
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
