"""A craft of finishing works that was read wrongly is set right in the form of the trades."""

from pathlib import Path
from typing import Any

import pytest

from cordee.accounts.models import User
from cordee.opportunities.actions.correcting import withdraw_correction
from cordee.opportunities.correction_forms import CorrectionForm, initial_of
from cordee.opportunities.facts import FACTS, is_same
from cordee.opportunities.inference import infer
from cordee.opportunities.misread.labels import label_of
from cordee.opportunities.models import Misreading, Opportunity
from cordee.opportunities.wording import fact_in_words
from cordee.rules import crafts
from tests.opportunities.makers import (
    GREEN,
    ON,
    agreed,
    import_records,
    in_days,
    make_opportunity,
    record,
)

pytestmark = pytest.mark.django_db

PAINT, FLOORS, PIPES = (
    crafts.asked_as(crafts.TRADE, craft) for craft in ("peinture", "sols", "plomberie")
)
PAINTING = ("Peinture des halls", "45442100")


@pytest.fixture
def opportunity(valley: Any, tmp_path: Path) -> Opportunity:
    return make_opportunity(tmp_path, title="Travaux", lots=[PAINTING, ("Tonte", GREEN)])


def asked(opportunity: Opportunity) -> list[tuple[str, str]]:
    breakdown = opportunity.latest_breakdown()
    assert breakdown is not None
    return [(package.lot_id, package.asked) for package in breakdown.packages.all()]


def test_a_lot_is_asked_of_the_craft_that_a_person_says(
    opportunity: Opportunity, nadia: User, tmp_path: Path
) -> None:
    assert asked(opportunity) == [("1", PAINT), ("2", "espaces-verts")]
    said = agreed(opportunity=opportunity, fact="trades", lot="1", value=[PIPES], by=nadia, on=ON)
    assert asked(opportunity) == [("1", PIPES), ("2", "espaces-verts")]
    (row,) = opportunity.trades.filter(trade=crafts.TRADE)
    assert row.crafts == ["plomberie"]
    # Read again, it stays; taken back, the words count again.
    import_records(
        tmp_path,
        record(title="Travaux", lots=[PAINTING, ("Tonte", GREEN)], deadline=in_days(25)),
    )
    assert asked(opportunity)[0] == ("1", PIPES)
    withdraw_correction(correction=said, by=said.settled_by or nadia, on=ON)
    assert asked(opportunity)[0] == ("1", PAINT)


def test_two_crafts_share_the_lot_and_the_whole_trade_names_none(
    opportunity: Opportunity, nadia: User
) -> None:
    agreed(opportunity=opportunity, fact="trades", lot="1", value=[PAINT, FLOORS], by=nadia, on=ON)
    assert asked(opportunity)[:2] == [("1", PAINT), ("1", FLOORS)]
    agreed(opportunity=opportunity, fact="trades", lot="1", value=[crafts.WHOLE], by=nadia, on=ON)
    assert asked(opportunity) == [("1", crafts.TRADE), ("2", "espaces-verts")]
    assert [row.crafts for row in opportunity.trades.filter(trade=crafts.TRADE)] == [[]]


def test_of_several_crafts_of_the_whole_each_lot_keeps_its_own(
    opportunity: Opportunity, nadia: User
) -> None:
    """Which lot is of which craft, the whole does not say; one craft is that of every lot."""
    agreed(opportunity=opportunity, fact="trades", value=[PIPES, FLOORS], by=nadia, on=ON)
    assert asked(opportunity) == [("1", PAINT), ("2", crafts.TRADE)]
    agreed(opportunity=opportunity, fact="trades", value=[PIPES], by=nadia, on=ON)
    assert asked(opportunity) == [("1", PIPES), ("2", PIPES)]


def test_what_was_misread_is_told_and_the_files_of_examples_keep_trades(
    valley: Any, nadia: User, tmp_path: Path
) -> None:
    one = make_opportunity(tmp_path, title="Peinture des halls", cpv="45442100")
    assert infer(one)["", "trades"].value == [PAINT]
    agreed(opportunity=one, fact="trades", value=[FLOORS], by=nadia, on=ON)
    misread = Misreading.objects.get()
    assert (misread.was_read, misread.correction.value) == ([PAINT], [FLOORS])
    label = label_of("trades", one.current(), infer(one))
    assert label is not None
    assert label["sectors"] == [crafts.TRADE]
    assert fact_in_words("trades", [PAINT, crafts.WHOLE], ON) == "Peinture, Second œuvre"


def test_the_form_offers_each_craft_and_shows_what_was_read() -> None:
    fact = FACTS["trades"]
    form = CorrectionForm(fact, {"value": PAINT, "second": FLOORS}, initial={})
    assert form.is_valid(), form.errors
    assert form.stored_value == [PAINT, FLOORS]
    html = CorrectionForm(fact, initial=initial_of(fact, [crafts.TRADE, PIPES])).as_div()
    assert f'<option value="{crafts.TRADE}" selected>' in html
    assert f'<option value="{crafts.WHOLE}">Tous corps d’état</option>' in html
    assert f'<option value="{PIPES}" selected>Plomberie et chauffage</option>' in html


def test_the_whole_trade_said_is_what_was_read_without_a_craft() -> None:
    assert is_same(FACTS["trades"], [crafts.TRADE], [crafts.WHOLE])
    assert not is_same(FACTS["trades"], [crafts.TRADE], [PAINT])
