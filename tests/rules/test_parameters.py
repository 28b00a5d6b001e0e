"""The dated values: each one matters, each hole is a hole, each source is written."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from cordee.rules import parameters
from cordee.rules.afest import Ingredient
from cordee.rules.exits import ExitCategory
from cordee.rules.group_changes import Ground
from cordee.rules.kinds import Kind
from cordee.rules.labour import Sign
from cordee.rules.parameters import Concern, Confidence, Parameter, Value
from cordee.rules.social_conditions import Exemption
from cordee.rules.staff_loan import Paper, Post
from tests.rules.runner import failure, load_cases

ON = date(2026, 11, 25)
PARAMETERS = parameters.all_parameters()
CASES = load_cases()
ANNEX_STATES = [
    *("VALIDE", "PROVISOIRE"),
    *("HISTORISE", "ANNULE", "SAISI", "BROUILLON", "CLOTURE", "REJETE"),
]
HOLIDAYS = [
    *("01-01", "EASTER+1", "05-01", "05-08", "EASTER+39", "EASTER+50"),
    *("07-14", "08-15", "11-01", "11-11", "12-25", "EASTER-2", "12-26"),
]
FAMILIES = [
    {str(code) for code in codes}
    for codes in (
        Kind,
        ExitCategory,
        ANNEX_STATES,
        HOLIDAYS,
        Post,
        Paper,
        Sign,
        Ground,
        Exemption,
        Ingredient,
        ["IF_ASKED", "ALWAYS"],
        ["RNCP39794", "RNCP41402"],
    )
]


def neighbours(parameter: Parameter) -> Iterator[Value]:
    """Give the values that differ by the smallest meaningful step, above and below."""
    current = parameter.value
    if isinstance(current, int):
        yield from (current + 1, current - 1)
    elif isinstance(current, Decimal):
        step = Decimal(1).scaleb(int(current.as_tuple().exponent))
        yield from (current + step, current - step)
    else:
        family = next(codes for codes in FAMILIES if set(current) <= codes)
        yield from (tuple(code for code in current if code != removed) for removed in current)
        yield from ((*current, added) for added in sorted(family - set(current)))


def breaks_a_case(monkeypatch: pytest.MonkeyPatch, old: Parameter, new: Parameter) -> bool:
    dated = tuple(new if p is old else p for p in parameters.TABLE[old.name])
    with monkeypatch.context() as patch:
        patch.setitem(parameters.TABLE, old.name, dated)
        return any(failure(case) is not None for case in CASES)


def identify(parameter: Parameter) -> str:
    return f"{parameter.name}-{parameter.valid_from}"


@pytest.mark.parametrize("parameter", PARAMETERS, ids=identify)
def test_changing_a_value_by_one_step_breaks_a_case(
    parameter: Parameter, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = list(neighbours(parameter))
    assert changed
    for other in changed:
        assert breaks_a_case(monkeypatch, parameter, replace(parameter, value=other)), other


@pytest.mark.parametrize(
    "parameter", [p for p in PARAMETERS if len(parameters.TABLE[p.name]) > 1], ids=identify
)
def test_moving_a_date_of_effect_by_a_day_breaks_a_case(
    parameter: Parameter, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = timedelta(days=1)
    later = replace(parameter, valid_from=parameter.valid_from + day)
    assert breaks_a_case(monkeypatch, parameter, later)
    if parameter.valid_to is not None:
        shorter = replace(parameter, valid_to=parameter.valid_to - day)
        assert breaks_a_case(monkeypatch, parameter, shorter)


@pytest.mark.parametrize("parameter", PARAMETERS, ids=identify)
def test_a_value_says_where_it_comes_from(parameter: Parameter) -> None:
    assert len(parameter.source) > 10
    assert parameter.label[0].isupper()
    was_read = parameter.confidence is Confidence.SOURCED
    assert was_read == (parameter.checked_on is not None)
    assert not isinstance(parameter.value, float)


def test_dates_of_one_parameter_never_overlap() -> None:
    for dated in parameters.TABLE.values():
        for earlier, later in pairwise(dated):
            assert earlier.valid_to is not None
            assert earlier.valid_to < later.valid_from, earlier.name


def test_unknown_value_names_the_parameter_the_date_and_the_nearest_known_dates() -> None:
    with pytest.raises(parameters.UnknownParameter) as caught:
        parameters.value("aide_au_poste.aci", on=date(2023, 2, 1))
    error = caught.value
    assert (error.name, error.on) == ("aide_au_poste.aci", date(2023, 2, 1))
    assert (error.before, error.after) == (date(2022, 12, 31), date(2023, 5, 1))
    assert "2022-12-31" in str(error)
    assert "2023-05-01" in str(error)


def test_misspelt_name_raises_and_says_so() -> None:
    with pytest.raises(parameters.UnknownParameter, match="no parameter has this name"):
        parameters.value("ceiling.standard_rat", on=ON)


def test_parameter_answers_where_the_figure_comes_from() -> None:
    found = parameters.parameter("ceiling.standard_rate", on=ON)
    assert found.value == Decimal("0.30")
    assert "D5132-34" in found.source
    assert found.checked_on == date(2026, 11, 25)
    assert found.url is None


@pytest.mark.parametrize(
    ("read", "name"),
    [
        (parameters.amount, "ceiling.standard_rate"),
        (parameters.rate, "reference_hours.aci"),
        (parameters.codes, "reference_hours.aci"),
    ],
)
def test_reading_a_value_as_what_it_is_not_raises(read: object, name: str) -> None:
    with pytest.raises(TypeError, match=name):
        read(name, on=ON)  # type: ignore[operator]


def test_report_lists_holes_then_what_was_never_read() -> None:
    lines = parameters.report(ON)
    found = {(line.name, line.concern) for line in lines}
    assert ("aide_au_poste.aci", Concern.UNKNOWN) in found
    assert ("reference_hours.etti", Concern.NEVER_CHECKED) in found
    assert not any(line.name == "ceiling.vigilance_share" for line in lines)
    assert not any(line.name == "ceiling.standard_rate" for line in lines)
    hole = next(line for line in lines if line.name == "aide_au_poste.aci")
    assert "31/12/2025" in hole.message
    assert lines == sorted(lines, key=lambda line: line.concern is not Concern.UNKNOWN)


def test_report_lists_what_was_read_more_than_a_year_ago() -> None:
    on_the_day = parameters.report(date(2027, 11, 25))
    day_after = parameters.report(date(2027, 11, 26))
    stale = {line.name for line in day_after if line.concern is Concern.NOT_RECENTLY_CHECKED}
    assert "ceiling.standard_rate" in stale
    assert not any(line.concern is Concern.NOT_RECENTLY_CHECKED for line in on_the_day)
