"""The independent check refuses every plan that was tampered with, and names the rule broken."""

from dataclasses import replace

import pytest

from cordee.engine.compose import compose
from cordee.engine.problem import Certainty, Problem, Skill
from cordee.engine.result import Plan, Share, Status, Terms
from cordee.engine.verify import verify, verify_result
from tests.engine.conftest import accounts, package
from tests.engine.instances import draw_problem


def composed(problem: Problem) -> Plan:
    """Return the plan of a problem that has one."""
    plan = compose(problem, time_limit_s=60, seed=0).plan
    assert plan is not None
    assert verify(problem, plan) == ()
    return plan


def broken(problem: Problem, plan: Plan) -> set[str]:
    """Return the names of the rules broken."""
    return {violation.rule for violation in verify(problem, plan)}


def with_share(plan: Plan, of: str, **changes: object) -> Plan:
    """Return the plan with the shares of a candidate changed."""
    partners = []
    for partner in plan.partners:
        shares = tuple(
            replace(share, **changes) if share.candidate == of else share  # type: ignore[arg-type]
            for share in partner.shares
        )
        partners.append(replace(partner, shares=shares))
    return replace(plan, partners=tuple(partners))


@pytest.fixture
def certain(valley: Problem) -> Problem:
    """The valley on known figures: jardins and paysage in the park, relais at the school."""
    return valley.certain_only()


@pytest.mark.parametrize(("by", "rule"), [(1, "capacity"), (1, "cover"), (-1, "cover")])
def test_a_quantity_changed(certain: Problem, by: int, rule: str) -> None:
    assert rule in broken(certain, with_share(composed(certain), "jardins", cfte=200 + by))


def test_a_share_below_the_minimum(certain: Problem) -> None:
    assert "least_share" in broken(certain, with_share(composed(certain), "paysage", cfte=49))


def test_a_negative_share(certain: Problem) -> None:
    found = broken(certain, with_share(composed(certain), "paysage", cfte=-5))
    assert "whole_positive_cfte" in found


def test_euros_moved(certain: Problem) -> None:
    plan = composed(certain)
    (share,) = (share for share in plan.shares if share.candidate == "jardins")
    assert "euros" in broken(certain, with_share(plan, "jardins", cents=share.cents + 1))
    years = (replace(share.cents_by_year[0], cents=share.cents - 1),)
    assert "euros_by_year" in broken(certain, with_share(plan, "jardins", cents_by_year=years))


def test_the_lead_dropped_doubled_or_unable(certain: Problem) -> None:
    plan = composed(certain)
    nobody = tuple(replace(partner, is_lead=False) for partner in plan.partners)
    everybody = tuple(replace(partner, is_lead=True) for partner in plan.partners)
    assert "one_lead" in broken(certain, replace(plan, partners=nobody))
    assert "one_lead" in broken(certain, replace(plan, partners=everybody))
    unable = certain.replace(
        candidates=tuple(replace(c, can_lead=False) for c in certain.candidates)
    )
    assert "lead_able" in broken(unable, plan)


def test_partners_beyond_the_limit_or_too_few(certain: Problem) -> None:
    plan = composed(certain)
    fewer = certain.replace(params=replace(certain.params, max_partners=2))
    assert "partners_at_most" in broken(fewer, plan)
    assert "partners_at_least" in broken(certain, replace(plan, partners=plan.partners[:1]))
    assert "partners_at_most" in {v.rule for v in verify(certain, plan, solo=True)}


def test_a_partner_or_line_written_twice(certain: Problem) -> None:
    plan = composed(certain)
    twice = replace(plan, partners=(*plan.partners, plan.partners[0]))
    assert {"organisation_twice", "line_twice"} <= broken(certain, twice)


def test_a_partner_without_work(certain: Problem) -> None:
    plan = composed(certain)
    idle = replace(plan.partners[0], organisation="berges-asso", shares=(), is_lead=False)
    assert "partner_without_share" in broken(
        certain, replace(plan, partners=(*plan.partners, idle))
    )


def test_a_share_given_to_another_owner(certain: Problem) -> None:
    plan = composed(certain)
    first, second, *rest = plan.partners
    swapped = (
        replace(first, shares=second.shares),
        replace(second, shares=first.shares),
        *rest,
    )
    assert "owner" in broken(certain, replace(plan, partners=swapped))


def test_names_that_do_not_exist(certain: Problem) -> None:
    plan = composed(certain)
    assert broken(certain, with_share(plan, "jardins", package="pont")) == {"known_names"}
    assert broken(certain, with_share(plan, "jardins", candidate="x")) == {"known_names"}


def test_a_package_swapped_for_one_outside_the_trades(certain: Problem) -> None:
    assert "trade" in broken(certain, with_share(composed(certain), "jardins", package="ecole"))


