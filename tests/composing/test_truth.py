"""Nothing supposed, unknown, unproven or not tried is ever called proven."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from cordee.composing import actions, pages, problem
from cordee.composing.access import viewer_in
from cordee.composing.models import Composition
from cordee.composing.problem import sentences
from cordee.engine.result import Status, Violation
from cordee.members.models import Chantier
from cordee.members.sharing import Viewer
from tests.composing.conftest import DAY, whole

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice_says(monkeypatch: Any) -> Any:
    """`notice_says("…")`: what the notice left open; nothing where it told everything."""

    def says(*supposed: str) -> None:
        monkeypatch.setattr(sentences, "supposed_of", lambda packages: list(supposed))

    return says


@pytest.mark.parametrize("slug", ["berges", "facades", "repas"])
def test_what_the_notice_does_not_say_is_a_reserve_everywhere(
    valley, client, notice_says, slug: str
) -> None:
    notice_says("Lot 1 : la taille de l’équipe")
    composition = valley.compose(slug)
    actions.open_to_all(composition=composition)
    home = client.get("/").content.decode()
    page = whole(client, composition)
    assert "Équipe prouvée" not in home
    assert "Une structure suffit</" not in home
    assert 'class="preuve">' not in page, "a solid proof rests on a supposed size"
    assert "Nous en sommes sûrs" not in page
    assert "nous avons supposé" in page


def test_what_is_known_is_proven_outright(valley, client, notice_says) -> None:
    notice_says()
    composition = valley.compose("berges")
    actions.open_to_all(composition=composition)
    assert pages.proof_state_of(composition) == ("sur", "Prouvée")
    assert 'class="preuve">' in whole(client, composition)


def test_a_team_with_a_gap_is_the_best_found_and_no_more(valley, client, notice_says) -> None:
    notice_says()
    composition = valley.compose("berges")
    best = problem.read_result(composition.best)
    unproven = replace(best, status=Status.GAP, bound=(best.bound or 0) * 9_987 // 10_000)
    Composition.objects.update(
        best=problem.result_json(unproven), certain=problem.result_json(unproven), is_public=True
    )
    page = whole(client, composition)
    assert "La meilleure trouvée" in page
    assert "sans tout écarter" in page
    assert 'class="preuve">' not in page
    home = client.get("/").content.decode()
    assert "Équipe prouvée" not in home
    assert "au plus 0,2" in sentences.proof_of(unproven, 6), "0.13 % at most is not 0.1 %"


def test_a_certain_run_out_of_time_excludes_nobody(valley, client) -> None:
    composition = valley.compose("mobilier")
    certain = problem.read_result(composition.certain)
    assert certain.plan is None
    undecided = replace(certain, status=Status.UNDECIDED, impossibility=None)
    Composition.objects.update(certain=problem.result_json(undecided), is_public=True)
    page = whole(client, composition)
    assert "personne ne peut tout tenir" not in page
    assert "rien n’est trouvé ni exclu" in page


def test_an_impossibility_that_is_counted_does_not_claim_two_calculations(valley, client) -> None:
    composition = valley.compose("facades")
    why = problem.read_result(composition.best).impossibility
    assert why is not None
    assert str(why.certificate) == "count"
    actions.open_to_all(composition=composition)
    page = whole(client, composition)
    assert "Deux calculs" not in page
    assert "Un décompte suffit" in page


def test_the_simple_method_is_the_same_team_only_where_it_is(valley) -> None:
    composition = valley.compose("berges")
    best = problem.read_result(composition.best)
    assert best.plan is not None
    same = replace(best, greedy=best.plan, greedy_violations=())
    Composition.objects.update(best=problem.result_json(same), is_public=True)
    composition.refresh_from_db()
    page = pages.Page(composition, viewer_in(valley.viewer, composition))
    assert "la même équipe" in page.simple_method


def test_the_run_without_guesses_counts_only_those_it_looked_at(valley) -> None:
    """ "No better team among 257" where seven were looked at would be a boast."""
    composition = valley.compose("mobilier")
    posed = problem.read_problem(composition.problem)
    best, certain = problem.read_result(composition.best), problem.read_result(composition.certain)
    everybody = problem.studied(posed, best, known_only=False)
    sure = problem.studied(posed, certain, known_only=True)
    assert (everybody, sure) == (2, 1)
    page = pages.Page(composition, viewer_in(valley.viewer, composition))
    assert page.candidates == everybody


def test_the_simple_team_tells_what_it_rests_on_too(valley, client) -> None:
    """Nothing is known of anybody: no share of it is "calculated on known figures"."""
    composition = valley.compose("berges", viewer=Viewer(None, DAY))
    actions.open_to_all(composition=composition)
    page = pages.Page(composition, viewer_in(valley.viewer, composition))
    assert page.greedy is not None
    cells = [cell for row in page.greedy.team.rows for cell in row.cells if cell.cents is not None]
    assert cells
    assert all(cell.is_supposed for cell in cells)
    assert {row.state_kind for row in page.greedy.team.rows} == {"inconnu"}
    shown = whole(client, composition, "?equipe=simple")
    assert "Dans ses moyens" not in shown


def test_what_is_tight_in_the_simple_team_is_said(valley) -> None:
    composition = valley.compose("berges")
    best = problem.read_result(composition.best)
    assert best.plan is not None
    same = replace(best, greedy=best.plan, greedy_violations=())
    Composition.objects.update(best=problem.result_json(same), is_public=True)
    composition.refresh_from_db()
    page = pages.Page(composition, viewer_in(valley.viewer, composition))
    assert page.best is not None
    assert page.greedy is not None
    assert page.greedy.team.tight == page.best.team.tight
    assert [row.state for row in page.greedy.team.rows] == [
        row.state for row in page.best.team.rows
    ]


def test_a_simple_team_without_a_lead_is_no_answer(valley) -> None:
    composition = valley.compose("berges")
    best = problem.read_result(composition.best)
    headless = replace(best, greedy_violations=(Violation("one_lead", "", 1),))
    Composition.objects.update(best=problem.result_json(headless))
    composition.refresh_from_db()
    page = pages.Page(composition, viewer_in(valley.viewer, composition))
    assert "mandataire" in page.simple_method


def test_who_might_suffice_alone_is_named_beside_a_team(valley, person, signed_in_client) -> None:
    """RULE-38: those able alone do not share out a contract; where figures lack, ask first."""
    chantier = Chantier.objects.get(structure__name="Val Mirel Environnement")
    chantier.activities.create(trade="gros-oeuvre-patrimoine", reach_km=40)
    reader = signed_in_client(person("visiteur"))
    composition = valley.compose("berges", viewer=Viewer(None, DAY), by=person("visiteur"))
    assert len(problem.read_result(composition.best).plan.partners) > 1
    page = whole(reader, composition)
    assert "Demandez d’abord à Val Mirel Environnement. Elle pourrait suffire" in page
    assert "personne ne peut tout tenir seul de façon sûre" in page
    certain = valley.compose("berges")
    page = whole(signed_in_client(person("reseau")), certain)
    assert "Demandez d’abord" not in page


def test_the_sentence_names_three_at_most() -> None:
    names = [f"Structure {letter}" for letter in "abcde"]
    candidates = tuple(SimpleNamespace(organisation=name, name=name) for name in names)
    posed = SimpleNamespace(candidates=candidates)
    result = SimpleNamespace(plan=object(), solo=False, alone_if=tuple(names))
    text = sentences.maybe_alone(posed, result)
    assert "Structure a, Structure b, Structure c et 2\u202fautres" in text
    assert (
        sentences.maybe_alone(posed, SimpleNamespace(plan=object(), solo=True, alone_if=())) == ""
    )


def test_a_reserved_lot_says_so_in_the_table(valley, person, signed_in_client) -> None:
    """RULE-15: on a reserved lot each member must be eligible, and the reader must know."""
    reader = signed_in_client(person("reseau"))
    composition = valley.compose("berges")
    page = whole(reader, composition)
    assert "Aucun lot n’est lu comme réservé" in page
    composition.problem["value"]["packages"][0]["eligible_kinds"] = ["ACI", "EI"]
    composition.save()
    page = whole(reader, composition)
    assert page.count('<span class="unite">réservé</span>') == 1
    assert "chaque membre doit y avoir droit" in page
