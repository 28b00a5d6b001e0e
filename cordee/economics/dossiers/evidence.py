"""What is known of a local market: contracts that buyers published, and other structures."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cordee.members.models import Activity, Chantier, Commune, Structure
from cordee.opportunities.models import AwardedContract, ContractHolder
from cordee.rules.territory import distance_km

YEARS = 3


@dataclass(frozen=True, slots=True)
class LocalMarket:
    """One trade around a chantier: contracts notified since `since`, who holds them, and how many
    other structures of insertion work in it. `first` and `last` are days, None without contract.
    """

    trade: str
    radius_km: int
    since: date
    contracts: int
    holders: int
    first: date | None
    last: date | None
    structures: int


def local_markets(chantier: Chantier, on: date) -> Iterator[LocalMarket]:
    """Each trade that the chantier declares, within the distance it says it goes.

    Nothing where the structure has no place: no distance can be told. Contracts are read at the
    commune where the work is done, else at the department.
    """
    point = chantier.structure.point
    if point is None:
        return
    since = date(on.year - YEARS, on.month, 1)
    for activity in chantier.activities.order_by("trade"):
        yield _market(chantier.structure, point, activity, since)


def _market(
    structure: Structure, point: tuple[float, float], activity: Activity, since: date
) -> LocalMarket:
    radius = activity.reach_km
    near = Commune.objects.in_box(*point, radius).values_list("insee", "latitude", "longitude")
    communes = [insee for insee, *at in near if distance_km(*point, *at) <= radius]
    awarded = AwardedContract.objects.of_trade(activity.trade).filter(notified_on__gte=since)
    contracts = awarded.counted_once().placed_in(communes, structure.department_id or "")
    days = sorted(day for day in contracts.values_list("notified_on", flat=True) if day)
    others = (
        Structure.objects.active()
        .in_trade(activity.trade)
        .in_box(*point, radius)
        .exclude(pk=structure.pk)
        .with_place()
    )
    held = ContractHolder.objects.filter(
        contract__in=contracts.order_by().values("pk"), role=ContractHolder.Role.HOLDER
    )
    return LocalMarket(
        trade=activity.trade,
        radius_km=radius,
        since=since,
        contracts=len(days),
        holders=len(set(held.values_list("siret", "name"))),
        first=days[0] if days else None,
        last=days[-1] if days else None,
        structures=sum((other.distance_km(*point) or 0) <= radius for other in others),
    )
