"""One request after another, to a source that misbehaves."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from cordee.base.web import transport
from cordee.base.web.client import Client, Manners
from cordee.base.web.transport import Limits, SourceDown
from tests.opportunities.sources.server import (
    Behave,
    LocalSource,
    Reply,
    as_json,
    misbehaving,
    packed,
    serving,
)

FINE = {"bien": "reçu", "nombre": 3}
# For a source that is slow on purpose; a busy machine must not make slow one that is not.
QUICK = Limits(connect=1.0, read=0.3, total=0.6, max_bytes=10_000)
PATIENT = Limits(connect=10, read=10, total=20, max_bytes=10_000)


def always(reply: Reply) -> Behave:
    return lambda request: reply


def limits_for(fault: Reply) -> Limits:
    return QUICK if fault.seconds or fault.drip else PATIENT


@contextmanager
def asking(
    behave: Behave, *, limits: Limits = PATIENT, **manners: Any
) -> Iterator[tuple[LocalSource, Client, list[float]]]:
    """(the source, a client that notes its pauses instead of sleeping, the pauses)."""
    pauses: list[float] = []
    chosen = {"interval": 0.0, "attempts": 3, "first_pause": 1.0} | manners
    with serving(behave) as source:
        yield source, Client(manners=Manners(**chosen), limits=limits, sleep=pauses.append), pauses


@pytest.mark.parametrize(
    "fault",
    [
        Reply(b"panne", status=500),
        Reply(status=502),
        Reply(status=503),
        Reply(status=429),
        Reply(is_reset=True),
        Reply(json.dumps(FINE).encode(), cut=10),
        packed(FINE, cut=20),
        Reply(gzip.compress(b"{}")[:-8] + b"damaged!", headers={"Content-Encoding": "gzip"}),
        Reply(b"not packed at all", headers={"Content-Encoding": "gzip"}),
        Reply(b'{"coup', has_length=False),
        Reply(b"<html>En maintenance</html>"),
        Reply(json.dumps(FINE).encode(), seconds=0.4),
        Reply(json.dumps(FINE).encode(), drip=0.04),
    ],
    ids=[
        "500", "502", "503", "429", "reset", "cut", "gzip cut", "gzip damaged", "not gzip",
        "half a JSON", "a page", "slow", "drip",
    ],
)  # fmt: skip
def test_what_passes_is_asked_again(fault: Reply) -> None:
    behave = misbehaving(fault, then=always(as_json(FINE)))
    with asking(behave, limits=limits_for(fault)) as (source, client, pauses):
        assert client.get_json(source.url)[1] == FINE
    assert len(source.asked) == 2
    assert len(pauses) == 1


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Reply(b"oh", status=500), "Réponse 500 : la source est en panne «\u00a0oh\u00a0»"),
        (Reply(is_reset=True), "La connexion a été coupée"),
        (packed(FINE, cut=20), "La réponse est incomplète"),
        (Reply(b"<html>"), "La réponse n’est pas du JSON"),
        (Reply(b"{}", seconds=0.4), "La source n’a pas fini de répondre"),
    ],
)
def test_what_does_not_pass_is_told_after_three_tries(fault: Reply, said: str) -> None:
    asked = asking(always(fault), limits=limits_for(fault))
    with asked as (source, client, pauses), pytest.raises(SourceDown) as down:
        client.get_json(source.url)
    assert said in down.value.reason
    assert "(3 essais)" in down.value.reason
    assert len(source.asked) == 3
    # Twice as long each time, half of it by chance.
    assert 0.5 <= pauses[0] <= 1.0 <= pauses[1] <= 2.0


def test_no_try_is_wasted_on_a_refusal() -> None:
    with (
        asking(always(Reply(b"non", status=403))) as (source, client, _),
        pytest.raises(
            SourceDown, match="Réponse 403 : la source nous refuse «\u00a0non\u00a0»"
        ) as down,
    ):
        client.get_json(source.url)
    assert (len(source.asked), down.value.status) == (1, 403)


def test_a_source_that_nobody_serves() -> None:
    with asking(always(as_json(FINE))) as (source, client, pauses):
        pass
    with pytest.raises(SourceDown, match="La connexion a été coupée"):
        client.get_json(source.url)
    assert len(pauses) == 2


@pytest.mark.parametrize(
    "url",
    [
        "",
        "boamp",
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "http://a:b/",
        "http://[x/",
        "http://é/",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(SourceDown, match="n’est pas une adresse"):
        Client().get(url)


def test_a_drip_is_cut_by_the_total_time() -> None:
    """Each byte comes in time, but never the last one."""
    slow = Reply(b"x" * 200, drip=0.02)
    with (
        asking(always(slow), limits=QUICK, attempts=1) as (source, client, _),
        pytest.raises(SourceDown, match="n’a pas fini de répondre"),
    ):
        client.get(source.url)


def test_a_drip_without_length_is_no_whole_answer() -> None:
    slow = Reply(b"x" * 200, drip=0.02, has_length=False)
    with (
        asking(always(slow), limits=QUICK, attempts=1) as (source, client, _),
        pytest.raises(SourceDown, match="n’a pas fini de répondre"),
    ):
        client.get(source.url)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"x" * 10_001),
        Reply(gzip.compress(b"0" * 5_000_000), headers={"Content-Encoding": "gzip"}),
    ],
    ids=["long", "bomb"],
)
def test_an_answer_too_long_is_refused(reply: Reply) -> None:
    with (
        asking(always(reply)) as (source, client, _),
        pytest.raises(SourceDown, match="La réponse dépasse"),
    ):
        client.get(source.url)
    assert len(source.asked) == 1


def test_gzip_is_asked_for_and_unpacked() -> None:
    with asking(always(packed(FINE))) as (source, client, _):
        assert client.get_json(source.url)[1] == FINE
    assert source.asked[0].headers["accept-encoding"] == "gzip"
    assert source.asked[0].headers["user-agent"].startswith("Cordee")


# --- Waiting ----------------------------------------------------------------------------------


def test_a_wait_asked_for_is_kept() -> None:
    told = Reply(status=429, headers={"Retry-After": "7"})
    with asking(misbehaving(told, then=always(as_json(FINE)))) as (source, client, pauses):
        client.get_json(source.url)
    assert pauses == [7.0]


def test_a_wait_may_be_a_date() -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    told = Reply(status=503, headers={"Retry-After": moment})
    with asking(misbehaving(told, then=always(as_json(FINE)))) as (source, client, pauses):
        client.get_json(source.url)
    assert 85 < pauses[0] <= 90


@pytest.mark.parametrize(
    "nonsense", ["demain", "-5", "", "1e9", "²", "Fri, 31 Dec 99999 0:0:0 GMT"]
)
def test_a_wait_that_says_nothing_is_our_own(nonsense: str) -> None:
    told = Reply(status=429, headers={"Retry-After": nonsense})
    with asking(misbehaving(told, then=always(as_json(FINE)))) as (source, client, pauses):
        client.get_json(source.url)
    assert 0.5 <= pauses[0] <= 1.0


def test_a_wait_longer_than_a_run_ends_it() -> None:
    told = Reply(status=429, headers={"Retry-After": "3600"})
    with (
        asking(always(told)) as (source, client, pauses),
        pytest.raises(SourceDown, match="demande d’attendre 3600 s") as down,
    ):
        client.get_json(source.url)
    assert (down.value.wait, len(source.asked), pauses) == (3600.0, 1, [])


def test_requests_keep_their_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands still, save where the client sleeps: three requests, two pauses."""
    now = [100.0]
    monkeypatch.setattr("cordee.base.web.client.time.monotonic", lambda: now[0])
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    with serving(always(as_json(FINE))) as source:
        client = Client(manners=Manners(interval=2.0), sleep=sleep)
        for _ in range(3):
            client.get_json(source.url)
    assert slept == [2.0, 2.0]


