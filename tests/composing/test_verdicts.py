"""Verdicts computed ahead of time: what each director can do, and when it is computed again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django_tasks_db.models import DBTaskResult

from cordee.accounts import journal
from cordee.composing.problem import verdict as judging
from cordee.composing.verdicts import computing, turns
from cordee.economics.models import AccountingYear
from cordee.members.models import Crew, RoleSeat, SharingAgreement, Structure
from cordee.opportunities.actions import verdicts as actions
from cordee.opportunities.models import (
    Audience,
    Breakdown,
    Opportunity,
    Verdict,
    VerdictTurn,
    WorkPackage,
)
from cordee.opportunities.verdicts import line_of
from tests.composing.conftest import DAY
from tests.members.makers import make_network, make_person

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 11, tzinfo=UTC)
NIGHT = datetime(2026, 11, 26, 2, tzinfo=UTC)


def never() -> bool:
    return False


def structure(name: str) -> Structure:
    return Structure.objects.get(name=name)


@pytest.fixture
def real_queue(settings: Any) -> None:
    """Tasks wait, as they do where Cordée runs."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}


@pytest.fixture
def gardens(valley: Any) -> Structure:
    return structure("Les Jardins de la Verdoire")


def direct(one: Structure) -> None:
    """Have one person direct it, where nobody does."""
    if not RoleSeat.objects.filter(structure=one, role="director").exists():
        make_person(f"d{one.pk}@exemple.example", role="director", structure=one)


def titles(one: Structure) -> dict[str, str]:
    rows = Verdict.objects.filter(structure=one).select_related("opportunity")
    return {row.opportunity.title: line_of(row, on=DAY).title for row in rows}


def verdict(valley: Any, one: Structure, slug: str) -> Verdict:
    return Verdict.objects.get(structure=one, opportunity=valley.opportunity(slug))


def test_each_has_its_verdict_on_its_own_figures(valley: Any, gardens: Structure) -> None:
    assert computing.compute(gardens, NOON, is_over=never)
    berges = verdict(valley, gardens, "berges")
    assert (berges.kind, berges.size, berges.answers) == ("team", 3, 2)
    assert berges.reason.startswith("Avec Rives et Sentiers et Pierre et Chaux. Votre part")
    assert "Seule, vous pouvez prendre" in berges.reason
    assert berges.other_trades
    assert (berges.is_composed, berges.distance_hm) == (True, 70)
    stone = structure("Pierre et Chaux")
    computing.compute(stone, NOON, is_over=never)
    facades = verdict(valley, stone, "facades")
    assert line_of(facades, on=DAY).title == "Non, pas en mai"
    assert facades.reason == "Il manque 0,6\u202fETP en mai 2027."
    assert facades.free_cfte is not None
    assert facades.free_cfte < (facades.need_cfte or 0)


def test_what_only_she_can_say_decides(valley: Any, gardens: Structure) -> None:
    AccountingYear.objects.filter(chantier__structure=gardens).delete()
    computing.compute(gardens, NOON, is_over=never)
    berges = verdict(valley, gardens, "berges")
    assert (berges.kind, berges.size) == ("unknown", None)
    assert berges.reason.startswith("À dire\u00a0: vos comptes. Cela décide")
    Crew.objects.filter(chantier__structure=gardens).delete()
    gardens.chantiers.update(declared_cfte=None)
    computing.compute(gardens, NOON, is_over=never)
    berges = verdict(valley, gardens, "berges")
    assert "vos équipes" in berges.reason
    assert berges.free_cfte is None


def test_no_figure_of_anybody_else_is_in_it(valley: Any, gardens: Structure) -> None:
    """Whatever the others share, with whomever, she reads the same."""
    computing.compute(gardens, NOON, is_over=never)
    before = list(Verdict.objects.order_by("pk").values())
    SharingAgreement.objects.update(may_see=True, may_compose=True)
    others = Crew.objects.exclude(chantier__structure=gardens)
    others.update(places=1)
    AccountingYear.objects.exclude(chantier__structure=gardens).delete()
    Verdict.objects.update(fingerprint="")
    computing.compute(gardens, NOON, is_over=never)
    assert [row | {"fingerprint": ""} for row in before] == [
        row | {"fingerprint": ""} for row in Verdict.objects.order_by("pk").values()
    ]


def test_twice_changes_nothing_and_composes_nothing(
    gardens: Structure, monkeypatch: pytest.MonkeyPatch
) -> None:
    computing.compute(gardens, NOON, is_over=never)
    before = list(Verdict.objects.values())
    monkeypatch.setattr(judging, "judge", lambda *a, **k: pytest.fail("composed again"))
    computing.compute(gardens, NOON + timedelta(hours=1), is_over=never)
    assert list(Verdict.objects.values()) == before


def test_what_was_computed_from_changed(valley: Any, gardens: Structure) -> None:
    computing.compute(gardens, NOON, is_over=never)
    before = verdict(valley, gardens, "berges").fingerprint
    Crew.objects.filter(chantier__structure=gardens).update(places=1)
    computing.compute(gardens, NOON, is_over=never)
    after = verdict(valley, gardens, "berges")
    assert after.fingerprint != before
    assert (after.free_cfte or 0) < 100


