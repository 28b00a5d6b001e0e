"""The study of an answer: made once in the queue, read as kept, hidden as it must."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from cordee.base.ui.french import THIN
from cordee.composing import actions, problem, study_page, tasks
from cordee.composing.models import Composition, Proposal, Study
from cordee.composing.problem import sentences, study
from cordee.composing.problem.study import Findings
from cordee.economics.models import AccountingYear
from cordee.members.models import CapacityBooking, SharingAgreement, Structure
from cordee.members.sharing import FigureClass
from cordee.opportunities.models import WorkPackage
from tests.api.conftest import Program, key_of
from tests.composing.conftest import DAY, FIRST_TRY, whole

pytestmark = pytest.mark.django_db
MIREL, CUISINE = "Val Mirel Environnement", "Cuisine du Plateau"


@pytest.fixture(autouse=True)
def day_of_the_valley(monkeypatch: Any) -> None:
    from datetime import UTC, datetime

    noon = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: noon)


@pytest.fixture(autouse=True)
def time_enough(settings: Any) -> None:
    """Whatever else the machine does, be it to compile the engine, the short try ends."""
    settings.COMPOSE_SYNCHRONOUS_SECONDS = 600


@pytest.fixture
def reader(person, signed_in_client) -> Any:
    return signed_in_client(person("reseau"))


def studied(valley: Any, slug: str) -> Composition:
    """A composition whose study is done."""
    composition = valley.compose(slug)
    tasks.study_answer.func(FIRST_TRY, str(composition.pk))
    assert Study.objects.get(composition=composition).state == Study.State.DONE
    return composition


def show(reader: Any, composition: Composition, more: str = "") -> str:
    return whole(reader, composition, more)


# --- Other teams ------------------------------------------------------------------------------


def test_other_teams_say_what_they_give_and_cost(valley, reader) -> None:
    page = show(reader, studied(valley, "berges"))
    assert f"Cette équipe coûte 2{THIN}700{THIN}€ de plus" in page
    assert "Avec Val Mirel Environnement, sans Les Jardins de la Verdoire." in page
    assert "Aucune autre équipe n’est assez différente\u00a0: c’est prouvé." in page
    assert f"Métier à consolider\u00a0: 2{THIN}595{THIN}€ de plus." in page, "term by term"


def test_what_the_notice_left_open_is_open_for_every_team(valley, reader, monkeypatch) -> None:
    composition = studied(valley, "berges")
    assert "L’avis à confirmer" not in show(reader, composition)
    monkeypatch.setattr(sentences, "supposed_of", lambda packages: ["Tonte\u00a0: le lieu exact"])
    page = show(reader, composition)
    assert "Oui, en équipe de trois, si nous supposons juste" in page
    assert page.count("L’avis à confirmer") == 1
    assert page.count("À confirmer") == 2, "the two others"
    assert page.count("Sous réserve de ce qui a été supposé.") == 2


def unsaid(composition: Composition) -> None:
    """As if the notice told no amount: like contracts tell it, and people follow."""
    rows = WorkPackage.objects.filter(breakdown=composition.breakdown)
    for row in rows:
        compared = {"state": "compared", "rule": "", "evidence": [], "contracts": 14}
        told = row.provenance | {"amount_cents": compared, "need_cfte": compared}
        QuerySet.update(rows.filter(pk=row.pk), provenance=told)


def test_a_size_that_is_supposed_is_said_first_and_how_far_the_answer_holds(valley, reader) -> None:
    composition = valley.compose("berges")
    unsaid(composition)
    tasks.study_answer.func(FIRST_TRY, str(composition.pk))
    page = reader.get(f"/alliances/{composition.pk}/").content.decode()
    said = "L’avis ne dit pas le montant\u00a0: nous supposons"
    assert page.index(said) < page.index("L’avis à confirmer")
    assert "d’après 14 marchés semblables." in page
    assert "La réponse tient" in page
    assert f"/opportunites/{composition.breakdown.opportunity_id}/corriger/amount/" in page
    # Where figures are taken back, what rests on all of them is not said.
    SharingAgreement.objects.all().delete()
    gone = reader.get(f"/alliances/{composition.pk}/").content.decode()
    assert "La réponse tient" not in gone


def test_where_the_notice_says_the_size_nothing_is_said_of_it(valley, reader) -> None:
    composition = studied(valley, "berges")
    assert Study.objects.get(composition=composition).sizes == {}
    assert "ne dit pas" not in reader.get(f"/alliances/{composition.pk}/").content.decode()


def test_each_other_team_has_its_table_and_can_be_kept(valley, reader) -> None:
    composition = studied(valley, "berges")
    page = show(reader, composition, "?equipe=autre-2")
    assert "Autre équipe 2\u00a0: trois structures" in page
    address = f"/alliances/{composition.pk}/garder/"
    for _ in range(2):
        reader.post(address, {"origin": "alternative", "numero": "2"})
    kept = Proposal.objects.get()
    assert (kept.origin, kept.number) == ("alternative", 2)
    assert "Équipe gardée" in show(reader, composition, "?equipe=autre-2")
    assert "Garder cette équipe" in show(reader, composition, "?equipe=autre-1")
    assert "Autre équipe 2" in reader.get("/alliances/").content.decode()
    for number in ("0", "9", "x"):
        reader.post(address, {"origin": "alternative", "numero": number})
    assert Proposal.objects.count() == 1


def test_the_table_says_who_is_better_on_what(valley, reader) -> None:
    composition = studied(valley, "berges")
    actions.open_to_all(composition=composition)
    page = show(reader, composition)
    assert "Ce que chacune donne" in page
    assert f"<strong>3,0{THIN}km</strong>" in page, "the simple method travels least"
    assert "Plafond le plus plein" in page
    assert "Apprentissage\u00a0: inconnu" in page


def test_ceilings_that_may_not_be_seen_are_in_no_table(valley, reader) -> None:
    page = show(reader, studied(valley, "berges"))
    assert "Plafond le plus plein" not in page
    assert "ces chiffres ne vous sont pas tous ouverts" in page


def test_why_each_partner_is_there_and_what_limits_the_team(valley, reader) -> None:
    page = show(reader, studied(valley, "berges"))
    told = "Pierre et Chaux est la seule à pouvoir prendre «\u00a0Murets en pierre sèche\u00a0»."
    assert told in page
    assert "Ce qui limite l’équipe" in page
    # Each takes a whole lot, its least share: at its limit, and nothing would change.
    assert "Aucune limite ne coûte à cette équipe" in page
    assert "rien ne changerait" not in page


def test_why_not_somebody_expected(valley, reader) -> None:
    composition = studied(valley, "berges")
    page = show(reader, composition, "?pourquoi=val+mirel")
    assert f"Val Mirel Environnement\u00a0: 1,2{THIN}km de plus" in page
    assert "Calculer avec elle" in page
    assert "elle n’exerce aucun de ces métiers" in show(reader, composition, "?pourquoi=plateau")
    assert "est dans l’équipe" in show(reader, composition, "?pourquoi=rives")
    assert "Aucune structure étudiée ne s’appelle" in show(reader, composition, "?pourquoi=zzz")


def test_why_not_somebody_who_was_not_studied(valley, reader) -> None:
    composition = studied(valley, "berges")
    Structure.objects.filter(name=CUISINE).update(latitude=48.8, longitude=2.3)
    Composition.objects.update(people=_without(composition, CUISINE))
    stored = composition.problem
    stored["value"]["candidates"] = [
        each for each in stored["value"]["candidates"] if each["name"] != CUISINE
    ]
    Composition.objects.update(problem=stored)
    page = show(reader, composition, "?pourquoi=plateau")
    assert f"Cuisine du Plateau\u00a0: à plus de 100{THIN}km de tous les travaux." in page


def _without(composition: Composition, name: str) -> dict[str, Any]:
    return {key: who for key, who in composition.people.items() if who["name"] != name}


# --- Ways out ---------------------------------------------------------------------------------


def test_ways_out_are_told_shown_and_tried(valley, reader) -> None:
    composition = studied(valley, "facades")
    actions.open_to_all(composition=composition)
    page = show(reader, composition)
    assert "Le plus petit changement qui suffit" in page
    assert f"Si Pierre et Chaux avait 0,6{THIN}ETP de plus en mai 2027" in page
    assert "Qui doit dire oui" in page
    assert "Ce qui ne suffirait pas" in page
    assert "L’équipe obtenue" in show(reader, composition, "?equipe=issue-1")
    page = show(reader, composition, "?equipe=issue-2")
    assert "Une entreprise d’insertion à trouver" in page
    sent = {"souhait": "issue", "issue": "issue-2"}
    reader.post(f"/alliances/{composition.pk}/et-si/", sent)
    page = show(reader, Composition.objects.get(base=composition))
    assert "Oui, en équipe de deux" in page
    assert "Une entreprise d’insertion à trouver" in page
    assert "Avec une entreprise d’insertion de plus" in page


def test_a_way_out_that_would_tell_a_ceiling_has_no_table(valley, reader) -> None:
    composition = studied(valley, "facades")
    page = show(reader, composition, "?equipe=issue-1")
    assert "Si une structure avait plus d’équipes" in page
    assert "L’équipe obtenue" not in page
    assert "Essayer ce changement" not in page
    sent = {"souhait": "issue", "issue": "issue-1"}
    reader.post(f"/alliances/{composition.pk}/et-si/", sent)
    assert not Composition.objects.filter(base__isnull=False).exists()


def test_no_other_team_and_no_way_out_are_said_too(valley, reader) -> None:
    """Nothing found is an answer, not a part that is not ready."""
    composition = studied(valley, "mobilier")
    assert "Aucune autre équipe n’est assez différente" in show(reader, composition)
    composition = studied(valley, "facades")
    none = {"found": [], "useless": ["radius"], "undecided": []}
    Study.objects.filter(composition=composition).update(cures=none)
    page = show(reader, composition)
    assert "Aucun changement simple ne suffit" in page
    assert "Chercher plus loin ne suffirait pas." in page
    Study.objects.filter(composition=composition).update(cures={**none, "undecided": ["ei"]})
    assert "Aucun changement trouvé dans le temps donné" in show(reader, composition)


# --- The inquiry ------------------------------------------------------------------------------


def inquiry(valley: Any, slug: str) -> Iterator[Findings]:
    composition = valley.compose(slug)
    question, answer = problem.stored_question(composition), problem.stored_answer(composition)
    assert answer is not None
    return study.Inquiry(
        question,
        answer.best,
        study.StudyRequest(),
        seconds=study.SECONDS_IN_QUEUE.__getitem__,
        seed=composition.seed,
        viewer=valley.viewer,
    ).run()


@pytest.mark.parametrize("slug", ["berges", "facades", "mobilier"])
def test_what_a_row_keeps_is_what_was_found(valley, slug: str) -> None:
    *_, found = inquiry(valley, slug)
    columns = json.loads(json.dumps(found.as_columns()))
    kept = Findings.kept_in(Study(**columns), found.question)
    assert replace(kept, beyond=found.beyond) == found
    assert {each.id for each in kept.beyond.candidates} == set(columns["people"])


def test_an_inquiry_that_is_interrupted_ends_with_what_there_is(valley, monkeypatch) -> None:
    def first_limit(*arguments: Any, **named: Any) -> Iterator[Any]:
        yield next(worths(*arguments, **named))
        raise KeyboardInterrupt

    worths = study.worths
    monkeypatch.setattr(study, "worths", first_limit)
    at_first, *_, found = inquiry(valley, "berges")
    assert at_first.unfinished == (study.StudyStep.ALTERNATIVES, study.StudyStep.LIMITS)
    assert found.unfinished == (study.StudyStep.LIMITS,)
    assert found.alternatives is not None
    assert len(found.worths) == 1


def test_the_answer_of_the_api_words_no_study(valley, person, monkeypatch) -> None:
    """What would tell a hidden figure of another team stays out of it all the same."""
    composition = studied(valley, "berges")
    program = Program(key_of(person("reseau"), "compose")[1])
    monkeypatch.setattr(study_page, "report_of", None)
    answer = program.get(f"/api/v1/compositions/{composition.pk}/").json()["answer"]
    assert answer["best"]["hides_costs"] is True


# --- In the queue -----------------------------------------------------------------------------


def test_pages_work_nothing_out(valley, reader, monkeypatch) -> None:
    composition = studied(valley, "berges")
    for name in ("alternatives", "worths", "cures", "explain"):
        monkeypatch.setattr(f"cordee.composing.problem.study.{name}", None)
    assert "D’autres équipes" in show(reader, composition)


def test_a_study_is_made_once_and_of_a_variant_on_demand(valley, reader) -> None:
    composition = studied(valley, "berges")
    before = Study.objects.get()
    actions.request_study(composition=composition)
    tasks.study_answer.func(FIRST_TRY, str(composition.pk))
    assert Study.objects.get().asked_at == before.asked_at
    structure = Structure.objects.get(name="Rives et Sentiers").pk
    sent = {"souhait": "sans", "structure": structure}
    reader.post(f"/alliances/{composition.pk}/et-si/", sent)
    variant = Composition.objects.get(base=composition)
    assert not Study.objects.filter(composition=variant).exists()
    assert "Chercher d’autres équipes" in show(reader, variant)
    reader.post(f"/alliances/{variant.pk}/etudier/")
    assert Study.objects.get(composition=variant).state == Study.State.QUEUED
    assert "Nous cherchons d’autres équipes…" in show(reader, variant)


def test_the_page_completes_itself(valley, reader) -> None:
    composition = valley.compose("berges")
    address = f"/alliances/{composition.pk}/etude/"
    assert reader.get(address).status_code == 204, "nothing is drawn again while it is sought"
    tasks.study_answer.func(FIRST_TRY, str(composition.pk))
    part = reader.get(address).content.decode()
    assert "Ce que chacune donne" in part
    assert "hx-get" not in part, "it asks no more"


def test_a_study_that_broke_down_is_said_and_begun_again(valley, reader, monkeypatch) -> None:
    composition = valley.compose("berges")

    def break_down(*arguments: Any, **named: Any) -> Any:
        raise RuntimeError("no")

    monkeypatch.setattr(actions.studies, "Inquiry", break_down)
    tasks.study_answer.func(FIRST_TRY, str(composition.pk))
    assert Study.objects.get().state == Study.State.FAILED
    assert "La panne vient de chez nous." in show(reader, composition)
    reader.post(f"/alliances/{composition.pk}/etudier/")
    assert Study.objects.get().state == Study.State.QUEUED


def test_a_study_whose_worker_was_killed_is_taken_up_again(valley) -> None:
    composition = valley.compose("berges")
    actions.take_up_study(str(composition.pk))
    tasks.study_answer.func(FIRST_TRY, str(composition.pk))
    assert Study.objects.get().state == Study.State.RUNNING, "another may be at it"
    tasks.study_answer.func(SimpleNamespace(attempt=2), str(composition.pk))
    assert Study.objects.get().state == Study.State.DONE


def test_a_study_that_nobody_works_on_any_more_may_be_begun_again(valley, reader) -> None:
    composition = valley.compose("berges")
    long_ago = timezone.now() - timedelta(hours=1)
    Study.objects.update(state=Study.State.RUNNING, asked_at=long_ago)
    assert "La recherche s’est interrompue." in show(reader, composition)
    assert reader.get(f"/alliances/{composition.pk}/etude/").status_code == 200


# --- What must not be told --------------------------------------------------------------------


def test_what_rests_on_figures_taken_back_is_withheld(valley, reader, monkeypatch) -> None:
    """Of one who is in no team of the answer: the answer stays, what stands beside it does not."""
    composition = studied(valley, "berges")
    name = "La Ressourcerie du Col"
    (other,) = [key for key, who in composition.people.items() if who["name"] == name]
    monkeypatch.setattr(Findings, "candidates", property(lambda self: {other}))
    assert "D’autres équipes" in show(reader, composition)
    SharingAgreement.objects.filter(structure__name=name).delete()
    page = show(reader, composition)
    assert "Qui fait quoi" in page
    assert "La suite n’est plus montrée" in page
    assert "Autre équipe" not in page
    part = reader.get(f"/alliances/{composition.pk}/etude/").content.decode()
    assert "Autre équipe" not in part
    page = show(reader, composition, "?equipe=autre-1")
    assert "Val Mirel" not in page[page.index("Qui fait quoi") :]
    sent = {"origin": "alternative", "numero": "1"}
    reader.post(f"/alliances/{composition.pk}/garder/", sent)
    assert not Proposal.objects.exists()


def test_a_study_uses_no_figure_taken_back(valley) -> None:
    composition = valley.compose("berges")
    SharingAgreement.objects.filter(
        structure__name=MIREL, figure_class=FigureClass.NETWORK
    ).delete()
    tasks.study_answer.func(FIRST_TRY, str(composition.pk))
    row = Study.objects.get()
    assert row.state == Study.State.DONE
    assert not row.alternatives


def test_a_hidden_ceiling_moves_and_the_page_says_the_same(valley, reader) -> None:
    """Two ceilings of one step, where the berges are tight: nothing beside the answer differs,
    nor what wishes change."""
    years = AccountingYear.objects.filter(chantier__structure__name="Les Jardins de la Verdoire")
    SharingAgreement.objects.filter(
        structure__name="Les Jardins de la Verdoire", figure_class=FigureClass.PRIVATE
    ).update(may_see=False)
    pages = []
    for headroom_cents in (7_512_345, 7_999_999):
        Composition.objects.all().delete()
        years.update(
            charges_cents=100_000_000,
            receipts_cents=30_000_000 - headroom_cents - 1,
            derogation=None,
            marginal_cost_share=0,
        )
        composition = studied(valley, "berges")
        said = show(reader, composition)
        for kind, sent in (
            ("besoin", {"travaux": "01", "etp": "1,3"}),
            ("taille", {"structures": 3}),
        ):
            wish = {"souhait": kind, **{f"{kind}-{name}": value for name, value in sent.items()}}
            answer = reader.post(f"/alliances/{composition.pk}/et-si/", wish)
            pk = answer["Location"].split("/")[2]
            said += show(reader, Composition.objects.get(pk=pk))
        pages.append(re.sub(r"[0-9a-f-]{36}|[\w]{64}|en \d+,\d s", "", said))
    assert pages[0] == pages[1]


def test_strangers_see_what_the_invented_valley_shows_and_ask_nothing(valley, client) -> None:
    composition = studied(valley, "berges")
    actions.open_to_all(composition=composition)
    page = show(client, composition)
    assert "D’autres équipes" in page
    assert "Garder" not in page
    assert "Chercher d’autres équipes" not in page
    assert client.post(f"/alliances/{composition.pk}/etudier/").status_code == 302


@pytest.mark.parametrize(
    ("more", "most"),
    [
        ("", 15),
        ("?equipe=autre-1", 15),
        ("preuve/", 13),
        ("preuve/?pourquoi=a", 15),
        ("et-si/", 13),
    ],
)
def test_each_page_of_an_answer_makes_few_queries(
    valley, person, count_queries, more: str, most: int
) -> None:
    composition = studied(valley, "berges")
    assert count_queries(f"/alliances/{composition.pk}/{more}", person("reseau")) <= most


def test_bookings_change_nothing_of_what_is_stored(valley, reader) -> None:
    """What was worked out stays what it was; a new question is asked anew."""
    composition = studied(valley, "berges")
    page = show(reader, composition)
    chantier = Structure.objects.get(name=MIREL).chantiers.get()
    CapacityBooking.objects.create(
        chantier=chantier, first_month=DAY.year * 12 + 12, months=24, cfte=900
    )
    assert show(reader, composition).count("Autre équipe") == page.count("Autre équipe")
