"""What is unknown is never shown as nought, and a month that has passed is never proposed."""

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from cordee.composing import actions, problem, study_page
from cordee.composing.forms import StartForm
from cordee.composing.models import Composition
from cordee.composing.problem import Question, wish_options, wish_search
from cordee.composing.problem.study import Findings
from cordee.composing.problem.study_report import report_of
from cordee.engine.compare import measure
from cordee.engine.cure import CureKind, Cures
from cordee.engine.problem import Candidate, Problem
from cordee.members.sharing import Viewer
from cordee.mobilisation.problem import CandidateRow
from cordee.rules.months import month_number
from tests.composing.conftest import DAY
from tests.composing.known_valley import GREEN, composed
from tests.composing.test_sentences_ways_out import SHORT, cured, park
from tests.engine.conftest import APRIL, accounts, package, steady, structure

LATER = date(2027, 6, 10)


def lawn(**values: Any) -> Problem:
    """One package for one gardener."""
    gardener = structure("jardins", skills=GREEN, capacity_cfte_by_month=steady(900), **values)
    return Problem(packages=(package("parc", label="Le parc"),), candidates=(gardener,))


# --- Unknown ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "permille"),
    [
        ({}, 0),
        ({"is_capped": True}, None),
        ({"is_capped": True, "accounting_years": accounts(None)}, None),
    ],
)
def test_a_ceiling_that_is_not_known_is_not_empty(
    values: dict[str, Any], permille: int | None
) -> None:
    posed = lawn(**values)
    plan = composed(posed).plan
    assert plan is not None
    assert measure(posed, plan).tension_permille == permille


def test_one_unknown_ceiling_hides_the_fullest_of_a_team() -> None:
    posed = park()
    known, unknown = (
        replace(c, is_capped=True, accounting_years=years, capacity_cfte_by_month=steady(200))
        for c, years in zip(posed.candidates, (accounts(50_000_000), ()), strict=True)
    )
    posed = posed.replace(candidates=(known, unknown))
    plan = composed(posed).plan
    assert plan is not None
    assert len(plan.partners) == 2
    assert measure(posed, plan).tension_permille is None


def test_the_table_of_teams_says_unknown_and_crowns_nobody_beside_it() -> None:
    cells = study_page._column("Plafond le plus plein", [None, 640, 0], study_page._permille)
    assert [cell.text for cell in cells] == ["inconnu", "64\u202f%", "sans objet"]
    assert not any(cell.is_best for cell in cells)


# --- Months that have passed ------------------------------------------------------------------


def findings() -> Findings:
    """A park that nobody can hold before it begins four months later, in August."""
    posed = park()
    later = posed.packages[0].first_month + 4
    free = tuple(
        replace(c, capacity_cfte_by_month=SHORT | steady(200, 24, later)) for c in posed.candidates
    )
    posed = posed.replace(candidates=free)
    known = {c.id: _row(number, c) for number, c in enumerate(posed.candidates, start=1)}
    cure = cured(posed, CureKind.LATER_START)
    return Findings(question=Question(posed, known), cures=Cures((cure,), (), ()))


def _row(number: int, candidate: Candidate) -> CandidateRow:
    named = dict.fromkeys(CandidateRow.__dataclass_fields__, "")
    return CandidateRow(**named | {"name": candidate.name, "structure_id": number})


def test_a_way_out_is_told_until_its_month_has_passed() -> None:
    found = findings()
    nobody = SimpleNamespace(plan=None)
    begins = APRIL + 4
    for month, ways in ((begins, 1), (begins + 1, 0)):
        viewer = Viewer.of_structures({1, 2}, date(month // 12, month % 12 + 1, 20))
        assert len(report_of(found, nobody, viewer).ways_out) == ways  # type: ignore[arg-type]


def test_another_month_is_chosen_among_those_to_come() -> None:
    posed = lawn()
    this_month = APRIL + 3
    around = wish_options.Around(
        posed, None, {"jardins": {"name": "Jardins"}}, this_month=this_month
    )
    field = StartForm(around).fields["mois"]
    assert field.choices[0][0] == this_month  # type: ignore[attr-defined]
    assert field.initial == this_month


@pytest.mark.django_db
def test_a_wish_kept_from_before_does_not_bring_its_month_back(
    valley: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked once more with another wish, at a later day."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2027, 6, 10, 11, tzinfo=UTC))
    composition = valley.compose("berges")
    asked = wish_search.WishRequest(
        (wish_options.make("start", package="01", first_month=month_number(DAY) + 2),)
    )
    monkeypatch.setattr(actions, "_may_reuse", lambda *_: True)
    with pytest.raises(wish_options.RefusedWish) as refused:
        actions.request_wish(composition=composition, asked=asked, by=composition.made_by)
    assert wish_options.refusal(refused.value) == "Ce mois est passé. Choisissez-en un à venir."
    assert problem.stored_answer(composition) is not None
    assert not Composition.objects.filter(base=composition).exists()
