"""What a learner takes away: on paper, what she can show; for a program, everything kept of her.

What hangs on her is what would go with her: a new table comes along by itself.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.deletion import Collector
from django.http import HttpResponse

from cordee.base.documents import Block, Bullets, Document, Heading, Paragraph, render_pdf
from cordee.base.files.storing import to_save
from cordee.dossier.phrases import day
from cordee.skills.learners.pages import known_of, units_of
from cordee.skills.models import Learner, Observation

NOT_HERS = {"card_digest", "pictures_hash", "failures", "number"}
USE = "Ces traces ne servent ni à sanctionner, ni à renouveler ou non un contrat."
STATES = {"acquired": "Je sais", "in_progress": "J’apprends"}


class _Everything(Collector):
    def can_fast_delete(self, *args: Any, **kwargs: Any) -> bool:
        """Every row is read, for none is deleted."""
        return False


def file_of(learner: Learner, extension: str) -> HttpResponse:
    """The file: JSON where it is asked for, PDF otherwise."""
    name, subtitle = "ce-que-je-sais-faire", f"{learner}, {learner.structure.shown_name}"
    if extension == "json":
        text = json.dumps(everything(learner), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        return to_save(f"{name}.json", text, "application/json")
    blocks = (*_shown(learner), Paragraph(USE, quiet=True))
    document = Document(title="Ce que je sais faire", subtitle=subtitle, blocks=blocks)
    return to_save(f"{name}.pdf", render_pdf(document), "application/pdf")


def _shown(learner: Learner) -> Iterator[Block]:
    """Units of the CQP; by competence, what she knows, then what she learns; her words at the end.
    No code."""
    if units := units_of(learner):
        yield Heading("Les unités du CQP que j’ai")
        yield Bullets(tuple(f"{name}. Le jury l’a dit le {day(on)}." for name, on in units))
    known = known_of(learner)
    for each in known:
        if lines := tuple(
            f"{STATES[row.level]}\u00a0: {row} {day(row.seen_on)}, avec {row.seen_by_name}."
            for row in each.standing
            if row.level in STATES
        ):
            yield Heading(each.name)
            yield Bullets(lines)
    if said := [row for each in known for row in each.rows if row.objection]:
        yield Heading("Je ne suis pas d’accord")
        yield Bullets(tuple(_objected(row) for row in said))


def _objected(row: Observation) -> str:
    """Her words; of which day and level, where another observation may stand since."""
    of = f"({row.get_level_display()}, {day(row.seen_on)})" if row.is_former else ""
    words = row.objection.words if row.objection else ""
    return " ".join(part for part in (str(row), of, words) if part)


def everything(learner: Learner) -> dict[str, list[dict[str, Any]]]:
    """Each row by the French names of its table and fields; in few queries a table."""
    found = _Everything(using="default", origin=learner)
    found.collect([learner])
    known = {(table, row.pk): row for table, rows in found.data.items() for row in rows}
    return {
        str(table._meta.verbose_name): [
            _as_plain(row, known) for row in sorted(rows, key=lambda row: row.pk)
        ]
        for table, rows in found.data.items()
    }


def _as_plain(row: models.Model, known: Mapping[tuple[Any, Any], models.Model]) -> dict[str, Any]:
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
            told |= _as_plain(getattr(row, field.name), known)
    return told
