"""The CQP: a group, what each candidate lacks before the jury, what signed minutes say."""

import io
import json
import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from cordee.accounts.models import JournalEntry
from cordee.dossier.phrases import day
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import lines_of
from cordee.skills.certification.papers import jury_file
from cordee.skills.certification.road import families_of, proof_of, road_of
from cordee.skills.learners.actions import write_disagreement
from cordee.skills.models import Candidate, Cohort, JuryMinutes, Observation
from cordee.skills.today import lines
from cordee.skills.training import numbers
from tests.members.makers import make_person, make_structure
from tests.skills.certification import SIGNED, TRIAL, decide, make_candidate, try_at_work
from tests.skills.courses import BEGUN, TODAY, complete_course, learner_of, teacher_of
from tests.skills.makers import make_framework, open_card, see

pytestmark = pytest.mark.django_db
FAMILIES = ("base", "etre", "procedures", "metier")


@pytest.fixture
def structure():
    return make_structure("Les Jardins")


@pytest.fixture
def teacher(structure, signed_in_client):
    return signed_in_client(teacher_of(structure))


@pytest.fixture
def director(structure, signed_in_client):
    return signed_in_client(make_person("d@exemple.fr", role="director", structure=structure))


def road(candidate, on=TODAY):
    row = Candidate.objects.with_file().get(pk=candidate.pk)
    return road_of(row, families_of(row.cohort.structure), on)


def lacks(candidate, on=TODAY) -> list[str]:
    return [lack for *_, lack in road(candidate, on).steps if lack]


def address(candidate, route="candidate", *more):
    return reverse(f"skills:{route}", args=[candidate.cohort.structure_id, *more, candidate.pk])


def new_minutes(structure, candidate):
    url = reverse("skills:add_cqp", args=[structure.pk, "proces-verbal"])
    return f"{url}?candidature={candidate.pk}"


def withdrawn(client, candidate) -> str:
    """The page of a candidate that counts no more: one gesture, and no file."""
    assert client.get(address(candidate, "candidate_file")).status_code == 404
    page = client.get(address(candidate)).text
    assert "Remettre" in page
    assert "Noter" not in page
    return page


def fill(learner, families=FAMILIES) -> None:
    """One thing seen acquired in each family."""
    criteria = {family: key for key, family in families_of(learner.structure).items()}
    for family in families:
        framework, criterion = criteria[family]
        Observation.objects.create(
            learner=learner,
            framework=framework,
            criterion=criterion,
            competence="Une compétence",
            sentence=f"Je sais, en {family}.",
            level="acquired",
            seen_on=BEGUN,
            seen_by_name="Basile",
        )


def test_a_group_begins_with_its_candidates_and_says_what_lacks(structure, teacher):
    hana = learner_of(structure)
    empty = teacher.get(reverse("skills:cohorts", args=[structure.pk])).text
    assert "Aucun groupe ne prépare le CQP</h1>" in empty
    assert "Cordée ne délivre jamais de CQP" in empty
    assert "numéro au répertoire n’est pas connu" in empty
    sent = {"name": "Groupe d’hiver", "starts_on": f"{BEGUN}", "agreed": "unknown"}
    url = reverse("skills:add_cqp", args=[structure.pk, "groupe"])
    for _ in range(2):
        page = teacher.post(url, sent | {"learners": [hana.pk]}, follow=True)
    assert Cohort.objects.count() == Candidate.objects.count() == 1
    assert "Il manque quelque chose à 1\u202fdossier" in page.text
    assert "On ne sait pas" in page.text
    page = teacher.get(address(Candidate.objects.get())).text
    assert "Hana\u00a0: il manque cinq choses</h1>" in page
    for told in (
        "À vérifier ensemble\u00a0: l’alphabet et le français.",
        "Rien n’est noté pour\u00a0: savoirs de base, savoir-être, savoirs procéduraux et savoirs "
        "professionnels.",
        "Il manque\u00a0: mise en situation et évaluation.",
        "Pas de date.",
        "À faire",
    ):
        assert told in page, told


