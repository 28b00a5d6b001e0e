"""The pages of an alliance from who signs to withdrawals, as those inside read and use them."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.internal.flows import login
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cordee.agreement import PartyRole
from cordee.agreement.phases import Phase
from cordee.alliances.invitations import actions
from cordee.alliances.models import Alliance, Approval, Filing, Withdrawal
from cordee.members.models import Structure
from tests.alliances.makers import PDF, Rope
from tests.base.documents.reading import docx_text, pdf_tags

Make = Callable[..., Rope]


def url(name: str, team: Rope, *more: object) -> str:
    return reverse(f"alliances:{name}", args=[team.alliance.pk, *more])


def text_of(response: Any) -> str:
    told = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(told.replace("\u202f", " ").replace("\u00a0", " ").split())


@pytest.fixture
def visit(signed_in_client: Any) -> Callable[[Rope, str], Client]:
    return lambda team, key: signed_in_client(
        team.leader if key == "leader" else team.directors[key]
    )


def test_a_structure_says_who_signs_for_it(rope: Make, visit: Any) -> None:
    team = rope().gather().step(Phase.SPLIT).share_out()
    client = visit(team, "toits")
    page = client.get(url("signatories", team))
    assert "Aucune structure ne peut encore signer" in text_of(page)
    mine = url("signatory", team, team.party("toits").pk)
    assert mine in page.content.decode()
    assert url("signatory", team, team.party("jardins").pk) not in page.content.decode()
    who = {"carrier": "PUBLIC", "function": "maire"}
    wrong = client.post(mine, who | {"name": "A", "power": "board"})
    assert "Donnez la date de l’acte." in text_of(wrong)
    values = who | {"name": "Alex Aubier", "power": "council"}
    council = timezone.localdate(team.opportunity.deadline) + timedelta(days=365)
    assert client.post(mine, values | {"next_council_on": council}).status_code == 302
    told = text_of(client.get(url("signatories", team)))
    assert "vient après le dépôt" in told
    assert "Alex Aubier" in text_of(visit(team, "jardins").get(url("signatories", team)))


def test_approving_asks_again_who_one_is(rope: Make, visit: Any) -> None:
    team = rope().to_documents()
    person = team.directors["toits"]
    person.set_password("ce que sa main sait")
    person.save()
    client = visit(team, "toits")
    page = url("approve", team, team.party("toits").pk)
    told = client.get(page)
    assert "Approuver la convention pour Les Toits du Val ?" in text_of(told)
    assert "Elle n’est pas qualifiée" in text_of(told)
    values = {"document_sha256": team.sha(), "is_signatory": "on", "has_read": "on"}
    asked = client.post(page, values)
    assert asked.status_code == 302
    assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert Approval.objects.count() == 0, "a session alone approves nothing"
    done = client.post(asked.headers["Location"], {"password": "ce que sa main sait"})
    assert done.status_code == 302
    row = Approval.objects.get()
    assert (row.method, row.identity.person) == ("password", person)
    assert row.authenticated_at is not None
    assert "2 membres doivent encore approuver" in text_of(client.get(url("approvals", team)))


def test_a_proof_given_long_ago_is_asked_again(
    rope: Make, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = rope().to_documents()
    person = team.directors["toits"]
    person.set_password("ce que sa main sait")
    person.save()
    client = visit(team, "toits")
    session = client.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time() - 400, "reauthenticated": True}
    ]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(person.pk)
    session.save()
    page = url("approve", team, team.party("toits").pk)
    values = {"document_sha256": team.sha(), "is_signatory": "on", "has_read": "on"}
    assert "identite" in client.post(page, values).headers["Location"]


def test_who_has_no_password_approves_in_a_demo_alone(
    rope: Make, visit: Any, settings: Any
) -> None:
    team = rope().to_documents()
    client = visit(team, "toits")
    page = url("approve", team, team.party("toits").pk)
    values = {"document_sha256": team.sha(), "is_signatory": "on", "has_read": "on"}
    settings.DEMO = False
    assert "Choisissez d’abord un mot de passe" in text_of(client.post(page, values, follow=True))
    settings.DEMO = True
    client.post(page, values)
    assert Approval.objects.get().method == "none"
    assert "identité non redemandée" in text_of(client.get(url("approvals", team)))


def test_both_boxes_are_ticked_before_anything_is_approved(rope: Make, visit: Any) -> None:
    team = rope().to_documents()
    page = url("approve", team, team.party("toits").pk)
    told = visit(team, "toits").post(page, {"document_sha256": team.sha()})
    assert told.status_code == 200
    assert Approval.objects.count() == 0


def test_the_proof_is_read_line_by_line_and_a_receipt_is_checked(rope: Make, visit: Any) -> None:
    team = rope().to_documents()
    row = team.approve("jardins")
    client = visit(team, "toits")
    told = client.get(url("proof", team))
    assert "La chaîne des approbations est entière" in text_of(told)
    assert row.identity.key not in told.content.decode(), "the key is on the receipt alone"
    receipt = {
        "sequence": "1",
        "name": "Signataire jardins",
        "function": "présidente",
        "key": row.identity.key,
    }
    assert "Ce reçu est bien celui de cette ligne" in text_of(
        client.post(url("proof", team), receipt)
    )
    assert "Ce reçu ne correspond pas" in text_of(
        client.post(url("proof", team), receipt | {"name": "Une autre"})
    )


def test_what_was_approved_is_read_again_after_a_sheet_moved(rope: Make, visit: Any) -> None:
    team = rope().to_documents()
    team.approve("jardins")
    text = team.alliance.approved_texts.get()
    read, other = url("approved_text", team, text.pk), visit(team, "mirel")
    assert other.get(read).status_code == 404, "a company that was only thought of"
    client = visit(team, "peintres")
    assert "Le texte approuvé, mot pour mot" in text_of(client.get(read))
    Structure.objects.filter(pk=team.structures["toits"].pk).update(name="Les Toits d’Or")
    told = text_of(client.get(read))
    assert "Un texte approuvé, puis remplacé" in told
    assert "Pour Les Toits du Val" in told
    assert "Pour Les Toits d’Or" not in told
    assert text.sha256[:8] in told
    for name in ("approvals", "proof"):
        assert read in client.get(url(name, team)).content.decode()
    pdf = client.get(url("approved_file", team, text.pk, "pdf"))
    word = client.get(url("approved_file", team, text.pk, "docx"))
    for file, name in ((pdf, "pdf"), (word, "docx")):
        assert file.headers["Content-Disposition"].endswith(f'-{text.sha256[:8]}.{name}"')
    assert "Pour Les Toits du Val" in docx_text(word.content)
    assert pdf_tags(pdf.content)
    assert client.get(url("approved_file", team, text.pk, "odt")).status_code == 404
    assert client.get(url("approved_text", team, text.pk + 1)).status_code == 404
    with connection.cursor() as cursor:
        cursor.execute("UPDATE alliances_approvedtext SET content = '{}'")
    assert client.get(read).status_code == 404
    told = text_of(client.get(url("proof", team)))
    assert "il ne prouve plus rien" in told
    assert "La chaîne des approbations est rompue" in told


def test_a_bid_is_filed_from_its_page_by_who_coordinates_or_leads(rope: Make, visit: Any) -> None:
    team = rope().to_documents()
    lead, other = visit(team, "jardins"), visit(team, "peintres")
    assert "n’ont pas encore approuvé la convention" in text_of(lead.get(url("filing", team)))
    for key in team.members:
        team.approve(key)
    # Papers stop no offer, and are told before anything is typed.
    asked = text_of(lead.get(url("filing", team)))
    assert "L’offre peut partir" not in asked
    assert re.search(r"Il manque \d+ éléments", asked)
    assert "responsabilité civile" in asked
    assert "Noter le dépôt" not in asked
    ready = text_of(lead.get(url("filing", team) + "?quand-meme=oui"))
    assert "Noter le dépôt" in ready
    assert "responsabilité civile" in ready
    assert "sous-traitance" not in ready
    assert "Noter le dépôt" not in text_of(other.get(url("filing", team)))

    def values(content: bytes = PDF) -> dict[str, object]:
        return {
            "number": "R-7",
            "day": team.on.isoformat(),
            "time": "00:00",
            "receipt": SimpleUploadedFile("recu.pdf", content),
            "quand-meme": "oui",
        }

    assert other.post(url("filing", team), values()).status_code == 404
    # What lacks came to light while the form was typed: it is asked, with what was typed.
    unasked = {name: value for name, value in values().items() if name != "quand-meme"}
    kept = lead.post(url("filing", team), unasked)
    assert "Il manque encore des éléments" in text_of(kept)
    assert 'value="R-7"' in kept.content.decode()
    assert not Filing.objects.exists()
    assert "pas lisible" in text_of(lead.post(url("filing", team), values(b"<html>")))
    assert lead.post(url("filing", team), values()).status_code == 302
    assert lead.post(url("filing", team), values()).status_code == 302, "a double click is once"
    assert Filing.objects.get().number == "R-7"
    saved = other.get(url("receipt", team))
    assert saved.content == PDF
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert "L’offre est déposée" in text_of(other.get(url("filing", team)))


def test_what_a_filed_bid_lacked_alarms_nobody(rope: Make, visit: Any) -> None:
    team = rope().to_documents()
    client = visit(team, "jardins")
    assert "manquent au dossier" in text_of(client.get(url("dossier", team)))
    for key in team.members:
        team.approve(key)
    team.file()
    page = text_of(client.get(url("dossier", team)))
    assert "L’offre est déposée" in page
    for told in (page, text_of(client.get(url("documents", team)))):
        assert not re.search(r"éléments? manque|Ce qui manque aux|\d+ éléments?\b", told)
    Alliance.objects.filter(pk=team.alliance.pk).update(phase="abandoned", ended_at=team.now)
    assert "L’alliance est abandonnée" in text_of(client.get(url("dossier", team)))


def test_a_result_a_signature_and_a_hand_over_are_noted(rope: Make, visit: Any) -> None:
    team = rope().to_filed()
    lead = visit(team, "jardins")
    values = {"is_won": "oui", "announced_on": team.on.isoformat()}
    assert "Qu’a décidé l’acheteur ?" in text_of(lead.get(url("result", team)))
    assert lead.post(url("result", team), values).status_code == 302
    assert "Le marché est attribué à l’équipe" in text_of(lead.get(url("result", team)))
    assert lead.post(url("note_signature", team), {"signed_on": ""}).status_code == 200
    assert (
        lead.post(url("note_signature", team), {"signed_on": team.on.isoformat()}).status_code
        == 302
    )
    assert lead.post(url("hand_over", team)).status_code == 302
    assert team.fresh.step is Phase.DELIVERY
    assert "les travaux commencent" in text_of(visit(team, "toits").get(url("result", team)))
    overview = text_of(lead.get(url("detail", team)))
    assert re.search(r"Les travaux sont en cours.* Le travail va de \w+ .*20\d\d\.", overview)


def test_a_lost_bid_says_by_how_much_and_what_to_ask(rope: Make, visit: Any) -> None:
    team = rope().to_filed()
    client = visit(team, "leader")
    values = {
        "is_won": "non",
        "announced_on": team.on.isoformat(),
        "reason": "price",
        "criteria": "Prix ; 40 ; 30 ; 40",
        "winner_price_cents": "1 000,00 €",
    }
    client.post(url("result", team), values)
    letter = text_of(client.get(url("result", team)))
    assert f"récépissé {team.fresh.filing.number}" in letter
    assert "- notre rang" in letter
    assert "- le prix de l’offre retenue" not in letter
    assert "Le code donne 15 jours" in letter
    told = text_of(visit(team, "toits").get(url("result", team)))
    assert "au-dessus de celui de l’offre retenue" in told
    assert "Prix : 10 points de moins, sur 40" in told
    assert "votre rang. L’acheteur le donne à qui le demande" in told
    assert "Copier la lettre" not in told
    assert "Noter le résultat" not in told, "a member who neither leads nor coordinates reads"


def test_leaving_says_first_what_the_others_will_owe(rope: Make, visit: Any) -> None:
    team = rope(form="SOLIDAIRE").to_filed().win().sign()
    client = visit(team, "toits")
    page = url("leave", team, team.party("toits").pk)
    told = text_of(client.get(page))
    assert "l’acheteur peut demander à chacun" in told
    assert visit(team, "peintres").get(page).status_code == 404
    assert client.post(page, {"reason": "Fermeture", "left_cents": "10"}).status_code == 302
    row = Withdrawal.objects.get()
    assert (row.left_cents, row.phase) == (10_00, "signed")


def test_a_whole_withdrawal_through_the_pages(rope: Make, visit: Any) -> None:
    team = rope().to_filed()
    team.structure("renfort", "Le Renfort du Val", "ACI")
    coordinator = visit(team, "leader")
    left = url("leave", team, team.party("toits").pk)
    coordinator.post(left, {"reason": "L’encadrant est parti."})
    row = Withdrawal.objects.get()
    page = url("withdrawal", team, row.pk)
    assert "Qui reprend la part" in text_of(coordinator.get(page))
    home = text_of(coordinator.get(reverse("alliances:detail", args=[team.alliance.pk])))
    assert "Les Toits du Val se retire : annoncé." in home
    # A no to oneself would leave nobody: after filing one announces it, here.
    toits = visit(team, "toits")
    decided = reverse("alliances:decide", args=[team.alliance.pk, team.party("toits").pk])
    assert "annoncez un retrait" in text_of(toits.get(decided))
    toits.post(decided, {"decision": "non", "reason": "Trop loin."})
    assert not team.party("toits").decisions.exists()
    siret = team.structures["renfort"].siret
    assert (
        coordinator.post(
            url("plan_withdrawal", team, row.pk), {"plan": "replacement", "structure": siret}
        ).headers["Location"]
        == page
    )
    assert "3 structures doivent dire oui" in text_of(coordinator.get(page))
    renfort = visit(team, "renfort")
    invitation = renfort.get(reverse("alliances:detail", args=[team.alliance.pk]))
    assert "peut remplacer une structure" in text_of(invitation)
    asked = renfort.get(url("withdrawals", team), follow=True)
    told = text_of(asked)
    assert "Prendre la place des Toits du Val ?" in told
    assert "Les Peintres" not in told, "who else is in the team is read after a yes"
    assert renfort.get(page).status_code == 404
    for key in ("renfort", "jardins", "peintres"):
        client = visit(team, key)
        share = url("take_share_over", team, row.pk, team.party(key).pk)
        read = re.search(r'name="lu" value="(\w+)"', client.get(share).content.decode())
        assert read is not None
        client.post(share, {"reponse": "oui", "lu": read[1]})
        assert "Vous avez dit oui" in text_of(client.get(share))
    told = text_of(coordinator.get(page))
    assert "La demande peut partir chez l’acheteur" in told
    assert "R2142-26" in told
    coordinator.post(
        url("send_withdrawal", team, row.pk),
        {"request_text": "Demande", "sent_on": team.on.isoformat()},
    )
    assert "L’acheteur doit répondre" in text_of(coordinator.get(page))
    answer = {"is_accepted": "oui", "answered_on": team.on.isoformat(), "words": "Accepté."}
    coordinator.post(url("answer_withdrawal", team, row.pk), answer)
    assert "le changement est fait" in text_of(coordinator.get(page))
    assert set(team.inside) == {"jardins", "peintres", "renfort"}
    again = coordinator.post(url("answer_withdrawal", team, row.pk), answer)
    assert "La demande n’est pas encore partie" in text_of(again)


def test_whoever_left_reads_nothing_any_more(rope: Make, visit: Any) -> None:
    team = rope().to_documents()
    client = visit(team, "peintres")
    client.post(url("leave", team, team.party("peintres").pk), {"reason": ""})
    for name in ("signatories", "approvals", "filing", "result"):
        assert client.get(url(name, team)).status_code == 404


@pytest.mark.parametrize("name", ["signatories", "approvals", "filing", "result", "withdrawals"])
def test_pages_make_as_many_queries_for_many_members(
    rope: Make, count_queries: Any, name: str
) -> None:
    team = rope().gather().step(Phase.SPLIT).share_out()
    few = count_queries(url(name, team), team.leader)
    for number in range(6):
        team.structure(f"autre{number}", f"Autre structure {number}", "ACI")
        party = actions.add_party(
            alliance=team.fresh,
            structure=team.structures[f"autre{number}"],
            role=PartyRole.MEMBER,
            by=team.leader,
            now=team.now,
        )
        actions.invite(party=party, by=team.leader, now=team.now)
        team.say_yes(f"autre{number}")
    assert count_queries(url(name, team), team.leader) == few


def test_an_alliance_that_is_over_is_still_found(rope: Make, visit: Any) -> None:
    """What it teaches, its letter and « retravailler » are on its page."""
    team = rope().to_filed()
    Alliance.objects.filter(pk=team.alliance.pk).update(phase="lost", ended_at=team.now)
    page = visit(team, "jardins").get(reverse("alliances:list"))
    assert "Alliances terminées (1)" in text_of(page)
    assert reverse("alliances:detail", args=[team.alliance.pk]) in page.content.decode()
