"""Whatever happens to an import, started again it leaves what an undisturbed one leaves."""

import json
import random
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from benchmarks.import_kills import PROJECT, SAMPLES, Bench, Check, differing, environment
from tests.opportunities.makers import CLEANING, record

PREPARE = """
import django
django.setup()
from django.core.management import call_command
from tests.members.makers import make_valley
call_command("migrate", verbosity=0)
call_command("load_programmes")
make_valley()
"""


def write_files(folder: Path) -> None:
    """Notices that join others, lists, broken lines, and two notices in one document."""
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps(record("26-1")))
    (folder / "b.json").write_text(json.dumps(record("26-1", "Tonte des parcs")))
    (folder / "c.json").write_text(
        json.dumps(record("26-2", etat="ANNULATION", nature="ANNULATION", annonce_lie=["26-1"]))
    )
    (folder / "d.json").write_text(json.dumps([record("26-3"), {"rien": 1}, record("26-4")]))
    lines = [json.dumps(record("26-5", lots=[("Nettoyage", CLEANING)])), "{coupé", "{}"]
    (folder / "e.jsonl").write_text("\n".join([*lines, json.dumps(record("26-6"))]))
    inner = BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("un.json", json.dumps(record("26-7")))
        archive.writestr("deux.json", json.dumps(record("26-8")))
    with zipfile.ZipFile(folder / "f.zip", "w") as archive:
        archive.writestr("dans.zip", inner.getvalue())


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A base with a small territory, and what one undisturbed import makes of our files."""
    base, files = tmp_path / "base", tmp_path / "files"
    base.mkdir()
    write_files(files)
    env = environment(base)
    subprocess.run([sys.executable, "-c", PREPARE], cwd=PROJECT, env=env, check=True)
    bench = Bench(tmp_path, [files, SAMPLES])
    bench.undisturbed()
    return bench


def test_whatever_stops_an_import_the_base_ends_the_same(bench: Bench) -> None:
    """Killed at four seeded moments, an error of the base, a full disk; two at once."""
    assert len(bench.expected["opportunities_noticeversion"]) > 12
    assert len(bench.expected["opportunities_workpackage"]) > 5
    troubled = bench.troubled(4, random.Random(4), pages=8)
    assert troubled.differing == ()
    assert "disk I/O error and database or disk is full" in str(troubled)
    assert bench.two_at_once().differing == ()


def test_a_row_that_is_lost_or_changed_is_told() -> None:
    """The comparison itself sees what it is there to see."""
    expected = {"notices": [(1, "a"), (2, "b")], "places": [(1,)]}
    assert differing(expected, {**expected, "notices": [(1, "a")]}) == ["notices (2 rows, 1 found)"]
    assert differing(expected, {**expected, "places": [(2,)]}) == ["places (1 rows, 1 found)"]
    assert differing(expected, dict(expected)) == []
    assert "DIFFERENT in places" in str(Check("killed", ("places",)))
