"""Sessions of a network: places, who comes, titles that end before the last day."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cordee.members.sharing import Viewer
from cordee.members.today.waiting import lines_of
from cordee.mobilisation.feeds.content import days_of
from cordee.practices.commissions import actions, today
from cordee.practices.commissions.sessions import warnings_of
from cordee.practices.models import Session
from tests.practices.makers import make_meeting, make_session, make_task
from tests.practices.sheet_makers import publish
from tests.practices.test_commissions import Scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return Scene()


def address(scene: Scene, name: str = "session", *keys: Any) -> str:
    return reverse(f"practices:{name}", args=[scene.network.slug, *keys])


def come(scene: Scene, session: Session, structure: Any, people: int) -> None:
    who = {"session": session, "structure": structure, "by": scene.director}
    actions.answer_session(people=people, now=timezone.now(), **who)


def test_a_session_is_announced_and_a_member_says_who_comes(scene, signed_in_client):
    day = timezone.localdate() + timedelta(days=20)
    said = {
        "kind": "training",
        "title": "Encadrer sur le chantier",
        "about": "Trois gestes.",
        "begins_at": f"{day}T09:00",
        "ends_at": f"{day}T17:00",
        "place": "Roche-Mirel",
        "places": 3,
        "qualification": "eti",
    }
    animator = signed_in_client(scene.animator)
    sent = animator.post(address(scene, "add_session"), said)
    session = Session.objects.get()
    assert sent.url == address(scene, "session", session.pk)
    director = signed_in_client(scene.director)
    told = director.get(sent.url).text
    assert "Qui vient de chez vous" in told
    assert "Envoyer ma réponse" not in animator.get(sent.url).text
    director.post(sent.url, {"structure": scene.structure.pk, "people": 2})
    assert "1\u202fstructure vient" in animator.get(sent.url).text
    assert "1\u202flibre sur 3" in animator.get(address(scene, "sessions")).text
    director.post(sent.url, {"structure": scene.structure.pk, "people": 0})
    assert "personne ne vient" in director.get(sent.url).text
    answer = director.post(sent.url, {"structure": scene.other.pk, "people": 1})
    assert answer.status_code == 422


def test_there_are_no_more_people_than_places(scene, signed_in_client):
    session = make_session(scene.network, places=4)
    come(scene, session, scene.other, 3)
    client, url = signed_in_client(scene.director), address(scene, "session", session.pk)
    answer = client.post(url, {"structure": scene.structure.pk, "people": 2})
    assert answer.status_code == 422
    assert "2\u00a0: il reste 1\u202fplace libre. Écrivez 1 au plus." in answer.text
    come(scene, session, scene.structure, 1)
    assert "complet</td>" in client.get(address(scene, "sessions")).text.replace(" ", "")
    session.places = 3
    session.answers.filter(structure=scene.structure).delete()
    session.save()
    with pytest.raises(ValidationError, match="Demandez au réseau"):
        come(scene, session, scene.structure, 1)


def test_a_full_session_asks_nobody_and_keeps_the_places_taken(scene, signed_in_client):
    session = make_session(scene.network, places=2)
    come(scene, session, scene.other, 2)
    told = signed_in_client(scene.director).get(address(scene, "session", session.pk)).text
    assert "C’est complet." in told
    assert "Envoyer ma réponse" not in told
    url = address(scene, "edit_part", "sessions", session.pk)
    answer = signed_in_client(scene.animator).post(url, {"places": 1})
    assert "1\u00a0: 2\u202fpersonnes viennent déjà. Écrivez 2 au moins." in answer.text


def test_one_answers_before_it_begins(scene, signed_in_client):
    session = make_session(scene.network, days=-1)
    url = address(scene, "session", session.pk)
    assert "Envoyer ma réponse" not in signed_in_client(scene.director).get(url).text
    with pytest.raises(ValidationError, match="a commencé"):
        come(scene, session, scene.structure, 1)


@pytest.mark.parametrize(
    ("title", "ends", "words"),
    [
        ("eti", datetime(2029, 5, 8, 12, tzinfo=UTC), ""),
        ("eti", datetime(2029, 11, 9, 12, tzinfo=UTC), "avant la session"),
        ("etaie", datetime(2030, 10, 1, 12, tzinfo=UTC), "peu après la session"),
        ("", datetime(2029, 11, 9, 12, tzinfo=UTC), ""),
    ],
)
def test_rule_26_warns_of_a_title_that_ends(scene, signed_in_client, title, ends, words):
    held = {"begins_at": ends - timedelta(hours=3), "ends_at": ends}
    session = make_session(scene.network, kind="training", qualification=title, **held)
    assert [words in each.sentence for each in warnings_of(session)] == ([True] if words else [])
    told = signed_in_client(scene.director).get(address(scene, "session", session.pk)).text
    assert ("Regardez sur le site de France compétences" in told) is bool(words)


@pytest.mark.parametrize(
    ("typed", "cure"),
    [
        ({"ends_at": "2027-03-01T08:00"}, "cela finirait avant le début"),
        ({"places": "0"}, "0"),
        ({"qualification": "eti"}, "Seule une formation d’encadrants prépare un titre."),
        ({"kind": "party"}, "n’est pas dans la liste"),
    ],
)
def test_bad_input_is_told_with_its_cure(scene, signed_in_client, typed, cure):
    said = {"kind": "visit", "title": "Voir", "about": "x", "place": "y", "places": 5}
    said |= {"begins_at": "2027-03-01T09:00", "ends_at": "2027-03-01T12:00"}
    answer = signed_in_client(scene.animator).post(address(scene, "add_session"), said | typed)
    assert (answer.status_code, cure in answer.text) == (422, True)
    assert not Session.objects.exists()


def test_the_base_refuses_nonsense(scene):
    for wrong in ({"places": 0}, {"kind": "party"}, {"qualification": "eti"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_session(scene.network, **wrong)


def test_who_comes_has_it_in_the_calendar(scene):
    session = make_session(scene.network)
    come(scene, session, scene.structure, 1)
    (day,) = days_of(scene.director, scene.structure)
    assert day.words == "Visite\u00a0: Voir une équipe"
    assert not days_of(scene.stranger, scene.other)
    assert len(days_of(scene.animator, scene.network)) == 1


def test_a_session_taken_back_comes_back(scene, signed_in_client):
    session = make_session(scene.network)
    animator, director = signed_in_client(scene.animator), signed_in_client(scene.director)
    animator.post(address(scene, "remove_part", "sessions", session.pk))
    assert director.get(address(scene, "session", session.pk)).status_code == 404
    assert "1\u202fsession retirée" in animator.get(address(scene, "sessions")).text
    animator.post(address(scene, "restore_part", "sessions", session.pk))
    assert "1\u202fsession à venir" in director.get(address(scene, "sessions")).text


def test_the_menu_leads_to_the_network_with_most_commissions(scene, signed_in_client):
    assert signed_in_client(scene.director).get("/commissions/").url == scene.page("commissions")


# --- What came of it --------------------------------------------------------------------------


def test_who_came_is_asked_once_which_sheet_came_of_it(
    scene, signed_in_client, django_assert_num_queries
):
    session = make_session(scene.network)
    come(scene, session, scene.structure, 1)
    on = timezone.localdate()
    viewer = Viewer.of(scene.director, on)
    assert not lines_of([today.lines], viewer, timezone.now())
    ends = timezone.now() - timedelta(hours=1)
    held = {"begins_at": ends - timedelta(hours=3), "ends_at": ends}
    Session.objects.update(**held)
    make_task(make_meeting(scene.commission, published_at=ends, decided="x"), scene.structure)
    with django_assert_num_queries(3):  # the one of all rooms, and one of each sort
        told = {each.what: each for each in lines_of([today.lines], viewer, timezone.now())}
    line = told["Quelle fiche est née de «\u00a0Voir une équipe\u00a0»\u202f?"]
    assert line.until == timezone.localdate(ends) + timedelta(days=14)
    sheet = publish(scene.structure).sheet
    client = signed_in_client(scene.director)
    assert "Quelle fiche en est née" in client.get(address(scene, "session", session.pk)).text
    own = {"structure": scene.structure.pk}
    answer = client.post(line.url, own | {"sheet": "Une fiche qui n’est pas là"})
    assert (answer.status_code, "Aucune fiche publiée" in answer.text) == (422, True)
    client.post(line.url, own | {"sheet": f"https://cordee.example/pratiques/{sheet.pk}/"})
    assert str(sheet) in client.get(address(scene, "session", session.pk)).text
    assert len(lines_of([today.lines], viewer, timezone.now())) == 1
    client.post(line.url, own | {"sheet": ""})
    assert "aucune pour l’instant" in client.get(address(scene, "session", session.pk)).text
    stranger = signed_in_client(scene.stranger)
    assert "Quelle fiche en est née" not in stranger.get(line.url).text
    stranger.post(line.url, own | {"sheet": str(sheet)})
    assert session.answers.get().sheet is None


def test_who_did_not_come_says_nothing_of_it(scene):
    session = make_session(scene.network)
    come(scene, session, scene.structure, 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        session.answers.update(told_at=timezone.now())
