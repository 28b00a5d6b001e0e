"""The whole story of an alliance in Chromium, every gesture by hand: from a notice to a filed bid.

Two ACI, an EI, and a company that works under the EI, on a contract open to all.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from cordee.accounts.models import User
from cordee.agreement.phases import Phase
from cordee.alliances.models import Alliance, Approval, Filing
from cordee.members.models import RoleSeat, Structure
from tests.alliances.makers import PDF
from tests.browser.test_shares import directing
from tests.composing.conftest import Valley
from tests.members.makers import make_structure

pytestmark = pytest.mark.django_db(transaction=True)
JARDINS, RIVES, EI = "Les Jardins de la Verdoire", "Rives et Sentiers", "Val Mirel Environnement"
COMPANY = "Maçonnerie du Col"
# Euros of each structure on each of the three lots; the company's are a part of the EI's.
SHARES = {
    (JARDINS, "Tonte, massifs et tailles"): "86 500",
    (RIVES, "Berges et sentiers"): "69 200",
    (EI, "Murets en pierre sèche"): "45 000",
    (COMPANY, "Murets en pierre sèche"): "15 000",
}
KNOWN = "ce que sa main sait"


def test_from_a_notice_to_a_filed_bid_of_four(
    visit: Callable[..., Page],
    axe_both: Callable[..., None],
    valley: Valley,
    nadia: User,
) -> None:
    structures = {name: Structure.objects.get(name=name) for name in (JARDINS, RIVES, EI)}
    structures[COMPANY] = make_structure(COMPANY, kind="ENTREPRISE")
    people = {name: directing(each) for name, each in structures.items()}
    for person in people.values():
        person.set_password(KNOWN)
        person.save()

    # From the notice to an alliance, without composing.
    page = visit(f"/opportunites/{valley.opportunity('berges').pk}/", user=nadia, phone=True)
    page.get_by_role("link", name="Ouvrir une alliance sans composer").click()
    page.get_by_label("Nom de l’alliance").fill("Les berges, à quatre")
    page.get_by_role("button", name="Ouvrir l’alliance").click()
    alliance = Alliance.objects.get()
    home = page.url
    for name in structures:
        page.get_by_role("link", name="Ajouter une structure").click()
        page.get_by_label("SIRET ou nom de la structure").fill(name)
        if name == COMPANY:
            page.get_by_label("Comme quoi").select_option("subcontractor")
            page.get_by_label("Pour quel membre").select_option(label=EI)
        page.get_by_role("button", name="Ajouter", exact=True).click()
        expect(page.get_by_text(f"{name} est dans l’équipe.")).to_be_visible()
    page.get_by_role("link", name=f"Inviter {JARDINS}").click()
    for name in structures:
        page.get_by_label(name).check()
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("4\u202finvitations envoyées.")).to_be_visible()

    # Each structure says yes from their telephone.
    pages = {}
    for name, person in people.items():
        pages[name] = visit(f"/alliances/groupes/{alliance.pk}/", user=person, phone=True)
        pages[name].get_by_role("button", name="Oui, explorons").click()
        expect(pages[name].get_by_text("Vous prenez part à l’alliance.")).to_be_visible()

    # The work is shared out, the form chosen, the reasons told, the subcontract described.
    page.goto(home)
    page.get_by_role("button", name="Passer à la répartition").click()
    page.get_by_role("link", name="Modifier les parts").click()
    for (name, line), euros in SHARES.items():
        # A telephone shows one structure at a time.
        shown = page.get_by_role("navigation", name="Structure à l’écran")
        shown.get_by_role("link", name=name).click()
        cell = page.get_by_label(f"Euros HT, {name}, {line}", exact=True)
        cell.fill(euros)
        cell.press("Tab")
        expect(cell).to_have_value(re.compile(r"\d,00$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("La répartition tient")
    axe_both(page, "story-table")
    page.get_by_role("link", name="Équipe et parts").click()
    page.get_by_role("link", name="Choisir la forme").click()
    page.get_by_label("Groupement conjoint", exact=True).check()
    page.get_by_label(EI).check()
    page.get_by_role("button", name="Choisir cette forme").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Forme choisie")
    page.get_by_role("link", name="Pourquoi vous répondez ensemble").click()
    page.get_by_label("Aucun n’a assez d’équipes pour le tout").check()
    page.get_by_role("button", name="Garder ces raisons").click()
    page.get_by_role("link", name="La forme").click()
    page.get_by_role("link", name="Les sous-traitances").click()
    page.get_by_label("Un travail fini").check()
    page.get_by_label("L’encadrant·e du sous-traitant").check()
    page.get_by_label("Au sous-traitant").check()
    page.get_by_role("button", name="Garder ces réponses").click()

    # Each accepts exactly its share; then says who signs.
    for name in structures:
        party = alliance.parties.get(structure=structures[name])
        one = pages[name]
        one.goto(f"{home}parts/{party.pk}/")
        one.get_by_role("button", name="J’accepte cette part").click()
        expect(one.get_by_role("heading", name="Vous avez accepté")).to_be_visible()
    page.goto(home)
    page.get_by_role("button", name="La répartition est acceptée").click()
    members = (JARDINS, RIVES, EI)
    for name in members:
        party = alliance.parties.get(structure=structures[name])
        one = pages[name]
        one.goto(f"{home}signataires/{party.pk}/")
        one.get_by_label("Qui signe").fill("Personne Inventée")
        one.get_by_label("Sa fonction").fill("présidence")
        one.get_by_label("Représentant·e légal·e").check()
        one.get_by_role("button", name="Garder").click()
    page.goto(home)
    page.get_by_role("button", name="Les mandats sont donnés").click()

    # Documents, approvals with the password again, and the receipt of the platform.
    page.get_by_role("link", name="Dossier", exact=True).click()
    page.get_by_role("link", name="Documents", exact=True).click()
    expect(page.get_by_role("link", name="Convention de groupement")).to_be_visible()
    expect(page.get_by_text("DC4").first).to_be_visible()
    axe_both(page, "story-documents")
    for name in members:
        party = alliance.parties.get(structure=structures[name])
        one = pages[name]
        one.goto(f"{home}approbations/{party.pk}/")
        one.get_by_label("Je suis la personne nommée ci-dessus").check()
        one.get_by_label("J’ai lu la convention et ses termes").check()
        one.get_by_role("button", name="J’approuve la convention").click()
        if one.get_by_label("Mot de passe").count():
            one.get_by_label("Mot de passe").fill(KNOWN)
            one.get_by_role("button", name="Confirmer").click()
    assert Approval.objects.count() == 3
    page.goto(f"{home}depot/")
    page.get_by_role("link", name="Déposer quand même").click()
    page.get_by_label("Numéro du récépissé").fill("R-2026-0042")
    page.get_by_label("Heure du dépôt").fill("00:01")
    page.get_by_label("Le récépissé").set_input_files(
        {"name": "recu.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_role("button", name="Noter le dépôt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("L’offre est déposée")
    axe_both(page, "story-filed")

    filed = Filing.objects.get()
    terms = filed.revision.read()
    assert Alliance.objects.get().step is Phase.FILED
    assert filed.price_cents == sum(terms.share_cents(party.key) for party in terms.members)
    assert len(terms.members) == 3
    assert len(terms.parties) == 4
    assert RoleSeat.objects.directing(structures[COMPANY]).exists()
