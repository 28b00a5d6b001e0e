"""The main job in Chromium: home, team, what lacks, candidates; by hand and by axe."""

from collections.abc import Callable

import pytest
from django.db.models import QuerySet
from django.utils import timezone
from playwright.sync_api import Page, expect

from cordee.accounts.models import User
from cordee.composing import actions
from cordee.composing.models import Composition, Proposal
from cordee.composing.verdicts import computing
from cordee.members.models import SharingAgreement, Structure
from cordee.mobilisation.actions import rank_structures
from cordee.opportunities.models import WorkPackage
from tests.composing.conftest import Valley
from tests.members.makers import make_person

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]
Check = Callable[[Page], None]


def test_axe_finds_nothing(look: Callable[..., None], valley: Valley, nadia: User) -> None:
    pages = {slug: valley.compose(slug) for slug in ("repas", "berges", "mobilier", "facades")}
    for slug in ("repas", "berges", "mobilier", "facades"):
        actions.open_to_all(composition=pages[slug])
    opportunity = valley.opportunity("berges")
    breakdown = opportunity.latest_breakdown()
    assert breakdown is not None
    rank_structures(breakdown=breakdown, viewer=valley.viewer, by=None)
    actions.keep_proposal(composition=pages["berges"], origin="best", by=nadia)
    shown = [f"/alliances/{composition.pk}/" for composition in pages.values()]
    look("/", f"/?besoin={valley.opportunity('facades').pk}", *shown)
    look(
        *(f"{page}?equipe=simple" for page in shown),
        *(f"{page}{tab}" for page in shown for tab in ("preuve/", "et-si/")),
        "/alliances/",
        f"/alliances/composer/{opportunity.pk}/",
        f"/opportunites/{opportunity.pk}/candidats/",
        f"/opportunites/{opportunity.pk}/candidats/?travaux=01&structure=2",
        user=nadia,
    )


def test_axe_finds_nothing_where_there_is_nothing(
    visit: Visit, axe_check: Check, valley: Valley, nadia: User
) -> None:
    opportunity = valley.opportunity("berges")
    axe_check(visit("/"))
    axe_check(visit("/alliances/", user=nadia))
    axe_check(visit(f"/opportunites/{opportunity.pk}/candidats/", user=nadia))
    composition = valley.compose("berges")
    Composition.objects.update(state="failed", error_code="C-TEST")
    axe_check(visit(f"/alliances/{composition.pk}/", user=nadia))
    Composition.objects.update(state="running")
    axe_check(visit(f"/alliances/{composition.pk}/", user=nadia))


def test_axe_finds_nothing_on_a_team_withheld(
    visit: Visit, axe_both: Check, valley: Valley, nadia: User
) -> None:
    composition = valley.compose("berges")
    jardins = Structure.objects.get(name="Les Jardins de la Verdoire")
    SharingAgreement.objects.filter(structure=jardins, network=valley.network).delete()
    page = visit(f"/alliances/{composition.pk}/", user=nadia)
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Une équipe de trois")
    axe_both(page)


def test_from_an_opportunity_to_a_kept_team(visit: Visit, valley: Valley, nadia: User) -> None:
    page = visit(f"/opportunites/{valley.opportunity('berges').pk}/", user=nadia)
    page.get_by_role("link", name="Composer une alliance").click()
    page.get_by_role("button", name="Chercher la meilleure équipe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Oui, en équipe de trois")
    page.get_by_role("button", name="Garder cette équipe").dblclick()
    expect(page.get_by_text("Équipe gardée").first).to_be_visible()
    assert Proposal.objects.count() == 1
    expect(page.get_by_role("link", name="Ouvrir l’alliance")).to_be_visible()
    page.get_by_role("link", name="La preuve").click()
    page.get_by_role("link", name="Voir cette équipe", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "La méthode simple : trois structures"
    )


def test_a_waiting_page_reloads_by_itself(visit: Visit, valley: Valley, nadia: User) -> None:
    composition = valley.compose("berges")
    Composition.objects.update(state="running")
    page = visit(f"/alliances/{composition.pk}/", user=nadia)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nous cherchons la meilleure équipe")
    Composition.objects.update(state="done")
    expect(page.get_by_role("heading", level=1)).to_have_text("Oui, en équipe de trois")


def test_a_ranking_is_asked_from_the_lots(visit: Visit, valley: Valley, nadia: User) -> None:
    page = visit(f"/opportunites/{valley.opportunity('berges').pk}/lots/", user=nadia)
    page.get_by_role("button", name="Chercher qui peut répondre").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Qui peut répondre")
    page.get_by_role("link", name="Les Jardins de la Verdoire").click()
    expect(page.get_by_role("table", name="Détail de la note")).to_be_visible()


def test_a_director_reads_what_is_supposed_of_the_size_and_where_the_answer_changes(
    visit: Visit, axe_check: Check, valley: Valley
) -> None:
    """Then she opens the form that says it; a delegate reads that nobody knows yet."""
    facades = valley.opportunity("facades")
    rows = WorkPackage.objects.filter(breakdown=facades.latest_breakdown())
    for row in rows:
        compared = {"state": "compared", "rule": "", "evidence": []}
        told = row.provenance | {"amount_cents": compared, "need_cfte": compared}
        QuerySet.update(rows.filter(pk=row.pk), provenance=told)
    stone = Structure.objects.get(name="Pierre et Chaux")
    zoe = make_person("zoe@pierre.example", role="director", structure=stone)
    computing.compute(stone, timezone.now(), is_over=lambda: False)

    page = visit(f"/opportunites/{facades.pk}/", phone=True, user=zoe)
    main = page.get_by_role("main")
    expect(main).to_contain_text("On ne sait pas encore")
    expect(main).to_contain_text("L’avis ne dit pas le montant\u00a0: nous supposons 56 000 €")
    expect(main).to_contain_text("Avec ce que nous supposons\u00a0: non. À 28 000 €, une structure")
    axe_check(page)
    page.get_by_role("link", name="Corriger").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Quel montant l’acheteur estime-t-il\u202f?"
    )

    answer = visit(
        f"/alliances/{valley.compose('facades').pk}/",
        user=User.objects.get(email="reseau@cordee.example"),
    )
    expect(answer.get_by_role("heading", level=1)).to_have_text(
        "On ne sait pas encore\u00a0: la taille décide"
    )
    axe_check(answer)
    answer.get_by_role("link", name="Quoi demander").click()
    expect(answer.get_by_role("heading", name="Questions à l’acheteur")).to_be_visible()
