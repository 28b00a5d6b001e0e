"""Her card: an address and three pictures open her page, and nothing else does."""

import re

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import JournalEntry, User
from cordee.skills.learners import actions, card
from cordee.skills.models import Disagreement, Learner
from cordee.skills.models.learners import MOST_FAILURES
from tests.members.makers import make_structure
from tests.skills.makers import make_learner, open_card, see, show, teacher_of
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
CARD = re.compile(r"/carte/([\w-]+)/")


@pytest.fixture
def structure():
    return make_structure("Les Jardins")


@pytest.fixture
def teacher(structure):
    return teacher_of(structure)


@pytest.fixture
def learner(structure):
    return make_learner(structure)


@pytest.fixture
def printed(learner, teacher):
    token, pictures = actions.print_card(learner=learner, by=teacher, now=timezone.now())
    return reverse("card:page", args=[token]), pictures


def wrong(pictures: list[str]) -> list[str]:
    return list(reversed(pictures))


def test_one_button_prints_a_card_and_shows_it_once(learner, teacher, signed_in_client):
    desk = signed_in_client(teacher)
    address = reverse("skills:print_card", args=[learner.structure_id, learner.pk])
    page = desk.post(address)
    learner.refresh_from_db()
    token = CARD.search(page.text)[1]
    assert page.text.count('<svg class="picto"') == card.PICKED
    assert 'aria-label="Code de la carte"' in page.text
    assert "no-store" in page.headers["Cache-Control"]
    # Kept: a digest and a salted hash.
    assert token not in str(Learner.objects.values().get())
    assert learner.card_made_at is not None
    digest = learner.card_digest
    # Read again, the address shows no secret, makes none, and leads to the person.
    again = desk.get(address, follow=True).text
    assert "ne se montre qu’une fois" in again
    assert not CARD.search(again)
    learner.refresh_from_db()
    assert learner.card_digest == digest


