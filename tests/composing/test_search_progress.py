"""A search while it runs: stored, shown, stopped, cancelled; and what it must not show."""

import errno
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cordee.accounts.models import JournalEntry, User
from cordee.composing import access, actions, pages, problem, tasks
from cordee.composing import actions as compositions
from cordee.composing.models import Composition, Outcome
from cordee.composing.problem import search_progress
from cordee.composing.progress_page import ProgressPage
from cordee.economics.models import AccountingYear
from cordee.members.models import Network, RoleSeat, SharingAgreement, Structure
from cordee.members.sharing import Viewer
from tests.composing.conftest import DAY, FIRST_TRY

pytestmark = pytest.mark.django_db
JARDINS = "Les Jardins de la Verdoire"


@pytest.fixture(autouse=True)
def day_of_the_valley(monkeypatch: Any) -> None:
    """Views ask what day it is; the valley lives on a fixed one."""
    from datetime import UTC, datetime

    noon = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: noon)


def the_one() -> Composition:
    return Composition.objects.get()


def queued(valley: Any, tell: Any, slug: str = "berges", **asked: Any) -> Composition:
    """A composition whose short try found a team and left a gap."""
    tell()
    composition = valley.compose(slug, **asked)
    assert composition.state == Composition.State.QUEUED
    return composition


def gap_of(composition: Composition) -> float:
    gap = problem.read_result(composition.best).gap
    assert gap is not None
    return gap


# --- Stored and shown -------------------------------------------------------------------------


def test_each_improvement_is_stored_while_the_search_goes_on(valley, tell) -> None:
    seen = []
    look = lambda: seen.append(search_progress.progress_of(the_one().progress))  # noqa: E731
    tell(look, look, look)
    valley.compose("berges")
    gaps = [progress.found[search_progress.Run.BEST].gap for progress in seen]
    assert [round(gap, 2) for gap in gaps] == [0.79, 0.39, 0.09]
    plan = seen[0].found[search_progress.Run.BEST].plan
    assert {candidate.id for candidate in seen[0].problem.candidates} == {
        share.candidate for share in plan.shares
    }, "only those of the team: a page that is asked each second reads no whole problem"


def test_the_team_its_cost_and_its_gap_are_on_the_page(
    valley, person, signed_in_client, tell
) -> None:
    read: dict[str, str] = {}
    reader = signed_in_client(person("reseau"))

    def look() -> None:
        composition = the_one()
        read["page"] = reader.get(f"/alliances/{composition.pk}/").content.decode()
        read["update"] = reader.get(f"/alliances/{composition.pk}/avancement/").content.decode()

    tell(look)
    composition = valley.compose("berges")
    answer = pages.Page(composition, access.viewer_in(valley.viewer, composition))
    assert answer.best is not None
    for text in read.values():
        for row in answer.best.team.rows:
            assert row.name in text
        assert "coûterait au plus 80\u202f% de moins" in text
        assert "Arrêter et garder l’équipe trouvée" in text
        assert "Abandonner la recherche" in text
    assert "Actualiser" in read["page"]
    assert "hx-swap-oob" not in read["page"]


def test_buttons_are_sent_again_only_when_they_change(
    valley, person, signed_in_client, tell
) -> None:
    """One that is swapped while a finger is on it loses the click."""
    composition = queued(valley, tell)
    address = f"/alliances/{composition.pk}/avancement/"
    reader = signed_in_client(person("reseau"))
    assert "geste-arreter" in reader.get(f"{address}?vu=").content.decode()
    assert "geste-arreter" not in reader.get(f"{address}?vu=equipe").content.decode()


