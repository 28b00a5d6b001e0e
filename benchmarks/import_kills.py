"""An import killed at any moment and started again, against one that nobody disturbs.

./go bench import_kills             twenty kills; an error of the base, a full disk, two at once
./go bench import_kills --kills 5 --seed 3

Notices by the command, then a list of structures as the queue imports it from a page. The baseline
is one undisturbed import of the same in a base of its own; afterwards every row of every table is
the same, keys included. Only moments of writing may differ.
"""

import argparse
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
SAMPLES = PROJECT / "tests" / "notices" / "samples"
KILLS, SEED = 20, 1
DAY = "2026-11-25"
LINES = 3_000
# Moments of writing that the code gives itself.
MOMENTS = {
    ("members_structureimport", "began_at"),
    ("members_structureimport", "moved_at"),
    ("base_storedfile", "erased_at"),
    # A task that waits has a name drawn at random.
    *(("django_tasks_database_dbtaskresult", name) for name in ("id", "enqueued_at")),
}

type Content = Mapping[str, Sequence[tuple[Any, ...]]]


def run(arguments: Sequence[str] = ()) -> int:
    """Print each trouble with what was left; 1 where a row differs from an undisturbed import."""
    parser = argparse.ArgumentParser(prog="./go bench import_kills")
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args(list(arguments))
    with tempfile.TemporaryDirectory(prefix="cordee-bench-") as folder:
        os.environ.update(environment(Path(folder)))
        import django

        django.setup()
        notices = Bench(Path(folder), paths())
        is_same = _is_same(notices, asked.kills, asked.seed)
        a_list = ListBench(Path(folder) / "list", lines=LINES)
        return int(not (_is_same(a_list, asked.kills, asked.seed) and is_same))


def _is_same(bench: "Bench", kills: int, seed: int) -> bool:
    began = time.perf_counter()
    bench.undisturbed()
    seconds = time.perf_counter() - began
    rows = sum(len(rows) for rows in bench.expected.values())
    print(f"undisturbed: {seconds:.1f} s, {bench.statements} statements, {rows} rows", flush=True)
    is_same = True
    for check in bench.checks(kills, seed, seconds):
        print(check, flush=True)
        is_same = is_same and not check.differing
    return is_same


def paths() -> list[Path]:
    """Our samples, and the real notices where they lie beside the project."""
    # Here, so that a process that only imports loads nothing of the benchmarks.
    from benchmarks.instances.layout import shared_data

    folder = shared_data()
    if folder is None:
        print("No real files beside the project: our samples alone.")
        return [SAMPLES]
    real = ("boamp/records", "boamp/xml_v230", "ted/eforms", "ted/ted_export_fr.zip", "decp")
    return [SAMPLES, *(folder / name for name in real)]


@dataclass(frozen=True)
class Check:
    """What was done to an import, and the tables that are not what they should be after it."""

    trouble: str
    differing: tuple[str, ...]
    notes: str = ""

    def __str__(self) -> str:
        verdict = f"DIFFERENT in {', '.join(self.differing)}" if self.differing else "the same"
        return f"{self.trouble}: {verdict}{self.notes}"


