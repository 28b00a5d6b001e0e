"""What is open to a viewer of the figures of chantiers: free capacity, accounting years."""

from decimal import Decimal

from cordee.economics.headroom import positions_by_chantier
from cordee.economics.models import AccountingYear as AccountingYearRow
from cordee.engine.problem import AccountingYear
from cordee.members.models import CapacityBooking, CapacityException, Chantier, Crew
from cordee.members.sharing import FigureClass, Viewer
from cordee.mobilisation import rounding
from cordee.rules import capacity
from cordee.rules.months import month_number

_FOR_EVER = 12 * 9_999


def free_capacity(
    structure_ids: set[int],
    viewer: Viewer,
    first_month: int,
    months: int,
    *,
    apart_from: str = "",
) -> dict[int, dict[int, int]]:
    """Free cFTE by chantier and month; a chantier that told neither crews nor FTE is absent.

    What is booked is taken off it, but for what `apart_from` booked.
    """
    allowed = structure_ids & viewer.usable[FigureClass.NETWORK]
    chantiers = Chantier.objects.filter(structure__in=allowed).prefetch_related(
        "crews", "profiles", "capacity_exceptions", "bookings"
    )
    full_time = Decimal(capacity.full_time_weekly_hours(on=viewer.on))
    free = {}
    for chantier in chantiers:
        offered = _offered(chantier, first_month, months, full_time)
        if offered is not None:
            for exception in chantier.capacity_exceptions.all():
                for month in _span(exception) & offered.keys():
                    offered[month] = exception.cfte
            for booking in chantier.bookings.all():
                if apart_from and booking.source.startswith(apart_from):
                    continue
                for month in _span(booking) & offered.keys():
                    offered[month] = max(0, offered[month] - booking.cfte)
            free[chantier.pk] = {
                month: rounding.crews_cfte(viewer, chantier.structure_id, cfte)
                for month, cfte in offered.items()
            }
    return free


def _offered(
    chantier: Chantier, first_month: int, months: int, full_time: Decimal
) -> dict[int, int] | None:
    """cFTE by month that crews and seasons give, before exceptions and bookings."""
    profiles = tuple(
        capacity.SeasonalProfile(
            tuple(profile.percent_by_month),
            month_number(profile.valid_from),
            month_number(profile.valid_to) if profile.valid_to else None,
        )
        for profile in chantier.profiles.all()
    )
    crews = [
        capacity.Crew(crew_size_cfte(crew, full_time), profiles, _absences(crew))
        for crew in chantier.crews.all()
    ]
    if not crews and chantier.declared_cfte is not None:
        crews = [capacity.Crew(chantier.declared_cfte, profiles)]
    if not crews:
        return None
    return capacity.monthly_cfte(crews, first_month=first_month, months=months)


def crew_size_cfte(crew: Crew, full_time_weekly_hours: Decimal) -> int:
    """The capacity of one full crew, in cFTE."""
    return capacity.crew_cfte(
        crew.places,
        Decimal(crew.weekly_minutes) / 60,
        full_time_weekly_hours=full_time_weekly_hours,
    )


def _absences(crew: Crew) -> tuple[capacity.MonthSpan, ...]:
    """Months before a crew exists and after it ends, as exceptions that give nothing."""
    spans = []
    if crew.valid_from:
        spans.append(capacity.MonthSpan(0, month_number(crew.valid_from) - 1, 0))
    if crew.valid_to:
        spans.append(capacity.MonthSpan(month_number(crew.valid_to) + 1, _FOR_EVER, 0))
    return tuple(spans)


def _span(row: CapacityException | CapacityBooking) -> set[int]:
    return set(range(row.first_month, row.first_month + row.months))


def accounting_years(
    structure_ids: set[int], viewer: Viewer, *, apart_from: str = ""
) -> dict[int, tuple[AccountingYear, ...]]:
    """Accounting years by chantier, each with the headroom the viewer may compose with.

    What is signed is taken off it, but for what `apart_from` booked (`economics.headroom`).
    """
    allowed = structure_ids & viewer.usable[FigureClass.PRIVATE]
    years = AccountingYearRow.objects.filter(chantier__structure__in=allowed)
    found = positions_by_chantier(years, viewer.on, apart_from=apart_from)
    return {
        chantier: tuple(
            AccountingYear(
                first_month=each.year.first_month,
                months=each.year.months,
                headroom_cents=rounding.headroom_cents(
                    viewer,
                    each.year.chantier.structure_id,
                    each.headroom_cents,
                    of_accounts_cents=each.of_accounts.headroom_cents,
                ),
            )
            for each in positions
        )
        for chantier, positions in found.items()
    }
