"""The same words are found on both engines, whatever is typed."""

import time
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cordee.base.models import SearchEntry
from cordee.base.search.index import index_rows, matching, ranked, remove_rows
from cordee.base.search.words import fold, of_title, query_words, stem, stem_groups

TEXTS = {
    1: "Les Jardins de la Verdoire — maraîchage, espaces verts, 123 456 789 00012",
    2: "L’Œuvre du Réemploi, ressourcerie de Nîmes",
    3: "Régie de quartier Saint-Aubin : propreté, petit entretien",
    4: "Jardin d’insertion du Lac",
    5: "Éco-gobelets, lavage d'événements 98765432100019",
    6: "Ressourceries réunies",
}


@pytest.fixture
def indexed(db: None) -> None:
    # Any model with an integer key will do: base has no other of its own.
    index_rows(ContentType, TEXTS.items())


def found(query: str) -> list[int]:
    return sorted(matching(ContentType, query))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("jardin", [1, 4]),
        ("jardins", [1, 4]),
        ("JARDINS", [1, 4]),
        ("jard", [1, 4]),
        ("maraichage", [1]),
        ("maraîchage verdoire", [1]),
        ("verdoire maraîchage", [1]),
        ("oeuvre", [2]),
        ("œuvre", [2]),
        ("nimes", [2]),
        ("Nîmes", [2]),
        ("eco", [5]),
        ("éco gobelet", [5]),
        ("éco-gobelets", [5]),
        ("saint aubin", [3]),
        ("Saint-Aubin", [3]),
        ("l'insertion", [4]),
        ("l’insertion", [4]),
        ("insertion", [4]),
        ("ressourcerie", [2, 6]),
        ("ressourceries", [2, 6]),
        ("resso", [2, 6]),
        ("12345678900012", [1]),
        ("123 456 789 00012", [1]),
        ("123 456 789", [1]),
        ("123\u202f456\u202f789", [1]),
        ("987 654", [5]),
        ("987.654.321 00019", [5]),
        ("jardin de la verdoire", [1]),
        ("jardin nimes", []),
        ("verdoire lavage", []),
        ("ardin", []),
    ],
)
@pytest.mark.usefixtures("indexed")
def test_what_a_query_finds(query: str, expected: list[int]) -> None:
    assert found(query) == expected


@pytest.mark.parametrize("query", ["", "   ", "'", '"', "!!!", "- - -", "\x00", "* ( )"])
@pytest.mark.usefixtures("indexed")
def test_a_query_without_words_finds_nothing(query: str) -> None:
    assert found(query) == []


@pytest.mark.parametrize(
    "query",
    [
        'jardin" OR "1"="1',
        "jardin AND NOT verdoire",
        "jardin*",
        "text:jardin",
        "NEAR(jardin verdoire)",
        "jardin & !verdoire | ':*",
        "'; DROP TABLE base_searchentry; --",
        "jardin " * 500,
        "j" * 100_000,
    ],
)
@pytest.mark.usefixtures("indexed")
def test_hostile_text_is_only_words(query: str) -> None:
    assert set(found(query)) <= set(TEXTS)
    assert SearchEntry.objects.count() == len(TEXTS)


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=80))
def test_any_text_can_be_indexed_and_asked(text: str) -> None:
    """A text whose words all count is found by itself; nothing ever raises."""
    index_rows(ContentType, [(1, text)])
    hits = found(text[:200])
    if query_words(text):
        assert hits == [1]
    else:
        assert hits == []


@pytest.mark.usefixtures("indexed")
def test_indexing_twice_replaces() -> None:
    index_rows(ContentType, [(4, "Menuiserie du Lac"), (4, "Atelier bois du Lac")])
    assert found("jardin") == [1]
    assert found("menuiserie") == []
    assert found("bois") == [4]
    assert SearchEntry.objects.count() == len(TEXTS)


@pytest.mark.usefixtures("indexed")
def test_removed_rows_are_found_no_more() -> None:
    assert remove_rows(ContentType, [1, 999]) == 1
    assert found("jardin") == [4]