# --- Nothing new, and moved -------------------------------------------------------------------


def test_what_did_not_change_is_not_sent_again() -> None:
    def behave(request: Any) -> Reply:
        if request.headers.get("if-none-match") == '"un"':
            return Reply(status=304)
        return as_json(FINE, headers={"ETag": '"un"', "Last-Modified": "Wed, 25 Nov 2026"})

    with asking(behave) as (source, client, _):
        first, _ = client.get_json(source.url)
        second, content = client.get_json(source.url, etag=first.etag)
    assert (first.etag, first.last_modified) == ('"un"', "Wed, 25 Nov 2026")
    assert (second.is_new, content) == (False, None)
    assert "if-none-match" not in source.asked[0].headers


def test_nothing_new_is_no_answer_to_a_new_question() -> None:
    unasked = always(Reply(status=304))
    with asking(unasked) as (source, client, _), pytest.raises(SourceDown, match="sans qu’on le"):
        client.get(source.url)


def test_patience_has_an_end() -> None:
    told = Reply(status=429, headers={"Retry-After": "9" * 400})
    with asking(always(told)) as (source, client, _), pytest.raises(SourceDown) as down:
        client.get(source.url)
    assert down.value.wait == 7 * 86_400


def moving(status: int, to: str) -> Behave:
    def behave(request: Any) -> Reply:
        if request.path == "/ancien":
            return Reply(status=status, headers={"Location": to})
        return as_json(FINE)

    return behave


