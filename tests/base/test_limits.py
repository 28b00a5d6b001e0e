"""How much one may ask: too large is refused unread, too often says when to come back."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cordee.base import limits
from cordee.base.middleware import LimitsMiddleware
from tests.members.makers import make_network, make_person
from tests.strict_client import StrictClient

MB = 1_000_000
TAKE_FILES = {
    "cordee.delivery.sheets.views.sheet",
    "cordee.economics.statements.views.from_file",
    "cordee.members.import_views.upload",
    "cordee.skills.frameworks.views.from_file",
    "cordee.skills.languages.views.language",
    "cordee.skills.languages.views.record",
    "cordee.alliances.ready_teams.views.set_framework",
    "cordee.alliances.filing.views.filing",
    "cordee.alliances.files.views.listing",
    "cordee.practices.commissions.views.add_file",
    "cordee.practices.sheets.exchange.views.files",
}


def views(patterns: Any = None) -> Any:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield pattern.callback


def test_only_views_that_take_files_take_large_bodies() -> None:
    found = {
        f"{v.__module__}.{v.__name__}"
        for v in views()
        if limits.most_bytes_of(v, is_signed_in=True) > MB
    }
    assert found == TAKE_FILES
    assert {limits.most_bytes_of(v, is_signed_in=False) for v in views()} == {MB}


class Unread:
    """A body that nobody may touch."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("the body was read")

    readline = read


def sent(path: str, size: str | None, client: StrictClient | None = None, **meta: Any) -> Any:
    given = {"wsgi.input": Unread(), "CONTENT_TYPE": "application/x-www-form-urlencoded", **meta}
    if size is not None:
        given["CONTENT_LENGTH"] = size
    return (client or StrictClient()).generic("POST", path, **given)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/compte/connexion/",
        "/annuaire/listes/",
        "/api/v1/compositions/",
        "/courriers/retours/",
    ],
)
def test_a_large_body_is_refused_unread_before_sign_in(path: str) -> None:
    answer = sent(path, str(30 * MB))
    assert answer.status_code in {413, 404}, path
    assert "Content-Security-Policy" in answer.headers
    if answer.status_code == 413 and not path.startswith("/api/"):
        assert "1 Mo au plus" in answer.content.decode()


@pytest.mark.django_db
def test_a_body_without_a_size_or_with_a_false_one_is_refused() -> None:
    for size in ("-5", "1e9", "５", "12 000"):
        assert sent("/compte/connexion/", size).status_code == 411, size
    chunked = sent("/compte/connexion/", None, HTTP_TRANSFER_ENCODING="Chunked")
    assert chunked.status_code == 411
    assert sent("/compte/connexion/", "9" * 400).status_code == 413


@pytest.mark.django_db
def test_a_file_is_taken_where_files_are_from_whoever_is_signed_in() -> None:
    client = StrictClient()
    client.force_login(make_person("zoe@exemple.fr"))
    middleware = LimitsMiddleware(lambda request: HttpResponse())

    def view() -> None: ...

    takes = limits.takes_files(10 * MB)(lambda request: None)
    for user, taken, most in (
        (AnonymousUser(), takes, 1),
        (make_person("ana@exemple.fr"), takes, 21),
        (make_person("eve@exemple.fr"), view, 1),
    ):
        for size, is_refused in ((most * MB, False), (most * MB + 1, True)):
            request = RequestFactory().generic("POST", "/", CONTENT_LENGTH=str(size))
            request.user = user
            answer = middleware.process_view(request, taken, (), {})
            assert (answer is not None) is is_refused, (user, size)
    large = sent("/annuaire/", str(2 * MB), client)
    assert large.status_code == 413
    assert "1 Mo au plus" in large.content.decode()


@pytest.mark.django_db
def test_what_is_too_large_tells_the_limit_of_its_page_and_leads_back() -> None:
    network = make_network("Réseau du Val")
    client = StrictClient()
    client.force_login(make_person("r@exemple.fr", role="network_staff", network=network))
    form = "http://testserver/annuaire/imports/"
    answer = sent("/annuaire/imports/", str(12 * MB), client, HTTP_REFERER=form)
    page = answer.content.decode()
    assert (answer.status_code, "un fichier de 5 Mo au plus" in page) == (413, True)
    assert f'href="{form}">Revenir au formulaire' in page
    for other in ("", "https://ailleurs.example/annuaire/imports/", "javascript:alert(1)"):
        page = sent("/annuaire/", str(2 * MB), client, HTTP_REFERER=other).content.decode()
        assert "1 Mo au plus" in page
        assert "Revenir au formulaire" not in page
        assert "ailleurs" not in page


@pytest.mark.django_db
def test_long_addresses_and_headers_are_refused() -> None:
    client = StrictClient()
    assert client.get(f"/aide/?q={'a' * 8_300}").status_code == 414
    assert client.get(f"/{'a' * 8_300}/").status_code == 414
    assert client.get("/aide/", headers={"X-A": "a" * 33_000}).status_code == 431
    many = {f"X-{n}": "a" * 1_000 for n in range(40)}
    assert client.get("/aide/", headers=many).status_code == 431
    refused = client.get(f"/api/v1/compositions/?q={'a' * 8_300}")
    assert (refused.status_code, refused.json()["code"]) == (414, "address_too_long")


@pytest.mark.django_db
def test_too_many_fields_are_told_as_too_much() -> None:
    answer = StrictClient().post("/compte/connexion/", {f"a{n}": "1" for n in range(1_100)})
    assert answer.status_code == 413


@pytest.mark.django_db
def test_a_part_of_a_page_gets_words_instead_of_a_page() -> None:
    answer = sent("/compte/connexion/", str(30 * MB), HTTP_HX_REQUEST="true")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.content.decode().startswith("Cet envoi est trop grand.")


@pytest.mark.django_db
def test_visits_without_an_account_are_counted_by_address(settings: Any) -> None:
    settings.API_LIMITS = {**settings.API_LIMITS, "visit": (2, 86_400)}
    here, elsewhere = "2001:db8::1", "2001:db8:1::1"
    answers = [StrictClient(REMOTE_ADDR=here).get("/") for _ in range(2)]
    answers.append(StrictClient(REMOTE_ADDR="2001:db8::2").get("/"))
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 86_400
    assert "Recommencez dans" in answers[-1].content.decode()
    assert StrictClient(REMOTE_ADDR=elsewhere).get("/").status_code == 200


@pytest.mark.django_db
def test_a_queue_that_is_full_refuses_more(settings: Any) -> None:
    settings.MOST_WAITING_JOBS = 3
    wait(2)
    limits.refuse_when_full()
    wait(5, queue="mail")
    limits.refuse_when_full()
    wait(1)
    with pytest.raises(limits.QueueFull, match=r"3\u202fcalculs attendent déjà"):
        limits.refuse_when_full()


def wait(how_many: int, queue: str = "default") -> None:
    """Put so many tasks into a queue that nobody takes."""
    now = timezone.now()
    DBTaskResult.objects.bulk_create(
        DBTaskResult(
            args_kwargs={"args": [], "kwargs": {}},
            task_path="cordee.composing.tasks.compose_longer",
            queue_name=queue,
            backend_name="default",
            run_after=now - timedelta(seconds=1),
        )
        for _ in range(how_many)
    )


def test_lengths_of_time_are_rounded_up() -> None:
    assert [
        str(limits.NotNow("Non.", s))[len("Non. Recommencez dans ") :] for s in (1, 90, 91, 3_600)
    ] == ["1\u202fseconde.", "90\u202fsecondes.", "2\u202fminutes.", "une heure."]
