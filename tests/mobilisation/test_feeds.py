"""Feeds and calendars: what they hold, for whom, in which shape, and when they close."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.signing import Signer
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.http import parse_http_date
from icalendar import Calendar
from lxml import etree

from cordee.accounts.models import JournalEntry, User
from cordee.members.models import Membership, Network, Programme, RoleSeat, Structure
from cordee.mobilisation.actions import feeds as actions
from cordee.mobilisation.feeds import access, content
from cordee.mobilisation.models import Ask, FeedKey
from cordee.opportunities.actions import searches
from cordee.opportunities.models import (
    Audience,
    DeadlineChange,
    Opportunity,
    ProgrammeAttachment,
)
from tests.members.makers import ON, join, make_network, make_person
from tests.mobilisation.open_work import MONDAY, make_open, make_worker
from tests.opportunities.makers import import_records, in_days, record
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def opened(by: User, scope: Any, kind: str = "calendar") -> FeedKey:
    names = {Structure: "structure", Network: "network", Programme: "programme"}
    return actions.open_feed(
        kind=kind,
        scope_name=names.get(type(scope), "search"),
        scope=scope,
        by=by,
        now=timezone.now(),
    )


def soon(count: int = 1, **values: Any) -> list[Opportunity]:
    """Open for twenty days from the real today."""
    return make_open(count, deadline=in_days(20), **values)


def path(key: FeedKey) -> str:
    return f"/flux/{access.token_of(key)}/"


def read(client: StrictClient, key: FeedKey, **headers: str) -> Any:
    return client.get(path(key), headers=headers)


def events(client: StrictClient, key: FeedKey) -> list[Any]:
    """The events, read by a strict parser and written again as they were."""
    answer = read(client, key)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    found = Calendar.from_ical(answer.content)
    assert found.to_ical() == answer.content
    assert [str(error) for event in found.walk() for error in event.errors] == []
    return list(found.walk("VEVENT"))


def feed_of(client: StrictClient, key: FeedKey) -> Any:
    answer = read(client, key)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return assert_atom(answer.content)


MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$")


def assert_atom(written: bytes) -> Any:
    """The shape that RFC 4287 asks of a feed and of its entries, element by element."""
    feed = etree.fromstring(written, etree.XMLParser(resolve_entities=False, recover=False))
    assert feed.tag == f"{ATOM}feed"
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
    once = {"id", "title", "updated", "author"}
    for node in (feed, *feed.iter(f"{ATOM}entry")):
        names = [etree.QName(child).localname for child in node]
        assert {name for name in once if names.count(name) == 1} == once
        assert re.fullmatch(r"tag:[a-z.]+,\d{4}:\S+", node.findtext(f"{ATOM}id"))
        assert MOMENT.match(node.findtext(f"{ATOM}updated"))
        assert node.findtext(f"{ATOM}author/{ATOM}name").strip()
        assert node.findtext(f"{ATOM}title").strip()
        allowed = {*once, "link", "entry", "published", "summary", "category"}
        assert set(names) <= allowed
        links = node.findall(f"{ATOM}link")
        rels = [(link.get("rel"), link.get("type")) for link in links]
        assert len(rels) == len(set(rels)), "one link of each sort"
        assert all(re.match(r"https?://", link.get("href")) for link in links)
    assert [link.get("rel") for link in feed.findall(f"{ATOM}link")] == ["alternate", "self"]
    for entry in feed.iter(f"{ATOM}entry"):
        assert MOMENT.match(entry.findtext(f"{ATOM}published"))
        assert [link.get("rel") for link in entry.findall(f"{ATOM}link")] == ["alternate"]
        assert entry.findtext(f"{ATOM}summary").strip(), "there is no content: a summary is needed"
        for category in entry.findall(f"{ATOM}category"):
            assert category.get("term")
    ids = [node.findtext(f"{ATOM}id") for node in feed.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    return feed


def titles(feed: Any) -> list[str]:
    return [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]


# --- Calendars ----------------------------------------------------------------------------------


def test_a_calendar_tells_each_deadline(
    client: StrictClient, structure: Structure, director: User
) -> None:
    opportunity = soon()[0]
    answer = read(client, opened(director, structure))
    assert b"\r\nMETHOD:PUBLISH\r\n" in answer.content
    assert b"\r\nDTSTART:" in answer.content, "in UTC, without a name of a zone"
    (event,) = events(client, opened(director, structure))
    assert event["uid"] == f"opportunite-{opportunity.pk}@localhost"
    assert event["sequence"] == 0
    assert event["dtstart"].dt == opportunity.deadline
    assert event["dtstart"].dt.tzinfo is not None
    assert event["status"] == "CONFIRMED"
    assert event["transp"] == "TRANSPARENT"
    assert event["dtstamp"].dt <= timezone.now()
    assert opportunity.title in event["summary"]
    assert f"/opportunites/{opportunity.pk}/" in event["url"]
    assert event["location"] == "Roche-Mirel"


def test_the_sequence_rises_when_the_deadline_moves_and_only_then(
    client: StrictClient, structure: Structure, director: User, tmp_path: Any
) -> None:
    """Through the import, as it happens: read again, corrected by the buyer, then cancelled."""
    search = searches.save_search(
        query="", name="Tout", alert="never", by=director, now=timezone.now()
    )
    key = opened(director, search)
    first, second = in_days(20), in_days(30)
    import_records(tmp_path, record(deadline=first))
    (event,) = events(client, key)
    uid, stamp = event["uid"], event["dtstamp"].dt
    assert (event["sequence"], event["dtstart"].dt) == (0, first)
    import_records(
        tmp_path, record(title="Entretien des espaces verts et naturels", deadline=first)
    )
    (event,) = events(client, key)
    assert (event["uid"], event["sequence"]) == (uid, 0)
    import_records(tmp_path, record(deadline=second, etat="RECTIFICATIF"))
    (event,) = events(client, key)
    assert (event["uid"], event["dtstart"].dt) == (uid, second)
    assert event["sequence"] == 1
    assert event["dtstamp"].dt >= stamp
    change = DeadlineChange.objects.get()
    assert (change.number, change.before, change.after) == (1, first, second)


def test_a_cancelled_call_stays_and_says_so(
    client: StrictClient, structure: Structure, director: User
) -> None:
    opportunity = soon()[0]
    opportunity.stage = "cancelled"
    opportunity.save()
    (event,) = events(client, opened(director, structure))
    assert event["status"] == "CANCELLED"


def test_text_is_escaped_and_folded(
    client: StrictClient, structure: Structure, director: User
) -> None:
    title = "Tonte; taille, “haies”\\bordures \x0b" + "é" * 120
    soon(title=title)
    key = opened(director, structure)
    (event,) = events(client, key)
    assert event["summary"] == "Réponse avant : " + title.replace("\x0b", "")
    lines = read(client, key).content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert all(b"\n" not in line for line in lines)


def test_only_what_is_near_in_place_and_time(
    client: StrictClient, structure: Structure, director: User
) -> None:
    near = soon()[0]
    soon(trade="proprete")
    soon(latitude=45.6)
    make_open(deadline=in_days(400))
    make_open(deadline=in_days(-40))
    make_open(deadline=None)
    just_passed = make_open(deadline=in_days(-3))[0]
    found = [event["uid"] for event in events(client, opened(director, structure))]
    assert found == [f"opportunite-{pk}@localhost" for pk in (near.pk, just_passed.pk)]


def test_no_more_than_two_hundred_the_nearest_first(
    client: StrictClient, structure: Structure, director: User
) -> None:
    last = make_open(deadline=in_days(60))[0]
    soon(content.MOST_ENTRIES)
    found = events(client, opened(director, structure))
    assert len(found) == content.MOST_ENTRIES
    assert f"opportunite-{last.pk}@localhost" not in [event["uid"] for event in found]


def test_who_directs_also_finds_what_she_was_asked(
    client: StrictClient, structure: Structure, director: User
) -> None:
    far = soon(latitude=47.0)[0]
    Ask.objects.create(structure=structure, opportunity=far, asked_at=MONDAY, answer_by=ON)
    counsellor = make_person("cip@exemple.fr", role="counsellor", structure=structure)
    assert len(events(client, opened(director, structure))) == 1
    assert events(client, opened(counsellor, structure)) == []


# --- Atom ---------------------------------------------------------------------------------------


def test_a_feed_is_atom(client: StrictClient, structure: Structure, director: User) -> None:
    opportunity = soon(title="Tonte <&> taille \x0b", buyer_name="")[0]
    key = opened(director, structure, "atom")
    feed = feed_of(client, key)
    assert titles(feed) == ["Tonte <&> taille "]
    assert feed.findtext(f"{ATOM}id") == f"tag:localhost,2026:flux/{key.pk}"
    entry = feed.find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == f"tag:localhost,2026:opportunite/{opportunity.pk}"
    assert "Métiers : Espaces verts" in entry.findtext(f"{ATOM}summary")
    empty = opened(director, make_network("Vide"), "atom")
    RoleSeat.objects.create(person=director, role="delegate", network=empty.network)
    assert titles(feed_of(client, empty)) == []


def test_the_identifiers_outlive_a_new_address(
    client: StrictClient, structure: Structure, director: User
) -> None:
    soon()
    key = opened(director, structure, "atom")
    before = feed_of(client, key).findtext(f"{ATOM}id")
    actions.renew_feed(key=key, by=director, now=timezone.now())
    assert feed_of(client, key).findtext(f"{ATOM}id") == before


# --- Scopes and rights --------------------------------------------------------------------------


def test_a_private_need_is_for_the_people_of_its_network_as_long_as_they_are(
    client: StrictClient, structure: Structure, director: User
) -> None:
    network = make_network("Réseau du Val")
    membership = join(structure, network)
    need = soon(network=network, title="Un besoin discret")[0]
    by_structure = opened(director, structure, "atom")
    by_network = opened(director, network, "atom")
    assert titles(feed_of(client, by_structure)) == [need.title]
    assert titles(feed_of(client, by_network)) == [need.title]
    Audience.objects.update(state="pending")
    assert titles(feed_of(client, by_structure)) == []
    assert titles(feed_of(client, by_network)) == []
    Audience.objects.update(state="published")
    Membership.objects.filter(pk=membership.pk).delete()
    assert titles(feed_of(client, by_structure)) == []
    assert read(client, by_network).status_code == 410


def test_an_author_finds_no_unpublished_need_in_a_feed(
    client: StrictClient, structure: Structure, director: User
) -> None:
    """An address is copied about: what is still read over does not go with it."""
    network = make_network("Ailleurs")
    soon(network=network, created_by=director)
    Audience.objects.update(state="pending")
    assert titles(feed_of(client, opened(director, structure, "atom"))) == []


def test_a_network_follows_the_trades_and_departments_of_its_members(
    client: StrictClient, structure: Structure
) -> None:
    network = make_network("Réseau du Val")
    join(structure, network)
    staff = make_person("equipe@exemple.fr", role="network_staff", network=network)
    here = soon()[0]
    soon(trade="proprete")
    assert titles(feed_of(client, opened(staff, network, "atom"))) == [here.title]


def test_a_programme_holds_what_is_attached_to_it(
    client: StrictClient, structure: Structure, director: User
) -> None:
    programme = Programme.objects.create(
        name="Grand chantier", slug="grand", owner="X", starts_on=ON, ends_on=ON.replace(year=2030)
    )
    inside, outside, dropped = soon(3)
    for each, is_detached in ((inside, False), (dropped, True)):
        ProgrammeAttachment.objects.create(
            programme=programme,
            opportunity=each,
            is_by_hand=True,
            is_detached=is_detached,
            reason="essai",
            by=director,
            at=MONDAY,
        )
    assert outside.title not in titles(feed_of(client, opened(director, programme, "atom")))
    assert titles(feed_of(client, opened(director, programme, "atom"))) == [inside.title]


def test_a_kept_search_has_its_feed_and_takes_it_along(
    client: StrictClient, structure: Structure, director: User
) -> None:
    green = soon()[0]
    soon(trade="proprete")
    search = searches.save_search(
        query="metier=espaces-verts", name="Vert", alert="never", by=director, now=timezone.now()
    )
    key = opened(director, search, "atom")
    assert titles(feed_of(client, key)) == [green.title]
    where = path(key)
    searches.delete_search(search=search, by=director)
    assert client.get(where).status_code == 404


def test_the_address_closes_with_the_seat_and_opens_with_it(
    client: StrictClient, structure: Structure, director: User
) -> None:
    key = opened(director, structure)
    seat = RoleSeat.objects.get(person=director)
    seat.delete()
    assert read(client, key).status_code == 410
    RoleSeat.objects.create(person=director, role="counsellor", structure=structure)
    assert read(client, key).status_code == 200
    User.objects.update(is_active=False)
    assert read(client, key).status_code == 410


def test_a_closed_address_opens_nothing_and_a_renewed_one_neither(
    client: StrictClient, structure: Structure, director: User
) -> None:
    key = opened(director, structure)
    old = path(key)
    actions.renew_feed(key=key, by=director, now=timezone.now())
    assert client.get(old).status_code == 404
    assert read(client, key).status_code == 200
    for _ in range(2):
        actions.revoke_feed(key=key, by=director, now=timezone.now())
    assert read(client, key).status_code == 410
    verbs = JournalEntry.objects.about(key).values_list("verb", flat=True)
    assert sorted(verbs) == [
        "mobilisation.open_feed",
        "mobilisation.renew_feed",
        "mobilisation.revoke_feed",
    ]


@pytest.mark.parametrize("token", ["1", "1-", "-x", "x-y", "1-" + "a" * 43, "9" * 30 + "-a", "²-a"])
def test_what_we_did_not_sign_does_not_exist(
    client: StrictClient, structure: Structure, director: User, token: str
) -> None:
    opened(director, structure)
    assert client.get(f"/flux/{token}/").status_code == 404


def test_the_signature_needs_the_key_of_the_site(
    client: StrictClient, structure: Structure, director: User, settings: Any
) -> None:
    """What is stored does not make an address: a copy of the base opens nothing."""
    key = opened(director, structure)
    where = path(key)
    assert key.nonce not in where
    settings.SECRET_KEY = "une autre"
    other = Signer(salt="cordee.mobilisation.feeds").signature(f"{key.pk}:{key.nonce}")
    assert other not in where


# --- Asking again -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["atom", "calendar"])
def test_who_asks_again_is_told_that_nothing_changed(
    client: StrictClient, structure: Structure, director: User, kind: str
) -> None:
    opportunity = soon()[0]
    key = opened(director, structure, kind)
    first = read(client, key)
    assert first.headers["Cache-Control"].startswith("private")
    assert "Set-Cookie" not in first.headers
    etag, since = first.headers["ETag"], first.headers["Last-Modified"]
    assert parse_http_date(since) <= timezone.now().timestamp()
    assert read(client, key, if_none_match=etag).status_code == 304
    assert read(client, key, if_modified_since=since).status_code == 304
    Opportunity.objects.filter(pk=opportunity.pk).update(title="Autre titre")
    FeedKey.objects.update(changed_at=MONDAY - timedelta(days=900))
    key.refresh_from_db()
    changed = read(client, key, if_none_match=etag)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != etag


def test_what_leaves_a_feed_changes_its_date_too(
    client: StrictClient, structure: Structure, director: User
) -> None:
    """Nothing in it is newer, and yet it changed: who asks by date must hear of it."""
    soon(2)
    key = opened(director, structure, "atom")
    read(client, key)
    long_ago = MONDAY - timedelta(days=900)
    FeedKey.objects.update(changed_at=long_ago)
    Opportunity.objects.filter(pk=Opportunity.objects.latest("pk").pk).update(stage="prior")
    answer = read(client, key, if_modified_since="Mon, 01 Jan 2024 00:00:00 GMT")
    assert answer.status_code == 200
    key.refresh_from_db()
    assert key.changed_at is not None
    assert key.changed_at > long_ago


def test_a_reader_is_noted_once_a_day(
    client: StrictClient, structure: Structure, director: User
) -> None:
    key = opened(director, structure)
    read(client, key)
    key.refresh_from_db()
    assert key.last_used_on == timezone.localdate()
    with CaptureQueriesContext(connection) as queries:
        read(client, key)
    assert [q["sql"] for q in queries if q["sql"].startswith("UPDATE")] == []


@pytest.mark.parametrize("kind", ["atom", "calendar"])
def test_as_many_queries_for_thirty_entries_as_for_three(
    client: StrictClient, structure: Structure, director: User, kind: str
) -> None:
    key = opened(director, structure, kind)
    counts = []
    for more in (3, 27):
        soon(more)
        read(client, key)
        with CaptureQueriesContext(connection) as queries:
            read(client, key)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- The page -----------------------------------------------------------------------------------


@pytest.fixture
def visit(director: User, signed_in_client: Callable[[Any], StrictClient]) -> StrictClient:
    return signed_in_client(director)


def test_one_opens_an_address_and_copies_it(visit: StrictClient, structure: Structure) -> None:
    posted = {"scope": f"structure-{structure.pk}", "kind": "calendar"}
    for _ in range(2):
        assert visit.post("/mes-flux/", posted).headers["Location"] == "/mes-flux/"
    key = FeedKey.objects.get()
    shown = visit.get("/mes-flux/").content.decode()
    assert f'value="http://localhost:8000{path(key)}"' in shown
    assert f'href="webcal://localhost:8000{path(key)}"' in shown
    assert "pas encore lu" in shown


def test_what_is_not_hers_to_follow_is_no_choice(visit: StrictClient) -> None:
    other = make_worker("Ailleurs")
    answer = visit.post("/mes-flux/", {"scope": f"structure-{other.pk}", "kind": "atom"})
    assert answer.status_code == 200
    assert "Erreur\u00a0: " in answer.content.decode()
    assert not FeedKey.objects.exists()


def test_closing_and_changing_ask_first(
    visit: StrictClient, structure: Structure, director: User
) -> None:
    key = opened(director, structure)
    for word in ("changer", "fermer"):
        visit.get(f"/mes-flux/{key.pk}/{word}/")
    key.refresh_from_db()
    assert (key.renewed_at, key.revoked_at) == (None, None)
    before = path(key)
    visit.post(f"/mes-flux/{key.pk}/changer/")
    key.refresh_from_db()
    assert path(key) != before
    visit.post(f"/mes-flux/{key.pk}/fermer/")
    assert "Aucune adresse ouverte" in visit.get("/mes-flux/").content.decode()
    assert visit.post(f"/mes-flux/{key.pk}/fermer/").status_code == 404


def test_a_seat_that_was_lost_is_said_on_the_page(
    visit: StrictClient, structure: Structure, director: User
) -> None:
    opened(director, structure)
    RoleSeat.objects.all().delete()
    assert "Fermé pour vous" in visit.get("/mes-flux/").content.decode()


def test_as_many_queries_for_thirty_addresses_as_for_three(
    structure: Structure, director: User, count_queries: Callable[..., int]
) -> None:
    counts = []
    for number in range(30):
        opened(
            director,
            searches.save_search(
                query=f"q=mot{number}",
                name=f"n{number}",
                alert="never",
                by=director,
                now=timezone.now(),
            ),
        )
        if number in (2, 29):
            counts.append(count_queries("/mes-flux/", director))
    assert counts[0] == counts[1]


def test_the_day_of_an_entry_is_that_of_paris(
    client: StrictClient, structure: Structure, director: User
) -> None:
    """23:30 in UTC is the next day where the buyer waits."""
    late = timezone.now().astimezone(UTC).replace(hour=23, minute=30) + timedelta(days=10)
    make_open(deadline=datetime.fromisoformat(late.isoformat(timespec="minutes")))
    (event,) = events(client, opened(director, structure))
    there = timezone.localtime(late)
    assert f"{there.hour}\u202fh\u202f30" in event["description"]
    assert f" {there.year}, " in event["description"]