def test_the_road_is_read_from_what_is_there(structure):
    candidate = try_at_work(make_candidate(structure))
    days = {name: day for name, day, _ in road(candidate).steps}
    assert (days["Épreuve en situation"], days["Livret de suivi"]) == (TRIAL, None)
    fill(candidate.learner, FAMILIES[:3])
    complete_course(structure)
    assert lacks(candidate) == ["Rien n’est noté pour\u00a0: savoirs professionnels."]
    fill(candidate.learner, FAMILIES[3:])
    assert lacks(candidate) == []
    after = candidate.cohort.jury_on + timedelta(days=1)
    assert lacks(candidate, after) == ["Recopiez son procès-verbal signé."]
    candidate.cohort.jury_on = TRIAL - timedelta(days=1)
    candidate.cohort.save()
    assert "L’épreuve vient après" in lacks(candidate)[0]
    decide(candidate)
    assert lacks(candidate, after) == []


def test_what_comes_next_is_the_filled_button_and_a_group_whose_jury_met_prepares_no_more(
    structure, teacher
):
    candidate = try_at_work(make_candidate(structure))
    cohorts = reverse("skills:cohorts", args=[structure.pk])
    assert "Un groupe prépare le CQP</h1>" in teacher.get(cohorts).text

    def filled() -> list[str]:
        return re.findall(r'btn-primary"[^>]*>([^<]+)</a>', teacher.get(address(candidate)).text)

    assert filled() == ["Noter l’épreuve, ce qui est demandé avant"]
    Cohort.objects.update(jury_on=timezone.localdate() - timedelta(days=1))
    assert filled() == ["Recopier un procès-verbal"]
    assert "Aucun groupe ne prépare le CQP</h1>" in teacher.get(cohorts).text
    decide(candidate)
    assert filled() == []


def test_a_framework_of_the_structure_counts_by_the_names_of_its_families(structure):
    content = make_framework(structure).content
    found = families_of(structure)
    assert found[content["code"], "tondre-droit"] == "metier"
    content["families"] = {"pro": "Autre chose"}
    structure.frameworks.update(content=content)
    assert families_of(structure)[content["code"], "tondre-droit"] == ""


def test_whether_the_structure_is_agreed_is_proven_or_not_known(structure, teacher):
    sent = {"name": "G", "starts_on": f"{BEGUN}", "agreed": "yes"}
    url = reverse("skills:add_cqp", args=[structure.pk, "groupe"])
    page = teacher.post(url, sent)
    assert page.status_code == 422
    assert "écrivez sa référence et sa date" in page.text
    page = teacher.post(url, sent | {"agreed": "no", "jury_on": f"{BEGUN - timedelta(days=1)}"})
    assert "Le jury vient avant le premier jour" in page.text
    assert 'value="G"' in page.text
    assert not Cohort.objects.exists()
    proven = {"agreed_reference": "A-7", "agreed_on": f"{BEGUN}"}
    assert "A-7" in teacher.post(url, sent | proven, follow=True).text


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"reference": ""}, "Elle est écrite sur le procès-verbal signé."),
        ({"reference": ""}, "Il manque votre réponse."),
        ({"on": f"{TRIAL - timedelta(days=1)}"}, "l’épreuve vient avant, ou le même jour"),
        ({"on": f"{TODAY + timedelta(days=1)}"}, "n’est pas encore venu"),
        ({"on": "0026-05-01"}, "L’année 0026 est trop loin"),
        ({"base": ""}, "ce que le jury dit d’une unité au moins"),
        ({"base": "excellent"}, "excellent"),
    ],
)
def test_minutes_that_cannot_be_are_refused_and_nothing_is_kept(structure, teacher, values, told):
    candidate = try_at_work(make_candidate(structure))
    before = JournalEntry.objects.count()
    sent = {"reference": "PV 7", "on": f"{SIGNED}", "base": "acquired"}
    page = teacher.post(new_minutes(structure, candidate), sent | values)
    assert page.status_code == 422
    assert told in page.text
    assert values.get("on", f"{SIGNED}") in page.text, "what was typed stays"
    assert not JuryMinutes.objects.exists()
    assert JournalEntry.objects.count() == before


def test_no_minutes_without_a_trial_nor_a_trial_after_its_minutes(structure):
    candidate = make_candidate(structure)
    with pytest.raises(ValidationError, match="épreuve sans date"):
        decide(candidate)
    decide(try_at_work(candidate))
    for late in (None, SIGNED + timedelta(days=1)):
        with pytest.raises(ValidationError, match="Corrigez l’une des deux dates"):
            try_at_work(candidate, trial_on=late)
    with pytest.raises(IntegrityError), transaction.atomic():
        JuryMinutes.objects.update(reference="")
    with pytest.raises(IntegrityError), transaction.atomic():
        JuryMinutes.objects.update(base="", etre="")


