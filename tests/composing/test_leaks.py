"""Attacks on the figures of a structure: rankings, costs, reasons, later rights, two seats."""

from datetime import timedelta
from typing import Any

import pytest

from cordee.accounts.models import User
from cordee.composing import access, actions, pages, problem
from cordee.composing.models import Proposal
from cordee.composing.problem import sentences
from cordee.economics.models import AccountingYear
from cordee.members.models import CapacityBooking, Network, RoleSeat, SharingAgreement, Structure
from cordee.members.sharing import FigureClass, Viewer
from cordee.mobilisation import actions as rankings
from cordee.mobilisation import pages as ranking_pages
from cordee.mobilisation import problem as mobilisation
from cordee.mobilisation import rounding
from tests.composing.conftest import DAY

pytestmark = pytest.mark.django_db
JARDINS = "Les Jardins de la Verdoire"
TOMORROW = DAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def day_of_the_valley(monkeypatch: Any) -> None:
    from datetime import UTC, datetime

    from django.utils import timezone

    noon = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: noon)


@pytest.fixture
def jardins(valley) -> Structure:
    """An ACI that lets nobody use its accounts, and whose headroom makes the berges tight."""
    structure = Structure.objects.get(name=JARDINS)
    AccountingYear.objects.filter(chantier__structure=structure).update(
        charges_cents=100_000_000,
        receipts_cents=30_000_000 - 7_512_345 - 1,
        derogation=None,
        marginal_cost_share=0,
    )
    SharingAgreement.objects.filter(structure=structure, figure_class="private").delete()
    return structure


def share(structure: Structure, valley, figure_class: str = "private", **rights: bool) -> None:
    SharingAgreement.objects.update_or_create(
        structure=structure,
        network=valley.network,
        figure_class=FigureClass(figure_class),
        starts_on=DAY,
        defaults=rights,
    )


def director_and_staff(valley, structure: Structure) -> User:
    """One person with both seats."""
    user = User.objects.create_user(email="deux@cordee.example")
    RoleSeat.objects.create(person=user, role="network_staff", network=valley.network)
    RoleSeat.objects.create(person=user, role="director", structure=structure)
    return user


def posed_by(valley, viewer: Viewer) -> Any:
    packages = mobilisation.engine_packages(
        valley.opportunity("berges").latest_breakdown().packages.all(), on=DAY
    )
    field = mobilisation.engine_candidates(
        packages, viewer=viewer, params=mobilisation.params_for(packages)
    )
    (mine,) = [c for c in field.candidates if c.name == JARDINS]
    return mine


def ranked_line(valley, viewer: Viewer) -> ranking_pages.RankingRow:
    breakdown = valley.opportunity("berges").latest_breakdown()
    ranking = rankings.rank_structures(breakdown=breakdown, viewer=viewer, by=None)
    return line_of(ranking, viewer)


def line_of(ranking: Any, viewer: Viewer) -> ranking_pages.RankingRow:
    package = ranking_pages.rankings_of(ranking, viewer)[0]
    (line,) = [line for line in package.lines if line.name == JARDINS]
    return line


def unknown_terms(line: ranking_pages.RankingRow) -> set[str]:
    return {term.label for term in line.terms if term.is_unknown}


def test_the_figures_of_a_director_stay_out_of_what_her_network_keeps(valley, jardins) -> None:
    """Two seats, one person: their colleagues would read in the team what they alone may use."""
    both = Viewer.of(director_and_staff(valley, jardins), DAY)
    assert both.network == valley.network
    assert both.directs(jardins)
    assert posed_by(valley, both).accounting_years == ()
    alone = Viewer(both.user, DAY, None, both.structure_ids)
    assert posed_by(valley, alone).accounting_years != ()


def test_a_ranking_never_shows_points_made_of_a_figure_that_may_not_be_seen(
    valley, jardins
) -> None:
    """ "4 / 15" of headroom is the headroom, in fifteenths of a receipt that everybody knows."""
    share(jardins, valley, may_compose=True, may_see=False)
    line = ranked_line(valley, valley.viewer)
    assert unknown_terms(line) == {"Marge de plafond"}
    assert line.out_of == 85
    share(jardins, valley, may_compose=True, may_see=True)
    assert unknown_terms(ranked_line(valley, valley.viewer)) == set()


def test_a_ranking_does_not_show_free_crews_that_may_not_be_seen(valley, jardins) -> None:
    SharingAgreement.objects.filter(structure=jardins, figure_class="network").update(may_see=False)
    line = ranked_line(valley, valley.viewer)
    assert "Équipes libres" in unknown_terms(line)
    assert line.months_text == "équipe inconnue"


