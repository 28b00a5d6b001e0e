"""What a network reads of its members' ceilings: what it sees, never what it composes with."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cordee.economics.models import AccountingYear, Commitment
from cordee.economics.network.headroom import NetworkHeadroom
from cordee.members.models import Activity, SharingAgreement, Structure
from cordee.members.network_access import Desk
from cordee.members.sharing import FigureClass
from cordee.rules.months import month_number
from tests.members.makers import (
    join,
    make_many,
    make_network,
    make_person,
    make_structure,
    make_valley,
    share,
)

pytestmark = pytest.mark.django_db
TRADE = "espaces-verts"


@pytest.fixture
def network():
    make_valley()
    return make_network("Réseau du Val")


@pytest.fixture
def staff(network):
    return make_person("r@exemple.fr", role="network_staff", network=network)


def member(network, name, *, receipts_cents=8_000_000, opened=None, **values) -> Structure:
    made = make_structure(name, department_id="38", **values)
    join(made, network)
    chantier = made.chantiers.get()
    Activity.objects.create(chantier=chantier, trade=TRADE)
    now = month_number(timezone.localdate())
    AccountingYear.objects.create(
        chantier=chantier,
        first_month=now - 3,
        charges_cents=30_000_000,
        receipts_cents=receipts_cents,
        basis="budget",
    )
    if opened is not None:
        share(made, network, FigureClass.PRIVATE, **opened)
    return made


SEEN, USED = {"may_see": True, "may_compose": False}, {"may_see": False, "may_compose": True}


def panel(client, network) -> str:
    url = reverse("network_economics:headroom", args=[network.slug])
    part = client.get(url, headers={"HX-Request": "true"})
    whole = client.get(url)
    assert part.status_code == whole.status_code == 200
    # The frame around holds tokens of its own.
    return part.text + whole.text.split("<main")[1].split("</main>")[0]


def test_only_what_the_network_sees_is_added_up(network, staff, signed_in_client):
    member(network, "Les Jardins", opened=SEEN)
    near = member(network, "Les Toits", receipts_cents=8_900_000, opened=SEEN)
    member(network, "Le Fournil", receipts_cents=8_950_000, opened=USED)
    member(network, "Le Hangar", receipts_cents=9_500_000)
    member(network, "Une EI", opened=SEEN, kind="EI")
    Commitment.objects.create(
        chantier=Structure.objects.get(name="Les Jardins").chantiers.get(),
        label="Signé",
        first_month=month_number(timezone.localdate()),
        months=1,
        receipts_cents=300_000,
        state="signed",
    )
    found = NetworkHeadroom(Desk(staff, network, network, is_staff=True), timezone.localdate())
    (line,) = found.departments
    # 9 999,99 − 3 000,00 + 999,99 €.
    assert (found.cents, line.cents, line.members) == (799_998, 799_998, 2)
    assert [(each.name, each.cents) for each in line.trades] == [("Espaces verts", 799_998)]
    assert [each.name for each in found.near] == ["Les Toits", "Les Jardins"]
    assert found.near[0].structure_id == near.pk
    assert (found.counted, found.unsaid, found.unseen, found.closed) == (2, 0, 1, 1)
    page = panel(signed_in_client(staff), network)
    assert "Les Toits" in page
    assert "Le Fournil" not in page
    assert "Le Hangar" not in page
    assert reverse("networks:agreements", args=[network.slug]) in page


def test_no_figure_that_is_not_seen_changes_the_page(network, staff, signed_in_client):
    """Decisions 5 and 6: whatever accounts and contracts are, composing alone reads the same."""
    client = signed_in_client(staff)
    member(network, "Les Jardins", opened=SEEN)
    for name, opened in (("Le Fournil", USED), ("Le Hangar", None)):
        hidden = member(network, name, opened=opened)
        year = AccountingYear.objects.get(chantier__structure=hidden)
        pages = set()
        for receipts_cents in (0, 8_499_999, 8_999_999, 9_000_000, 20_000_000):
            AccountingYear.objects.filter(pk=year.pk).update(receipts_cents=receipts_cents)
            pages.add(panel(client, network))
        contract = Commitment.objects.create(
            chantier=hidden.chantiers.get(),
            label="Signé",
            first_month=year.first_month,
            months=12,
            receipts_cents=999_999,
            state="signed",
        )
        pages.add(panel(client, network))
        assert len(pages) == 1
        contracts = reverse("economics:commitments", args=[hidden.pk])
        assert client.get(contracts).status_code == 404
        contract.delete()
    AccountingYear.objects.filter(chantier__structure=hidden).delete()
    assert panel(client, network) in pages, "nor whether there are accounts"


@pytest.mark.parametrize("opened", [USED, None])
def test_bisection_by_contracts_finds_no_ceiling_on_the_page(
    network, staff, signed_in_client, opened
):
    """Whoever books contracts for a structure with a network watches its home: nothing moves."""
    client = signed_in_client(staff)
    member(network, "Les Jardins", opened=SEEN)
    hidden = member(network, "Le Fournil", receipts_cents=8_612_345, opened=opened)
    row = Commitment.objects.create(
        chantier=hidden.chantiers.get(),
        source="alliance:a:1:7-3-4",
        label="Les berges ensemble",
        first_month=month_number(timezone.localdate()),
        months=1,
        receipts_cents=1,
        state="signed",
    )
    before = panel(client, network)
    low, high = 1, 50_000_000
    while high - low > 1:
        middle = (low + high) // 2
        Commitment.objects.filter(pk=row.pk).update(receipts_cents=middle)
        low, high = (middle, high) if panel(client, network) == before else (low, middle)
    assert low == 49_999_999


def test_a_delegation_reads_what_is_opened_to_itself(network, staff, signed_in_client):
    other = make_network("Autre réseau")
    member(network, "Les Jardins", opened=SEEN)
    stranger = make_person("s@exemple.fr", role="network_staff", network=other)
    page = panel(signed_in_client(stranger), other)
    assert "Aucun membre ne vous montre" in page
    url = reverse("network_economics:headroom", args=[network.slug])
    assert signed_in_client(stranger).get(url).status_code == 404


@pytest.mark.parametrize("size", [6, 60])
def test_the_number_of_queries_does_not_follow_the_members(
    network, staff, django_assert_num_queries, size
):
    rows = make_many(size, network)
    now = month_number(timezone.localdate())
    Structure.objects.update(kind="ACI")
    SharingAgreement.objects.bulk_create(
        SharingAgreement(
            structure=row,
            network=network,
            figure_class=FigureClass.PRIVATE,
            starts_on="2026-01-01",
            may_see=number % 3 > 0,
            may_compose=number % 2 > 0,
        )
        for number, row in enumerate(rows)
        if number % 3 or number % 2
    )
    AccountingYear.objects.bulk_create(
        AccountingYear(
            chantier=row.chantiers.get(),
            first_month=now,
            charges_cents=30_000_000,
            receipts_cents=8_900_000,
            basis="budget",
        )
        for row in rows
    )
    desk = Desk(staff, network, network, is_staff=True)
    # Members, consents, years, contracts, trades, accounts that are not shown.
    with django_assert_num_queries(6):
        found = NetworkHeadroom(desk, timezone.localdate())
        shown = (found.cents, found.departments, found.near, found.unsaid, found.closed)
    assert shown[2]
