"""A structure leaves a network, and its figures close at once: everywhere they were."""

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.utils import timezone

from cordee.accounts.models import User
from cordee.composing.models import KeptJson
from cordee.members.models import Certification, SharingAgreement, Structure
from cordee.mobilisation import actions as rankings
from cordee.mobilisation import problem
from tests.composing.conftest import Valley, load_valley

pytestmark = pytest.mark.django_db
JARDINS = "Les Jardins de la Verdoire"


@pytest.fixture
def valley(db: None, settings: Any, tmp_path: Any) -> Valley:
    """Today's valley: pages read the clock."""
    settings.STATE_DIR = tmp_path
    return load_valley(timezone.localdate())


@pytest.fixture
def jardins(valley: Valley) -> Structure:
    structure = Structure.objects.get(name=JARDINS)
    SharingAgreement.objects.filter(structure=structure).update(may_see=True, may_compose=True)
    Certification.objects.create(
        structure=structure, name="Certificat des Jardins", valid_until=valley.day
    )
    return structure


def leave(structure: Structure, network: Any, client: Any) -> None:
    answer = client.post(f"/reseaux/structures/{structure.pk}/{network.slug}/quitter/")
    assert answer.status_code == 302


def field_of(valley: Valley, slug: str = "berges") -> Any:
    packages = problem.engine_packages(
        valley.opportunity(slug).latest_breakdown().packages.all(), on=valley.day
    )
    field = problem.engine_candidates(
        packages, viewer=valley.viewer, params=problem.params_for(packages)
    )
    return next(each for each in field.candidates if each.name == JARDINS)


def capacity_cell(client: Any) -> str:
    answer = client.get(f"/annuaire/export/?q={JARDINS}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(StringIO(text), delimiter=";")
    return row["équipe (ETP)"]


def test_a_structure_leaves_and_its_figures_close_at_once(
    valley: Valley,
    jardins: Structure,
    person: Callable[[str], User],
    signed_in_client: Callable[[Any], Any],
) -> None:
    staff, director = signed_in_client(person("reseau")), signed_in_client(person("direction"))
    breakdown = valley.opportunity("berges").latest_breakdown()
    home = f"/reseaux/{valley.network.slug}/accueil/"
    ranked = rankings.rank_structures(breakdown=breakdown, viewer=valley.viewer, by=None)
    composed = valley.compose("berges")
    ranking_page = f"/opportunites/{breakdown.opportunity_id}/candidats/"

    # While it is a member, its figures are everywhere they may be.
    assert field_of(valley).capacity_cfte_by_month is not None
    assert any(year.headroom_cents is not None for year in field_of(valley).accounting_years)
    assert capacity_cell(staff)
    assert "Certificat des Jardins" in staff.get(home).content.decode()
    assert "Équipe du bourg" in staff.get(f"/annuaire/{jardins.pk}/").content.decode()
    before = _points(staff.get(ranking_page), JARDINS)
    assert JARDINS in staff.get(f"/alliances/{composed.pk}/").content.decode()

    leave(jardins, valley.network, director)

    # A new computation knows nothing of it, in the network and in its delegation.
    candidate = field_of(valley)
    assert candidate.capacity_cfte_by_month is None
    assert candidate.accounting_years == ()
    # The stored ranking shows no term that rested on its figures.
    stored = next(
        row for package in ranked.rows for row in package["ranked"] if row["name"] == JARDINS
    )
    known = sum(term["out_of"] for term in stored["terms"] if term["certainty"] != "unknown")
    points, out_of = _points(staff.get(ranking_page), JARDINS)
    assert out_of < known
    assert (points, out_of) != before
    # Nor does the stored composition, though what it holds was kept from the reading before.
    hits = KeptJson.of.cache_info().hits
    kept = staff.get(f"/alliances/{composed.pk}/").content.decode()
    assert KeptJson.of.cache_info().hits > hits
    assert JARDINS not in kept
    assert "Composer à nouveau" in kept
    # Home, list of who opened what, page of the structure, files.
    assert "Certificat des Jardins" not in staff.get(home).content.decode()
    assert "Équipe du bourg" not in staff.get(f"/annuaire/{jardins.pk}/").content.decode()
    assert capacity_cell(staff) == ""
    agreements = staff.get(f"/reseaux/{valley.network.slug}/partages/?q={JARDINS}")
    (row,) = agreements.context["agreements"].rows
    assert not row.is_open
    delegate = signed_in_client(person("deleguee"))
    assert "Équipe du bourg" not in delegate.get(f"/annuaire/{jardins.pk}/").content.decode()
    # The structure itself still reads its own.
    assert "Équipe du bourg" in director.get(f"/annuaire/{jardins.pk}/fiche/").content.decode()


def _points(answer: Any, name: str) -> tuple[int, int]:
    line = next(
        line
        for ranking in answer.context["rankings"]
        for line in ranking.lines
        if line.name == name
    )
    return line.points, line.out_of
