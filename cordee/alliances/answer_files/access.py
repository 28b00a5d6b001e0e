"""Who reads and writes what a structure tells once for all its bids. Each docstring is the rule."""

from cordee.alliances.access import Person
from cordee.alliances.models import AnswerFile, PastWork, Turnover
from cordee.base.found import first_or_404
from cordee.members.access import edited_structure_for
from cordee.members.models import Structure


def file_structure_for(person: Person, pk: int) -> Structure:
    """The structure whose answer file the user reads and writes: one the user directs, or 404."""
    return edited_structure_for(person, pk)


def answer_file_of(structure: Structure) -> AnswerFile | None:
    """What a structure of `file_structure_for` told once; None where nothing yet."""
    return AnswerFile.objects.filter(structure=structure).first()


def past_work_for(person: Person, pk: int, work: int) -> PastWork:
    """A reference of a structure that the user directs, or 404."""
    rows = PastWork.objects.filter(structure=file_structure_for(person, pk), pk=work)
    return first_or_404(rows.select_related("structure"), "Cette référence n’existe pas, ou plus.")


def turnover_for(person: Person, pk: int, turnover: int) -> Turnover:
    """A year of a structure that the user directs, or 404."""
    rows = Turnover.objects.filter(structure=file_structure_for(person, pk), pk=turnover)
    return first_or_404(rows.select_related("structure"), "Cet exercice n’existe pas, ou plus.")
