"""« L’argent »: who pays whom, what is late, what each reads, and common costs to the cent."""

import contextlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run

from cordee.accounts.models import JournalEntry
from cordee.agreement.model import VatRegime
from cordee.delivery.access import DeliveryAccess, inside_for
from cordee.delivery.models import Delivery, DeliveryLot, MoneyKind, MoneyLine, Partner, Share
from cordee.delivery.money import actions
from cordee.delivery.money.ledger import Ledger, Owed
from tests.members.makers import make_person, make_structure, make_valley

pytestmark = pytest.mark.django_db
ON = timezone.localdate()
MONTH = 2026 * 12 + 8


class Contract:
    """Two members, a subcontractor of each, and what each of the four does itself."""

    def __init__(self) -> None:
        make_valley()
        self.structures = {
            key: make_structure(name)
            for key, name in {
                "jardins": "Les Jardins du Val",
                "mirel": "Val Mirel",
                "toits": "Les Toits",
                "bois": "Atelier Bois",
            }.items()
        }
        self.directors = {
            key: make_person(f"{key}@exemple.fr", role="director", structure=structure)
            for key, structure in self.structures.items()
        }
        self.delivery = Delivery.objects.create(
            structure=self.structures["jardins"],
            title="Les écoles du val",
            buyer_name="Ville",
            notified_on=date(2026, 9, 1),
            first_month=MONTH,
            months=7,
        )
        lot = DeliveryLot.objects.create(delivery=self.delivery, key="1")
        self.partners: dict[str, Partner] = {}
        for key, role, of, cents in (
            ("jardins", "member", None, 40_000_00),
            ("mirel", "member", None, 20_000_00),
            ("toits", "subcontractor", "mirel", 10_000_00),
            ("bois", "subcontractor", "jardins", 450_00),
        ):
            self.partners[key] = Partner.objects.create(
                delivery=self.delivery,
                structure=self.structures[key],
                name=self.structures[key].shown_name,
                role=role,
                of=self.partners.get(of or ""),
                is_lead=key == "jardins",
            )
            Share.objects.create(
                lot=lot,
                partner=self.partners[key],
                amount_cents=cents,
                first_month=MONTH,
                months=7,
            )

    def access(self, key: str = "jardins") -> DeliveryAccess:
        return inside_for(self.directors[key], self.delivery.pk)

    def ledger(self, key: str = "jardins", on: date = ON) -> Ledger:
        return Ledger(self.access(key), on)

    def note(self, key: str = "mirel", cents: int = 4_200_00, **values: Any) -> MoneyLine:
        said = {"kind": MoneyKind.WORK, "label": "Facture de mars", **values}
        row = MoneyLine(partner=self.partners[key], amount_cents=cents, **said)
        return self.keep(row)

    def keep(self, row: MoneyLine) -> MoneyLine:
        actions.note(row=row, access=self.access(), by=self.directors["jardins"], on=ON)
        return row

    def cost(self, key: str, cents: int, label: str = "Bennes") -> MoneyLine:
        return self.note(key, cents, kind=MoneyKind.COMMON, label=label, paid_on=ON)

    def settle(self, owed: Owed) -> MoneyLine:
        row = MoneyLine(kind=MoneyKind.TRANSFER, label="Frais communs", paid_on=ON)
        row.payer, row.partner, row.amount_cents = owed
        return self.keep(row)


@pytest.fixture
def contract(db: None) -> Contract:
    return Contract()


# --- What is due, late, answered -----------------------------------------------------------------


def test_the_title_is_what_is_late_and_since_when(contract: Contract) -> None:
    assert contract.ledger().title == "Aucun montant n’est noté"
    contract.note(label="Sans échéance")
    contract.note(due_on=ON, label="Aujourd’hui")
    assert contract.ledger().title == "Rien n’est en retard"
    late = contract.note(due_on=ON - timedelta(days=12), label="En retard")
    assert contract.ledger().title == "4\u202f200\u202f€ attendus depuis 12\u202fjours"
    contract.note(cents=100_00, due_on=ON - timedelta(days=1), label="D’hier")
    words = "4\u202f300\u202f€ attendus depuis 12\u202fjours pour le plus ancien"
    assert contract.ledger().title == words
    late.paid_on = ON
    contract.keep(late)
    assert contract.ledger().title == "100\u202f€ attendus depuis 1\u202fjour"


