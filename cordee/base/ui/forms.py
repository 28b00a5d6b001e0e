"""How forms are drawn: label, help, error, input, in that order; errors also listed on top."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.text import capfirst

# Widgets that hold a number are narrow and aligned right.
NUMBER_FIELDS = (forms.IntegerField, forms.DecimalField)

# What was typed, where the framework's error does not carry it.
TYPED = "{typed}"
SHOWN, LIMIT = "%(show_value)s", "%(limit_value)s"
NOT_LISTED = "n’est pas dans la liste. Choisissez une de ses réponses."
# What the framework says of a field, in our words: what was typed, and what to write instead.
WORDS: dict[tuple[type[forms.Field], str], str] = {
    (forms.Field, "required"): "Il manque votre réponse.",
    (forms.CharField, "max_length"): f"Ce texte a {SHOWN} caractères. Gardez-en {LIMIT} au plus.",
} | {
    (kind, code): f"«\u00a0{value}\u00a0» {words}"
    for kind, code, value, words in (
        (
            forms.IntegerField,
            "invalid",
            TYPED,
            "n’est pas un nombre entier. Écrivez par exemple 12.",
        ),
        (forms.IntegerField, "max_value", SHOWN, f"est trop grand. Écrivez au plus {LIMIT}."),
        (forms.IntegerField, "min_value", SHOWN, f"est trop petit. Écrivez au moins {LIMIT}."),
        (forms.DateField, "invalid", TYPED, "n’est pas une date. Écrivez par exemple 31/12/2026."),
        (forms.TimeField, "invalid", TYPED, "n’est pas une heure. Écrivez par exemple 14:30."),
        (forms.ChoiceField, "invalid_choice", "%(value)s", NOT_LISTED),
        (forms.ModelChoiceField, "invalid_choice", "%(value)s", NOT_LISTED),
        (forms.FileField, "empty", TYPED, "est un fichier vide. Choisissez-en un autre."),
    )
}


class CordeeBoundField(BoundField):
    """A field that gives its widget the classes of our style sheet, and its errors our words."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        for (kind, code), words in WORDS.items():
            known = kind.default_error_messages.get(code)
            if isinstance(field, kind) and field.error_messages.get(code) is known:
                field.error_messages[code] = words.replace(TYPED, str(self.data))

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        widget = widget or self.field.widget
        built = super().build_widget_attrs(attrs, widget)
        own = f"{widget.attrs.get('class', '')} {attrs.get('class', '')}".strip()
        if classes := f"{self._classes(widget)} {own}".strip():
            built["class"] = classes
        if self.is_choice_list:
            built.pop("aria-invalid", None)  # a single radio button cannot be invalid, its group is
        return built

    def _classes(self, widget: forms.Widget) -> str:
        if isinstance(
            widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple
        ):
            return "form-check-input"
        if isinstance(widget, forms.Select):
            return "form-select"
        is_number = getattr(self.field, "is_number", isinstance(self.field, NUMBER_FIELDS))
        return "form-control nombre" if is_number else "form-control"

    @property
    def is_choice_list(self) -> bool:
        return isinstance(self.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)

    @property
    def error_target(self) -> str:
        """Where a link from the list of errors leads."""
        return f"{self.auto_id}_0" if self.is_choice_list else str(self.id_for_label)

    @property
    def is_tick(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxInput)


class ChoosingForm(forms.Form):
    """A form whose choices depend on who reads it: `choices`, by the name of their field."""

    def __init__(
        self, *args: Any, choices: Mapping[str, Sequence[tuple[str, str]]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, found in choices.items():
            field: Any = self.fields[name]
            field.choices = found


def show_refusal(
    form: forms.BaseForm, refusal: ValidationError, names: Mapping[str, str] | None = None
) -> None:
    """Write what an action refused beside its field where the form has it, else on top.

    `names`: the field of the form for a field of the model, where they differ.
    """
    if hasattr(refusal, "error_dict"):
        for name, errors in refusal.error_dict.items():
            field = (names or {}).get(name, name)
            form.add_error(field if field in form.fields else None, errors)
    else:
        form.add_error(None, refusal)


def offer_choices(form: forms.BaseForm, name: str, choices: Sequence[tuple[str, str]]) -> None:
    """The choices of a field; one alone is made, and not asked."""
    field: Any = form.fields[name]
    field.choices = choices
    if len(choices) == 1:
        field.widget = forms.HiddenInput()
        form.initial[name] = choices[0][0]


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form of this page is bound to: nothing where the page is only read."""
    return request.POST if request.method == "POST" else None


def render_form(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page of `context["form"]`: 422 where something in it is wrong."""
    return render(request, template, context, status=422 if context["form"].errors else 200)


def read_filters[Filters: forms.BaseForm](
    form: Callable[[Mapping[str, Any]], Filters], asked: Mapping[str, Any]
) -> Filters:
    """The filters of an address: one that cannot be read is left out, the others count."""
    read = form(asked)
    if read.errors:
        read = form({name: value for name, value in asked.items() if name not in read.errors})
        read.is_valid()
    return read


def chips_of(form: forms.BaseForm, said: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """(words, parameter) of each filter at work: what is typed, the answer chosen, a box ticked.

    `said`: by parameter, the sentence around its answer (`"Fin {}"`).
    """
    found = []
    for name, field in form.fields.items():
        if value := form.cleaned_data.get(name):
            if isinstance(field, forms.ChoiceField):
                words = str(dict(cast(Any, field.choices))[value])
            elif isinstance(field, forms.BooleanField):
                words = str(field.label)
            else:
                words = value if name in (said or {}) else f"«\u00a0{value}\u00a0»"
            found.append((capfirst((said or {}).get(name, "{}").format(words)), name))
    return found


def _swallowing[**P](
    manager: Callable[P, Iterator[None]],
) -> Callable[P, AbstractContextManager[None, bool]]:
    """`contextmanager` that tells mypy that what stands below the `with` is reached."""
    return contextmanager(manager)  # type: ignore[return-value]


@_swallowing
def refusals_in(
    form: forms.BaseForm, names: Mapping[str, str] | None = None, *, on: str = ""
) -> Iterator[None]:
    """Around an action, its message and the redirect: what it refuses stands in the form.

    A view goes on below and shows the form again. `names` as for `show_refusal`; `on` is the field
    that all refusals belong to.
    """
    try:
        yield
    except ValidationError as refusal:
        if on:
            form.add_error(on, refusal.messages)
        else:
            show_refusal(form, refusal, names)


@_swallowing
def refusals_as_messages(request: HttpRequest) -> Iterator[None]:
    """Around an action without form and its message: what it refuses is told on the next page."""
    try:
        yield
    except ValidationError as refusal:
        for sentence in refusal.messages:
            messages.error(request, sentence)


class Renderer(TemplatesSetting):
    """Set as FORM_RENDERER: `{{ form }}` and `{{ field.as_field_group }}` look right by default."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
    bound_field_class = CordeeBoundField
