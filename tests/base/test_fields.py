"""Numbers read as people type them, and how a form shows what is wrong."""

from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from cordee.base import fields as model_fields
from cordee.base.ui import french
from cordee.base.ui.fields import (
    DayField,
    EurosFormField,
    FrenchDecimalField,
    LongTextField,
    RadioField,
    TicksField,
    WebAddressFormField,
    read_decimal,
)
from tests.strict_client import faults_of


@pytest.mark.parametrize(
    "typed",
    ["ftp://jardins.fr/", "FTP://jardins.fr", "javascript://jardins.fr/%0aalert(1)", "data:x,y"],
)
def test_nothing_but_http_is_an_address_of_the_web(typed: str) -> None:
    for clean in (WebAddressFormField().clean, model_fields.WebAddressField().run_validators):
        with pytest.raises(ValidationError, match="adresse du Web"):
            clean(typed)
    assert WebAddressFormField().clean("jardins.fr") == "https://jardins.fr"


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1 234,56 €", 123_456),
        ("1234.56", 123_456),
        ("1\u202f234,56\u202f€", 123_456),
        ("1\u00a0234,5", 123_450),
        ("1.234,56", 123_456),
        ("1,234.56 €", 123_456),
        ("1 234 567", 123_456_700),
        ("412600", 41_260_000),
        (",5", 50),
        ("0", 0),
        ("  12  ", 1_200),
        ("9 999,99", 999_999),
    ],
)
def test_euros_are_read(typed: str, cents: int) -> None:
    assert EurosFormField().clean(typed) == cents


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("412 6OO €", "« 412 6OO € » n’est pas un nombre. Écrivez seulement des chiffres"),
        ("12,345", "« 12,345 » a trop de décimales. Gardez-en 2 au plus"),
        ("1.234.567", "n’est pas un nombre"),
        ("1,2,3", "n’est pas un nombre"),
        ("12.34,56", "n’est pas un nombre"),
        ("-5", "trop petit"),
        ("1e5", "n’est pas un nombre"),
        ("€", "n’est pas un nombre"),
        ("NaN", "n’est pas un nombre"),
        ("9" * 20, "trop grand"),
        ("", "obligatoire"),
    ],
)
def test_what_is_no_amount_is_refused_with_its_cure(typed: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        EurosFormField().clean(typed)
    assert said in refused.value.messages[0]


class Asked(forms.Form):
    """A field of each sort whose errors the framework words."""

    posts = forms.IntegerField(min_value=1, max_value=100)
    on = forms.DateField()
    at = forms.TimeField()
    basis = forms.ChoiceField(choices=[("a", "A")])
    why = forms.CharField(max_length=10)
    file = forms.FileField()


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("posts", "100 %s", "« 100 %s » n’est pas un nombre entier. Écrivez par exemple 12."),
        ("posts", "150", "« 150 » est trop grand. Écrivez au plus 100."),
        ("posts", "0", "« 0 » est trop petit. Écrivez au moins 1."),
        ("on", "2026-02-31", "« 2026-02-31 » n’est pas une date. Écrivez par exemple 31/12/2026."),
        ("at", "midi", "« midi » n’est pas une heure."),
        ("basis", "b", "« b » n’est pas dans la liste. Choisissez une de ses réponses."),
        ("why", "x" * 12, "Ce texte a 12 caractères. Gardez-en 10 au plus."),
        ("file", "comptes.csv", "« comptes.csv » est un fichier vide. Choisissez-en un autre."),
    ],
)
def test_what_the_framework_refuses_is_told_with_the_value_and_a_cure(
    name: str, typed: str, said: str
) -> None:
    files = {"file": SimpleUploadedFile(typed, b"")} if name == "file" else None
    (told,) = Asked({name: typed}, files).errors[name]
    assert told.replace("\u00a0", " ").startswith(said)


def test_limits_are_said_in_euros() -> None:
    with pytest.raises(ValidationError) as refused:
        EurosFormField(max_value=100_000).clean("1 000,01")
    assert "au plus 1\u202f000,00\u202f€" in refused.value.messages[0]


@given(st.integers(min_value=0, max_value=10**13))
def test_what_is_written_is_read_back(cents: int) -> None:
    field = EurosFormField()
    assert field.clean(field.prepare_value(cents)) == cents
    assert field.clean(french.euros(cents)) == cents


