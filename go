#!/usr/bin/env python3
"""The commands of Cordée, on any machine with a python3 (3.9 or newer), standard library only.

./go demo [--port N] [--fresh] [--prepare-only]   set up, do the main job, serve the demo world
./go serve [--port N]                             serve your own data (state folder: var/)
./go test [pytest arguments]                      everything CI does; with arguments, pytest alone
./go bench [name]                                 measures; prints ratios to a baseline
./go run -- COMMAND [arguments]                   a manage.py command
"""

import hashlib
import ipaddress
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent
TOOLS, VENV = ROOT / ".tools", ROOT / ".venv"
OLDEST, TOO_NEW = (3, 12), (3, 15)
# Seconds: before a part of `serve` is started again, and what a part gets to end what it has in hand.
FIRST_PAUSE, LONGEST_PAUSE, GRACE = 1, 60, 8
# Databases, keys and files of people: of whoever serves alone.
PRIVATE = 0o077
# How pytest ends where tests failed; another code is no test that failed.
TESTS_FAILED = 1
NO_PYTHON = (
    "Cordée needs Python 3.12, 3.13 or 3.14: install one (on Debian or Ubuntu: "
    "`apt install python3 python3-venv`), then run this again."
)


def say(text):
    print(text, file=sys.stderr, flush=True)


class Step:
    """One line of progress: what is being done, then how long it took."""

    def __init__(self, text):
        self.text = text

    def __enter__(self):
        self.start = time.monotonic()
        print(f"  {self.text} …", end="", file=sys.stderr, flush=True)
        return self

    def __exit__(self, kind, *rest):
        outcome = f"{time.monotonic() - self.start:.1f} s" if kind is None else "failed"
        print(f" {outcome}", file=sys.stderr, flush=True)


def version_of(python):
    """(major, minor) of an interpreter, or None where it does not run (a shim without a version)."""
    try:
        done = subprocess.run(
            [python, "-c", "import sys; print(*sys.version_info[:2])"],
            capture_output=True,
            text=True,
            timeout=20,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.fullmatch(r"(\d+) (\d+)\s*", done.stdout)
    return (int(found[1]), int(found[2])) if found and done.returncode == 0 else None


def find_python():
    """A Python that runs Cordée: this one, or one on the PATH, or one in /usr/bin."""
    names = ["python3.13", "python3.12", "python3.14", "python3", "python"]
    places = os.environ.get("PATH", "").split(os.pathsep) + ["/usr/bin", "/usr/local/bin"]
    tried = set()
    for python in [sys.executable] + [str(Path(p) / n) for n in names for p in places if p]:
        if python and python not in tried and os.access(python, os.X_OK):
            tried.add(python)
            version = version_of(python)
            if version and OLDEST <= version < TOO_NEW:
                return python
    sys.exit(NO_PYTHON)


def find_uv():
    """The uv of .tools, made once with whatever python3 runs this file."""
    uv = TOOLS / "bin" / "uv"
    if not uv.exists():
        with Step("Fetching the package tool (uv)"):
            shutil.rmtree(TOOLS, ignore_errors=True)
            made = subprocess.run(
                [sys.executable, "-m", "venv", str(TOOLS)], capture_output=True, text=True
            )
            if made.returncode:
                sys.exit("\nPython's venv module is missing: install it (Debian: python3-venv).")
            pip = [str(TOOLS / "bin" / "python"), "-m", "pip", "install", "--quiet"]
            got = subprocess.run(
                [*pip, "--disable-pip-version-check", "uv>=0.9"], capture_output=True, text=True
            )
            if got.returncode:
                sys.exit("\nCould not install uv:\n" + got.stderr.strip())
    return str(uv)


def sync(dev):
    """Bring .venv in step with uv.lock; nothing to do where its stamp says so."""
    lock = hashlib.sha256((ROOT / "uv.lock").read_bytes()).hexdigest()
    stamps = [VENV / "cordee-all.stamp"] + ([] if dev else [VENV / "cordee-run.stamp"])
    if any(stamp.exists() and stamp.read_text() == lock for stamp in stamps):
        return
    python, uv = find_python(), find_uv()
    with Step("Installing the packages of uv.lock"):
        command = [uv, "sync", "--frozen", "--quiet", "--python", python]
        command += [] if dev else ["--no-dev", "--inexact"]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "UV_PYTHON_DOWNLOADS": "never", "VIRTUAL_ENV": ""},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            sys.exit("\nCould not install the packages:\n" + done.stderr.strip())
    stamps[-1].write_text(lock)