@dataclass
class Bench:
    """One prepared base, copied for every run, and what an undisturbed import makes of it."""

    folder: Path
    paths: Sequence[Path] = ()
    expected: Content = field(default_factory=dict)
    statements: int = 0
    _copies: int = 0

    def __post_init__(self) -> None:
        if not self.base.is_dir():
            self.base.mkdir()
            command = [sys.executable, "manage.py", "prepare"]
            env = environment(self.base)
            subprocess.run(command, cwd=PROJECT, env=env, check=True, capture_output=True)

    @property
    def base(self) -> Path:
        return self.folder / "base"

    @property
    def arguments(self) -> list[str]:
        """What the process that imports is told."""
        return list(map(str, self.paths))

    def copy(self) -> Path:
        """A state folder of its own."""
        self._copies += 1
        return shutil.copytree(self.base, self.folder / f"copy{self._copies}")

    def checks(self, kills: int, seed: int, seconds: float) -> Iterator[Check]:
        """All of them, one after the other; `seconds` is what an undisturbed import takes."""
        yield from self.killed(kills, random.Random(seed), seconds)
        yield self.troubled(5, random.Random(seed), pages=40)
        yield self.two_at_once()

    def undisturbed(self) -> None:
        state = self.copy()
        self.statements = self.end(self.start(state))
        self.expected = content(state)

    def start(self, state: Path, *trouble: str) -> "subprocess.Popen[str]":
        """An import in a process of its own; returns once it begins."""
        child = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.import_kills", *trouble, *self.arguments],
            cwd=PROJECT,
            env=environment(state),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        child.stdout.readline()
        return child

    def end(self, child: "subprocess.Popen[str]") -> int:
        """Wait for an import that should end well; how many statements it ran."""
        out, err = child.communicate()
        if child.returncode:
            raise RuntimeError(f"the import ended with {child.returncode}: {err[-2000:]}")
        return int(json.loads(out.splitlines()[-1])["statements"])

    def compared(self, trouble: str, state: Path, notes: str = "") -> Check:
        """What differs from an undisturbed import; the state is thrown away."""
        check = Check(trouble, tuple(differing(self.expected, content(state))), notes)
        shutil.rmtree(state)
        return check

    def ended(self, trouble: str, state: Path, notes: str = "") -> Check:
        """Start the import once more, let it end, and compare."""
        self.end(self.start(state))
        return self.compared(trouble, state, notes)

    def killed(self, kills: int, draw: random.Random, seconds: float) -> Iterator[Check]:
        """SIGKILL from outside, so many times, in as many imports as it takes."""
        left = kills
        while left:
            state, done, kept = self.copy(), 0, []
            while left:
                child = self.start(state)
                try:
                    child.wait(draw.uniform(0.0, seconds))
                    break
                except subprocess.TimeoutExpired:
                    child.send_signal(signal.SIGKILL)
                    child.communicate()
                    left, done = left - 1, done + 1
                    kept.append(_kept(state))
            if not done:
                shutil.rmtree(state)
                continue
            moments = ", ".join(map(str, kept))
            yield self.ended(f"kills: {done}", state, f" (kept at each: {moments})")

    def troubled(self, kills: int, draw: random.Random, *, pages: int) -> Check:
        """One import that meets everything at seeded statements: the same moments everywhere.

        SIGKILL from inside so many times, an error of the base, then a disk with room for so many
        pages (SQLite itself says that it is full); the command must say so, and end when it may.
        """
        state = self.copy()
        *moments, last = (draw.randint(1, self.statements // (kills + 2)) for _ in range(kills + 1))
        troubles = [f"kill-at={moment}" for moment in moments]
        troubles += [f"fail-at={last}", f"pages={pages}", "none"]
        child = self.start(state, *(f"--trouble={trouble}" for trouble in troubles))
        out, err = child.communicate()
        ended = [int(line.partition("ended ")[2]) for line in out.splitlines() if "ended " in line]
        reasons = re.findall(r"La base n’a pas pu écrire \((.*?)\)", err)
        if ended != [-signal.SIGKILL] * kills + [1, 1, 0] or len(reasons) != 2:
            raise RuntimeError(f"{troubles} ended with {ended}: {err[-2000:]}")
        return self.compared(
            f"killed after {moments} statements, then {' and '.join(reasons)}", state
        )

    def two_at_once(self) -> Check:
        """Two imports of the same files in one base, at the same time."""
        state = self.copy()
        for child in [self.start(state), self.start(state)]:
            self.end(child)
        return self.compared("two at once", state)


@dataclass
class ListBench(Bench):
    """A list that somebody agreed to, in the base, imported as the queue does."""

    lines: int = LINES

    def __post_init__(self) -> None:
        if not self.base.is_dir():
            self.folder.mkdir(exist_ok=True)
            super().__post_init__()
        command = [sys.executable, "-m", "benchmarks.import_kills", f"--agree={self.lines}"]
        env = environment(self.base)
        subprocess.run(command, cwd=PROJECT, env=env, check=True, capture_output=True)

    @property
    def arguments(self) -> list[str]:
        return ["--list"]


def environment(state: Path) -> dict[str, str]:
    """That of a process whose whole state, an SQLite base included, lies in this folder."""
    return {
        **os.environ,
        "CORDEE_STATE": str(state),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "CORDEE_DATABASE_URL": "",
    }


def _kept(state: Path) -> int:
    """How many notices, awarded contracts and structures there are."""
    tables = (
        *("opportunities_noticeversion", "opportunities_awardedcontract"),
        "members_structure",
    )
    with closing(sqlite3.connect(state / "cordee.sqlite3")) as base:
        counts = [base.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]
    return sum(counts)


def content(state: Path) -> Content:
    """Every row of every table, keys included, without the moments at which rows were written."""
    from django.apps import apps

    moments = {
        (model._meta.db_table, field.column)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    } | MOMENTS
    found = {}
    with closing(sqlite3.connect(state / "cordee.sqlite3")) as base:
        tables = base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            names = [row[1] for row in base.execute(f'PRAGMA table_info("{table}")')]
            kept = ", ".join(f'"{name}"' for name in names if (table, name) not in moments)
            found[table] = sorted(base.execute(f'SELECT {kept} FROM "{table}"'), key=repr)
    return found


def differing(expected: Content, found: Content) -> list[str]:
    """The tables whose rows are not the same, with how many are on one side only."""
    return [
        f"{table} ({len(expected.get(table, ()))} rows, {len(found.get(table, ()))} found)"
        for table in sorted({*expected, *found})
        if expected.get(table) != found.get(table)
    ]


def _child(arguments: Sequence[str]) -> None:
    """Import in this process; or once for each trouble, in processes that are made from it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--trouble", action="append", default=[])
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--agree", type=int, default=0)
    parser.add_argument("paths", nargs="*")
    asked = parser.parse_args(list(arguments))
    import django

    django.setup()
    if asked.agree:
        _agree(asked.agree)
        return
    print("started", flush=True)
    if not asked.trouble:
        _import(asked.paths, "none")
    for trouble in asked.trouble:
        # Starting Django takes longer than our samples do.
        pid = os.fork()
        if not pid:
            code = 0
            try:
                _import(asked.paths, trouble)
            except SystemExit as stop:
                print(stop, file=sys.stderr)
                code = 1
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        _, status = os.waitpid(pid, 0)
        print(f"ended {os.waitstatus_to_exitcode(status)}", flush=True)


def _import(places: Sequence[str], trouble: str) -> None:
    """The command, with one trouble in it; the last line tells how many statements it ran."""
    from django.core.management import CommandError, call_command
    from django.db import OperationalError, connection

    name, _, number = trouble.partition("=")
    statements = 0

    def wrap(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal statements
        statements += 1
        is_now = statements == int(number or 0)
        if is_now and name == "fail-at":
            cause = sqlite3.OperationalError("disk I/O error")
            cause.sqlite_errorcode = sqlite3.SQLITE_IOERR
            raise OperationalError("disk I/O error") from cause
        result = execute(sql, params, many, context)
        if is_now and name == "kill-at":
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    if name == "pages":
        with connection.cursor() as cursor:
            # Pages that are free inside the file are room too, and nobody knows how many.
            cursor.execute("VACUUM")
            held = cursor.execute("PRAGMA page_count").fetchone()[0]
            cursor.execute(f"PRAGMA max_page_count = {held + int(number)}")
    with connection.execute_wrapper(wrap):
        try:
            if places:
                call_command("import_notices", *places, "--on", DAY)
            else:
                _import_list()
        except CommandError as refused:
            sys.exit(str(refused))
    print(json.dumps({"statements": statements}), flush=True)


def _agree(lines: int) -> None:
    """Somebody sends a list with all sorts of lines, has it read, and agrees to it."""
    from datetime import date

    from cordee.accounts.models import User
    from cordee.members.actions.imports import agree_to_import, read_received, receive_list
    from cordee.members.models import Commune, Network
    from cordee.rules.siret import is_valid_siret

    def siret(number: int) -> str:
        stem = f"9{number:08d}0001"
        return next(f"{stem}{key}" for key in range(10) if is_valid_siret(f"{stem}{key}"))

    places = list(Commune.objects.order_by("pk").values_list("name", "postcodes")[:500])
    rows = ["siret;sorte;nom;ville;code postal;téléphone"]
    for number in range(lines):
        city, postcodes = places[number % len(places)]
        kind = "SIAE" if number % 50 == 7 else "ACI"
        name = f"{('Jardins', 'Atelier', 'Nettoyage')[number % 3]} {number}"
        rows.append(f"{siret(number)};{kind};{name};{city};{postcodes.split(' ')[0]};")
    network = Network.objects.create(slug="banc", name="Banc")
    person = User.objects.create(email="banc@exemple.fr")
    kept = receive_list("\n".join(rows).encode(), by=person, source="banc.csv", network=network)
    columns = {"sorte": "kind", "nom": "name", "ville": "city", "code postal": "postcode"}
    read_received(kept=kept, columns={"siret": "siret", "téléphone": "phone", **columns})
    _run_queue()
    agree_to_import(kept=kept, by=person, on=date.fromisoformat(DAY))


def _run_queue() -> None:
    """What the worker does of lists, from where each stopped; again and again does nothing more."""
    from cordee.members.actions import imports
    from cordee.members.models import StructureImport

    for pk in StructureImport.objects.order_by("pk").values_list("pk", flat=True):
        imports.run_list(pk)


def _import_list() -> None:
    """The same, a trouble of the machine told as a command tells it."""
    from django.core.management import CommandError

    from cordee.base.outages import outage_of

    try:
        _run_queue()
    except Exception as error:
        if not outage_of(error):
            raise
        raise CommandError(f"La base n’a pas pu écrire ({error})") from error


if __name__ == "__main__":
    _child(sys.argv[1:])
