"""What a view does of a refusal: in the form, or on the next page."""

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import ValidationError
from django.test import RequestFactory

from cordee.base.ui.forms import refusals_as_messages, refusals_in


class Sheet(forms.Form):
    name = forms.CharField()


def test_a_refusal_stands_beside_its_field_or_on_top() -> None:
    for refusal, names, expected in (
        (ValidationError({"name": ["Trop court."]}), None, {"name": ["Trop court."]}),
        (ValidationError({"title": ["Trop court."]}), {"title": "name"}, {"name": ["Trop court."]}),
        (ValidationError({"other": ["Non."]}), None, {"__all__": ["Non."]}),
        (ValidationError("Non."), None, {"__all__": ["Non."]}),
    ):
        form = Sheet({"name": "x"})
        assert form.is_valid()
        with refusals_in(form, names):
            raise refusal
        assert form.errors == expected


def test_all_that_is_refused_may_belong_to_one_field() -> None:
    form = Sheet({"name": "x"})
    assert form.is_valid()
    with refusals_in(form, on="name"):
        raise ValidationError({"other": ["Non."], "name": ["Trop court."]})
    assert form.errors == {"name": ["Non.", "Trop court."]}


def test_without_a_form_each_refusal_is_a_message_of_the_next_page() -> None:
    request = RequestFactory().post("/")
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    with refusals_as_messages(request):
        raise ValidationError(["Trop tard.", "Trop tôt."])
    assert [str(each) for each in get_messages(request)] == ["Trop tard.", "Trop tôt."]


def test_nothing_else_is_held_back() -> None:
    with pytest.raises(LookupError), refusals_in(Sheet({})):
        raise LookupError
