"""Texts on practices of the valley: whole, plainly invented, and asked for by the benchmark."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from cordee.practices.models import Sheet, SheetAuthor
from demo.loading import load_world
from demo.practices_sheets import UNNAMED, load_sheets
from demo.valley import DELEGATION, DEPARTMENT, build_valley
from demo.world import build_world

ROOT = Path(__file__).resolve().parents[2]
VALLEY = {each.name for each in build_valley(date(2026, 12, 1))}
TEXTS = sorted((ROOT / "demo" / "practices").rglob("*.md"))
TITLES = {
    "fiche": (
        "Problème",
        "Contexte",
        "Étapes",
        "Moyens",
        "Résultats",
        "Conditions de réussite",
        "Limites et ce qui n’a pas marché",
    ),
    "monographie": (
        "Question",
        "Méthode",
        "Terrain",
        "Ce qui a été observé",
        "Comparaison",
        "Limites",
    ),
}
WORDS = {"fiche": range(250, 451), "monographie": range(700, 1101)}
# A plain space where a line must not end, or a straight apostrophe.
UNSET = re.compile(r" [:;?!»](?:\s|$)|« |\d [%€]|'", re.MULTILINE)
QUESTIONS = {"questions_outside": 20, "questions": 40}


def read(path: Path) -> tuple[dict[str, str], str]:
    """What stands between the two lines of dashes, and the text below."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    pairs = (line.split(": ", 1) for line in head.splitlines())
    return dict(pairs), body


def test_there_are_twelve_sheets_and_two_monographs() -> None:
    kinds = [read(path)[0]["type"] for path in TEXTS]
    assert (kinds.count("fiche"), kinds.count("monographie"), len(kinds)) == (12, 2, 14)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_a_text_is_whole_invented_and_set_in_french(path: Path) -> None:
    head, body = read(path)
    kind = head["type"]
    assert tuple(re.findall(r"^# (.+)$", body, re.MULTILINE)) == TITLES[kind]
    assert all(part.strip() for part in re.split(r"^# .+$", body, flags=re.MULTILINE)[1:])
    assert len(body.split()) in WORDS[kind]
    assert "Exemple inventé pour la démonstration" in body
    assert set(head["auteurs"].split("; ")) <= VALLEY
    assert head["département"] == DEPARTMENT
    assert not UNSET.search(body)


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_question_expects_texts_that_are_there(name: str) -> None:
    path = ROOT / "benchmarks" / "practices" / f"{name}.toml"
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["question"]
    stems = {text.stem for text in TEXTS}
    assert len({row["asks"] for row in rows}) == len(rows) == QUESTIONS[name]
    assert all(1 <= len(row["expects"]) <= 3 and set(row["expects"]) <= stems for row in rows)


@pytest.mark.django_db
def test_the_texts_are_published_sheets_of_the_delegation() -> None:
    """Each with the step that its gates let pass; one structure, in one sheet, is not named."""
    day = date(2026, 12, 1)
    load_world(build_world(day, "valley"))
    load_sheets(day)
    load_sheets(day)
    sheets = Sheet.objects.filter(network__slug=DELEGATION).published()
    assert {sheet.source_key for sheet in sheets} == {path.stem for path in TEXTS}
    assert {sheet.status for sheet in sheets} == {"IDEA", "TRIED", "STABLE"}
    (unnamed,) = (each for each in SheetAuthor.objects.all() if not each.is_named)
    assert (unnamed.sheet.source_key, unnamed.structure.name) == UNNAMED
