"""Departments drawn with how many members each holds. The list beside it says the same."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cordee.base.ui import french
from cordee.base.ui.drawings import pos
from cordee.base.ui.maps import HEIGHT, WIDTH, Projection
from cordee.members import referentials
from cordee.rules import territory

# A number needs this much room around its department, in units of the drawing.
ROOM_WIDE, ROOM_HIGH = 15.0, 13.0
CORNER_SPACING = 2.0
# From none to many: fill and the words of the legend.
FILLS = ("f-blanc", "f-lichen-1", "f-lichen-2", "f-lichen-4")


@dataclass(frozen=True, slots=True)
class NetworkMap:
    """`shapes` are (path, fill), `numbers` (x, y, text), `legend` (fill, words)."""

    shapes: list[tuple[str, str]]
    numbers: list[tuple[str, str, str]]
    legend: list[tuple[str, str]]
    label: str
    view_box: str
    left_out: int  # members of departments that this map does not hold


def draw(
    counts: Mapping[str, int], among: Collection[str] | None = None, *, noun: str = "membre"
) -> NetworkMap | None:
    """Draw the departments around those `among`; all of the mainland where none is given.

    `counts`: how many members (or another `noun`) by department. None where nothing is drawn.
    """
    paths = referentials.department_paths()
    shown = [code for code in among or () if code in paths]
    if among and not shown:
        return None
    frame = [spot for code in shown for spot in paths[code][0]] or referentials.MAINLAND
    project = Projection([(lon, lat) for lat, lon in frame])
    limits = _limits([count for count in counts.values() if count])
    shapes, numbers, drawn = [], [], set()
    for code, rings in paths.items():
        points = [[project(lon, lat) for lat, lon in ring] for ring in rings]
        points = [ring for ring in points if any(_is_inside(spot) for spot in ring)]
        if not points:
            continue
        drawn.add(code)
        count = counts.get(code, 0)
        fill = FILLS[sum(count >= limit for limit in limits)]
        shapes.append(("".join(_path(ring) for ring in points), fill))
        middle = _middle(points[0])
        if count and _has_room(points[0]) and _is_inside(middle):
            numbers.append((pos(middle[0]), pos(middle[1] + 4), french.number(count)))
    total = sum(counts.values())
    return NetworkMap(
        shapes,
        numbers,
        _legend(limits, noun),
        f"Carte des départements : {french.count(total, noun)}. La liste donne les mêmes nombres.",
        f"0 0 {pos(WIDTH)} {pos(HEIGHT)}",
        sum(count for code, count in counts.items() if code not in drawn),
    )


def named(counts: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """(code, name, members) of each department that holds some, most members first."""
    return [
        (code, territory.DEPARTMENT_NAMES.get(code, "Département inconnu"), count)
        for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def _limits(counts: Collection[int]) -> tuple[int, ...]:
    """From how many members on each darker fill begins: one, a third and two thirds of the most."""
    most = max(counts, default=0)
    if most < 3:
        return tuple(range(1, most + 1))
    # Of three, the first third is one already: a step is never empty.
    return tuple(sorted({1, -(-most // 3), -(-2 * most // 3)}))


def _legend(limits: tuple[int, ...], noun: str) -> list[tuple[str, str]]:
    none = "aucun membre" if noun == "membre" else f"aucune {noun}"
    steps = [(FILLS[0], none)]
    for number, first in enumerate(limits):
        last = limits[number + 1] - 1 if number + 1 < len(limits) else None
        if last is None:
            words = f"{french.number(first)} et plus"
        elif last == first:
            words = french.number(first)
        else:
            words = f"de {french.number(first)} à {french.number(last)}"
        steps.append((FILLS[number + 1], words))
    return steps


def _is_inside(spot: tuple[float, float]) -> bool:
    return 0 <= spot[0] <= WIDTH and 0 <= spot[1] <= HEIGHT


def _path(ring: list[tuple[float, float]]) -> str:
    kept = [ring[0]]
    for spot in ring[1:]:
        if abs(spot[0] - kept[-1][0]) + abs(spot[1] - kept[-1][1]) > CORNER_SPACING:
            kept.append(spot)
    return "M" + "L".join(f"{pos(x)} {pos(y)}" for x, y in kept) + "z"


def _has_room(ring: list[tuple[float, float]]) -> bool:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return max(xs) - min(xs) > ROOM_WIDE and max(ys) - min(ys) > ROOM_HIGH


def _middle(ring: list[tuple[float, float]]) -> tuple[float, float]:
    """The centre of gravity of a ring."""
    area = x_sum = y_sum = 0.0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = x1 * y2 - x2 * y1
        area += cross
        x_sum += (x1 + x2) * cross
        y_sum += (y1 + y2) * cross
    if abs(area) < 1e-9:
        return ring[0]
    return x_sum / (3 * area), y_sum / (3 * area)
