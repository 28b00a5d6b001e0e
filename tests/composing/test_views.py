import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from cordee.composing import actions, pages, problem
from cordee.composing.models import Composition, Outcome, Proposal
from cordee.members.models import Activity
from cordee.opportunities.models import WorkPackage
from demo.notices import render_notices
from tests.composing.conftest import DAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def day_of_the_valley(monkeypatch: Any) -> None:
    """Views ask what day it is; the valley lives on a fixed one."""
    from datetime import UTC, datetime

    from django.utils import timezone

    noon = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: noon)


def test_the_public_home_shows_the_main_job_without_an_account(valley, client) -> None:
    actions.open_to_all(composition=valley.compose("berges"))
    actions.open_to_all(composition=valley.compose("facades"))
    page = client.get("/").content.decode()
    assert "Oui, en équipe de trois" in page
    assert "Aucune meilleure équipe n’existe" in page
    asked = client.get(f"/?besoin={valley.opportunity('facades').pk}").content.decode()
    assert "il manque 0,6" in asked


def test_a_public_composition_opens_without_an_account_and_others_do_not(valley, client) -> None:
    shown, hidden = valley.compose("berges"), valley.compose("mobilier")
    actions.open_to_all(composition=shown)
    assert client.get(f"/alliances/{shown.pk}/").status_code == 200
    assert client.get(f"/alliances/{hidden.pk}/").status_code == 404


def test_a_public_team_of_a_private_need_leads_nowhere_closed(
    valley, client, person, signed_in_client
) -> None:
    composition = valley.compose("repas")
    actions.open_to_all(composition=composition)
    need = f"/opportunites/{composition.breakdown.opportunity_id}/"
    assert composition.breakdown.opportunity.is_private
    visitor = signed_in_client(person("visiteur"))
    assert visitor.get(need).status_code == 404
    assert need not in visitor.get(f"/alliances/{composition.pk}/").content.decode()
    assert (
        need
        in signed_in_client(person("reseau")).get(f"/alliances/{composition.pk}/").content.decode()
    )


def test_who_has_no_seat_is_led_to_her_structure(valley, person, signed_in_client) -> None:
    assert "/rejoindre/" in signed_in_client(person("visiteur")).get("/", follow=True).text
    assert "/rejoindre/" not in signed_in_client(person("reseau")).get("/", follow=True).text


@pytest.mark.parametrize("slug", ["repas", "berges", "mobilier", "facades"])
def test_every_answer_of_the_valley_has_its_page(
    valley, person, signed_in_client, slug: str
) -> None:
    composition = valley.compose(slug)
    reader = signed_in_client(person("reseau"))
    for tab in ("", "preuve/", "et-si/"):
        for team in ("", "?equipe=certaine", "?equipe=simple", "?equipe=nimporte"):
            assert reader.get(f"/alliances/{composition.pk}/{tab}{team}").status_code == 200


def test_composing_from_the_page_of_an_opportunity(valley, person, signed_in_client) -> None:
    reader = signed_in_client(person("reseau"))
    address = f"/alliances/composer/{valley.opportunity('berges').pk}/"
    assert "Chercher la meilleure équipe" in reader.get(address).content.decode()
    answer = reader.post(address)
    composition = Composition.objects.get()
    assert answer["Location"] == f"/alliances/{composition.pk}/"
    assert reader.post(address)["Location"] == answer["Location"], "a double click composes once"


def test_a_get_composes_nothing(valley, person, signed_in_client) -> None:
    signed_in_client(person("reseau")).get(
        f"/alliances/composer/{valley.opportunity('berges').pk}/"
    )
    assert not Composition.objects.exists()


def test_a_stranger_does_not_open_the_composition_of_a_network(
    valley, person, signed_in_client
) -> None:
    composition = valley.compose("berges")
    stranger = signed_in_client(person("visiteur"))
    for tab in ("", "preuve/", "et-si/"):
        assert stranger.get(f"/alliances/{composition.pk}/{tab}").status_code == 404
    assert stranger.post(f"/alliances/{composition.pk}/garder/").status_code == 404
    assert "Espaces verts" not in stranger.get("/alliances/").content.decode()


def test_keeping_and_taking_back(valley, person, signed_in_client) -> None:
    composition = valley.compose("berges")
    reader = signed_in_client(person("reseau"))
    reader.post(f"/alliances/{composition.pk}/garder/", {"origin": "best"})
    kept = Proposal.objects.get()
    page = reader.get("/alliances/").content.decode()
    assert "Équipe gardée. Vous la retrouvez" in page
    assert "Équipes gardées" in page
    reader.post(f"/alliances/propositions/{kept.pk}/retirer/")
    assert "Équipes gardées" not in reader.get("/alliances/").content.decode()


