"""Reuses: who may say one, what they open, their words, undo, mails; confirmations."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import JournalEntry
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import Department, Structure
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import lines_of
from cordee.practices.models import Reuse, Sheet
from cordee.practices.reuse import actions, mails, today
from cordee.practices.sheets import actions as sheets
from cordee.rules.practices import PracticeStatus
from tests.members.makers import make_person, make_structure, make_valley
from tests.practices.reuse_makers import SAID, take_up
from tests.practices.sheet_makers import NOW, SINCE_2024, director_of, publish, start

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet() -> Sheet:
    """Published, by « Les Terrasses du Haut »."""
    found: Sheet = publish(in_use_since=SINCE_2024).sheet
    return found


def author_of(sheet: Sheet) -> Structure:
    found: Structure = sheet.authors.get().structure
    return found


def panel(client: Client, sheet: Sheet) -> str:
    return client.get(reverse("practices:reuses", args=[sheet.pk])).text


# --- Who may say it ------------------------------------------------------------------------------


def test_a_reuse_opens_the_last_step_and_taken_back_closes_it(sheet: Sheet) -> None:
    structure = make_structure("Jardins du Val")
    by = director_of(structure)
    with pytest.raises(ValidationError, match="autre structure"):
        sheets.set_status(sheet=sheet, status="TRANSFERRED", by=None, now=NOW)
    row = take_up(sheet, structure, by=by)
    sheets.set_status(sheet=sheet, status="TRANSFERRED", by=None, now=NOW)
    actions.keep_reuse(row=row, is_kept=False, by=by, now=NOW)
    sheet.refresh_from_db()
    assert (sheet.status, sheet.reused_by) == (PracticeStatus.STABLE, 0)
    actions.keep_reuse(row=row, is_kept=True, by=by, now=NOW)
    sheet.refresh_from_db()
    assert sheet.reused_by == 1
    verbs = JournalEntry.objects.filter(verb__endswith="_reuse").values_list("verb", flat=True)
    assert sorted(verbs) == [
        "practices.remove_reuse",
        "practices.restore_reuse",
        "practices.write_reuse",
    ]


def test_a_failure_is_told_and_opens_nothing(sheet: Sheet, client: Client) -> None:
    before = panel(client, sheet)
    take_up(sheet, make_structure("Ville"), outcome="failed", territory="city")
    sheet.refresh_from_db()
    assert sheet.reused_by == 0
    after = panel(client, sheet)
    assert "échec" not in before
    assert "un échec en ville" in after
    assert "Essayée sans succès par une structure" in after


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"why": " "}, "why", "Dites pourquoi"),
        ({"outcome": "adapted"}, "changed", "ce que vous avez changé"),
        ({"places": 0}, "places", "Zéro place"),
        ({"places": 99_999}, "places", "plus de 5\u202f000 non plus"),
        ({"why": "Aux Terrasses du Haut, c’était bien."}, "why", "les autrices"),
        ({"why": "Aux Jardins du Val aussi."}, "why", "Jardins du Val"),
        ({"why": "<b>Bien</b>"}, "why", "Ligne 1"),
    ],
)
def test_what_is_refused_says_the_field_the_value_and_the_cure(
    sheet: Sheet, values: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(ValidationError) as found:
        take_up(sheet, make_structure("Jardins du Val"), **values)
    told = found.value.message_dict
    assert words in " ".join(told.get(field) or told["__all__"])


def test_an_author_does_not_take_up_its_own_sheet(sheet: Sheet) -> None:
    with pytest.raises(ValidationError) as found:
        take_up(sheet, author_of(sheet))
    assert "est autrice de cette fiche" in found.value.message_dict["structure"][0]
    assert "nouvelle version" in found.value.message_dict["structure"][0]


def test_who_published_it_does_not_take_it_up_once_off_its_authors(client: Client) -> None:
    first, other = make_structure("Un"), make_structure("Deux")
    one = director_of(first)
    found = start(first, other, in_use_since=SINCE_2024)
    sheets.publish(sheet=found, by=one, now=NOW)
    sheets.remove_author(author=found.authors.get(structure=first), by=one, now=NOW)
    client.force_login(one)
    assert client.get(reverse("practices:say_reuse", args=[found.pk])).status_code == 404


def test_who_took_it_up_does_not_become_its_author(sheet: Sheet) -> None:
    structure = make_structure("Jardins du Val")
    take_up(sheet, structure)
    by = make_person("x@pratiques.example")
    with pytest.raises(ValidationError) as found:
        sheets.add_author(sheet=sheet, structure=structure, by=by, now=NOW)
    assert "a dit ce qu’elle a fait" in found.value.message_dict["structure"][0]


def test_the_base_refuses_two_of_a_structure_and_one_that_says_nothing(sheet: Sheet) -> None:
    structure = make_structure("Jardins du Val")
    take_up(sheet, structure)
    for values in ({}, {"structure": make_structure("Autre"), "why": ""}):
        row = Reuse(**{"sheet": sheet, "structure": structure, "noted_at": NOW} | SAID | values)
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def test_two_minutes_are_enough(sheet: Sheet, client: Client) -> None:
    structure = make_structure("Jardins du Val")
    client.force_login(director_of(structure))
    assert "Dire ce que nous en avons fait" in panel(client, sheet)
    address = reverse("practices:say_reuse", args=[sheet.pk])
    assert client.get(address).status_code == 200
    sent = {
        "structure": structure.pk,
        "outcome": "adapted",
        "changed": "Deux caisses.",
        "why": "Nous sommes douze.",
        "places": "12",
        "is_named": "on",
    }
    assert client.post(address, sent | {"changed": ""}).status_code == 422
    answer = client.post(address, sent)
    assert answer.status_code == 302
    row = Reuse.objects.get()
    assert (row.is_named, row.places, row.trade) == (True, 12, "")
    said = panel(client, sheet)
    assert "Adaptée par Jardins du Val" in said
    assert "Dire ce que nous en avons fait" not in said
    edit = reverse("practices:edit_reuse", args=[sheet.pk, row.pk])
    assert client.get(address).headers["Location"] == edit
    del sent["is_named"]
    client.post(edit, sent)
    row.refresh_from_db()
    assert not row.is_named
    client.logout()
    assert "Jardins" not in panel(client, sheet)
    assert client.post(address, sent).status_code == 302


def test_its_page_costs_the_same_with_many(
    sheet: Sheet, client: Client, django_assert_num_queries: Callable[..., Any]
) -> None:
    make_valley()
    place = Department.objects.get(pk="38")
    for number in range(7):
        take_up(sheet, make_structure(f"Structure {number}", department=place))
    with django_assert_num_queries(3):
        said = panel(client, sheet)
    assert "Reprise par 7" in said
    assert said.count("par une structure (Isère)") == 7


# --- Authors are told ----------------------------------------------------------------------------


def test_authors_are_told_once_under_the_name_agreed_to(sheet: Sheet) -> None:
    director_of(author_of(sheet), "haut@pratiques.example")
    silent, named = make_structure("Atelier des Rives"), make_structure("Jardins du Val")
    by = director_of(silent)
    row = take_up(sheet, silent, by=by)
    actions.write_reuse(row=row, is_named=False, by=by, now=NOW)
    take_up(sheet, named, is_named=True)
    first, second = OutgoingMail.objects.filter(recipient="haut@pratiques.example").order_by("pk")
    assert "Rives" not in first.text
    assert "Jardins du Val" in second.text
    assert first.subject.startswith("Votre pratique sert ailleurs")


# --- Whether it still holds ----------------------------------------------------------------------


def make_due(sheet: Sheet, on: date) -> None:
    Sheet.objects.filter(pk=sheet.pk).update(review_due=on)
    sheet.refresh_from_db()


def test_authors_are_asked_once_when_the_day_has_come(sheet: Sheet) -> None:
    director_of(author_of(sheet), "haut@pratiques.example")
    assert sheet.review_due == date(2027, 11, 25)
    mails.run(datetime(2027, 11, 24, 9, tzinfo=UTC))
    assert not OutgoingMail.objects.exists()
    for day in (25, 26, 27):
        mails.run(datetime(2027, 11, day, 9, tzinfo=UTC))
    mail = OutgoingMail.objects.get()
    assert reverse("practices:confirm", args=[sheet.pk]) in mail.text


def test_a_sheet_that_nobody_confirms_steps_back_and_confirmed_comes_forward(
    sheet: Sheet, client: Client
) -> None:
    other = publish(make_structure("Autre"), title="Zones de tri").sheet
    on = timezone.localdate()
    make_due(sheet, on - timedelta(days=31))
    make_due(other, on + timedelta(days=31))
    assert list(Sheet.objects.confirmed_first(on)) == [other, sheet]
    assert "non confirmée depuis" in panel(client, sheet)
    client.force_login(director_of(author_of(sheet)))
    assert client.get(reverse("practices:confirm", args=[sheet.pk])).status_code == 200
    assert client.post(reverse("practices:confirm", args=[sheet.pk])).status_code == 302
    sheet.refresh_from_db()
    assert sheet.review_due
    assert sheet.review_due > on + timedelta(days=360)
    assert sheet.unconfirmed == ""
    assert list(Sheet.objects.confirmed_first(on)) == [sheet, other]
    assert JournalEntry.objects.filter(verb="practices.confirm_sheet").count() == 1


def test_what_is_to_be_confirmed_waits_for_its_direction(
    sheet: Sheet, django_assert_num_queries: Callable[..., Any]
) -> None:
    structure, now = author_of(sheet), timezone.now()
    on = timezone.localdate(now)
    viewer = Viewer(
        user=director_of(structure), structure_ids=frozenset({structure.pk}), network=None, on=on
    )
    make_due(sheet, on + timedelta(days=60))
    assert lines_of([today.lines], viewer, now) == []
    make_due(sheet, on - timedelta(days=90))
    with django_assert_num_queries(2):  # the one of all rooms, and its own
        [line] = lines_of([today.lines], viewer, now)
    assert (line.until, line.verb) == (on, "Confirmer")
    assert "non confirmée depuis" in line.fact.lower()
    actions.confirm_sheet(sheet=sheet, by=viewer.user, now=now)
    assert lines_of([today.lines], viewer, now) == []


def test_a_draft_has_nothing_to_confirm() -> None:
    with pytest.raises(ValidationError, match="pas publiée"):
        actions.confirm_sheet(sheet=start(), by=make_person("x@pratiques.example"), now=NOW)


def test_thirteen_months_after_its_publication_a_sheet_fades_in_lists(
    sheet: Sheet, client: Client
) -> None:
    other = publish(make_structure("Autre"), title="Zones de tri").sheet
    on = timezone.localdate()
    make_due(other, on + timedelta(days=200))

    def said() -> str:
        return client.get(reverse("practices:sheets")).text

    make_due(sheet, on + timedelta(days=1))
    first = said()
    assert first.index(sheet.title) < first.index(other.title)
    assert "on confirmée depuis" not in first
    make_due(sheet, on - timedelta(days=31))
    then = said()
    assert then.index(other.title) < then.index(sheet.title)
    assert then.count("Non confirmée depuis") == 1
    page = client.get(reverse("practices:sheet", args=[sheet.pk])).text
    assert "non confirmée depuis" in page
