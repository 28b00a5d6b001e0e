"""The files of `deploy/` say what the code does: settings, commands, limits, one port."""

import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import URLPattern, URLResolver, get_resolver

from cordee.base import limits

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file())
UNITS = sorted(DEPLOY.glob("*.service"))


def read(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_settings_named_are_those_we_have(path: Path) -> None:
    documented = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for name in re.findall(r"\b(?:CORDEE|NUMBA)_[A-Z_]+\b", path.read_text(encoding="utf-8")):
        assert f"`{name}`" in documented


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_files_are_told_in_the_document(path: Path) -> None:
    told = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
    # Those of Docker are told by the head of compose.yml; timers and their services by one name.
    if not path.name.startswith(("Dockerfile", "Caddyfile.")):
        assert path.name in told or path.stem in told


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_run_what_exists(path: Path) -> None:
    (started,) = re.findall(r"^ExecStart=(.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    program, command, *_ = started.split()
    if program.endswith("/sbin/cordee"):
        assert command in get_commands()
    else:
        assert (program, command) == ("/srv/cordee/go", "serve")


def test_the_service_runs_as_nobody_else_and_writes_its_state_alone() -> None:
    unit = read("cordee.service")
    kept = ("User=cordee", "NoNewPrivileges=yes", "ProtectSystem=strict", "UMask=0077")
    for line in (*kept, "EnvironmentFile=/etc/cordee.env", "StateDirectory=cordee"):
        assert f"{line}\n" in unit
    state = re.findall(r"=(/var/lib/\S+)$", read("cordee.env.example"), re.MULTILINE)
    assert state
    assert all(folder.startswith("/var/lib/cordee/") for folder in state)


def test_one_port_from_the_proxy_to_the_server() -> None:
    (port,) = re.findall(r"--port (\d+)", read("cordee.service"))
    for name in ("Caddyfile", "nginx.conf"):
        assert set(re.findall(r"127\.0\.0\.1:(\d+)", read(name))) == {port}
    assert set(re.findall(r"cordee:(\d+)", read("Caddyfile.compose"))) == {port}
    assert f'"--port", "{port}"' in read("Dockerfile")


def _views(patterns: list[URLPattern | URLResolver]) -> list[object]:
    found: list[object] = []
    for pattern in patterns:
        is_branch = isinstance(pattern, URLResolver)
        found += _views(pattern.url_patterns) if is_branch else [pattern.callback]
    return found


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("Caddyfile", r"max_size (\d+)MB"),
        ("Caddyfile.compose", r"max_size (\d+)MB"),
        ("nginx.conf", r"client_max_body_size (\d+)m;"),
    ],
)
def test_proxies_take_what_pages_take(name: str, limit: str) -> None:
    views = _views(get_resolver().url_patterns)
    most = max(limits.most_bytes_of(view, is_signed_in=True) for view in views)  # type: ignore[arg-type]
    (megabytes,) = re.findall(limit, read(name))
    assert most <= int(megabytes) * 1_000_000 <= 2 * most


def test_the_two_caddyfiles_differ_by_where_cordee_is() -> None:
    """And by how the Caddy of Debian (2.6) and that of the image (2.7 and later) keep bodies."""
    keeping = ("#", "buffer_requests", "max_buffer_size", "request_buffers")
    apart, beside = (
        [line for line in read(name).splitlines() if not line.strip().startswith(keeping)]
        for name in ("Caddyfile", "Caddyfile.compose")
    )
    assert "max_buffer_size 22MB" in read("Caddyfile")
    assert "request_buffers 22MB" in read("Caddyfile.compose")
    assert beside == [line.replace("127.0.0.1:8000", "cordee:8000") for line in apart]


def test_the_command_of_the_operator_is_a_script_that_reads(tmp_path: Path) -> None:
    subprocess.run(["sh", "-n", str(DEPLOY / "cordee")], check=True)
    settings = tmp_path / "cordee.env"
    settings.write_text(read("cordee.env.example"), encoding="utf-8")
    done = subprocess.run(
        ["sh", "-c", f'set -eua; . {settings}; printf "%s" "$CORDEE_MAIL_FROM"'],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "Cordée <cordee@exemple.fr>"
