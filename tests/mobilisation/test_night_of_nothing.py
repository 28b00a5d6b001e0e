"""The night of an empty base."""

from pathlib import Path

import pytest

from tests.mobilisation.test_night import run

pytestmark = pytest.mark.django_db


def test_no_open_package_and_no_structure(db: None, tmp_path: Path) -> None:
    assert run(tmp_path).kept == 0