def test_minutes_are_copied_once_corrected_taken_back_and_put_back(structure, teacher):
    candidate = try_at_work(make_candidate(structure))
    sent = {"reference": "PV 7", "on": f"{SIGNED}", "base": "acquired", "metier": "not"}
    for _ in range(2):
        page = teacher.post(new_minutes(structure, candidate), sent, follow=True)
    row = JuryMinutes.objects.get()
    assert "Hana\u00a0: " in page.text
    assert row.units == [
        ("Savoirs de base", "acquis"),
        ("Savoir-être", "pas présentée"),
        ("Savoirs procéduraux", "pas présentée"),
        ("Savoirs professionnels", "non"),
    ]
    with pytest.raises(ValidationError, match="déjà recopié"):
        decide(candidate, reference="PV 7", metier="acquired")
    one = [structure.pk, "proces-verbal", row.pk]
    teacher.post(reverse("skills:edit_cqp", args=one), sent | {"metier": "partial"})
    assert JuryMinutes.objects.get().metier == "partial"
    for _ in range(2):
        page = teacher.post(reverse("skills:remove_cqp", args=one), follow=True)
    assert "Remettre" in page.text
    assert JuryMinutes.objects.first_acquired() == {}
    # While they are out, the trial may move; then they may not come back as they are.
    try_at_work(candidate, trial_on=SIGNED + timedelta(days=1))
    page = teacher.post(reverse("skills:restore_cqp", args=one), follow=True)
    assert "Corrigez l’une des deux dates" in page.text
    try_at_work(candidate)
    for _ in range(2):
        teacher.post(reverse("skills:restore_cqp", args=one))
    assert JuryMinutes.objects.first_acquired() == {
        (structure.pk, candidate.learner_id, "base"): SIGNED
    }
    verbs = JournalEntry.objects.filter(verb__regex="(remove|restore)_cqp").values_list("verb")
    assert sorted(verbs) == [("skills.remove_cqp",), ("skills.restore_cqp",)]


def test_somebody_leaves_a_group_and_joins_it_again(structure, teacher):
    candidate = make_candidate(structure)
    one = [structure.pk, "candidature", candidate.pk]
    page = teacher.post(reverse("skills:remove_cqp", args=one), follow=True)
    assert "Ce groupe attend ses candidats</h1>" in page.text
    assert "Remettre" in page.text
    assert "Retiré\u00a0: Hana</h1>" in withdrawn(teacher, candidate)
    make_candidate(structure)
    assert Candidate.objects.get().taken_back_at is None
    group = [structure.pk, "groupe", candidate.cohort_id]
    page = teacher.post(reverse("skills:remove_cqp", args=group), follow=True)
    assert "Aucun groupe ne prépare le CQP</h1>" in page.text
    assert teacher.get(reverse("skills:edit_cqp", args=group)).status_code == 404
    assert "Retiré\u00a0: Groupe d’hiver</h1>" in withdrawn(teacher, candidate)
    page = teacher.get(reverse("skills:cohort", args=[structure.pk, candidate.cohort_id])).text
    assert "Retiré\u00a0: Groupe d’hiver</h1>" in page
    assert "corriger</a>" not in page


def test_addresses_that_name_nothing_are_not_found(structure, teacher):
    for sort in ("candidature", "proces-verbal", "rien"):
        assert teacher.get(reverse("skills:add_cqp", args=[structure.pk, sort])).status_code == 404
    url = reverse("skills:add_cqp", args=[structure.pk, "candidature"])
    assert teacher.get(f"{url}?candidature={make_candidate(structure).pk}").status_code == 404
    other = make_candidate(make_structure("Ailleurs"))
    assert teacher.get(new_minutes(structure, other)).status_code == 404


def test_who_directs_reads_days_and_completeness_and_no_decision_unless_it_is_open(
    structure, director
):
    candidate = try_at_work(make_candidate(structure), knows_alphabet="no")
    assert "À vérifier ensemble" in director.get(address(candidate)).text
    decide(candidate)
    page = director.get(address(candidate)).text
    assert "Hana\u00a0: le jury a décidé</h1>" in page
    for word in ("PV 2026-14", "acquis", "partiel", "Recopier", "Corriger"):
        assert word not in page, word
    assert director.get(address(candidate, "candidate_file")).status_code == 404
    candidate.learner.open_to_direction_on = TODAY
    candidate.learner.save()
    page = director.get(address(candidate)).text
    assert "PV 2026-14" in page
    assert "partiel" in page
    assert director.get(address(candidate, "candidate_file")).content.startswith(b"%PDF")