def test_an_unchanged_amount_has_not_changed() -> None:
    assert not EurosFormField().has_changed(123_456, "1 234,56")
    assert EurosFormField().has_changed(123_456, "1 234,57")
    assert EurosFormField().has_changed(123_456, "douze")


def test_decimals() -> None:
    assert FrenchDecimalField().clean("12,5") == Decimal("12.5")
    assert FrenchDecimalField(required=False).clean(" ") is None
    assert read_decimal("−3,2") == Decimal("-3.2")
    with pytest.raises(ValidationError, match="au moins 1"):
        FrenchDecimalField(min_value=1).clean("0,5")


def test_the_model_field_offers_the_form_field() -> None:
    form_field = model_fields.EurosField("charges", blank=True, null=True).formfield()
    assert isinstance(form_field, EurosFormField)
    assert form_field.label == "Charges"
    assert form_field.clean("") is None


class Accounts(forms.Form):
    charges = EurosFormField(label="Charges", help_text="Même prévues.")
    kind = forms.ChoiceField(label="Sorte", choices=[("a", "A")], widget=forms.RadioSelect)
    trades = forms.MultipleChoiceField(
        label="Métiers", choices=[("x", "X")], widget=forms.CheckboxSelectMultiple, required=False
    )
    agreed = forms.BooleanField(label="Accord", required=False)
    day = forms.DateField(label="Jour", required=False)


def test_a_form_shows_label_help_error_input_in_that_order() -> None:
    html = str(Accounts({"charges": "douze"}))
    places = [
        html.index(part)
        for part in ('for="id_charges"', "Même prévues.", "id_charges_error", "<input")
    ]
    assert places == sorted(places)
    assert 'aria-describedby="id_charges_helptext id_charges_error"' in html
    assert 'value="douze"' in html
    assert "2 réponses sont à corriger" in html
    assert 'href="#id_charges"' in html
    assert 'href="#id_kind_0"' in html


class Asking(forms.Form):
    what = forms.CharField(label="Que faut-il faire ?")
    place = forms.CharField(label="Lieu")
    other = forms.CharField(label="Autre", error_messages={"required": "Dites-le."})


def test_a_missing_answer_is_said_in_our_words_after_its_question() -> None:
    html = str(Asking({})).replace("\u00a0", " ")
    assert "Que faut-il faire ? Il manque votre réponse." in html
    assert "Lieu : Il manque votre réponse." in html
    assert "Autre : Dites-le." in html


def test_a_form_marks_what_is_optional_and_is_without_fault() -> None:
    html = str(Accounts())
    assert html.count("(facultatif)") == 2  # a tick says yes or nothing: it is never marked
    assert "à corriger" not in html
    assert faults_of(html) == []
    assert faults_of(str(Accounts({}))) == []


def test_what_is_wrong_in_a_hidden_field_is_said_and_leads_nowhere() -> None:
    class Lots(forms.Form):
        lots = forms.MultipleChoiceField(
            label="Lots", choices=[("1", "Lot 1")], widget=forms.MultipleHiddenInput
        )

    html = str(Lots({}))
    assert "Il manque votre réponse." in html
    assert "#id_lots" not in html


def test_a_day_has_a_calendar_and_a_long_text_its_lines() -> None:
    class Asked(forms.Form):
        day = DayField(label="Jour")
        words = LongTextField(label="Mots", max_length=20, rows=7)

    assert 'type="date"' in str(Asked()["day"])
    assert 'rows="7"' in str(Asked()["words"])
    assert "words" in Asked({"day": "2027-03-01", "words": "x" * 21}).errors


def test_a_few_answers_are_all_in_sight() -> None:
    class Asked(forms.Form):
        one = RadioField(label="Laquelle", choices=[("a", "A"), ("b", "B")])
        several = TicksField(label="Lesquelles", choices=[("a", "A"), ("b", "B")])

    assert str(Asked()["one"]).count('type="radio"') == 2
    assert str(Asked()["several"]).count('type="checkbox"') == 2
    assert Asked(QueryDict("one=a&several=a&several=b")).is_valid()
    assert "one" in Asked(QueryDict("one=c&several=a")).errors


def test_the_database_is_told_the_values_that_a_field_may_hold() -> None:
    found = model_fields.one_of("kind", {"a": 1, "b": 2}, name="thing_kind_known")
    assert found.condition == Q(kind__in=["a", "b"])
