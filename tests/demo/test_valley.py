"""The valley, by heart: what the documentation tells is what the code builds."""

from datetime import date
from pathlib import Path

import pytest

from cordee.engine.compose import compose
from cordee.engine.result import AssumptionKind, Shortage, Status
from cordee.rules.months import month_number
from demo.valley import (
    CONTRACTS,
    FACADES_FULL_MONTH,
    build_valley,
    contract,
    contract_start,
)
from tests.demo.valley_problem import headroom_cents, valley_problem

DOCUMENT = Path(__file__).parents[2] / "docs" / "monde-de-demonstration.md"

# Name, kind, commune, trades, FTE in all, free FTE, headroom a year in euros (None: not known).
BY_HEART = (
    (
        "Les Jardins de la Verdoire",
        "ACI",
        "Saint-Aubin-sur-Verdoire",
        {"espaces-verts": 3, "maraichage": 3},
        16.0,
        6.0,
        99_999.99,
    ),
    (
        "Rives et Sentiers",
        "ACI",
        "Les Granges-Verdoire",
        {"espaces-naturels-genie-ecologique": 3, "espaces-verts": 3},
        8.0,
        1.5,
        109_999.99,
    ),
    (
        "Val Mirel Environnement",
        "EI",
        "Roche-Mirel",
        {"proprete-urbaine": 3, "espaces-verts": 2, "espaces-naturels-genie-ecologique": 1},
        12.0,
        1.5,
        None,
    ),
    (
        "Pierre et Chaux",
        "ACI",
        "Vaubrune",
        {"gros-oeuvre-patrimoine": 3},
        8.0,
        3.0,
        79_999.99,
    ),
    (
        "La Ressourcerie du Col",
        "ACI",
        "Col-de-l’Aune",
        {"recyclage-ressourcerie": 3, "reparation-electromenager-mobilier": 2},
        16.0,
        5.0,
        None,
    ),
    (
        "Cuisine du Plateau",
        "ACI",
        "Lac-Brun",
        {"restauration-traiteur": 3},
        8.0,
        2.0,
        79_999.99,
    ),
)

DAYS = [date(2026, 11, 25), date(2026, 12, 31), date(2027, 1, 1), date(2028, 2, 29)]


@pytest.mark.parametrize("today", DAYS)
def test_the_six_structures(today: date) -> None:
    found = []
    start = month_number(contract_start(today))
    for structure in build_valley(today):
        (chantier,) = structure.chantiers
        headrooms = {headroom_cents(year, today) for year in chantier.accounts}
        free = {chantier.free_cfte(month) for month in (start, start + 1, start + 11)}
        assert chantier.total_cfte is not None
        found.append(
            (
                structure.name,
                structure.kind,
                structure.city,
                {a.trade: a.proficiency for a in chantier.activities},
                chantier.total_cfte / 100,
                (free.pop() or 0) / 100,
                headrooms.pop() / 100 if headrooms else None,
            )
        )
        assert not free
        assert not headrooms
    assert tuple(found) == BY_HEART


def test_pierre_et_chaux_is_nearly_full_in_one_month(today: date) -> None:
    pierre = build_valley(today)[3].chantiers[0]
    full = month_number(contract_start(today)) + FACADES_FULL_MONTH
    assert [pierre.free_cfte(full + shift) for shift in (-1, 0, 1)] == [300, 90, 300]


@pytest.mark.parametrize("today", DAYS)
@pytest.mark.parametrize("slug", ["repas", "berges", "mobilier"])
def test_the_answer_of_a_contract(slug: str, today: date) -> None:
    asked = contract(slug)
    result = compose(valley_problem(asked, today), time_limit_s=10, seed=1)
    assert result.status is Status.OPTIMAL
    assert result.plan is not None
    assert set(result.plan.organisations) == set(asked.partners)
    assert result.solo is (len(asked.partners) == 1)
    assert bool(result.assumptions) is bool(asked.unknowns)


def test_no_two_structures_can_carry_the_three_lots(today: date) -> None:
    problem = valley_problem(contract("berges"), today)
    pairs = problem.params.__class__(max_partners=2, max_distance_km=100)
    assert compose(problem.replace(params=pairs), time_limit_s=10, seed=1).plan is None


def test_the_simple_method_chooses_dearer_in_the_valley(today: date) -> None:
    """It gives the green spaces to Rives et Sentiers, who then lacks people for the banks."""
    result = compose(valley_problem(contract("berges"), today), time_limit_s=10, seed=1)
    assert result.plan is not None
    assert "Val Mirel Environnement" in result.greedy.organisations
    assert result.greedy.terms.total > result.plan.terms.total * 1.2


def test_the_furniture_rests_on_one_unknown_ceiling(today: date) -> None:
    problem = valley_problem(contract("mobilier"), today)
    (assumption,) = compose(problem, time_limit_s=10, seed=1).assumptions
    assert assumption.kind is AssumptionKind.CEILING
    assert assumption.organisation == "La Ressourcerie du Col"
    assert compose(problem.certain_only(), time_limit_s=10, seed=1).plan is None


def test_the_facades_lack_six_tenths_of_a_person_in_one_month(today: date) -> None:
    result = compose(valley_problem(contract("facades"), today), time_limit_s=10, seed=1)
    assert result.status is Status.IMPOSSIBLE
    assert result.impossibility is not None
    (reason,) = result.impossibility.reasons
    full = month_number(contract_start(today)) + FACADES_FULL_MONTH
    assert (reason.shortage, reason.months, reason.missing_cfte) == (
        Shortage.CAPACITY,
        (full,),
        60,
    )


def test_the_document_tells_the_same() -> None:
    """Every name, figure and amount known by heart stands in docs/monde-de-demonstration.md."""
    text = DOCUMENT.read_text(encoding="utf-8").replace("\u202f", " ").replace("\u00a0", " ")
    for name, kind, city, _, total, free, headroom in BY_HEART:
        (line,) = [row for row in text.splitlines() if row.startswith(f"| {name} |")]
        told = [cell.strip() for cell in line.strip("|").split("|")]
        assert told[1:3] == [kind, city]
        assert told[4:6] == [f"{total:.1f}".replace(".", ","), f"{free:.1f}".replace(".", ",")]
        if headroom is not None:
            assert told[6] == f"{headroom:,.2f}".replace(",", " ").replace(".", ",") + " €"
    for each in CONTRACTS:
        assert each.title in text
        for lot in each.lots:
            assert f"{lot.amount_cents // 100:,}".replace(",", " ") + " €" in text
            assert f"{lot.need_cfte / 100:.2f}".replace(".", ",") + " ETP" in text
