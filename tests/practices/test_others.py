"""« Ce que d’autres ont fait »: which practices stand on a page, why, and for whom."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cordee.economics.models import AccountingYear
from cordee.members.models import Activity, Crew, Structure
from cordee.practices.models import Sheet
from cordee.practices.models.sheets import Places, Territory
from cordee.practices.sheets.finding import moments
from cordee.practices.sheets.finding.moments import PAGES, around
from cordee.practices.sheets.finding.others import Around, Line, chosen
from cordee.rules.practices import PracticeStatus
from tests.alliances.conftest import rope
from tests.members.makers import make_structure, make_valley
from tests.opportunities.makers import make_opportunity
from tests.practices.sheet_makers import SINCE_2024, agree, director_of, publish
from tests.practices.test_records import Make, years_of
from tests.skills.courses import open_course, teacher_of

__all__ = ["rope"]
pytestmark = pytest.mark.django_db
GREEN = "espaces-verts"
HERE = Around(trades={GREEN}, departments=["38"], places=Places.UP_TO_20, territory=Territory.RURAL)


@pytest.fixture
def author() -> Structure:
    make_valley()
    return make_structure("Les Terrasses du Haut", department_id="38")


def lines(slot: str = "opportunity", place: Around = HERE, **more: Any) -> list[Line]:
    values: dict[str, Any] = {"own": Sheet.objects.none(), "on": timezone.localdate()}
    return chosen(PAGES[slot][0], place, **values | more)


def titles(*asked: Any, **more: Any) -> list[str]:
    return [line.sheet.title for line in lines(*asked, **more)]


def tell(author: Structure, title: str, **more: Any) -> Sheet:
    status = more.pop("status", PracticeStatus.IDEA)
    sheet = publish(author, title=title, **{"trades": [GREEN]} | more).sheet
    values = {"status": status, "in_use_since": SINCE_2024, "reused_by": 1}
    Sheet.objects.filter(pk=sheet.pk).update(**values)
    return sheet


def test_each_says_why_in_words(author: Structure) -> None:
    like = {"places": Places.UP_TO_20, "territory": Territory.RURAL}
    tell(author, "Le tableau du lundi", **like)
    tell(author, "Répondre à deux", trades=[], territory=Territory.CITY, department_id="38")
    assert [line.reason for line in lines()] == [
        "pour répondre, même département",
        "même métier, de 11 à 20 places, en milieu rural",
    ]
    # Where nothing is known of the place, nothing is said to be shared.
    unknown = Around(trades={GREEN})
    assert [each.reason for each in lines(place=unknown)] == ["pour répondre", "même métier"]


def test_further_along_first_and_what_nobody_confirmed_last(author: Structure) -> None:
    late = tell(author, "Répondre tard", status=PracticeStatus.TRANSFERRED)
    Sheet.objects.filter(pk=late.pk).update(review_due=date(2026, 1, 1))
    tell(author, "Affûter", status=PracticeStatus.IDEA)
    tell(author, "Tailler", status=PracticeStatus.STABLE)
    assert titles() == ["Tailler", "Affûter", "Répondre tard"]
    tell(author, "Broyer", status=PracticeStatus.TRIED)
    assert titles() == ["Tailler", "Broyer", "Affûter"]


def test_another_trade_a_draft_or_what_the_reader_wrote_is_not_chosen(author: Structure) -> None:
    tell(author, "Répondre au linge", trades=["blanchisserie-linge"])
    own = tell(make_structure("Les Rives"), "Répondre chez nous")
    gone = tell(author, "Répondre jadis")
    Sheet.objects.filter(pk=gone.pk).update(removed_at=timezone.now())
    assert titles(own=Sheet.objects.filter(pk=own.pk)) == []


def test_the_ceiling_and_a_protocol_take_only_their_moment(author: Structure) -> None:
    tell(author, "Vendre les surplus")
    tell(author, "Un poste pour apprendre")
    told = tell(author, "Ce que nous avons changé")
    Sheet.objects.filter(pk=told.pk).update(source_kind="exercice", source_key="1")
    assert titles("ceiling_months") == ["Ce que nous avons changé", "Vendre les surplus"]
    assert titles("afest_running") == ["Un poste pour apprendre"]


def test_it_is_one_query(author: Structure, django_assert_num_queries: Callable[..., Any]) -> None:
    for number in range(5):
        tell(author, f"Répondre {number}")
    with django_assert_num_queries(1):
        found = lines(own=Sheet.objects.by_structures(Structure.objects.filter(name="Rien")))
        assert len([(each.reason, each.sheet.get_absolute_url()) for each in found]) == 3


# --- On pages ------------------------------------------------------------------------------------


def structure_of_ten() -> Structure:
    structure = make_structure("Les Jardins", commune_id="38001", department_id="38")
    chantier = structure.chantiers.get()
    Activity.objects.create(chantier=chantier, trade=GREEN, certainty="known")
    Crew.objects.create(chantier=chantier, name="Verte", places=10, weekly_minutes=26 * 60)
    return structure


def test_each_page_goes_by_its_object_and_who_may_not_open_it_gets_404(
    author: Structure, rope: Make, tmp_path: Path
) -> None:
    structure, on = structure_of_ten(), timezone.localdate()
    director, stranger = director_of(structure), director_of(author)
    here = Around(
        trades={GREEN}, departments=["38"], places=Places.UP_TO_10, territory=Territory.RURAL
    )
    course = open_course(structure)
    assert around(director, "ceiling_months", str(structure.pk), on)[1] == here
    assert around(teacher_of(structure), "afest_running", str(course.pk), on)[1] == here
    opportunity = make_opportunity(tmp_path)
    asked = around(director, "opportunity", str(opportunity.pk), on)[1]
    assert set(asked.trades) == {each.trade for each in opportunity.trades.all()} != set()
    assert (asked.places, asked.territory) == (here.places, here.territory)
    team = rope().to_filed()
    key = str(team.alliance.pk)
    moment, asked = around(team.leader, "alliance_next", key, on)
    assert moment.said == "pour travailler à plusieurs"
    assert set(asked.trades) == {each.trade for each in team.alliance.opportunity.trades.all()}
    for slot, closed in (
        ("ceiling_months", str(structure.pk)),
        ("afest_running", str(course.pk)),
        ("alliance_next", key),
        ("alliance_next", "abc"),
        ("opportunity", "abc"),
        ("inconnu", "1"),
    ):
        with pytest.raises(Http404):
            around(stranger, slot, closed, on)


def test_places_are_told_by_what_insee_calls_urban() -> None:
    make_valley()
    structure = make_structure("Les Jardins", commune_id="38001")
    assert structure.commune
    for people, told in ((None, ""), (1_999, "rural"), (2_000, "town"), (20_000, "city")):
        structure.commune.population = people
        assert moments._territory(structure) == told


def test_where_there_is_nothing_no_card_stands(author: Structure, client: Client) -> None:
    structure = structure_of_ten()
    client.force_login(director_of(structure))
    address = reverse("practices:others", args=["ceiling_months", structure.pk])
    part = client.get(address, headers={"HX-Request": "true"})
    assert (part.content, part["HX-Retarget"], part["HX-Reswap"]) == (b"", "this", "delete")
    assert "Aucune pratique publiée" in client.get(address).text


def test_no_structure_is_named_even_with_its_consent(author: Structure, client: Client) -> None:
    structure = structure_of_ten()
    for title in ("Vendre les surplus", "Rester sous le plafond"):
        agree(
            tell(author, title), author, by=director_of(author, f"{len(title)}@pratiques.example")
        )
    Sheet.objects.filter(title__startswith="Rester").update(
        review_due=timezone.localdate() - timedelta(days=1)
    )
    client.force_login(director_of(structure))
    address = reverse("practices:others", args=["ceiling_months", structure.pk])
    for headers in ({"HX-Request": "true"}, {}):
        text = client.get(address, headers=headers).text
        assert "Vendre les surplus" in text
        assert "Rester sous le plafond" in text
        assert "non confirmée depuis" in text
        assert "Terrasses" not in text


def test_it_stands_on_each_page(
    author: Structure, rope: Make, tmp_path: Path, client: Client
) -> None:
    structure = structure_of_ten()
    director = director_of(structure)
    # The year that runs.
    AccountingYear.objects.filter(pk=years_of(structure, 2_500_000)[0].pk).update(
        first_month=timezone.localdate().year * 12, basis=AccountingYear.Basis.BUDGET
    )
    course, opportunity, team = open_course(structure), make_opportunity(tmp_path), rope()
    for who, slot, thing, route, keys in (
        (director, "opportunity", opportunity, "opportunities:notice", []),
        (team.leader, "alliance_next", team.alliance, "alliances:next", []),
        (director, "ceiling_months", structure, "economics:months", []),
        (director, "afest_running", course, "skills:course", [structure.pk]),
    ):
        page = reverse(route, args=[*keys, thing.pk])
        client.force_login(who)
        assert reverse("practices:others", args=[slot, thing.pk]) in client.get(page).text


def test_a_subcontractor_reads_the_panel_of_the_page_that_it_reads(
    rope: Make, client: Client
) -> None:
    team = rope().alone_to_documents()
    client.force_login(team.directors["mirel"])
    for route, args in (
        ("alliances:next", [team.alliance.pk]),
        ("practices:others", ["alliance_next", team.alliance.pk]),
    ):
        assert client.get(reverse(route, args=args)).status_code == 200
