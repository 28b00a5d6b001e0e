from collections.abc import Callable, Iterable, Sequence
from itertools import batched

from django.db import models, transaction

from cordee.members import referentials
from cordee.members.models import Commune, Department, Region
from cordee.rules.territory import fold_place_name

BATCH = 2000
COMMUNE_FIELDS = (
    *("name", "folded_name", "department", "postcodes", "population"),
    *("latitude", "longitude", "parent"),
)


@transaction.atomic
def load_territories(
    *, progress: Callable[[int, int], None] = lambda done, total: None
) -> tuple[int, int, int]:
    """Fill regions, departments and communes from the committed referentials; how many of each.

    Run again, it changes nothing. No `by=` and no journal: a public referential is nobody's act.
    """
    regions = [
        Region(code=row.code, name=row.name, folded_name=fold_place_name(row.name))
        for row in referentials.read_regions()
    ]
    _write(regions, "code", ("name", "folded_name"))
    departments = [
        Department(code=row.code, name=row.name, region_id=row.region)
        for row in referentials.read_departments()
    ]
    _write(departments, "code", ("name", "region"))
    communes = _communes(referentials.read_communes())
    for done, batch in enumerate(batched(communes, BATCH)):
        _write(batch, "insee", COMMUNE_FIELDS)
        progress(min((done + 1) * BATCH, len(communes)), len(communes))
    return (len(regions), len(departments), len(communes))


def _write[Row: models.Model](rows: Sequence[Row], key: str, fields: Sequence[str]) -> None:
    type(rows[0])._default_manager.bulk_create(
        rows, update_conflicts=True, unique_fields=[key], update_fields=fields
    )


def _communes(rows: Iterable[referentials.CommuneRow]) -> list[Commune]:
    communes = [
        Commune(
            insee=row.insee,
            name=row.name,
            folded_name=fold_place_name(row.name),
            department_id=row.department,
            postcodes=" ".join(row.postcodes),
            population=row.population,
            latitude=row.lat,
            longitude=row.lon,
            parent_id=row.parent,
        )
        for row in rows
    ]
    # A city goes in before its arrondissements.
    return sorted(communes, key=lambda commune: (commune.parent_id is not None, commune.insee))
