"""The documents say what the code does: commands exist, settings are listed, links lead on."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from cordee.rules.kinds import Kind
from cordee.rules.reservation import Reservation

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "cordee").rglob("README.md")]
)
GO_COMMANDS = {"demo", "serve", "test", "bench", "run"}
ARTICLE = r"[LRD]\.? ?\d{4}-\d+(?:-\d+)?"
AGREED_FRENCH = {"siae", "siren", "siret", "naf", "rome", "cpv", "insee", "aide_au_poste"}


def code_text() -> str:
    files = [*(ROOT / "cordee").rglob("*.py"), *(ROOT / "cordee").rglob("*.toml")]
    return "\n".join(path.read_text() for path in files)


def glossary_names() -> set[str]:
    names: set[str] = set()
    for line in (ROOT / "docs" / "glossary.md").read_text().splitlines():
        if line.startswith("| `"):
            names |= set(re.findall(r"`([a-z_]+)`", line.split("|")[1]))
    return names


def test_glossary_has_every_kind_and_reservation() -> None:
    wanted = {kind.value.lower() for kind in Kind} | AGREED_FRENCH
    wanted |= {reservation.value.lower() for reservation in Reservation} - {"none"}
    assert wanted <= glossary_names()


def test_no_glossary_entry_is_dead() -> None:
    code = code_text().lower()
    dead = [n for n in glossary_names() if not re.search(rf"(?<![a-z]){n}", code)]
    assert dead == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_named_in_documents_exist(path: Path) -> None:
    text = path.read_text()
    for word in re.findall(r"\./go ([a-z]+)", text):
        assert word in GO_COMMANDS, f"{path.name}: ./go {word} does not exist"
    for command in re.findall(r"\./go run -- ([a-z_]+)", text):
        assert command in get_commands(), f"{path.name}: no command {command}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", path.read_text()):
        assert (path.parent / target).exists(), f"{path.name}: {target} does not exist"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_paths_named_in_documents_exist(path: Path) -> None:
    """Names in backquotes that begin like one of our folders."""
    for name in re.findall(
        r"`((?:cordee|docs|tests|demo|config|benchmarks|scripts)/[\w./-]+)`", path.read_text()
    ):
        assert (ROOT / name.rstrip("/")).exists(), f"{path.name}: {name} does not exist"


NOTES = [path for path in DOCUMENTS if path.parent.name == "achats" and path.name != "README.md"]


@pytest.mark.parametrize("path", NOTES, ids=lambda path: path.stem)
def test_a_note_on_public_buying_stands_on_our_pages_of_rules(path: Path) -> None:
    """Short, listed, and each article it names is one that a page of rules it links to gives."""
    text = path.read_text()
    body, links = text.split("## Source")
    pages = [(path.parent / link).read_text() for link in re.findall(r"\]\(([^)]+)\)", links)]
    assert pages
    assert 120 <= len(body.split()) <= 250
    assert f"]({path.name})" in (path.parent / "README.md").read_text()
    given = set(re.findall(ARTICLE, "\n".join(pages)))
    assert set(re.findall(ARTICLE, body)) <= given


def test_every_setting_is_documented() -> None:
    settings = (ROOT / "config" / "settings.py").read_text()
    names = set(re.findall(r'"(CORDEE_[A-Z_]+)"', settings))
    documented = set(re.findall(r"`(CORDEE_[A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text()))
    assert names <= documented


def test_the_demo_is_documented_by_the_version_in_the_changelog() -> None:
    assert (ROOT / "CHANGELOG.md").read_text().startswith("# Changelog")