def test_the_file_is_assembled_and_frames_what_lacks(structure, teacher):
    candidate = make_candidate(structure)
    document = jury_file(road(candidate))
    told = [gap.what for gap in document.gaps]
    assert told[:2] == ["oui ou non, avec sa référence", "ce numéro, que Cordée ne connaît pas"]
    assert {"le jour de l’épreuve", "les preuves", "le procès-verbal du jury"} <= set(told)
    fill(candidate.learner)
    complete_course(structure)
    seen = Observation.objects.filter(learner=candidate.learner).first()
    write_disagreement(observation=seen, words="J’ai appris seule")
    decide(try_at_work(candidate))
    document = jury_file(road(candidate))
    text = document.plain_text()
    for words in (
        "Hana",
        "Je sais, en base.",
        "La personne n’est pas d’accord\u00a0: J’ai appris seule",
        "Mise en situation\u00a0: Tondre",
        "Évaluation\u00a0: Elle tond seule.",
        "PV 2026-14",
        "partiel",
        "lui seul délivre le CQP",
    ):
        assert words in text, words
    assert [gap.what for gap in document.gaps] == told[:2]
    for extension, start in (("pdf", b"%PDF"), ("docx", b"PK")):
        answer = teacher.get(address(candidate, "candidate_file"), {"format": extension})
        assert answer.content.startswith(start)


def test_the_file_and_the_page_tell_one_day_of_the_jury_that_of_the_last_minutes(
    structure, teacher
):
    candidate = try_at_work(make_candidate(structure))
    decide(candidate)
    decide(candidate, reference="PV 2026-15", on=TODAY)
    found = road(candidate)
    assert found.jury_on == TODAY != candidate.cohort.jury_on
    text = jury_file(found).plain_text()
    assert day(TODAY) in text
    assert day(candidate.cohort.jury_on) not in text


def test_what_is_acquired_is_proof_while_its_last_observation_says_so(structure):
    candidate = make_candidate(structure)
    fill(candidate.learner, FAMILIES[:2])
    first, kept = Observation.objects.order_by("pk")
    later = {"level": "in_progress", "seen_on": BEGUN + timedelta(days=1), "sentence": "Plus tard."}
    same = {name: getattr(first, name) for name in ("learner", "framework", "criterion")}
    other = Observation.objects.create(**same, **later)

    def proven() -> list[str]:
        return [what for _, _, what, _ in proof_of(road(candidate).candidate.learner)]

    assert proven() == [kept.sentence]
    other.taken_back_at = timezone.now()
    other.save()
    assert proven() == sorted([first.sentence, kept.sentence])


def test_a_jury_is_not_moved_before_a_trial(structure, teacher):
    candidate = try_at_work(make_candidate(structure))
    url = reverse("skills:edit_cqp", args=[structure.pk, "groupe", candidate.cohort_id])
    sent = {"name": "G", "starts_on": f"{BEGUN}", "agreed": "unknown"}
    page = teacher.post(url, sent | {"jury_on": f"{TRIAL - timedelta(days=1)}"})
    assert page.status_code == 422
    assert "Épreuve en situation de Hana le" in page.context["form"].errors["jury_on"][0]
    assert teacher.post(url, sent | {"jury_on": f"{TRIAL}"}).status_code == 302
    # Told on her page only, a trial that was moved after it holds nothing else of the group.
    Candidate.objects.update(trial_on=TRIAL + timedelta(days=1))
    assert teacher.post(url, sent | {"jury_on": f"{TRIAL}", "name": "H"}).status_code == 302
    assert Cohort.objects.get().name == "H"