def python():
    return str(VENV / "bin" / "python")


def environment(**more):
    """The caller's, with our own switches; kept out of other projects' virtual environments."""
    env = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    return {**env, "PYTHONUNBUFFERED": "1", **more}


def site(port):
    """Where links in mails lead: what the caller says, or this very server.

    Nothing where it is served to others: the settings then ask for the address.
    """
    others = set(os.environ.get("CORDEE_HOSTS", "").split()) - {"localhost", "127.0.0.1", "[::1]"}
    if os.environ.get("CORDEE_SITE") or others or os.environ.get("CORDEE_HTTPS") == "True":
        return os.environ.get("CORDEE_SITE", "")
    return f"http://127.0.0.1:{port}"


def bound_to():
    return os.environ.get("CORDEE_BIND") or "127.0.0.1"


def manage(arguments, env):
    """A command's exit code. Ctrl-C is its own: it has time to say what it kept."""
    command = [python(), "manage.py", *arguments]
    child = subprocess.Popen(command, cwd=ROOT, env=env, umask=PRIVATE)
    try:
        return child.wait()
    except KeyboardInterrupt:
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            pass
        finally:
            child.kill()
        raise


def compiling():
    """The process that compiles the engine, a minute once; it ends well where that is done."""
    return [python(), "-m", "cordee.engine.compiling"]


def compile_engine(env):
    code = subprocess.run(compiling(), cwd=ROOT, env=env, umask=PRIVATE).returncode
    if code:
        sys.exit(code)


class Guard:
    """The process that ends the children of a `serve` that was killed; itself replaced if it ends."""

    def __init__(self):
        self.groups = set()
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), "guard"],
            stdin=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
        for group in self.groups:
            self.tell("+", group)

    def tell(self, sign, group):
        try:
            self.process.stdin.write(f"{sign}{group}\n".encode())
        except OSError:
            pass  # killed just now: the next one is told of all groups

    def add(self, group):
        self.groups.add(group)
        self.tell("+", group)

    def discard(self, group):
        self.groups.discard(group)
        self.tell("-", group)

    def look(self):
        if self.process.poll() is not None:
            self.start()

    def end(self):
        self.process.stdin.close()
        self.process.wait()


class Part:
    """A child of `serve`, in a process group of its own; started again where it stops by itself.

    What is done `once` may end well. `first` are words that only the first start is given.
    """

    def __init__(self, name, command, env, guard, once=False, first=()):
        self.name, self.command, self.env, self.guard = name, command, env, guard
        self.once, self.is_done = once, False
        self.pause, self.waits_until = FIRST_PAUSE, 0.0
        self.start(first)

    def start(self, first=()):
        command = [*self.command, *first]
        self.child = subprocess.Popen(
            command, cwd=ROOT, env=self.env, start_new_session=True, umask=PRIVATE
        )
        self.began = time.monotonic()
        self.guard.add(self.child.pid)

    def look(self):
        """Start it again where it ended: after a pause, longer each time until it runs well."""
        now = time.monotonic()
        if self.is_done:
            return
        if self.waits_until:
            if now >= self.waits_until:
                self.waits_until = 0.0
                self.start()
        elif self.child.poll() is not None:
            # Its own children would keep its port.
            end_groups([self.child.pid], grace=0)
            self.guard.discard(self.child.pid)
            self.is_done = self.once and self.child.returncode == 0
            if self.is_done:
                return
            if now - self.began > LONGEST_PAUSE:
                self.pause = FIRST_PAUSE
            say(f"{self.name} ended ({self.how()}); started again in {self.pause} s.")
            self.waits_until, self.pause = now + self.pause, min(2 * self.pause, LONGEST_PAUSE)

    def how(self):
        code = self.child.returncode
        return signal.Signals(-code).name if code < 0 else f"code {code}"


def end_groups(groups, grace):
    """End process groups: asked, and killed where one is still there after `grace` seconds."""
    ends = time.monotonic() + grace
    number = signal.SIGTERM if grace else signal.SIGKILL
    while groups:
        left = []
        for group in groups:
            try:
                os.killpg(group, number)
                left.append(group)
            except (ProcessLookupError, PermissionError):  # gone; macOS says it the second way
                pass
        if number == signal.SIGKILL:
            return
        groups, number = left, (0 if time.monotonic() < ends else signal.SIGKILL)
        time.sleep(0.1)


def guard(arguments):
    """End the children of a `serve` that was killed: it can do nothing itself any more.

    It reads which groups there are on its standard input, which ends with whoever writes there.
    """
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups = set()
    for line in sys.stdin:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    end_groups(list(groups), grace=GRACE)


