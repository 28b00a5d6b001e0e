"""Which members are up to date: joined by their people, trades confirmed, crews told of late.

A network reads this of all its members. It says whether and when a structure spoke, and none of
its figures.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone

from cordee.members.models import Activity, Crew
from cordee.members.models.capacity import Certainty
from cordee.members.models.structures import StructureQuerySet

# Our own rule, said on the page: crews change with each convention, once a year.
CREWS_HOLD_FOR = timedelta(days=365)

CLAIM, TRADES, CREWS = "rejoindre", "metiers", "equipes"
MISSING_WORDS = {
    CLAIM: "à rejoindre par ses responsables",
    TRADES: "métiers à confirmer",
    CREWS: "équipes à dater",
}


@dataclass(frozen=True, slots=True)
class MemberStatus:
    """What is missing for a structure to be up to date."""

    missing: tuple[str, ...]

    @property
    def is_up_to_date(self) -> bool:
        return not self.missing

    @property
    def words(self) -> str:
        return ", ".join(MISSING_WORDS[each] for each in self.missing)


def standings(structures: StructureQuerySet, now: datetime) -> Mapping[int, MemberStatus]:
    """The standing of each of these structures: three queries, however many there are."""
    asked = structures.order_by().values("pk")
    trades = {
        pk: known > 0 and guessed == 0
        for pk, known, guessed in Activity.objects.filter(chantier__structure__in=asked)
        .order_by()
        .values("chantier__structure")
        .annotate(
            known=Count("pk", filter=Q(certainty=Certainty.KNOWN)),
            guessed=Count("pk", filter=Q(certainty=Certainty.GUESSED)),
        )
        .values_list("chantier__structure", "known", "guessed")
    }
    today = timezone.localdate(now)
    crews = {
        pk: (None if undated else oldest)
        for pk, oldest, undated in Crew.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=today), chantier__structure__in=asked
        )
        .order_by()
        .values("chantier__structure")
        .annotate(oldest=Min("stated_at"), undated=Count("pk", filter=Q(stated_at__isnull=True)))
        .values_list("chantier__structure", "oldest", "undated")
    }
    limit = now - CREWS_HOLD_FOR
    found = {}
    for pk, is_claimed in structures.order_by().values_list("pk", "is_claimed"):
        stated_at = crews.get(pk)
        gaps = (
            (CLAIM, not is_claimed),
            (TRADES, not trades.get(pk, False)),
            (CREWS, stated_at is None or stated_at <= limit),
        )
        found[pk] = MemberStatus(tuple(name for name, lacks in gaps if lacks))
    return found
