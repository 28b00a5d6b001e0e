"""A trade that is only possible: kept, listed after the others, said or refused; nothing more."""

import csv
import random
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from cordee.accounts.models import User
from cordee.members.models import Activity, Structure
from cordee.members.open_work import SearchPoint
from cordee.notices.notice import Evidence, Notice
from cordee.notices.trades.lots import NoticeTrades, trades_of
from cordee.notices.trades.reading import Sector
from cordee.opportunities import filters
from cordee.opportunities.access import opportunities_for
from cordee.opportunities.actions import importing, refreshing, searches
from cordee.opportunities.models import Correction, Opportunity, Verdict, WorkPackage
from cordee.opportunities.models.opportunities import OURS
from cordee.opportunities.verdicts import open_possible, possible_for
from cordee.opportunities.views.listing import SureFirst, sorted_rows
from tests.members.makers import make_person, make_structure
from tests.opportunities.makers import (
    CLEANING,
    GREEN,
    ON,
    SOFTWARE,
    fill_list,
    import_records,
    make_opportunity,
    record,
)

pytestmark = pytest.mark.django_db
LIST, FOR_YOU = "/opportunites/", "/opportunites/pour-vous/"
MAYBE_CLEANING = {"proprete": {"percent": 55, "words": "remise en état"}}
NAMED = re.compile(
    r"possible_(trades|for|items)|perhaps_of_trade|open_possible|opportunity\.possible\b"
)
KNOWN_TO = {
    "mobilisation/actions/digests.py",
    "mobilisation/apps.py",
    "mobilisation/digests/selection.py",
    "mobilisation/digests/sending.py",
    "mobilisation/digests/views.py",
    "mobilisation/digests/wording.py",
    "notices/summary.py",
    "notices/trades/reading.py",
    "opportunities/actions/refreshing.py",
    "opportunities/filters.py",
    "opportunities/first_page.py",
    "opportunities/inference.py",
    "opportunities/migrations/0022_possible_trades.py",
    "opportunities/migrations/0024_craft_of_a_package.py",  # the one that it follows
    "opportunities/migrations/0025_calls_counted.py",
    "opportunities/models/opportunities.py",
    "opportunities/rows.py",
    "opportunities/verdicts/__init__.py",
    "opportunities/verdicts/reading.py",
    "opportunities/views/listing.py",
    "opportunities/views/page.py",
}


