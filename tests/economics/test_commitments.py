"""« Ce que j'ai promis »: written and corrected by who directs, read by nobody else."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import JournalEntry
from cordee.economics.commitments import actions
from cordee.economics.models import Commitment
from cordee.members.models import Chantier
from cordee.members.sharing import FigureClass
from cordee.rules.months import month_number
from tests.members.makers import make_network, make_person, make_structure, share

pytestmark = pytest.mark.django_db
State = Commitment.State


@pytest.fixture
def structure():
    return make_structure("Les Jardins")


@pytest.fixture
def director(structure, signed_in_client):
    return signed_in_client(make_person("d@exemple.fr", role="director", structure=structure))


def typed(**values) -> dict[str, object]:
    now = month_number(timezone.localdate())
    return {
        "label": "Entretien du cimetière",
        "receipts_cents": "12 000,50",
        "first": now,
        "last": now + 11,
        "state": "signed",
    } | values


def add(client, structure, **values):
    return client.post(
        reverse("economics:add_commitment", args=[structure.pk]), typed(**values), follow=True
    )


def booked(structure, **values) -> Commitment:
    return actions.book_commitment(
        **{
            "chantier": structure.chantiers.get(),
            "source": "alliance:a:1:7-3-4",
            "state": State.BID,
            "label": "Les berges ensemble",
            "lot": "lot:1:1",
            "first_month": 2027 * 12,
            "months": 12,
            "receipts_cents": 7_208_333,
            "by": None,
        }
        | values
    )


def test_a_director_notes_a_contract_of_her_own(structure, director):
    page = add(director, structure, marginal_cost_share="90", is_in_budget="on").text
    row = Commitment.objects.get()
    assert (row.receipts_cents, row.months, row.state) == (1_200_050, 12, State.SIGNED)
    assert (row.marginal_cost_share, row.is_in_budget) == (Decimal("0.9"), True)
    assert "signés</h1>" in page
    assert "12\u202f000,50" in page


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"chance_percent": "120"}, "100"),
        ({"first": ""}, "Il manque votre réponse"),
        ({"last": month_number(timezone.localdate()) - 1}, "vient avant le premier"),
        ({"receipts_cents": "0"}, "Écrivez au moins 0,01"),
        ({"receipts_cents": "douze"}, "douze"),
        ({"marginal_cost_share": "130"}, "120"),
        ({"label": ""}, "Il manque votre réponse"),
        ({"state": "won"}, "won"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_kept(structure, director, wrong, told):
    page = add(director, structure, **wrong)
    assert page.status_code == 422
    assert told in page.text
    assert not Commitment.objects.exists()


def test_a_contract_is_corrected_removed_and_put_back(structure, director):
    add(director, structure)
    row = Commitment.objects.get()
    director.post(
        reverse("economics:commitment", args=[structure.pk, row.pk]),
        typed(receipts_cents="9 000", state="lost"),
    )
    row.refresh_from_db()
    assert (row.receipts_cents, row.state) == (900_000, State.LOST)
    Commitment.objects.update(state=State.SIGNED)
    for _ in range(2):
        director.post(reverse("economics:remove_commitment", args=[structure.pk, row.pk]))
    assert not Commitment.objects.running().exists()
    page = director.get(reverse("economics:commitments", args=[structure.pk])).text
    assert "Retirés par vous" in page
    # Corrected while it is out, it would stay out.
    url = reverse("economics:commitment", args=[structure.pk, row.pk])
    assert director.get(url).status_code == director.post(url, typed()).status_code == 404
    director.post(reverse("economics:restore_commitment", args=[structure.pk, row.pk]))
    assert Commitment.objects.counted().get() == row


def test_the_same_contract_is_another_one_after_a_minute(structure, director):
    for _ in range(2):
        add(director, structure)
    row = Commitment.objects.get()
    Commitment.objects.update(booked_at=row.booked_at - timedelta(minutes=2))
    add(director, structure)
    assert Commitment.objects.count() == 2


def test_what_an_alliance_booked_keeps_its_name_and_its_state(structure, director):
    row = booked(structure)
    listed = director.get(reverse("economics:commitments", args=[structure.pk])).text
    assert "Offre déposée" in listed
    assert "en attente de l’acheteur</h1>" in listed
    url = reverse("economics:commitment", args=[structure.pk, row.pk])
    assert 'name="state"' not in director.get(url).text
    director.post(url, typed(chance_percent="60", label="Autre", first=2027 * 12, last=2027 * 12))
    row.refresh_from_db()
    assert (row.label, row.state, row.chance_percent, row.months) == (
        "Les berges ensemble",
        State.BID,
        60,
        1,
    )
    booked(structure, state=State.SIGNED)
    row.refresh_from_db()
    assert (row.state, row.receipts_cents, row.chance_percent) == (State.SIGNED, 1_200_050, 60)
    booked(structure, state=State.SIGNED, receipts_cents=5_000_000)
    row.refresh_from_db()
    assert (row.receipts_cents, row.chance_percent) == (5_000_000, 60), "a share that moved"


def test_a_booking_twice_is_once_and_no_amount_reaches_the_journal(structure):
    for _ in range(2):
        row = booked(structure)
    for _ in range(2):
        actions.release_commitment(chantier=row.chantier, source=row.source, by=None)
    assert Commitment.objects.count() == 1
    lines = JournalEntry.objects.filter(verb__startswith="economics.")
    assert [line.verb for line in lines.order_by("pk")] == [
        "economics.book_commitment",
        "economics.release_commitment",
    ]
    assert "7208333" not in str([line.after for line in lines])
    assert "berges" not in str([line.after for line in lines])


def test_who_does_not_direct_reads_nothing_even_who_booked_it(structure, signed_in_client):
    network = make_network("Réseau du Val")
    share(structure, network, FigureClass.PRIVATE)
    coordinator = make_person("c@exemple.fr", role="network_staff", network=network)
    other = make_person("o@exemple.fr", role="director", structure=make_structure("Une autre"))
    row = booked(structure, by=coordinator)
    for person in (coordinator, other, make_person("x@exemple.fr")):
        client = signed_in_client(person)
        for name, args in (("commitments", []), ("add_commitment", []), ("commitment", [row.pk])):
            page = client.get(reverse(f"economics:{name}", args=[structure.pk, *args]))
            assert page.status_code == 404
        url = reverse("economics:remove_commitment", args=[structure.pk, row.pk])
        assert client.post(url).status_code == 404
    mine = make_person("d@exemple.fr", role="director", structure=structure)
    stray = reverse("economics:commitment", args=[make_structure("Encore").pk, row.pk])
    assert signed_in_client(mine).get(stray).status_code == 404


def test_each_chantier_has_its_own_list(structure, director):
    second = Chantier.objects.create(structure=structure, name="La serre")
    url = reverse("economics:add_commitment", args=[structure.pk])
    page = director.post(f"{url}?chantier={second.pk}", typed(), follow=True)
    assert Commitment.objects.get().chantier == second
    assert "Entretien du cimetière" in page.text
    first = director.get(reverse("economics:commitments", args=[structure.pk])).text
    assert "Entretien du cimetière" not in first
