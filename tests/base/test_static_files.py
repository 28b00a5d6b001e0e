"""What we serve out of other people's packages: these files, these bytes; and our one sheet."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.test import RequestFactory

from cordee.accounts.models import User
from cordee.base.ui import navigation
from cordee.base.ui.finders import ALLOWED, SHEET, SHEETS, FileFinder, sheet, wheel_file

# sha256 in the locked wheels (bootstrap-wrapper 5.3.8.post1, django-htmx 1.29.0,
# django-allauth 65.21.1).
KNOWN = {
    "vendor/bootstrap.min.css": "d85327d99c7a3ee1f9b5d0500d1370acea3ad2db39c163c2f51f232baedbdede",
    "vendor/htmx.min.js": "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de",
    "vendor/webauthn-json.js": "d7088f0d91b85ad37c2d8c1f34710f0f495fa17732e686cea6abdd5599ddf56d",
}


@pytest.mark.parametrize("url", sorted(ALLOWED))
def test_the_bytes_are_those_we_looked_at(url: str) -> None:
    found = hashlib.sha256(wheel_file(*ALLOWED[url]).read_bytes()).hexdigest()
    assert found == KNOWN[url]


def test_nothing_else_is_served_from_those_packages() -> None:
    assert set(KNOWN) == set(ALLOWED)
    assert [url for url, _ in FileFinder().list([])] == [*ALLOWED, SHEET]
    assert finders.find("vendor/bootstrap.min.css.map") is None
    assert finders.find("vendor/bootstrap.bundle.min.js") is None


def test_collecting_opens_the_right_file() -> None:
    storages = dict(FileFinder().list(None))
    for url in ALLOWED:
        with storages[url].open(url) as file:
            assert file.read(40) == wheel_file(*ALLOWED[url]).read_bytes()[:40]
    with storages[SHEET].open(SHEET) as file:
        assert file.read().decode() == sheet()


@pytest.mark.parametrize("url", [SHEET, "ui/icons.svg", "ui/cordee.js", "ui/favicon.svg"])
def test_our_own_files_are_found(url: str) -> None:
    assert finders.find(url)


def test_the_rules_of_all_components_are_one_sheet() -> None:
    """Asked for once; first what components build upon, last what holds whatever the component."""
    files = {file.stem: file.read_text(encoding="utf-8") for file in SHEETS.glob("*.css")}
    assert sheet().count("{") == sum(text.count("{") for text in files.values())
    order = [sheet().index(rule) for rule in ("--myrtille:", ".titre-page", ".carton", "@page")]
    assert order == sorted(order)
    assert len(sheet().encode()) < 42_500


def test_the_sheet_is_written_again_when_a_rule_changes(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing half written stands in the folder that is served: another process may list it."""
    settings.STATIC_ROOT = root = tmp_path / "static"
    replace, seen = Path.replace, []

    def watched(part: Path, file: Path) -> Path:
        seen.append(part.is_relative_to(root))
        return replace(part, file)

    monkeypatch.setattr(Path, "replace", watched)
    monkeypatch.setattr("cordee.base.ui.finders.sheet", lambda: ".a{}")
    assert finders.find(SHEET) == str(root / SHEET)
    monkeypatch.setattr("cordee.base.ui.finders.sheet", lambda: ".b{}")
    assert Path(finders.find(SHEET)).read_text() == ".b{}"
    assert seen == [False, False]
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["cordee.css"]


def test_the_navigation_marks_where_one_is(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(navigation, "_entries", {})
    navigation.register("Aide", "help", order=2)
    navigation.register("Vos données", "privacy", order=1)
    navigation.register("Composants", "components", order=3, in_bar=navigation.never)
    navigation.register_own("Rien", lambda _: None, order=4)
    request = rf.get("/aide/")
    request.user = AnonymousUser()
    assert (navigation.entries(request), navigation.other_entries(request)) == ([], [])
    request.user = User(email="zoe@exemple.fr")
    shown = navigation.entries(request)
    assert [(e.label, e.is_current) for e in shown] == [("Vos données", False), ("Aide", True)]
    assert [e.label for e in navigation.other_entries(request)] == ["Composants"]


def test_of_two_entries_the_longer_address_is_where_one_is(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(navigation, "_entries", {})
    navigation.register_own("Marchés", lambda _: ("Marchés", "/opportunites/"), order=1)
    navigation.register_own("Besoins", lambda _: ("Besoins", "/opportunites/besoins/"), order=2)
    request = rf.get("/opportunites/besoins/3/")
    request.user = User(email="zoe@exemple.fr")
    assert [e.label for e in navigation.entries(request) if e.is_current] == ["Besoins"]
