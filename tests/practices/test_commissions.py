"""Commissions: what they decide and give, who reads a draft, what waits, what is refused."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import JournalEntry
from cordee.members.models import Network
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import lines_of
from cordee.mobilisation.feeds.content import days_of
from cordee.practices.commissions import pages, today
from cordee.practices.commissions.actions import publish_minutes
from cordee.practices.commissions.finding import minutes_answering
from cordee.practices.models import Commission, GivenHours, Meeting, Sheet
from demo.people import DELEGATION, DOMAIN, JARDINS, RIVES
from demo.practices_commissions import load_commissions
from tests.members.makers import (
    join,
    make_network,
    make_person,
    make_structure,
    make_valley,
)
from tests.practices.makers import make_commission, make_meeting, make_task
from tests.practices.sheet_makers import publish, start

pytestmark = pytest.mark.django_db
DECIDED = "Une trame commune de fiche\nUne visite par trimestre"


class Scene:
    """A network with two members, one of which sits in a commission, and who runs it."""

    def __init__(self) -> None:
        self.network = make_network("Réseau du Val")
        self.structure, self.other = make_structure("Les Jardins"), make_structure("Les Rives")
        for each in (self.structure, self.other):
            join(each, self.network)
        seat = {"role": "network_staff", "network": self.network}
        self.animator = make_person("a@exemple.fr", **seat)
        self.director = make_person("d@exemple.fr", role="director", structure=self.structure)
        self.stranger = make_person("o@exemple.fr", role="director", structure=self.other)
        self.commission = make_commission(self.network, self.structure)

    def page(self, name: str = "commission", *keys: Any) -> str:
        """`add_part` hangs on the commission; the others are named by their keys alone."""
        own = name in ("commission", "add_commission_file") or (name == "add_part" and not keys[1:])
        return reverse(
            f"practices:{name}",
            args=[self.network.slug, *keys, *([self.commission.pk] if own else [])],
        )


@pytest.fixture
def scene() -> Scene:
    return Scene()


def typed(begins: str, ends: str) -> dict[str, str]:
    said = {"title": "Lire les fiches", "place": "En ligne", "agenda": "Trois fiches."}
    return said | {"begins_at": begins, "ends_at": ends}


def soon(hour: int) -> str:
    return f"{timezone.localdate() + timedelta(days=9)}T{hour:02d}:00"


# --- Both sides -------------------------------------------------------------------------------


def test_from_the_agenda_to_what_members_read(scene, signed_in_client):
    animator = signed_in_client(scene.animator)
    for _ in range(2):
        sent = animator.post(scene.page("add_part", "reunions"), typed(soon(14), soon(17)))
    meeting = Meeting.objects.get()
    assert sent.url == scene.page("meeting", meeting.pk)
    minutes = {"decided": DECIDED, "learnt": "L’acheteur lit peu.", "next_time": "Juin"}
    animator.post(scene.page("edit_part", "comptes-rendus", meeting.pk), minutes)
    task = {"what": "Envoyer", "structure": scene.structure.pk, "until": soon(9)[:10]}
    animator.post(scene.page("add_part", "taches", meeting.pk), task)
    director, stranger = signed_in_client(scene.director), signed_in_client(scene.stranger)
    url = scene.page("meeting", meeting.pk)
    assert "Une trame commune" in director.get(url).text, "the commission reads its draft"
    assert "Une trame commune" not in stranger.get(url).text
    assert "<h1>Rien n’est encore publié</h1>" in stranger.get(scene.page()).text
    animator.post(scene.page("publish_minutes", meeting.pk), {"fait": "publier"})
    assert "Une trame commune" in stranger.get(url).text
    told = stranger.get(scene.page()).text
    assert "2\u202fdécisions</h1>" in told
    assert "1\u202fchose à faire" in told
    animator.post(scene.page("publish_minutes", meeting.pk))
    assert "Une trame commune" not in stranger.get(url).text
    verbs = JournalEntry.objects.filter(verb__startswith="practices.").order_by("pk")
    assert [*verbs.values_list("verb", flat=True)] == [
        f"practices.{verb}"
        for verb in (
            *("write_meeting", "write_minutes", "write_meetingtask"),
            *("remove_draft_minutes", "restore_draft_minutes"),
        )
    ]


def test_published_minutes_answer_the_people_of_the_network_only(
    scene, signed_in_client, client, django_assert_num_queries
):
    aside = make_network("Réseau d’ailleurs")
    outsider = make_person("x@exemple.fr", role="network_staff", network=aside)
    held = {"decided": "Un minibus commun", "next_time": "Un fourgon ?"}
    meeting = make_meeting(scene.commission, title="Se déplacer", **held)
    make_meeting(make_commission(aside), title="Ailleurs", **held)

    def found(person=scene.stranger, question="Comment partager un minibus ?"):
        url = reverse("practices:minutes_found", query={"q": question})
        return "Se déplacer" in signed_in_client(person).get(url).text

    def publish_it(is_published=True):
        now = timezone.now()
        publish_minutes(meeting=meeting, is_published=is_published, by=scene.animator, now=now)

    assert not found(), "a draft"
    publish_it()
    assert found()
    assert found(scene.animator)
    assert not found(question="le tableau du lundi")
    assert not found(outsider)
    assert not found(make_person("z@exemple.fr"))
    assert client.get(reverse("practices:minutes_found"), {"q": "minibus"}).status_code == 302
    with django_assert_num_queries(3):
        assert minutes_answering(scene.stranger, "minibus") == [meeting]
    publish_it(is_published=False)
    assert not found()
    publish_it()
    Commission.objects.update(taken_back_at=timezone.now())
    assert not found()


def test_answers_lead_who_is_signed_in_to_minutes(scene, signed_in_client, client):
    page, panel = reverse("practices:sheets"), reverse("practices:minutes_found")
    assert f"{panel}?q=minibus" in signed_in_client(scene.director).get(page, {"q": "minibus"}).text
    assert panel not in client.get(page, {"q": "minibus"}).text
    assert panel not in signed_in_client(scene.director).get(page).text


def test_empty_minutes_are_not_published(scene, signed_in_client):
    meeting = make_meeting(scene.commission)
    url = scene.page("publish_minutes", meeting.pk)
    told = signed_in_client(scene.animator).post(url, {"fait": "publier"}, follow=True).text
    assert "Ce compte rendu est vide." in told
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.update(published_at=timezone.now())


def test_a_task_waits_for_its_structure_until_it_is_done(
    scene, signed_in_client, django_assert_num_queries
):
    meeting = make_meeting(scene.commission, days=-2, decided="x", published_at=timezone.now())
    task = make_task(meeting, scene.structure)
    make_task(make_meeting(scene.commission, decided="draft"), scene.structure)
    on = timezone.localdate()
    viewer = Viewer.of(scene.director, on)
    with django_assert_num_queries(2):  # the one of all rooms, and its own
        (line,) = lines_of([today.lines], viewer, timezone.now())
    assert (line.what, line.until) == (task.what, task.until)
    assert not lines_of([today.lines], Viewer.of(scene.stranger, on), timezone.now())
    url = scene.page("finish_task", task.pk)
    assert signed_in_client(scene.stranger).post(url, {"fait": "oui"}).status_code == 404
    director = signed_in_client(scene.director)
    director.post(url, {"fait": "oui"})
    assert not lines_of([today.lines], viewer, timezone.now())
    director.post(url)
    assert lines_of([today.lines], viewer, timezone.now())


def test_who_has_a_seat_in_a_structure_that_sits_there_reads_drafts(scene, signed_in_client):
    supervisor = make_person("s@exemple.fr", role="supervisor", structure=scene.structure)
    meeting = make_meeting(scene.commission, decided=DECIDED)
    url, client = scene.page("meeting", meeting.pk), signed_in_client(supervisor)
    assert "Une trame commune" in client.get(url).text
    scene.commission.seats.update(taken_back_at=timezone.now())
    assert "Une trame commune" not in client.get(url).text


# --- Time given -------------------------------------------------------------------------------


def given(scene, structure, people: int, hours: str, on: date = date(2026, 3, 2)) -> None:
    said = {"people": people, "hours": hours, "on": on}
    GivenHours.objects.create(commission=scene.commission, structure=structure, **said)


def test_people_are_not_counted_twice_and_a_day_is_seven_hours(scene, signed_in_client):
    assert pages.total(pages.given_by(scene.commission)) is None
    assert "Temps donné\u00a0: inconnu" in signed_in_client(scene.director).get(scene.page()).text
    given(scene, scene.structure, 3, "14")
    given(scene, scene.structure, 2, "10.5", date(2026, 4, 2))
    given(scene, scene.other, 1, "3.5")
    assert str(pages.total(pages.given_by(scene.commission))) == "4\u202fbénévoles, 4\u202fjournées"


def test_a_director_notes_hours_of_her_own_structure_only(scene, signed_in_client):
    client = signed_in_client(scene.director)
    url = scene.page("add_part", "heures")
    said = {"on": "2026-03-02", "people": 2, "hours": "7,5", "structure": scene.structure.pk}
    assert client.post(url, said).status_code == 302
    row = GivenHours.objects.get()
    assert str(row.hours) == "7.50"
    assert client.post(url, said | {"structure": scene.other.pk}).status_code == 422
    for refused, words in (
        ({"hours": "49"}, "24 heures au plus par jour. Écrivez 48 au plus"),
        ({"people": "0"}, "trop petit"),
        ({"on": soon(9)[:10]}, "n’est pas encore venu"),
        ({"hours": "beaucoup"}, "n’est pas un nombre"),
    ):
        answer = client.post(url, said | refused)
        assert (answer.status_code, words in answer.text) == (422, True), refused
    remove = scene.page("remove_part", "heures", row.pk)
    assert signed_in_client(scene.stranger).post(remove).status_code == 404
    client.post(remove)
    assert not GivenHours.objects.in_force().exists()
    client.post(scene.page("restore_part", "heures", row.pk))
    assert GivenHours.objects.in_force().exists()
    assert client.get(scene.page("add_part", "places")).status_code == 404


# --- Refused ----------------------------------------------------------------------------------


def test_a_meeting_ends_after_it_begins(scene, signed_in_client):
    url = scene.page("add_part", "reunions")
    answer = signed_in_client(scene.animator).post(url, typed(soon(17), soon(14)))
    assert answer.status_code == 422
    assert "14\u00a0h\u00a0: cela finirait avant le début" in answer.text.replace(
        "\u202f", "\u00a0"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        make_meeting(scene.commission, ends_at=timezone.now())


def test_a_commission_has_one_name_and_ends_after_it_begins(scene, signed_in_client):
    animator = signed_in_client(scene.animator)
    said = {"name": "Qualité du travail", "mandate": "x", "starts_on": "2026-03-02"}
    answer = animator.post(scene.page("add_commission"), said)
    assert (answer.status_code, "déjà une commission" in answer.text) == (422, True)
    said |= {"name": "Achats", "ends_on": "2026-03-01"}
    answer = animator.post(scene.page("add_commission"), said)
    assert "cela finirait avant le début, le 2\u202fmars" in answer.text
    assert Commission.objects.count() == 1


def test_a_task_is_not_to_be_done_before_its_meeting(scene, signed_in_client):
    begins = timezone.now().replace(year=timezone.now().year - 1, month=3, day=2, hour=12)
    meeting = make_meeting(scene.commission, begins_at=begins)
    said = {"what": "Relire", "structure": scene.structure.pk, "until": f"{begins.year}-03-01"}
    url = scene.page("add_part", "taches", meeting.pk)
    answer = signed_in_client(scene.animator).post(url, said)
    assert "c’est avant la réunion, le 2\u202fmars" in answer.text
    assert not meeting.tasks.exists()


def test_only_a_member_sits_there(scene, signed_in_client):
    make_structure("Ailleurs")
    url, client = scene.page("add_part", "places"), signed_in_client(scene.animator)
    answer = client.post(url, {"named": "Ailleurs", "function": "direction"})
    assert "n’est pas membre du réseau" in answer.text
    client.post(url, {"named": "Rives", "function": "encadrement"})
    assert scene.commission.seats.filter(structure=scene.other).exists()
    answer = client.post(url, {"named": "Rives", "function": "encadrement"})
    assert answer.status_code == 302, "noted twice, it is one"
    assert scene.commission.seats.count() == 2
    seat = scene.commission.seats.get(structure=scene.other)
    assert 'value="Les Rives"' in client.get(scene.page("edit_part", "places", seat.pk)).text


def test_what_was_taken_back_comes_back(scene, signed_in_client):
    animator, director = signed_in_client(scene.animator), signed_in_client(scene.director)
    animator.post(scene.page("remove_part", "commissions", scene.commission.pk))
    assert director.get(scene.page()).status_code == 404
    assert "1\u202fcommission retirée" in animator.get(scene.page("commissions")).text
    animator.post(scene.page("restore_part", "commissions", scene.commission.pk))
    assert director.get(scene.page()).status_code == 200
    meeting = make_meeting(scene.commission)
    animator.post(scene.page("remove_part", "reunions", meeting.pk))
    assert director.get(scene.page("meeting", meeting.pk)).status_code == 404
    assert "Remettre" in animator.get(scene.page()).text


def test_a_file_is_for_who_sits_there(scene, signed_in_client, tmp_path, settings):
    settings.STATE_DIR = tmp_path
    animator = signed_in_client(scene.animator)
    for _ in range(2):
        sent = SimpleUploadedFile("trame.txt", b"Une trame")
        animator.post(scene.page("add_commission_file"), {"file": sent, "words": "La trame"})
    row = scene.commission.files.get()
    url = scene.page("commission_file", row.pk)
    assert signed_in_client(scene.director).get(url).content == b"Une trame"
    assert signed_in_client(scene.stranger).get(url).status_code == 404
    assert "La trame" not in signed_in_client(scene.stranger).get(scene.page()).text


# --- Calendars --------------------------------------------------------------------------------


def test_meetings_stand_in_calendars_of_those_who_sit_and_of_the_network(scene):
    meeting = make_meeting(scene.commission)
    (day,) = days_of(scene.director, scene.structure)
    assert (day.first, day.place) == (meeting.begins_at, "Roche-Mirel")
    event = day.event().to_ical().decode()
    assert "LOCATION:Roche-Mirel" in event
    assert "VALUE=DATE" not in event
    assert not days_of(scene.stranger, scene.other)
    assert len(days_of(scene.animator, scene.network)) == 1


# --- Pages ------------------------------------------------------------------------------------


def test_queries_do_not_grow_with_a_commission(scene, signed_in_client):
    client = signed_in_client(scene.director)

    def read() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(scene.page()).status_code == 200
        return len(asked)

    read()
    for n in range(5):
        if n == 1:
            few = read()
        one = make_meeting(scene.commission, days=-n, decided=DECIDED, published_at=timezone.now())
        make_task(one, scene.structure)
        given(scene, scene.structure, n + 1, "7", date(2026, 3, 3 + n))
    assert read() == few


def test_the_commission_of_the_demo_is_told_once(signed_in_client):
    make_valley()
    network = Network.objects.create(name="Délégation", slug=DELEGATION)
    make_person(f"deleguee@{DOMAIN}", role="delegate", network=network)
    for siret, kind in (JARDINS, RIVES):
        join(make_structure(siret=siret, kind=kind), network)
    for _ in range(2):
        load_commissions(timezone.localdate())
    commission = Commission.objects.get()
    assert str(pages.total(pages.given_by(commission))) == "5\u202fbénévoles, 5\u202fjournées"
    assert commission.meetings.published().count() == 1


# --- Products ---------------------------------------------------------------------------------


def test_its_page_opens_on_the_sheets_it_produced(scene, signed_in_client):
    animator, director = signed_in_client(scene.animator), signed_in_client(scene.director)
    sheet = publish(scene.structure, title="Tailler pour apprendre").sheet
    start(scene.structure, title="Tailler, un brouillon")
    url = scene.page("add_part", "fiches")
    answer = animator.post(url, {"sheet": "brouillon"})
    assert (answer.status_code, "Aucune fiche publiée" in answer.text) == (422, True)
    animator.post(url, {"sheet": "tailler pour"})
    told = director.get(scene.page()).text
    assert "<h1>1\u202ffiche</h1>" in told
    assert f'href="/pratiques/{sheet.pk}/"' in told
    assert "1\u202ffiche" in director.get(scene.page("commissions")).text
    Sheet.objects.filter(pk=sheet.pk).update(removed_at=timezone.now())
    assert "<h1>Rien n’est encore publié</h1>" in director.get(scene.page()).text
    product = scene.commission.products.get()
    animator.post(scene.page("remove_part", "fiches", product.pk))
    assert not scene.commission.products.in_force().exists()
