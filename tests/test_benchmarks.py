"""What a benchmark prints is what was measured."""

import pytest

from benchmarks import pages
from cordee.accounts.models import User


@pytest.mark.django_db
def test_the_bench_of_pages_counts_queries(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    User.objects.create_user("reseau@cordee.example")
    monkeypatch.setattr(pages, "RUNS", 1)
    pages._time("directory", "/annuaire/")
    _, queries, _ = capsys.readouterr().out.split(maxsplit=2)
    assert 1 <= int(queries) <= 10
