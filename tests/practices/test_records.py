"""« En faire une fiche »: what each room tells of something done, and what it never does."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import JournalEntry, User
from cordee.base.ui.french import in_letters
from cordee.economics.models import AccountingYear
from cordee.economics.statements.pages import came_back
from cordee.members.models import Activity, Structure
from cordee.mobilisation.actions import mutual_aid
from cordee.mobilisation.models import UrgentAnswer, UrgentCall
from cordee.practices.models import Sheet
from cordee.practices.reuse.records import Record, begin
from cordee.practices.reuse.sources import record_for
from cordee.rules.months import month_number
from tests.alliances.conftest import rope
from tests.alliances.makers import Rope
from tests.delivery.makers import HOUR, hours, make_delivery, partner
from tests.members.makers import join, make_network, make_person, make_structure, make_valley
from tests.practices.sheet_makers import NOW, director_of
from tests.skills.courses import complete_course, open_course, teacher_of

__all__ = ["rope"]
pytestmark = pytest.mark.django_db
type Make = Callable[..., Rope]
NO_FIGURES = re.compile(r"€|\d[.,]\d|%")


def record(user: User, kind: str, key: object) -> Record:
    return record_for(user, kind, str(key), timezone.localdate())


def said(found: Record) -> str:
    """All the text that a draft would hold."""
    return " ".join([found.shown_title, *found.sections(with_guarded=True).values()])


def refused(user: User, kind: str, key: object) -> None:
    with pytest.raises(Http404):
        record(user, kind, key)


# --- An alliance ---------------------------------------------------------------------------------


def closed_alliance(rope: Make) -> Rope:
    team = rope().to_filed()
    team.result(is_won=False, values={"reason": "price", "words": "Trop cher, dit Camille."})
    return team


def test_a_closed_alliance_becomes_a_draft_without_price_nor_name(rope: Make) -> None:
    team = closed_alliance(rope)
    by = team.directors["jardins"]
    found = record(by, "alliance", team.alliance.pk)
    text = said(found)
    how_many = in_letters(len(team.members)).capitalize()
    assert f"{how_many} structures ont répondu ensemble, en groupement conjoint." in text
    assert "L’offre n’a pas été retenue." in text
    assert "Ce qui a décidé\u00a0: le prix." in text
    assert "Source\u00a0: alliance close en" in text
    assert not NO_FIGURES.search(text)
    assert "Camille" not in text
    names = [each.shown_name for each in team.structures.values()]
    assert not [name for name in names if name in text]
    assert {each.key for each in found.to_write} == {"success", "limits"}
    values: dict[str, Any] = {"record": found, "kind": "alliance", "key": str(team.alliance.pk)}
    sheet = begin(**values, with_guarded=False, by=by, now=NOW)
    again = begin(**values, with_guarded=False, by=team.directors[team.members[1]], now=NOW)
    assert again == sheet
    assert Sheet.objects.count() == 1
    assert sheet.authors.count() == len(team.members)
    assert not any(row.is_named for row in sheet.authors.all())
    assert sheet.latest_number == 0
    assert "limits" not in sheet.draft.sections


def test_a_title_that_names_who_took_part_is_left_out(rope: Make) -> None:
    team = closed_alliance(rope)
    name = team.structures["jardins"].shown_name
    type(team.alliance).objects.update(title=f"Avec {name}")
    found = record(team.directors[team.members[1]], "alliance", team.alliance.pk)
    assert found.shown_title == "Répondre à plusieurs à un marché"


def test_only_who_took_part_tells_an_alliance_once_it_is_closed(rope: Make) -> None:
    team = rope().to_filed()
    by = team.directors["jardins"]
    refused(by, "alliance", team.alliance.pk)
    team.result(is_won=False, values={"reason": "unknown"})
    assert record(team.leader, "alliance", team.alliance.pk).network == team.network
    refused(director_of(make_structure("Ailleurs")), "alliance", team.alliance.pk)
    for key in ("abc", "12", "cle-inconnue"):
        refused(by, "alliance", key)
        refused(by, "marche", key)
    refused(by, "inconnu", "1")


# --- An urgent call ------------------------------------------------------------------------------


def closed_call(asker: Structure) -> UrgentCall:
    network = make_network("Réseau du Val")
    join(asker, network)
    call = UrgentCall.objects.create(
        network=network,
        structure=asker,
        trade="espaces-verts",
        title="Tailler des fruitiers",
        question="Camille demande comment tailler.",
        needed_by=timezone.localdate() + timedelta(days=4),
        at=timezone.now() - timedelta(days=2),
    )
    other = make_structure("Les Rives")
    words = "Avant les gelées, dit Basile."
    UrgentAnswer.objects.create(call=call, structure=other, words=words, at=timezone.now())
    return call


def test_an_urgent_call_tells_how_many_answered_and_no_answer() -> None:
    asker = make_structure("Les Jardins")
    by, call = director_of(asker), closed_call(asker)
    refused(by, "appel", call.pk)
    mutual_aid.close_call(call=call, thanks="Merci.", by=by, now=timezone.now())
    text = said(record(by, "appel", call.pk))
    assert "structure a répondu, la première au bout de 2" in text
    for private in ("Camille", "Basile", "gelées", "Rives"):
        assert private not in text
    refused(director_of(make_structure("Ailleurs")), "appel", call.pk)


# --- An AFEST course -----------------------------------------------------------------------------


def test_a_complete_course_tells_hours_and_nothing_of_the_person() -> None:
    structure = make_structure("Les Jardins")
    by, on = director_of(structure), timezone.localdate()
    course = complete_course(structure, ended_on=on, title="Hana tond")
    text = said(record(by, "afest", course.pk))
    assert "2\u202fh en situation de travail." in text
    assert "1\u202fmise en situation, puis 1\u202fséquence réflexive" in text
    assert "espaces verts" in text
    for private in ("Hana", "Basile", "courbe", f"{on:%m/%Y}"):
        assert private not in text
    for lacking in (
        open_course(structure, "Ilyes", ended_on=on),
        complete_course(structure, "Lou"),
    ):
        refused(by, "afest", lacking.pk)
    # A sheet is written by the direction.
    refused(teacher_of(structure), "afest", course.pk)


# --- A year that came back -----------------------------------------------------------------------


def years_of(structure: Structure, *receipts: int) -> list[AccountingYear]:
    """Closed years of 100 000 €, the last one ended."""
    first = (timezone.localdate().year - len(receipts)) * 12
    return [
        AccountingYear.objects.create(
            chantier=structure.chantiers.get(),
            first_month=first + 12 * number,
            charges_cents=10_000_000,
            receipts_cents=cents,
            basis=AccountingYear.Basis.CLOSED,
        )
        for number, cents in enumerate(receipts)
    ]


def test_that_accounts_came_back_is_told_only_after_consent() -> None:
    structure = make_structure("Les Jardins")
    Activity.objects.create(
        chantier=structure.chantiers.get(), trade="maraichage", certainty="known"
    )
    by = director_of(structure)
    high, back, low = years_of(structure, 3_500_000, 2_500_000, 2_400_000)
    for other in (high, low):
        refused(by, "exercice", other.pk)
    found = record(by, "exercice", back.pk)
    assert "plafond" not in " ".join(
        [found.shown_title, *found.sections(with_guarded=False).values()]
    )
    assert "revenues sous le plafond" in said(found)
    assert not NO_FIGURES.search(said(found))
    refused(director_of(make_structure("Ailleurs")), "exercice", back.pk)


@pytest.mark.parametrize("agrees", [False, True])
def test_the_page_asks_that_consent_and_begins_the_same_draft_twice(
    client: Client, agrees: bool
) -> None:
    structure = make_structure("Les Jardins")
    _, back = years_of(structure, 3_500_000, 2_500_000)
    client.force_login(director_of(structure))
    address = reverse("practices:from_record", args=["exercice", back.pk])
    assert "Seulement si vous l’acceptez" in client.get(address).text
    panel = reverse("practices:record_panel", args=["exercice", back.pk])
    assert "En faire une fiche" in client.get(panel).text
    client.post(address, {"accord": "1"} if agrees else {})
    sheet = Sheet.objects.get()
    assert ("results" in sheet.draft.sections) is agrees
    assert JournalEntry.objects.filter(verb="practices.agree_to_tell").exists() is agrees
    assert client.post(address, {"accord": "1"}).headers["Location"] == sheet.get_absolute_url()
    assert Sheet.objects.count() == 1
    assert "Une fiche est née de là" in client.get(panel).text


def test_years_come_back_only_right_after_one_above() -> None:
    structure, on = make_structure("Les Jardins"), timezone.localdate()
    chantier = structure.chantiers.get()
    years = years_of(structure, 3_500_000, 2_500_000, 3_500_000, 2_500_000)
    assert came_back(chantier, on) == [years[3], years[1]]
    # Without accounts of the year before, nobody knows.
    years[2].delete()
    assert came_back(chantier, on) == [years[1]]


# --- A finished contract -------------------------------------------------------------------------


def test_a_finished_contract_tells_hours_asked_and_done() -> None:
    make_valley()
    structure, other = make_structure("Les Jardins"), make_structure("Les Rives")
    by, contract = director_of(structure), make_delivery(structure, by=None)
    partner(contract, other)
    hours(contract)
    refused(by, "marche", contract.pk)
    contract.first_month = month_number(timezone.localdate()) - 12
    contract.save()
    found = record(by, "marche", contract.pk)
    text = said(found)
    assert "Deux structures ont fait le travail ensemble." in text
    assert "Le marché demandait 1\u202f200\u202fh d’insertion" in text
    assert f"{80 * HOUR // 60}\u202fh sont dites faites" in text
    assert "Rives" not in text
    assert {each.pk for each in found.structures} == {structure.pk, other.pk}
    refused(make_person("x@pratiques.example"), "marche", contract.pk)


def test_the_panel_says_nothing_of_what_is_not_theirs(client: Client) -> None:
    structure = make_structure("Les Jardins")
    _, back = years_of(structure, 3_500_000, 2_500_000)
    client.force_login(director_of(make_structure("Ailleurs")))
    for key in (str(back.pk), "999999", "rien"):
        text = client.get(reverse("practices:record_panel", args=["exercice", key])).text
        assert "par la direction d’une structure qui y a pris part" in text
