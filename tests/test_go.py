"""`./go` refuses in one line what it cannot do, before it does any work."""

import os
import signal
import socket
import subprocess
import sys
import time
import types
from collections.abc import Callable, Iterator
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

GO = Path(__file__).resolve().parent.parent / "go"


@pytest.fixture
def go(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    loader = SourceFileLoader("go", str(GO))
    spec = spec_from_loader("go", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.mark.parametrize("words", [["--port", "8123"], ["--port=8123"]])
def test_a_port_is_written_either_way(go: types.ModuleType, words: list[str]) -> None:
    assert go.options_of([*words, "--fresh"], "--fresh") == (8123, {"--fresh"})


@pytest.mark.parametrize("word", ["abc", "0", "65536", "²", ""])
def test_a_wrong_port_is_named(go: types.ModuleType, word: str) -> None:
    with pytest.raises(SystemExit, match=f"--port {word}: write a number from 1 to 65535"):
        go.options_of(["--port", word])


def test_an_unknown_option_is_named_with_the_known_ones(go: types.ModuleType) -> None:
    with pytest.raises(SystemExit, match=r"--frsh: not an option here\. Known: --port N, --fresh"):
        go.options_of(["--frsh"], "--fresh")


@pytest.mark.parametrize(
    ("is_past_midnight", "codes", "runs"),
    [
        (False, [1], 1),  # a fault, on one day
        (False, [0], 1),
        (True, [0], 1),
        (True, [1, 0], 2),  # the day alone was wrong
        (True, [1, 1], 2),  # a fault fails again
        (True, [1, 5], 2),  # nothing was noted as failed
        (True, [2], 1),  # stopped by hand
    ],
)
def test_what_failed_is_tried_again_only_where_midnight_has_passed(
    go: types.ModuleType,
    is_past_midnight: bool,
    codes: list[int],
    runs: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    days, left, ran = iter(["30", "1" if is_past_midnight else "30"]), iter(codes), []

    def check(title: str, command: list[str], env: dict[str, str]) -> int:
        ran.append(command)
        return next(left)

    monkeypatch.setattr(go, "day", lambda: next(days))
    monkeypatch.setattr(go, "check", check)
    assert go.check_tests("tests", ["pytest"], {}) == codes[-1]
    assert len(ran) == runs
    assert all("--last-failed" in command for command in ran[1:])


@pytest.mark.parametrize("command", ["demo", "serve_own"])
def test_a_port_in_use_ends_before_any_work(
    go: types.ModuleType, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(go, "sync", lambda **options: pytest.fail("work was done for nothing"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=f"Port {port} cannot be had"):
            getattr(go, command)(["--port", str(port)])


@pytest.mark.parametrize("command", ["demo", "serve_own"])
def test_pages_are_served_at_once_and_links_lead_to_their_port(
    go: types.ModuleType, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine is compiled behind: nobody waits a minute for a first page."""
    sites: list[str] = []

    def serve(port: int, env: dict[str, str], first: list[str]) -> int:
        sites.append(env["CORDEE_SITE"])
        return 42

    for name in ("CORDEE_SITE", "CORDEE_HOSTS", "CORDEE_HTTPS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(go, "refuse_taken", lambda port: None)
    monkeypatch.setattr(go, "sync", lambda **options: None)
    monkeypatch.setattr(go, "compile_engine", lambda env: pytest.fail("it is waited for"))
    monkeypatch.setattr(go, "serve", serve)
    assert getattr(go, command)(["--port", "8123"]) == 42
    assert sites == ["http://127.0.0.1:8123"]


def test_links_in_mails_lead_to_the_port_that_is_served(
    go: types.ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CORDEE_SITE", raising=False)
    assert go.site(8905) == "http://127.0.0.1:8905"
    monkeypatch.setenv("CORDEE_SITE", "https://cordee.example")
    assert go.site(8905) == "https://cordee.example"


def test_where_no_python_fits_one_sentence_says_what_to_install(
    go: types.ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Before anything is fetched."""
    monkeypatch.setattr(go, "VENV", tmp_path)
    monkeypatch.setattr(go, "version_of", lambda python: (3, 11))
    monkeypatch.setattr(go, "find_uv", lambda: pytest.fail("uv was fetched for nothing"))
    with pytest.raises(SystemExit, match=r"Cordée needs Python 3\.12, 3\.13 or 3\.14: install"):
        go.sync(dev=False)


def test_ctrl_c_leaves_a_command_the_time_to_say_what_it_kept(
    go: types.ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "manage.py").write_text(
        "import os, signal, sys, time\n"
        "try:\n"
        "    os.kill(os.getppid(), signal.SIGINT)\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    time.sleep(30)\n"
        "except KeyboardInterrupt:\n"
        "    time.sleep(1)\n"
        "    open('said', 'w').write('all is kept')\n"
    )
    monkeypatch.setattr(go, "ROOT", tmp_path)
    monkeypatch.setattr(go, "python", lambda: sys.executable)
    with pytest.raises(KeyboardInterrupt):
        go.manage([], go.environment())
    assert (tmp_path / "said").read_text() == "all is kept"


STAND_IN = f"""#!{sys.executable}
import os, pathlib, socket, subprocess, sys, time
folder = pathlib.Path(__file__).parent
# As the web server has its workers: they are no children of ours, and hold the port.
inner = subprocess.Popen(["sleep", "60"])
line = f"{{os.getpid()}} {{inner.pid}} {{' '.join(sys.argv[1:])}}\\n"
with (folder / "asked").open("a") as asked:
    asked.write(line)
if "fails" in sys.argv:
    sys.exit(3)
if "web" in sys.argv:
    while not (folder / "may listen").exists():
        time.sleep(0.01)
    host, port = (sys.argv[sys.argv.index(name) + 1] for name in ("--host", "--port"))
    listening = socket.create_server((host, int(port)))
# What compiles the engine has nothing to do.
time.sleep(0 if "cordee.engine.compiling" in sys.argv else 60)
"""


class Serving:
    """`serve` in a process of its own, over stand-ins for the Python of the project."""

    def __init__(self, folder: Path, first: str = "prepare") -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        stand_in = folder / "python"
        stand_in.write_text(STAND_IN)
        stand_in.chmod(0o700)
        code = (
            "import sys, types\n"
            f"go = types.ModuleType('go'); go.__file__ = {str(GO)!r}\n"
            f"exec(compile(open({str(GO)!r}).read(), {str(GO)!r}, 'exec'), go.__dict__)\n"
            f"go.python = lambda: {str(stand_in)!r}\n"
            "go.FIRST_PAUSE = 0.1\n"
            f"sys.exit(go.serve({self.port}, go.environment(), [{first!r}]))\n"
        )
        with (folder / "said").open("wb") as said:
            self.process = subprocess.Popen([sys.executable, "-c", code], stderr=said)

    @property
    def said(self) -> str:
        return (self.folder / "said").read_text()

    @property
    def opened(self) -> str:
        return f"\nOpen http://127.0.0.2:{self.port}/ (Ctrl-C stops).\n"

    def asked(self, count: int) -> list[tuple[int, int, str]]:
        """Who was started so far, once there are `count` of them: process, its own child, words."""

        def started() -> list[tuple[int, int, str]]:
            file = self.folder / "asked"
            lines = file.read_text().splitlines() if file.exists() else []
            return [(int(a), int(b), words) for a, b, words in (x.split(" ", 2) for x in lines)]

        assert soon(lambda: len(started()) >= count), self.said
        return started()

    def all_gone(self) -> bool:
        return soon(lambda: not any(is_alive(p) for a, b, _ in self.asked(0) for p in (a, b)))


def soon(is_so: Callable[[], bool]) -> bool:
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        if is_so():
            return True
        time.sleep(0.02)
    return False


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet buried does not."""
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return done.stdout.strip()[:1] not in ("", "Z")


# Other systems have one address of their own.
HOST = "127.0.0.2" if sys.platform == "linux" else "127.0.0.1"


@pytest.fixture
def serving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serving]:
    (tmp_path / "may listen").touch()
    monkeypatch.setenv("CORDEE_BIND", HOST)
    # As a shell has it.
    before = os.umask(0o022)
    it = Serving(tmp_path)
    os.umask(before)
    yield it
    it.process.terminate()
    it.process.wait(timeout=20)
    assert it.all_gone()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serving_starts_three_and_ends_all_three(serving: Serving, number: signal.Signals) -> None:
    """And what compiles the engine behind them; where that is done it is not started again."""
    asked = sorted(words for _, _, words in serving.asked(4))
    web = f"manage.py web --host {HOST} --port {serving.port} --first prepare"
    assert asked[:3] == ["-m cordee.engine.compiling", "manage.py tick --loop", web]
    assert asked[3] == "manage.py work"
    written = (serving.folder / "asked").stat().st_mode & 0o777
    assert written == 0o600, "what parts write is for their owner alone"
    done = next(pid for pid, _, words in serving.asked(4) if words == asked[0])
    assert soon(lambda: not is_alive(done))
    time.sleep(0.5)
    serving.process.send_signal(number)
    assert serving.process.wait(timeout=20) == 0
    assert serving.all_gone()
    assert serving.said == f"{serving.opened}\nCordée stops.\n"


def test_the_others_wait_for_the_first_page(tmp_path: Path) -> None:
    """They would share the processor with it, and read a base whose tables are not there yet."""
    serving = Serving(tmp_path)
    assert len(serving.asked(1)) == 1
    time.sleep(0.3)
    assert (len(serving.asked(1)), serving.said) == (1, "")
    (tmp_path / "may listen").touch()
    serving.asked(4)
    serving.process.terminate()
    assert serving.process.wait(timeout=20) == 0
    assert serving.all_gone()


def test_what_must_be_done_first_and_fails_ends_all(tmp_path: Path) -> None:
    serving = Serving(tmp_path, first="fails")
    assert serving.process.wait(timeout=20) == 3
    assert (len(serving.asked(1)), serving.said) == (1, "")
    assert serving.all_gone()


def test_a_part_that_is_killed_is_started_again_after_growing_pauses(serving: Serving) -> None:
    """Without what it had started itself: a worker of the web server would keep its port."""
    victim, its_own, words = next(each for each in serving.asked(4) if " web " in each[2])
    os.kill(victim, signal.SIGKILL)
    again, _, same = serving.asked(5)[4]
    # What was to be done first is done.
    assert (f"{same} --first prepare", is_alive(its_own)) == (words, False)
    os.kill(again, signal.SIGKILL)
    serving.asked(6)
    assert serving.said.removeprefix(serving.opened).splitlines() == [
        "The web server ended (SIGKILL); started again in 0.1 s.",
        "The web server ended (SIGKILL); started again in 0.2 s.",
    ]
    assert serving.process.poll() is None


def test_a_killed_go_leaves_no_server_behind(serving: Serving) -> None:
    serving.asked(4)
    serving.process.kill()
    assert serving.all_gone()


def test_a_killed_guard_is_replaced_and_told_of_all(serving: Serving) -> None:
    serving.asked(4)

    def guards() -> list[int]:
        """Where `ps` shows the parent: the guard alone was not started through the stand-in."""
        told = subprocess.run(
            ["ps", "-e", "-o", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True
        )
        rows = [line.split(None, 3) for line in told.stdout.splitlines()]
        return [
            int(pid)
            for pid, parent, state, words in rows
            if parent == str(serving.process.pid) and words.endswith("go guard") and state[0] != "Z"
        ]

    (first,) = guards()
    os.kill(first, signal.SIGKILL)
    assert soon(lambda: guards() not in ([], [first]))
    serving.process.kill()
    assert serving.all_gone()


def test_a_command_writes_for_its_owner_alone(
    go: types.ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "manage.py").write_text("open('file', 'w').close()\n")
    monkeypatch.setattr(go, "ROOT", tmp_path)
    monkeypatch.setattr(go, "python", lambda: sys.executable)
    go.manage([], go.environment())
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("served", [{"CORDEE_HTTPS": "True"}, {"CORDEE_HOSTS": "c.example"}])
def test_no_address_is_guessed_where_others_are_served(
    go: types.ModuleType, monkeypatch: pytest.MonkeyPatch, served: dict[str, str]
) -> None:
    """The settings then refuse to start without one."""
    monkeypatch.delenv("CORDEE_SITE", raising=False)
    for name, value in served.items():
        monkeypatch.setenv(name, value)
    assert go.site(8905) == ""


@pytest.mark.parametrize(
    ("bound", "shown"),
    [
        ("", "http://127.0.0.1:8905/"),
        ("0.0.0.0", "http://127.0.0.1:8905/"),
        ("192.0.2.7", "http://192.0.2.7:8905/"),
        ("::", "http://[::1]:8905/"),
    ],
)
def test_the_address_to_open_is_one_that_answers(
    go: types.ModuleType, monkeypatch: pytest.MonkeyPatch, bound: str, shown: str
) -> None:
    monkeypatch.setenv("CORDEE_BIND", bound)
    assert go.here(8905) == shown


def test_an_address_to_listen_on_that_is_none_is_named(
    go: types.ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORDEE_BIND", "partout")
    with pytest.raises(SystemExit, match="CORDEE_BIND='partout': write an address"):
        go.refuse_taken(8123)
