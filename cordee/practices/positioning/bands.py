"""What a network reads of the positionings of its members: how many chose each level, in bands."""

from collections import Counter
from typing import NamedTuple

from cordee.base.masking import FEWEST, band
from cordee.members.network_access import Counted
from cordee.practices.models import Positioning, PositioningGrid
from cordee.practices.positioning.grid import Function


class Bands(NamedTuple):
    """`rows`: (criterion, (level, band)); no band where fewer than five chose a level of it, no row
    where every band is the lowest."""

    grid: PositioningGrid
    function: Function
    rows: list[tuple[str, list[tuple[str, str]]]]


def bands_of(counted: Counted, asked: str) -> Bands | None:
    """The grid that most of them follow, one function of it: two queries.

    None unless five structures told it, beside those that the reader knows from within.
    """
    newest = Positioning.objects.newest().filter(structure__in=counted.opened)
    found = [each for each in newest.select_related("grid") if each.answers]
    most = Counter(each.grid_id for each in found).most_common(1)
    told = [each for each in found if most and each.grid_id == most[0][0]]
    if sum(each.structure_id not in counted.own for each in told) < FEWEST:
        return None
    value = told[0].value
    function = value.function(asked) if asked else value.functions[0]
    rows = []
    for criterion in function.criteria:
        levels = Counter(
            level
            for each in told
            if each.structure_id not in counted.own and (level := each.level_of(criterion))
        )
        is_told = levels.total() >= FEWEST
        bands = [(name, band(levels[n])) for n, name in enumerate(value.levels, 1) if is_told]
        rows.append((criterion.name, bands))
    tells = any(words != band(0) for _, each in rows for _, words in each)
    return Bands(told[0].grid, function, rows if tells else [])
