"""Kept searches: what is new in them, and mails that say it once."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cordee.accounts.models import JournalEntry, User
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import Network, RoleSeat
from cordee.opportunities.actions import searches as actions
from cordee.opportunities.actions import searches as search_alerts
from cordee.opportunities.filters import canonical, name_for
from cordee.opportunities.models import Opportunity, SavedSearch
from tests.opportunities.makers import fill_list
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
# A Tuesday, half past eight in Paris.
TUESDAY = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def search(nadia: User) -> SavedSearch:
    return kept(nadia)


def kept(by: User, query: str = "metier=espaces-verts", **values: Any) -> SavedSearch:
    values = {"name": "Nos espaces verts", "alert": "daily", "now": TUESDAY} | values
    return actions.save_search(query=query, by=by, **values)


def known_at(moment: datetime, how_many: int = 1) -> list[Opportunity]:
    """Opportunities that came in at a moment, open for long."""
    before = set(Opportunity.objects.values_list("pk", flat=True))
    fill_list(how_many)
    made = Opportunity.objects.exclude(pk__in=before)
    made.update(created_at=moment, deadline=TUESDAY + timedelta(days=90))
    return list(made.order_by("pk"))


def mails() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind="saved_search").order_by("pk"))


def test_filters_are_written_one_way() -> None:
    asked = {"tri": "montant", "page": "3", "reserve": "on", "q": "haies", "metier": "proprete"}
    assert canonical(asked) == "metier=proprete&q=haies&reserve=on"
    assert canonical({"rayon": "60", "metier": "inconnu"}) == ""
    assert canonical({"rayon": "60", "autour": "Éragnes"}) == "autour=%C3%89ragnes&rayon=60"


def test_a_search_names_itself_by_its_filters(valley: Any) -> None:
    assert name_for("metier=proprete&reserve=on") == "Propreté, Réservées"
    assert name_for("") == "Toutes les opportunités ouvertes"


def test_a_mail_tells_only_what_came_in_since_the_last_one(search: SavedSearch) -> None:
    known_at(TUESDAY - DAY)
    first = known_at(TUESDAY + timedelta(hours=3))[0]
    assert search_alerts.run(TUESDAY + DAY) == 1
    second = known_at(TUESDAY + DAY + timedelta(hours=3))[0]
    assert search_alerts.run(TUESDAY + 2 * DAY) == 1
    told = [mail.text for mail in mails()]
    assert f"/opportunites/{first.pk}/" in told[0]
    assert f"/opportunites/{second.pk}/" not in told[0]
    assert f"/opportunites/{first.pk}/" not in told[1]
    assert "1\u202fnouvelle opportunité pour" in told[1]


def test_reading_again_makes_nothing_new(search: SavedSearch) -> None:
    made = known_at(TUESDAY + timedelta(hours=3))[0]
    search_alerts.run(TUESDAY + DAY)
    made.title = "Relu, autrement"
    made.save()
    assert search_alerts.run(TUESDAY + 2 * DAY) == 0


def test_a_need_that_another_notice_speaks_for_is_not_new(search: SavedSearch) -> None:
    early = known_at(TUESDAY + timedelta(hours=3))[0]
    search_alerts.run(TUESDAY + DAY)
    late = known_at(TUESDAY + DAY + timedelta(hours=3))[0]
    Opportunity.objects.filter(pk=early.pk).update(joined_to=late)
    assert search_alerts.run(TUESDAY + 2 * DAY) == 0


def test_once_a_day_whatever_the_number_of_runs(search: SavedSearch) -> None:
    known_at(TUESDAY + timedelta(hours=3))
    runs = [search_alerts.run(TUESDAY + DAY + timedelta(minutes=30 * n)) for n in range(5)]
    assert runs == [1, 0, 0, 0, 0]
    assert len(mails()) == 1


def test_two_runs_at_once_write_once(search: SavedSearch, monkeypatch: pytest.MonkeyPatch) -> None:
    known_at(TUESDAY + timedelta(hours=3))
    tell, nested = search_alerts.notify_news, []

    def slow(**values: Any) -> bool:
        monkeypatch.setattr(search_alerts, "notify_news", tell)
        nested.append(search_alerts.run(TUESDAY + DAY))
        return tell(**values)

    monkeypatch.setattr(search_alerts, "notify_news", slow)
    assert search_alerts.run(TUESDAY + DAY) == 0
    assert nested == [1]
    assert len(mails()) == 1


def test_what_is_committed_late_is_told_the_next_time(search: SavedSearch) -> None:
    """Written eight o'clock, committed after the run of half past eight, it is no less new."""
    now = TUESDAY + DAY
    search_alerts.run(now)
    late = known_at(now - timedelta(minutes=3))[0]
    assert search_alerts.run(now + DAY) == 1
    assert f"/opportunites/{late.pk}/" in mails()[0].text


