"""What the directory's search reads of a structure: names, place, kind, trades, SIRET."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import batched

from cordee.base.search import index
from cordee.members.models import Activity, Structure
from cordee.members.models.structures import StructureQuerySet
from cordee.rules.kinds import Kind
from cordee.rules.trades import TRADES

BATCH = 1_000


def index_structures(structures: Iterable[Structure]) -> None:
    """Put structures in the search again, after anything it reads has changed."""
    for batch in batched((s.pk for s in structures), BATCH):
        index.index_rows(Structure, _texts(batch))


def matching(structures: StructureQuerySet, text: str) -> StructureQuerySet:
    """Those in which every word is found: whatever accent or plural, the last as a beginning."""
    return structures.filter(pk__in=index.matching(Structure, text))


def _texts(keys: tuple[int, ...]) -> Iterable[tuple[int, str]]:
    trades: dict[int, list[str]] = defaultdict(list)
    activities = Activity.objects.filter(chantier__structure__in=keys).order_by()
    for pk, slug in activities.values_list("chantier__structure", "trade"):
        trades[pk].append(TRADES[slug].label)
    rows = (
        Structure.objects.filter(pk__in=keys)
        .order_by()
        .values_list(*("pk", "name", "brand", "siret", "kind", "city", "commune__name"))
    )
    for pk, name, brand, siret, kind, city, commune in rows:
        words = [name, brand, siret, kind, Kind(kind).label, city, commune or "", *trades[pk]]
        yield pk, " ".join(words)