def test_an_invented_team_is_refused_in_words(valley, person, signed_in_client) -> None:
    composition = valley.compose("berges")
    reader = signed_in_client(person("reseau"))
    page = reader.post(f"/alliances/{composition.pk}/garder/", {"origin": "x"}, follow=True)
    assert "Cette équipe n’existe pas" in page.content.decode()
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("holds", [True, False])
def test_only_a_team_that_holds_is_offered_to_be_kept(
    valley, person, signed_in_client, monkeypatch: Any, holds: bool
) -> None:
    """Where the simple method leaves something out, its table is shown and no more."""
    composition = valley.compose("berges")
    reader = signed_in_client(person("reseau"))
    monkeypatch.setattr(pages.Page, "greedy_is_valid", holds)
    address = f"/alliances/{composition.pk}/"
    assert "Garder cette équipe" in reader.get(address).content.decode()
    simple = reader.get(f"{address}?equipe=simple").content.decode()
    assert "La méthode simple\u00a0: trois structures" in simple
    assert ("Garder cette équipe" in simple) is holds
    reader.post(f"{address}garder/", {"origin": "greedy"})
    assert Proposal.objects.exists() is holds


def test_one_structure_is_no_team_to_keep(
    valley, person, signed_in_client, monkeypatch: Any
) -> None:
    composition = valley.compose("berges")
    monkeypatch.setattr(pages.Shown, "is_alone", True)
    address, reader = f"/alliances/{composition.pk}/", signed_in_client(person("reseau"))
    page = reader.get(address).content.decode()
    assert "Garder cette réponse" in page
    assert "Garder cette équipe" not in page
    reader.post(f"{address}garder/", {"origin": "best"})
    page = reader.get(address).content.decode()
    assert "Réponse gardée" in page
    assert "Équipe gardée" not in page


@pytest.mark.parametrize(("slug", "origin"), [("facades", "best"), ("mobilier", "certain")])
def test_a_team_that_does_not_exist_cannot_be_kept(
    valley, person, signed_in_client, slug: str, origin: str
) -> None:
    composition = valley.compose(slug)
    reader = signed_in_client(person("reseau"))
    page = reader.post(f"/alliances/{composition.pk}/garder/", {"origin": origin}, follow=True)
    assert "Cette équipe n’existe pas" in page.content.decode()
    assert not Proposal.objects.exists()


def test_a_composition_in_waiting_shows_progress_and_ends_by_reloading(
    valley, person, signed_in_client
) -> None:
    composition = valley.compose("berges")
    Composition.objects.update(state="running")
    reader = signed_in_client(person("reseau"))
    assert "Nous cherchons" in reader.get(f"/alliances/{composition.pk}/").content.decode()
    fragment = reader.get(f"/alliances/{composition.pk}/avancement/")
    assert "HX-Refresh" not in fragment.headers
    Composition.objects.update(state="done")
    assert reader.get(f"/alliances/{composition.pk}/avancement/")["HX-Refresh"] == "true"


def test_a_composition_that_nobody_works_on_any_more_says_so(
    valley, person, signed_in_client
) -> None:
    composition = valley.compose("berges")
    Composition.objects.update(state="running", made_at=composition.made_at - timedelta(days=1))
    reader = signed_in_client(person("reseau"))
    page = reader.get(f"/alliances/{composition.pk}/").content.decode()
    assert "Relancer la recherche" in page
    assert reader.get(f"/alliances/{composition.pk}/avancement/")["HX-Refresh"] == "true"


def test_a_failure_says_whose_fault_it_is(valley, person, signed_in_client) -> None:
    composition = valley.compose("berges")
    Composition.objects.update(state="failed", error_code="C-TEST")
    page = signed_in_client(person("reseau")).get(f"/alliances/{composition.pk}/").content.decode()
    assert "La panne vient de chez nous" in page
    assert "C-TEST" in page


def test_the_list_makes_as_many_queries_for_three_thirty_and_five_thousand(
    valley, person, count_queries
) -> None:
    composition = valley.compose("berges")
    counts = []
    for rows in (3, 30, 5_000):
        missing = rows - Composition.objects.count()
        Composition.objects.bulk_create(
            Composition(
                breakdown=composition.breakdown,
                network=valley.network,
                computed_for=DAY,
                time_limit_s=1,
                question_sha256=f"{number:064d}",
                state="done",
                outcome="composed",
            )
            for number in range(rows * 100, rows * 100 + missing)
        )
        counts.append(count_queries("/alliances/", person("reseau")))
    assert len(set(counts)) == 1
    assert counts[0] <= 10