def test_who_pays_each_and_what_is_not_known_is_no_zero(contract: Contract) -> None:
    contract.note("mirel", 1_000_00, invoiced_on=ON)
    contract.note("mirel", 2_000_00, paid_on=ON, label="Payée")
    told = {str(partner): (payer, sums) for partner, payer, sums in contract.ledger().accounts}
    assert told == {
        # 450 € without tax are 540 € at most with it: the member pays, and invoices it.
        "Les Jardins du Val": ("l’acheteur, directement", [40_450_00, None, None, None]),
        "Val Mirel": ("l’acheteur, directement", [20_000_00, 3_000_00, 2_000_00, 0]),
        "Les Toits": (
            "l’acheteur, une fois le sous-traitant accepté",
            [10_000_00, None, None, None],
        ),
        "Atelier Bois": ("Les Jardins du Val", [450_00, None, None, None]),
    }
    Share.objects.filter(partner=contract.partners["mirel"]).update(amount_cents=None)
    told = {str(partner): sums for partner, _, sums in contract.ledger().accounts}
    assert told["Val Mirel"][0] is None


@pytest.mark.parametrize(
    ("vat", "payer"),
    [
        (VatRegime.UNKNOWN, "à confirmer\u00a0: l’acheteur, ou pour qui on travaille"),
        (VatRegime.EXEMPT, "Les Jardins du Val"),
        (VatRegime.STANDARD, "l’acheteur, une fois le sous-traitant accepté"),
    ],
)
def test_near_the_threshold_its_vat_says_who_pays(
    contract: Contract, vat: VatRegime, payer: str
) -> None:
    Share.objects.filter(partner=contract.partners["bois"]).update(amount_cents=550_00)
    contract.note("bois", 100_00, vat=vat)
    assert contract.ledger().payer_of(contract.partners["bois"]) == payer


def test_a_demand_waits_fifteen_days_for_its_answer(contract: Contract) -> None:
    sent = ON - timedelta(days=5)
    row = contract.note("toits", demand_sent_on=sent)
    assert contract.ledger("mirel").demands == [(row, sent + timedelta(days=15))]
    row.demand_answered_on = ON
    contract.keep(row)
    assert contract.ledger("mirel").demands == []
    row.demand_answered_on = sent - timedelta(days=1)
    with pytest.raises(ValidationError, match="Une réponse suit sa demande"):
        contract.keep(row)


def test_more_than_is_left_of_a_share_is_refused_with_what_is_left(contract: Contract) -> None:
    contract.note("mirel", 15_000_00)
    with pytest.raises(ValidationError) as refused:
        contract.note("mirel", 5_000_01, label="Solde")
    (words,) = refused.value.message_dict["amount_cents"]
    assert words == (
        "«\u00a05\u202f000,01\u202f€\u00a0» dépasse la part de Val Mirel. Il en reste "
        "5\u202f000\u202f€\u00a0: écrivez-le au plus, ou corrigez un autre montant."
    )
    row = contract.note("mirel", 5_000_00, label="Solde")
    row.is_removed = True
    contract.keep(row)
    contract.note("mirel", 5_000_00, label="Autre solde")
    row.is_removed = False
    with pytest.raises(ValidationError, match="dépasse la part"):
        contract.keep(row)


def test_noted_twice_is_once_and_no_amount_is_in_the_journal(contract: Contract) -> None:
    contract.note(cents=1_234_56)
    contract.note(cents=1_234_56)
    assert MoneyLine.objects.count() == 1
    entry = JournalEntry.objects.get(verb__startswith="delivery.")
    assert "1234" not in f"{entry.before}{entry.after}"


@pytest.mark.parametrize(
    "values",
    [
        {"amount_cents": 0},
        {"kind": "other"},
        {"kind": MoneyKind.COMMON},
        {"kind": MoneyKind.TRANSFER, "paid_on": ON},
        {"payer_id": 1},
        {"demand_answered_on": ON},
    ],
)
def test_the_database_refuses_what_cannot_be(contract: Contract, values: dict[str, Any]) -> None:
    said = {"amount_cents": 1, "kind": MoneyKind.WORK, "label": "Facture"} | values
    if "payer_id" in values:
        said["payer_id"] = contract.partners["jardins"].pk
    with pytest.raises(IntegrityError), transaction.atomic():
        MoneyLine.objects.create(partner=contract.partners["mirel"], **said)


