"""The calendar of a contract: what an order books and gives back, for whom, and in which agenda."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from cordee.alliances.filing import actions as filing_actions
from cordee.alliances.models import AllianceBaseline
from cordee.alliances.state.current import follow_orders
from cordee.delivery.calendar import actions
from cordee.delivery.models import Delivery, Partner, SiteEvent
from cordee.delivery.opening.actions import open_from_alliance
from cordee.economics.models import Commitment
from cordee.economics.models.commitments import results_of
from cordee.members.models import CapacityBooking, RoleSeat, Structure
from cordee.mobilisation.actions import feeds
from cordee.mobilisation.feeds import access as feed_access
from cordee.rules.months import month_number
from tests.alliances.makers import Rope
from tests.delivery.makers import make_delivery, make_order, partner
from tests.members.makers import make_person, make_structure, make_valley
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
Role = RoleSeat.Role
State = Commitment.State


@pytest.fixture
def structure() -> Structure:
    make_valley()
    return make_structure("Les Jardins du Val", is_claimed=True)


@pytest.fixture
def director(structure: Structure) -> Any:
    return make_person("direction@exemple.fr", role=Role.DIRECTOR, structure=structure)


@pytest.fixture
def contract(structure: Structure) -> Delivery:
    return make_delivery(structure)


def running() -> int:
    rows = Commitment.objects.filter(state=State.SIGNED)
    return sum(rows.values_list("receipts_cents", flat=True))


def test_what_was_promised_shrinks_by_what_is_ordered_and_not_below_nothing() -> None:
    first, other = (1, "A", "p", 24_000, 6), (1, "A", "p", 24_010, 6)
    beside, unsaid = (1, "B", "p", 24_000, 6), (1, "A", "q", 24_000, 6)

    def after(*found: Any) -> tuple[Counter[Any], Counter[Any]]:
        cents = Counter({first: 100, other: 50, beside: 70, unsaid: 0})
        cfte = Counter({first: 10, other: 4, beside: 7, unsaid: 3})
        follow_orders(found, cents, cfte)
        return cents, cfte

    place = (1, "A", "order-1", 24_002, 2)
    cents, cfte = after((place, 60, 9, True))
    assert (cents[place], cfte[place], sum(cents.values())) == (60, 9, 220)
    assert (cents[first], cents[other], cents[beside]) == (60, 30, 70)
    assert (cfte[first], cfte[other], cfte[unsaid]) == (6, 2, 3), "unknown stays as it is"
    more = after((place, 60, 9, False))[0]
    assert sum(more.values()) == 280, "an amendment adds"
    less = after((place, -60, 0, False))[0]
    assert (sum(less.values()), place in less) == (160, False)
    beyond = after((place, 400, 0, True))[0]
    assert (beyond[first], beyond[other], beyond[place]) == (0, 0, 400)
    anywhere = after(((1, "", "order-1", 24_002, 2), 110, 0, True))[0]
    assert (sum(anywhere.values()), anywhere[beside]) == (220, 35), "of no lot: of each"


def test_a_yes_books_once_and_taking_back_gives_it_all_back(
    client: StrictClient, director: Any, contract: Delivery
) -> None:
    order = make_order(contract)
    chantier = order.partner.structure.chantiers.get()
    client.force_login(director)
    book, keep = (
        reverse(f"delivery:{name}", args=[contract.pk, order.pk])
        for name in ("book_event", "keep_event")
    )
    own = {"chantier": chantier.pk}
    assert not Commitment.objects.exists(), "an order alone books nothing"
    client.post(book, {"chantier": 0})
    assert not Commitment.objects.exists(), "for one of one's own chantiers"
    for _ in range(2):
        client.post(book, own)
    (row,) = Commitment.objects.filter(chantier=chantier)
    assert (row.receipts_cents, row.state) == (1_000_000, State.SIGNED)
    assert results_of(Commitment.objects.promises()) == (0, 0), "it says nothing of chances"
    (held,) = CapacityBooking.objects.filter(chantier=chantier)
    assert (held.first_month, held.months, held.cfte) == (order.first_month, order.months, 150)
    text = client.get(reverse("delivery:calendar", args=[contract.pk])).text
    assert "Réservé\u00a0: " in text
    assert "Commandé\u00a0: " not in text, "what is booked is told once"
    for page, typed, booked in ((book, {}, 0), (book, own, 1), (keep, {}, 0)):
        for _ in range(2):
            client.post(page, typed)
        assert (running(), CapacityBooking.objects.count()) == (booked * 1_000_000, booked)
    client.post(book, own)
    assert not running(), "what is taken out is not booked"
    for _ in range(2):
        client.post(keep, {"fait": "remettre"})
    assert not running(), "put back, it is to be agreed on again"
    client.post(book, own)
    assert running() == 1_000_000


def agenda_of(person: Any, structure: Structure) -> str:
    """The address of the calendar of a structure, opened by who directs it."""
    key = feeds.open_feed(
        kind="calendar", scope_name="structure", scope=structure, by=person, now=timezone.now()
    )
    return f"/flux/{feed_access.token_of(key)}/"


def test_an_order_takes_the_place_of_what_an_alliance_promised(
    client: StrictClient, tmp_path: Path
) -> None:
    team = Rope(tmp_path).to_filed().win().sign()
    filing_actions.hand_over(alliance=team.fresh, by=team.leader, now=team.now)
    contract = open_from_alliance(baseline=AllianceBaseline.objects.get(), by=team.leader)
    who = contract.partners.get(structure=team.structures["jardins"])
    chantier = who.structure.chantiers.get()
    rows = Commitment.objects.filter(chantier=chantier).running()
    promised = sum(row.receipts_cents for row in rows)
    crew = CapacityBooking.objects.filter(chantier=chantier).count()
    order = make_order(contract, partner=who, amount_cents=promised // 2)
    order.first_day = order.last_day = max(order.first_day, contract.notified_on)
    order.save()
    for _ in range(2):
        actions.book_event(event=order, chantier=chantier, by=team.leader)
    assert sum(row.receipts_cents for row in rows.all()) == promised, "nothing counts twice"
    assert rows.filter(source__contains=f"order-{order.pk}").get().receipts_cents == promised // 2
    assert CapacityBooking.objects.filter(chantier=chantier).count() == crew + 1
    for name, reads in (("jardins", True), ("toits", False)):
        agenda = agenda_of(team.directors[name], team.structures[name])
        assert ("Bon de commande" in client.get(agenda).text) == reads, "one's own dates"
    more = make_order(contract, kind="amendment", partner=who, amount_cents=1_000, cfte=None)
    more.first_day = more.last_day = order.first_day
    more.save()
    actions.book_event(event=more, chantier=chantier, by=team.leader)
    assert sum(row.receipts_cents for row in rows.all()) == promised + 1_000
    for event in (more, order):
        actions.keep_event(event=event, is_kept=False, by=team.leader, now=team.now)
    assert [row.receipts_cents for row in rows.all()] == [row.receipts_cents for row in rows]
    assert sum(row.receipts_cents for row in rows.all()) == promised
    assert CapacityBooking.objects.filter(chantier=chantier).count() == crew


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"last_day": "2026-01-01"}, "vient avant le premier"),
        ({"first_day": "2020-01-01"}, "Écrivez un jour d’après"),
        ({"kind": "order", "amount_cents": ""}, "un montant"),
        ({"kind": "order", "partner": ""}, "dit pour qui"),
        ({"kind": "milestone"}, "ni montant ni postes"),
        ({"cfte": "-1"}, "trop petit"),
        ({"last_day": "9999-01-01"}, "trop loin"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(
    client: StrictClient, director: Any, contract: Delivery, typed: dict[str, str], words: str
) -> None:
    client.force_login(director)
    today = timezone.localdate()
    whole = {
        "kind": "amendment",
        "title": "Une rue de plus",
        "partner": contract.partners.get().pk,
        "first_day": today.isoformat(),
        "last_day": today.isoformat(),
        "amount_cents": "1 500",
        "cfte": "1,5",
    }
    page = reverse("delivery:add_event", args=[contract.pk])
    refused = client.post(page, whole | typed)
    assert refused.status_code == 422
    assert words in refused.text
    assert "Une rue de plus" in refused.text
    assert not SiteEvent.objects.exists()
    for _ in range(2):
        assert client.post(page, whole).status_code == 302
    assert SiteEvent.objects.get().cfte == 150


def test_the_title_says_what_comes_next_or_how_long_nobody_is_there(
    client: StrictClient, director: Any, contract: Delivery
) -> None:
    client.force_login(director)
    page = reverse("delivery:calendar", args=[contract.pk])
    assert "<h1>Aucune date à venir</h1>" in client.get(page).text
    contract.lots.get().shares.all().delete()
    assert "<h1>9\u202fmois sans personne</h1>" in client.get(page).text
    make_order(contract, kind="milestone", title="réception", amount_cents=None, cfte=None)
    text = client.get(page).text
    assert "<h1>Prochain jalon\u00a0: réception, le" in text
    assert "· personne " in text
    for asked in ("", "99999", "x", "-3", "9" * 30):
        assert client.get(page, {"mois": asked}).status_code == 200


def test_a_subcontractor_reads_its_own_dates_and_no_other_amount(
    client: StrictClient, contract: Delivery
) -> None:
    make_order(contract, title="Celui du voisin", amount_cents=7_654_300)
    theirs = partner(
        contract,
        make_structure("Les Toits", is_claimed=True),
        Partner.Role.SUBCONTRACTOR,
        of=contract.partners.get(is_lead=True),
    )
    make_order(contract, title="Le sien", partner=theirs, amount_cents=1_234_500)
    make_order(
        contract, kind="milestone", title="Pour tous", partner=None, amount_cents=None, cfte=None
    )
    person = make_person("toits@exemple.fr", role=Role.DIRECTOR, structure=theirs.structure)
    client.force_login(person)
    text = client.get(reverse("delivery:calendar", args=[contract.pk])).text
    assert "Le sien" in text
    assert "Pour tous" in text
    assert "Celui du voisin" not in text
    assert "76\u202f543" not in text
    other = SiteEvent.objects.get(title="Celui du voisin")
    for name in ("book_event", "keep_event"):
        page = reverse(f"delivery:{name}", args=[contract.pk, other.pk])
        assert client.post(page, {"chantier": 1}).status_code == 404


def test_dates_stand_in_the_agenda_of_a_structure_without_amounts(
    client: StrictClient, director: Any, structure: Structure, contract: Delivery
) -> None:
    order = make_order(contract)
    page = agenda_of(director, structure)
    (event,) = Calendar.from_ical(client.get(page).content).walk("VEVENT")
    assert (event["dtstart"].dt, event["dtend"].dt) == (
        order.first_day,
        order.last_day + timedelta(days=1),
    )
    assert str(event["summary"]) == "Bon de commande\u00a0: Les haies du nord (Les haies du canal)"
    RoleSeat.objects.filter(person=director).update(role=Role.SUPERVISOR)
    assert not Calendar.from_ical(client.get(page).content).walk("VEVENT"), "rights of that day"


def test_the_page_asks_as_much_of_any_contract(
    client: StrictClient, director: Any, contract: Delivery
) -> None:
    client.force_login(director)
    page = reverse("delivery:calendar", args=[contract.pk])

    def asked() -> int:
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        return len(queries)

    make_order(contract)
    few = asked()
    for n in range(12):
        who = partner(contract, make_structure(f"Structure {n}"), minutes=60)
        make_order(contract, partner=who, title=f"Rue {n}")
    assert asked() == few
    # Session, person and seats; then the contract with its half-day, partners, dates, shares and
    # one's chantiers.
    assert few <= 8


def test_what_ended_is_read_once_its_months_are_asked(
    client: StrictClient, director: Any, contract: Delivery
) -> None:
    begun, day = contract.notified_on, timedelta(days=1)
    contract.partners.get().shares.all().delete()
    make_order(contract, title="La rue finie", first_day=begun, last_day=begun + 20 * day)
    make_order(contract, title="La rue d’après")
    client.force_login(director)
    page = reverse("delivery:calendar", args=[contract.pk])
    text = client.get(page).text
    assert ("La rue finie" in text, "La rue d’après" in text) == (False, True)
    text = client.get(page, {"mois": month_number(begun) - 1}).text
    assert "La rue finie" in text
    assert "Commandé\u00a0: 10\u202f000" in text
    Delivery.objects.update(months=2)
    assert "La rue d’après" in client.get(page).text, "it comes after the last month"
    SiteEvent.objects.filter(title="La rue d’après").delete()
    assert "La rue finie" not in client.get(page).text
    assert "Aucune date à venir" in client.get(page).text


def test_what_an_amendment_takes_away_is_read_too(
    client: StrictClient, director: Any, contract: Delivery
) -> None:
    event = make_order(contract, kind="amendment", amount_cents=-250_000, cfte=None)
    chantier = event.partner.structure.chantiers.get()
    actions.book_event(event=event, chantier=chantier, by=director)
    client.force_login(director)
    text = client.get(reverse("delivery:calendar", args=[contract.pk])).text
    assert "\u22122\u202f500" in text.replace("-", "\u2212")
    assert "Réduit\u00a0: " in text
    assert "Réservé\u00a0: " not in text, "it books nothing"
    assert not Commitment.objects.exists(), "below nothing there is nothing to take"


def test_an_amendment_without_amount_books_nothing(director: Any, contract: Delivery) -> None:
    event = make_order(contract, kind="amendment", amount_cents=None)
    with pytest.raises(ValidationError, match="Sans montant"):
        actions.book_event(
            event=event, chantier=event.partner.structure.chantiers.get(), by=director
        )
    assert not Commitment.objects.exists()
