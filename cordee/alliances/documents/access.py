"""Who may take out a document, and who writes the answer file. Each docstring is the rule."""

import uuid

from django.http import Http404

from cordee.alliances.models import AllianceParty, AnswerFile, PastWork, Turnover
from cordee.alliances.workspace.access import (
    Person,
    Seat,
    coordinator_for,
    party_for,
    taking_part_for,
)
from cordee.members.access import edited_structure_for
from cordee.members.models import Structure


def seat_of_reader(person: Person, pk: uuid.UUID) -> Seat:
    """Whoever takes part reads its documents, each with what she may see; or 404. Those that she
    does not read are not made for her: a subcontractor has its own (`catalogue.own_entries`)."""
    return taking_part_for(person, pk)


def coordinated_for(person: Person, pk: uuid.UUID) -> Seat:
    """The seat of whoever coordinates and writes the common terms; 404 for the others."""
    return coordinator_for(person, pk)


def opened_party_for(person: Person, pk: uuid.UUID, party_pk: int) -> AllianceParty:
    """A party whose declaration she opens, or whose VAT she says: hers, that said yes; or 404."""
    _, party = party_for(person, pk, party_pk)
    if party.state != AllianceParty.State.INTERESTED:
        raise Http404("Votre structure ne participe pas à cette alliance.")
    return party


def file_structure_for(person: Person, pk: int) -> Structure:
    """The structure whose answer file she reads and writes: one she directs, or 404."""
    return edited_structure_for(person, pk)


def answer_file_of(structure: Structure) -> AnswerFile | None:
    """What a structure of `file_structure_for` told once; None where nothing yet."""
    return AnswerFile.objects.filter(structure=structure).first()


def past_work_for(person: Person, pk: int, work: int) -> PastWork:
    """A reference of a structure that she directs, or 404."""
    rows = PastWork.objects.filter(structure=file_structure_for(person, pk), pk=work)
    found = rows.select_related("structure").first()
    if found is None:
        raise Http404("Cette référence n’existe pas, ou plus.")
    return found


def turnover_for(person: Person, pk: int, turnover: int) -> Turnover:
    """A year of a structure that she directs, or 404."""
    rows = Turnover.objects.filter(structure=file_structure_for(person, pk), pk=turnover)
    found = rows.select_related("structure").first()
    if found is None:
        raise Http404("Cet exercice n’existe pas, ou plus.")
    return found