@pytest.fixture
def maybe(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader finds that every notice may be of cleaning."""
    found = Sector("proprete", 0.55, (Evidence("titre", "remise en état"),))

    def read(notice: Notice) -> NoticeTrades:
        known = trades_of(notice)
        return NoticeTrades(replace(known.whole, possible=(found,)), known.lots)

    monkeypatch.setattr(refreshing, "trades_of", read)


@pytest.fixture
def call(valley: Any, maybe: None, tmp_path: Path) -> Opportunity:
    """Open, at Roche-Mirel, asserted for nobody."""
    lots = [("Prestations", SOFTWARE)]
    return make_opportunity(tmp_path, title="Prestations pour la mairie", lots=lots)


@pytest.fixture
def cleaners(valley: Any) -> Structure:
    """11 km from Roche-Mirel."""
    found = make_structure(
        "Les Vitres", latitude=45.0, longitude=5.5, department_id="38", commune_id="38001"
    )
    Activity.objects.create(
        chantier=found.chantiers.get(), trade="proprete", certainty="known", reach_km=40
    )
    return found


@pytest.fixture
def zoe(cleaners: Structure) -> User:
    return make_person("zoe@vitres.example", role="director", structure=cleaners)


def possible(opportunity: Opportunity) -> Any:
    opportunity.refresh_from_db()
    return opportunity.possible_trades


# --- Kept ---------------------------------------------------------------------------------------


def test_it_is_kept_beside_what_is_asserted_and_makes_no_work(call: Opportunity) -> None:
    assert possible(call) == MAYBE_CLEANING
    assert not call.trades.exists()
    assert not WorkPackage.objects.exists()


def test_what_is_asserted_is_not_possible_too(valley: Any, maybe: None, tmp_path: Path) -> None:
    call = make_opportunity(tmp_path, title="Nettoyage", lots=[("Nettoyage", CLEANING)])
    assert possible(call) == {}
    assert [each.trade for each in call.trades.all()] == ["proprete"]


def test_a_notice_read_before_has_some_once_it_is_read_again(
    call: Opportunity, monkeypatch: pytest.MonkeyPatch
) -> None:
    Opportunity.objects.update(possible_trades={})
    monkeypatch.setattr(importing, "READER_VERSION", "demain")
    importing.reread(on=ON)
    assert possible(call) == MAYBE_CLEANING


# --- Said on its page ---------------------------------------------------------------------------


def test_its_page_asks_and_one_gesture_answers(
    call: Opportunity, zoe: User, signed_in_client: Callable[..., Any]
) -> None:
    client, here = signed_in_client(zoe), f"{LIST}{call.pk}/"
    page = client.get(here).text
    assert "On ne sait pas encore" in page
    assert "Peut-être\u00a0: propreté, d’après «\u00a0remise en état\u00a0»." in page
    assert "Oui, c’est bien ce métier" in page
    assert "Non, aucun de nos métiers" in page
    client.post(f"{here}corriger/trades/", {"value": "proprete"})
    assert possible(call) == {}
    assert [each.trade for each in call.trades.all()] == ["proprete"]
    assert WorkPackage.objects.filter(breakdown__opportunity=call, trade="proprete").exists()
    said = Correction.objects.get()
    client.post(f"{here}corrections/{said.pk}/retirer/")
    assert possible(call) == MAYBE_CLEANING


def test_no_is_kept_too(call: Opportunity, zoe: User, signed_in_client: Callable[..., Any]) -> None:
    client, here = signed_in_client(zoe), f"{LIST}{call.pk}/"
    client.post(f"{here}corriger/trades/", {"value": "aucun"})
    assert possible(call) == {}
    assert not call.trades.exists()
    assert "Hors de nos métiers" in client.get(here).text


def test_beside_asserted_trades_it_is_one_line(
    valley: Any, maybe: None, zoe: User, tmp_path: Path, signed_in_client: Callable[..., Any]
) -> None:
    call = make_opportunity(tmp_path)
    page = signed_in_client(zoe).get(f"{LIST}{call.pk}/").text
    assert "Peut-être aussi\u00a0: propreté." in page
    assert f'href="{LIST}{call.pk}/corriger/trades/"' in page
    assert "Peut-être votre métier\u00a0: propreté" in page


# --- Listed, after the others -------------------------------------------------------------------


@pytest.fixture
def three(valley: Any, maybe: None, tmp_path: Path) -> None:
    """Software and gardens that may be cleaning, and cleaning, which closes last."""
    import_records(
        tmp_path,
        record("26-1", "Prestations diverses", lots=[("Prestations", SOFTWARE)]),
        record("26-2", "Tonte des écoles", lots=[("Tonte", GREEN)]),
    )
    import_records(tmp_path, record("26-3", "Nettoyage", lots=[("Nettoyage", CLEANING)]))


def titles(page: str) -> list[str]:
    return re.findall(r'<th scope="row" role="rowheader"><a href="[^"]+">([^<]+)</a>', page)


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("sort", ["echeance", "-echeance", "-publie"])
def test_a_list_shows_it_last_and_counts_it_apart(
    sort: str, nadia: User, signed_in_client: Callable[..., Any]
) -> None:
    page = " ".join(signed_in_client(nadia).get(f"{LIST}?metier=proprete&tri={sort}").text.split())
    assert titles(page)[0] == "Nettoyage"
    assert set(titles(page)[1:]) == {"Prestations diverses", "Tonte des écoles"}
    assert "1 avis ouvert, et 2 à confirmer : leur métier n’est que possible" in page
    assert page.count("Peut-être : propreté") == 2
    assert page.count("etat-inconnu") == 2


@pytest.mark.usefixtures("three")
def test_of_the_27_trades_as_of_one(nadia: User, signed_in_client: Callable[..., Any]) -> None:
    client = signed_in_client(nadia)
    page = " ".join(client.get(f"{LIST}?metier=nos").text.split())
    assert titles(page)[-1] == "Prestations diverses"
    assert "2 avis ouverts, et 1 à confirmer : son métier n’est que possible" in page
    assert "n’est que possible" not in client.get(LIST).text
    rows = client.get(f"{LIST}export/?metier=nos").getvalue().decode().removeprefix("\ufeff")
    last = list(csv.DictReader(rows.splitlines(), delimiter=";"))[-1]
    assert (last["métiers"], last["métiers possibles"]) == ("", "propreté")


def test_a_list_costs_as_many_queries_as_without(
    valley: Any, nadia: User, count_queries: Callable[..., int]
) -> None:
    fill_list(30)
    url = f"{LIST}?metier=espaces-verts"
    without = count_queries(url, nadia)
    some = Opportunity.objects.order_by("pk").values("pk")[:9]
    Opportunity.objects.filter(pk__in=list(some.values_list("pk", flat=True))).update(
        possible_trades=MAYBE_CLEANING
    )
    assert count_queries(url, nadia) == without
    assert count_queries(f"{LIST}?metier=proprete", nadia) <= without


@pytest.mark.parametrize("sort", list(filters.SORTS))
@pytest.mark.parametrize("trade", ["espaces-verts", "proprete", OURS])
def test_pages_of_a_trade_are_parts_of_one_order(
    valley: Any, nadia: User, sort: str, trade: str
) -> None:
    """Those that the base finds by its index, at the end of which it stops, and the others."""
    fill_list(40)
    some = random.Random(5)
    for number, each in enumerate(Opportunity.objects.order_by("pk")):
        if some.random() < 0.4:
            each.trades.all().delete()
        each.possible_trades = MAYBE_CLEANING if some.random() < 0.5 else {}
        each.deadline = each.deadline if number % 4 else None
        each.joined_to_id = (number % 9 == 8 and each.pk - 1) or None
        each.save()
    now, asked = timezone.now(), filters.Filters(trade=trade)
    rows = opportunities_for(nadia, on=ON).standing()
    found = asked.apply(rows, now, with_possible=True)
    whole = list(sorted_rows(found, sort))
    sure = [each for each in whole if not each.is_possible]
    assert asked.count_apart(rows, now) == (len(sure), len(whole) - len(sure))
    assert whole[: len(sure)] == sure
    assert len(sure) == (0 if trade == "proprete" else asked.apply(rows, now).count())
    lines = SureFirst(asked, rows, now, sort, len(sure))
    for first in range(0, len(whole), 6):
        assert list(lines[first : first + 6]) == whole[first : first + 6]
    assert 5 < len(whole) < 40


# --- « Pour vous » ------------------------------------------------------------------------------


def test_a_director_finds_it_below_and_never_as_a_yes(
    call: Opportunity, zoe: User, cleaners: Structure, signed_in_client: Callable[..., Any]
) -> None:
    page = signed_in_client(zoe).get(FOR_YOU).text
    below = page[page.index("Peut-être pour vous") :]
    assert call.title in below
    assert "À confirmer" in below
    assert "propreté\u202f?" in below
    assert "Oui" not in below
    assert "<h1>Zéro marchés" not in page
    assert not Verdict.objects.exists()
    (found,) = possible_for([cleaners], open_possible(timezone.now()), on=ON)[cleaners.pk]
    assert (found.kind, found.distance_hm, found.is_trade_supposed) == ("unknown", 111, True)


@pytest.mark.parametrize(
    "changes",
    [
        {"reserved": "HANDICAP"},
        {"stage": "awarded"},
        {"deadline": timezone.now()},
        {"possible_trades": {"espaces-verts": {"percent": 55, "words": ""}}},
    ],
)
def test_what_is_not_for_her_is_not_listed(
    call: Opportunity, cleaners: Structure, changes: dict[str, Any]
) -> None:
    Opportunity.objects.update(**changes)
    assert not possible_for([cleaners], open_possible(timezone.now()), on=ON)


def test_too_far_or_where_nobody_knows_is_not_listed(
    call: Opportunity, cleaners: Structure
) -> None:
    def found() -> int:
        return len(possible_for([cleaners], open_possible(timezone.now()), on=ON))

    call.places.update(is_supposed=True)
    assert found() == 1, "of her department, though the place is not known"
    call.places.update(department="73")
    assert found() == 0
    call.places.update(is_supposed=False)
    Activity.objects.update(reach_km=5)
    assert found() == 0


# --- Nowhere else -------------------------------------------------------------------------------


def test_no_search_warns_of_it_and_no_count_holds_it(
    call: Opportunity, zoe: User, nadia: User, signed_in_client: Callable[..., Any]
) -> None:
    later = timezone.now() + 2 * filters.SETTLED_AFTER
    search = searches.save_search(
        query="metier=proprete", name="Propreté", alert="weekly", by=nadia, now=timezone.now()
    )
    assert not filters.matches_of(search, later).exists()
    around = SearchPoint(45.0, 5.5, "38")
    counted = filters.count_open(zoe, around, ["proprete"], [20], timezone.now())
    assert counted == {20: 0}


def test_no_other_room_reads_it() -> None:
    """Campaigns, relays, coverage, feeds, the API, figures: they do not even name it."""
    root = Path(__file__).parents[2] / "cordee"
    naming = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if NAMED.search(path.read_text("utf-8"))
    }
    assert naming <= KNOWN_TO
