"""A network writes once to chosen members, and asks them about dates."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import JournalEntry, MailRefusal
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import Activity
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import lines_of
from cordee.mobilisation.campaigns import mail_times
from cordee.mobilisation.campaigns.access import post_in
from cordee.practices.commissions import letters, today
from cordee.practices.models import Letter, LetterRecipient
from tests.members.makers import make_structure, make_valley
from tests.mobilisation.campaign_makers import MONDAY
from tests.practices.makers import make_letter
from tests.practices.test_commissions import Scene

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SATURDAY = MONDAY - 2 * DAY


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(timezone, "now", lambda: MONDAY)
    return Scene()


def url(scene: Scene, name: str = "letters", *keys: Any) -> str:
    return reverse(f"practices:{name}", args=[scene.network.slug, *keys])


def typed(*days: int, **more: Any) -> dict[str, Any]:
    """A letter with dates in so many days."""
    dates = {
        f"date_{n}": f"{(MONDAY + day * DAY):%Y-%m-%dT%H:%M}" for n, day in enumerate(days, start=1)
    }
    by = f"{(MONDAY + 5 * DAY):%Y-%m-%d}" if days else ""
    said = {"subject": "Relire", "message": "Deux fiches attendent.", "answer_by": by}
    return {"suite": "relire", **said, **dates, **more}


def send(scene: Scene, *days: int, now: Any = MONDAY, structures: Any = None) -> Letter:
    post = post_in(scene.animator, scene.network)
    by = (MONDAY + 5 * DAY).date() if days else None
    made = Letter(subject="Relire", message=f"Deux fiches, {now}.", answer_by=by)
    dates = [MONDAY + day * DAY for day in days]
    whom = [each.pk for each in structures or (scene.structure, scene.other)]
    said = {"structures": whom, "post": post, "by": scene.animator, "now": now}
    kept = letters.send_letter(letter=made, dates=dates, **said)
    letters.write_letter.func(kept.pk)
    return kept


def mails() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind="letters").order_by("recipient"))


# --- Written once -----------------------------------------------------------------------------


def test_it_is_read_over_then_sent_once_to_who_is_ticked(scene, signed_in_client):
    client = signed_in_client(scene.animator)
    read = client.post(url(scene, "write_letter"), typed(14, 15))
    assert "Écrire à 2\u202fstructures" in read.text
    assert "Deux fiches attendent." in read.text
    assert not Letter.objects.exists()
    sent = typed(14, 15, suite="envoyer", retenues=[scene.structure.pk])
    for _ in range(2):
        answer = client.post(url(scene, "write_letter"), sent)
    letter = Letter.objects.get()
    assert answer.url == url(scene, "letter", letter.pk)
    assert [each.structure for each in letter.recipients.all()] == [scene.structure]
    assert letter.dates.count() == 2
    verbs = JournalEntry.objects.filter(verb="practices.send_letter")
    assert verbs.count() == 1
    back = client.post(url(scene, "write_letter"), typed(14, 15, suite="changer"))
    assert "Deux fiches attendent.</textarea>" in back.text.replace("\n", "")


def test_its_mail_leads_to_the_dates_without_signing_in(scene, client):
    letter = send(scene, 14, 15)
    letters.write_letter.func(letter.pk)
    found = mails()
    assert [each.recipient for each in found] == ["d@exemple.fr", "o@exemple.fr"]
    assert found[0].reply_to == scene.animator.email
    link = re.search(r"/courriers/reponse/\S+", found[0].text)[0]
    assert "Quand pouvez-vous venir" in client.get(link).text
    assert not letter.recipients.filter(answered_at__isnull=False).exists()
    first, second = letter.dates.all()
    half = client.post(link, {str(first.pk): "oui"})
    assert (half.status_code, "Il manque votre réponse." in half.text) == (422, True)
    client.post(link, {str(first.pk): "oui", str(second.pk): "non"})
    assert "Vos dates sont notées" in client.get(link).text
    row = letter.recipients.get(structure=scene.structure)
    assert (row.by, row.answered_at) == (scene.director, MONDAY)
    assert [*row.dates.all()] == [first]


def test_a_damaged_link_and_one_of_who_directs_no_more_open_nothing(scene, client):
    row = send(scene, 14, 15).recipients.first()
    link = reverse("practices:letter_answer", args=[letters.LINKS.token_for(row.pk, 1) + "x"])
    assert client.get(link).status_code == 404
    stranger = letters.LINKS.token_for(row.pk, scene.animator.pk)
    assert client.get(reverse("practices:letter_answer", args=[stranger])).status_code == 410


def test_a_link_says_that_it_is_too_late_then_nothing(scene, client, monkeypatch):
    row = make_letter(scene.network, scene.structure).recipients.get()
    link = reverse(
        "practices:letter_answer", args=[letters.LINKS.token_for(row.pk, scene.director.pk)]
    )
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + 9 * DAY)
    assert "Les réponses sont closes" in client.get(link).text
    said = {str(each.pk): "oui" for each in row.letter.dates.all()}
    assert client.post(link, said).status_code == 422
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + 20 * DAY)
    assert client.get(link).status_code == 410


# --- To whom, when ----------------------------------------------------------------------------


def test_one_chooses_by_place_trade_and_who_answered(scene):
    make_valley()
    scene.structure.department_id = "38"
    scene.structure.save()
    chantier = scene.other.chantiers.get()
    Activity.objects.create(chantier=chantier, trade="espaces-verts", reach_km=20)
    post, on = post_in(scene.animator, scene.network), MONDAY.date()
    letter = make_letter(scene.network, scene.structure, scene.other)
    asked = letter.recipients.get(structure=scene.other)
    dates = [each.pk for each in letter.dates.all()]
    letters.answer_dates(recipient=asked, yes=dates[:1], by=scene.stranger, now=MONDAY)
    isere = scene.structure.department
    for said, found in (
        ((None, "", ""), [scene.structure, scene.other]),
        ((isere, "", ""), [scene.structure]),
        ((None, "espaces-verts", ""), [scene.other]),
        ((None, "", f"courrier-{letter.pk}"), [scene.other]),
        ((isere, "espaces-verts", ""), []),
    ):
        assert [*letters.chosen(post, *said, on=on)] == found, said
    assert (f"courrier-{letter.pk}", "Relire") in letters.sources_of(scene.network)


def test_mails_leave_in_office_hours_and_count_with_those_of_campaigns(scene, settings):
    settings.MOBILISATION_ASKS_PER_WEEK = 2
    send(scene, now=SATURDAY, structures=[scene.structure])
    (mail,) = mails()
    assert mail.not_before == mail_times.next_opening(SATURDAY)
    send(scene, structures=[scene.structure])
    pk = scene.structure.pk
    assert mail_times.rooms([pk], MONDAY)[pk] > MONDAY + 6 * DAY
    assert mail_times.rooms([pk], MONDAY, network=scene.network)[pk] > MONDAY
    third = send(scene, now=MONDAY + timedelta(hours=1), structures=[scene.structure])
    assert third.recipients.get().mails_at > MONDAY + 6 * DAY
    fourth = send(scene, 14, 15, now=MONDAY + timedelta(hours=2), structures=[scene.structure])
    assert fourth.recipients.get().mails_at is None, "too late to answer: somebody calls"


def test_who_wants_no_such_mail_is_called(scene, signed_in_client):
    MailRefusal.objects.create(person=scene.director, kind="letters", since=MONDAY)
    letter = send(scene, 14, 15)
    assert [each.recipient for each in mails()] == ["o@exemple.fr"]
    told = signed_in_client(scene.animator).get(url(scene, "letter", letter.pk)).text
    assert "aucun courrier\u00a0: à appeler" in told
    assert "2\u202fstructures n’ont pas répondu" in told


# --- Read, answered in Cordée -----------------------------------------------------------------


def test_the_best_date_leads_to_the_meeting(scene, signed_in_client):
    letter = send(scene, 14, 15)
    Letter.objects.update(commission=scene.commission)
    viewer = Viewer.of(scene.director, MONDAY.date())
    [line] = lines_of([today.lines], viewer, MONDAY)
    assert line.what == "Vos dates pour «\u00a0Relire\u00a0»"
    first, second = letter.dates.all()
    director = signed_in_client(scene.director)
    director.post(line.url, {str(first.pk): "non", str(second.pk): "oui"})
    assert not lines_of([today.lines], viewer, MONDAY)
    animator = signed_in_client(scene.animator)
    told = animator.get(url(scene, "letter", letter.pk)).text
    assert "1 réponses" not in told
    assert "1\u202fréponse sur 2</h1>" in told
    assert told.index(str(second)) < told.index(str(first))
    fixing = re.search(r'href="(\S+reunions/ajouter/\S+)"', told)[1]
    assert f"{MONDAY + 15 * DAY:%Y-%m-%dT%H:%M}" in animator.get(fixing).text
    assert "1 sur 2" in animator.get(url(scene)).text
    other = LetterRecipient.objects.get(structure=scene.other)
    page = letters.path_for(other, scene.director)
    assert director.get(page).status_code == 410


# --- Heard on the telephone ---------------------------------------------------------------------


def test_what_is_heard_on_the_telephone_is_noted_read_and_changed(scene, signed_in_client):
    letter = send(scene, 14, 15)
    row = letter.recipients.get(structure=scene.structure)
    first, second = letter.dates.all()
    animator, director = signed_in_client(scene.animator), signed_in_client(scene.director)
    page, heard = url(scene, "letter", letter.pk), url(scene, "letter_heard", letter.pk, row.pk)
    assert heard in animator.get(page).text
    asked = animator.get(heard).text
    assert f"Dites-lui qui lira sa réponse\u00a0: {scene.network}" in asked
    assert asked.index(str(second)) < asked.index("Entendu le")
    yes = {str(first.pk): "oui", str(second.pk): "non", "heard_from": "directrice"}
    for day, cure in (
        (MONDAY + DAY, "Ce jour n’est pas encore venu."),
        (MONDAY - DAY, "Ce jour vient avant l’envoi"),
    ):
        answer = animator.post(heard, yes | {"heard_on": f"{day:%Y-%m-%d}"})
        assert (answer.status_code, cure in answer.text) == (422, True)
    yes["heard_on"] = f"{MONDAY:%Y-%m-%d}"
    assert animator.post(heard, yes).url == page
    row.refresh_from_db()
    assert ([*row.dates.all()], row.by, row.heard_from) == ([first], scene.animator, "directrice")
    told = animator.get(page).text
    assert "1\u202fréponse notée au téléphone" in told
    assert "1\u202fréponse sur 2" in told
    # The structure reads it, and changes it: from then on it stands.
    viewer = Viewer.of(scene.director, MONDAY.date())
    [line] = lines_of([today.lines], viewer, MONDAY)
    assert (line.verb, "a noté votre réponse" in line.fact) == ("Relire mes dates", True)
    assert "notées au téléphone" in director.get(line.url).text
    director.post(line.url, {str(first.pk): "non", str(second.pk): "oui"})
    row.refresh_from_db()
    assert ([*row.dates.all()], row.by, row.heard_on) == ([second], scene.director, None)
    assert not lines_of([today.lines], viewer, MONDAY)
    assert animator.post(heard, yes).status_code == 404


def test_a_call_is_noted_once_answers_closed_and_may_be_taken_back(
    scene, signed_in_client, monkeypatch
):
    letter = send(scene, 14, 15)
    row = letter.recipients.get(structure=scene.structure)
    animator = signed_in_client(scene.animator)
    heard = url(scene, "letter_heard", letter.pk, row.pk)
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + 7 * DAY)
    yes = {str(each.pk): "oui" for each in letter.dates.all()} | {"heard_from": "directrice"}
    late = animator.post(heard, yes | {"heard_on": f"{MONDAY + 6 * DAY:%Y-%m-%d}"})
    assert "Les réponses étaient closes ce jour-là." in late.text
    animator.post(heard, yes | {"heard_on": f"{MONDAY + DAY:%Y-%m-%d}"})
    row.refresh_from_db()
    assert (row.dates.count(), row.heard_on) == (2, (MONDAY + DAY).date())
    assert "Reprendre cette saisie" in animator.get(heard).text
    animator.post(heard, {"reprendre": ""})
    row.refresh_from_db()
    assert (row.dates.count(), row.answered_at, row.heard_on, row.by) == (0, None, None, None)
    assert JournalEntry.objects.filter(verb="practices.withdraw_heard").count() == 1
    plain = send(scene, now=MONDAY + DAY).recipients.get(structure=scene.structure)
    answer = animator.get(url(scene, "letter_heard", plain.letter_id, plain.pk))
    assert answer.status_code == 404


# --- Stopped before it leaves -------------------------------------------------------------------


def test_it_may_be_stopped_until_its_first_mail_leaves(scene, signed_in_client, monkeypatch):
    evening = MONDAY.replace(hour=21)
    monkeypatch.setattr(timezone, "now", lambda: evening)
    letter, later = send(scene, 14, 15, now=evening), mail_times.next_opening(evening)
    row = letter.recipients.get(structure=scene.structure)
    viewer, path = Viewer.of(scene.director, MONDAY.date()), letters.path_for(row, scene.director)
    animator, director = signed_in_client(scene.animator), signed_in_client(scene.director)
    page = url(scene, "letter", letter.pk)
    told = animator.get(page).text
    assert "<h1>Part demain à 8\u202fh</h1>" in told
    assert "Ne pas l’envoyer" in told
    assert "part le " in animator.get(url(scene)).text
    for _ in range(2):
        animator.post(url(scene, "remove_letter", letter.pk))
    letters.write_letter.func(letter.pk)
    assert not mails()
    assert not lines_of([today.lines], viewer, evening)
    assert director.get(path).status_code == 410
    assert not [*letters.mails_since([scene.structure.pk], MONDAY, None)]
    told = animator.get(page).text
    assert "Ce courrier ne part pas" in told
    assert "n’ont pas répondu" not in told
    assert "arrêté" in animator.get(url(scene)).text
    verbs = JournalEntry.objects.filter(verb="practices.remove_letter")
    assert verbs.count() == 1
    animator.post(url(scene, "restore_letter", letter.pk))
    letters.write_letter.func(letter.pk)
    assert [each.not_before for each in mails()] == [later, later]
    assert len(lines_of([today.lines], viewer, evening)) == 1
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert "Ne pas l’envoyer" not in animator.get(page).text
    refused = animator.post(url(scene, "remove_letter", letter.pk), follow=True).text
    assert "Trop tard\u00a0: un courrier est parti." in refused
    assert len(mails()) == 2


def test_put_back_its_mails_leave_when_the_week_has_room_anew(scene, settings):
    settings.MOBILISATION_ASKS_PER_WEEK = 1
    said = {"letter": send(scene, now=SATURDAY), "by": scene.animator, "now": SATURDAY}
    letters.keep_letter(is_kept=False, **said)
    send(scene, now=SATURDAY + timedelta(hours=1), structures=[scene.structure])
    letters.keep_letter(is_kept=True, **said)
    left = {each.structure: each.mails_at for each in said["letter"].recipients.all()}
    assert left[scene.structure] > mail_times.next_opening(SATURDAY) + 6 * DAY
    assert left[scene.other] == mail_times.next_opening(SATURDAY)


# --- Refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "cure"),
    [
        (typed(14), "1\u202fdate proposée. Proposez-en de 2 à 5, ou aucune."),
        (typed(14, 14), "1\u202fdate proposée."),
        (typed(14, 15, answer_by=""), "Dites jusqu’à quand répondre."),
        (typed(answer_by="2026-11-30"), "Sans date proposée, laissez vide."),
        (typed(3, 4), "avant la première date proposée"),
        (typed(-1, 4), "Cette date est passée."),
        (typed(14, 15, metier="espaces-verts"), "Aucun membre ne correspond."),
        (typed(14, 15, suite="envoyer"), "Personne n’est coché"),
    ],
)
def test_bad_input_is_told_with_its_cure(scene, signed_in_client, said, cure):
    answer = signed_in_client(scene.animator).post(url(scene, "write_letter"), said)
    assert (answer.status_code, cure in answer.text) == (422, True)
    assert "Deux fiches attendent." in answer.text
    assert not Letter.objects.exists()


def test_only_members_are_written_to(scene, monkeypatch):
    with pytest.raises(ValidationError, match="n’est plus de votre réseau"):
        send(scene, structures=[scene.structure, make_structure("Ailleurs")])
    monkeypatch.setattr(letters, "MOST", 1)
    with pytest.raises(ValidationError, match="resserrez à 1 au plus"):
        send(scene)
