"""A base of before `composing` was a room keeps its teams, its alliances, and what names them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from cordee.accounts.models import JournalEntry
from cordee.alliances.state.approval_chain import chain_faults
from cordee.base.queue import turn_of
from cordee.composing.models import Composition, Proposal, Study
from cordee.composing.tasks import compose_longer, study_answer
from tests.alliances.makers import Rope
from tests.prepared import migrating_fast
from tests.strict_client import StrictClient

BEFORE = [("alliances", "0016_messages_with_a_subcontractor"), ("composing", None)]
MODELS = (Composition, Proposal, Study)
MOVED = {model._meta.model_name for model in MODELS}


def codenames() -> dict[int, str]:
    rows = Permission.objects.filter(content_type__model__in=MOVED)
    return dict(rows.values_list("pk", "codename"))


def queued(task_path: str, argument: str) -> DBTaskResult:
    return DBTaskResult.objects.create(
        args_kwargs={"args": [argument], "kwargs": {}},
        task_path=task_path,
        queue_name="default",
        backend_name="default",
        run_after=get_date_max(),
        exception_class_path="",
        traceback="",
    )


@pytest.fixture
def before(transactional_db: None) -> Iterator[Callable[[], Any]]:
    """`before()`: the base as the code of before left it; gives its models. Put right after."""

    def go_back() -> Any:
        executor = MigrationExecutor(connection)
        with migrating_fast():
            executor.migrate(BEFORE)
        return MigrationExecutor(connection).loader.project_state(BEFORE[:1]).apps

    yield go_back
    forward()


def forward() -> None:
    executor = MigrationExecutor(connection)
    with migrating_fast():
        executor.migrate(executor.loader.graph.leaf_nodes())
    ContentType.objects.clear_cache()


@pytest.mark.django_db(transaction=True)
def test_what_was_of_alliances_is_found_again_in_composing(
    before: Callable[[], Any],
    rope: Callable[..., Rope],
    signed_in_client: Callable[[Any], StrictClient],
) -> None:
    team = rope().to_filed()
    permissions = codenames()
    assert len(permissions) == 4 * len(MODELS)
    old = before()
    kinds = ContentType.objects.filter(model__in=MOVED)
    assert set(kinds.values_list("app_label", flat=True)) == {"alliances"}

    asked: dict[str, Any] = {
        "breakdown_id": team.opportunity.latest_breakdown().pk,
        "network_id": team.network.pk,
        "made_by_id": team.leader.pk,
        "computed_for": team.on,
        "question_sha256": "0" * 64,
        "time_limit_s": 5.0,
    }
    compositions = old.get_model("alliances", "Composition").objects
    first = compositions.create(state="failed", **asked)
    waits = compositions.create(state="queued", base=first, **asked)
    old.get_model("alliances", "Study").objects.create(
        composition=first, state="done", asked_at=timezone.now()
    )
    kept = old.get_model("alliances", "Proposal").objects.create(composition=first, origin="best")
    alliances = old.get_model("alliances", "Alliance").objects
    alliances.filter(pk=team.alliance.pk).update(proposal_id=kept.pk)
    for verb, kind, pk in (
        ("alliances.request_composition", "alliances.composition", first.pk),
        ("alliances.keep_proposal", "alliances.proposal", kept.pk),
    ):
        JournalEntry.objects.create(by=team.leader, verb=verb, target_kind=kind, target_id=pk)
    others = JournalEntry.objects.filter(target_kind="alliances.alliance").count()
    queued("cordee.alliances.tasks.compose_longer", str(waits.pk))

    forward()

    assert {each.pk for each in Composition.objects.all()} == {first.pk, waits.pk}
    assert Composition.objects.get(pk=waits.pk).base_id == first.pk
    assert Study.objects.get().composition_id == first.pk
    assert team.fresh.proposal == Proposal.objects.get(pk=kept.pk)
    assert chain_faults(team.alliance) == ()
    assert set(kinds.values_list("app_label", flat=True)) == {"composing"}
    assert codenames() == permissions
    assert ContentType.objects.get_for_model(Proposal).app_label == "composing"

    assert JournalEntry.objects.about(Composition.objects.get(pk=first.pk)).count() == 1
    verbs = set(JournalEntry.objects.values_list("verb", flat=True))
    assert {"composing.request_composition", "composing.keep_proposal"} <= verbs
    assert JournalEntry.objects.filter(target_kind="alliances.alliance").count() == others > 0
    reader = signed_in_client(team.leader)
    for path in (
        "/alliances/",
        f"/alliances/{first.pk}/",
        f"/alliances/groupes/{team.alliance.pk}/",
        f"/journal/composition/{first.pk}/",
    ):
        assert reader.get(path).status_code == 200, path
    assert "a cherché une équipe" in reader.get(path).content.decode()

    turn = turn_of(compose_longer, str(waits.pk), timezone.now())
    assert turn is not None
    assert turn.is_waiting


@pytest.mark.django_db
@pytest.mark.parametrize("task", [compose_longer, study_answer])
def test_a_task_under_its_name_of_before_is_run(task: Any) -> None:
    """A machine that is still on the code of before puts it in the queue so."""
    row = queued(f"cordee.alliances.tasks.{task.name}", "00000000-0000-4000-8000-000000000000")
    assert row.task.func is task.func
