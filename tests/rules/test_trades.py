"""The referential of trades as a whole; its rows and matches are in ``cases/trades.toml``."""

import csv
from pathlib import Path

from cordee.rules.trades import TRADES, match_cpv, report


def test_there_are_27_trades_in_order() -> None:
    assert len(TRADES) == 27
    assert next(iter(TRADES)) == "espaces-verts"
    assert list(TRADES)[-1] == "prestation-insertion"


def test_every_trade_is_complete() -> None:
    for slug, trade in TRADES.items():
        assert trade.slug == slug
        assert trade.label[0].isupper()
        assert len(trade.short_label) <= 22
        assert trade.cpv_prefixes
        assert len(set(trade.cpv_prefixes)) == len(trade.cpv_prefixes)
        assert 0 < trade.labour_share < 1
        assert trade.labour_share_source
        assert all(
            any(code.startswith(p) for p in trade.cpv_prefixes) for code in trade.cpv_excluded
        )
        if trade.season is not None:
            assert set(trade.season) <= set(range(1, 13))
            assert trade.season_source


def test_a_match_says_why() -> None:
    (match,) = match_cpv("77310000-6")
    assert match.why == "Le code CPV 77310000 commence par 7731\u00a0: Espaces verts."


def test_every_prefix_exists_in_the_cpv_list(shared_data: Path) -> None:
    path = shared_data / "referentials" / "cpv_fr.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        codes = [row["code"] for row in csv.DictReader(stream)]
    for trade in TRADES.values():
        for prefix in (*trade.cpv_prefixes, *trade.cpv_excluded):
            assert any(code.startswith(prefix) for code in codes), (trade.slug, prefix)


def test_report_names_the_defaults_that_no_source_backs() -> None:
    names = {line.name for line in report()}
    assert "trades.espaces-verts.labour_share" in names
    assert "trades.espaces-verts.season" in names
    assert "trades.gros-oeuvre-patrimoine.labour_share" not in names
