"""What waits in opportunities for a person: needs to read over, questions on one's own needs."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from cordee.accounts.access import is_operator
from cordee.base.ui import french
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Waiting, by_when
from cordee.notices.notice import Source
from cordee.opportunities.access import audiences_for, own_needs_for
from cordee.opportunities.models import Audience, Opportunity, SourceState

# Whoever posts a need hears of it within a week, or before its deadline where that is sooner.
WITHIN = timedelta(days=7)
MOST_OF_A_SORT = 20


def lines(viewer: Viewer, now: datetime) -> Iterator[Waiting]:
    """Two queries; one or two more for the staff of a network."""
    if viewer.user is None:
        return
    waiting = audiences_for(viewer.user).to_decide().filter(network=viewer.network)
    for row in waiting.order_by("asked_at", "pk")[:MOST_OF_A_SORT]:
        if row.opportunity.is_open(now):
            yield Waiting(
                _day(row, row.asked_at, viewer.on),
                f"Un besoin à relire\u00a0: {french.cut(row.opportunity.title, 60)}",
                f"{row.opportunity.buyer_name or 'Auteur inconnu'}. Vos membres ne le voient pas "
                "encore.",
                "Relire",
                reverse("opportunities:moderate", args=[row.pk]),
            )
    asked = Audience.objects.filter(
        state=Audience.State.ASKED, opportunity__in=own_needs_for(viewer.user)
    ).select_related("opportunity", "network")
    for row in asked.order_by("decided_at", "pk")[:MOST_OF_A_SORT]:
        if row.opportunity.is_open(now):
            yield Waiting(
                _day(row, row.decided_at or row.asked_at, viewer.on),
                f"{row.network.name} vous pose une question",
                french.ended(f"Sur votre besoin\u00a0: {french.cut(row.opportunity.title, 60)}"),
                "Lire la question",
                reverse("opportunities:my_need", args=[row.opportunity_id]),
            )
    # Notices come to the whole house: who looks after it reads that none does.
    if viewer.is_network_staff and not _has_notices() and is_operator(viewer.user):
        yield Waiting(
            by_when(viewer, days=2),
            "Connecter les sources d’avis",
            "Aucun avis n’est encore arrivé, et aucune source n’est lue.",
            "Voir comment",
            reverse("opportunities:sources"),
        )


def _has_notices() -> bool:
    read = SourceState.objects.filter(last_success__isnull=False)
    return read.exists() or Opportunity.objects.exclude(source=Source.PRIVATE.value).exists()


def _day(row: Audience, since: datetime, on: date) -> date:
    days = [timezone.localdate(since) + WITHIN]
    if row.opportunity.deadline is not None:
        days.append(timezone.localdate(row.opportunity.deadline))
    return max(on, min(days))
