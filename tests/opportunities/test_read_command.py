"""`read` prints one line of JSON a notice, and tells refusals apart."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.notices.conftest import SAMPLES


def read(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[list[dict[str, Any]], str]:
    call_command("read", *arguments, "--on", "2026-11-25")
    said = capsys.readouterr()
    return [json.loads(line) for line in said.out.splitlines()], said.err


def test_a_folder_gives_one_line_a_notice(capsys: pytest.CaptureFixture[str]) -> None:
    """Every sample, no database, the same on any day asked for."""
    lines, _ = read(capsys, str(SAMPLES))
    assert len(lines) > 15
    assert len({(line["source"], line["id"], line["kind"]) for line in lines}) > 10


def test_bare_lines_and_refusals(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The good line is printed, the bad one told with its number and the cure."""
    file = tmp_path / "textes.jsonl"
    file.write_text('{"id": "a", "title": "Nettoyage des vitres"}\nrien\n', "utf-8")
    lines, errors = read(capsys, "--jsonl", str(file))
    assert [line["sectors"][0]["slug"] for line in lines] == ["proprete"]
    assert "ligne 2" in errors
    assert "Corrigez cette ligne." in errors


def test_an_archive_of_lines_is_refused_once(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Not once for each of its thousand lines of noise."""
    file = tmp_path / "avis.zip"
    file.write_bytes(b"PK\x03\x04\x00\x00" + b"\xff\n" * 1000)
    with pytest.raises(SystemExit):
        read(capsys, "--jsonl", str(file))
    (told,) = capsys.readouterr().err.splitlines()
    assert "donnez le chemin sans --jsonl" in told


def test_nothing_read_is_an_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    """2 where everything is refused; no path at all is a mistake said in French."""
    with pytest.raises(SystemExit) as stopped:
        read(capsys, "nulle-part.xml")
    assert stopped.value.code == 2
    assert (
        "nulle-part.xml : Le fichier ne peut pas être ouvert : il n’existe pas."
        in capsys.readouterr().err
    )
    with pytest.raises(CommandError, match="Donnez au moins un chemin"):
        read(capsys)
