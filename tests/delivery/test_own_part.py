"""A subcontractor reads its own part of a contract: no page, file or answer tells it of the others;
a facilitator and a buyer find no amount.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, reverse
from django.utils import timezone

from cordee.agreement.insertion import Way
from cordee.bridge import urls as bridge_urls
from cordee.delivery import urls
from cordee.delivery.hours.actions import state_hours
from cordee.delivery.models import Delivery, HourProof, MoneyLine, MonthlyHours, Partner, SiteEvent
from cordee.members.models import RoleSeat
from tests.alliances.test_own_part import shown_by, squeezed
from tests.delivery.makers import HOUR, make_delivery, partner, share
from tests.members.makers import make_person, make_structure, make_valley
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
Role = RoleSeat.Role
# Every figure is its partner's alone: (name, place, whom it works for, euros, hours of a month).
PARTS = (
    ("Les Chênes verts", "member", None, 9_871_13, 61),
    ("Les Tilleuls", "subcontractor", "Les Chênes verts", 5_432_17, 43),
    ("Les Érables", "member", None, 7_654_19, 37),
    ("Les Mélèzes", "subcontractor", "Les Érables", 3_219_23, 29),
)
OWN, CLIENT = "Les Tilleuls", "Les Chênes verts"


@pytest.fixture
def contract() -> Delivery:
    make_valley()
    lead = make_structure(CLIENT, is_claimed=True)
    made = make_delivery(lead, minutes=8_123 * HOUR)
    made.lots.get().shares.all().delete()
    made.facilitator = make_person(
        "facilitatrice@exemple.fr", role=Role.FACILITATOR, department_id="38"
    )
    made.buyer = make_person("acheteuse@exemple.fr", role=Role.BUYER, department_id="38")
    made.save()
    lot, now = made.lots.get(), timezone.now()
    rows = {CLIENT: made.partners.get()}
    for name, role, client, cents, hours in PARTS:
        if name not in rows:
            structure = make_structure(name, is_claimed=True)
            rows[name] = partner(made, structure, role, of=rows.get(client or ""))
            rows[name].shares.all().delete()
        row = rows[name]
        share(lot, row, 12 * hours * HOUR, amount_cents=cents)
        stated = MonthlyHours(
            lot=lot, partner=row, way=Way.SIAE, month=made.first_month, minutes=hours * HOUR
        )
        state_hours(delivery=made, rows=[stated], by=made.facilitator, now=now)
        MoneyLine.objects.create(
            partner=row, kind="work", label=f"Facture {name}", amount_cents=cents - 7
        )
        SiteEvent.objects.create(
            delivery=made,
            kind="order",
            title=f"Commande {name}",
            partner=row,
            first_day=timezone.localdate(),
            last_day=timezone.localdate(),
            amount_cents=cents - 11,
        )
    for row in MonthlyHours.objects.all():
        HourProof.objects.create(
            hours=row,
            nature="sheets",
            dated_on=timezone.localdate(),
            held_by=f"bureau {row.partner.name}",
        )
    return made


def addresses(made: Delivery) -> Iterator[str]:
    """Each route about a contract, with all that its address may name."""
    parts = (made.lots, made.partners, made.events)
    keys = {key for rows in parts for key in rows.values_list("pk", flat=True)}
    for model in (MonthlyHours, MoneyLine, HourProof):
        keys |= set(model.objects.values_list("pk", flat=True))
    patterns = [("delivery", each) for each in urls.urlpatterns]
    patterns += [("bridge", each) for each in bridge_urls.urlpatterns if each.name == "contract"]
    for room, each in patterns:
        assert isinstance(each, URLPattern)
        wanted = each.pattern.converters
        if "pk" not in wanted or wanted["pk"].regex != "[0-9]+":
            continue
        kept = {"pk": [made.pk], "key": sorted(keys), "proof": sorted(keys)[:4]}
        for values in product(*(kept[name] for name in wanted)):
            yield reverse(f"{room}:{each.name}", kwargs=dict(zip(wanted, values, strict=True)))


def everything(person: Any, made: Delivery) -> Iterator[tuple[str, str]]:
    client = StrictClient()
    client.force_login(person)
    home = [reverse("delivery:list"), reverse("today:today"), reverse("delivery:facilitated")]
    for address in [*home, *addresses(made)]:
        for method in ("get", "post"):
            with transaction.atomic():
                answer = getattr(client, method)(address, follow=True)
                transaction.set_rollback(True)
            yield f"{method} {address}", shown_by(answer)


def leaks(person: Any, made: Delivery, secrets: set[str]) -> list[str]:
    return [
        f"{where} tells {secret}"
        for where, text in everything(person, made)
        for secret in secrets
        if squeezed(secret) in squeezed(text)
    ]


def amounts(*names: str) -> set[str]:
    """As pages write them, of what each takes, invoices and is ordered."""
    told = [cents - less for name, *_, cents, _ in PARTS if name in names for less in (0, 7, 11)]
    exact = {f"{each // 100:,},{each % 100:02}".replace(",", " ", 1) for each in told}
    return exact | {f"{round(each / 100):,} €".replace(",", " ") for each in told}


def test_a_subcontractor_finds_nothing_of_the_others(contract: Delivery) -> None:
    row = Partner.objects.get(name=OWN)
    person = make_person("tilleuls@exemple.fr", role=Role.DIRECTOR, structure=row.structure)
    others = {name for name, *_ in PARTS} - {OWN, CLIENT}
    hours = {f"{h} h" for name, *_, h in PARTS if name != OWN}
    lot = contract.lots.get()
    # What the clause asks is known to all; how the price of the lot leads there is not.
    lot.stated_minutes, lot.amount_cents, lot.hourly_cost_cents = None, 8_246_024_00, 32_37
    lot.labour_share, lot.insertion_rate = Decimal("0.5"), Decimal("0.1")
    lot.save()
    secrets = others | hours | amounts(*others, CLIENT) | {"8 246 024", "32,37"}
    assert leaks(person, contract, secrets) == []
    # Its own it reads: the walk has eyes.
    seen = squeezed(" ".join(text for _, text in everything(person, contract)))
    for own in (f"Facture {OWN}", "43 h", "5 432,10", CLIENT):
        assert squeezed(own) in seen


def test_a_member_reads_hours_of_all_and_money_of_its_own(contract: Delivery) -> None:
    row = Partner.objects.get(name="Les Érables")
    person = make_person("erables@exemple.fr", role=Role.DIRECTOR, structure=row.structure)
    hidden = {each for each in amounts(OWN, CLIENT) if not each.endswith("06")}
    invoices = {f"Facture {OWN}", f"Facture {CLIENT}"}
    assert leaks(person, contract, hidden | invoices) == []
    seen = squeezed(" ".join(text for _, text in everything(person, contract)))
    for own in ("Facture Les Mélèzes", "43 h", "61 h"):
        assert squeezed(own) in seen


def test_a_facilitator_and_a_buyer_find_no_amount(contract: Delivery) -> None:
    every = amounts(*(name for name, *_ in PARTS))
    for person in (contract.facilitator, contract.buyer):
        assert leaks(person, contract, every | {"Facture", "Commande"}) == []
    # The buyer reads totals, of no partner but who keeps the contract.
    names = {name for name, *_ in PARTS} - {CLIENT}
    assert leaks(contract.buyer, contract, names) == []
