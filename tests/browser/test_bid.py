"""The life of an alliance in Chromium: approving, filing, losing, leaving between the two."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from cordee.agreement.phases import Phase
from cordee.alliances.filing.actions import CriterionMark
from cordee.alliances.messages import actions as messages_actions
from cordee.alliances.models import Withdrawal
from cordee.alliances.ready_teams.actions import answer_team, create_team, invite_member
from cordee.alliances.withdrawals import actions as withdrawals_actions
from cordee.members.models import Department
from tests.alliances.makers import PDF, Rope

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]
Check = Callable[[Page], None]
SHOTS = os.environ.get("CORDEE_SHOTS", "")


@pytest.fixture
def team(transactional_db: None, settings: Any, tmp_path: Path) -> Rope:
    settings.STATE_DIR = tmp_path
    return Rope(tmp_path)


def look(
    visit: Visit, axe_check: Check, team: Rope, key: str, name: str, *more: object, shot: str = ""
) -> None:
    """Both widths, without a fault of axe; a picture of each where somebody asks for them."""
    person = team.leader if key == "leader" else team.directors[key]
    route = name if ":" in name else f"alliances:{name}"
    for width, phone in (("1280", False), ("360", True)):
        page = visit(reverse(route, args=[team.alliance.pk, *more]), phone=phone, user=person)
        axe_check(page)
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/life-{shot or name}-{width}.png", full_page=True)


def test_a_subcontractor_reads_its_own_part(team: Rope, visit: Visit, axe_check: Check) -> None:
    team.alone_to_documents()
    pk = team.party("mirel").pk
    look(visit, axe_check, team, "mirel", "alliances:detail", shot="part")
    look(visit, axe_check, team, "mirel", "alliances:share", pk, shot="part-share")
    if SHOTS:
        for name, more in (
            ("alliances:table_cell", (pk, team.terms.lines[0].key)),
            *(("alliances:documents", ()), ("alliances:planning", ()), ("alliances:approvals", ())),
            *(
                ("alliances:approve", (pk,)),
                ("alliances:withdrawals", ()),
                ("alliances:signatories", ()),
            ),
            *(("alliances:subcontracts", ()), ("alliances:document", ("convention",))),
        ):
            shot = f"part-{name.replace(':', '-')}"
            look(visit, axe_check, team, "mirel", name, *more, shot=shot)


def test_who_signs_and_who_approves(team: Rope, visit: Visit, axe_check: Check) -> None:
    team.gather().bring_company().step(Phase.SPLIT).share_out().accept_all()
    team.name_signatory("jardins")
    council = team.on + timedelta(days=365)
    team.name_signatory("toits", power="council", next_council_on=council)
    look(visit, axe_check, team, "toits", "signatories")
    look(visit, axe_check, team, "toits", "signatory", team.party("toits").pk)
    look(visit, axe_check, team, "leader", "filing", shot="filing-missing")
    team.name_signatory("toits")
    team.name_signatory("peintres")
    team.step(Phase.MANDATE).step(Phase.DOCUMENTS)
    person = team.directors["toits"]
    person.set_password("ce que sa main sait")
    person.save()
    look(visit, axe_check, team, "toits", "approve", team.party("toits").pk)
    page = visit(
        reverse("alliances:approve", args=[team.alliance.pk, team.party("toits").pk]), user=person
    )
    page.get_by_label("Je suis la personne nommée ci-dessus").check()
    page.get_by_label("J’ai lu la convention et ses termes").check()
    page.get_by_role("button", name="J’approuve la convention").click()
    page.get_by_label("Mot de passe").fill("ce que sa main sait")
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("encore approuver")
    team.approve("jardins")
    look(visit, axe_check, team, "toits", "approvals")
    look(visit, axe_check, team, "toits", "proof")


def test_filed_then_lost_then_learnt(team: Rope, visit: Visit, axe_check: Check) -> None:
    team.to_documents(company=True)
    for key in team.members:
        team.approve(key)
    look(visit, axe_check, team, "leader", "filing", shot="filing-ready")
    page = visit(reverse("alliances:filing", args=[team.alliance.pk]), user=team.leader)
    expect(page.get_by_role("heading", name="Ce qui manque aux documents")).to_be_visible()
    page.get_by_role("link", name="Déposer quand même").click()
    page.get_by_label("Numéro du récépissé").fill("R-2026-0042")
    page.get_by_label("Heure du dépôt").fill("00:01")
    page.get_by_label("Le récépissé").set_input_files(
        {"name": "recu.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_role("button", name="Noter le dépôt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("L’offre est déposée")
    look(visit, axe_check, team, "toits", "filing", shot="filed")
    look(visit, axe_check, team, "leader", "result", shot="result-asked")
    team.result(
        is_won=False,
        values={
            "reason": "price",
            "winner_price_cents": 40_000_00,
            "rank": 2,
            "bids": 4,
            "to_change": "Chiffrer les déplacements plus tôt.",
        },
        notes=[
            CriterionMark("Prix", 4000, 3150, 4000),
            CriterionMark("Insertion", 2000, 1900, 1800),
        ],
    )
    look(visit, axe_check, team, "leader", "result", shot="result-lost")
    look(visit, axe_check, team, "toits", "alliances:detail", shot="detail-lost")


def test_a_partner_leaves_between_filing_and_signature(
    team: Rope, visit: Visit, axe_check: Check
) -> None:
    team.to_filed(company=True)
    team.structure("renfort", "Le Renfort du Val", "ACI")
    look(visit, axe_check, team, "toits", "leave", team.party("toits").pk)
    page = visit(
        reverse("alliances:leave", args=[team.alliance.pk, team.party("toits").pk]),
        user=team.directors["toits"],
    )
    page.get_by_label("Pourquoi").fill("L’encadrant est parti.")
    page.get_by_role("button", name="Annoncer le retrait").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Qui reprend la part")
    row = Withdrawal.objects.get()
    look(visit, axe_check, team, "leader", "withdrawal", row.pk, shot="withdrawal-told")
    withdrawals_actions.plan(
        withdrawal=row,
        plan="replacement",
        structure=team.structures["renfort"],
        by=team.leader,
        now=team.now,
    )
    look(visit, axe_check, team, "leader", "withdrawal", row.pk, shot="withdrawal-planned")
    look(visit, axe_check, team, "renfort", "alliances:detail", shot="replacement-invited")
    share = row.pk, team.party("renfort").pk
    look(visit, axe_check, team, "renfort", "take_share_over", *share, shot="takeover")
    for key in ("renfort", "jardins", "peintres", "mirel"):
        asked = reverse(
            "alliances:take_share_over", args=[team.alliance.pk, row.pk, team.party(key).pk]
        )
        page = visit(asked, user=team.directors[key])
        if page.get_by_role("button", name="Oui, d’accord").count():
            page.get_by_role("button", name="Oui, d’accord").click()
    look(visit, axe_check, team, "leader", "withdrawal", row.pk, shot="withdrawal-to-send")
    page = visit(reverse("alliances:withdrawal", args=[team.alliance.pk, row.pk]), user=team.leader)
    page.get_by_role("button", name="J’ai envoyé cette demande").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("L’acheteur doit répondre")
    look(visit, axe_check, team, "leader", "withdrawal", row.pk, shot="withdrawal-sent")
    page = visit(reverse("alliances:withdrawal", args=[team.alliance.pk, row.pk]), user=team.leader)
    page.get_by_label("L’acheteur accepte").check()
    page.get_by_role("button", name="Noter sa réponse").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("le changement est fait")
    look(visit, axe_check, team, "jardins", "withdrawals")
    look(visit, axe_check, team, "jardins", "approvals", shot="approvals-again")
    assert set(team.inside) == {"jardins", "peintres", "renfort", "mirel"}


def test_after_the_signature_the_others_read_what_they_owe(
    team: Rope, visit: Visit, axe_check: Check
) -> None:
    team.form = type(team.form)("SOLIDAIRE")
    team.to_filed().win()
    look(visit, axe_check, team, "leader", "result", shot="result-won")
    team.sign()
    look(visit, axe_check, team, "leader", "result", shot="result-signed")
    look(visit, axe_check, team, "toits", "leave", team.party("toits").pk, shot="leave-signed")


def test_a_standing_team_says_what_it_lacks(team: Rope, visit: Visit, axe_check: Check) -> None:
    made = create_team(
        name="Berges prêtes",
        department=Department.objects.get(code="38"),
        trades=["espaces-verts"],
        network=team.network,
        structure=None,
        by=team.leader,
        now=team.now,
    )
    for key in ("jardins", "toits", "peintres"):
        row = invite_member(team=made, structure=team.structures[key], by=team.leader, now=team.now)
        if key != "peintres":
            answer_team(member=row, is_yes=True, by=team.directors[key], now=team.now)
    messages_actions.write(
        alliance=team.alliance,
        text="Le plan arrive demain.",
        side="Les Toits du Val",
        by=team.directors["toits"],
        now=team.now,
    )
    pages = [
        ("leader", "ready_teams:list", ()),
        ("leader", "ready_teams:create", ()),
        ("leader", "ready_teams:detail", (made.pk,)),
        ("toits", "ready_teams:get_ready", (made.pk, made.members.all()[1].pk)),
        ("peintres", "ready_teams:detail", (made.pk,)),
        ("leader", "alliances:files", (team.alliance.pk,)),
        ("leader", "alliances:messages", (team.alliance.pk,)),
        ("leader", "alliances:coordinators", (team.alliance.pk,)),
        ("leader", "alliances:open", (team.opportunity.pk,)),
    ]
    for key, route, arguments in pages:
        person = team.leader if key == "leader" else team.directors[key]
        for width, phone in (("1280", False), ("360", True)):
            page = visit(reverse(route, args=arguments), phone=phone, user=person)
            axe_check(page)
            if SHOTS:
                name = f"{route.replace(':', '-')}-{key}-{width}"
                page.screenshot(path=f"{SHOTS}/life-{name}.png", full_page=True)