def test_what_is_read_aloud_changes_with_the_news_and_not_with_the_seconds(valley, tell) -> None:
    said = []
    look = lambda: said.append(ProgressPage(the_one(), valley.viewer, timezone.now()).announcement)  # noqa: E731
    tell(look, look, look)
    valley.compose("berges")
    assert said[0].startswith("Une équipe de 3\u202fstructures est trouvée.")
    assert [text.partition("au plus ")[2][:2] for text in said] == ["10", "50", "10"]
    now = timezone.now()
    later = ProgressPage(the_one(), valley.viewer, now + timedelta(seconds=9))
    assert later.announcement == ProgressPage(the_one(), valley.viewer, now).announcement


def test_the_second_run_shows_its_own_team_beside_the_first(valley, tell) -> None:
    composition = queued(valley, tell)
    question = problem.stored_question(composition)
    plan = problem.read_result(composition.best).plan
    Composition.objects.update(state="running")
    watcher = search_progress.ProgressStore(
        composition, question, began_at=timezone.now(), time_limit_s=60
    )
    assert watcher(search_progress.Run.CERTAIN, search_progress.Moment(1.0, plan, 0))
    page = ProgressPage(the_one(), valley.viewer, timezone.now())
    assert page.best is not None
    assert page.certain is not None
    assert page.current is page.certain
    assert [state for _, _, state in page.steps] == ["done", "now"]
    assert page.best.gap != page.certain.gap


def test_a_search_asks_the_base_twice_a_second_at_most(valley, tell, monkeypatch: Any) -> None:
    composition = queued(valley, tell)
    Composition.objects.update(state="running")
    question = problem.stored_question(composition)
    plan = problem.read_result(composition.best).plan
    monkeypatch.setattr(search_progress, "SECONDS_BETWEEN", 0.5)
    watcher = search_progress.ProgressStore(
        composition, question, began_at=timezone.now(), time_limit_s=60
    )
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for bound in range(100):
            assert watcher(
                search_progress.Run.BEST, search_progress.Moment(0.0, plan, 10**9 * bound)
            )
    assert len(queries) <= 2
    assert all('"problem"' not in query["sql"] for query in queries)


