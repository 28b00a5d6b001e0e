"""Who learns, for who teaches: noted, corrected, gone and back; what is seen of them."""

from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from cordee.accounts.models import JournalEntry
from cordee.base.ui import french
from cordee.base.ui.templatetags.ui import icon_names
from cordee.members.roles import Role
from cordee.skills.badges.actions import issue, keep
from cordee.skills.frameworks.in_use import frameworks_of
from cordee.skills.learners import actions, card
from cordee.skills.learners.pages import known_of, task_of
from cordee.skills.models import Learner, Observation
from tests.members.makers import make_person, make_structure
from tests.skills.makers import make_framework, make_learner, open_card, see, teacher_of

NEXT_YEAR = timezone.localdate().year + 1
pytestmark = pytest.mark.django_db
CAME = date(2026, 1, 5)


@pytest.fixture
def structure():
    return make_structure("Les Jardins")


@pytest.fixture
def teacher(structure):
    return teacher_of(structure)


@pytest.fixture
def learner(structure):
    return make_learner(structure, came_on=CAME)


@pytest.fixture
def desk(teacher, signed_in_client):
    return signed_in_client(teacher)


@pytest.fixture
def direction(structure, signed_in_client):
    return signed_in_client(make_person("d@exemple.fr", role=Role.DIRECTOR, structure=structure))


def page_of(learner, name="learner", *more) -> str:
    return reverse(f"skills:{name}", args=[learner.structure_id, learner.pk, *more])


def test_a_person_is_noted_corrected_leaves_and_comes_back(structure, desk):
    typed = {"pseudonym": "Nour", "came_on": "2026-01-05", "left_on": ""}
    add = reverse("skills:add_learner", args=[structure.pk])
    # Nobody who is added has left.
    assert "left_on" not in desk.get(add).text
    page = desk.post(add, typed, follow=True).text
    assert "C’est gardé." in page
    assert "Rien n’est encore noté pour Nour</h1>" in page
    learner = Learner.objects.get()
    edit = page_of(learner, "edit_learner")
    desk.post(edit, typed | {"pseudonym": "N. B.", "left_on": "2026-11-02"})
    home = desk.get(reverse("skills:home", args=[structure.pk])).text
    assert "Personne n’apprend encore ici" in home
    assert "personne partie" in home
    desk.post(edit, typed)
    assert (
        "personne apprend au travail" in desk.get(reverse("skills:home", args=[structure.pk])).text
    )
    assert Learner.objects.get().pseudonym == "Nour"


def test_who_leaves_later_is_still_there(learner, desk, structure):
    today = timezone.localdate()
    learner.left_on = today + timedelta(days=1)
    learner.save()
    home = reverse("skills:home", args=[structure.pk])
    page = desk.get(home).text
    assert "1\u202fpersonne apprend au travail</h1>" in page
    assert f"part le {french.day(learner.left_on, today)}" in page
    assert "personne partie" not in page
    assert "Nour" in desk.get("/terrain/").text
    assert learner in structure.learners.present()
    assert learner not in structure.learners.present(learner.left_on)
    # Even who left so long ago that tonight erases her is in the list: the day may be mistyped.
    learner.came_on, learner.left_on = None, today.replace(year=today.year - 5, day=1)
    learner.save()
    page = desk.get(home).text
    assert "Nour" in page
    assert "personne partie" in page


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"pseudonym": "06 12 34 56 78"}, "ressemble à un numéro de téléphone"),
        ({"pseudonym": ""}, "Il manque votre réponse"),
        ({"pseudonym": "Ali"}, "porte déjà ce nom"),
    ],
)
def test_a_person_is_refused_with_the_reason(structure, desk, wrong, told):
    make_learner(structure, "Ali")
    typed = {"pseudonym": "Nour", "came_on": "2026-01-05", "left_on": ""} | wrong
    page = desk.post(reverse("skills:add_learner", args=[structure.pk]), typed)
    assert page.status_code == 422
    assert told in page.text
    assert Learner.objects.count() == 1


def test_a_departure_before_the_arrival_is_told_at_its_field(learner, desk):
    typed = {"pseudonym": "Nour", "came_on": "2026-01-05", "left_on": "2025-12-31"}
    page = desk.post(page_of(learner, "edit_learner"), typed)
    assert page.status_code == 422
    assert "Le départ vient avant l’arrivée" in page.context["form"].errors["left_on"][0]
    assert "__all__" not in page.context["form"].errors


