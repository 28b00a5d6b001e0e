"""The economics of a chantier on a phone, by hand: three figures, two offers, the radar, a case and
the file that asks for a derogation. Nobody else reads any of it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from cordee.accounts.models import User
from cordee.accounts.second_factor import Proof
from cordee.agreement import Reason
from cordee.agreement.phases import Phase
from cordee.alliances.approvals import actions as approvals
from cordee.alliances.invitations import actions as invitations
from cordee.alliances.models import Alliance
from cordee.alliances.opening.actions import Start, start_alliance
from cordee.alliances.revisions import write_terms
from cordee.alliances.shares.actions import accept
from cordee.alliances.state.approval_chain import convention_sha256
from cordee.alliances.state.current import move
from cordee.composing.actions import keep_proposal
from cordee.composing.models import Composition
from cordee.composing.problem.proposal_shares import proposal_shares
from cordee.economics.models import AccountingYear, Commitment, Scenario, YearStatement
from cordee.members.models import Chantier, SharingAgreement, Structure
from cordee.members.sharing import FigureClass, Viewer
from cordee.rules.groups import GroupForm
from tests.alliances.makers import PDF
from tests.browser.budgets import MEASURE, TABLE
from tests.browser.conftest import open_as, settle
from tests.browser.test_shares import directing
from tests.composing.conftest import Valley
from tests.economics.makers import record_year

pytestmark = pytest.mark.django_db(transaction=True)
JARDINS, MIREL = "Les Jardins de la Verdoire", "Val Mirel Environnement"
TO_CONFIRM = "Plafond à confirmer"
CASE = "Val Mirel prend 24 000 €"


def forget_accounts(chantier: Chantier) -> None:
    """The valley states them, and promises; here nothing is said yet of the year of the work."""
    Commitment.objects.all().delete()
    YearStatement.objects.filter(chantier=chantier)._raw_delete("default")
    AccountingYear.objects.filter(chantier=chantier).delete()


def state(chantier: Chantier, year: int) -> None:
    """A year before or after, which she stated another day."""
    record_year(
        chantier=chantier,
        first_month=12 * year,
        charges_cents=70_000_000,
        receipts_cents=11_000_000,
        basis=AccountingYear.Basis.BUDGET,
        by=None,
    )


def ready_to_file(composition: Composition, structure: Structure, by: User) -> Alliance:
    """The team of an answer, agreed on all that stands before its offer leaves."""
    proposal, now, on = (
        keep_proposal(composition=composition, origin="best", by=by),
        timezone.now(),
        timezone.localdate(),
    )
    shares = proposal_shares(proposal)
    ids = list(dict.fromkeys(share.structure_id for share in shares))
    alliance = start_alliance(
        breakdown=composition.breakdown,
        lots={"1", *(package.lot_id for package in composition.breakdown.packages.all())},
        title="Les berges, à trois",
        start=Start(
            origin=Alliance.Origin.PROPOSAL,
            structures=list(Structure.objects.filter(pk__in=ids)),
            shares=shares,
            proposal=proposal,
        ),
        by=by,
        now=now,
        structure=structure,
    )
    for party in alliance.parties.filter(state="proposed"):
        invitations.invite(party=party, by=by, now=now)
        party.refresh_from_db()
        its = directing(party.structure)
        invitations.answer_invitation(party=party, is_yes=True, by=its, now=now)
    move(alliance=alliance, to=Phase.SPLIT, by=by, now=now)
    alliance = Alliance.objects.get(pk=alliance.pk)
    terms = alliance.terms
    lead = next(row.key for row in alliance.parties.all() if row.structure_id == structure.pk)
    agreed = replace(
        terms, form=GroupForm.CONJOINT, lead=lead, reasons=frozenset({Reason.CAPACITY})
    )
    write_terms(alliance=alliance, base=alliance.version, terms=agreed, by=by, now=now)
    alliance = Alliance.objects.get(pk=alliance.pk)
    signatory = {"name": "Signataire", "function": "présidente", "power": "legal"}
    signatory |= {"power_on": None, "next_council_on": None}
    signatory |= {"carrier": "ASSOCIATION", "may_compete": False}
    for party in alliance.parties.select_related("structure__organisation"):
        its = directing(party.structure)
        accept(party=party, version=alliance.version, by=its, now=now)
        approvals.name_signatory(party=party, by=its, on=on, **signatory)
    for step in (Phase.MANDATE, Phase.DOCUMENTS):
        move(alliance=Alliance.objects.get(pk=alliance.pk), to=step, by=by, now=now)
    alliance = Alliance.objects.get(pk=alliance.pk)
    for party in alliance.parties.select_related("structure__organisation"):
        approvals.approve(
            party=party,
            by=directing(party.structure),
            now=now,
            document_sha256=convention_sha256(alliance, on=on),
            proof=Proof("password", now - timedelta(minutes=1)),
        )
    return alliance


def test_a_ceiling_is_seen_coming_on_a_phone(
    visit: Callable[..., Page],
    axe_check: Callable[[Page], None],
    valley: Valley,
    nadia: User,
    live_server: Any,
) -> None:
    jardins, mirel = (Structure.objects.get(name=name) for name in (JARDINS, MIREL))
    chantier, director, year = jardins.chantiers.get(), directing(jardins), valley.day.year + 1
    forget_accounts(chantier)
    for each in (year - 1, year + 1):
        state(chantier, each)
    ceiling = reverse("economics:ceiling", args=[jardins.pk])
    viewer = Viewer.of_structures({jardins.pk}, valley.day)

    # « Sous réserve » of one's own ceiling: three figures, and the team is composed again.
    before = valley.compose("berges", viewer=viewer, by=director)
    page = visit(f"/alliances/{before.pk}/", user=director, phone=True)
    expect(page.get_by_text(TO_CONFIRM).first).to_be_visible()
    page.get_by_role("link", name="Dire mes recettes").click()
    page.get_by_label("Charges du chantier").fill("700 000")
    page.get_by_label("Recettes commerciales, hors taxes").fill("110 000")
    page.get_by_label("Exercice", exact=True).select_option(str(year))
    axe_check(page)
    page.get_by_role("button", name="Garder ces chiffres").click()
    after = valley.compose("berges", viewer=viewer, by=director)
    page.goto(f"{live_server.url}/alliances/{after.pk}/")
    expect(page.get_by_role("heading", name="Qui fait quoi").first).to_be_visible()
    expect(page.get_by_text(TO_CONFIRM)).to_have_count(0)

    # Two offers: filing that of an alliance notes it, the other is hers.
    alliance = ready_to_file(after, jardins, director)
    page.goto(live_server.url + reverse("alliances:filing", args=[alliance.pk]))
    page.get_by_role("link", name="Déposer quand même").click()
    page.get_by_label("Numéro du récépissé").fill("R-2026-0042")
    page.get_by_label("Heure du dépôt").fill("00:01")
    page.get_by_label("Le récépissé").set_input_files(
        {"name": "recu.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    axe_check(page)
    page.get_by_role("button", name="Noter le dépôt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("L’offre est déposée")
    (booked,) = Commitment.objects.filter(chantier=chantier)
    assert booked.state == Commitment.State.BID
    page.goto(live_server.url + reverse("economics:add_commitment", args=[jardins.pk]))
    page.get_by_label("Quel marché").fill("Entretien de l’étang")
    page.get_by_label("Montant hors taxes pour vous").fill("48 000")
    page.get_by_label("Premier mois").select_option(str(12 * year))
    page.get_by_label("Dernier mois").select_option(str(12 * year + 11))
    page.get_by_label("Offre déposée").check()
    page.get_by_label("Vos chances de gagner").fill("60")
    page.get_by_role("button", name="Garder").click()
    expect(page.get_by_text("«\u00a0Entretien de l’étang\u00a0» est noté.")).to_be_visible()
    own = Commitment.objects.get(source="")

    # The radar, and what its alliance would give back.
    page.goto(live_server.url + ceiling)
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text(f"Les deux offres gagnées, {year} finirait au-dessus")
    settle(page)
    expect(page.get_by_role("heading", name="de votre part")).to_be_visible()
    # Its longest state: three cases, and a bid whose chance nobody knows.
    expect(page.get_by_text("il manque la chance de 1\u202foffre")).to_be_visible()
    assert TABLE["economics:ceiling"].excess(page.evaluate(MEASURE), 360) == []
    axe_check(page)

    # A partner takes a part: the case stands beside today, and is kept once it has a name.
    page.get_by_role("link", name="Ajouter un cas").click()
    page.get_by_role("link", name="Un partenaire prend une part").click()
    page.get_by_label("Marché", exact=True).select_option(str(own.pk))
    page.get_by_label("Montant, hors taxes").fill("24 000")
    page.get_by_role("button", name="Essayer").click()
    expect(title).to_contain_text(f"{year} finirait à")
    expect(page.get_by_text("Au-dessus du plafond")).to_have_count(1)
    expect(
        page.get_by_text("Sous le plafond").or_(page.get_by_text("Près du plafond"))
    ).to_have_count(1)
    page.get_by_label("Nom de ce cas").fill(CASE)
    page.get_by_role("button", name="Garder ce cas").click()
    expect(page.get_by_role("heading", name=CASE)).to_be_visible()
    assert Scenario.objects.get().chantier == chantier
    axe_check(page)

    # The file, of the same year.
    page.goto(live_server.url + ceiling)
    page.get_by_role("link", name="Préparer le dossier").click()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Dossier à compléter (DOCX)").click()
    assert taken.value.suggested_filename.endswith(f"exercice-{year}.docx")

    # Another director, and a network without agreement.
    SharingAgreement.objects.filter(structure=jardins, figure_class=FigureClass.PRIVATE).delete()
    for person in (directing(mirel), nadia):
        open_as(page, person, live_server.url, ceiling)
        expect(page.get_by_text("Ces chiffres sont à elle.")).to_be_visible()
        assert "finirait" not in page.inner_text("main")
        assert "€" not in page.inner_text("main")
