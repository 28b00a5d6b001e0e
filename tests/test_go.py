"""`./go` refuses in one line what it cannot do, before it does any work."""

import os
import signal
import socket
import sys
import types
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


@pytest.mark.parametrize("command", ["demo", "serve_own"])
def test_a_port_in_use_ends_before_any_work(
    go: types.ModuleType, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(go, "sync", lambda **options: pytest.fail("work was done for nothing"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=f"Port {port} cannot be had"):
            getattr(go, command)(["--port", str(port)])


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


def test_serving_starts_the_schedule_too_and_ctrl_c_ends_all_three(
    go: types.ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A stand-in for the Python of the project notes what it is asked, and waits to be ended."""
    stand_in = tmp_path / "python"
    stand_in.write_text(
        f"#!{sys.executable}\n"
        "import os, pathlib, sys, time\n"
        f"folder = pathlib.Path({str(tmp_path)!r})\n"
        "(folder / f'{os.getpid()}.asked').write_text(' '.join(sys.argv[1:]))\n"
        "time.sleep(30)\n"
    )
    stand_in.chmod(0o700)
    monkeypatch.setattr(go, "python", lambda: str(stand_in))

    def ctrl_c_once_all_run(seconds: float) -> None:
        if len([f for f in tmp_path.glob("*.asked") if f.read_text()]) == 3:
            # Python itself sleeps while it waits for a child to end.
            monkeypatch.setattr(go.time, "sleep", really_sleep)
            raise KeyboardInterrupt
        really_sleep(seconds)

    really_sleep = go.time.sleep
    monkeypatch.setattr(go.time, "sleep", ctrl_c_once_all_run)
    before = {s: signal.getsignal(s) for s in (signal.SIGTERM, signal.SIGINT)}
    try:
        assert go.serve(8123, go.environment()) == 0
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    files = list(tmp_path.glob("*.asked"))
    asked = sorted(f.read_text() for f in files)
    assert asked[0].startswith("-m granian")
    assert asked[1:] == ["manage.py db_worker --interval 0.3", "manage.py tick --loop"]
    for file in files:
        with pytest.raises(ProcessLookupError):
            os.kill(int(file.stem), 0)
