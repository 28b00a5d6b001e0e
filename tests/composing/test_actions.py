"""Composing from the database: the answers of the valley, told by heart in demo/valley.py."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from cordee.accounts.models import JournalEntry
from cordee.composing import actions, problem
from cordee.composing.models import QUEUE_GRACE, Composition, Outcome, Proposal
from cordee.composing.problem import sentences
from cordee.engine.result import Reason, Shortage, Status
from cordee.engine.verify import verify
from cordee.members.sharing import Viewer
from demo.valley import CONTRACTS, contract
from tests.composing.conftest import DAY

pytestmark = pytest.mark.django_db


def names(composition: Composition) -> set[str]:
    result = problem.read_result(composition.best)
    assert result.plan is not None
    return {composition.people[share.candidate]["name"] for share in result.plan.shares}


@pytest.mark.parametrize("slug", [c.slug for c in CONTRACTS if c.partners])
def test_each_contract_of_the_valley_finds_its_partners(valley, slug: str) -> None:
    composition = valley.compose(slug)
    assert composition.state == Composition.State.DONE
    assert composition.outcome == Outcome.COMPOSED
    assert names(composition) == set(contract(slug).partners)


def test_the_facades_are_impossible_and_say_when(valley) -> None:
    composition = valley.compose("facades")
    assert composition.outcome == Outcome.IMPOSSIBLE
    why = problem.read_result(composition.best).impossibility
    assert why is not None
    assert [reason.missing_cfte for reason in why.reasons] == [60]
    assert len(why.reasons[0].months) == 1


def test_cutting_up_is_no_advice_where_nobody_does_the_work(valley) -> None:
    """Some of the walls are within reach of somebody: a part of them might be held."""
    composition = valley.compose("facades")
    posed, result = (
        problem.read_problem(composition.problem),
        problem.read_result(composition.best),
    )
    assert (
        sentences.last_resort(posed, result) == "demander à l’acheteur de couper le marché en lots"
    )
    assert result.impossibility is not None
    nobody = Reason(Shortage.TRADE, posed.packages[0].id)
    by_nobody = replace(result, impossibility=replace(result.impossibility, reasons=(nobody,)))
    assert sentences.last_resort(posed, by_nobody) == ""


def test_an_unknown_ceiling_is_a_guess_and_the_certain_answer_stands_beside(valley) -> None:
    composition = valley.compose("mobilier")
    best = problem.read_result(composition.best)
    certain = problem.read_result(composition.certain)
    assert [str(each.kind) for each in best.assumptions] == ["ceiling"]
    assert certain.plan is None
    assert certain.assumptions == ()


def test_what_is_stored_can_be_recomputed_by_a_stranger(valley) -> None:
    composition = valley.compose("berges")
    posed = problem.read_problem(composition.problem)
    result = problem.read_result(composition.best)
    assert result.plan is not None
    assert verify(posed, result.plan, solo=result.solo) == ()
    second = problem.solve(problem.stored_question(composition), time_limit_s=5, seed=0)
    assert second.best.plan == result.plan


def test_the_same_question_gives_the_same_composition(valley) -> None:
    first, second = valley.compose("berges"), valley.compose("berges")
    assert first.pk == second.pk
    assert Composition.objects.count() == 1


def test_without_a_network_figures_are_unknown_and_named(valley, person) -> None:
    composition = valley.compose("berges", viewer=Viewer(None, DAY), by=person("visiteur"))
    best = problem.read_result(composition.best)
    kinds = {str(each.kind) for each in best.assumptions}
    assert kinds == {"capacity", "ceiling"}
    assert all(
        candidate.capacity_cfte_by_month is None and candidate.accounting_years == ()
        for candidate in problem.read_problem(composition.problem).candidates
    )


def test_composing_is_in_the_journal(valley, person) -> None:
    user = person("reseau")
    composition = valley.compose("berges", by=user)
    entry = JournalEntry.objects.about(composition).get()
    assert (entry.verb, entry.by) == ("composing.request_composition", user)


def test_a_short_time_hands_over_to_the_queue(
    valley, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    """The first try is cut short; the queue (immediate in tests) gives the final answer."""
    limits = []
    really_solve = problem.solve

    def solve(question: Any, *, time_limit_s: float, seed: int, **live: Any) -> Any:
        limits.append(time_limit_s)
        answer = really_solve(question, time_limit_s=5, seed=seed, **live)
        is_first = len(limits) == 1
        return _cut_short(answer) if is_first else answer

    monkeypatch.setattr(problem, "solve", solve)
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        waiting = valley.compose("berges")
    assert Composition.objects.get(pk=waiting.pk).state == Composition.State.QUEUED
    for callback in callbacks:
        callback()
    assert limits == [settings.COMPOSE_SYNCHRONOUS_SECONDS, settings.COMPOSE_QUEUE_SECONDS]
    assert Composition.objects.get(pk=waiting.pk).state == Composition.State.DONE


def _cut_short(answer: problem.Answer) -> problem.Answer:
    unproven = replace(answer.best, status=Status.GAP)
    return replace(answer, best=unproven)


def test_a_crash_is_kept_with_a_code_and_can_be_tried_again(valley, monkeypatch: Any) -> None:
    def crash(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("boom")

    with monkeypatch.context() as broken:
        broken.setattr(problem, "solve", crash)
        failed = valley.compose("berges")
    assert failed.state == Composition.State.FAILED
    assert failed.error_code.startswith("C-")
    assert valley.compose("berges").state == Composition.State.DONE


def test_a_team_is_kept_once_taken_back_and_kept_again(valley, person) -> None:
    user, composition = person("reseau"), valley.compose("berges")
    first = actions.keep_proposal(composition=composition, origin="best", by=user)
    assert actions.keep_proposal(composition=composition, origin="best", by=user) == first
    actions.withdraw_proposal(proposal=first, by=user)
    second = actions.keep_proposal(composition=composition, origin="best", by=user)
    assert second != first
    assert Proposal.objects.filter(withdrawn_at__isnull=True).count() == 1


def test_the_database_refuses_a_composition_that_is_done_without_an_outcome(valley) -> None:
    composition = valley.compose("berges")
    composition.outcome = ""
    with pytest.raises(IntegrityError), transaction.atomic():
        composition.save()


def test_a_composition_whose_worker_was_ended_can_be_asked_again(valley) -> None:
    """Killed in the middle, it stays "running" for ever: nobody is left to say otherwise."""
    lost = valley.compose("berges")
    longest = settings.COMPOSE_SYNCHRONOUS_SECONDS + settings.COMPOSE_QUEUE_SECONDS
    Composition.objects.update(state="running")
    assert valley.compose("berges").pk == lost.pk, "still within its time"
    Composition.objects.update(
        made_at=timezone.now() - QUEUE_GRACE - timedelta(seconds=longest + 1)
    )
    second = valley.compose("berges")
    assert second.pk != lost.pk
    assert second.state == Composition.State.DONE
    assert valley.compose("berges").pk == second.pk


def test_both_runs_together_keep_within_the_time_limit(valley, monkeypatch: Any) -> None:
    limits = []
    really_compose = problem.compose

    def compose(*args: Any, time_limit_s: float, **kwargs: Any) -> Any:
        limits.append(time_limit_s)
        return really_compose(*args, time_limit_s=time_limit_s, **kwargs)

    question = problem.stored_question(valley.compose("mobilier"))
    monkeypatch.setattr(problem, "compose", compose)
    problem.solve(question, time_limit_s=3.0, seed=0)
    first, second = limits
    assert first == 2.0
    assert 1.0 <= second <= 3.0