@pytest.mark.usefixtures("indexed")
def test_it_filters_a_queryset_of_the_model() -> None:
    row = ContentType.objects.create(app_label="essai", model="essai")
    index_rows(ContentType, [(row.pk, "Conserverie du Mas")])
    assert list(ContentType.objects.filter(pk__in=matching(ContentType, "conserverie"))) == [row]


def test_a_model_without_integer_key_is_refused() -> None:
    with pytest.raises(TypeError, match="integer key"):
        index_rows(Session, [])


def test_folding_and_stemming() -> None:
    assert fold("L’Œuvre d’Éco-Nîmes  N°12") == "oeuvre eco nimes n 12"
    assert fold("aujourd’hui") == "aujourd hui"
    assert stem("jardins jardin") == "jardins jardin"
    assert query_words("le jardin de la ville") == ["jardin", "ville"]
    assert query_words("la") == ["la"]


@pytest.mark.django_db
def test_fifty_thousand_rows_answer_at_once() -> None:
    """One query for rare and for common words; generous, because CI machines are slow."""
    words = ["jardin", "menuiserie", "propreté", "réemploi", "cuisine", "textile", "vélos"]
    rows = ((i, f"Structure {i} {words[i % 7]} {words[i % 5]}") for i in range(50_000))
    assert index_rows(ContentType, rows) == 50_000
    start = time.perf_counter()
    assert matching(ContentType, "structure 49999").count() == 1
    assert matching(ContentType, "jardins propretés").count() == sum(
        {i % 7, i % 5} >= {0, 2} for i in range(50_000)
    )
    assert time.perf_counter() - start < 1.0


# --- Ranked ------------------------------------------------------------------------------------


NEAR = stem_groups([["minibus", "fourgon"], ["partager", "mutualiser"]])
SAID = {
    1: f"Partager les minibus entre trois sites {of_title('Partager les minibus')}",
    2: "Un fourgon pour trois équipes, et un minibus le mardi",
    3: "Le tableau du lundi, pour trois équipes",
    4: "Mutualiser le fourgon",
}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Comment partager un minibus ?", [1, 4, 2]),
        ("mutualisation des fourgons", [4, 1, 2]),
        ("trois", [1, 2, 3]),
        ("le tableau d’une équipe", [3, 2]),
        ("est-ce que nous le pouvons ?", []),
        ("", []),
        ("' OR 1=1 --", []),
    ],
)
def test_a_question_is_answered_in_one_order(db: None, question: str, expected: list[int]) -> None:
    index_rows(ContentType, SAID.items())
    assert [key for key, _ in ranked(ContentType, question, near=NEAR)] == expected


def test_the_same_scores_on_both_engines(db: None, django_assert_num_queries: Any) -> None:
    index_rows(ContentType, SAID.items())
    with django_assert_num_queries(1):
        found = ranked(ContentType, "partager un minibus", near=NEAR)
    assert found == [(1, 6_300), (4, 2_100), (2, 1_428)]


def test_rows_of_another_model_neither_answer_nor_count(db: None) -> None:
    index_rows(ContentType, SAID.items())
    index_rows(Permission, [(pk, "Partager les minibus") for pk in range(1, 20)])
    found = ranked(ContentType, "partager un minibus", near=NEAR)
    assert found == [(1, 6_300), (4, 2_100), (2, 1_428)]


def test_equals_stand_by_key_and_others_are_left_out(
    db: None, django_assert_num_queries: Any
) -> None:
    keys = sorted(ContentType.objects.values_list("pk", flat=True))[:6]
    # Put in from the last to the first: their entries are in the other order.
    index_rows(ContentType, [(pk, "Le tableau du lundi") for pk in reversed(keys[:5])])
    index_rows(ContentType, [(keys[5], f"Le tableau {of_title('Le tableau')}")])
    some = ContentType.objects.exclude(pk=keys[1])
    with django_assert_num_queries(2):
        found = ranked(ContentType, "un tableau", within=some, most=4)
    assert [keys.index(key) for key, _ in found] == [5, 0, 2, 3]
