"""What a network reads of what its members learn: bands of a total, nothing of one of them."""

import pytest
from django.urls import reverse

from cordee.accounts.models import JournalEntry
from cordee.members.journal_words import SENTENCES
from cordee.members.sharing import FigureClass
from tests.members.makers import join, make_network, make_person, make_structure, share
from tests.skills.courses import TODAY, complete_course, learner_of, open_course, work
from tests.skills.test_training_numbers import see

pytestmark = pytest.mark.django_db
NO_TOTAL = "Pas de total à montrer"


@pytest.fixture
def network():
    return make_network("Réseau du Val")


@pytest.fixture
def staff(network):
    return make_person("r@exemple.fr", role="network_staff", network=network)


def member(network, name, people=2, *, is_open=True):
    made = make_structure(name)
    join(made, network)
    if is_open:
        share(made, network, FigureClass.LEARNING, may_see=True, may_compose=False)
    for n in range(people):
        see(learner_of(made, f"H{n}"))
    return made


def panel(client, network) -> str:
    url = reverse("network_learning:numbers", args=[network.slug])
    part = client.get(url, headers={"HX-Request": "true"})
    assert part.status_code == client.get(url).status_code == 200
    return part.text


def test_a_total_of_three_structures_and_five_people_is_told_in_bands(
    network, staff, signed_in_client
):
    gardens, *_ = [member(network, name) for name in ("Les Jardins", "Les Toits", "Le Fournil")]
    client = signed_in_client(staff)
    before = panel(client, network)
    assert "3\u202fmembres ouvrent leurs nombres, sur 3." in before
    assert "5 à 9 personnes qui ont appris" in before
    assert "5 à 9 critères acquis" in before
    assert "moins de 5 unités du CQP acquises" in before
    assert "moins de 5 heures d’AFEST" in before
    assert f"En {TODAY.year}." in before
    # Not a year of one person moves the page.
    see(learner_of(gardens, "H0"), "ev-tondre-pente")
    work(open_course(gardens, "H1"))
    assert panel(client, network) == before
    for n in range(4):
        complete_course(gardens, f"C{n}")
    assert "10 à 14 heures d’AFEST" in panel(client, network)


@pytest.mark.parametrize("people", [(4, 4), (1, 1, 2), (9, 9, 0)])
def test_nothing_is_told_of_two_structures_or_of_four_people(
    network, staff, signed_in_client, people
):
    for n, how_many in enumerate(people):
        member(network, f"Structure {n}", how_many)
    told = panel(signed_in_client(staff), network)
    assert NO_TOTAL in told
    assert "personnes qui ont appris" not in told


def test_who_works_in_one_of_three_reads_nothing_of_the_two_others(
    network, staff, signed_in_client
):
    own, *_ = [member(network, f"Structure {n}") for n in range(3)]
    client = signed_in_client(staff)
    assert NO_TOTAL not in panel(client, network)
    staff.seats.create(role="supervisor", structure=own)
    assert NO_TOTAL in panel(client, network)
    member(network, "Une autre")
    assert NO_TOTAL not in panel(client, network)


def test_what_is_not_opened_changes_nothing(network, staff, signed_in_client):
    for n in range(3):
        member(network, f"Structure {n}")
    hidden = member(network, "Fermée", 0, is_open=False)
    for figures in (FigureClass.NETWORK, FigureClass.PRIVATE):
        share(hidden, network, figures)
    client = signed_in_client(staff)
    before = panel(client, network)
    assert reverse("networks:agreements", args=[network.slug]) in before
    for n in range(20):
        see(learner_of(hidden, f"H{n}"))
    assert panel(client, network) == before
    other = make_network("Un autre")
    join(hidden, other)
    alone = make_person("s@exemple.fr", role="network_staff", network=other)
    assert "Aucun membre n’ouvre encore ses nombres" in panel(signed_in_client(alone), other)


def test_a_delegation_is_not_told_to_its_parent(network, staff, signed_in_client):
    delegation = make_network("Délégation", parent=network)
    for n in range(4):
        join(member(network, f"Structure {n}"), delegation)
    client = signed_in_client(staff)
    assert NO_TOTAL not in panel(client, network)
    told = panel(client, delegation)
    assert "pour le réseau entier" in told
    assert "personnes qui ont appris" not in told


def test_a_director_opens_and_closes_totals_and_nothing_else(network, signed_in_client):
    made = member(network, "Les Jardins", is_open=False)
    client = signed_in_client(make_person("d@exemple.fr", role="director", structure=made))
    page = reverse("networks:sharing", args=[made.pk, network.slug])
    sent = {"figure_class": "learning", "choice": "compter"}
    told = client.post(page, sent, follow=True).text
    assert "Compté dans des totaux" in told
    assert "comptés dans des totaux" in told
    entry = JournalEntry.objects.get(verb="members.grant_sharing")
    assert SENTENCES[entry.verb](entry.before, entry.after).endswith(": à compter")
    row = made.sharings.get()
    assert (row.figure_class, row.may_see, row.may_compose) == ("learning", True, False)
    for choice in ("tout", "composer", "voir"):
        client.post(page, sent | {"choice": choice})
        assert list(made.sharings.values_list("may_see", "may_compose")) == [(True, False)]
    client.post(page, {"figure_class": "network", "choice": "compter"})
    assert made.sharings.count() == 1
    client.post(page, sent | {"choice": "rien"})
    assert not made.sharings.filter(may_see=True).exists()


def test_the_number_of_queries_does_not_follow_the_members(network, staff, count_queries):
    url = reverse("network_learning:numbers", args=[network.slug])
    for n in range(3):
        complete_course(member(network, f"Structure {n}"))
    before = count_queries(url, staff)
    for n in range(3, 7):
        complete_course(member(network, f"Structure {n}"))
    assert count_queries(url, staff) == before