def test_a_run_that_was_cut_goes_on(valley: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stone, looks = structure("Pierre et Chaux"), iter([False, True])
    assert not computing.compute(stone, NOON, is_over=lambda: next(looks))
    assert Verdict.objects.filter(is_composed=True).count() == 1
    really, asked = judging.judge, []

    def counted(*args: Any, **more: Any) -> judging.Judged:
        asked.append(args)
        return really(*args, **more)

    monkeypatch.setattr(judging, "judge", counted)
    assert computing.compute(stone, NOON, is_over=never)
    # The one that was composed is not again.
    assert len(asked) == Verdict.objects.filter(is_composed=True).count() - 1 == 1


def test_a_size_that_is_supposed_decides_as_far_as_it_is_said(
    valley: Any, gardens: Structure
) -> None:
    berges = valley.opportunity("berges")
    rows = WorkPackage.objects.filter(breakdown=berges.latest_breakdown())
    for row in rows:
        compared = {"state": "compared", "rule": "", "evidence": []}
        told = row.provenance | {"amount_cents": compared, "need_cfte": compared}
        QuerySet.update(rows.filter(pk=row.pk), provenance=told)
    computing.compute(gardens, NOON, is_over=never)
    found = verdict(valley, gardens, "berges")
    assert found.kind == "unknown"
    assert found.reason.startswith("Avec ce que nous supposons\u00a0: à trois.")


def test_an_unknown_place_is_no_distance_and_no_yes(valley: Any, gardens: Structure) -> None:
    berges = valley.opportunity("berges")
    rows = WorkPackage.objects.filter(breakdown=berges.latest_breakdown())
    QuerySet.update(rows, is_place_supposed=True)
    computing.compute(gardens, NOON, is_over=never)
    found = verdict(valley, gardens, "berges")
    assert (found.kind, found.distance_hm, found.is_composed) == ("unknown", None, False)
    assert found.reason.startswith("Lieu exact inconnu")


def test_a_private_need_is_for_members_of_who_published_it(valley: Any, gardens: Structure) -> None:
    berges = valley.opportunity("berges")
    other = make_network("Un autre réseau")
    published = Audience.State.PUBLISHED
    Opportunity.objects.filter(pk=berges.pk).update(source="private", network=other)
    audience = Audience.objects.create(opportunity=berges, network=other, state=published)
    computing.compute(gardens, NOON, is_over=never)
    assert not Verdict.objects.filter(opportunity=berges).exists()
    Audience.objects.filter(pk=audience.pk).update(network=valley.network)
    computing.compute(gardens, NOON, is_over=never)
    assert Verdict.objects.filter(opportunity=berges).exists()


def test_the_schedule_takes_who_waits_longest_and_keeps_its_budget(
    valley: Any, gardens: Structure, settings: Any
) -> None:
    stone = structure("Pierre et Chaux")
    for each in (gardens, stone):
        direct(each)
    settings.VERDICT_NIGHT_SECONDS = 0
    assert turns.run(NIGHT) == 0
    assert not Verdict.objects.exists()
    settings.VERDICT_NIGHT_SECONDS = 600
    directed = set(turns._directed().values_list("pk", flat=True))
    assert turns.run(NIGHT) == len(directed)
    assert set(VerdictTurn.objects.values_list("structure_id", flat=True)) == directed
    # Computed since midnight: nothing is left for the rest of the night, nor by day.
    assert turns.run(NIGHT + timedelta(hours=1)) == 0
    assert turns.run(NIGHT + timedelta(hours=10)) == 0
    actions.ask_for_verdicts(stone.pk, NIGHT)
    assert turns.run(NIGHT + timedelta(hours=10)) == 1
    # The next night, whoever was computed first is first.
    order = list(turns._due(NIGHT + timedelta(days=1), is_night=True))
    assert order[-1] == stone.pk


def test_only_for_whom_somebody_directs(valley: Any, gardens: Structure) -> None:
    direct(gardens)
    turns.run(NIGHT)
    RoleSeat.objects.filter(structure=gardens).delete()
    turns.run(NIGHT)
    assert not Verdict.objects.filter(structure=gardens).exists()
    assert not turns.refresh(gardens.pk, NOON)


def test_a_line_on_her_sheet_asks_once(
    gardens: Structure, real_queue: None, django_capture_on_commit_callbacks: Any
) -> None:
    direct(gardens)
    # What the example wrote of her has asked already.
    VerdictTurn.objects.all().delete()
    DBTaskResult.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(3):
            journal.record("members.set_trades", gardens, by=None)
            journal.record("members.declare_crew", gardens.chantiers.get(), by=None)
    (task,) = DBTaskResult.objects.all()
    assert task.task_path == "cordee.composing.tasks.refresh_verdicts"
    assert turns.refresh(gardens.pk, NOON)
    assert VerdictTurn.objects.get(structure=gardens).asked_at is None
    nobody = structure("La Ressourcerie du Col")
    RoleSeat.objects.filter(structure=nobody).delete()
    with django_capture_on_commit_callbacks(execute=True) as asked:
        journal.record("members.set_trades", nobody, by=None)
    assert asked == []


def test_new_work_asks_those_around_once_for_a_whole_import(
    valley: Any, gardens: Structure, real_queue: None, django_capture_on_commit_callbacks: Any
) -> None:
    direct(gardens)
    DBTaskResult.objects.all().delete()
    late = datetime(2100, 1, 1, tzinfo=UTC)
    VerdictTurn.objects.all().delete()
    actions.end_verdicts(gardens.pk, late)
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(3):
            turns._cut(Breakdown, Breakdown.objects.first(), created=True)
    (task,) = DBTaskResult.objects.all()
    assert task.task_path == "cordee.composing.tasks.follow_notices"
    assert turns.ask_around_new_work(NOON) == 0
    VerdictTurn.objects.update(computed_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert turns.ask_around_new_work(NOON) == 1
    assert turns.ask_around_new_work(NOON) == 0
