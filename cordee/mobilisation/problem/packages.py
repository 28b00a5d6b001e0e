"""Work packages of a breakdown as packages of the engine."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from cordee.engine.problem import MAX_MONTHS, Package, Params
from cordee.opportunities.models import WorkPackage
from cordee.rules.parameters import UnknownParameter
from cordee.rules.reservation import Reservation, eligible_kinds


class NotComposable(Exception):
    """A work package lacks a size, a time or a place: `what` names it, in French."""

    def __init__(self, package: str, what: str) -> None:
        super().__init__(package, what)
        self.package = package
        self.what = what

    def __str__(self) -> str:
        return f"{self.package} : {self.what}"


def params_for(packages: Sequence[Package]) -> Params:
    """A team may count one partner more than there are packages, and eight at most."""
    return Params(max_partners=max(4, min(8, len(packages) + 1)))


def span_of(packages: Collection[Package]) -> tuple[int, int]:
    """The first month of some packages, and how many months to the end of the last one."""
    first = min(package.first_month for package in packages)
    return first, max(package.end_month for package in packages) - first


def engine_packages(work_packages: Iterable[WorkPackage], *, on: date) -> tuple[Package, ...]:
    """Packages of a breakdown, with the reservation of their lot (RULE-15).

    The trade of each is what `WorkPackage.asked` says: a craft where one is named.

    Raises `NotComposable` where a package has no size, time or place.
    """
    packages = []
    for row in work_packages:
        if row.latitude is None or row.longitude is None:
            raise NotComposable(row.label, "le lieu est inconnu. Indiquez la commune.")
        if row.first_month is None or row.months is None:
            raise NotComposable(row.label, "les dates sont inconnues. Indiquez-les.")
        if row.months > MAX_MONTHS:
            raise NotComposable(row.label, f"{row.months} mois sont trop longs. Corrigez la durée.")
        if row.need_cfte is None or row.amount_cents is None:
            raise NotComposable(row.label, "la taille est inconnue. Indiquez un montant.")
        packages.append(
            Package(
                id=f"{row.position:02d}",
                lot_id=row.lot_id or "1",
                label=row.label,
                trade=row.asked,
                latitude_deg=row.latitude,
                longitude_deg=row.longitude,
                first_month=row.first_month,
                months=row.months,
                need_cfte=row.need_cfte,
                amount_cents=row.amount_cents,
                min_share_cfte=least_share(row.need_cfte),
                eligible_kinds=_eligible_kinds(row, on),
            )
        )
    return tuple(packages)


def least_share(need_cfte: int) -> int:
    """Half a person, or a tenth of a large need: less is not worth signing."""
    return min(need_cfte, max(50, -(-need_cfte // 10)))


def _eligible_kinds(row: WorkPackage, on: date) -> frozenset[str] | None:
    """Kinds that may take the package; a reservation nobody told of is none."""
    try:
        return eligible_kinds(Reservation(row.reserved or Reservation.NONE), on=on)
    except UnknownParameter as gap:
        raise NotComposable(
            row.label, f"nous ne connaissons pas ce droit le {on:%d/%m/%Y} ({gap.name})."
        ) from gap