def test_a_stored_ranking_forgets_what_has_been_taken_back(valley, jardins) -> None:
    share(jardins, valley, may_compose=True, may_see=True)
    breakdown = valley.opportunity("berges").latest_breakdown()
    stored = rankings.rank_structures(breakdown=breakdown, viewer=valley.viewer, by=None)
    before = line_of(stored, valley.viewer)
    SharingAgreement.objects.filter(structure=jardins).update(ends_on=DAY)
    after = line_of(stored, Viewer.of_network(valley.network, TOMORROW))
    assert before.out_of == 100
    assert unknown_terms(after) == {"Équipes libres", "Marge de plafond"}
    assert after.out_of == 65
    assert after.points == sum(term.points or 0 for term in after.terms)


def test_a_stored_team_is_withheld_once_its_figures_are_taken_back(
    valley, jardins, person, signed_in_client, monkeypatch: Any
) -> None:
    share(jardins, valley, may_compose=True, may_see=True)
    reader = signed_in_client(person("reseau"))
    composition = valley.compose("berges")
    actions.keep_proposal(composition=composition, origin="best", by=person("reseau"))
    address = f"/alliances/{composition.pk}/"
    assert JARDINS in reader.get(address).content.decode()
    SharingAgreement.objects.filter(structure=jardins, figure_class="private").update(
        may_see=False, may_compose=False
    )
    for tab in ("", "preuve/", "et-si/"):
        page = reader.get(f"{address}{tab}").content.decode()
        assert JARDINS not in page
        assert "Composer à nouveau" in page
        assert reader.get(f"{address}{tab}?equipe=simple").content.decode().count("€") == 0


def test_a_right_reduced_to_composing_withholds_what_was_made_with_the_exact_figure(
    valley, jardins
) -> None:
    share(jardins, valley, may_compose=True, may_see=True)
    composition = valley.compose("berges")
    assert not access.is_withheld(composition, on=DAY)
    share(jardins, valley, may_compose=True, may_see=False)
    assert access.is_withheld(composition, on=DAY)
    second = valley.compose("berges")
    assert second.pk != composition.pk
    assert not access.is_withheld(second, on=DAY)


def test_a_public_composition_of_the_invented_valley_is_never_withheld(valley, jardins) -> None:
    composition = valley.compose("berges")
    actions.open_to_all(composition=composition)
    SharingAgreement.objects.all().delete()
    assert not access.is_withheld(composition, on=DAY)


def test_the_cost_tells_nothing_of_a_ceiling_that_may_not_be_seen(valley, jardins) -> None:
    """Twelve cents per euro above 90 % of the headroom, and the share is known: that is enough."""
    share(jardins, valley, may_compose=True, may_see=False)
    composition = valley.compose("berges")
    best = problem.read_result(composition.best)
    assert best.plan is not None
    assert best.plan.terms.ceiling_tightness > 0, "the attack needs a tight ceiling"
    page = pages.Page(composition, access.viewer_in(valley.viewer, composition))
    assert page.best is not None
    team = page.best.team
    assert "Plafonds serrés" not in {line.label for line in team.cost_lines}
    assert team.cost_cents == sum(line.cents for line in team.cost_lines)
    assert team.hides_costs
    SharingAgreement.objects.update(may_see=True)
    page = pages.Page(composition, access.viewer_in(valley.viewer, composition))
    assert page.best is not None
    assert "Plafonds serrés" in {line.label for line in page.best.team.cost_lines}
    assert not page.best.team.hides_costs


def test_the_cost_tells_nothing_of_crews_that_may_not_be_seen(valley, jardins) -> None:
    composition = valley.compose("berges")
    SharingAgreement.objects.filter(structure=jardins, figure_class="network").update(may_see=False)
    page = pages.Page(composition, access.viewer_in(valley.viewer, composition))
    assert page.best is not None
    assert "Équipes chargées" not in {line.label for line in page.best.team.cost_lines}


def test_crews_that_may_be_used_but_not_seen_are_rounded_down(valley, jardins) -> None:
    CapacityBooking.objects.filter(chantier__structure=jardins).update(cfte=1)
    exact = dict(posed_by(valley, valley.viewer).capacity_cfte_by_month)
    SharingAgreement.objects.filter(structure=jardins, figure_class="network").update(may_see=False)
    rounded = dict(posed_by(valley, valley.viewer).capacity_cfte_by_month)
    step = rounding.UNSEEN_CAPACITY_STEP_CFTE
    assert rounded == {month: cfte - cfte % step for month, cfte in exact.items()}
    assert rounded != exact


