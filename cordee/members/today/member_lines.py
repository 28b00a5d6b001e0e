"""What waits in this room: a paper that ends, somebody who asks to join, a request of a network."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone

from cordee.base.ui import french
from cordee.members.actions import director_invitations
from cordee.members.models import Certification, DirectorContact, Network, Structure
from cordee.members.network_access import desk_or_none, seats_known
from cordee.members.papers import DAYS_BEFORE
from cordee.members.people_access import requests_to_decide
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Waiting, by_when

# Whoever asks to join is answered within a week; past that day the line stands first.
ANSWER_WITHIN = timedelta(days=7)
# More of one sort say nothing more: the page shows five lines in all.
MOST_OF_A_SORT = 20


def lines(viewer: Viewer, now: datetime) -> Iterator[Waiting]:
    """Papers of the structures that the user directs, then requests to join: two queries."""
    if viewer.user is None:
        return
    yield from _papers(viewer, now)
    asking = requests_to_decide(viewer.user, viewer.on, seats_known(viewer.user))
    for asked in asking.select_related("person", "structure")[:MOST_OF_A_SORT]:
        yield Waiting(
            max(viewer.on, timezone.localdate(asked.asked_at) + ANSWER_WITHIN),
            f"{asked.person} demande à {_whom(viewer, asked.structure)}",
            f"Rôle demandé\u00a0: {asked.get_role_display()}.",
            "Répondre",
            reverse("members:join_request", args=[asked.pk]),
        )
    if viewer.network is not None:
        yield from _first_steps(viewer, viewer.network)


def _first_steps(viewer: Viewer, network: Network) -> Iterator[Waiting]:
    """The members to import, then their directors to invite; each is gone once done."""
    desk = desk_or_none(viewer.user or AnonymousUser(), network)
    if desk is None:
        return
    if desk.is_staff and not desk.network_structures(viewer.on, each=True).exists():
        yield Waiting(
            by_when(viewer, days=1),
            "Importer vos membres",
            "Votre liste, Excel ou CSV, avec le courriel de qui dirige.",
            "Choisir la liste",
            reverse("members:imports"),
        )
        return
    members = DirectorContact.objects.under(network)
    if desk.departments is not None:
        members = members.filter(structure__department__in=desk.departments)
    ready = director_invitations.ready(members)
    found = ready.aggregate(count=Count("pk"), since=Min("given_at"))
    if found["count"]:
        until = found["since"] + director_invitations.KEEP_UNUSED
        yield Waiting(
            max(viewer.on, timezone.localdate(found["since"]) + ANSWER_WITHIN),
            f"Inviter {french.count(found['count'], 'direction')}",
            f"Relisez l’envoi. Les adresses s’effacent le {french.day(until, viewer.on)}.",
            "Relire l’envoi",
            reverse("networks:invite", args=[network.slug]),
        )


def _whom(viewer: Viewer, structure: Structure) -> str:
    """« vous rejoindre » where one directs that structure alone, else its name."""
    if viewer.structure_ids == {structure.pk}:
        return "vous rejoindre"
    return f"rejoindre {structure.shown_name}"


def _papers(viewer: Viewer, now: datetime) -> Iterator[Waiting]:
    on = timezone.localdate(now)
    ending = Certification.objects.filter(
        structure__in=viewer.structure_ids,
        structure__is_closed=False,
        valid_until__range=(on, on + timedelta(days=DAYS_BEFORE)),
    ).select_related("structure")
    for paper in ending.order_by("valid_until", "pk")[:MOST_OF_A_SORT]:
        assert paper.valid_until is not None
        yield Waiting(
            paper.valid_until,
            f"Un papier expire\u00a0: {paper.name}",
            f"{paper.structure.shown_name}, {french.days_left(paper.valid_until, on)}.",
            "Le remplacer",
            reverse("members:sheet_paper", args=[paper.structure_id, paper.pk]),
        )
