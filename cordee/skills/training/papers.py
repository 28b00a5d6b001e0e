"""The file of one course for who funds it: protocol, attendance by phase, evaluations.

Its words are plain files, in `cordee/dossier/texts`. What is not known is a framed line to fill.
"""

from datetime import date

from cordee.base.documents import Block, Document, Gap, Paragraph, Table, Words
from cordee.base.ui import french
from cordee.dossier.phrases import day, moment
from cordee.dossier.texts import Fill, paper
from cordee.skills.frameworks.in_use import frameworks_of
from cordee.skills.models import ReflexivePart
from cordee.skills.training.standing import Place

SIGN = Gap("une signature", "à chaque phase", kept="à signer")
CLOSED = Gap("ce texte", "qui encadre", kept="à compléter par qui encadre")


def funder_file(place: Place, *, shows_words: bool) -> Document:
    """`shows_words`: whether who takes it may read evaluations; else a line tells who may."""
    course, lacking = place.course, [each.label for each in place.standing.lacking]
    framework = frameworks_of(course.learner.structure).get(course.framework)
    chosen = [
        f"{each.title}, le {day(each.planned_on)}" if each.planned_on else each.title
        for each in course.situations.all()
    ]
    trainer = course.trainer or course.trainer_name
    values: dict[str, Words] = {
        "jour": day(place.on),
        "manques": french.series(lacking),
        "depuis": day(place.since or place.on),
        "travail": length(place.standing.work_minutes),
        "retours": length(place.standing.reflexive_minutes),
        "structure": course.learner.structure.shown_name,
        "personne": course.learner.pseudonym,
        "référentiel": framework.name if framework else gap("le référentiel"),
        "besoin": _dated(course.need, course.need_on, "le besoin"),
        "analyse": _dated(course.analysis, course.analysis_on, "l’analyse de l’activité"),
        "formation": _dated(str(trainer), course.trainer_named_on, "qui forme"),
        "situations": french.series(chosen) or gap("les situations choisies"),
        "protocole": day(course.protocol_on) if course.protocol_on else gap("le jour du protocole"),
    }
    inserts = {
        "presences": _attendance(place, shows_words),
        "evaluations": _evaluations(place, shows_words),
    }
    fill = Fill(cases={"incomplet": bool(lacking)}, values=values, inserts=inserts)
    subtitle = f"{course.learner.pseudonym}, {course.title}"
    return Document(title="Parcours AFEST", subtitle=subtitle, blocks=paper("afest", fill))


def gap(what: str) -> Gap:
    """What who teaches is to say."""
    return Gap(what, "qui encadre")


def length(minutes: int) -> str:
    """ "2 h 30"."""
    return f"{minutes // 60}\u202fh\u202f{minutes % 60:02d}"


def _looked_back(parts: list[ReflexivePart]) -> str:
    """A sequence, with what it says of each work."""
    return "Séquence réflexive. " + " ".join(
        f"{part.enactment.title}, écarts\u00a0: {french.ended(part.gaps or 'pas notés')} "
        f"Décidé\u00a0: {french.ended(part.decisions or 'pas noté')}"
        for part in parts
    )


def _dated(text: str, on: date | None, what: str) -> Words:
    return f"{text.rstrip('.')} ({day(on)})" if text and on else gap(what)


def table_or_gap(
    caption: str, head: tuple[str, ...], rows: list[tuple[Words, ...]], widths: tuple[int, ...]
) -> tuple[Block]:
    """A table, or the gap that stands where it has no row."""
    if not rows:
        return (Paragraph(gap(caption.lower())),)
    return (Table(caption, head, tuple(rows), widths=widths),)


def _attendance(place: Place, shows_words: bool) -> tuple[Block]:
    """What counts, in its order, with a place to sign each time."""
    course, counted = place.course, place.standing
    work = [
        (each, f"Mise en situation\u00a0: {each.title}")
        for each in course.enactments.all()
        if str(each.pk) in counted.enactments
    ]
    apart = [
        (each, _looked_back(parts) if shows_words else ("Séquence réflexive\u00a0: ", CLOSED))
        for each, parts in course.sequences.items()
        if str(each.pk) in counted.sequences
    ]
    rows: list[tuple[Words, ...]] = [
        (phase, moment(each.starts_at), length(each.minutes), SIGN, SIGN)
        for each, phase in sorted((*work, *apart), key=lambda pair: pair[0].starts_at)
    ]
    head = ("Phase", "Début", "Durée", "La personne", "Qui forme")
    return table_or_gap("Les présences", head, rows, (8, 4, 2, 3, 3))


def _evaluations(place: Place, shows_words: bool) -> tuple[Block]:
    rows: list[tuple[Words, ...]] = [
        (day(each.on), each.get_kind_display(), each.evaluator, each.result)
        for each in place.course.evaluations.all()
    ]
    if not shows_words:
        rows = [(*row[:3], CLOSED) for row in rows]
    head = ("Jour", "Moment", "Par", "Ce qui est su, ce qui reste à apprendre")
    return table_or_gap("Les évaluations", head, rows, (3, 3, 3, 8))