def test_a_reason_about_ceilings_gives_no_figure_to_those_who_may_not_see_them(
    valley, jardins
) -> None:
    """The FTE without a taker are the need less the headroom: as good as the euros."""
    chantiers = {"receipts_cents": 29_999_999, "charges_cents": 100_000_000}
    AccountingYear.objects.update(**chantiers)
    SharingAgreement.objects.filter(figure_class="private").update(may_see=False)
    share(jardins, valley, may_compose=True, may_see=False)
    composition = valley.compose("berges")
    why = problem.read_result(composition.best).impossibility
    assert why is not None
    assert {str(reason.shortage) for reason in why.reasons} == {"ceiling"}
    hidden = pages.Page(composition, access.viewer_in(valley.viewer, composition))
    assert all("ETP" not in reason and "€" not in reason for reason in hidden.reasons)
    SharingAgreement.objects.update(may_see=True)
    seen = pages.Page(composition, access.viewer_in(valley.viewer, composition))
    assert all("ETP" in reason and "€" in reason for reason in seen.reasons)


def test_who_leaves_a_network_keeps_nothing_made_with_its_figures(
    valley, person, signed_in_client
) -> None:
    user = person("reseau")
    composition = valley.compose("berges", by=user)
    RoleSeat.objects.filter(person=user).delete()
    reader = signed_in_client(user)
    assert reader.get(f"/alliances/{composition.pk}/").status_code == 404
    assert "Espaces verts" not in reader.get("/alliances/").content.decode()


def test_a_director_who_leaves_no_longer_reads_what_her_figures_made(valley, jardins) -> None:
    user = User.objects.create_user(email="seule@cordee.example")
    seat = RoleSeat.objects.create(person=user, role="director", structure=jardins)
    composition = valley.compose("berges", viewer=Viewer.of(user, DAY), by=user)
    assert not access.is_withheld(composition, on=DAY)
    seat.delete()
    assert access.is_withheld(composition, on=DAY)


def test_a_stranger_neither_reads_nor_takes_back_the_teams_others_kept_in_the_valley(
    valley, person, signed_in_client
) -> None:
    composition = valley.compose("berges")
    actions.open_to_all(composition=composition)
    kept = actions.keep_proposal(composition=composition, origin="best", by=person("reseau"))
    stranger = signed_in_client(person("visiteur"))
    assert "Équipes gardées" not in stranger.get("/alliances/").content.decode()
    assert stranger.post(f"/alliances/propositions/{kept.pk}/retirer/").status_code == 404
    assert Proposal.objects.get().withdrawn_at is None


def test_a_private_need_shows_nowhere_to_those_it_is_not_meant_for(
    valley, person, signed_in_client, client
) -> None:
    other = Network.objects.create(name="Autre", slug="autre")
    opportunity = valley.opportunity("berges")
    composition = valley.compose("berges")
    rankings.rank_structures(
        breakdown=opportunity.latest_breakdown(), viewer=valley.viewer, by=None
    )
    title, pk = opportunity.title, opportunity.pk
    type(opportunity).objects.filter(pk=pk).update(network=other, source="private")
    reader = signed_in_client(person("reseau"))
    for address in (
        f"/alliances/{composition.pk}/",
        f"/alliances/{composition.pk}/preuve/",
        f"/alliances/{composition.pk}/et-si/",
        f"/alliances/{composition.pk}/avancement/",
        f"/alliances/composer/{pk}/",
        f"/opportunites/{pk}/",
        f"/opportunites/{pk}/candidats/",
        f"/opportunites/{pk}/lots/",
        f"/opportunites/{pk}/avis/",
        f"/opportunites/{pk}/questions/",
    ):
        assert reader.get(address).status_code == 404, address
    for address in ("/alliances/", "/opportunites/", f"/opportunites/?q={title[:20]}"):
        assert title not in reader.get(address).content.decode(), address
    assert title not in client.get("/").content.decode()


def test_the_reason_of_the_run_without_guesses_hides_ceilings_too(valley, jardins) -> None:
    AccountingYear.objects.update(receipts_cents=29_999_999, charges_cents=100_000_000)
    SharingAgreement.objects.filter(figure_class="private").update(may_see=False)
    share(jardins, valley, may_compose=True, may_see=False)
    composition = valley.compose("berges")
    result, posed = problem.read_result(composition.best), problem.read_problem(composition.problem)
    for seen, is_told in ((frozenset(), False), (None, True)):
        told = sentences.reasons_of(posed, result, accounts_seen_of=seen, known_only=True)
        assert all(("ETP" in reason) is is_told for reason in told)
