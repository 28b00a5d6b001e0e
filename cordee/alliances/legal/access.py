"""Who may touch what of the law and the time of an alliance. Each docstring is the rule."""

import uuid

from django.http import Http404

from cordee.agreement.legal_facts import subcontracts
from cordee.alliances.models import AllianceParty, AllianceTask
from cordee.alliances.workspace import access
from cordee.alliances.workspace.access import Person, Seat


def task_for(person: Person, pk: uuid.UUID, task_pk: int) -> tuple[Seat, AllianceTask]:
    """A task, taken out or not, of an alliance whose table she reads; 404 otherwise."""
    seat = access.inside_for(person, pk)
    return seat, _task(seat, task_pk)


def ticked_task_for(person: Person, pk: uuid.UUID, task_pk: int) -> AllianceTask:
    """One that she may say done: any of `task_for`, and a subcontractor its own; 404 otherwise."""
    seat = access.taking_part_for(person, pk)
    task = _task(seat, task_pk)
    if not seat.reads_shares and str(task.owner_id) not in seat.own_keys:
        raise Http404("Cette tâche est celle d’une autre structure.")
    return task


def _task(seat: Seat, pk: int) -> AllianceTask:
    task: AllianceTask | None = (
        seat.alliance.tasks.select_related("owner__structure").filter(pk=pk).first()
    )
    if task is None:
        raise Http404("Cette tâche n’existe pas.")
    return task


def may_answer_for(seat: Seat, row: AllianceParty, of: str | None) -> bool:
    """Who coordinates, the subcontractor itself, and the member it works for."""
    return seat.coordinates or any(own.key in (row.key, of) for own in seat.own)


def subcontract_for(person: Person, pk: uuid.UUID, party_pk: int) -> tuple[Seat, AllianceParty]:
    """A subcontract that she may answer about (`may_answer_for`), or 404."""
    seat = access.taking_part_for(person, pk)
    row = seat.alliance.parties.select_related("structure").filter(pk=party_pk).first()
    party = next(
        (each for each in subcontracts(seat.alliance.terms) if row and each.key == row.key), None
    )
    if row is None or party is None or not may_answer_for(seat, row, party.of):
        raise Http404("Cette sous-traitance n’existe pas, ou n’est pas la vôtre.")
    return seat, row


def decider_for(person: Person, pk: uuid.UUID, party_pk: int) -> tuple[Seat, AllianceParty]:
    """A party that she speaks for and that agreed to explore, or 404."""
    seat, party = access.party_for(person, pk, party_pk)
    if party.state != AllianceParty.State.INTERESTED:
        raise Http404("Cette structure n’a pas encore dit oui.")
    return seat, party
