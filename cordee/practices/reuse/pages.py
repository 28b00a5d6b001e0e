"""What the panel of reuses says on the page of a sheet."""

from typing import Any

from django.urls import reverse

from cordee.accounts.access import Person
from cordee.practices.access import may_write
from cordee.practices.models import Reuse, Sheet
from cordee.practices.reuse import access
from cordee.practices.reuse.validity import Trial, range_of_validity

SHOWN = 3


def panel_of(user: Person, sheet: Sheet, *, is_whole: bool = False) -> dict[str, Any]:
    """One query for a visitor; who is signed in reads what they may say besides."""
    rows = list(sheet.reuses.elsewhere().select_related("structure__department"))
    found: dict[str, Any] = {
        "sheet": sheet,
        "range": range_of_validity([trial_of(each) for each in rows]),
        "rows": rows if is_whole else rows[:SHOWN],
        "count": len(rows),
    }
    if user.is_authenticated:
        own = list(access.own_reuses_for(user, sheet).select_related("structure"))
        said = {each.structure_id for each in own if each.taken_back_at is None}
        found |= {
            "own": [(each, _way_back(each)) for each in own],
            "may_say": access.outside_for(user, sheet).exclude(pk__in=said).exists(),
            "writes": may_write(user, sheet),
        }
    return found


def trial_of(row: Reuse) -> Trial:
    return Trial(worked=row.worked, places=row.places, trade=row.trade, territory=row.territory)


def _way_back(row: Reuse) -> str:
    route = "remove_reuse" if row.taken_back_at is None else "restore_reuse"
    return reverse(f"practices:{route}", args=[row.sheet_id, row.pk])
