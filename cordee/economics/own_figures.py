"""What a structure may still sell, beside what waits for who directs it."""

from collections.abc import Iterator

from cordee.base.ui import french
from cordee.economics import ceiling_page
from cordee.economics.models import AccountingYear
from cordee.members.models import Structure
from cordee.members.sharing import FigureClass, Viewer
from cordee.members.today.figures import Figure


def headroom(viewer: Viewer, structure: Structure) -> Iterator[Figure]:
    """What is left under the ceiling this year: of one chantier, since each has its own (RULE-10).

    Nothing where accounts are unknown, or where several chantiers would need one figure each.
    """
    if structure.pk not in viewer.seen[FigureClass.PRIVATE]:
        return
    years = AccountingYear.objects.filter(chantier__structure=structure).select_related("chantier")
    found = ceiling_page.lines(years.order_by("first_month", "pk"), viewer.on)
    if len({line.year.chantier_id for line in found}) != 1:
        return
    (line, *_) = found
    if line.headroom_cents is not None and not line.is_above:
        yield Figure(
            french.euros_number(line.headroom_cents, rounded=True),
            "€",
            f"que vous pouvez encore vendre {_when(line)}",
        )


def _when(line: ceiling_page.CeilingLine) -> str:
    """ "en 2026" for a calendar year, else its months."""
    year, month = divmod(line.year.first_month, 12)
    return f"en {year}" if (month, line.year.months) == (0, 12) else line.when
