"""What is refused as the name of a learner, and what a free text is warned of."""

import pytest
from django import forms
from django.core.exceptions import ValidationError

from cordee.members.private_words import PrivateWordsForm, check_pseudonym, private_words


@pytest.mark.parametrize("name", ["Nour", "N. B.", "Jean-Pierre", "Zoé B.", "Éloïse", "D’Arc"])
def test_a_first_name_or_initials_are_taken(name: str) -> None:
    check_pseudonym(name)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("nour@exemple.fr", "une adresse de courriel"),
        ("06 12 34 56 78", "un numéro de téléphone"),
        ("+33612345678", "un numéro de téléphone"),
        ("2 85 05 78 006 084 36", "un numéro de sécurité sociale"),
        ("285052A006084", "un numéro de sécurité sociale"),
        ("99999 26 00001", "un numéro de PASS IAE"),
        ("XXXXX2600001", "un numéro de PASS IAE"),
        ("Nour, 3 rue du Four", "une adresse"),
        ("38200 Roche-Mirel", "une adresse"),
        ("Nour 4512", "un numéro"),
        ("Zoé 2", "un numéro"),
        ("Zoé <b>", "un morceau de code"),
    ],
)
def test_what_identifies_is_refused_with_its_reason(name: str, what: str) -> None:
    with pytest.raises(ValidationError) as refused:
        check_pseudonym(name)
    (told,) = refused.value.messages
    assert name in told
    assert f"ressemble à {what}. " in told
    assert "un prénom ou des initiales" in told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Elle est en arrêt, très malade.", ["malade"]),
        ("Sort de PRISON, sous bracelet électronique", ["bracelet electronique", "prison"]),
        ("Le traitement du bois, les soins aux plants", []),
        ("Un emprisonnement de terre", []),
    ],
)
def test_words_of_health_and_justice_are_found(text: str, words: list[str]) -> None:
    assert private_words(text) == words


class NoteForm(PrivateWordsForm, forms.Form):
    free_texts = ("words",)
    words = forms.CharField()


def test_a_text_that_warns_is_kept_when_it_is_sent_again() -> None:
    first = NoteForm({"words": "Je suis malade."})
    assert not first.is_valid()
    assert "(malade)" in str(first.errors["words"])
    again = {"words": "Je suis malade.", "reread": first["reread"].value()}
    assert NoteForm(again).is_valid()
    assert not NoteForm(again | {"words": "Malade, et en prison."}).is_valid()
    assert NoteForm({"words": "J’ai taillé toute la haie."}).is_valid()
