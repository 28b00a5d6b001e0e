"""What is supposed of a structure's trades: with its reason, never over what it said."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cordee.accounts.models import JournalEntry
from cordee.members import guessing
from cordee.members.actions.capacity import declare_activity
from cordee.members.actions.guessing import guess_all
from cordee.members.models import Activity, StruckGuess
from cordee.members.referentials import naf_codes
from cordee.rules.trades import TRADES
from tests.members.makers import make_structure, make_valley


def trades(**structure):
    return {g.trade: g.reason for g in guessing.guess_trades(**({"kind": "ACI"} | structure))}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Les Jardins du Val", {"maraichage": "d’après son nom\xa0: «\xa0Jardins\xa0»"}),
        ("ASSOC RESSOURCERIE DE L’ÉTANG", {"recyclage-ressourcerie"}),
        (
            "Régie de quartier des Éragnes",
            {"espaces-verts": "d’après son nom\xa0: «\xa0Régie quartier\xa0»", "proprete": None},
        ),
        ("Traiteur d’à côté", {"restauration-traiteur"}),
        ("Association Passerelles Insertion", set()),
        ("Jardin d’enfants du Val", {"petite-enfance"}),
        ("Les Restaurants et Relais du Cœur", set()),
        ("", set()),
    ],
)
def test_a_name_tells_a_trade_and_is_quoted(name, expected):
    found = trades(name=name)
    assert set(found) == set(expected)
    if isinstance(expected, dict):
        assert all(reason in (None, found[trade]) for trade, reason in expected.items())


def test_only_naf_codes_that_name_one_trade_are_believed():
    assert trades(name="Passerelles", naf="8130Z") == {
        "espaces-verts": "d’après le code NAF 81.30Z"
    }
    for code in ("8899B", "9499Z", "7830Z", "8559A", ""):
        assert trades(name="Passerelles", naf=code) == {}


def test_contracts_won_come_first_and_are_counted():
    won = {"proprete": 1, "espaces-verts": 2}
    found = trades(name="Les Jardins du Val", awards=won)
    assert list(found) == ["espaces-verts", "proprete", "maraichage"]
    assert found["espaces-verts"] == "d’après 2\u202fmarchés remportés"
    assert found["proprete"] == "d’après 1\u202fmarché remporté"


@pytest.mark.parametrize("kind", ["AI", "ETTI", "GEIQ"])
def test_nothing_is_guessed_of_who_lends_staff(kind):
    assert trades(kind=kind, name="Les Jardins", naf="8130Z", awards={"proprete": 3}) == {}


def test_at_most_four_guesses():
    assert len(trades(name="Jardins", awards=dict.fromkeys(list(TRADES)[:9], 1))) == 4


def test_the_words_name_our_trades_only():
    words = guessing._words()
    assert set(words.names) | set(words.naf) <= set(TRADES)
    whole = {code for codes in words.naf.values() for code in codes if len(code) == 5}
    assert whole <= naf_codes()


@pytest.mark.django_db
class TestWriting:
    def test_a_guess_is_written_with_its_reason_once(self):
        structure = make_structure("Les Jardins du Val")
        first, second = (guess_all(by=None) for _ in range(2))
        activity = Activity.objects.get()
        assert (activity.trade, activity.certainty) == ("maraichage", "guessed")
        assert "Jardins" in activity.guess_reason
        assert (first, second) == (1, 0)
        assert JournalEntry.objects.about(structure).count() == 1

    def test_what_the_structure_said_is_never_touched(self):
        structure = make_structure("Les Jardins du Val")
        chantier = structure.chantiers.get()
        declare_activity(chantier=chantier, trade="proprete", by=None)
        assert guess_all(by=None) == 0
        assert [a.trade for a in Activity.objects.all()] == ["proprete"]

    def test_a_guess_struck_never_comes_back(self):
        structure = make_structure("Les Jardins du Val")
        StruckGuess.objects.create(chantier=structure.chantiers.get(), trade="maraichage")
        assert guess_all(by=None) == 0
        assert not Activity.objects.exists()

    def test_closed_structures_are_left_alone(self):
        make_structure("Les Jardins du Val", is_closed=True)
        assert guess_all(by=None) == 0

    def test_the_number_of_queries_does_not_grow_with_structures(self):
        make_valley()
        for number in range(3):
            make_structure(f"Passerelles {number}")
        with CaptureQueriesContext(connection) as few:
            guess_all(by=None)
        for number in range(30):
            make_structure(f"Tremplins {number}")
        with CaptureQueriesContext(connection) as many:
            guess_all(by=None)
        assert len(few) == len(many)
