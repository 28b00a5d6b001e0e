"""« Référentiels »: read by who directs, changed by who teaches, told against ours."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cordee.accounts.models import JournalEntry
from cordee.base.tables import csv_text
from cordee.skills.frameworks.tables import COLUMNS, rows_of
from cordee.skills.frameworks.values import (
    Framework,
    differences,
    ours,
    parse,
    situations_for,
    with_competence,
)
from cordee.skills.models import OwnFramework
from tests.members.makers import make_person, make_structure
from tests.opportunities.makers import make_opportunity

pytestmark = pytest.mark.django_db
CODE = "proprete"


@pytest.fixture
def structure():
    return make_structure("Les Jardins")


@pytest.fixture
def supervisor(structure, signed_in_client):
    return signed_in_client(make_person("e@exemple.fr", role="supervisor", structure=structure))


def at(name: str, structure: Any, *rest: Any) -> str:
    return reverse(f"skills:{name}", args=[structure.pk, *rest])


def own_row() -> OwnFramework:
    return OwnFramework.objects.get()


def text_of(framework: Framework) -> str:
    return "".join(csv_text(COLUMNS, rows_of(framework)))


def send(client: Any, address: str, text: str, **fields: Any) -> Any:
    file = SimpleUploadedFile("referentiel.csv", text.encode())
    return client.post(address, {"file": file, **fields})


def change(client: Any, structure: Any, **changed: str) -> Any:
    """Change sentences of « Laver les vitres », as its page gives them."""
    address = at("competence", structure, CODE, "pr-vitres")
    form = client.get(address).context["form"]
    typed = {field.name: field.value() or "" for field in form}
    return client.post(address, typed | changed, follow=True)


# --- Values -----------------------------------------------------------------------------------


def test_what_differs_is_said_in_words() -> None:
    model = ours()[CODE]
    content = model.as_content()
    first = content["competences"][0]
    gone = first["criteria"][0]
    first["name"] = "Charger mon chariot"
    first["criteria"] = [*first["criteria"][1:], {"code": "neuf", "sentence": "Je compte."}]
    content["situations"][0]["risks"] = ["Aucun"]
    for situation in content["situations"]:
        situation["criteria"] = [code for code in situation["criteria"] if code != gone["code"]]
    changed = parse(content)
    said = differences(model, changed)
    renamed = "«\u00a0Préparer mon chariot\u00a0» devient «\u00a0Charger mon chariot\u00a0»"
    assert f"Compétence\u00a0: {renamed}" in said
    assert f"Critère en moins\u00a0: {gone['sentence']}" in said
    assert "Critère en plus\u00a0: Je compte." in said
    assert "Situation, détails changés\u00a0: Nettoyer des bureaux le soir" in said
    assert differences(model, model) == []


def test_a_criterion_taken_out_leaves_the_situations() -> None:
    model = ours()[CODE]
    found = next(each for each in model.competences if each.code == "pr-vitres")
    left = with_competence(model, replace(found, criteria=found.criteria[1:]))
    assert "pr-vitres-pied" not in left.criteria
    assert all("pr-vitres-pied" not in each.criteria for each in left.situations)


def test_a_situation_that_shows_nothing_any_more_goes() -> None:
    content = ours()[CODE].as_content()
    content["situations"][0]["criteria"] = ["pr-vitres-pied"]
    framework = parse(content)
    found = next(each for each in framework.competences if each.code == "pr-vitres")
    left = with_competence(framework, replace(found, criteria=found.criteria[1:]))
    assert "Situation en moins\u00a0: Nettoyer des bureaux le soir" in differences(framework, left)
    assert parse(left.as_content()) == left


def test_situations_come_trade_by_trade() -> None:
    found = situations_for(["proprete", "espaces-verts", "proprete", "maraichage"])
    assert [owner.code for owner, _ in found[:4]] == ["proprete", "espaces-verts"] * 2
    assert len(found) == sum(len(ours()[code].situations) for code in ("proprete", "espaces-verts"))
    assert situations_for([]) == []


# --- Pages ------------------------------------------------------------------------------------


def test_who_directs_reads_and_changes_nothing(structure, signed_in_client) -> None:
    client = signed_in_client(make_person("d@exemple.fr", role="director", structure=structure))
    page = client.get(at("framework", structure, CODE))
    assert "Nettoyer des bureaux le soir" in page.content.decode()
    assert "Changer" not in page.content.decode()
    assert client.get(at("competence", structure, CODE, "pr-vitres")).status_code == 404


def test_one_sentence_changed_makes_the_structure_its_own(supervisor, structure) -> None:
    page = change(supervisor, structure, criterion_0="Je garde les pieds par terre.")
    assert "1\u202fdifférence" in page.content.decode()
    own = own_row()
    assert (own.code, own.origin, own.origin_version) == (CODE, CODE, 1)
    assert own.value.criteria["pr-vitres-pied"][1].sentence == "Je garde les pieds par terre."
    assert "dont 1 à vous" in supervisor.get(at("frameworks", structure)).content.decode()
    line = JournalEntry.objects.get(verb="skills.write_framework")
    assert line.after == {"framework": own.pk}


def test_a_sentence_is_typed_on_two_lines_and_kept_on_one(supervisor, structure) -> None:
    page = supervisor.get(at("competence", structure, CODE, "pr-vitres")).text
    assert re.search(r'<textarea name="criterion_0"[^>]* rows="2"', page)
    change(supervisor, structure, criterion_0="Je garde les pieds\r\npar terre.")
    assert own_row().value.criteria["pr-vitres-pied"][1].sentence == "Je garde les pieds par terre."


def test_a_criterion_is_added_and_emptied(supervisor, structure) -> None:
    change(supervisor, structure, criterion_0="", criterion_3="Je change l’eau sale.")
    codes = [one.code for each in own_row().value.competences for one in each.criteria]
    assert "pr-vitres-pied" not in codes
    assert "pr-vitres-je-change-leau-sale" in codes


def test_a_competence_keeps_a_criterion(supervisor, structure) -> None:
    page = change(supervisor, structure, **{f"criterion_{place}": "" for place in range(5)})
    assert page.status_code == 422
    assert "il en faut de 1 à 12" in page.content.decode()
    assert not OwnFramework.objects.exists()


def test_two_who_change_it_do_not_lose_a_word(supervisor, structure) -> None:
    change(supervisor, structure, criterion_0="Je garde les pieds par terre.")
    stale = change(supervisor, structure, criterion_0="Autre chose.", mark="2026-01-01T00:00:00")
    assert stale.status_code == 422
    assert "avant vous" in stale.content.decode()
    assert own_row().value.criteria["pr-vitres-pied"][1].sentence.startswith("Je garde")


def test_taken_out_it_is_put_back(supervisor, structure) -> None:
    change(supervisor, structure, name="Faire les vitres")
    supervisor.post(at("remove_framework", structure, own_row().pk))
    assert "Laver les vitres" in supervisor.get(at("framework", structure, CODE)).content.decode()
    supervisor.post(at("restore_framework", structure, own_row().pk))
    assert "Faire les vitres" in supervisor.get(at("framework", structure, CODE)).content.decode()


def test_two_of_one_code_do_not_stand_together(supervisor, structure) -> None:
    change(supervisor, structure, name="Faire les vitres")
    first = own_row()
    supervisor.post(at("remove_framework", structure, first.pk))
    change(supervisor, structure, name="Vitres")
    page = supervisor.post(at("restore_framework", structure, first.pk), follow=True)
    assert "a déjà un référentiel de ce code" in page.content.decode()
    first.refresh_from_db()
    assert first.removed_at is not None


# --- Files ------------------------------------------------------------------------------------


def test_the_file_of_each_of_ours_changes_nothing(supervisor, structure) -> None:
    for code in ours():
        taken = supervisor.get(at("framework_file", structure, code))
        text = b"".join(taken.streaming_content).decode()
        page = send(supervisor, at("change_framework", structure, code), text)
        assert "Ce fichier ne change rien" in page.content.decode(), code
    assert not OwnFramework.objects.exists()


def test_a_file_is_told_first_then_kept_once(supervisor, structure) -> None:
    address = at("change_framework", structure, CODE)
    text = text_of(ours()[CODE]).replace("Laver les vitres", "Faire les vitres")
    page = send(supervisor, address, text)
    assert (
        "«\u00a0Laver les vitres\u00a0» devient «\u00a0Faire les vitres\u00a0»"
        in page.content.decode()
    )
    assert not OwnFramework.objects.exists()
    kept = supervisor.post(address, {"text": page.context["text"], "mark": ""})
    assert kept.url == at("framework", structure, CODE)
    assert own_row().value.as_content() != ours()[CODE].as_content()
    again = send(supervisor, address, text)
    assert "Ce fichier ne change rien" in again.content.decode()


def test_a_structure_adds_one_of_another_trade(supervisor, structure) -> None:
    address = at("add_framework", structure)
    named = {"name": "Maraîchage de plein champ", "trade": "maraichage"}
    lines = [
        "Sorte;Famille;Compétence;Phrase ou titre;Critères montrés",
        "critère;Savoirs professionnels;Récolter;Je coupe la salade au ras du sol.;",
        "situation;;;Récolter les salades;recolter-je-coupe-la-salade-au-ras-du-sol",
    ]
    page = send(supervisor, address, "\n".join(lines), **named)
    assert "1\u202fcompétence" in page.content.decode()
    supervisor.post(address, {"text": page.context["text"], **named})
    own = own_row()
    assert (own.code, own.origin, own.value.trade) == (
        "maraichage-de-plein-champ",
        "",
        "maraichage",
    )
    assert "Récolter" in supervisor.get(at("framework", structure, own.code)).content.decode()


HEAD = (
    "Sorte;Famille;Compétence;Code compétence;Pictogramme;Après;Code;Phrase ou titre;"
    "Critères montrés"
)
GOOD = "critère;Savoir-être;Saluer;saluer;parler;;saluer-1;Je dis bonjour.;"


def refused(supervisor, structure, lines: Iterable[str]) -> str:
    text = "\n".join([HEAD, *lines])
    page = send(supervisor, at("change_framework", structure, CODE), text)
    assert page.status_code == 422
    assert not OwnFramework.objects.exists()
    return page.content.decode()


def test_all_faults_of_a_file_are_told_at_once(supervisor, structure) -> None:
    told = refused(
        supervisor,
        structure,
        [
            GOOD,
            "critère;Savoir-être;Saluer;saluer;parler;;saluer-1;Je dis au revoir.;",
            "critère;Savoirs secrets;Jongler;jongler;;saluer-pas;jongler-1;Je jongle.;",
            "critère;Savoir-être;Écouter;a;licorne;b;a-1;J’écoute.;",
            "critère;Savoir-être;Parler;b;;a;b-1;;",
            "situation;;;;;;accueil;Accueillir;saluer-9",
            "situation;;;;;;adieu;Raccompagner;",
            "geste;Savoir-être;Saluer;saluer;;;x;Je souris.;",
            "critère;Savoir-être",
        ],
    )
    for part in (
        "Lignes 2 et 3, critère «\u00a0saluer-1\u00a0»\u00a0: ce code est écrit deux fois",
        "Ligne 4, compétence «\u00a0Jongler\u00a0»\u00a0: la famille «\u00a0Savoirs secrets\u00a0»",
        "la compétence «\u00a0saluer-pas\u00a0» n’existe pas",
        "Ligne 5, compétence «\u00a0Écouter\u00a0»\u00a0: le pictogramme «\u00a0licorne\u00a0»",
        "Ligne 6, critère «\u00a0b-1\u00a0»\u00a0: le code ou les mots manquent",
        "Ligne 7, situation «\u00a0Accueillir\u00a0»\u00a0: le critère «\u00a0saluer-9\u00a0»",
        "Ligne 8, situation «\u00a0Raccompagner\u00a0»\u00a0: elle ne montre aucun critère",
        "Ligne 9, colonne «\u00a0Sorte\u00a0», «\u00a0geste\u00a0»",
        "Ligne 10\u00a0: 2 cases au lieu de 9",
        "tourne en rond",
    ):
        assert told.count(part) == 1, part


def test_one_code_for_two_competences_is_refused(supervisor, structure) -> None:
    other = GOOD.replace("Saluer", "Sourire").replace("saluer-1", "sourire-1")
    told = refused(supervisor, structure, [GOOD, other])
    assert (
        "Lignes 2 et 3, compétence «\u00a0saluer\u00a0»\u00a0: ce code est écrit deux fois" in told
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\n", "vide"),
        ("a;b\n1;2\n", "Il manque une colonne en ligne 1\u00a0: Sorte"),
        (HEAD + "\n", "n’a aucune compétence"),
    ],
)
def test_what_is_no_framework_is_refused(supervisor, structure, text, words) -> None:
    page = send(supervisor, at("change_framework", structure, CODE), text)
    assert page.status_code == 422
    assert words in page.content.decode()


# --- What the work of an opportunity can teach --------------------------------------------------


def test_a_panel_proposes_five_and_asks_a_fixed_number_of_queries(
    supervisor, tmp_path, django_assert_num_queries
) -> None:
    need = make_opportunity(tmp_path)
    address = reverse("skills:situations", args=[need.pk])
    supervisor.get(address)
    with django_assert_num_queries(5):
        page = supervisor.get(address, headers={"HX-Request": "true"})
    trades = {each.trade for each in need.latest_breakdown().packages.all()}
    assert "espaces-verts" in trades
    assert page.content.decode().count("<summary>") == 5
    assert "Toutes les situations" in page.content.decode()
    whole = supervisor.get(address).content.decode()
    assert whole.count("<summary>") == len(situations_for(trades))
