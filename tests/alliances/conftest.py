"""The valley of `tests.composing`, whose fixtures serve here too, and a team on a notice."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.alliances.makers import Rope
from tests.composing.conftest import loaded_valley, own_valley, person, tell, valley

__all__ = ["loaded_valley", "own_valley", "person", "rope", "tell", "valley"]


@pytest.fixture
def rope(db: None, settings: Any, tmp_path: Path) -> Callable[..., Rope]:
    """`rope()`: three members on a notice; nothing is said yet."""
    settings.STATE_DIR = tmp_path
    return lambda **values: Rope(tmp_path, **values)