@pytest.mark.parametrize(("status", "is_told"), [(301, True), (308, True), (302, False)])
def test_a_page_that_moved_is_followed_at_home(status: int, is_told: bool) -> None:
    with asking(moving(status, "/nouveau")) as (source, client, _):
        assert client.get_json(f"{source.url}/ancien")[1] == FINE
    assert client.moved_to == (f"{source.url}/nouveau" if is_told else "")


@pytest.mark.parametrize(
    "to", ["https://ailleurs.example/x", "file:///etc/passwd", "", "http://[x", "//[::1]x/"]
)
def test_a_page_that_moved_elsewhere_is_not_followed(to: str) -> None:
    with (
        asking(moving(301, to)) as (source, client, _),
        pytest.raises(SourceDown, match="a déménagé vers"),
    ):
        client.get_json(f"{source.url}/ancien")
    assert len(source.asked) == 1


@pytest.mark.parametrize(
    ("old", "new", "is_followed"),
    [
        ("https://www.data.gouv.fr/a", "https://static.data.gouv.fr/b", True),
        ("https://www.data.gouv.fr/a", "http://static.data.gouv.fr/b", False),
        ("https://www.data.gouv.fr/a", "https://data.gouv.fr.example/b", False),
        ("https://www.data.gouv.fr/a", "https://notdata.gouv.fr/b", False),
        ("http://127.0.0.1/a", "https://data.gouv.fr/b", True),
    ],
)
def test_where_a_source_may_send_us(old: str, new: str, is_followed: bool) -> None:
    client = Client(hosts=("data.gouv.fr",))
    moved = transport.Reply(301, {"location": new})
    if is_followed:
        assert client._new_address(old, moved, is_question=False) == new
    else:
        with pytest.raises(SourceDown):
            client._new_address(old, moved, is_question=False)


def test_a_question_is_not_turned_into_another() -> None:
    with (
        asking(moving(301, "/nouveau")) as (source, client, _),
        pytest.raises(SourceDown, match="a déménagé"),
    ):
        client.post_json(f"{source.url}/ancien", {"query": "x"})
    with asking(moving(308, "/nouveau")) as (source, client, _):
        assert client.post_json(f"{source.url}/ancien", {"query": "x"}) == FINE
    assert source.asked[1].content == {"query": "x"}


def test_a_circle_is_left() -> None:
    circle = lambda request: Reply(status=302, headers={"Location": "/b" + request.path})  # noqa: E731
    with asking(circle) as (source, client, _), pytest.raises(SourceDown, match="sans fin"):
        client.get(source.url)
    assert len(source.asked) == 4


# --- Letters and files ------------------------------------------------------------------------


def test_a_declared_encoding_is_used() -> None:
    reply = Reply(
        '{"titre": "Élagage"}'.encode("latin-1"),
        headers={"Content-Type": "application/json; charset=iso-8859-1"},
    )
    with asking(always(reply)) as (source, client, _):
        assert client.get_json(source.url)[1] == {"titre": "Élagage"}


@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=inconnu"])
def test_wrong_letters_stay_where_they_are(charset: str) -> None:
    """One record in Latin-1 within UTF-8: the other is whole, this one can be told."""
    body = '[{"a": "Élagage"}, {"a": "'.encode() + "Élagage".encode("latin-1") + b'"}]'
    reply = Reply(body, headers={"Content-Type": f"application/json{charset}"})
    with asking(always(reply)) as (source, client, _):
        good, bad = client.get_json(source.url)[1]
    assert good == {"a": "Élagage"}
    assert bad == {"a": "\udcc9lagage"}


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "decp.json"
    body = b"[1, 2, 3]" * 100
    with (
        asking(always(Reply(body, cut=300)), attempts=2) as (source, client, _),
        pytest.raises(SourceDown, match="incomplète"),
    ):
        client.download(source.url, path, limits=QUICK)
    assert list(tmp_path.iterdir()) == []
    with asking(always(Reply(body))) as (source, client, _):
        client.download(source.url, path, limits=QUICK)
    assert path.read_bytes() == body
