"""What waits of immersions: a yes, or how one ends, for the structure and for the employer."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse

from cordee.base.ui import french
from cordee.bridge.access import hosted_for
from cordee.bridge.models import Immersion
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Sort, Waiting
from cordee.skills.access import taught_by

MOST = 20


def lines(viewer: Viewer, now: datetime) -> Iterator[Sort]:
    """Those whose end comes within a week or is not said, or whose yes is awaited."""
    if viewer.user is None:
        return
    soon = Q(is_yes=True, last_on__lte=viewer.on + timedelta(days=7), renewal__isnull=True)
    rows = Immersion.objects.standing().filter(soon | Q(is_yes__isnull=True), ending="")
    yield Sort(rows.filter(structure__in=taught_by(viewer.user)), _own)
    yield Sort(hosted_for(viewer.user).filter(soon, company_ending=""), _hosted)


def _own(viewer: Viewer, now: datetime, rows: QuerySet[Immersion]) -> Iterator[Waiting]:
    for row in rows.select_related("learner").order_by("last_on", "pk")[:MOST]:
        url = reverse("bridge:immersion", args=[row.structure_id, row.pk])
        if row.is_yes:
            cure = "" if row.renews_id else " Elle peut être renouvelée une fois."
            yield _ending(viewer, row, f"chez {row.company}", cure, url)
        else:
            yield Waiting(
                max(viewer.on, row.first_on),
                f"Un accord est attendu pour une immersion chez {row.company}",
                f"{row.learner} répond sur sa page, avec sa carte.",
                "Voir l’immersion",
                url,
            )


def _hosted(viewer: Viewer, now: datetime, rows: QuerySet[Immersion]) -> Iterator[Waiting]:
    for row in rows.select_related("structure").order_by("last_on", "pk")[:MOST]:
        yield _ending(viewer, row, f"avec {row.structure.shown_name}", "", reverse("bridge:hosted"))


def _ending(viewer: Viewer, row: Immersion, where: str, cure: str, url: str) -> Waiting:
    day = french.day(row.last_on, viewer.on)
    fact = f"Dernier jour\u00a0: {day}.{cure}"
    what = f"L’immersion {where} {'finit' if row.last_on >= viewer.on else 'est finie'}"
    return Waiting(max(viewer.on, row.last_on), what, fact, "Noter sa fin", url)
