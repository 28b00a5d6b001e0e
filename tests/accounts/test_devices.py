"""Where an account is open, in plain words; closing one, or all the others."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session

from cordee.accounts.middleware import UNKNOWN, device_of
from cordee.accounts.models import OpenSession, User
from tests.members.makers import make_person
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:134.0) Gecko/20100101 Firefox/134.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)
PAGE = "/compte/appareils/"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (WINDOWS, "Firefox sur un ordinateur Windows"),
        (IPHONE, "Safari sur un iPhone ou un iPad"),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36",
            "Chrome sur un téléphone ou une tablette Android",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0",
            "Edge sur un ordinateur Windows",
        ),
        ("Something (Macintosh)", "Un Mac"),
        ("", UNKNOWN),
    ],
)
def test_a_device_in_plain_words(said: str, words: str) -> None:
    assert device_of(said) == words


@pytest.fixture
def person() -> User:
    return make_person("zoe@exemple.fr")


def open_on(person: User, agent: str) -> StrictClient:
    client = StrictClient(headers={"User-Agent": agent})
    client.force_login(person)
    client.get("/annuaire/")
    return client


def text(response: Any) -> str:
    return str(response.content.decode()).replace("\u202f", " ").replace("\xa0", " ")


def test_each_device_is_named_and_this_one_is_told_apart(person: User) -> None:
    open_on(person, IPHONE)
    page = text(open_on(person, WINDOWS).get(PAGE))
    assert "ouvert à 2 endroits" in page
    assert "Firefox sur un ordinateur Windows" in page
    assert page.count("Celui-ci") == 1


def test_one_is_closed_at_once(person: User) -> None:
    phone, desk = open_on(person, IPHONE), open_on(person, WINDOWS)
    row = OpenSession.objects.get(device__startswith="Safari")
    desk.post(f"{PAGE}{row.pk}/fermer/")
    assert phone.get("/annuaire/").status_code == 302
    assert desk.get("/annuaire/").status_code == 200
    assert "n’est ouvert qu’ici" in text(desk.get(PAGE))


def test_all_the_others_are_closed_at_once(person: User) -> None:
    others = [open_on(person, IPHONE) for _ in range(2)]
    desk = open_on(person, WINDOWS)
    desk.post(f"{PAGE}fermer-les-autres/")
    assert [c.get("/annuaire/").status_code for c in (*others, desk)] == [302, 302, 200]


def test_closing_this_one_signs_out(person: User) -> None:
    desk = open_on(person, WINDOWS)
    desk.post(f"{PAGE}{OpenSession.objects.get().pk}/fermer/")
    assert "_auth_user_id" not in desk.session
    assert not Session.objects.filter(session_key__in=OpenSession.objects.values("key")).exists()


def test_the_device_of_another_does_not_exist(person: User) -> None:
    open_on(make_person("autre@exemple.fr"), IPHONE)
    desk = open_on(person, WINDOWS)
    theirs = OpenSession.objects.get(person__email="autre@exemple.fr")
    assert desk.post(f"{PAGE}{theirs.pk}/fermer/").status_code == 404
    assert "iPhone" not in text(desk.get(PAGE))


def test_a_password_changed_closes_the_others_and_says_so(person: User) -> None:
    phone = open_on(person, IPHONE)
    person.set_password("un mousqueton et deux dégaines")
    person.save()
    assert phone.get("/annuaire/").status_code == 302
    assert "n’est ouvert qu’ici" in text(open_on(person, WINDOWS).get(PAGE))


def test_a_device_costs_one_write_in_ten_minutes(
    person: User, django_assert_num_queries: Any
) -> None:
    desk = open_on(person, WINDOWS)
    before = OpenSession.objects.get().last_used_at
    desk.get("/annuaire/")
    assert OpenSession.objects.get().last_used_at == before
