"""Correcting a sheet: each change is written, journaled, and undone at once."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from cordee.accounts.models import JournalEntry
from cordee.members.actions import sheet, sheet_undo
from cordee.members.actions.capacity import declare_activity
from cordee.members.models import (
    Activity,
    CapacityException,
    Certification,
    Crew,
    SeasonalProfile,
    SheetUndo,
)
from cordee.rules.crafts import TRADE as FINISHING
from cordee.rules.months import month_number
from tests.members.makers import ON, make_person, make_structure, make_valley

pytestmark = pytest.mark.django_db


@pytest.fixture
def structure():
    make_valley()
    return make_structure(
        "Les Ateliers", commune_id="38002", department_id="38", is_claimed=True, latitude=45.1,
        longitude=5.5, address="1 rue du Pré",
    )  # fmt: skip


@pytest.fixture
def chantier(structure):
    return structure.chantiers.get()


@pytest.fixture
def director(structure, signed_in_client):
    person = make_person("d@exemple.fr", role="director", structure=structure)
    client = signed_in_client(person)
    client.person = person
    return client


@pytest.fixture
def fiche(structure):
    return f"/annuaire/{structure.pk}/fiche/"


def test_crafts_of_finishing_are_told_shown_and_undone(director, chantier, fiche):
    declare_activity(chantier=chantier, trade=FINISHING, by=None)
    page = f"{fiche}ateliers/{chantier.pk}/metiers/"
    assert "Plomberie et chauffage" in director.get(page).text
    before = director.get(fiche).text
    assert "corps d’état inconnus" in before
    assert "Dire mes corps d’état" in before
    told = {"metiers": [FINISHING, "proprete"], "corps": ["peinture", "sols"]}
    director.post(page, told)
    by_trade = dict(Activity.objects.values_list("trade", "crafts"))
    assert by_trade == {FINISHING: ["peinture", "sols"], "proprete": []}
    assert director.get(page).text.count(" checked") == 4
    assert "Dire mes corps d’état" not in director.get(fiche).text
    public = director.get(f"/annuaire/{chantier.structure_id}/?vue=1").text
    assert "Peinture, Sols et carrelage" in public
    assert "corps d’état inconnus" not in public
    sheet_undo.undo_last_change(structure=chantier.structure, by=None)
    assert Activity.objects.get().crafts == []
    sheet_undo.undo_last_change(structure=chantier.structure, by=None)
    assert Activity.objects.get(trade=FINISHING).crafts == ["peinture", "sols"]


def test_crafts_go_with_the_trade_that_has_them(director, chantier, fiche):
    page = f"{fiche}ateliers/{chantier.pk}/metiers/"
    director.post(page, {"metiers": ["proprete"], "corps": ["peinture"]})
    assert Activity.objects.get().crafts == []
    answer = director.post(page, {"metiers": [FINISHING], "corps": ["menage"]})
    assert answer.status_code == 200
    with pytest.raises(ValidationError, match="corps d’état"):
        declare_activity(chantier=chantier, trade="proprete", crafts=["peinture"], by=None)
    with pytest.raises(ValidationError, match="menage"):
        declare_activity(chantier=chantier, trade=FINISHING, crafts=["menage"], by=None)
    # A sheet that is corrected by what says nothing of crafts keeps them.
    declare_activity(chantier=chantier, trade=FINISHING, crafts=["sols"], by=None)
    declare_activity(chantier=chantier, trade=FINISHING, proficiency=3, by=None)
    assert Activity.objects.get(trade=FINISHING).crafts == ["sols"]


def test_trades_are_corrected_with_level_and_reach(director, chantier, fiche):
    declare_activity(chantier=chantier, trade="proprete", by=None, reach_km=30)
    page = f"{fiche}ateliers/{chantier.pk}/metiers/"
    assert "Espaces verts" in director.get(page).text
    director.post(
        page,
        {"metiers": ["espaces-verts"], "niveau-espaces-verts": "3", "rayon-espaces-verts": "15"},
    )
    written = Activity.objects.get()
    assert (written.trade, written.proficiency, written.reach_km) == ("espaces-verts", 3, 15)


def test_a_trade_added_goes_as_far_as_the_others(chantier):
    declare_activity(chantier=chantier, trade="proprete", by=None, reach_km=30)
    sheet.set_trades(chantier=chantier, known={"proprete": 2, "maraichage": 1}, by=None)
    assert Activity.objects.get(trade="maraichage").reach_km == 30


def test_moving_to_another_commune_drops_the_exact_point(director, structure, fiche):
    director.post(f"{fiche}lieu/", {"commune": "Éragnes (38)", "rayon": ""})
    structure.refresh_from_db()
    assert (structure.commune_id, structure.city) == ("38003", "Éragnes")
    assert (structure.latitude, structure.address, structure.postcode) == (None, "", "38300")
    director.post(f"{fiche}annuler/")
    structure.refresh_from_db()
    assert (structure.commune_id, structure.latitude) == ("38002", 45.1)
    assert structure.address == "1 rue du Pré"


def test_the_same_place_changes_nothing(director, structure, fiche):
    director.post(f"{fiche}lieu/", {"commune": "Roche-Mirel (38)", "rayon": ""})
    assert not SheetUndo.objects.exists()
    assert not JournalEntry.objects.exists()


def test_a_commune_that_is_several_is_asked_again(director, fiche):
    assert (
        "Plusieurs communes portent ce nom"
        in director.post(f"{fiche}lieu/", {"commune": "Roche-Mirel"}).text
    )


def test_crews_are_added_changed_and_removed_after_a_question(director, chantier, fiche):
    director.post(
        f"{fiche}ateliers/{chantier.pk}/equipes/ajouter/",
        {"nom": "Équipe du mardi", "places": "8", "heures": "26,5", "vehicule": "inconnu"},
    )
    crew = Crew.objects.get()
    assert (crew.places, crew.weekly_minutes, crew.has_vehicle) == (8, 1590, None)
    director.post(
        f"{fiche}equipes/{crew.pk}/",
        {"nom": "Mardi", "places": "6", "heures": "26", "vehicule": "oui"},
    )
    crew.refresh_from_db()
    assert (crew.name, crew.places, crew.has_vehicle) == ("Mardi", 6, True)
    director.post(f"{fiche}equipes/{crew.pk}/retirer/")
    assert not Crew.objects.exists()
    # The name of a crew may be that of its encadrant·e.
    told = JournalEntry.objects.values_list("before", "after")
    assert "Mardi" not in str(list(told))


def test_a_crew_ends_after_it_begins(director, chantier, fiche):
    page = director.post(
        f"{fiche}ateliers/{chantier.pk}/equipes/ajouter/",
        {"nom": "É", "places": "8", "heures": "26", "depuis": "2027-02-01", "jusque": "2027-01-01"},
    )
    assert "finirait avant de commencer" in page.text
    assert not Crew.objects.exists()


def test_size_in_fte_is_kept_in_hundredths_and_taken_back(director, chantier, fiche):
    page = f"{fiche}ateliers/{chantier.pk}/etp/"
    director.post(page, {"etp": "4,25"})
    chantier.refresh_from_db()
    assert chantier.declared_cfte == 425
    assert 'value="4,25"' in director.get(page).text
    director.post(page, {"etp": ""})
    chantier.refresh_from_db()
    assert chantier.declared_cfte is None


def test_a_new_season_leaves_the_past_as_it_was(chantier):
    first = sheet.set_season(chantier=chantier, percent_by_month=[100] * 12, by=None, on=ON)
    later = date(ON.year + 1, 3, 1)
    for percents in ([0] + [100] * 11, [0, 0] + [100] * 10):
        sheet.set_season(chantier=chantier, percent_by_month=percents, by=None, on=later)
    first.refresh_from_db()
    assert first.valid_to == date(ON.year + 1, 2, 28)
    assert SeasonalProfile.objects.get(valid_to=None).percent_by_month == [0, 0] + [100] * 10


def test_months_are_tapped(director, chantier, fiche):
    page = f"{fiche}ateliers/{chantier.pk}/mois/"
    assert "Touchez les mois" in director.post(page, {"saison": "mois"}).text
    director.post(page, {"saison": "mois", "mois": ["4", "5"]})
    assert SeasonalProfile.objects.get().percent_by_month == [0, 0, 0, 100, 100] + [0] * 7
    assert "Avril et mai." in director.get(fiche).text


def test_months_apart_are_noted_once_and_removed(director, chantier, fiche):
    page = f"{fiche}ateliers/{chantier.pk}/mois-a-part/ajouter/"
    first = month_number(date(2200, 1, 1))
    assert (
        "n’est pas dans la liste"
        in director.post(page, {"premier": first, "dernier": first, "etp": "0"}).text
    )
    from django.utils import timezone

    first = month_number(timezone.localdate()) + 2
    wrong = director.post(page, {"premier": first, "dernier": first - 1, "etp": "0"})
    assert "Le dernier mois vient avant le premier" in wrong.text
    for _ in range(2):
        director.post(
            page, {"premier": first, "dernier": first + 1, "etp": "1,5", "raison": "Congés"}
        )
    apart = CapacityException.objects.get()
    assert (apart.months, apart.cfte, apart.reason) == (2, 150, "Congés")
    director.post(f"{fiche}mois-a-part/{apart.pk}/retirer/")
    assert not CapacityException.objects.exists()


def test_identity_keeps_the_legal_name(director, structure, fiche):
    director.post(f"{fiche}identite/", {"nom": "Chez Nous", "site": "exemple.fr"})
    structure.refresh_from_db()
    assert (structure.name, structure.brand) == ("Les Ateliers", "Chez Nous")
    assert structure.website == "https://exemple.fr"
    director.post(f"{fiche}identite/", {"nom": "Chez Nous", "telephone": "0465712045"})
    structure.refresh_from_db()
    assert structure.phone == "04 65 71 20 45"
    refused = director.post(f"{fiche}identite/", {"nom": "Chez Nous", "telephone": "le matin"})
    assert "écrivez un seul numéro" in refused.content.decode()
    refused = director.post(f"{fiche}identite/", {"nom": "Chez Nous", "site": "ftp://exemple.fr"})
    assert "Ce n’est pas une adresse du Web" in refused.content.decode()


def test_undo_puts_the_whole_sheet_back_and_undo_again_redoes(structure, chantier):
    declare_activity(chantier=chantier, trade="proprete", by=None)
    crew = sheet.add_crew(
        chantier=chantier,
        name="A",
        places=3,
        weekly_minutes=60,
        by=None,
        valid_from=date(2026, 1, 1),
    )
    Certification.objects.create(structure=structure, name="Qualiopi", valid_until=ON)
    sheet.remove_row(row=Crew.objects.get(), structure=structure, by=None)
    assert sheet_undo.undo_last_change(structure=structure, by=None) == "l’équipe retirée"
    back = Crew.objects.get()
    assert (back.pk, back.places, back.valid_from) == (crew.pk, 3, date(2026, 1, 1))
    assert Certification.objects.get().valid_until == ON
    sheet_undo.undo_last_change(structure=structure, by=None)
    assert not Crew.objects.exists()
    assert JournalEntry.objects.filter(verb="members.undo_sheet").count() == 2


def test_there_may_be_nothing_to_undo(director, fiche):
    assert "Il n’y a rien à annuler." in director.post(f"{fiche}annuler/", follow=True).text


def test_parts_of_another_structure_are_not_reached_through_ones_own(director, fiche):
    other = make_structure("Autre").chantiers.get()
    crew = Crew.objects.create(chantier=other, name="E", places=3)
    paper = Certification.objects.create(structure=other.structure, name="Qualiopi")
    apart = CapacityException.objects.create(chantier=other, first_month=1, months=1, cfte=0)
    for page in (
        f"ateliers/{other.pk}/metiers/",
        f"ateliers/{other.pk}/mois/",
        f"equipes/{crew.pk}/",
        f"papiers/{paper.pk}/",
    ):
        assert director.get(fiche + page).status_code == 404
    assert director.post(f"{fiche}mois-a-part/{apart.pk}/retirer/").status_code == 404
    assert director.post(f"{fiche}equipes/{crew.pk}/retirer/").status_code == 404


def test_closing_and_reopening_say_who_and_when(director, structure, fiche):
    assert "est-elle fermée\u202f?" in director.get(f"{fiche}fermeture/").text
    director.post(f"{fiche}fermeture/")
    structure.refresh_from_db()
    assert structure.is_closed
    page = director.get(f"/annuaire/{structure.pk}/").text
    assert "Déclaré par sa direction" in page
    director.post(f"{fiche}reouverture/")
    structure.refresh_from_db()
    assert not structure.is_closed
    verbs = list(JournalEntry.objects.values_list("verb", flat=True))
    assert verbs == ["members.reopen_structure", "members.close_structure"]


def test_the_sheet_asks_as_many_queries_for_3_crews_as_for_30(
    director, chantier, fiche, count_queries
):
    for number in range(3):
        Crew.objects.create(chantier=chantier, name=f"É{number}", places=3)
    few = count_queries(fiche, director.person)
    for number in range(30):
        Crew.objects.create(chantier=chantier, name=f"F{number}", places=3)
        Certification.objects.create(structure=chantier.structure, name=f"P{number}")
    assert count_queries(fiche, director.person) == few