@pytest.mark.parametrize(
    ("alert", "days"),
    [("daily", [1, 2, 3, 4, 5, 6, 7, 8]), ("weekly", [6]), ("prompt", [6]), ("never", [])],
)
def test_it_writes_at_the_rhythm_that_was_chosen(nadia: User, alert: str, days: list[int]) -> None:
    kept(nadia, alert=alert)
    wrote = []
    for day in range(9):
        known_at(TUESDAY + day * DAY - timedelta(hours=1))
        if search_alerts.run(TUESDAY + day * DAY):
            wrote.append(day)
    assert wrote == days


@pytest.mark.parametrize(("alert", "days"), [("prompt", [2, 6]), ("weekly", [6])])
def test_what_closes_within_fifteen_days_is_told_the_next_morning(
    nadia: User, alert: str, days: list[int]
) -> None:
    """An existing choice of Mondays alone is kept."""
    kept(nadia, alert=alert)
    wrote = []
    for day in range(9):
        now = TUESDAY + day * DAY
        far = known_at(now + timedelta(hours=1))
        if day == 1:
            soon = known_at(now + timedelta(hours=2))[0]
            Opportunity.objects.filter(pk=soon.pk).update(deadline=now + 14 * DAY)
        for hours in (0, 3):
            if search_alerts.run(now + timedelta(hours=hours)):
                wrote.append(day)
    assert wrote == days
    said = " ".join(each.text for each in mails())
    assert said.count(f"/opportunites/{soon.pk}/") == 1
    assert f"/opportunites/{far[0].pk}/" not in said, "it came in after the last mail"


def test_a_new_search_writes_each_monday_or_the_next_morning(visit: StrictClient) -> None:
    page = visit.get("/opportunites/recherches/garder/?metier=espaces-verts").content.decode()
    assert re.search(r'value="prompt"[^>]*checked', page)


def test_nothing_at_night_and_nothing_to_a_closed_account(search: SavedSearch) -> None:
    known_at(TUESDAY + timedelta(hours=3))
    assert search_alerts.run(TUESDAY + timedelta(hours=14)) == 0
    User.objects.update(is_active=False)
    assert search_alerts.run(TUESDAY + DAY) == 0


def test_a_need_closed_to_her_is_in_no_mail(
    search: SavedSearch, network: Network, nadia: User
) -> None:
    made = known_at(TUESDAY + timedelta(hours=3))
    Opportunity.objects.filter(pk=made[0].pk).update(source="private", network=network)
    RoleSeat.objects.filter(person=nadia).delete()
    assert search_alerts.run(TUESDAY + DAY) == 0


def test_mails_that_begin_again_do_not_tell_the_past(search: SavedSearch, nadia: User) -> None:
    actions.change_search(search=search, name="A", alert="never", by=nadia, now=TUESDAY)
    known_at(TUESDAY + timedelta(hours=3))
    search.refresh_from_db()
    later = TUESDAY + 5 * DAY
    actions.change_search(search=search, name="A", alert="daily", by=nadia, now=later)
    assert search_alerts.run(later + DAY) == 0


