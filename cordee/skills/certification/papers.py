"""The file of one candidate for the jury: booklet by family, proof, trial, what minutes say.

Its words are plain files, in `cordee/dossier/texts`. What is not known is a framed line to fill.
"""

from collections.abc import Iterator

from cordee.base.documents import Block, Document, Gap, Words
from cordee.base.ui import french
from cordee.dossier.phrases import day
from cordee.dossier.texts import Fill, paper
from cordee.skills.certification.road import Road, booklet_of, families_of, proof_of
from cordee.skills.frameworks.values import FAMILIES
from cordee.skills.models import Observation
from cordee.skills.models.certification import Answer
from cordee.skills.training.papers import gap, table_or_gap

CERTIFIER = "le certificateur"
type Rows = list[tuple[Words, ...]]


def jury_file(road: Road) -> Document:
    row, cohort = road.candidate, road.candidate.cohort
    proven = cohort.agreed_on and f", {cohort.agreed_reference}, {day(cohort.agreed_on)}"
    values: dict[str, Words] = {
        "jour": day(road.on),
        "structure": cohort.structure.shown_name,
        "agrément": Gap("oui ou non, avec sa référence", CERTIFIER)
        if cohort.agreed == Answer.UNKNOWN
        else f"{cohort.get_agreed_display()}{proven or ''}",
        "groupe": cohort.name,
        "début": day(cohort.starts_on),
        # Found in no source: asked, never supposed.
        "numéro": Gap("ce numéro, que Cordée ne connaît pas", CERTIFIER),
        "personne": row.learner.pseudonym,
        "alphabet": _said(row.knows_alphabet),
        "français": _said(row.understands_french),
        "épreuve": day(row.trial_on) if row.trial_on else gap("le jour de l’épreuve"),
        "jury": day(road.jury_on) if road.jury_on else Gap("le jour du jury", CERTIFIER),
    }
    proof: Rows = [
        (day(on), f"{sort}\u00a0: {what}", who or gap("le nom"))
        for on, sort, what, who in proof_of(row.learner)
    ]
    decided: Rows = [
        (f"{each.reference}, {day(each.on)}", name, said)
        for each in row.minutes.all()
        for name, said in each.units
    ]
    head = ("Procès-verbal", "Unité", "Décision")
    inserts = {
        "livret": tuple(_booklet(road)),
        "preuves": table_or_gap("Les preuves", ("Jour", "Preuve", "Avec"), proof, (3, 9, 4)),
        "decisions": table_or_gap("Le procès-verbal du jury", head, decided, (5, 5, 3)),
    }
    blocks = paper("cqp", Fill(values=values, inserts=inserts))
    subtitle = f"{row.learner.pseudonym}, {cohort.name}"
    return Document(title="Dossier du CQP salarié polyvalent", subtitle=subtitle, blocks=blocks)


def _booklet(road: Road) -> Iterator[Block]:
    families = families_of(road.candidate.cohort.structure)
    for code, seen in booklet_of(road.candidate.learner, families).items():
        name = FAMILIES.get(code, "Autres familles")
        rows: Rows = [
            (_observed(row), row.get_level_display(), day(row.seen_on), row.seen_by_name or "–")
            for row in seen
        ]
        if code or rows:
            head = ("Ce qui est observé", "Niveau", "Vu le", "Par")
            yield from table_or_gap(name, head, rows, (8, 3, 4, 4))


def _observed(row: Observation) -> str:
    """What was seen, and what she says of it."""
    if row.objection is None:
        return row.sentence
    told = f"{row.sentence} La personne n’est pas d’accord"
    return f"{told}\u00a0: {row.objection.words}" if row.objection.words else french.ended(told)


def _said(answer: str) -> Words:
    return gap("cette réponse") if answer == Answer.UNKNOWN else Answer(answer).label
