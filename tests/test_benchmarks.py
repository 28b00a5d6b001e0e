"""What a benchmark prints is what was measured."""

import pytest

from benchmarks import pages
from cordee.accounts.models import User


@pytest.mark.django_db
def test_the_bench_of_pages_counts_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    person = User.objects.create_user("reseau@cordee.example")
    monkeypatch.setattr(pages, "RUNS", 1)
    assert 1 <= pages._measured("directory", "/annuaire/", person.email).queries <= 10


@pytest.mark.parametrize(("more", "code"), [(0, 0), (1, 1)])
def test_a_page_whose_queries_grow_with_the_world_is_named(
    more: int, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def alone(size: int) -> pages.Measured:
        queries = 8 + more * (size > pages.SMALL)
        return pages.Measured(
            1.0, [pages.Page("directory", queries, 9.0, 0.02, 0.01)], [(0.1, 0.3)]
        )

    monkeypatch.setattr(pages, "_alone", alone)
    assert pages.run(["--size", "50000"]) == code
    lines = capsys.readouterr().out.splitlines()
    assert f"more queries at 50,000: {'directory' if more else 'none'}" in lines
    assert lines[-1] == "ranking in a request at 50,000: 100 ms, reference 3.0 x"