def test_a_day_that_would_hide_or_erase_her_is_refused(learner, desk, teacher):
    edit, today = page_of(learner, "edit_learner"), timezone.localdate()
    see(learner, teacher, seen_on=today - timedelta(days=9))
    see(learner, teacher, seen_on=today - timedelta(days=3))

    def told(**days: date | None) -> dict[str, list[str]]:
        page = desk.post(edit, {"pseudonym": "Nour", "came_on": CAME, "left_on": ""} | days)
        return page.context["form"].errors if page.status_code == 422 else {}

    def said(day: date) -> str:
        return french.day(day, today)

    old, far = date(today.year - 20, 3, 2), date(today.year + 2, 3, 2)
    assert said(old) in told(came_on="", left_on=old)["left_on"][0]
    assert "effacez cette personne depuis sa page" in told(came_on="", left_on=old)["left_on"][0]
    assert "plus de dix ans" in told(came_on=old)["came_on"][0]
    for name in ("came_on", "left_on"):
        assert f"{said(far)}\u00a0: c’est dans plus d’un an." in told(**{name: far})[name][0]
    # Nor one that leaves out what was seen.
    first, last = today - timedelta(days=9), today - timedelta(days=3)
    within = today - timedelta(days=6)
    assert f"une observation est du {said(first)}" in told(came_on=within)["came_on"][0]
    assert f"une observation est du {said(last)}" in told(left_on=within)["left_on"][0]
    learner.refresh_from_db()
    assert (learner.came_on, learner.left_on) == (CAME, None)
    assert told(came_on=first, left_on=last) == {}


def test_nothing_is_seen_after_she_left(structure, learner, desk):
    make_framework(structure)
    learner.left_on = timezone.localdate() - timedelta(days=2)
    learner.save()
    sent = {
        "seen_on": learner.left_on,
        "number": uuid4(),
        f"critere-{learner.pk}-tondre-droit": "acquired",
    }
    address = page_of(learner, "observe") + "?quoi=espaces-verts:c:tondre"
    page = desk.post(address, sent | {"seen_on": timezone.localdate()})
    assert "Nour était là jusqu’au" in page.context["form"].errors["seen_on"][0]
    assert desk.post(address, sent).status_code == 302


def test_what_is_seen_in_a_situation_stands_by_competence(structure, learner, desk, teacher):
    make_framework(structure)
    listed = desk.get(page_of(learner, "observe")).text
    assert "Qu’a fait Nour" in listed
    assert listed.index("Situations</h2>") < listed.index("Compétences</h2>")
    assert "Tondre un square" in listed
    address = page_of(learner, "observe") + "?quoi=espaces-verts:s:square"
    number = uuid4()
    sent = {
        "seen_on": "2026-03-02",
        "number": number,
        f"critere-{learner.pk}-tondre-hauteur": "acquired",
    }
    for _ in range(2):
        page = desk.post(address, sent, follow=True).text
    assert "Nour sait faire 1\u202fchose</h1>" in page
    assert "Je règle la hauteur." in page
    row = Observation.objects.get()
    assert (row.situation, row.competence, row.seen_by) == ("square", "Tondre", teacher)
    assert row.seen_by_name == "Basile"


def test_a_criterion_stands_where_it_was_last_seen(learner, teacher):
    see(learner, teacher, level="in_progress", seen_on=CAME)
    see(learner, teacher, level="acquired", seen_on=CAME + timedelta(days=9))
    # Noted later, seen before.
    see(learner, teacher, level="not_seen", seen_on=CAME + timedelta(days=3))
    see(learner, teacher, criterion="tailler-net", level="in_progress")
    see(learner, teacher, criterion="tondre-hauteur", level="not_seen")
    found = {known.name: [row.level for row in known.rows] for known in known_of(learner)}
    # One line a competence, in the alphabet; what is acquired first.
    assert list(found) == ["Tailler", "Tondre"]
    assert found == {"Tailler": ["in_progress"], "Tondre": ["acquired", "not_seen"]}