def test_three_pictures_in_their_order_open_her_page(client, printed, learner, teacher):
    address, pictures = printed
    see(learner, teacher)
    assert "Touchez votre première image" in client.get(address).text
    assert "Je tonds droit." not in client.get(address).text
    second = client.post(address, {"avant": "", "image": pictures[0]}).text
    assert "Touchez votre deuxième image" in second
    answer = show(client, address, pictures)
    assert answer.status_code == 302
    cookie = answer.cookies[card.COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (address, True, "Strict")
    assert cookie["max-age"] == 15 * 60
    page = client.get(address).text
    assert "Je tonds droit." in page
    assert "avec Basile" in page
    assert "ni à sanctionner, ni à renouveler ou non un contrat" in page
    assert "sessionid" not in client.cookies
    assert User.objects.count() == 1


def test_it_is_shut_after_a_quarter_of_an_hour(client, printed, monkeypatch):
    address, pictures = printed
    show(client, address, pictures)
    assert "Ce que je sais faire" in client.get(address).text
    later = signing.time.time() + 15 * 60 + 1
    monkeypatch.setattr(signing.time, "time", lambda: later)
    assert "Touchez votre première image" in client.get(address).text
    shut = client.post(f"{address}pas-d-accord/1/", {"words": "Non"})
    assert shut.status_code == 403
    assert "Votre page s’est fermée" in shut.text


def test_a_card_printed_again_shuts_what_the_former_opened(client, learner, teacher, printed):
    address, pictures = printed
    show(client, address, pictures)
    actions.print_card(learner=learner, by=teacher, now=timezone.now())
    dead = client.get(address)
    assert dead.status_code == 404
    assert "Cette carte ne marche plus" in dead.text
    assert "intactes" not in dead.text


def test_ten_failures_in_all_lock_it_until_it_is_printed_again(client, learner, teacher, printed):
    address, pictures = printed
    for count in range(MOST_FAILURES - 1):
        refused = show(client, address, wrong(pictures))
        assert refused.status_code == 422, count
        # A right one in between forgets none.
        assert show(client, address, pictures).status_code == 302
        client.cookies.clear()
    show(client, address, wrong(pictures))
    locked = client.get(address).text
    assert "Cette carte est bloquée" in locked
    assert "image" not in locked.partition("<main")[2]
    assert show(client, address, pictures).status_code == 422
    assert JournalEntry.objects.filter(verb="skills.lock_card").count() == 1
    assert "Ce que je sais faire" in client.get(open_card(client, learner, teacher)).text


def test_a_page_that_is_open_is_shut_where_somebody_locks_the_card(client, printed, learner):
    address, pictures = printed
    show(client, address, pictures)
    Learner.objects.update(failures=MOST_FAILURES)
    assert "Cette carte est bloquée" in client.get(address).text


def test_guesses_are_bounded_by_address_too(client, printed, settings):
    settings.API_LIMITS = settings.API_LIMITS | {"card": (3, 600)}
    address, _ = printed
    for _ in range(3):
        assert client.get("/carte/inconnue/").status_code == 404
    assert client.get(address).status_code == 429


def test_what_a_card_opens_is_her_page_alone(client, structure, learner, teacher):
    other = make_learner(structure, "Ali")
    row = see(other, teacher)
    address = open_card(client, learner, teacher)
    assert client.post(f"{address}pas-d-accord/{row.pk}/", {"words": "Non"}).status_code == 404
    token, _ = actions.print_card(learner=other, by=teacher, now=timezone.now())
    theirs = client.get(reverse("card:take_away", args=[token]))
    assert theirs.status_code == 403
    # A cookie of another card, sent to hers.
    assert "Touchez votre première" in client.get(reverse("card:page", args=[token])).text


def test_what_is_sent_needs_the_token_of_the_form(learner, teacher):
    careful = Client(enforce_csrf_checks=True)
    token, pictures = actions.print_card(learner=learner, by=teacher, now=timezone.now())
    address = reverse("card:page", args=[token])
    refused = careful.post(address, {"avant": " ".join(pictures[:2]), "image": pictures[2]})
    assert refused.status_code == 403
    learner.refresh_from_db()
    assert learner.failures == 0


def test_she_disagrees_in_her_words_and_agrees_after_all(client, learner, teacher):
    row = see(learner, teacher, level="in_progress")
    address = open_card(client, learner, teacher)
    beside = f"{address}pas-d-accord/{row.pk}/"
    assert "Je tonds droit." in client.get(beside).text
    client.post(beside, {"words": "J’ai tondu tout le square."})
    assert "J’ai tondu tout le square." in client.get(address).text
    warned = client.post(beside, {"words": "J’étais malade."})
    assert warned.status_code == 422
    reread = re.search(r'name="reread" value="([^"]*)"', warned.text)[1]
    client.post(beside, {"words": "J’étais malade.", "reread": reread})
    assert Disagreement.objects.get().words == "J’étais malade."
    client.post(beside, {"geste": "accord"})
    assert not Disagreement.objects.exists()


def test_she_opens_to_the_direction_and_asks_to_be_erased(client, learner, teacher):
    address = open_card(client, learner, teacher)
    for gesture, told in (
        ("ouvrir", "La direction peut lire ce que je sais faire"),
        ("refermer", "La direction ne lit pas cette page."),
        ("effacer", "Vous avez demandé à tout effacer."),
        ("garder", "Je demande à tout effacer"),
    ):
        assert told in client.post(address, {"geste": gesture}, follow=True).text
    assert "Touchez votre" in client.post(address, {"geste": "sortir"}, follow=True).text


def test_a_card_opens_until_what_it_shows_is_erased(client, learner, teacher):
    address = open_card(client, learner, teacher)
    today = timezone.localdate()
    learner.came_on, learner.left_on = None, today.replace(year=today.year - 2)
    learner.save()
    assert client.get(address).status_code == 200
    learner.left_on = learner.left_on.replace(year=today.year - 3)
    learner.save()
    assert client.get(address).status_code == 404


def test_her_page_asks_the_same_queries_whatever_it_shows(client, learner, teacher, count_queries):
    address = open_card(client, learner, teacher)
    see(learner, teacher)

    def queries() -> int:
        return count_queries(address)

    # `count_queries` reads with the client of the test, which showed her pictures. One is of the
    # room above, which asks her of immersions.
    before = queries()
    see(learner, teacher, criterion="tailler-net", level="in_progress")
    assert queries() == before <= 10


def test_whoever_is_signed_in_shows_no_account_there(learner, teacher, signed_in_client):
    desk: StrictClient = signed_in_client(teacher)
    page = desk.get(open_card(desk, learner, teacher)).text
    assert "Basile" not in page
    assert "Mon chantier" not in page
