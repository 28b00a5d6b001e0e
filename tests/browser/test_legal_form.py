"""Law and time of an alliance in Chromium: by hand, by axe, on a desk and on a phone."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from cordee.accounts.models import User
from cordee.agreement import PartyRole
from cordee.alliances import revisions
from cordee.alliances.invitations import actions as invitations_actions
from cordee.alliances.models import Alliance, AllianceParty, AllianceTask, GoDecision
from cordee.alliances.opening.actions import Start, start_alliance
from cordee.alliances.planning import actions as planning_actions
from cordee.alliances.requirements import lot_of
from cordee.members.models import RoleSeat, Structure
from cordee.opportunities.models import Opportunity
from tests.members.makers import make_structure

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]
Check = Callable[[Page], None]


def open_on(words: str, by: User, *structures: Structure) -> Alliance:
    opportunity = Opportunity.objects.get(title__startswith=words)
    breakdown = opportunity.latest_breakdown()
    assert breakdown is not None
    seat = RoleSeat.objects.get(person=by)
    return start_alliance(
        breakdown=breakdown,
        lots={lot_of(package) for package in breakdown.packages.all()},
        title="La vallée ensemble",
        start=Start(origin=Alliance.Origin.SCRATCH, structures=structures),
        network=seat.network,
        by=by,
        now=timezone.now(),
    )


def party_of(alliance: Alliance, name: str) -> AllianceParty:
    return alliance.parties.select_related("structure").get(structure__name=name)


def says_yes(party: AllianceParty, by: User) -> User:
    seat = RoleSeat.objects.directing(party.structure).first()
    if seat is None:
        person = User.objects.create_user(f"direction-{party.structure_id}@exemple.fr")
        RoleSeat.objects.create(
            person=person, role=RoleSeat.Role.DIRECTOR, structure=party.structure
        )
    else:
        person = seat.person
    invitations_actions.invite(party=party, by=by, now=timezone.now())
    invitations_actions.answer_invitation(party=party, is_yes=True, by=person, now=timezone.now())
    return person


def shared(alliance: Alliance, amounts: dict[tuple[str, str], int], by: User) -> None:
    row = Alliance.objects.get(pk=alliance.pk)
    terms = row.terms
    for (name, line), cents in amounts.items():
        key = party_of(row, name).key
        terms = terms.with_cell(replace(terms.cell(key, line), cents=cents))
    revisions.write_terms(alliance=row, base=row.version, terms=terms, by=by, now=timezone.now())


JARDINS, RIVES, PIERRE = "Les Jardins de la Verdoire", "Rives et Sentiers", "Pierre et Chaux"
EI, COMPANY = "Val Mirel Environnement", "Maçonnerie du Col"


@pytest.fixture
def team(nadia: User) -> Alliance:
    """Two ACI, an EI, and a company under the EI, on three open lots."""
    structures = [Structure.objects.get(name=name) for name in (JARDINS, RIVES, EI)]
    found = open_on("Espaces verts, berges", nadia, *structures)
    company = invitations_actions.add_party(
        alliance=found,
        structure=make_structure(COMPANY, kind="ENTREPRISE"),
        role=PartyRole.SUBCONTRACTOR,
        of=party_of(found, EI),
        by=nadia,
        now=timezone.now(),
    )
    amounts = {
        (JARDINS, "01"): 8_650_000,
        (RIVES, "02"): 6_920_000,
        (EI, "03"): 4_500_000,
        (COMPANY, "03"): 1_500_000,
    }
    shared(found, amounts, nadia)
    for name in (JARDINS, RIVES, EI):
        says_yes(party_of(found, name), nadia)
    assert company.structure.kind == "ENTREPRISE"
    return Alliance.objects.get(pk=found.pk)


def test_the_pages_of_a_whole_team(look: Callable[..., None], nadia: User, team: Alliance) -> None:
    """With shares, a subcontract and late tasks: what the usual page does not show."""
    planning_actions.save_task(
        task=AllianceTask(
            alliance=team, title="Demander l’attestation", due_on=timezone.localdate()
        ),
        by=nadia,
        now=timezone.now(),
    )
    names = ("planning", "legal_form", "subcontracts", "answer_alone")
    look(*(reverse(f"alliances:{name}", args=[team.pk]) for name in names), user=nadia)
    place = reverse("alliances:change_place", args=[team.pk, party_of(team, COMPANY).pk])
    look(place, user=nadia)


def test_on_a_reserved_lot_the_company_becomes_a_future_employer(
    visit: Visit, axe_check: Check, nadia: User
) -> None:
    structures = [Structure.objects.get(name=name) for name in (JARDINS, RIVES)]
    found = open_on("Entretien des espaces verts de la métropole", nadia, *structures)
    company = make_structure(COMPANY, kind="ENTREPRISE")
    page = visit(reverse("alliances:add_party", args=[found.pk]), user=nadia, phone=True)
    page.get_by_label("SIRET ou nom de la structure").fill(company.siret)
    page.get_by_role("button", name="Ajouter").click()
    expect(page.get_by_text("article L2113-13").first).to_be_visible()
    axe_check(page)
    page.get_by_label("Comme quoi").select_option("employer")
    page.get_by_role("button", name="Ajouter").click()
    expect(page.get_by_text(f"{COMPANY} est dans l’équipe.")).to_be_visible()
    page.get_by_role("link", name="La forme").click()
    page.get_by_role("link", name="Comparer les formes, en euros").click()
    expect(page.get_by_text("employeur, hors du marché").first).to_be_visible()
    axe_check(page)


def test_from_advice_to_a_form_and_reasons(
    visit: Visit, axe_check: Check, nadia: User, team: Alliance
) -> None:
    page = visit(reverse("alliances:legal_form", args=[team.pk]), user=nadia)
    page.get_by_label("Groupement conjoint", exact=True).check()
    page.get_by_label(EI).check()
    page.get_by_role("button", name="Choisir cette forme").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Forme choisie")
    page.get_by_role("link", name="Pourquoi vous répondez ensemble").click()
    page.get_by_label("Aucun n’a assez d’équipes pour le tout").check()
    page.get_by_role("button", name="Garder ces raisons").click()
    expect(page.get_by_text("Vos raisons sont notées.")).to_be_visible()
    page.get_by_role("link", name="La forme").click()
    page.get_by_role("link", name="Les sous-traitances").click()
    page.get_by_label("Des heures").check()
    page.get_by_label("Le chef de chantier du client").check()
    page.get_by_role("button", name="Garder ces réponses").click()
    expect(page.get_by_text("Le prix est à l’heure")).to_be_visible()
    expect(page.get_by_text("L8241-1").first).to_be_visible()
    axe_check(page)
    terms = Alliance.objects.get(pk=team.pk).terms
    assert terms.lead == party_of(team, EI).key
    assert terms.reasons
    # Rather alone: what it changes is read first, and another candidate is one click away.
    page.get_by_role("link", name="La forme").click()
    page.get_by_role("link", name="Un seul répond, les autres sous-traitent").click()
    page.get_by_role("link", name=RIVES).click()
    page.get_by_role("button", name=f"{RIVES} répond seule").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{RIVES} répond seule")
    page.get_by_role("link", name="Répondre plutôt en groupement").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("en groupement")
    axe_check(page)
    terms = Alliance.objects.get(pk=team.pk).terms
    assert terms.speaker == party_of(team, RIVES).key


def test_a_structure_decides_for_itself(visit: Visit, nadia: User, team: Alliance) -> None:
    party = party_of(team, RIVES)
    director = RoleSeat.objects.directing(party.structure).get().person
    page = visit(reverse("alliances:decide", args=[team.pk, party.pk]), user=director, phone=True)
    page.get_by_role("group", name="Ce métier est-il nouveau").get_by_label("Oui").check()
    page.get_by_role("group", name="Un de ces partenaires").get_by_label("Oui").check()
    page.get_by_role("button", name="Nous y allons").click()
    expect(page.get_by_text("Un modèle doit d’abord être stabilisé").first).to_be_visible()
    page.get_by_role("button", name="Nous y allons").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("y va")
    assert GoDecision.objects.get().is_go
