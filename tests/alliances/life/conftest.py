from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.alliances.life.makers import Rope


@pytest.fixture
def rope(db: None, settings: Any, tmp_path: Path) -> Callable[..., Rope]:
    """`rope()`: three members on a notice; nothing is said yet."""
    settings.STATE_DIR = tmp_path
    return lambda **values: Rope(tmp_path, **values)
