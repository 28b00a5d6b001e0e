"""Who could answer: stored with its inputs, opened term by term, alike for nobody else."""

import json
from typing import Any

import pytest
from django.db.models import QuerySet

from cordee.members.models import Activity, Chantier, Structure
from cordee.members.sharing import Viewer
from cordee.mobilisation import actions, pages, problem
from cordee.mobilisation.access import ranking_for
from cordee.mobilisation.models import Ranking
from cordee.opportunities.models import WorkPackage
from tests.composing.conftest import DAY

pytestmark = pytest.mark.django_db


def rank(valley, slug: str = "berges") -> Ranking:
    breakdown = valley.opportunity(slug).latest_breakdown()
    return actions.rank_structures(breakdown=breakdown, viewer=valley.viewer, by=None)


def shown(valley, slug: str = "berges") -> list[pages.PackageRanking]:
    return pages.rankings_of(rank(valley, slug), valley.viewer)


def test_the_valley_is_ranked_package_by_package(valley) -> None:
    first = shown(valley)[0]
    assert {line.name for line in first.lines} == {
        "Les Jardins de la Verdoire",
        "Rives et Sentiers",
        "Val Mirel Environnement",
    }
    assert [line.points for line in first.lines] == sorted(
        (line.points for line in first.lines), reverse=True
    )


def test_a_note_is_the_sum_of_its_terms(valley) -> None:
    for package in rank(valley).rows:
        for row in package["ranked"]:
            assert row["points"] == sum(term["points"] for term in row["terms"])
            assert row["out_of"] == sum(term["out_of"] for term in row["terms"])


def test_the_page_says_what_each_term_weighs_as_the_engine_has_it() -> None:
    assert pages.TERMS_IN_WORDS == (
        "Métier 30, distance 25, équipes libres 20, marge de plafond 15, droit de répondre 10"
    )


def test_what_is_unknown_leaves_the_maximum_and_is_said(valley) -> None:
    (line,) = shown(valley, "mobilier")[0].lines
    assert line.out_of == 85
    assert [term.label for term in line.terms if term.is_unknown] == ["Marge de plafond"]


def test_structures_without_a_trade_are_counted_and_named(valley) -> None:
    Activity.objects.filter(chantier__structure__name="Pierre et Chaux").delete()
    package = shown(valley)[2]
    assert list(package.lines) == []
    assert list(package.unknown_trade_names) == ["Pierre et Chaux"]


@pytest.mark.parametrize("slug", ["berges", "mobilier", "repas"])
def test_a_request_reads_fewer_rows_and_keeps_the_ranking_of_all_of_them(valley, slug) -> None:
    """Figures of those in reach, and of the others their trades or their number alone."""
    Activity.objects.filter(chantier__structure__name="Pierre et Chaux").delete()
    packages = problem.engine_packages(
        valley.opportunity(slug).latest_breakdown().packages.all(), on=DAY
    )
    params, viewer = problem.params_for(packages), valley.viewer.asker.shown_only
    everybody = problem.engine_candidates(packages, viewer=viewer, params=params)
    field, others = problem.ranked_candidates(packages, viewer=viewer, params=params)
    assert len(field.candidates) + others == len(everybody.candidates)
    assert others > 0
    reference = problem.ranking_of(packages, everybody, params=params)
    assert problem.ranking_of(packages, field, params=params, others=others) == reference
    assert rank(valley, slug).rows == json.loads(json.dumps(reference))


def test_a_ranking_of_another_network_is_never_shown(valley) -> None:
    ranking = rank(valley)
    other = type(valley.network).objects.create(name="Autre", slug="autre")
    assert ranking_for(valley.viewer, ranking.breakdown) == ranking
    assert ranking_for(Viewer.of_network(other, DAY), ranking.breakdown) is None
    assert ranking_for(Viewer(None, DAY), ranking.breakdown) is None


def test_size_never_counts(valley) -> None:
    """The same structure with ten times its crews has the same note where both have a crew free."""
    before = shown(valley)[0].lines
    for chantier in Chantier.objects.filter(structure__name="Rives et Sentiers"):
        crew = chantier.crews.first()
        for _ in range(9):
            crew.pk = None
            crew.save()
    after = shown(valley)[0].lines
    assert [line.points for line in before] == [line.points for line in after]


