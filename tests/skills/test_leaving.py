"""Everything is taken away, then everything is erased: totals stay, and no trace."""

import io
import json
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from cordee.accounts.actions import erase_account
from cordee.base import schedule
from cordee.bridge.immersions.pages import counts
from cordee.bridge.models import Immersion
from cordee.skills.badges.actions import issue
from cordee.skills.learners import actions
from cordee.skills.models import Board, ErasedLearners, Learner, ReflexiveSequence
from cordee.skills.training import numbers
from tests.bridge.immersions import make_immersion
from tests.members.makers import make_structure
from tests.skills.certification import decide, make_candidate, try_at_work
from tests.skills.courses import TODAY, complete_course, look_back, open_course, work
from tests.skills.makers import make_learner, open_card, see, teacher_of

pytestmark = pytest.mark.django_db
NAME, WORDS, NEED = "Zoulikha", "J’ai porté seule le grand bac bleu", "apprendre à lire un plan"
HOST, PAPER = "Halles du Mirel", "convention 2026-77"


@pytest.fixture
def structure():
    return make_structure("Les Jardins")


@pytest.fixture
def teacher(structure):
    return teacher_of(structure)


@pytest.fixture
def learner(structure, teacher):
    """Somebody with all that may hang on her: a sequence of her own, another shared with Ali."""
    learner = make_learner(structure, NAME)
    actions.write_disagreement(observation=see(learner, teacher), words=WORDS)
    see(learner, teacher, criterion="tailler-net", level="in_progress")
    course, other = complete_course(structure, NAME, need=NEED), open_course(structure, "Ali")
    issue(learner, "Tondre", by=teacher, now=timezone.now())
    ReflexiveSequence.objects.update(place=f"La cabane de {NAME}")
    look_back(course, work(course, day=2), work(other, day=2))
    decide(try_at_work(make_candidate(structure, NAME)), reference=f"PV de {NAME}")
    Board.objects.create(structure=structure, day=TODAY).attendances.create(learner=learner)
    badge = learner.badges.get()
    make_immersion(structure, learner, company=HOST, convention=PAPER, shown=[str(badge.number)])
    make_immersion(structure, learner, company=HOST, starts=20)
    return learner


def traces(*texts: str) -> list[str]:
    """Where a text stands: any column of any table, journal and mails among them; any file."""
    found = []
    for model in apps.get_models():
        for row in model._base_manager.values():
            found += [
                f"{model._meta.label}: {text}"
                for text in texts
                if any(text in str(value) for value in row.values())
            ]
    for file in settings.STATE_DIR.rglob("*"):
        if file.is_file() and ".sqlite3" not in file.name:
            content = file.read_bytes()
            found += [str(file) for text in texts if text.encode() in content]
    found += [each.subject for each in mail.outbox for text in texts if text in each.body]
    return found


def test_everything_is_taken_away_by_her_and_by_who_teaches(
    client, learner, teacher, signed_in_client
):
    address = open_card(client, learner, teacher)
    told = json.loads(client.get(f"{address}emporter/?format=json").content)
    assert told["personne qui apprend"][0]["prénom ou initiales"] == NAME
    assert told["désaccord"][0]["ses mots"] == WORDS
    assert [row["niveau"] for row in told["observation"]] == ["acquis", "en cours"]
    assert told["parcours AFEST"][0]["besoin"] == NEED
    parts = told["retour sur une mise en situation"]
    assert [part["lieu"] for part in parts] == [f"La cabane de {NAME}", "Le local"]
    assert parts[0]["écarts"] == "La bande est courbe."
    assert [row["entreprise"] for row in told["immersion"]] == [HOST, HOST]
    assert "empreinte" not in json.dumps(told)
    theirs = reverse("skills:take_away", args=[learner.structure_id, learner.pk])
    assert json.loads(signed_in_client(teacher).get(f"{theirs}?format=json").content) == told
    pdf = client.get(f"{address}emporter/")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages)
    shown = " ".join(text.split())
    for part in (NAME, "Je sais : Je tonds droit.", "avec Basile", "le grand bac bleu"):
        assert part in shown
    assert shown.index("J’apprends : Je coupe net.") < shown.index("pas d’accord")
    # On paper, words that she can show: neither codes nor names of columns.
    for part in ("tondre-droit", "espaces-verts", "Rubrique", "critère"):
        assert part not in shown


def test_erasing_leaves_totals_and_no_trace(client, learner, teacher, signed_in_client, structure):
    address = open_card(client, learner, teacher)
    client.post(address, {"geste": "effacer"})
    desk = signed_in_client(teacher)
    page = reverse("skills:learner", args=[structure.pk, learner.pk])
    assert "demande à être effacée" in desk.get(page).text
    erase = reverse("skills:erase_learner", args=[structure.pk, learner.pk])
    offered = desk.get(erase).text
    assert "gardez ce que la loi demande" in offered
    assert "?format=json" in offered
    course = learner.courses.get()
    assert reverse("skills:course_file", args=[structure.pk, course.pk]) in offered
    paper = [structure.pk, learner.candidacies.get().pk]
    assert reverse("skills:candidate_file", args=paper) in offered
    assert traces(NAME) != []
    token = learner.badges.get().token
    assert traces(token) != []
    year = date(TODAY.year, 1, 1), date(TODAY.year, 12, 31)
    before = numbers.of_structure(structure, *year)
    told = desk.post(erase, follow=True).text
    assert "Seuls des totaux restent" in told
    assert NAME not in told
    assert traces(NAME, WORDS, NEED, "grand bac", token, HOST, PAPER) == []
    # Of her immersions, one that was done counts still, of nobody and of no day.
    kept = Immersion.objects.get()
    assert (kept.learner, kept.noted_by, kept.said_on, kept.shown) == (None, None, None, [])
    assert kept.first_on == kept.last_on == date(TODAY.year, 1, 1)
    assert counts(structure.immersions.all()) == (1, 0)
    # In January, what was done three weeks ago is of another year.
    rows = ErasedLearners.objects.values_list(
        *("acquired", "work_minutes", "reflexive_minutes", "units")
    )
    assert [sum(column) for column in zip(*rows, strict=True)] == [1, 240, 60, 1]
    assert client.get(address).status_code == 404
    assert numbers.of_structure(structure, *year) == before
    # What served somebody else too stays theirs.
    assert ReflexiveSequence.objects.get().parts.get().enactment.course.learner.pseudonym == "Ali"


def test_two_years_after_leaving_the_schedule_erases(learner, structure):
    now = timezone.now()
    today = timezone.localdate(now)
    learner.left_on = today.replace(year=today.year - 2)
    learner.came_on = None
    learner.save()
    assert actions.erase_old(now) == 0
    learner.left_on -= timedelta(days=1)
    learner.save()
    job = next(job for job in schedule.jobs() if job.name == "skills.erase_old")
    assert job.erases
    assert job.run(now) == 1
    assert [row.pseudonym for row in Learner.objects.all()] == ["Ali"]
    assert traces(NAME, WORDS) == []
    assert ErasedLearners.objects.get().learners == 1


def test_the_name_of_who_taught_goes_with_the_account(learner, teacher):
    seen = learner.observations.first()
    assert seen.seen_by_name == str(teacher)
    erase_account(person=teacher, by=None)
    seen.refresh_from_db()
    assert (seen.seen_by, seen.seen_by_name) == (None, "une personne de l’équipe")
