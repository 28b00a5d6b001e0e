"""What we serve out of other people's packages: these files, these bytes."""

import hashlib

import pytest
from django.contrib.staticfiles import finders
from django.test import RequestFactory

from cordee.base.ui import navigation
from cordee.base.ui.finders import ALLOWED, AllowListFinder, wheel_file

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
    assert [url for url, _ in AllowListFinder().list([])] == list(ALLOWED)
    assert finders.find("vendor/bootstrap.min.css.map") is None
    assert finders.find("vendor/bootstrap.bundle.min.js") is None


def test_collecting_opens_the_right_file() -> None:
    for url, storage in AllowListFinder().list(None):
        with storage.open(url) as file:
            assert file.read(40) == wheel_file(*ALLOWED[url]).read_bytes()[:40]


@pytest.mark.parametrize("url", ["ui/tokens.css", "ui/icons.svg", "ui/cordee.js", "ui/favicon.svg"])
def test_our_own_files_are_found(url: str) -> None:
    assert finders.find(url)


def test_the_navigation_marks_where_one_is(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(navigation, "_entries", {})
    navigation.register("Aide", "help", order=2, signed_in_only=False)
    navigation.register("Vos données", "privacy", order=1, signed_in_only=False)
    navigation.register("Composants", "components", order=3)
    shown = navigation.entries(rf.get("/aide/"))
    assert [(e.label, e.is_current) for e in shown] == [("Vos données", False), ("Aide", True)]