def test_her_page_and_what_she_takes_away_tell_her_units(structure, client):
    candidate = try_at_work(make_candidate(structure))
    decide(candidate)
    page = open_card(client, candidate.learner, teacher_of(structure))
    text = client.get(page).text
    assert "Mes unités du CQP" in text
    assert "Savoirs de base" in text
    assert "Savoir-être" not in text, "partial is not acquired"
    assert "Rien n’est encore noté" not in text
    told = json.loads(client.get(f"{page}emporter/?format=json").content)
    assert told["procès-verbal du jury"][0]["Savoirs de base"] == "acquis"
    assert told["candidature au CQP"][0]["nom du groupe"] == "Groupe d’hiver"
    pdf = PdfReader(io.BytesIO(client.get(f"{page}emporter/").content))
    text = " ".join("".join(each.extract_text() for each in pdf.pages).split())
    assert "Les unités du CQP que j’ai" in text
    assert "Savoirs de base. Le jury l’a dit le" in text


def test_units_of_the_year_are_counted_once(structure):
    year = date(SIGNED.year, 1, 1), date(SIGNED.year, 12, 31)
    candidate = try_at_work(make_candidate(structure))
    decide(candidate)
    decide(candidate, reference="PV 2026-20", metier="acquired", on=TODAY)
    assert numbers.of_structure(structure, date(2020, 1, 1), date(2020, 12, 31)).units == 0
    assert numbers.of_structure(structure, year[0], TODAY).units == 2
    assert numbers.of_structure(structure, year[0], TODAY).learners == 1
    candidate.taken_back_at = timezone.now()
    candidate.save()
    assert numbers.of_structure(structure, year[0], TODAY).units == 0


def test_a_trial_and_a_jury_of_this_week_wait_for_who_teaches(structure):
    soon = TODAY + timedelta(days=5)
    candidate = make_candidate(structure, jury_on=soon)
    make_candidate(structure, "Ilan")
    candidate.trial_on = soon
    candidate.save()
    viewer = Viewer.of(teacher_of(structure), TODAY)

    def waiting():
        return [(each.what, each.fact) for each in lines_of([lines], viewer, timezone.now())]

    (trial, jury) = waiting()
    assert trial[0] == "Épreuve du CQP\u00a0: Groupe d’hiver"
    assert trial[1].endswith("pour 1\u202fpersonne")
    assert jury[0] == "Jury du CQP\u00a0: Groupe d’hiver"
    assert jury[1].endswith("pour 2\u202fpersonnes")
    Cohort.objects.update(jury_on=TODAY + timedelta(days=8))
    assert [what for what, _ in waiting()] == [trial[0]]
    # Once past, the jury waits for its minutes, and a trial for nothing.
    Cohort.objects.update(jury_on=TODAY - timedelta(days=3))
    Candidate.objects.update(trial_on=TODAY - timedelta(days=4))
    (line,) = lines_of([lines], viewer, timezone.now())
    assert (line.verb, line.until) == ("Recopier le procès-verbal", TODAY)
    for row in Candidate.objects.all():
        decide(row, on=TODAY - timedelta(days=3))
    assert waiting() == []


def test_titles_of_supervisors_tell_until_when_and_warn(structure, director):
    url = reverse("skills:cohorts", args=[structure.pk])
    page = director.get(url).text
    for words in ("RNCP39794", "8\u202fnovembre 2029", "RNCP41402", "27\u202foctobre 2030"):
        assert words in page
    assert "À regarder" not in page
    page = director.get(url, {"fin": "2029-12-14"}).text
    assert "8\u202fnovembre 2029, avant la session" in page
    assert page.count("À regarder") == 1
    for far in ("9999-12-31", "0001-01-01"):
        assert "est trop loin. Écrivez-en une de" in director.get(url, {"fin": far}).text
    assert "n’est pas une date" in director.get(url, {"fin": "hier"}).text


def test_pages_ask_as_much_of_the_base_whatever_they_show(structure, teacher):
    candidate = try_at_work(make_candidate(structure))
    pages = [
        reverse("skills:cohorts", args=[structure.pk]),
        reverse("skills:cohort", args=[structure.pk, candidate.cohort_id]),
        address(candidate),
    ]

    def counts() -> list[int]:
        found = []
        for url in pages:
            with CaptureQueriesContext(connection) as queries:
                teacher.get(url)
            found.append(len(queries))
        return found

    complete_course(structure)
    fill(candidate.learner)
    counts()
    before = counts()
    for n in range(3):
        other = make_candidate(structure, f"Ana {n}")
        decide(try_at_work(other))
        complete_course(structure, f"Ana {n}")
        see(other.learner, teacher_of(structure))
        decide(candidate, reference=f"PV {n}")
    assert counts() == before
    assert max(before) < 25