# --- Common costs --------------------------------------------------------------------------------


def test_who_owes_whom_reads_as_a_sentence(contract: Contract) -> None:
    contract.cost("jardins", 728_00)
    (owed,) = contract.ledger().transfers
    # Of 70 450 €, Mirel and its subcontractor do 30 000 €.
    assert str(owed) == "Val Mirel doit 310,01\u202f€ aux Jardins du Val"
    contract.settle(owed)
    assert contract.ledger().transfers == []
    row = MoneyLine.objects.get(kind=MoneyKind.TRANSFER)
    row.is_removed = True
    contract.keep(row)
    assert contract.ledger().transfers == [owed]


def test_while_a_share_is_unknown_nothing_is_shared_out(contract: Contract) -> None:
    contract.cost("jardins", 728_00)
    Share.objects.filter(partner=contract.partners["toits"]).update(amount_cents=None)
    ledger = contract.ledger()
    assert (ledger.transfers, ledger.unknown) == ([], [contract.partners["mirel"]])


CENTS = st.integers(1, 500_000)
MEMBERS = st.sampled_from(["jardins", "mirel", "bois2", "eaux"])


class CommonCosts(RuleBasedStateMachine):
    """Costs noted and taken out, shares that move, transfers paid and taken back, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = contextlib.ExitStack()
        self.undo.enter_context(self.taken_back())
        self.contract = Contract()
        for key in ("bois2", "eaux"):
            made = Partner.objects.create(
                delivery=self.contract.delivery, name=key, role=Partner.Role.MEMBER
            )
            lot = self.contract.delivery.lots.get()
            Share.objects.create(lot=lot, partner=made, amount_cents=0, first_month=MONTH, months=7)
            self.contract.partners[key] = made

    @staticmethod
    @contextlib.contextmanager
    def taken_back() -> Iterator[None]:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    def teardown(self) -> None:
        self.undo.close()

    @rule(key=MEMBERS, cents=CENTS)
    def spend(self, key: str, cents: int) -> None:
        self.contract.cost(key, cents)

    @rule(key=MEMBERS, cents=st.integers(0, 5_000_000))
    def move_a_share(self, key: str, cents: int) -> None:
        Share.objects.filter(partner=self.contract.partners[key]).update(amount_cents=cents)

    @rule(which=st.integers(0, 9))
    def pay(self, which: int) -> None:
        if found := self.contract.ledger().transfers:
            self.contract.settle(found[which % len(found)])

    @rule(which=st.integers(0, 30))
    def take_out_or_put_back(self, which: int) -> None:
        if rows := list(MoneyLine.objects.all()):
            row = rows[which % len(rows)]
            row.is_removed = not row.is_removed
            self.contract.keep(row)

    @invariant()
    def what_is_proposed_settles_all_to_the_cent(self) -> None:
        """Counted by hand: what each paid and received is what it bears, once all is paid."""
        ledger = self.contract.ledger()
        left = dict.fromkeys(ledger.partners, 0)
        for line in MoneyLine.objects.filter(is_removed=False):
            left[line.payer_id or line.partner_id] += line.amount_cents
            left[line.partner_id] -= line.amount_cents if line.payer_id else 0
        for owed in ledger.transfers:
            left[owed.payer.pk] += owed.cents
            left[owed.payee.pk] -= owed.cents
        shares = {
            each.pk: sum(
                share.amount_cents or 0
                for share in Share.objects.filter(partner__in=[each, *each.helpers.all()])
            )
            for each in ledger.members
        }
        spent, whole = sum(left.values()), sum(shares.values())
        for key, share in shares.items():
            exact = spent * (share if whole else 1) / (whole or len(shares))
            assert abs(left[key] - exact) < 1
        assert len(ledger.transfers) < len(ledger.members)


def test_no_balance_is_ever_off_by_a_cent(db: None) -> None:
    run(
        CommonCosts,
        settings=settings(
            max_examples=12,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
