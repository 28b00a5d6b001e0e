"""What waits: for who directs a structure, whether a letter to a company may name it; for a
delegate, the companies that just won a contract."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from cordee.base.ui import french
from cordee.delivery.award_letters.awards import WEEK, to_write_among, told_this_week
from cordee.delivery.models import LetterName
from cordee.members.network_access import desk_or_none
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Sort, Waiting, for_whom
from cordee.opportunities.models.contracts import AwardedContractQuerySet


def lines(viewer: Viewer, now: datetime) -> Iterator[Sort]:
    """For a delegate, the awards of the week; for who directs, letters that nobody sent, for thirty
    days."""
    if viewer.network is not None and not viewer.is_network_staff:
        yield Sort(told_this_week(viewer.network, viewer.on), _companies)
    rows = LetterName.objects.filter(structure__in=viewer.structure_ids, agrees__isnull=True)
    rows = rows.filter(letter__written_on__isnull=True, asked_at__gte=now - timedelta(days=30))
    yield Sort(rows, _letters)


def _companies(viewer: Viewer, now: datetime, rows: AwardedContractQuerySet) -> Iterator[Waiting]:
    """One line, for all companies."""
    if viewer.user is None or viewer.network is None:
        return
    desk = desk_or_none(viewer.user, viewer.network)
    told = to_write_among(desk, rows) if desk else {}
    if told:
        many = len(told) > 1
        who = french.count(len(told), "entreprise") if many else "Une entreprise"
        yield Waiting(
            min(row.published_on or viewer.on for row in told) + WEEK,
            f"{who} à qui écrire",
            f"{'Elles viennent' if many else 'Elle vient'} d’obtenir un marché avec une clause "
            "d’insertion.",
            "Lire les lettres",
            reverse("networks:home", args=[viewer.network.slug]),
        )


def _letters(viewer: Viewer, now: datetime, rows: QuerySet[LetterName]) -> Iterator[Waiting]:
    for row in rows.select_related("letter__network", "structure").order_by("asked_at", "pk")[:10]:
        whose = for_whom(viewer, row.structure)
        yield Waiting(
            max(viewer.on, timezone.localdate(row.asked_at) + timedelta(days=7)),
            f"{row.letter.network} voudrait vous nommer dans une lettre",
            f"À {row.letter.holder}, qui vient d’obtenir un marché.{whose}",
            "Lire et répondre",
            reverse("delivery:letter_name", args=[row.pk]),
        )