def serve(port, env, first):
    """The web server, which does `first` before; then the queue worker and the schedule.

    They are children, started again where they end; Ctrl-C ends all. What must be done first and
    fails ends all with its exit code.
    """
    web = [python(), "manage.py", "web", "--host", bound_to(), "--port", str(port)]
    others = {
        "The queue worker": [python(), "manage.py", "work"],
        "The schedule": [python(), "manage.py", "tick", "--loop"],
    }

    def stop(*_):
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    guard, parts = Guard(), []
    try:
        parts.append(Part("The web server", web, env, guard, first=["--first", *first]))
        while not answers(port):
            if parts[0].child.poll() is not None:
                return parts[0].child.returncode or 1
            guard.look()
            time.sleep(0.05)
        say(f"\nOpen {here(port)} (Ctrl-C stops).")
        if first[0] == "demo":
            say(f"Choose who you are: {here(port)}demonstration/")
        for name, command in others.items():
            parts.append(Part(name, command, env, guard))
        parts.append(Part("What compiles the engine", compiling(), env, guard, once=True))
        while True:
            for each in (*parts, guard):
                each.look()
            time.sleep(0.2)
    except KeyboardInterrupt:
        say("\nCordée stops.")
        return 0
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        running = [part.child for part in parts if part.child.poll() is None]
        for child in running:
            os.killpg(child.pid, signal.SIGTERM)
        for child in running:
            try:
                child.wait(timeout=GRACE)
            except subprocess.TimeoutExpired:
                pass
        # What the children left behind, or is still at it; the guard does the same where we cannot.
        end_groups([child.pid for child in running], grace=0)
        guard.end()


def options_of(arguments, *switches):
    """The port, and those of `switches` that were written; anything else ends in one line."""
    port, given = "8000", set()
    words = iter(arguments)
    for word in words:
        name, _, value = word.partition("=")
        if name == "--port":
            port = value or next(words, "")
        elif word in switches:
            given.add(word)
        else:
            known = ", ".join(["--port N", *switches])
            sys.exit(f"{word}: not an option here. Known: {known}.")
    if not (port.isascii() and port.isdigit()) or not 0 < int(port) < 65536:
        sys.exit(f"--port {port}: write a number from 1 to 65535, for example --port 8000.")
    return int(port), given


def kind_of_address():
    """The family of sockets of the address to listen on; ends in one line where it is none."""
    try:
        kind = ipaddress.ip_address(bound_to()).version
    except ValueError:
        sys.exit(
            f"CORDEE_BIND={bound_to()!r}: write an address of this machine, for example 127.0.0.1."
        )
    return socket.AF_INET6 if kind == 6 else socket.AF_INET


def reached_at():
    """The address by which this machine reaches what it serves."""
    bound = ipaddress.ip_address(bound_to())
    if bound.is_unspecified:
        return "::1" if bound.version == 6 else "127.0.0.1"
    return str(bound)


def here(port):
    address = reached_at()
    return f"http://[{address}]:{port}/" if ":" in address else f"http://{address}:{port}/"


def answers(port):
    """Whether the web server takes connections."""
    with socket.socket(kind_of_address()) as probe:
        return probe.connect_ex((reached_at(), port)) == 0


def refuse_taken(port):
    """End in one line where the port cannot be had, before any work is done for nothing."""
    with socket.socket(kind_of_address()) as probe:
        # As the web server does: a port left a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bound_to(), port))
        except OSError as error:
            sys.exit(
                f"Port {port} cannot be had ({error.strerror}): try --port {port % 65535 + 1}."
            )


def demo(arguments):
    port, given = options_of(arguments, "--fresh", "--prepare-only")
    prepare_only = "--prepare-only" in given
    if not prepare_only:
        refuse_taken(port)
    say("Cordée, demo world")
    sync(dev=False)
    state = os.environ.get("CORDEE_STATE", str(ROOT / "var" / "demo"))
    env = environment(CORDEE_STATE=state, CORDEE_DEMO="True", CORDEE_SITE=site(port))
    first = ["demo", *sorted(given - {"--prepare-only"})]
    if prepare_only:
        return manage(first, env) or compile_engine(env)
    return serve(port, env, first)


def serve_own(arguments):
    port, _ = options_of(arguments)
    refuse_taken(port)
    sync(dev=False)
    return serve(port, environment(CORDEE_SITE=site(port)), ["prepare"])


