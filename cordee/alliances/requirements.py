"""What the notice of an alliance asks of a group, from its reading."""

from collections import defaultdict
from typing import Any

from cordee.agreement.breaks import NoticeDemands
from cordee.agreement.model import Line
from cordee.alliances.models import Alliance
from cordee.opportunities.models import WorkPackage
from cordee.rules.groups import GroupForm
from cordee.rules.reservation import Reservation

ONLY_LOT = "1"


def asked_of(alliance: Alliance) -> NoticeDemands:
    """What is asked on the lots that it answers, as we read the notice today."""
    notice = alliance.opportunity.understood.notice
    form = notice.grouping.form.name if notice.grouping else ""
    hours: dict[str, int] = defaultdict(int)
    for package in alliance.breakdown.packages.all():
        lot = lot_of(package)
        if lot not in alliance.lot_ids:
            continue
        if (asked := stated_hours(package)) is not None:
            hours[lot] += asked
    return NoticeDemands(
        reserved=reserved_by_lot(alliance),
        hours_by_lot=dict(hours),
        imposed_form=GroupForm.__members__.get(form),
        forbids_groups=bool(notice.groups_banned),
    )


def reserved_by_lot(alliance: Alliance) -> dict[str, Reservation]:
    """To whom the lots that it answers are reserved; one of which nobody knows is left out."""
    return {
        lot_of(package): Reservation(package.reserved)
        for package in alliance.breakdown.packages.all()
        if package.reserved and lot_of(package) in alliance.lot_ids
    }


def lot_of(package: WorkPackage) -> str:
    """The lot of a package; a notice without lots has one."""
    return package.lot_id or ONLY_LOT


def line_of(package: WorkPackage) -> Line:
    """A package as a line of the table, at the price that we estimate until somebody writes one."""
    return Line(
        key=f"{package.position:02d}",
        lot=lot_of(package),
        label=package.label,
        trade=package.asked,
        price_cents=package.amount_cents,
        need_cfte=package.need_cfte,
        first_month=package.first_month,
        months=package.months,
        insertion_hours=stated_hours(package),
    )


def stated_hours(package: WorkPackage) -> int | None:
    """Hours of insertion asked of a package, where the reading gives a number."""
    asked: dict[str, Any] | None = (package.sizes or {}).get("insertion_hours")
    return None if asked is None else int(asked["value"])
