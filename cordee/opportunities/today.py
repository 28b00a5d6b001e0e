"""What waits in opportunities for a person: needs to read over, questions on one's own needs."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Exists, QuerySet
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.access import is_operator
from cordee.base.ui import french
from cordee.members.models import Network
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Sort, Waiting, by_when
from cordee.notices.notice import Source
from cordee.opportunities.access import audiences_for, own_needs_for
from cordee.opportunities.models import Audience, Opportunity, SourceState

# Whoever posts a need hears of it within a week, or before its deadline where that is sooner.
WITHIN = timedelta(days=7)
MOST_OF_A_SORT = 20


def lines(viewer: Viewer, now: datetime) -> Iterator[Sort]:
    """Needs to read over, questions on one's own; for a network, sources to connect."""
    if viewer.user is None:
        return
    if viewer.network is not None:
        waiting = audiences_for(viewer.user).to_decide()
        yield Sort(waiting.filter(network=viewer.network), _to_decide)
    asked = Audience.objects.filter(state=Audience.State.ASKED)
    yield Sort(asked.filter(opportunity__in=own_needs_for(viewer.user)), _asked)
    if viewer.is_network_staff and viewer.network is not None:
        read = SourceState.objects.filter(last_success__isnull=False)
        came = Opportunity.objects.exclude(source=Source.PRIVATE.value).order_by()
        own = Network.objects.filter(pk=viewer.network.pk)
        yield Sort(own.filter(~Exists(read), ~Exists(came)), _no_source)


def _to_decide(viewer: Viewer, now: datetime, rows: QuerySet[Audience]) -> Iterator[Waiting]:
    for row in rows.order_by("asked_at", "pk")[:MOST_OF_A_SORT]:
        if row.opportunity.is_open(now):
            yield Waiting(
                _day(row, row.asked_at, viewer.on),
                f"Un besoin à relire\u00a0: {french.cut(row.opportunity.title, 60)}",
                f"{row.opportunity.buyer_name or 'Auteur inconnu'}. Vos membres ne le voient pas "
                "encore.",
                "Relire",
                reverse("opportunities:moderate", args=[row.pk]),
            )


def _asked(viewer: Viewer, now: datetime, rows: QuerySet[Audience]) -> Iterator[Waiting]:
    found = rows.select_related("opportunity", "network").order_by("decided_at", "pk")
    for row in found[:MOST_OF_A_SORT]:
        if row.opportunity.is_open(now):
            yield Waiting(
                _day(row, row.decided_at or row.asked_at, viewer.on),
                f"{row.network.name} vous pose une question",
                french.ended(f"Sur votre besoin\u00a0: {french.cut(row.opportunity.title, 60)}"),
                "Lire la question",
                reverse("opportunities:my_need", args=[row.opportunity_id]),
            )


def _no_source(viewer: Viewer, now: datetime, rows: QuerySet[Network]) -> Iterator[Waiting]:
    # Notices come to the whole house: who looks after it reads that none does.
    if viewer.user is not None and is_operator(viewer.user):
        yield Waiting(
            by_when(viewer, days=2),
            "Connecter les sources d’avis",
            "Aucun avis n’est encore arrivé, et aucune source n’est lue.",
            "Voir comment",
            reverse("opportunities:sources"),
        )


def _day(row: Audience, since: datetime, on: date) -> date:
    days = [timezone.localdate(since) + WITHIN]
    if row.opportunity.deadline is not None:
        days.append(timezone.localdate(row.opportunity.deadline))
    return max(on, min(days))