def changed(problem: Problem, name: str, **changes: object) -> Problem:
    """Return the problem with one candidate changed."""
    return problem.replace(
        candidates=tuple(
            replace(c, **changes) if c.id == name else c  # type: ignore[arg-type]
            for c in problem.candidates
        )
    )


UNKNOWN = Skill(trade="espaces-verts", certainty=Certainty.UNKNOWN, proficiency=3, reach_km=40)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"latitude_deg": 46.5}, "reach"),
        ({"latitude_deg": None, "longitude_deg": None}, "place"),
        ({"skills": (UNKNOWN,)}, "trade"),
        ({"kind": "ETTI"}, "staff_supply"),
        ({"accounting_years": accounts(3_599_999)}, "ceiling"),
        ({"accounting_years": accounts(3_599_999)}, "ceiling_in_cents"),
        ({"max_packages": 1}, None),
        ({"min_crew_cfte": 201}, "least_share"),
        ({"coordination_cost_cents": 150_001}, "cost"),
        ({"lead_cost_cents": 100_001}, "cost"),
        ({"organisation": "another-asso"}, "owner"),
    ],
)
def test_the_same_plan_in_a_world_that_changed(
    certain: Problem, changes: dict[str, object], rule: str | None
) -> None:
    """`jardins` holds 200 cFTE of the park: 36 000.00 € of 2027."""
    found = broken(changed(certain, "jardins", **changes), composed(certain))
    assert rule in found if rule else not found


def test_reservation_certification_pins_and_exclusions(certain: Problem) -> None:
    plan = composed(certain)
    ecole, parc = certain.packages
    siae = certain.replace(packages=(ecole, replace(parc, eligible_kinds=frozenset({"ACI", "EI"}))))
    assert "reserved_lot" in broken(siae, plan)
    asked = certain.replace(
        packages=(ecole, replace(parc, required_certifications=frozenset({"certiphyto"})))
    )
    assert "certification" in broken(asked, plan)
    assert "pinned" in broken(certain.replace(pinned=frozenset({"berges-asso"})), plan)
    assert "excluded" in broken(certain.replace(excluded=frozenset({"relais-asso"})), plan)


def test_every_term_of_the_cost_is_recomputed(certain: Problem) -> None:
    plan = composed(certain)
    for name, value in plan.terms.items():
        wrong = replace(plan, terms=replace(plan.terms, **{name: value + 1}))
        assert [v.where for v in verify(certain, wrong)] == [name]
    assert "cost" in broken(certain, replace(plan, terms=Terms()))


def test_more_packages_than_can_be_supervised(valley: Problem) -> None:
    parts = (package("parc", need_cfte=100), package("square", need_cfte=100))
    nobody_else = tuple(c for c in valley.candidates if c.id in {"jardins", "berges"})
    problem = valley.replace(
        packages=parts,
        candidates=tuple(replace(c, min_crew_cfte=50, is_capped=False) for c in nobody_else),
        pinned=frozenset({"jardins-asso", "berges-asso"}),
    )
    plan = composed(problem)
    held = max(problem.candidates, key=lambda c: sum(s.candidate == c.id for s in plan.shares))
    assert sum(share.candidate == held.id for share in plan.shares) == 2
    assert "max_packages" in broken(changed(problem, held.id, max_packages=1), plan)


@pytest.mark.parametrize("seed", range(300, 340))
def test_any_quantity_moved_by_one_is_refused(seed: int) -> None:
    """Whatever the plan, one cFTE more, less or moved breaks a rule or a stored figure."""
    problem = draw_problem(seed)
    result = compose(problem, time_limit_s=60, seed=0)
    if result.plan is None:
        assert result.status is Status.IMPOSSIBLE
        return
    shares: tuple[Share, ...] = result.plan.shares
    for share in shares:
        for by in (-1, 1):
            moved = with_share(result.plan, share.candidate, cfte=share.cfte + by)
            assert verify(problem, moved, solo=result.solo)


def test_results_that_claim_too_much(certain: Problem) -> None:
    result = compose(certain, time_limit_s=60, seed=0)
    assert result.objective is not None
    assert verify_result(certain, result) == ()

    def found(**changes: object) -> set[str]:
        wrong = replace(result, **changes)  # type: ignore[arg-type]
        return {violation.rule for violation in verify_result(certain, wrong)}

    assert found(bound=result.objective - 1_000_001) == {"bound"}
    assert found(bound=result.objective + 1) == {"bound"}
    assert found(bound=None) == {"bound"}
    assert found(plan=None) == {"status_and_plan"}
    assert "status_and_reason" in found(status=Status.IMPOSSIBLE)
    assert "partners_at_most" in found(solo=True)
