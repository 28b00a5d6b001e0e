"""A record that a reader or the base rejects leaves no row in any table."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from cordee.members.models import Network
from cordee.notices.notice import NoticeError
from cordee.notices.reading import read_bytes
from cordee.opportunities.actions.importing import import_notices
from cordee.opportunities.import_report import ImportReport
from tests.notices.conftest import SAMPLE_NAMES, SAMPLES
from tests.notices.test_fuzz import LEAVES, SPLICES
from tests.opportunities.makers import ON

pytestmark = pytest.mark.django_db

DOCUMENTS = 250


def rows() -> dict[str, int]:
    """How many rows each table of ours holds."""
    models = [m for m in apps.get_models(include_auto_created=True) if "cordee" in m.__module__]
    assert len(models) > 25
    return {model._meta.db_table: model._base_manager.count() for model in models}


def mutations() -> Iterator[bytes]:
    """Seeded: bytes cut, doubled or spliced in any sample, or one JSON value of another kind."""
    dice = random.Random(20261125)
    for number in range(DOCUMENTS):
        name = dice.choice(SAMPLE_NAMES)
        content = (SAMPLES / name).read_bytes()
        if name.endswith(".json") and number % 2:
            yield json.dumps(retyped(dice, json.loads(content))).encode()
            continue
        for _ in range(dice.randint(1, 3)):
            start = dice.randrange(len(content))
            end = start + dice.choice([0, 1, 5, 40, 400])
            content = content[:start] + dice.choice(SPLICES) + content[end:]
        yield content


def retyped(dice: random.Random, value: Any) -> Any:
    if isinstance(value, dict) and value and dice.random() < 0.9:
        key = dice.choice(sorted(value))
        return {**value, key: retyped(dice, value[key])}
    if isinstance(value, list) and value and dice.random() < 0.9:
        place = dice.randrange(len(value))
        return [*value[:place], retyped(dice, value[place]), *value[place + 1 :]]
    return dice.choice(LEAVES)


def import_content(file: Path, content: bytes, network: Network) -> ImportReport:
    file.write_bytes(content)
    return import_notices([file], by=None, on=ON, network=network)


def test_what_the_readers_reject_leaves_no_row(network: Network, tmp_path: Path) -> None:
    before, rejected = rows(), 0
    for content in mutations():
        if all(isinstance(found, NoticeError) for found in read_bytes(content, "x")):
            rejected += 1
            report = import_content(tmp_path / "avis", content, network)
            assert report.errors
            # An error that held its frames would hold the document, and a large file all of them.
            assert not any(error.__traceback__ or error.__context__ for error in report.errors)
            assert (report.notices, report.contracts, report.skipped) == (0, 0, 0)
    assert rejected > DOCUMENTS / 10
    assert rows() == before


def test_what_is_read_is_kept_or_leaves_no_row(network: Network, tmp_path: Path) -> None:
    """However strange its values are, the base takes a notice whole or not at all."""
    kept = 0
    for content in mutations():
        before = rows()
        report = import_content(tmp_path / "avis", content, network)
        if report.notices or report.contracts:
            kept += 1
        else:
            assert report.errors or report.skipped
            assert rows() == before
    assert kept > DOCUMENTS / 10