def test_a_package_without_a_place_says_what_to_correct(valley) -> None:
    row = WorkPackage(position=1, label="Tonte", trade="espaces-verts", first_month=1, months=1)
    with pytest.raises(problem.NotComposable, match="lieu"):
        problem.engine_packages([row], on=DAY)


def test_a_reserved_lot_keeps_its_kinds(valley) -> None:
    row = valley.opportunity("berges").latest_breakdown().packages.first()
    row.reserved = "INSERTION"
    (package,) = problem.engine_packages([row], on=DAY)
    assert package.eligible_kinds is not None
    assert "ENTREPRISE" not in package.eligible_kinds
    assert "ACI" in package.eligible_kinds


def test_capacity_follows_seasons_exceptions_and_bookings(valley) -> None:
    chantier = Chantier.objects.get(structure__name="Les Jardins de la Verdoire")
    chantier.crews.all().delete()
    chantier.bookings.all().delete()
    chantier.profiles.all().delete()
    # Two crews of five at 35 h: ten full-time posts.
    for name in ("A", "B"):
        chantier.crews.create(name=name, places=5, weekly_minutes=35 * 60)
    first = 2027 * 12 + 2
    chantier.profiles.create(percent_by_month=[100] * 3 + [50] * 9, valid_from="2026-01-01")
    chantier.capacity_exceptions.create(first_month=first + 2, months=1, cfte=120)
    chantier.bookings.create(first_month=first + 1, months=3, cfte=100, reason="essai")
    packages = problem.engine_packages(
        valley.opportunity("berges").latest_breakdown().packages.all(), on=DAY
    )
    field = problem.engine_candidates(
        packages, viewer=valley.viewer, params=problem.params_for(packages)
    )
    (mine,) = [c for c in field.candidates if c.name == "Les Jardins de la Verdoire"]
    free: dict[int, int] = dict(mine.capacity_cfte_by_month or {})
    # March whole; April half, May the exception, June half: each less the booking.
    assert [free[first + n] for n in range(4)] == [1_000, 400, 20, 400]
    assert mine.min_crew_cfte == 100


def test_a_closed_structure_is_no_candidate(valley) -> None:
    Structure.objects.filter(name="Pierre et Chaux").update(is_closed=True)
    assert shown(valley)[2].lines == []


class TestPages:
    @pytest.fixture(autouse=True)
    def day_of_the_valley(self, monkeypatch: Any) -> None:
        from datetime import UTC, datetime

        from django.utils import timezone

        noon = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: noon)

    def test_looking_and_opening_a_note(self, valley, person, signed_in_client) -> None:
        reader = signed_in_client(person("reseau"))
        pk = valley.opportunity("berges").pk
        address = f"/opportunites/{pk}/candidats/"
        assert "La recherche n’est pas encore lancée" in reader.get(address).content.decode()
        assert not Ranking.objects.exists()
        assert reader.post(address)["Location"] == address
        page = reader.get(f"{address}?travaux=01&structure=2").content.decode()
        assert "Détail de la note" in page
        assert "Rives et Sentiers" in page

    def test_the_lots_of_an_opportunity_say_who_could(
        self, valley, person, signed_in_client
    ) -> None:
        reader = signed_in_client(person("reseau"))
        pk = valley.opportunity("berges").pk
        address = f"/opportunites/{pk}/lots/"
        assert "Chercher qui peut répondre" in reader.get(address).content.decode()
        rank(valley)
        assert "Pierre et Chaux" in reader.get(address).content.decode()

    def test_the_page_makes_few_queries(self, valley, person, count_queries) -> None:
        rank(valley)
        pk = valley.opportunity("berges").pk
        assert count_queries(f"/opportunites/{pk}/candidats/", person("reseau")) <= 10

    def test_no_distance_is_told_to_the_middle_of_a_department(
        self, valley, person, signed_in_client
    ) -> None:
        rank(valley)
        reader, pk = signed_in_client(person("reseau")), valley.opportunity("berges").pk
        here, lots = f"/opportunites/{pk}/candidats/", f"/opportunites/{pk}/lots/"
        assert "lieu exact inconnu" not in reader.get(here).text
        assert "Pierre et Chaux (sur place)" in reader.get(lots).text
        QuerySet.update(WorkPackage.objects.all(), is_place_supposed=True)
        assert "lieu exact inconnu" in reader.get(here).text
        told = reader.get(lots).text
        assert "Pierre et Chaux" in told
        assert "Pierre et Chaux (" not in told
