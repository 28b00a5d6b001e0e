"""The shape of the house: who may import whom, and which way foreign keys point."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parent.parent

# From the top of the house down; the same order as the layers in pyproject.toml.
ROOMS = [
    "practices",
    "bridge",
    "delivery",
    "alliances",
    "composing",
    "mobilisation",
    "skills",
    "economics",
    "opportunities",
    "members",
    "accounts",
    "base",
]


def room_of(model: type[models.Model]) -> str | None:
    parts = model.__module__.split(".")
    return parts[1] if parts[0] == "cordee" else None


def test_import_contracts_hold() -> None:
    """Every contract of pyproject.toml: layers, protected engine, pure core, no demo in cordee."""
    # Its command, as `python -m importlinter.cli` does nothing and succeeds.
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"Contracts: [1-9]\d* kept, 0 broken", done.stdout), done.stdout


def foreign_keys() -> list[tuple[type[models.Model], models.Field, type[models.Model]]]:
    return [
        (model, field, field.related_model)
        for model in apps.get_models(include_auto_created=True)
        if room_of(model)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and isinstance(field.related_model, type)
    ]


def test_foreign_keys_are_found() -> None:
    assert len(foreign_keys()) > 20


@pytest.mark.parametrize(
    ("model", "field", "target"),
    foreign_keys(),
    ids=lambda value: getattr(value, "name", getattr(value, "__name__", "")),
)
def test_foreign_keys_point_down(
    model: type[models.Model], field: models.Field, target: type[models.Model]
) -> None:
    """The import linter sees neither string foreign keys nor migrations."""
    room, other = room_of(model), room_of(target)
    if other is None:
        assert target.__module__.split(".")[0] in {"django"}
        return
    assert ROOMS.index(room) <= ROOMS.index(other), (
        f"{model.__name__}.{field.name} points up from {room} to {other}."
    )