def test_a_busy_base_costs_a_picture_and_never_the_search(valley, tell, monkeypatch: Any) -> None:
    def busy(watcher: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(search_progress.ProgressStore, "_look", busy)
    tell(proves=True)
    assert valley.compose("berges").state == Composition.State.DONE


def test_the_poll_is_light(valley, person, signed_in_client, tell) -> None:
    composition = queued(valley, tell)
    reader = signed_in_client(person("reseau"))
    address = f"/alliances/{composition.pk}/avancement/?vu=equipe"
    reader.get(address)
    with CaptureQueriesContext(connection) as queries:
        reader.get(address)
    assert len(queries) <= 8
    for column in ("problem", "people", "best", "certain"):
        assert all(f'"alliances_composition"."{column}"' not in q["sql"] for q in queries)


def test_nothing_of_the_progress_stays_once_it_is_over(valley, tell) -> None:
    tell(proves=True)
    assert valley.compose("berges").state == Composition.State.DONE
    assert the_one().progress == {}


# --- Stopped ----------------------------------------------------------------------------------


def test_stopped_while_it_runs_it_keeps_the_team_with_its_true_gap(
    valley, person, signed_in_client, tell
) -> None:
    nadia = person("reseau")
    reader = signed_in_client(nadia)
    method = tell(lambda: reader.post(f"/alliances/{the_one().pk}/arreter/"))
    composition = valley.compose("berges")
    assert method.answers == [True, False], "told with the next news"
    assert composition.state == Composition.State.STOPPED
    assert composition.outcome == Outcome.COMPOSED
    best = problem.read_result(composition.best)
    assert best.was_stopped
    assert 0.3 < gap_of(composition) < 0.5
    page = reader.get(f"/alliances/{composition.pk}/").content.decode()
    assert "Recherche arrêtée avant la fin" in page
    assert nadia.display_name in page
    assert "La meilleure trouvée" in page
    assert "Oui, en équipe de trois" in page
    entry = JournalEntry.objects.get(verb="composing.stop_composition")
    assert entry.by == nadia


def test_the_page_says_that_a_stop_is_asked(valley, person, signed_in_client, tell) -> None:
    reader = signed_in_client(person("reseau"))
    pages_read = []

    def stop_and_look() -> None:
        address = f"/alliances/{the_one().pk}/"
        pages_read.append(reader.post(f"{address}arreter/", follow=True).content.decode())

    tell(stop_and_look)
    valley.compose("berges")
    assert "Arrêt demandé" in pages_read[0]
    assert "geste-arreter" not in pages_read[0]
    assert "Abandonner la recherche" in pages_read[0], "should nobody be there to hear"


def test_stopped_while_it_waits_it_ends_at_once(valley, person, tell) -> None:
    composition = queued(valley, tell)
    actions.stop_composition(composition=composition, by=person("reseau"))
    assert the_one().state == Composition.State.STOPPED
    assert the_one().outcome == Outcome.COMPOSED
    tasks.compose_longer.func(FIRST_TRY, str(composition.pk))
    assert the_one().state == Composition.State.STOPPED, "the queue finds nothing to do"


def test_a_second_stop_changes_nothing(valley, person, signed_in_client, tell) -> None:
    composition = queued(valley, tell)
    reader = signed_in_client(person("reseau"))
    for gesture in ("arreter", "arreter", "abandonner"):
        answer = reader.post(f"/alliances/{composition.pk}/{gesture}/")
        assert answer["Location"] == f"/alliances/{composition.pk}/"
    assert the_one().state == Composition.State.STOPPED
    assert JournalEntry.objects.filter(verb__endswith="_composition").count() == 2


def test_a_proof_that_was_quicker_than_the_stop_is_a_proof(valley, person, tell) -> None:
    """Asked with the last news, while the method was proving."""
    by = person("reseau")
    tell(*[lambda: None] * 2, lambda: actions.stop_composition(composition=the_one(), by=by))
    unproven = valley.compose("berges")
    assert unproven.state == Composition.State.STOPPED
    Composition.objects.all().delete()
    tell(proves=True)
    assert valley.compose("berges").state == Composition.State.DONE


def test_a_longer_search_never_says_less_than_the_short_one(valley, person, tell) -> None:
    """Stopped at its first news, it keeps the bound of the short try."""
    composition = queued(valley, tell)
    before = gap_of(composition)
    assert round(before, 2) == 0.09
    by = person("reseau")
    tell(lambda: actions.stop_composition(composition=the_one(), by=by))
    tasks.compose_longer.func(FIRST_TRY, str(composition.pk))
    assert the_one().state == Composition.State.STOPPED
    assert gap_of(the_one()) == pytest.approx(before)


def test_a_stopped_search_can_be_started_again(valley, person, tell) -> None:
    composition = queued(valley, tell)
    actions.stop_composition(composition=composition, by=person("reseau"))
    tell(proves=True)
    second = valley.compose("berges")
    assert second.pk != composition.pk
    assert second.state == Composition.State.DONE
    assert valley.compose("berges").pk == second.pk


def test_stopped_with_guesses_the_certain_run_ends_at_once(valley, person, tell) -> None:
    by = person("reseau")
    tell(lambda: actions.stop_composition(composition=the_one(), by=by))
    composition = valley.compose("mobilier")
    assert composition.state == Composition.State.STOPPED
    assert problem.read_result(composition.best).was_stopped
    assert problem.read_result(composition.certain).time_limit_s <= problem.SECONDS_ONCE_STOPPED


def test_the_database_refuses_a_stopped_composition_without_an_outcome(valley) -> None:
    composition = valley.compose("berges")
    composition.state, composition.outcome = "stopped", ""
    with pytest.raises(IntegrityError), transaction.atomic():
        composition.save()


# --- After a kill -----------------------------------------------------------------------------


def test_a_search_whose_worker_was_killed_is_taken_up_again(valley, tell) -> None:
    composition = queued(valley, tell)
    actions.take_up(str(composition.pk))
    tell(proves=True)
    tasks.compose_longer.func(FIRST_TRY, str(composition.pk))
    assert the_one().state == Composition.State.RUNNING, "another may be at it"
    tasks.compose_longer.func(SimpleNamespace(attempt=2), str(composition.pk))
    assert the_one().state == Composition.State.DONE


def test_a_search_in_which_two_workers_died_ends_with_a_code(
    valley, person, signed_in_client, tell
) -> None:
    composition, reader = queued(valley, tell), signed_in_client(person("reseau"))
    actions.take_up(str(composition.pk))
    tasks.compose_longer.func(SimpleNamespace(attempt=3), str(composition.pk))
    assert the_one().state == Composition.State.FAILED
    page = reader.get(f"/alliances/{composition.pk}/").content.decode()
    assert "Le calcul s’est interrompu" in page
    assert the_one().error_code in page


def test_a_search_in_the_queue_is_not_failed_by_a_full_disk(valley, tell, monkeypatch) -> None:
    """The queue tries again, once there is room."""
    composition = queued(valley, tell)

    def full(*arguments: Any, **named: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(compositions, "warm", full)
    with pytest.raises(OSError, match="No space left"):
        tasks.compose_longer.func(FIRST_TRY, str(composition.pk))
    assert the_one().state == Composition.State.RUNNING


# --- Cancelled --------------------------------------------------------------------------------


def test_cancelled_while_it_waits_it_is_dropped_and_can_be_asked_again(
    valley, person, signed_in_client, tell
) -> None:
    composition = queued(valley, tell)
    reader = signed_in_client(person("reseau"))
    page = reader.post(f"/alliances/{composition.pk}/abandonner/", follow=True).content.decode()
    assert "Recherche abandonnée" in page
    assert "Relancer la recherche" in page
    assert JARDINS not in page
    tasks.compose_longer.func(FIRST_TRY, str(composition.pk))
    dropped = the_one()
    assert (dropped.state, dropped.outcome) == (Composition.State.CANCELLED, "")
    assert dropped.best == dropped.certain == dropped.progress == {}
    assert "Abandonné" in reader.get("/alliances/").content.decode()
    answer = reader.post(f"/alliances/{composition.pk}/garder/", {"origin": "best"}, follow=True)
    assert "Cette équipe n’existe pas" in answer.content.decode()
    tell(proves=True)
    assert valley.compose("berges").pk != composition.pk


def test_cancelled_while_it_runs_its_answer_is_not_kept(
    valley, person, signed_in_client, tell
) -> None:
    reader = signed_in_client(person("reseau"))
    method = tell(lambda: reader.post(f"/alliances/{the_one().pk}/abandonner/"))
    composition = valley.compose("berges")
    assert method.answers == [True, False]
    assert composition.state == Composition.State.CANCELLED
    assert the_one().best == {}
    address = f"/alliances/{composition.pk}/avancement/"
    assert reader.get(address)["HX-Refresh"] == "true"
    reader.post(f"/alliances/{composition.pk}/abandonner/")
    assert JournalEntry.objects.filter(verb="composing.cancel_composition").count() == 1


def test_a_crash_after_a_cancel_leaves_it_cancelled(valley, person, tell) -> None:
    by = person("reseau")

    def cancel_and_crash() -> None:
        actions.cancel_composition(composition=the_one(), by=by)
        raise RuntimeError("boom")

    tell(cancel_and_crash)
    valley.compose("berges")
    assert the_one().state == Composition.State.CANCELLED


def test_a_search_that_nobody_works_on_any_more_can_still_be_cancelled(
    valley, person, signed_in_client, tell
) -> None:
    composition = queued(valley, tell)
    Composition.objects.update(state="running", made_at=timezone.now() - timedelta(days=1))
    reader = signed_in_client(person("reseau"))
    page = reader.get(f"/alliances/{composition.pk}/").content.decode()
    assert "Relancer la recherche" in page
    reader.post(f"/alliances/{composition.pk}/abandonner/")
    assert the_one().state == Composition.State.CANCELLED


def test_the_queue_takes_a_composition_once(valley, tell) -> None:
    composition = queued(valley, tell)
    assert actions.take_up(str(composition.pk)) is not None
    assert actions.take_up(str(composition.pk)) is None


def test_a_composition_deleted_meanwhile_stops_its_search(valley, tell) -> None:
    method = tell(lambda: Composition.objects.all().delete())
    valley.compose("berges")
    assert method.answers == [True, False]
    assert not Composition.objects.exists()


# --- Rights -----------------------------------------------------------------------------------


@pytest.mark.parametrize("gesture", ["arreter", "abandonner"])
def test_a_stranger_neither_stops_nor_cancels_nor_watches(
    valley, person, signed_in_client, client, tell, gesture: str
) -> None:
    composition = queued(valley, tell)
    address = f"/alliances/{composition.pk}"
    stranger = signed_in_client(person("visiteur"))
    assert stranger.post(f"{address}/{gesture}/").status_code == 404
    assert stranger.get(f"{address}/avancement/").status_code == 404
    assert stranger.get(f"{address}/{gesture}/").status_code == 405
    assert client.get(f"{address}/avancement/").status_code == 404
    actions.open_to_all(composition=composition)
    page = stranger.get(f"{address}/").content.decode()
    assert "Nous cherchons" in page
    assert "Abandonner la recherche" not in page
    assert client.get(f"{address}/avancement/").status_code == 200
    assert stranger.post(f"{address}/{gesture}/").status_code == 404
    assert the_one().state == Composition.State.QUEUED


def test_a_colleague_of_the_network_may_stop_what_she_did_not_ask(
    valley, person, signed_in_client, tell
) -> None:
    composition = queued(valley, tell, by=person("reseau"))
    colleague = User.objects.create_user(email="collegue@cordee.example")
    RoleSeat.objects.create(person=colleague, role="network_staff", network=valley.network)
    signed_in_client(colleague).post(f"/alliances/{composition.pk}/arreter/")
    assert the_one().stopped_by == colleague


def test_only_she_stops_what_she_asked_by_herself(valley, person, signed_in_client, tell) -> None:
    visitor = person("visiteur")
    composition = queued(valley, tell, viewer=Viewer.of(visitor, DAY), by=visitor)
    address = f"/alliances/{composition.pk}/arreter/"
    assert signed_in_client(person("reseau")).post(address).status_code == 404
    signed_in_client(visitor).post(address)
    assert the_one().state == Composition.State.STOPPED


# --- What must not be shown -------------------------------------------------------------------


@pytest.fixture
def jardins(valley) -> Structure:
    """An ACI whose headroom makes the berges tight, used to compose and seen by nobody."""
    structure = Structure.objects.get(name=JARDINS)
    AccountingYear.objects.filter(chantier__structure=structure).update(
        charges_cents=100_000_000,
        receipts_cents=30_000_000 - 7_512_345 - 1,
        derogation=None,
        marginal_cost_share=0,
    )
    share(structure, valley.network, may_compose=True, may_see=False)
    return structure


def share(structure: Structure, network: Network, **rights: bool) -> None:
    SharingAgreement.objects.filter(structure=structure, figure_class="private").delete()
    SharingAgreement.objects.create(
        structure=structure, network=network, figure_class="private", starts_on=DAY, **rights
    )


def test_a_cost_hidden_in_the_answer_is_hidden_while_it_is_sought(valley, jardins, tell) -> None:
    composition = queued(valley, tell)
    best = problem.read_result(composition.best)
    assert best.plan is not None
    assert best.plan.terms.ceiling_tightness > 0, "the attack needs a tight ceiling"
    page = ProgressPage(composition, valley.viewer, timezone.now())
    answer = pages.Page(composition, access.viewer_in(valley.viewer, composition))
    assert page.best is not None
    assert answer.best is not None
    assert page.best.team.hides_costs
    assert page.best.team.cost_cents == answer.best.team.cost_cents
    assert "Plafonds serrés" not in {line.label for line in page.best.team.cost_lines}


def test_where_a_cost_is_hidden_earlier_ones_are_too_and_the_gap_is_coarse(
    valley, jardins, person, signed_in_client, tell
) -> None:
    """A cost and a gap, several times: exact, they would give what is left out."""
    composition = queued(valley, tell)
    page = ProgressPage(composition, valley.viewer, timezone.now())
    assert page.best is not None
    assert page.best.gap == "10\u202f%"
    text = signed_in_client(person("reseau")).get(f"/alliances/{composition.pk}/")
    assert "n’est pas compté ici" in text.content.decode()
    SharingAgreement.objects.update(may_see=True)
    page = ProgressPage(composition, valley.viewer, timezone.now())
    assert page.best is not None
    assert page.best.gap == "9,1\u202f%"


def test_a_team_whose_figures_are_taken_back_disappears_at_once(
    valley, jardins, person, signed_in_client, tell
) -> None:
    composition = queued(valley, tell)
    reader = signed_in_client(person("reseau"))
    addresses = [f"/alliances/{composition.pk}/", f"/alliances/{composition.pk}/avancement/"]
    for address in addresses:
        assert JARDINS in reader.get(address).content.decode()
    SharingAgreement.objects.filter(structure=jardins).update(may_see=False, may_compose=False)
    for address in addresses:
        text = reader.get(address).content.decode()
        assert JARDINS not in text
        assert "%" not in text
        assert "€" not in text
        assert "geste-arreter" not in text


def test_the_invented_valley_shows_everything_while_it_is_sought(valley, jardins, tell) -> None:
    composition = queued(valley, tell)
    actions.open_to_all(composition=composition)
    SharingAgreement.objects.all().delete()
    page = ProgressPage(the_one(), Viewer(None, DAY), timezone.now())
    assert page.best is not None
    assert not page.best.team.hides_costs


def test_what_she_sees_live_obeys_her_own_rights(
    valley, jardins, person, signed_in_client, tell
) -> None:
    """Made for a network with an agreement; a colleague of another network is a stranger."""
    composition = queued(valley, tell)
    other = Network.objects.create(name="Autre", slug="autre")
    colleague = User.objects.create_user(email="autre@cordee.example")
    RoleSeat.objects.create(person=colleague, role="network_staff", network=other)
    reader = signed_in_client(colleague)
    assert reader.get(f"/alliances/{composition.pk}/avancement/").status_code == 404


# --- In figures -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cost", "bound", "gap"),
    [
        (10**9, None, None),
        (10**9, 9 * 10**8, 0.1),
        (10**9, 10**9 - 1, 0.0),  # within the tolerance of a proof
        (0, 0, 0.0),
    ],
)
def test_the_gap_of_a_moment(cost: int, bound: int | None, gap: float | None) -> None:
    assert search_progress.gap_of(cost, bound) == gap


def test_a_longer_search_goes_on_from_what_is_stored_and_never_back(valley) -> None:
    composition = valley.compose("berges")
    question = problem.stored_question(composition)
    result = problem.read_result(composition.best)
    first = search_progress.Record(question.problem, question.known, {})
    first.hear(search_progress.Run.BEST, search_progress.Moment(1.0, result.plan, 10**9))
    second = search_progress.Record(question.problem, question.known, first.as_json())
    second.hear(search_progress.Run.BEST, search_progress.Moment(1.0, result.greedy, 10**8))
    assert not second.has_news
    progress = search_progress.progress_of(second.as_json())
    assert progress is not None
    assert progress.found[search_progress.Run.BEST].plan == result.plan
    assert second.as_json()["runs"]["best"]["bound"] == 10**9
