"""A wrong setting is told in one line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import env_address, env_folder, env_told, site_address

PROJECT = Path(__file__).resolve().parent.parent


def test_a_state_folder_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CORDEE_STATE", str(tmp_path / "a" / "b"))
    assert env_folder("CORDEE_STATE", tmp_path).is_dir()


def test_a_state_folder_that_cannot_be_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CORDEE_STATE", str(tmp_path / "file" / "below"))
    with pytest.raises(ImproperlyConfigured, match=r"CORDEE_STATE='.*below': Not a directory"):
        env_folder("CORDEE_STATE", tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("CORDEE_DEBUG", "maybe", "CORDEE_DEBUG='maybe': write True or False."),
        ("CORDEE_HTTPS", "True", "CORDEE_SITE is not set: links in mails would lead nowhere."),
        ("CORDEE_HOSTS", "c.example.fr", "CORDEE_SITE is not set: links in mails"),
    ],
)
def test_a_wrong_setting_stops_a_command_in_one_line(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    given = {key: told for key, told in os.environ.items() if key != "CORDEE_SITE"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check_rules"],
        cwd=PROJECT,
        env={**given, name: value, "CORDEE_STATE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    (line,) = done.stderr.splitlines()
    assert line.startswith(said)
    assert done.returncode == 1


LOCAL = ["localhost", "127.0.0.1", "[::1]"]


@pytest.mark.parametrize(
    ("written", "hosts", "bind", "https", "said"),
    [
        ("", LOCAL, "127.0.0.1", True, "CORDEE_SITE is not set.*https://cordee.example.fr"),
        ("", ["c.example.fr"], "127.0.0.1", False, "CORDEE_SITE is not set.*http://c.example.fr"),
        ("", [".example.fr"], "0.0.0.0", True, "CORDEE_SITE is not set.*https://example.fr"),
        ("http://c.example.fr", ["c.example.fr"], "127.0.0.1", True, "contradicts.*'True'"),
        ("https://c.example.fr", ["c.example.fr"], "127.0.0.1", False, "contradicts.*'False'"),
        ("c.example.fr", ["c.example.fr"], "127.0.0.1", False, "write an address"),
        ("http://", LOCAL, "127.0.0.1", False, "write an address"),
        ("", LOCAL, "0.0.0.0", False, "CORDEE_BIND='0.0.0.0' lets other machines in"),
        ("http://c.example.fr", LOCAL, "::", False, "CORDEE_BIND='::' lets other machines in"),
    ],
)
def test_links_that_would_lead_nowhere_stop_the_start(
    monkeypatch: pytest.MonkeyPatch,
    written: str,
    hosts: list[str],
    bind: str,
    https: bool,
    said: str,
) -> None:
    monkeypatch.setenv("CORDEE_SITE", written)
    with pytest.raises(ImproperlyConfigured, match=said):
        site_address("CORDEE_SITE", hosts=hosts, bind=bind, https=https)


@pytest.mark.parametrize(
    ("written", "hosts", "bind", "https", "address"),
    [
        ("", LOCAL, "127.0.0.1", False, "http://localhost:8000"),
        ("", LOCAL, "::1", False, "http://localhost:8000"),
        ("http://127.0.0.1:8905/", LOCAL, "127.0.0.1", False, "http://127.0.0.1:8905"),
        ("https://c.example.fr", ["c.example.fr"], "0.0.0.0", True, "https://c.example.fr"),
    ],
)
def test_an_address_that_leads_here_is_taken(
    monkeypatch: pytest.MonkeyPatch,
    written: str,
    hosts: list[str],
    bind: str,
    https: bool,
    address: str,
) -> None:
    monkeypatch.setenv("CORDEE_SITE", written)
    assert site_address("CORDEE_SITE", hosts=hosts, bind=bind, https=https) == address


def test_what_a_site_says_of_itself_is_required_over_https_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CORDEE_PUBLISHER", " ")
    assert env_told("CORDEE_PUBLISHER", "Réseau du Val", required=False) == ""
    with pytest.raises(ImproperlyConfigured, match=r"CORDEE_PUBLISHER is not set.*Réseau du Val"):
        env_told("CORDEE_PUBLISHER", "Réseau du Val", required=True)


def test_an_address_to_listen_on_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORDEE_BIND", "eth0")
    with pytest.raises(ImproperlyConfigured, match="CORDEE_BIND='eth0': write an address"):
        env_address("CORDEE_BIND", "127.0.0.1")