def check(title, command, env):
    say(f"\n== {title}")
    return subprocess.run(command, cwd=ROOT, env=env).returncode


def day():
    """Today where the product counts days, and where its records do."""
    return [datetime.now(zone).date() for zone in (ZoneInfo("Europe/Paris"), timezone.utc)]


def check_tests(title, command, env):
    """Run tests; where midnight passed meanwhile, what failed is tried once more, on one day.

    A test that says « today » before and after midnight fails for that alone; a fault fails again.
    """
    began = day()
    code = check(title, command, env)
    if code == TESTS_FAILED and day() != began:
        # Nothing noted as failed is no success: pytest then ends with a code of its own.
        again = ["--last-failed", "--last-failed-no-failures", "none"]
        code = check(f"{title}: midnight has passed, what failed again", [*command, *again], env)
    return code


def test(arguments):
    """Lint, types, the whole suite on SQLite, then the database tests on PostgreSQL where one is given."""
    sync(dev=True)
    pytest = [python(), "-m", "pytest"]
    # What Python makes of a source is kept, whatever the machine says: read anew by each worker
    # and by each command that a test starts, it would cost minutes.
    env = environment(PYTHONPYCACHEPREFIX=str(VENV / "pycache"))
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    env.pop("CORDEE_DATABASE_URL", None)
    if arguments:
        compile_engine(env)
        return subprocess.run([*pytest, *arguments], cwd=ROOT, env=env).returncode
    postgres = os.environ.get("CORDEE_TEST_POSTGRES_URL")
    ruff = str(VENV / "bin" / "ruff")
    # Not quiet: a check that fails prints the lines that it would have otherwise.
    djlint = [str(VENV / "bin" / "djlint"), "cordee", "demo"]
    # Whoever is done takes over what waits: browser tests would else stand behind one worker.
    at_once = ["-n", "2", "--dist", "worksteal", "-q"]
    readings = [
        ("style", [ruff, "check", "."], env),
        ("format", [ruff, "format", "--check", "."], env),
        ("layout of templates", [*djlint, "--check"], env),
        ("rules of templates", [*djlint, "--lint"], env),
        ("types", [python(), "-m", "mypy"], env),
    ]
    # What each test process copies: a file, and a database on the server.
    folder = tempfile.TemporaryDirectory(prefix="cordee-base-")
    base, on_server = str(Path(folder.name) / "base.sqlite3"), "test_cordee_base"
    steps = [("tests, SQLite", [*pytest, *at_once], {**env, "CORDEE_TEST_BASE": base})]
    preparing = [python(), "-m", "tests.prepared", "", base]
    if postgres:
        preparing += [postgres, on_server]
        on_postgres = {**env, "CORDEE_DATABASE_URL": postgres, "CORDEE_TEST_BASE": on_server}
        command = [*pytest, *at_once, "-m", "database and not browser"]
        steps.append(("database tests, PostgreSQL", command, on_postgres))
    # Once, and not by every test process at the same time: while the sources are read.
    preparation = subprocess.Popen(preparing, cwd=ROOT, env=env, umask=PRIVATE)
    try:
        failed = [title for title, command, env in readings if check(title, command, env)]
    except BaseException:
        preparation.kill()
        raise
    finally:
        code = preparation.wait()
    if code:
        return code
    failed += [title for title, command, env in steps if check_tests(title, command, env)]
    if not postgres:
        say("\nPostgreSQL not tried: set CORDEE_TEST_POSTGRES_URL (CI does).")
    if failed:
        say("\nFailed: " + ", ".join(failed))
    return 1 if failed else 0


def bench(arguments):
    sync(dev=True)
    return subprocess.run(
        [python(), "-m", "benchmarks", *arguments], cwd=ROOT, env=environment()
    ).returncode


def run(arguments):
    if arguments[:1] == ["--"]:
        arguments = arguments[1:]
    if not arguments:
        sys.exit("Name a command, for example: ./go run -- check_rules")
    sync(dev=False)
    return manage(arguments, environment())


COMMANDS = {
    "demo": demo, "serve": serve_own, "test": test, "bench": bench, "run": run, "guard": guard,
}  # fmt: skip


def main(arguments):
    if not arguments or arguments[0] not in COMMANDS:
        say(__doc__.strip())
        return 0 if arguments[:1] in (["-h"], ["--help"], ["help"]) else 2
    try:
        return COMMANDS[arguments[0]](list(arguments[1:]))
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130


if __name__ == "__main__":
    if sys.version_info < (3, 9):
        sys.exit(NO_PYTHON)
    sys.exit(main(sys.argv[1:]))
