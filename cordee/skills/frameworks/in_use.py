"""Which frameworks fit the work of a structure: for courses, observations and the field."""

from cordee.members.models import Activity, Structure
from cordee.skills.frameworks.values import Framework, ours
from cordee.skills.models import OwnFramework


def frameworks_of(structure: Structure) -> dict[str, Framework]:
    """By code: what the structure made its own, what of ours is of its trades, and what serves in
    all of them. Where no trade is known, all."""
    kept = OwnFramework.objects.kept().filter(structure=structure)
    own = {row.code: row.value for row in kept}
    activities = Activity.objects.filter(chantier__structure=structure)
    trades = set(activities.values_list("trade", flat=True))
    fitting = {
        code: each
        for code, each in ours().items()
        if not trades or not each.trade or each.trade in trades
    }
    return fitting | own
