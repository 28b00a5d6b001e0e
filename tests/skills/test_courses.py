"""AFEST courses: from « il manque… » to complete, what is refused, who reads which words."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import JournalEntry
from cordee.base.ui import french
from cordee.skills.models import Course, Enactment, Evaluation, ReflexiveSequence
from cordee.skills.training import actions
from cordee.skills.training.forms import STEPS
from cordee.skills.training.standing import place_of, situations_of
from tests.members.makers import make_person, make_structure
from tests.skills.courses import (
    BEGUN,
    TODAY,
    at,
    complete_course,
    evaluate,
    learner_of,
    look_back,
    open_course,
    teacher_of,
    work,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def structure():
    return make_structure("Les Jardins")


@pytest.fixture
def teacher(structure, signed_in_client):
    return signed_in_client(teacher_of(structure))


@pytest.fixture
def director(structure, signed_in_client):
    return signed_in_client(make_person("d@exemple.fr", role="director", structure=structure))


def fresh(course) -> Course:
    return Course.objects.with_events().get(pk=course.pk)


def title_of(course) -> str:
    return place_of(fresh(course), TODAY).title


def address(course) -> str:
    return reverse("skills:course", args=[course.learner.structure_id, course.pk])


def send(client, course, step, **values):
    url = reverse("skills:course_step", args=[course.learner.structure_id, course.pk, step])
    return client.post(url, values, follow=True)


def written(day, hour) -> str:
    return f"{day:%Y-%m-%d}T{hour:02d}:00"


def filled(page) -> list[str]:
    """The filled buttons of a page."""
    return re.findall(r'class="btn btn-primary"[^>]*>([^<]+)<', page.text.split("<main")[1])


def test_the_filled_button_is_the_next_thing_that_lacks(structure, teacher):
    row = Course(learner=learner_of(structure), title="Tondre", framework="espaces-verts")
    course = actions.write_course(course=row, fields=(), by=teacher_of(structure))
    page, day = address(course), f"{BEGUN:%Y-%m-%d}"
    code = next(iter(situations_of(course)))
    steps = {
        "besoin": {"need": "Tondre seule.", "need_on": day},
        "analyse": {"analysis": "Préparer, tondre.", "analysis_on": day},
        "formation": {"trainer_name": "Basile Granit", "trainer_named_on": day},
        "protocole": {"protocol_on": day, f"for-{code}": day},
        "mise-en-situation": {"code": code, "starts_at": written(BEGUN, 8), "minutes": 120},
        "sequence": {"starts_at": written(BEGUN, 11), "minutes": 30},
        "evaluation": {"kind": "final", "on": day, "evaluator": "B. G.", "result": "Su."},
    }
    assert list(steps) == [step for step in STEPS if step != "fin"]
    for step, values in steps.items():
        assert filled(teacher.get(page)) == [STEPS[step][0]]
        if step == "sequence":
            values[f"gaps-{Enactment.objects.get().pk}"] = "La bande est courbe."
        send(teacher, course, step, **values)
    assert filled(teacher.get(page)) == ["Dossier du financeur (PDF)"]


def test_nothing_presses_in_a_course_that_ended(structure, teacher):
    course = open_course(structure, ended_on=TODAY)
    assert filled(teacher.get(address(course))) == []


def test_a_course_goes_from_what_lacks_to_complete(structure, teacher):
    learner = learner_of(structure)
    opening = reverse("skills:add_course", args=[structure.pk])
    hers = teacher.get(reverse("skills:learner", args=[structure.pk, learner.pk])).text
    assert f"{opening}?personne={learner.pk}" in hers
    page = teacher.post(
        opening,
        {"learner": learner.pk, "title": "Tondre droit", "framework": "espaces-verts"},
        follow=True,
    )
    course = Course.objects.get()
    assert "pas encore une AFEST\u00a0: il manque six choses</h1>" in page.text
    day = f"{BEGUN:%Y-%m-%d}"
    assert "protocole/" in page.text, "each lack leads to what mends it"
    listed = page.text.partition("Ce qui manque</h2>")[2].partition("</ul>")[0]
    assert listed.count("<li>") == 6, "what is only told stands apart"
    assert "Le besoin d’abord." in listed
    send(teacher, course, "besoin", need="Tondre seule.", need_on=day)
    send(teacher, course, "analyse", analysis="Préparer, tondre.", analysis_on=day)
    send(teacher, course, "formation", trainer_name="Basile Granit", trainer_named_on=day)
    code = next(iter(situations_of(course)))
    page = send(teacher, course, "protocole", protocol_on=day, **{f"for-{code}": day})
    assert "il manque trois choses</h1>" in page.text
    begins = written(BEGUN, 8)
    page = send(teacher, course, "mise-en-situation", code=code, starts_at=begins, minutes=120)
    assert "il manque deux choses</h1>" in page.text
    gaps = {f"gaps-{Enactment.objects.get().pk}": "La bande est courbe."}
    page = send(teacher, course, "sequence", starts_at=written(BEGUN, 11), minutes=30, **gaps)
    assert "il manque une chose</h1>" in page.text
    page = send(
        teacher, course, "evaluation", kind="final", on=day, evaluator="B. G.", result="Su."
    )
    assert "AFEST complète depuis le" in page.text
    assert "ne dit pas tous les écarts" in page.text, "what is told still"
    assert "Hana" not in str([row.after for row in JournalEntry.objects.all()])


@pytest.mark.parametrize(
    ("step", "values", "told"),
    [
        ("mise-en-situation", {"code": "inconnue"}, "inconnue"),
        ("mise-en-situation", {"starts_at": written(BEGUN - timedelta(days=1), 8)}, "protocole"),
        ("mise-en-situation", {"starts_at": written(TODAY + timedelta(days=2), 8)}, "pas encore"),
        ("mise-en-situation", {"minutes": "0"}, "de 1 à 720 minutes"),
        ("mise-en-situation", {"minutes": ""}, "Il manque votre réponse"),
        ("evaluation", {"on": f"{BEGUN:%Y-%m-%d}"}, "avant tout travail"),
        ("evaluation", {"result": "Elle sort de prison."}, "santé ou de justice"),
        ("mise-en-situation", {"minutes": "721"}, 'id="id_minutes_error"'),
        ("formation", {"trainer_name": ""}, "Désignez une personne"),
        ("protocole", {}, "Choisissez une situation"),
        ("protocole", {"for-tonte": f"{BEGUN - timedelta(days=3):%Y-%m-%d}"}, "avant le protocole"),
        ("protocole", {"for-tonte": "0026-05-01"}, "L’année 0026 est trop loin"),
        ("protocole", {"protocol_on": "0001-01-01"}, "L’année 0001 est trop loin"),
        ("mise-en-situation", {"starts_at": "0001-01-01T00:00"}, "L’année 0001 est trop loin"),
        ("mise-en-situation", {"starts_at": "9999-12-31T23:59"}, "L’année 9999 est trop loin"),
        ("evaluation", {"on": "0026-05-01"}, "L’année 0026 est trop loin. Écrivez-en une de"),
        ("sequence", {}, "Il manque votre réponse"),
        ("sequence", {"starts_at": "hier"}, "hier"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_is_kept(
    structure, teacher, step, values, told
):
    course = open_course(structure)
    work(course, hour=6)
    after = written(BEGUN + timedelta(days=2), 8)
    usual = {
        "mise-en-situation": {"code": "tonte", "starts_at": after, "minutes": 60},
        "sequence": {"starts_at": after, "minutes": 30},
        "evaluation": {
            "kind": "along",
            "on": f"{TODAY:%Y-%m-%d}",
            "evaluator": "B",
            "result": "Su.",
        },
        "formation": {"trainer_named_on": f"{BEGUN:%Y-%m-%d}"},
        "protocole": {"protocol_on": f"{BEGUN:%Y-%m-%d}"},
    }[step]
    before = list(Course.objects.values()), JournalEntry.objects.count()
    page = send(teacher, course, step, **usual | values)
    assert page.status_code == 422
    assert told in page.text
    assert before == (list(Course.objects.values()), JournalEntry.objects.count())
    assert Enactment.objects.count() == 1
    assert not ReflexiveSequence.objects.exists()
    assert not Evaluation.objects.exists()


@pytest.mark.parametrize("step", ["mise-en-situation", "sequence"])
def test_what_has_not_ended_yet_is_not_kept_as_done(structure, teacher, step, monkeypatch):
    course = open_course(structure)
    gaps = {f"gaps-{work(course).pk}": "La bande est courbe."}
    sent = {"code": "tonte", "starts_at": written(TODAY, 9), "minutes": 60, **gaps}
    ends = at(TODAY, 10)
    monkeypatch.setattr(timezone, "now", lambda: ends - timedelta(minutes=1))
    page = send(teacher, course, step, **sent)
    assert page.status_code == 422
    assert "10\u202fh, n’est pas encore venue. Notez ce qui est fait." in page.text
    monkeypatch.setattr(timezone, "now", lambda: ends)
    assert send(teacher, course, step, **sent).status_code == 200


def test_no_situation_joins_or_leaves_a_protocol_after_its_work(structure, teacher):
    course = open_course(structure)
    after = f"{BEGUN + timedelta(days=2):%Y-%m-%d}"
    said = {"protocol_on": f"{BEGUN:%Y-%m-%d}", "for-tonte": after}
    page = teacher.get(reverse("skills:course_step", args=[structure.pk, course.pk, "protocole"]))
    assert "Quel jour" in page.text
    assert "facultatif" not in page.text
    other = next(code for code in situations_of(course) if code != "tonte")
    work(course, code=other, title="Autre")
    page = send(teacher, course, "protocole", **said | {f"for-{other}": after})
    assert page.status_code == 422
    assert "Écrivez un nouveau protocole, daté d’aujourd’hui" in page.text
    assert "mise en situation choisie" in place_of(fresh(course), TODAY).waits, "counts no more"
    now = f"{TODAY:%Y-%m-%d}"
    anew = {"protocol_on": now, "for-tonte": now, f"for-{other}": now}
    assert send(teacher, course, "protocole", **anew).status_code == 200
    assert "mise en situation choisie" in place_of(fresh(course), TODAY).waits
    # Where no work is noted since its day, it is corrected as before.
    assert send(teacher, course, "protocole", **anew | {f"for-{other}": ""}).status_code == 200
    left = open_course(structure, "Ilan")
    work(left)
    page = send(teacher, left, "protocole", **said | {"for-tonte": "", f"for-{other}": after})
    assert "Du travail est déjà noté" in page.text
    assert situations_of(left)["tonte"]


def test_a_course_ends_with_its_last_event_or_after(structure, teacher):
    course = complete_course(structure)
    last = BEGUN + timedelta(days=5)
    page = send(teacher, course, "fin", ended_on=f"{last - timedelta(days=1):%Y-%m-%d}")
    assert page.status_code == 422
    assert f"Quelque chose est noté le {french.day(last, TODAY)}" in page.text
    assert send(teacher, course, "fin", ended_on=f"{last:%Y-%m-%d}").status_code == 200
    assert fresh(course).ended_on == last


def test_a_situation_planned_and_never_done_is_told_of_a_complete_course(structure, teacher):
    course = complete_course(structure)
    assert "Prévue, pas faite" not in teacher.get(address(course)).text
    day = BEGUN + timedelta(days=3)
    course.situations.create(code="taille", title="Tailler", planned_on=day)
    page = teacher.get(address(course)).text
    assert "AFEST complète depuis" in page
    assert "Prévue, pas faite\u00a0: Tailler." in page
    listed = teacher.get(reverse("skills:courses", args=[structure.pk])).text
    assert "Complète" in listed


def test_no_work_before_somebody_is_named(structure):
    course = open_course(structure, trainer_named_on=None)
    with pytest.raises(ValidationError, match="Personne n’est encore désigné"):
        work(course)
    named = open_course(structure, "Ilan", trainer_named_on=BEGUN + timedelta(days=3))
    with pytest.raises(ValidationError, match="vient après la première"):
        work(named)
    assert not Enactment.objects.exists()


def test_looking_back_is_no_part_of_the_work_whichever_is_noted_first(structure):
    course = open_course(structure)
    done = work(course)
    with pytest.raises(ValidationError, match="pendant le travail"):
        look_back(course, done, hour=9)
    assert not ReflexiveSequence.objects.exists()
    look_back(course, done, hour=11)
    with pytest.raises(ValidationError, match="pendant le travail"):
        work(course, hour=10)
    assert Enactment.objects.count() == 1


def test_a_situation_that_the_protocol_did_not_choose_does_not_count(structure):
    course = open_course(structure)
    look_back(course, work(course, code="taille", title="Tailler"))
    assert "il manque trois choses" in title_of(course)
    with pytest.raises(ValidationError, match="avant tout travail qui compte"):
        evaluate(course)


def test_nothing_is_asked_of_a_moment_that_could_look_back_on_nothing(structure, teacher):
    hana, ilan = open_course(structure), open_course(structure, "Ilan")
    work(ilan)
    url = reverse("skills:course_step", args=[structure.pk, hana.pk, "sequence"])
    page = teacher.get(url).text
    assert "Aucun travail n’attend de séquence réflexive" in page
    assert "Garder" not in page
    ending = reverse("skills:course_step", args=[structure.pk, hana.pk, "fin"])
    assert "pas encore une AFEST\u00a0: il manque trois choses." in teacher.get(ending).text


def test_one_person_forms_not_two(structure, teacher):
    course = open_course(structure)
    both = {"trainer": teacher_of(structure).pk, "trainer_name": "B. Granit"}
    page = send(teacher, course, "formation", trainer_named_on=f"{BEGUN:%Y-%m-%d}", **both)
    assert "et une seule" in page.text


def test_one_moment_serves_several_people(structure, teacher):
    hana, ilan = open_course(structure), open_course(structure, "Ilan")
    works = work(hana), work(ilan)
    url = reverse("skills:course_step", args=[structure.pk, hana.pk, "sequence"])
    page = teacher.get(url).text
    assert "D’autres personnes y étaient" in page
    day = BEGUN + timedelta(days=1)
    said = {f"gaps-{each.pk}": f"Écart {n}" for n, each in enumerate(works)}
    send(teacher, hana, "sequence", starts_at=written(day, 11), minutes=30, **said)
    sequence = ReflexiveSequence.objects.get()
    assert [part.gaps for part in sequence.parts.all()] == ["Écart 0", "Écart 1"]
    event = reverse("skills:course_event", args=[structure.pk, hana.pk, "sequence", sequence.pk])
    assert "pour toutes les personnes" in teacher.get(event).text
    for course in (hana, ilan):
        evaluate(course)
        assert title_of(course).startswith("AFEST complète")
    page = teacher.get(reverse("skills:course", args=[structure.pk, ilan.pk])).text
    assert "Écart 1" in page
    assert "Écart 0" not in page, "what was said of somebody else"


def test_what_was_noted_is_corrected_taken_back_and_put_back(structure, teacher):
    course = complete_course(structure)
    row = Enactment.objects.get()
    event = [structure.pk, course.pk, "mise-en-situation", row.pk]
    when = written(BEGUN + timedelta(days=1), 7)
    teacher.post(
        reverse("skills:course_event", args=event),
        {"code": "tonte", "starts_at": when, "minutes": 90},
    )
    row.refresh_from_db()
    assert (row.minutes, row.starts_at) == (90, at(BEGUN + timedelta(days=1), 7))
    for _ in range(2):
        page = teacher.post(reverse("skills:remove_event", args=event), follow=True)
    assert "il manque deux choses</h1>" not in page.text
    assert "pas encore une AFEST" in page.text
    assert "Remettre" in page.text
    # Corrected while it is out, it would stay out.
    assert teacher.get(reverse("skills:course_event", args=event)).status_code == 404
    for _ in range(2):
        page = teacher.post(reverse("skills:restore_event", args=event), follow=True)
    assert "AFEST complète" in page.text
    verbs = JournalEntry.objects.filter(verb__regex="re(move|store)_event").values_list("verb")
    assert sorted(verbs) == [("skills.remove_event",), ("skills.restore_event",)]


def test_the_same_sent_twice_is_once(structure, teacher):
    for _ in range(2):
        course = open_course(structure)
        done = work(course)
        look_back(course, done)
        evaluate(course)
    counts = [m.objects.count() for m in (Course, Enactment, ReflexiveSequence, Evaluation)]
    assert counts == [1, 1, 1, 1]
    with pytest.raises(ValidationError, match="déjà notée à cette heure"):
        work(course, minutes=60)


def test_a_course_is_taken_back_whole(structure, teacher):
    course = open_course(structure)
    whole = [structure.pk, course.pk, "parcours", course.pk]
    page = teacher.post(reverse("skills:remove_event", args=whole), follow=True).text
    assert "Aucun parcours AFEST en cours</h1>" in page
    assert "1\u202fparcours retiré" in page
    page = teacher.get(address(course)).text
    assert "Retiré\u00a0: Tondre droit</h1>" in page
    assert "Remettre" in page
    assert "Corriger" not in page
    files = reverse("skills:course_file", args=[structure.pk, course.pk])
    assert teacher.get(files).status_code == 404
    teacher.post(reverse("skills:restore_event", args=whole))
    course.refresh_from_db()
    assert course.taken_back_at is None


def test_who_directs_reads_no_word_of_the_person_unless_she_opened_it(structure, director):
    course = complete_course(structure)
    url = reverse("skills:course", args=[structure.pk, course.pk])
    words = ("La bande est courbe", "Refaire avec un repère", "Elle tond seule")
    page = director.get(url).text
    assert "Tondre seule" in page, "the need is a part of the protocol"
    assert not [each for each in words if each in page]
    assert "Corriger" not in page
    course.learner.open_to_direction_on = TODAY
    course.learner.save()
    page = director.get(url).text
    assert [each for each in words if each in page] == list(words)


def test_the_list_says_what_waits_in_the_order_of_names(structure, teacher):
    complete_course(structure, "Zoé")
    open_course(structure, "Ana")
    url = reverse("skills:courses", args=[structure.pk])
    page = teacher.get(url).text
    assert "Un parcours n’est pas encore une AFEST</h1>" in page
    assert page.index("Ana") < page.index("Zoé")
    assert "une mise en situation choisie au protocole, et deux autres choses" in page


def test_pages_ask_as_much_of_the_base_whatever_they_show(structure, teacher):
    course = complete_course(structure)
    pages = [
        reverse("skills:courses", args=[structure.pk]),
        reverse("skills:course", args=[structure.pk, course.pk]),
        reverse("skills:course_step", args=[structure.pk, course.pk, "sequence"]),
    ]

    def counts() -> list[int]:
        found = []
        for url in pages:
            with CaptureQueriesContext(connection) as queries:
                teacher.get(url)
            found.append(len(queries))
        return found

    counts()
    before = counts()
    for n in range(3):
        other = complete_course(structure, f"Ana {n}")
        look_back(other, work(other, day=3))
        look_back(course, work(course, day=3 + n, hour=6))
    assert counts() == before
    assert max(before) < 20
