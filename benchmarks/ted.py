"""Real notices as a class: the TED files beside the project, lots in the trades of our countries.

Packages come by the ordinary road (notice, scope, breakdown, engine), in a scratch base with the
territories and no structure; they are kept in the state folder. Deadlines long past are no
objection, and months are moved by whole years to where the countries have their accounts.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.instances import Instance, posed
from benchmarks.instances.country import TRADES, bench_folder, country
from benchmarks.instances.drafts import EARLIEST
from benchmarks.instances.layout import PROJECT, shared_data
from cordee.engine.problem import Package, Problem
from cordee.engine.result import pack, unpack

CLASS = "ted"
SIZES = (5_000, 50_000)
ON = date(2026, 11, 25)
LATEST_END_YEARS = 4
# What packages are made by: another version of these files makes them anew.
ROAD = (
    "cordee/notices", "cordee/rules", "cordee/opportunities/breakdown_rows.py",
    "cordee/opportunities/places.py", "cordee/mobilisation/problem", "benchmarks/ted.py",
)  # fmt: skip


def instances(size: int, count: int, seed: int = 0) -> Iterator[Instance]:
    """Yield the first notices, none where the files are absent or the size is not one of theirs."""
    if size not in SIZES or count == 0:
        return
    of = country(size, seed=seed)
    where = str(size) if seed == 0 else f"{size}/seed-{seed}"
    for name, problem in notices()[:count]:
        yield posed(of, f"{where}/{name}", CLASS, problem.packages, problem.params)


@cache
def notices() -> list[tuple[str, Problem]]:
    """Return name and packages (no candidate) of every notice in the trades of the countries."""
    folder = shared_data()
    archive = None if folder is None else folder / "ted" / "ted_export_fr.zip"
    if archive is None or not archive.is_file():
        return []
    path = bench_folder() / f"ted-{_digest(archive)}.txt"
    if not path.is_file():
        print("  reading the TED notices, once", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="cordee-bench-") as state:
            subprocess.run(
                [sys.executable, "-m", "benchmarks.ted", str(archive), str(path)],
                env={**os.environ, "CORDEE_STATE": state, "PYTHONPATH": str(PROJECT)},
                cwd=PROJECT,
                check=True,
            )
    lines = path.read_text(encoding="utf-8").splitlines()
    parted = (line.partition("\t") for line in lines)
    return [(name, unpack(Problem, json.loads(text))) for name, _, text in parted]


def _digest(archive: Path) -> str:
    hashed = hashlib.sha256(str(archive.stat().st_size).encode())
    for each in ROAD:
        place = PROJECT / each
        files = [f for f in place.rglob("*") if f.suffix in {".py", ".toml"}] or [place]
        for file in sorted(files):
            hashed.update(file.read_bytes())
    return hashed.hexdigest()[:12]


def _make(archive: Path, output: Path) -> None:
    """Write one line a notice: its name, a tab, its problem without candidates as JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from cordee.mobilisation.problem import params_for
    from cordee.notices.notice import Notice
    from cordee.notices.reading import read

    call_command("migrate", verbosity=0)
    call_command("load_territories", verbosity=0)
    lines: list[str] = []
    read_in_all = 0
    for notice in read(archive):
        read_in_all += 1
        if isinstance(notice, Notice) and (packages := _packages(notice)):
            problem = Problem(packages=packages, candidates=(), params=params_for(packages))
            lines.append(f"{CLASS}-{len(lines):03}\t{json.dumps(pack(problem))}")
    print(f"  {len(lines)} of {read_in_all} are in our trades", file=sys.stderr)
    draft = output.with_suffix(".draft")
    draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
    draft.replace(output)


def _packages(notice: Any) -> tuple[Package, ...]:
    """The packages of a notice in the trades of the countries; none where it cannot be composed."""
    from cordee.mobilisation.problem import NotComposable, engine_packages
    from cordee.notices.packages import ScopeOutcome, scope
    from cordee.opportunities.breakdown_rows import package_rows
    from cordee.opportunities.models import WorkPackage
    from cordee.opportunities.places import PlaceFinder
    from cordee.opportunities.understanding import ReadVersion, understand
    from cordee.rules.parameters import UnknownParameter

    try:
        if scope(notice, on=ON).outcome is ScopeOutcome.OUT_OF_SCOPE:
            return ()
        understanding = understand([ReadVersion(0, 0, notice)], [])
        rows, _ = package_rows(understanding, PlaceFinder(), on=ON)
        packages = engine_packages([WorkPackage(**row.values()) for row in rows], on=ON)
    except (NotComposable, UnknownParameter):
        return ()
    packages = tuple(package for package in packages if package.trade in TRADES)
    if not packages:
        return ()
    first = min(package.first_month for package in packages)
    years = -(-(EARLIEST - first) // 12)
    moved = tuple(
        replace(package, label=package.id, first_month=package.first_month + 12 * years)
        for package in packages
    )
    last = max(package.end_month for package in moved)
    return moved if last <= EARLIEST + 12 * LATEST_END_YEARS else ()


if __name__ == "__main__":
    _make(Path(sys.argv[1]), Path(sys.argv[2]))
