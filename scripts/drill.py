"""A drill: serve, load, and break one thing after the other; nothing written may be lost.

    .venv/bin/python scripts/drill.py [--postgresql] [--lines 100000] [--port 8124]

It serves a throw-away state with `./go serve`, on SQLite or on a PostgreSQL of its own, and keeps
reading pages and putting mails in the outbox while it kills, restarts, fills and restores. After
each step it prints how long until pages answer and a new mail has left, and at the end counts what
the base said was written. Run as root it fills a small memory disk; else that step is left out, and
said. It is told in docs/drill.md.
"""

import argparse
import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = Path("/usr/lib/postgresql/17/bin")
# Megabytes of the memory disk: the base with the communes of France and a large list fit in.
DISK_MB = 700
WITHIN_S = 10.0


class Drill:
    """A served Cordée, whoever reads and writes meanwhile, and what was said to be written."""

    def __init__(self, folder: Path, port: int, database: str) -> None:
        self.folder, self.port = folder, port
        self.state = folder / "state"
        self.env = {**os.environ, "CORDEE_STATE": str(self.state)}
        self.env.pop("CORDEE_DATABASE_URL", None)
        if database:
            self.env["CORDEE_DATABASE_URL"] = database
        self.go: subprocess.Popen[bytes] | None = None
        self.written: list[str] = []
        self.refused = self.read = self.failed = 0
        self.slow: list[str] = []
        self.is_over = threading.Event()
        self.is_held = threading.Event()
        self.log = (folder / "serve.log").open("ab")

    # --- What is served -------------------------------------------------------------------------

    def serve(self) -> None:
        self.go = subprocess.Popen(
            [sys.executable, str(ROOT / "go"), "serve", "--port", str(self.port)],
            cwd=ROOT,
            env=self.env,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def stop(self) -> None:
        assert self.go is not None
        self.go.terminate()
        self.go.wait(timeout=30)

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            sys.exit(f"{arguments[0]}: {done.stderr}")
        return done.stdout

    def child(self, word: str) -> int:
        """The process of a part of what is served."""
        assert self.go is not None
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.go.pid)], capture_output=True, text=True
        )
        (line,) = [line for line in listed.stdout.splitlines() if word in line]
        return int(line.split()[0])

    # --- Who uses it ----------------------------------------------------------------------------

    def answers(self) -> bool:
        with contextlib.suppress(OSError):
            address = f"http://127.0.0.1:{self.port}/compte/connexion/"
            with urllib.request.urlopen(address, timeout=5) as page:
                return bool(page.status == 200)
        return False

    def put(self) -> str | None:
        """Put a mail in the outbox; its key once the base said yes, None where it refused."""
        from django.db import DatabaseError, InterfaceError, close_old_connections, transaction

        from cordee.base.mail.models import OutgoingMail
        from cordee.base.mail.tasks import send_mail

        key = f"drill-{time.monotonic_ns()}"
        try:
            with transaction.atomic():
                mail = OutgoingMail.objects.create(
                    key=key, kind="drill", recipient="essai@exemple.fr", subject=key, text=key
                )
                send_mail.enqueue(mail.pk)
        except (DatabaseError, InterfaceError):
            self.refused += 1
            return None
        finally:
            close_old_connections()
        self.written.append(key)
        return key

    def has_left(self, key: str) -> bool:
        from django.db import DatabaseError, InterfaceError, close_old_connections

        from cordee.base.mail.models import OutgoingMail

        try:
            return OutgoingMail.objects.filter(key=key, state="sent").exists()
        except (DatabaseError, InterfaceError):
            return False
        finally:
            close_old_connections()

    def load(self) -> None:
        """Read pages and write mails until the end, as people do."""

        def read() -> None:
            while not self.is_over.wait(0.2):
                self.read, self.failed = self.read + 1, self.failed + (not self.answers())

        def write() -> None:
            while not self.is_over.wait(0.5):
                if not self.is_held.is_set():
                    self.put()

        for each in (read, write):
            threading.Thread(target=each, daemon=True).start()

    # --- Steps ----------------------------------------------------------------------------------

    def step(self, title: str, act: Callable[[], None]) -> None:
        """Break something; print how long until pages answer, and until a new mail has left."""
        print(f"{title:<52}", end="", flush=True)
        act()
        began = time.monotonic()
        page_s = self._until(self.answers, began)
        key: list[str] = []

        def new_mail_has_left() -> bool:
            if not key and (new := self.put()):
                key.append(new)
            return bool(key) and self.has_left(key[0])

        mail_s = self._until(new_mail_has_left, began)
        print(f"page {page_s:5.1f} s   mail {mail_s:5.1f} s", flush=True)
        if page_s > WITHIN_S:
            self.slow.append(title.strip())

    def _until(self, is_so: Callable[[], bool], began: float, at_most_s: float = 120) -> float:
        while not is_so():
            if time.monotonic() - began > at_most_s:
                return float("inf")
            time.sleep(0.1)
        return time.monotonic() - began

    def kill(self, word: str) -> None:
        pid = self.child(word)
        os.kill(pid, signal.SIGKILL)
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.01)

    def kill_go(self) -> None:
        assert self.go is not None
        self.go.kill()
        self.go.wait()
        began = time.monotonic()
        while any(str(self.state) in owner for owner in environments()):
            if time.monotonic() - began > 20:
                sys.exit("processes are left after `./go` was killed")
            time.sleep(0.1)
        print(f"(children gone in {time.monotonic() - began:.1f} s) ", end="")
        self.serve()

    def fill_disk(self) -> None:
        """Leave no byte, for ten seconds of use; then give the room back."""
        filler = self.folder / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(65536))
        time.sleep(10)
        filler.unlink()

    def import_list(self, lines: int) -> None:
        """Give a list to the queue as the page does, and use the site until it is in."""
        from cordee.accounts.models import User
        from cordee.members.actions import imports
        from cordee.members.models import Structure, StructureImport

        by, _ = User.objects.get_or_create(email="essai@exemple.fr")
        rows = (f"{siret(number)};AI;Essai {number};35000;Rennes" for number in range(lines))
        content = "siret;sorte;nom;code postal;ville\n" + "\n".join(rows) + "\n"
        kept = imports.receive_list(content.encode(), by=by, source="essai.csv", network=None)
        columns = {"siret": "siret", "sorte": "kind", "nom": "name"}
        columns |= {"code postal": "postcode", "ville": "city"}
        kept = imports.read_received(kept=kept, columns=columns)
        began, worst = time.monotonic(), 0.0
        is_agreed = False
        while True:
            asked = time.monotonic()
            if not self.answers():
                self.slow.append("a page during the import")
            worst = max(worst, time.monotonic() - asked)
            kept = StructureImport.objects.get(pk=kept.pk)
            if kept.state == StructureImport.State.READ and not is_agreed:
                from django.utils import timezone

                imports.agree_to_import(kept=kept, by=by, on=timezone.localdate())
                is_agreed = True
            if kept.state in (StructureImport.State.DONE, StructureImport.State.STOPPED):
                break
            time.sleep(0.5)
        count = Structure.objects.filter(name__startswith="Essai ").count()
        took = time.monotonic() - began
        print(f"({count} in, {took:.0f} s, slowest page {worst:.1f} s) ", end="")
        if count != lines:
            self.slow.append(f"{lines - count} lines lack")

    def break_and_restore(self) -> None:
        """Copy, lose everything, and put the copy back."""
        from django.db import connections

        self.is_held.set()
        time.sleep(1)
        before = self.counts()
        copies = self.folder / "copies"
        began = time.monotonic()
        self.run("backup", str(copies))
        copy_s = time.monotonic() - began
        self.stop()
        connections.close_all()
        if "CORDEE_DATABASE_URL" not in self.env:
            for path in self.state.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        (copy,) = copies.glob("cordee-*")
        began = time.monotonic()
        self.run("restore", str(copy), "--replace")
        restore_s = time.monotonic() - began
        self.serve()
        start_s = self._until(self.answers, time.monotonic())
        print(f"(copy {copy_s:.0f} s, restore {restore_s:.0f} s, start {start_s:.1f} s) ", end="")
        if start_s > WITHIN_S:
            self.slow.append("the start after a restore")
        after = self.counts()
        if any(after[name] < count for name, count in before.items()):
            self.slow.append(f"restored {after} of {before}")
        self.is_held.clear()

    def counts(self) -> dict[str, int]:
        from cordee.base.mail.models import OutgoingMail
        from cordee.members.models import Commune, Structure

        return {m.__name__: m.objects.count() for m in (OutgoingMail, Structure, Commune)}

    def lost(self) -> list[str]:
        """What the base said was written and is not there, or never left."""
        from cordee.base.mail import outbox
        from cordee.base.mail.models import OutgoingMail

        def waiting() -> list[str]:
            sent = set(OutgoingMail.objects.filter(state="sent").values_list("key", flat=True))
            return [key for key in self.written if key not in sent]

        self.is_held.set()
        # What a killed worker had in hand is its own until its claim ends and a round comes by.
        patience_s = outbox.CLAIM.total_seconds() + 120
        waited_s = self._until(lambda: not waiting(), time.monotonic(), patience_s)
        print(f"The last mail left {waited_s:.0f} s after the last step.")
        return waiting()


