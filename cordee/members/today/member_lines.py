"""What waits in this room: a paper that ends, somebody who asks to join, a request of a network."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Min, QuerySet
from django.urls import reverse
from django.utils import timezone

from cordee.base.ui import french
from cordee.members.actions import director_invitations
from cordee.members.models import (
    Certification,
    DirectorContact,
    JoinRequest,
    Network,
    Structure,
)
from cordee.members.network_access import desk_or_none
from cordee.members.papers import DAYS_BEFORE
from cordee.members.people_access import requests_to_decide
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Sort, Waiting, by_when

# Whoever asks to join is answered within a week; past that day the line stands first.
ANSWER_WITHIN = timedelta(days=7)
# More of one sort say nothing more: the page shows five lines in all.
MOST_OF_A_SORT = 20


def lines(viewer: Viewer, now: datetime) -> Iterator[Sort]:
    """Papers of the structures that the user directs, requests to join, first steps of a network;
    each is gone once done."""
    if viewer.user is None:
        return
    ending = Certification.objects.filter(
        structure__in=viewer.structure_ids,
        structure__is_closed=False,
        valid_until__range=(viewer.on, viewer.on + timedelta(days=DAYS_BEFORE)),
    )
    yield Sort(ending, _papers)
    yield Sort(requests_to_decide(viewer.user, viewer.on), _requests)
    desk = desk_or_none(viewer.user, viewer.network) if viewer.network else None
    if desk is not None:
        contacts = DirectorContact.objects.under(desk.network)
        if desk.departments is not None:
            contacts = contacts.filter(structure__department__in=desk.departments)
        if desk.is_staff:
            members = Exists(desk.network_structures(viewer.on, each=True).order_by())
            yield Sort(Network.objects.filter(~members, pk=desk.network.pk), _import)
            contacts = contacts.filter(members)
        yield Sort(director_invitations.ready(contacts), _invite)


def _requests(viewer: Viewer, now: datetime, rows: QuerySet[JoinRequest]) -> Iterator[Waiting]:
    for asked in rows.select_related("person", "structure")[:MOST_OF_A_SORT]:
        yield Waiting(
            max(viewer.on, timezone.localdate(asked.asked_at) + ANSWER_WITHIN),
            f"{asked.person} demande à {_whom(viewer, asked.structure)}",
            f"Rôle demandé\u00a0: {asked.get_role_display()}.",
            "Répondre",
            reverse("members:join_request", args=[asked.pk]),
        )


def _import(viewer: Viewer, now: datetime, rows: QuerySet[Network]) -> Iterator[Waiting]:
    yield Waiting(
        by_when(viewer, days=1),
        "Importer vos membres",
        "Votre liste, Excel ou CSV, avec le courriel de qui dirige.",
        "Choisir la liste",
        reverse("members:imports"),
    )


def _invite(viewer: Viewer, now: datetime, rows: QuerySet[DirectorContact]) -> Iterator[Waiting]:
    found = rows.aggregate(count=Count("pk"), since=Min("given_at"))
    if found["count"] and viewer.network is not None:
        until = found["since"] + director_invitations.KEEP_UNUSED
        yield Waiting(
            max(viewer.on, timezone.localdate(found["since"]) + ANSWER_WITHIN),
            f"Inviter {french.count(found['count'], 'direction')}",
            f"Relisez l’envoi. Les adresses s’effacent le {french.day(until, viewer.on)}.",
            "Relire l’envoi",
            reverse("networks:invite", args=[viewer.network.slug]),
        )


def _whom(viewer: Viewer, structure: Structure) -> str:
    """« vous rejoindre » where one directs that structure alone, else its name."""
    if viewer.structure_ids == {structure.pk}:
        return "vous rejoindre"
    return f"rejoindre {structure.shown_name}"


def _papers(viewer: Viewer, now: datetime, rows: QuerySet[Certification]) -> Iterator[Waiting]:
    found = rows.select_related("structure").order_by("valid_until", "pk")
    for paper in found[:MOST_OF_A_SORT]:
        assert paper.valid_until is not None
        yield Waiting(
            paper.valid_until,
            f"Un papier expire\u00a0: {paper.name}",
            f"{paper.structure.shown_name}, {french.days_left(paper.valid_until, viewer.on)}.",
            "Le remplacer",
            reverse("members:sheet_paper", args=[paper.structure_id, paper.pk]),
        )
