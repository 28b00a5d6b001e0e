"""The world as a machine without real files sees it, kept in a folder of the tests."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the countries of these tests are kept."""
    return tmp_path_factory.mktemp("world")


@pytest.fixture(autouse=True)
def density(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Places follow the populations of the communes, and nothing is written in the project."""
    monkeypatch.setenv("CORDEE_SHARED_DATA", str(world / "nowhere"))
    monkeypatch.setenv("CORDEE_STATE", str(world))


@pytest.fixture
def real_places(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The layout of the real structures beside the project."""
    monkeypatch.setenv("CORDEE_SHARED_DATA", str(shared_data))