def test_news_are_counted_until_she_looks(search: SavedSearch) -> None:
    known_at(TUESDAY + timedelta(hours=3), 4)
    search_alerts.run(TUESDAY + DAY)
    search.refresh_from_db()
    assert search.fresh_count == 4
    actions.open_search(search=search, now=TUESDAY + DAY)
    search_alerts.run(TUESDAY + DAY + timedelta(hours=1))
    search.refresh_from_db()
    assert search.fresh_count == 0


def test_the_same_filters_are_kept_once_and_a_name_too(search: SavedSearch, nadia: User) -> None:
    again = kept(nadia, name="Autrement dit", alert="weekly")
    assert again.pk == search.pk
    with pytest.raises(ValidationError, match="porte déjà ce nom"):
        kept(nadia, query="metier=proprete", name="Autrement dit")
    for number in range(actions.MOST_SEARCHES - 1):
        kept(nadia, query=f"q=mot{number}", name=f"n{number}")
    with pytest.raises(ValidationError, match="Supprimez-en une"):
        kept(nadia, query="q=encore", name="Une de trop")


# --- Pages --------------------------------------------------------------------------------------


@pytest.fixture
def visit(nadia: User, signed_in_client: Callable[[Any], StrictClient]) -> StrictClient:
    return signed_in_client(nadia)


def test_one_keeps_a_search_from_the_list(visit: StrictClient) -> None:
    fill_list(2)
    shown = visit.get("/opportunites/?metier=espaces-verts&page=1").content.decode()
    assert "/opportunites/recherches/garder/?metier=espaces-verts" in shown
    url = "/opportunites/recherches/garder/?metier=espaces-verts&page=1"
    assert "Espaces verts" in visit.get(url).content.decode()
    for _ in range(2):
        answer = visit.post(url, {"name": "Le vert", "alert": "weekly"})
        assert answer.headers["Location"] == "/opportunites/recherches/"
    search = SavedSearch.objects.get()
    assert (search.query, search.name, search.alert) == (
        "metier=espaces-verts",
        "Le vert",
        "weekly",
    )
    assert "Le vert" in visit.get("/opportunites/recherches/").content.decode()


def test_a_name_taken_is_said_and_what_was_typed_stays(
    visit: StrictClient, search: SavedSearch
) -> None:
    url = "/opportunites/recherches/garder/?metier=proprete"
    shown = visit.post(url, {"name": search.name, "alert": "never"}).content.decode()
    assert "Une de vos recherches porte déjà ce nom." in shown
    assert f'value="{search.name}"' in shown


def test_opening_leads_to_the_list_and_looks(visit: StrictClient, search: SavedSearch) -> None:
    SavedSearch.objects.update(fresh_count=3, seen_until=TUESDAY - 300 * DAY)
    assert (
        "Du nouveau dans 1\u202frecherche"
        in visit.get("/opportunites/recherches/").content.decode()
    )
    answer = visit.post(f"/opportunites/recherches/{search.pk}/ouvrir/")
    assert answer.headers["Location"] == "/opportunites/?metier=espaces-verts"
    search.refresh_from_db()
    assert search.fresh_count == 0


def test_deleting_asks_first_and_says_what_it_does(
    visit: StrictClient, search: SavedSearch
) -> None:
    url = f"/opportunites/recherches/{search.pk}/supprimer/"
    assert "ses flux se ferment" in visit.get(url).content.decode()
    assert SavedSearch.objects.exists()
    visit.post(url)
    assert not SavedSearch.objects.exists()
    assert JournalEntry.objects.filter(verb="opportunities.delete_search").count() == 1
    assert visit.post(url).status_code == 404


def test_as_many_queries_for_thirty_searches_as_for_three(
    nadia: User, count_queries: Callable[..., int]
) -> None:
    for number in range(3):
        kept(nadia, query=f"q=mot{number}", name=f"n{number}")
    few = count_queries("/opportunites/recherches/", nadia)
    for number in range(3, 30):
        kept(nadia, query=f"q=mot{number}", name=f"n{number}")
    assert count_queries("/opportunites/recherches/", nadia) == few
