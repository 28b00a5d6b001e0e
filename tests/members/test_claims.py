"""Taking over a sheet: three answers, each kept as it is given, applied when they may."""

import re
from dataclasses import asdict

import pytest
from django.utils import timezone

from cordee.accounts.models import JournalEntry
from cordee.members import open_work
from cordee.members.actions.capacity import declare_activity
from cordee.members.actions.guessing import guess_all
from cordee.members.actions.joining import accept_join_request, refuse_join_request
from cordee.members.claim_answers import Answers, CrewsAnswer, TradesAnswer
from cordee.members.claim_forms import FAMILIES
from cordee.members.models import (
    Activity,
    Claim,
    Crew,
    JoinRequest,
    SeasonalProfile,
    StruckGuess,
)
from cordee.rules.trades import TRADES
from tests.members.makers import make_person, make_structure, make_valley

pytestmark = pytest.mark.django_db
CREWS = {
    "equipes": "2",
    "places": "8",
    "heures": "26",
    "vehicule": "oui",
    "saison": "mois",
    "mois": ["3", "4", "5"],
}


@pytest.fixture
def structure():
    make_valley()
    found = make_structure("Les Jardins du Val", commune_id="38002", department_id="38")
    guess_all(by=None)
    return found


@pytest.fixture
def director(structure, signed_in_client):
    person = make_person("direction@exemple.fr", role="director", structure=structure)
    client = signed_in_client(person)
    client.person = person
    return client


@pytest.fixture
def candidate(structure, signed_in_client):
    """Their request to direct the structure waits."""
    person = make_person("candidate@exemple.fr")
    JoinRequest.objects.create(
        person=person, structure=structure, role="director", asked_at=timezone.now()
    )
    client = signed_in_client(person)
    client.person = person
    return client


def url(structure, step=""):
    return f"/annuaire/{structure.pk}/reprendre/{step + '/' if step else ''}"


def answer_all(client, structure):
    client.post(
        url(structure, "metiers"),
        {"suppose-maraichage": "oui", "metiers": ["proprete"], "niveau-proprete": "1"},
    )
    client.post(url(structure, "lieu"), {"commune": "Éragnes", "rayon": "20"})
    return client.post(url(structure, "equipes"), CREWS)


def test_every_trade_has_its_family_once():
    listed = [slug for slugs in FAMILIES.values() for slug in slugs]
    assert sorted(listed) == sorted(TRADES)


def test_each_answer_of_a_director_is_written_at_once(director, structure):
    assert director.get(url(structure))["Location"] == url(structure, "metiers")
    page = director.get(url(structure, "metiers")).text
    assert "d’après son nom\xa0: «\xa0Jardins\xa0»" in page
    answer = director.post(
        url(structure, "metiers"),
        {"suppose-maraichage": "oui", "metiers": ["proprete"], "niveau-proprete": "1"},
    )
    assert answer["Location"] == url(structure, "lieu")
    written = {a.trade: (a.certainty, a.proficiency) for a in Activity.objects.all()}
    assert written == {"maraichage": ("known", 2), "proprete": ("known", 1)}
    structure.refresh_from_db()
    assert structure.is_claimed

    director.post(url(structure, "lieu"), {"commune": "Éragnes", "rayon": "20"})
    structure.refresh_from_db()
    assert structure.commune_id == "38003"
    assert set(Activity.objects.values_list("reach_km", flat=True)) == {20}

    answer = director.post(url(structure, "equipes"), CREWS)
    assert answer["Location"] == url(structure, "fin")
    crews = [(c.name, c.places, c.weekly_minutes, c.has_vehicle) for c in Crew.objects.all()]
    assert crews == [("Équipe 1", 8, 1560, True), ("Équipe 2", 8, 1560, True)]
    assert SeasonalProfile.objects.get().percent_by_month == [0, 0, 100, 100, 100] + [0] * 7
    done = director.get(url(structure, "fin")).text
    assert "La fiche est à vous" in done
    assert "2\u202féquipes de 8\u202fplaces" in done


def test_the_end_leads_to_the_sheet_and_the_claim_is_over(director, structure):
    answer_all(director, structure)
    answer = director.post(url(structure, "finir"))
    assert answer["Location"] == f"/annuaire/{structure.pk}/fiche/"
    assert Claim.objects.get().state == Claim.State.APPLIED
    for step in ("", "metiers"):
        assert director.get(url(structure, step))["Location"] == answer["Location"]


def test_a_struck_guess_goes_for_good_and_is_shown_struck_on_return(director, structure):
    director.post(url(structure, "metiers"), {"suppose-maraichage": "non", "metiers": "proprete"})
    guess_all(by=None)
    assert list(Activity.objects.values_list("trade", flat=True)) == ["proprete"]
    assert StruckGuess.objects.get().trade == "maraichage"
    page = director.get(url(structure, "metiers")).text
    radio = re.search(r'<input[^>]*name="suppose-maraichage"[^>]*checked[^>]*>', page)
    assert radio is not None
    assert 'value="non"' in radio[0]


