"""Practices found by a question in a sentence, narrowed by context."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cordee.base.ui import french
from cordee.practices.models import Sheet
from cordee.practices.models.sheets import Territory
from cordee.practices.sheets import actions
from cordee.practices.sheets.finding.search import answering
from tests.members.makers import make_structure
from tests.practices.sheet_makers import NOW, agree, director_of, publish, sections_of

pytestmark = pytest.mark.django_db


def found(question: str, **filters: object) -> list[str]:
    sheets = Sheet.objects.published().filter(**filters)
    keys = answering(sheets, question, on=timezone.localdate())
    return [Sheet.objects.get(pk=key).title for key in keys]


def make_two() -> tuple[Sheet, Sheet]:
    structure = make_structure("Les Terrasses du Haut")
    said = {"said": {"steps": "Un carnet de bord pour chaque conducteur."}}
    bus = publish(structure, title="Partager un minibus", territory=Territory.RURAL, **said)
    board = publish(structure, title="Le tableau du lundi", trades=["espaces-verts"])
    return bus.sheet, board.sheet


def test_a_sentence_finds_what_it_is_about() -> None:
    make_two()
    assert found("Comment mutualiser les fourgons entre nous ?") == ["Partager un minibus"]
    assert found("tableaux") == ["Le tableau du lundi"]
    assert found("fourgon", territory=Territory.CITY) == []


def test_what_is_withdrawn_or_a_draft_is_not_found() -> None:
    bus, board = make_two()
    by = director_of(board.authors.get().structure)
    actions.keep_sheet(sheet=bus, is_kept=False, by=by, now=NOW)
    said = sections_of() | {"steps": "Un minibus."}
    actions.save_draft(sheet=board, title="Le minibus", sections=said, by=by, now=NOW)
    assert found("minibus") == []
    actions.keep_sheet(sheet=bus, is_kept=True, by=by, now=NOW)
    assert found("minibus") == ["Partager un minibus"]


def test_an_author_is_not_found_by_its_name_even_with_its_consent() -> None:
    bus, _ = make_two()
    agree(bus, bus.authors.get().structure)
    assert found("terrasses") == []


def test_what_nobody_confirmed_steps_back() -> None:
    structure = make_structure("Les Terrasses du Haut")
    late = publish(structure, title="Partager un minibus").sheet
    publish(structure, title="Partager un minibus à deux")
    assert found("partager un minibus")[0] == "Partager un minibus"
    Sheet.objects.filter(pk=late.pk).update(review_due=timezone.localdate() - timedelta(days=1))
    assert found("partager un minibus")[0] == "Partager un minibus à deux"


def test_of_equals_the_one_confirmed_last_comes_first() -> None:
    structure = make_structure("Les Terrasses du Haut")
    for _ in range(2):
        publish(structure, title="Partager un minibus")
    first, second = Sheet.objects.order_by("pk")
    asked, on = Sheet.objects.published(), timezone.localdate()
    assert answering(asked, "minibus", on=on) == [first.pk, second.pk]
    Sheet.objects.filter(pk=second.pk).update(review_due=first.review_due + timedelta(days=1))
    assert answering(asked, "minibus", on=on) == [second.pk, first.pk]


def test_the_page_answers_and_narrows(client: Client) -> None:
    make_two()
    page = client.get(reverse("practices:sheets"), {"q": "véhicule partagé"}).text.replace(
        "\u00a0", " "
    )
    assert french.count(1, "réponse") in page
    assert "Le tableau du lundi" not in page
    page = client.get(reverse("practices:sheets"), {"metier": "maraichage"}).text.replace(
        "\u00a0", " "
    )
    assert french.count(1, "pratique publiée") in page
    page = client.get(reverse("practices:sheets"), {"q": "zzz"}).text
    assert "Dites-le avec d’autres mots" in page


def test_answers_are_read_by_a_fixed_number_of_queries(count_queries: Callable[..., int]) -> None:
    asked = reverse("practices:sheets", query={"q": "partager un minibus"})
    make_two()
    once = count_queries(asked)
    for number in range(4):
        publish(title=f"Partager un minibus {number}", trades=["espaces-verts"])
    assert count_queries(asked) == once == 5


def test_answers_stand_in_one_order_on_both_engines() -> None:
    structure = make_structure("Les Terrasses du Haut")
    for title, steps in (
        ("Le tableau du lundi", "Un fourgon chaque mardi."),
        ("Un camion pour deux sites", "Nous partageons le camion."),
        ("Partager un minibus", "Un carnet de bord."),
        ("Partager un minibus", "Une charte."),
        ("Des outils en commun", "Un minibus et une remorque."),
    ):
        publish(structure, title=title, said={"steps": steps})
    assert found("Comment partager un minibus entre voisins ?") == [
        "Partager un minibus",
        "Partager un minibus",
        "Des outils en commun",
    ]


def test_a_stranger_comes_to_practices_from_the_foot_of_any_page(client: Client) -> None:
    foot = client.get(reverse("help")).text.split("<footer")[1]
    assert f'href="{reverse("practices:sheets")}"' in foot
    client.force_login(director_of(make_structure("Les Terrasses du Haut")))
    foot = client.get(reverse("help")).text.split("<footer")[1]
    assert f'href="{reverse("practices:sheets")}"' not in foot, "it stands behind her name"
