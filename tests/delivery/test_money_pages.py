"""The pages of « L’argent »: who reads what of them, what is refused, what waits."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cordee.base.ui import french
from cordee.delivery.models import MoneyKind, MoneyLine, Partner
from cordee.delivery.money import today
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import lines_of
from tests.delivery.test_money import ON, Contract
from tests.members.makers import make_person

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Any]


@pytest.fixture
def contract(db: None) -> Contract:
    return Contract()


def addresses(contract: Contract) -> dict[str, str]:
    at = [contract.delivery.pk]
    found = {
        name: reverse(f"delivery:{name}", args=at)
        for name in ("money", "note_money", "note_fee", "note_cost", "pay_transfer")
    }
    for line in MoneyLine.objects.all():
        found[f"line {line.pk}"] = reverse("delivery:money_line", args=[*at, line.pk])
    return found


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_each_reads_its_own_and_who_works_for_it_and_no_amount_of_another(
    contract: Contract, signed_in_client: SignIn
) -> None:
    """Every page of the tab, asked and written to: no name, no word and no amount of the others."""
    amounts = {"jardins": 1_111_11, "mirel": 2_222_22, "toits": 3_333_33, "bois": 44_44}
    for key, cents in amounts.items():
        contract.note(key, cents, label=f"Objet de {key}", due_on=ON - timedelta(days=3))
    contract.cost("jardins", 777_77)
    contract.settle(contract.ledger().transfers[0])
    contract.cost("mirel", 888_88, "Nettoyage")
    every = set(amounts)
    # A member pays who works for it. The keeper is the lead here.
    reads = {"jardins": every, "mirel": {"mirel", "toits"}, "toits": {"toits"}, "bois": {"bois"}}
    for reader, known in reads.items():
        client = signed_in_client(contract.directors[reader])
        shown = ""
        for address in addresses(contract).values():
            for method in (client.get, client.post):
                answer = method(address, follow=True)
                shown += squeezed(answer.content.decode())
        for key in every - known:
            share = contract.partners[key].shares.get().amount_cents
            for secret in (
                f"Objet de {key}",
                french.euros(amounts[key]),
                french.euros(amounts[key], rounded=True),
                str(amounts[key]),
                french.euros(share),
            ):
                assert squeezed(secret) not in shown, f"{reader} reads {secret}"
        for key in known:
            assert squeezed(f"Objet de {key}") in shown
        bears = reader in {"jardins", "mirel"}
        assert all((word in shown) is bears for word in ("Bennes", "Nettoyage"))


def test_of_three_members_none_reads_what_two_others_owe_each_other(
    contract: Contract, signed_in_client: SignIn
) -> None:
    other = contract.partners["toits"]
    Partner.objects.filter(pk=other.pk).update(role=Partner.Role.MEMBER, of=None)
    contract.cost("mirel", 900_00)
    texts = {str(each) for each in contract.ledger().transfers}
    assert len(texts) == 2
    for key, count in {"jardins": 2, "mirel": 2, "toits": 1}.items():
        page = signed_in_client(contract.directors[key]).get(addresses(contract)["money"])
        shown = page.content.decode()
        assert sum(f"<strong>{text}" in shown for text in texts) == count


@pytest.mark.parametrize("seat", ["facilitator", "buyer"])
def test_who_facilitates_or_buys_reads_no_money(
    contract: Contract, signed_in_client: SignIn, seat: str
) -> None:
    person = make_person("dehors@exemple.fr")
    setattr(contract.delivery, seat, person)
    contract.delivery.save()
    contract.note()
    client = signed_in_client(person)
    for name, address in addresses(contract).items():
        answer = client.post(address) if name == "pay_transfer" else client.get(address)
        assert answer.status_code == 404, name


def test_an_amount_is_noted_corrected_taken_out_and_put_back(
    contract: Contract, signed_in_client: SignIn
) -> None:
    client, pages = signed_in_client(contract.directors["mirel"]), addresses(contract)
    typed = {
        "partner": contract.partners["mirel"].pk,
        "label": "Facture d’octobre",
        "amount_cents": "4 200",
        "vat": "standard",
        "due_on": str(ON - timedelta(days=12)),
    }
    for _ in range(2):
        assert client.post(pages["note_money"], typed).status_code == 302
    line = MoneyLine.objects.get()
    assert (line.amount_cents, line.kind) == (4_200_00, MoneyKind.WORK)
    shown = client.get(pages["money"]).content.decode()
    assert "4\u202f200\u202f€ attendus depuis 12\u202fjours</h1>" in shown
    page = reverse("delivery:money_line", args=[contract.delivery.pk, line.pk])
    client.post(page, typed | {"is_removed": "on"})
    shown = client.get(pages["money"]).content.decode()
    assert "Aucun montant n’est noté</h1>" in shown
    assert "Ce qui ne compte plus" in shown
    client.post(page, typed | {"paid_on": str(ON)})
    assert "Rien n’est en retard</h1>" in client.get(pages["money"]).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("amount_cents", "50 000", "dépasse la part de Val Mirel"),
        ("amount_cents", "0", "est trop petit. Écrivez au moins 0,01"),
        ("amount_cents", "-5", "est trop petit"),
        ("paid_on", str(ON + timedelta(days=2)), "est à venir. Notez-le ce jour-là."),
        ("due_on", "9999-01-01", "L’année 9999 est trop loin"),
        ("label", "Paye de 1 85 05 78 006 084 36", "numéro de sécurité sociale"),
        ("partner", "jardins", "n’est pas dans la liste"),
    ],
)
def test_bad_input_says_its_field_and_keeps_what_was_typed(
    contract: Contract, signed_in_client: SignIn, field: str, value: str, words: str
) -> None:
    client = signed_in_client(contract.directors["mirel"])
    typed = {
        "partner": contract.partners["mirel"].pk,
        "label": "Facture d’octobre",
        "amount_cents": "4 200",
        "vat": "standard",
    }
    typed[field] = contract.partners[value].pk if field == "partner" else value
    answer = client.post(addresses(contract)["note_money"], typed)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert squeezed(words) in squeezed(shown)
    assert f'id="id_{field}_error"' in shown
    assert "Facture d’octobre" in shown or field == "label"
    assert not MoneyLine.objects.exists()


def test_one_partner_alone_is_not_chosen_and_a_subcontractor_says_when_it_asked(
    contract: Contract, signed_in_client: SignIn
) -> None:
    page = addresses(contract)["note_money"]
    shown = {
        key: signed_in_client(contract.directors[key]).get(page).content.decode()
        for key in ("toits", "mirel")
    }
    assert "Choisissez" not in shown["toits"].split('name="vat"')[0]
    assert "Choisissez" in shown["mirel"]
    assert "Demande de paiement envoyée le" in shown["toits"]


def test_a_transfer_is_paid_once_and_taken_back(
    contract: Contract, signed_in_client: SignIn
) -> None:
    contract.cost("jardins", 728_00)
    (owed,) = contract.ledger().transfers
    client, pages = signed_in_client(contract.directors["mirel"]), addresses(contract)
    assert "Val Mirel doit 310,01\u202f€ aux Jardins du Val" in str(owed)
    for _ in range(2):
        shown = client.post(pages["pay_transfer"], {"paiement": owed.key}, follow=True)
    assert "déjà noté, ou n’est plus dû" in shown.content.decode()
    row = MoneyLine.objects.get(kind=MoneyKind.TRANSFER)
    page = reverse("delivery:money_line", args=[contract.delivery.pk, row.pk])
    client.post(page, {"paid_on": str(ON), "is_removed": "on"})
    assert [str(each) for each in contract.ledger().transfers] == [str(owed)]


def test_what_is_late_and_what_is_asked_wait_for_those_who_settle_them(
    contract: Contract,
) -> None:
    sent = ON - timedelta(days=5)
    contract.note("mirel", due_on=ON - timedelta(days=12))
    contract.note("toits", demand_sent_on=sent, label="Demande d’octobre")
    contract.note("toits", demand_sent_on=ON - timedelta(days=16), label="Demande d’été")

    def waits(key: str) -> list[tuple[Any, str]]:
        viewer = Viewer.of(contract.directors[key], ON)
        return [(line.until, line.what) for line in lines_of([today.lines], viewer, timezone.now())]

    assert waits("mirel") == [
        (ON, "Vous attendez un paiement"),
        (sent + timedelta(days=15), "Une demande de paiement attend votre réponse"),
    ]
    assert waits("toits") == waits("jardins") == []


def test_as_many_statements_for_forty_partners_over_three_years(
    contract: Contract, signed_in_client: SignIn
) -> None:
    client, page = signed_in_client(contract.directors["jardins"]), addresses(contract)["money"]

    def statements() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(page).status_code == 200
        return len(found)

    client.get(page)
    contract.note("mirel", due_on=ON - timedelta(days=2))
    few = statements()
    made = Partner.objects.bulk_create(
        Partner(delivery=contract.delivery, name=f"Partenaire {n}", role="member")
        for n in range(36)
    )
    MoneyLine.objects.bulk_create(
        MoneyLine(
            partner=each,
            kind=MoneyKind.WORK,
            label=f"Mois {n}",
            amount_cents=100_00,
            due_on=ON - timedelta(days=n),
        )
        for each in made
        for n in range(36)
    )
    assert statements() == few <= 12


@pytest.mark.parametrize(
    ("cents", "payer"),
    [(599_99, "Les Jardins du Val"), (600_00, "l’acheteur, une fois le sous-traitant accepté")],
)
def test_a_subcontractor_is_paid_directly_from_600_euros_with_tax(
    contract: Contract, signed_in_client: SignIn, cents: int, payer: str
) -> None:
    """RULE-22, on the page of the subcontractor; without VAT its share is what it invoices."""
    row = contract.partners["bois"]
    row.shares.update(amount_cents=cents)
    contract.note("bois", 100_00, vat="exempt")
    page = signed_in_client(contract.directors["bois"]).get(addresses(contract)["money"])
    assert f">{payer}</td>" in page.content.decode()