@pytest.mark.parametrize(
    ("day", "value", "cure"),
    [
        (f"{NEXT_YEAR}-01-01", f"1er\u202fjanvier {NEXT_YEAR}", "Corrigez-le"),
        ("2099-01-01", "2099", "Écrivez-en une de"),
        ("2025-12-31", "31\u202fdécembre 2025", "Corrigez l’un des deux"),
        ("hier", "hier", "Écrivez par exemple"),
    ],
)
def test_a_day_is_refused_with_field_value_and_cure(structure, learner, desk, day, value, cure):
    make_framework(structure)
    sent = {"seen_on": day, "number": uuid4(), f"critere-{learner.pk}-tondre-droit": "acquired"}
    page = desk.post(page_of(learner, "observe") + "?quoi=espaces-verts:c:tondre", sent)
    assert page.status_code == 422
    told = page.context["form"].errors["seen_on"][0]
    assert value in told
    assert cure in told
    assert Observation.objects.count() == 0


def test_nothing_is_kept_of_a_sending_where_one_criterion_is_unknown(learner, desk):
    make_framework(learner.structure)
    sent = {"seen_on": "2026-03-02", "number": uuid4()}
    address = page_of(learner, "observe") + "?quoi=espaces-verts:c:tondre"
    assert "au moins un critère" in desk.post(address, sent).text
    sent |= {
        f"critere-{learner.pk}-tondre-droit": "acquired",
        f"critere-{learner.pk}-nager": "acquired",
    }
    page = desk.post(address, sent)
    assert page.status_code == 422
    assert "«\u00a0nager\u00a0»\u00a0: ce critère n’est pas dans cette liste" in page.text
    assert Observation.objects.count() == 0


def test_an_observation_is_taken_back_by_its_author_only(learner, desk, teacher, signed_in_client):
    row = see(learner, teacher)
    actions.write_disagreement(observation=row, words="Non.")
    other = signed_in_client(teacher_of(learner.structure, "zoe@exemple.fr"))
    take_back = page_of(learner, "remove_observation", row.pk)
    restore = page_of(learner, "restore_observation", row.pk)
    assert "Seule la personne qui a noté" in other.post(take_back, follow=True).text
    for _ in range(2):
        page = desk.post(take_back, follow=True).text
        assert "Vous pouvez la remettre plus bas." in page
    row.refresh_from_db()
    assert row.taken_back_at is not None
    assert row.disagreement.words == "Non."
    assert "Rien n’est encore noté" in page
    # Put back by its author alone, as it was; twice is once.
    assert restore in page
    assert restore not in other.get(page_of(learner)).text
    assert "Seule la personne qui a noté" in other.post(restore, follow=True).text
    for _ in range(2):
        page = desk.post(restore, follow=True).text
    assert "L’observation est remise." in page
    assert "sait faire 1\u202fchose" in page
    assert "« Non. »".replace(" ", "\u00a0") in page
    verbs = JournalEntry.objects.filter(verb__endswith="_observation").order_by("pk")
    assert [entry.verb.partition(".")[2] for entry in verbs] == [
        "remove_observation",
        "restore_observation",
    ]


def test_her_words_stay_until_she_takes_them_back(learner, desk, teacher, client):
    first = see(learner, teacher, level="in_progress", seen_on=CAME)
    other = see(learner, teacher, criterion="tailler-net")
    for row in (first, other):
        actions.write_disagreement(observation=row, words=f"Mes mots {row.pk}.")
    see(learner, teacher)
    desk.post(page_of(learner, "remove_observation", other.pk))
    (tailler, tondre) = known_of(learner)
    assert [(row.level, row.is_former) for row in tondre.rows] == [
        ("acquired", False),
        ("in_progress", True),
    ]
    assert (tailler.standing, tailler.acquired, tailler.rows) == ([], [], [other])
    hers = open_card(client, learner, teacher)
    pdf = PdfReader(BytesIO(client.get(f"{hers}emporter/").content))
    shown = " ".join(pdf.pages[0].extract_text().split())
    assert f"Je tonds droit. (en cours, 5 janvier 2026) Mes mots {first.pk}." in shown
    assert "J’apprends" not in shown
    for page in (desk.get(page_of(learner)).text, client.get(hers).text):
        told = page.replace("\u00a0", " ")
        assert f"« Mes mots {first.pk}. »" in told
        assert f"« Mes mots {other.pk}. »" in told
        assert "(observation retirée)" in told
        assert "(observation d’avant)" in told
    for row in (first, other):
        client.post(
            reverse("card:disagree", args=[hers.split("/")[2], row.pk]), {"geste": "accord"}
        )
    assert [known.rows[0].is_former for known in known_of(learner)] == [False]