def test_the_page_of_a_composition_makes_few_queries(valley, person, count_queries) -> None:
    composition = valley.compose("berges")
    assert count_queries(f"/alliances/{composition.pk}/", person("reseau")) <= 14


def compose_command(path: Path, *arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command(
        "compose",
        str(path),
        *arguments,
        "--members",
        "database",
        "--on",
        DAY.isoformat(),
        "--json",
        stdout=out,
        stderr=StringIO(),
    )
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def test_the_terminal_gives_the_same_team_as_the_page(valley, tmp_path: Path) -> None:
    notices = render_notices(DAY, tmp_path)
    answer = compose_command(notices[1], "--network", valley.network.slug)
    assert answer["outcome"] == "composed"
    (proposal,) = answer["proposals"]
    composition = valley.compose("berges")
    assert proposal["objective"] == problem.read_result(composition.best).objective_cents
    assert {p["name"] for p in proposal["partners"]} == {
        "Les Jardins de la Verdoire",
        "Pierre et Chaux",
        "Rives et Sentiers",
    }
    assert proposal["status"] == "optimal"
    assert proposal["verified"] is True
    assert proposal["greedy_objective"] >= proposal["objective"]
    assert sum(p["cents"] for p in proposal["partners"]) == 20_070_000
    assert answer["problem"]["value"]["candidates"]
    assert {"notice", "work_packages", "ranking"} <= answer.keys()


@pytest.mark.parametrize(
    ("number", "outcome"),
    [(0, "composed"), (3, "impossible"), (6, "out_of_scope"), (8, "closed")],
)
def test_the_four_outcomes_of_the_terminal(valley, tmp_path: Path, number: int, outcome: str):
    notices = render_notices(DAY, tmp_path)
    answer = compose_command(notices[number], "--network", valley.network.slug)
    assert answer["outcome"] == outcome
    assert (answer["reason"] is None) == (outcome == "composed")
    if outcome == "impossible":
        (short,) = answer["reason"]["shortages"]
        assert (short["package"], short["months"], short["missing_cfte"]) == ("01", ["2027-05"], 60)


def test_a_file_that_cannot_be_read_ends_with_2_and_one_line(valley, tmp_path: Path) -> None:
    broken = tmp_path / "x.xml"
    broken.write_text("<a><b></a>")
    said = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("compose", str(broken), "--members", "database", stderr=said)
    assert stop.value.code == 2
    assert len(said.getvalue().strip().splitlines()) == 1


@pytest.mark.parametrize("path", ["", "."])
def test_a_folder_is_no_notice(path: str) -> None:
    """Even an empty name, which would be the folder we stand in."""
    said = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("compose", path, stderr=said)
    assert stop.value.code == 2
    assert "est un dossier : nommez un avis" in said.getvalue()


def test_the_terminal_counts_structures_whose_trades_nobody_told(valley, tmp_path: Path) -> None:
    """They are unknown, which is not the same as nobody."""
    Activity.objects.all().delete()
    notice, said = str(render_notices(DAY, tmp_path)[0]), StringIO()
    command = ["compose", notice, "--members=database", f"--on={DAY}"]
    call_command(*command, stdout=said, stderr=StringIO())
    assert "personne de ce métier assez près" in said.getvalue()
    assert "structures proches n’ont pas dit leurs métiers" in said.getvalue()


def test_a_day_whose_law_is_unknown_ends_in_one_line(valley, tmp_path: Path) -> None:
    notice = str(render_notices(DAY, tmp_path)[0])
    said = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("compose", notice, "--members=database", "--on=1900-01-01", stderr=said)
    assert stop.value.code == 2
    assert "Le 01/01/1900, une valeur de droit manque : " in said.getvalue().splitlines()[-1]


def test_what_nobody_has_told_is_asked_and_not_called_impossible(
    valley, person, signed_in_client
) -> None:
    trades = WorkPackage.objects.filter(breakdown__opportunity=valley.opportunity("facades"))
    Activity.objects.filter(trade__in=trades.values("trade")).delete()
    Activity.objects.filter(chantier__structure__name="Val Mirel Environnement").delete()
    composition = valley.compose("facades")
    assert composition.outcome == Outcome.IMPOSSIBLE
    page = signed_in_client(person("reseau")).get(f"/alliances/{composition.pk}/").text
    assert "<h1>On ne sait pas encore" in page
    assert "Demandez d’abord" in page
    assert "Voir lesquelles" in page
    assert "Impossible aujourd’hui" not in page
    assert "n’y arrivent pas" not in page, "no proof of what nobody knows"
