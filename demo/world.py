"""The fictional world of a given day, the same each time for the same day and size."""

from datetime import date
from typing import Literal

from demo.country import FULL_SIZE, build_country, build_networks
from demo.people import build_people
from demo.shapes import World
from demo.valley import COMMUNES, DELEGATION, NATIONAL, build_valley

type Size = Literal["valley", "full"] | int


def build_world(today: date, size: Size = "full") -> World:
    """Build the world: the valley alone, the full country, or a country of `size` structures.

    Nothing but the arguments is read, apart from the referential of communes. Raises `ValueError`
    on a size below six.
    """
    if size == "valley":
        structures = build_valley(today)
        networks = tuple(n for n in build_networks() if n.slug in (NATIONAL, DELEGATION))
    else:
        structures = build_country(today, FULL_SIZE if size == "full" else size)
        networks = build_networks()
    company = next((s.key for s in structures if s.kind == "ENTREPRISE"), None)
    return World(
        on=today,
        size=str(size),
        communes=COMMUNES,
        networks=networks,
        structures=structures,
        people=build_people(company),
    )