def test_an_attestation_that_still_says_it_is_told(learner, desk, teacher, structure):
    row, other = see(learner, teacher), see(learner, teacher, criterion="tailler-net")
    badge = issue(learner, "Tondre", by=teacher, now=timezone.now())
    address = reverse("skills:badge", args=[structure.pk, learner.pk, badge.pk])
    told = "retirez-la aussi si elle n’est plus vraie"
    assert told not in desk.post(page_of(learner, "remove_observation", other.pk), follow=True).text
    take_back = page_of(learner, "remove_observation", row.pk)
    page = desk.post(take_back, follow=True).text
    assert told in page
    assert f'<a href="{address}">Une attestation du ' in page
    erase = desk.get(page_of(learner, "erase_learner")).text
    assert address in erase
    assert "Effacer Nour</button>" in erase
    keep(badge=badge, is_kept=False, by=teacher)
    assert told not in desk.post(take_back, follow=True).text
    assert address not in desk.get(page_of(learner, "erase_learner")).text


def test_what_she_learns_is_the_title_where_nothing_is_acquired(learner, desk, teacher):
    see(learner, teacher, level="in_progress")
    assert "Ce que Nour apprend</h1>" in desk.get(page_of(learner)).text


def test_the_direction_reads_what_was_opened_and_nothing_else(learner, teacher, direction):
    see(learner, teacher)
    home = reverse("skills:home", args=[learner.structure_id])
    assert direction.get(page_of(learner)).status_code == 404
    assert "Nour" not in direction.get(home).text
    title = "1\u202fpersonne apprend au travail, aucune page ne vous est ouverte"
    assert title in direction.get(home).text
    now = timezone.now()
    actions.choose(learner=learner, opens=True, erases=None, now=now)
    page = direction.get(page_of(learner)).text
    assert "Je tonds droit." in page
    assert "Noter ce que j’ai vu" not in page
    assert "Nour" in direction.get(home).text
    assert direction.get(page_of(learner, "observe")).status_code == 404
    actions.choose(learner=learner, opens=False, erases=None, now=now)
    assert direction.get(page_of(learner)).status_code == 404


def test_a_task_is_a_situation_or_a_competence(structure):
    make_framework(structure)
    mine = frameworks_of(structure)
    assert task_of(mine, "espaces-verts:c:tailler").title == "Tailler"
    assert task_of(mine, "espaces-verts:s:square").situation == "square"
    assert task_of(mine, "espaces-verts:c:nager") is None
    assert task_of(mine, "ailleurs:c:nager") is None


def test_a_competence_has_its_drawing_or_a_star(learner, teacher):
    make_framework(learner.structure)
    see(learner, teacher)
    see(learner, teacher, criterion="tailler-net")
    drawn = {known.name: known.picto for known in known_of(learner)}
    assert drawn == {"Tondre": "tondre", "Tailler": "etoile"}
    assert set(card.PICTURES) <= icon_names("p")


def test_the_journal_holds_keys_alone(learner, desk, teacher):
    row = see(learner, teacher)
    actions.write_disagreement(observation=row, words="J’ai taillé toute la haie.")
    actions.print_card(learner=learner, by=teacher, now=timezone.now())
    lines = JournalEntry.objects.filter(verb__startswith="skills.")
    assert {line.verb: line.after for line in lines} == {
        "skills.note_observations": {"count": 1},
        "skills.write_disagreement": {"learner": learner.pk},
        "skills.print_card": {"learner": learner.pk},
    }


def test_the_number_of_queries_does_not_grow(learner, teacher, count_queries):
    home = reverse("skills:home", args=[learner.structure_id])
    see(learner, teacher)
    before = count_queries(page_of(learner), teacher), count_queries(home, teacher)
    see(learner, teacher, criterion="tailler-net")
    for name in ("Ali", "Zoé", "Max"):
        make_learner(learner.structure, name)
    assert (count_queries(page_of(learner), teacher), count_queries(home, teacher)) == before