@pytest.mark.parametrize("step", ["metiers", "lieu", "equipes"])
def test_not_knowing_is_an_answer_at_each_step(director, structure, step):
    before = list(Activity.objects.values_list("trade", "certainty"))
    answer = director.post(url(structure, step), {"ne_sais_pas": "1"})
    assert answer.status_code == 302
    assert step in Claim.objects.get().answers
    assert list(Activity.objects.values_list("trade", "certainty")) == before
    assert not Crew.objects.exists()


def test_nothing_at_all_is_asked_again_and_what_was_typed_stays(director, structure):
    for step, typed in (("metiers", {}), ("lieu", {}), ("equipes", {"heures": "26"})):
        page = director.post(url(structure, step), typed)
        assert page.status_code == 200
        assert "dites que vous ne savez pas" in page.text
    page = director.post(url(structure, "equipes"), {"equipes": "3", "heures": "26"})
    assert "Sans ce nombre, l’équipe ne compte pas" in page.text
    assert 'value="3"' in page.text
    page = director.post(url(structure, "lieu"), {"commune": "Nulle-Part", "rayon": "20"})
    assert "Nous ne trouvons pas «\xa0Nulle-Part\xa0»" in page.text
    assert not Claim.objects.exists()


def test_one_leaves_and_comes_back_where_one_was(director, structure):
    director.post(url(structure, "metiers"), {"metiers": "proprete"})
    assert director.get(url(structure))["Location"] == url(structure, "lieu")
    assert "Reprendre où j’en étais" in director.get(f"/annuaire/{structure.pk}/").text


def test_the_same_answer_twice_is_written_once(director, structure):
    for _ in range(2):
        answer_all(director, structure)
    assert Crew.objects.count() == 2
    lines = JournalEntry.objects.filter(verb="members.answer_claim")
    assert lines.count() == 3


def test_answers_of_a_candidate_wait_for_her_acceptance(candidate, structure):
    page = candidate.get(url(structure), follow=True).text
    assert "Vos réponses attendent votre acceptation" in page
    answer_all(candidate, structure)
    assert "Vos réponses sont gardées" in candidate.get(url(structure, "fin")).text
    structure.refresh_from_db()
    assert not structure.is_claimed
    assert not Crew.objects.exists()
    assert set(Activity.objects.values_list("certainty", flat=True)) == {"guessed"}

    accept_join_request(request=JoinRequest.objects.get(), by=None, now=timezone.now())
    assert Claim.objects.get().state == Claim.State.APPLIED
    assert Crew.objects.count() == 2
    assert JournalEntry.objects.about(structure).filter(verb="members.apply_claim").exists()
    structure.refresh_from_db()
    assert structure.is_claimed


def test_answers_of_a_candidate_are_dropped_when_she_is_refused(candidate, structure):
    answer_all(candidate, structure)
    refuse_join_request(
        request=JoinRequest.objects.get(), by=None, now=timezone.now(), reason="Pas vous."
    )
    claim = Claim.objects.get()
    assert (claim.state, claim.answers) == (Claim.State.DROPPED, {})
    assert not Crew.objects.exists()
    assert candidate.get(url(structure)).status_code == 404


def test_a_candidate_does_not_read_the_answers_of_another(candidate, director, structure):
    answer_all(director, structure)
    # A director came meanwhile: the structure is held, and theirs to ask.
    assert candidate.get(url(structure, "equipes")).status_code == 404


def test_a_request_for_another_seat_opens_nothing(structure, signed_in_client):
    person = make_person("cip@exemple.fr")
    JoinRequest.objects.create(
        person=person, structure=structure, role="counsellor", asked_at=timezone.now()
    )
    assert signed_in_client(person).get(url(structure)).status_code == 404


def test_a_sheet_that_was_filled_is_corrected_and_not_taken_over(director, structure):
    declare_activity(chantier=structure.chantiers.get(), trade="proprete", by=None)
    assert director.get(url(structure))["Location"] == f"/annuaire/{structure.pk}/fiche/"
    assert (
        f'href="/annuaire/{structure.pk}/fiche/"' in director.get(f"/annuaire/{structure.pk}/").text
    )


def test_reaches_tell_how_much_is_open(director, structure, monkeypatch):
    asked = []

    def counter(person, around, trades, radii, now):
        asked.append(trades)
        return dict.fromkeys(radii, 3)

    monkeypatch.setattr(open_work, "counter", counter)
    assert "20\u202fkm\xa0: 3\u202fbesoins ouverts" in director.get(url(structure, "lieu")).text
    assert asked == [{"maraichage"}]


def test_answers_are_read_back_as_they_were_given():
    given = TradesAnswer({"proprete": 1}, ["maraichage"]), CrewsAnswer(2, 8, 1560, None, [1, 2])
    stored = {"metiers": asdict(given[0]), "equipes": asdict(given[1])}
    assert Answers.read(stored) == Answers(given[0], None, given[1])