def siret(number: int) -> str:
    """A number of no establishment whose check digit is right."""
    body = f"9{number:08d}0001"
    for last in range(10):
        digits = [int(d) for d in f"{body}{last}"]
        odd = [2 * d - 9 * (d > 4) for d in digits[-2::-2]]
        if (sum(odd) + sum(digits[-1::-2])) % 10 == 0:
            return f"{body}{last}"
    raise AssertionError


def environments() -> Iterator[str]:
    """What the processes of this machine that are ours to read were started with."""
    for process in Path("/proc").glob("[0-9]*"):
        if process.name != str(os.getpid()):
            with contextlib.suppress(OSError):
                words = (process / "cmdline").read_bytes()
                if b"manage.py" in words or b"guard" in words:
                    yield (process / "environ").read_text(errors="replace")


class Cluster:
    """A PostgreSQL of our own, with its socket in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.owner = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        self.pg("initdb", "-D", f"{folder}/data", "-U", "cordee", "--auth=trust", "-E", "UTF8")
        self.control("start")
        self.pg("createdb", "-h", str(folder), "-U", "cordee", "cordee")
        self.url = f"postgresql://cordee@/cordee?host={folder}"

    def control(self, *gesture: str) -> None:
        options = f"-c listen_addresses='' -c max_connections=60 -k {self.folder}"
        log = f"{self.folder}/log"
        self.pg("pg_ctl", "-D", f"{self.folder}/data", "-w", "-l", log, "-o", options, *gesture)

    def pg(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(POSTGRES / program), *arguments],
            user=self.owner if os.getuid() == 0 else None,
            check=True,
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            cwd=self.folder,
        )


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A disk of its own for the state where that is allowed; whether it is."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=0700", "tmpfs", str(folder)]
    is_mounted = subprocess.run(mount, capture_output=True).returncode == 0
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False)


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--postgresql", action="store_true")
    words.add_argument("--lines", type=int, default=100_000)
    words.add_argument("--port", type=int, default=8124)
    asked = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="cordee-drill-") as name:
        place = Path(name)
        place.chmod(0o755)  # PostgreSQL, another account, has its folder in it
        with small_disk(place / "disk") as is_small:
            return drill(place, asked, is_small=is_small)


def drill(place: Path, asked: argparse.Namespace, *, is_small: bool) -> int:
    cluster = Cluster(place / "pg") if asked.postgresql else None
    it = Drill(place / "disk", asked.port, cluster.url if cluster else "")
    # Told to stop, it still ends what it served: else the next drill meets it on the port.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    os.environ.update(it.env, DJANGO_SETTINGS_MODULE="config.settings")
    sys.path.insert(0, str(ROOT))
    it.state.mkdir(parents=True, exist_ok=True)
    try:
        print(f"Drill on {'PostgreSQL' if cluster else 'SQLite'}", flush=True)
        it.run("prepare")
        import django

        django.setup()
        it.step("Serve", it.serve)
        it.load()
        it.step("Load for ten seconds", lambda: time.sleep(10))
        it.step("Kill the web server", lambda: it.kill("manage.py web"))
        it.step("Kill the worker", lambda: it.kill("manage.py work"))
        it.step("Kill the schedule", lambda: it.kill("manage.py tick"))
        it.step("Kill ./go, serve again", it.kill_go)
        if cluster:
            it.step("Restart PostgreSQL", lambda: cluster.control("-m", "fast", "restart"))
            it.step("Crash PostgreSQL", lambda: cluster.control("-m", "immediate", "restart"))
        if is_small:
            it.step("Fill the disk for ten seconds, free it", it.fill_disk)
        else:
            print("Fill the disk: left out, a memory disk may not be mounted here")
        it.step(f"Import {asked.lines} lines", lambda: it.import_list(asked.lines))
        it.step("Copy, break, restore", it.break_and_restore)
        lost = it.lost()
    finally:
        it.is_over.set()
        if it.go is not None and it.go.poll() is None:
            it.stop()
        if cluster:
            cluster.control("-m", "immediate", "stop")
        if sys.exc_info()[0] is not None:
            print((it.folder / "serve.log").read_text()[-3000:])
    print(
        f"{it.read} pages read, {it.failed} not answered meanwhile; {len(it.written)} mails "
        f"written, {it.refused} refused, {len(lost)} lost."
    )
    for fault in [*it.slow, *(f"lost: {key}" for key in lost)]:
        print(f"FAULT: {fault}")
    return 1 if it.slow or lost else 0


if __name__ == "__main__":
    sys.exit(main())
