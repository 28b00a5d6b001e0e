"""What a director says, function by function; an action; a visit and its report; a grid."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from cordee.base.ui import french
from cordee.base.ui.fields import LongTextField, RadioField
from cordee.members.forms import RecordForm
from cordee.members.models import Structure
from cordee.members.private_words import PrivateWordsForm
from cordee.practices.models import PlannedAction, Positioning, Visit
from cordee.practices.positioning import grid
from cordee.practices.positioning.pages import proofs_of


class FunctionForm(PrivateWordsForm, forms.Form):
    """One function: two fields made for each criterion, named after it; its free texts are read
    over."""

    parts: ClassVar[tuple[str, str]]

    def __init__(self, *args: Any, function: grid.Function, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.function = function

    def add_text(self, name: str, label: str, most: int, initial: str) -> None:
        self.fields[name] = LongTextField(
            label=label, max_length=most, required=False, rows=2, initial=initial
        )
        self.free_texts = (*self.free_texts, name)  # type: ignore[misc]

    @property
    def said(self) -> dict[str, tuple[str, str]]:
        """By the key of a criterion, what was sent for each of its parts."""
        read, (one, other) = self.cleaned_data, self.parts
        keys = [each.key for each in self.function.criteria]
        return {key: (read[f"{one}-{key}"], read[f"{other}-{key}"]) for key in keys}


class StepForm(FunctionForm):
    """A level by criterion, which nobody proposes, and a sentence; `on`: the day of its proofs."""

    parts = ("niveau", "phrase")

    def __init__(self, *args: Any, positioning: Positioning, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for criterion in self.function.criteria:
            told = zip(positioning.value.levels, criterion.levels, strict=True)
            levels = [(str(n), f"{name}\u00a0: {what}") for n, (name, what) in enumerate(told, 1)]
            self.fields[f"niveau-{criterion.key}"] = RadioField(
                label=criterion.name,
                help_text=proofs_of(criterion, positioning.structure, on),
                choices=[*levels, ("0", "Pas encore dit")],
                initial=str(positioning.level_of(criterion)),
            )
            word = positioning.answers.get(criterion.key, {}).get("word", "")
            self.add_text(f"phrase-{criterion.key}", f"{criterion.name}, en une phrase", 300, word)


class ReportForm(FunctionForm):
    """What was seen, what is to discuss."""

    parts = ("vu", "discuter")

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in self.function.criteria:
            seen, discussed = visit.notes.get(each.key, ["", ""])
            self.add_text(f"vu-{each.key}", f"{each.name}\u00a0: vu", 600, seen)
            self.add_text(f"discuter-{each.key}", f"{each.name}\u00a0: à discuter", 600, discussed)


class ActionForm(RecordForm):
    ahead = ("due_on",)
    free_texts = ("words",)

    class Meta:
        model = PlannedAction
        fields = ("words", "due_on")


class VisitForm(RecordForm):
    """Where, when, and two people by what they do; `near`: whom one may visit, as `pairs.near`
    says, None where it is known already. Those who answer together now are not offered."""

    ahead = ("on",)

    class Meta:
        model = Visit
        fields = ("visited", "on", "first_visitor", "second_visitor")

    def __init__(
        self, *args: Any, near: Sequence[tuple[Structure, float, bool]] | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if near is None:
            del self.fields["visited"]
            return
        keys = [structure.pk for structure, *_ in near]
        self.offer("visited", Structure.objects.filter(pk__in=keys), of="queryset")
        told = [(row.pk, f"{row.shown_name}, à {french.km(km)}") for row, km, free in near if free]
        self.offer("visited", [("", "Choisir une structure"), *told])


class GridFileForm(forms.Form):
    file = forms.FileField(
        label="Votre grille, en TOML",
        help_text=f"{grid.MOST_BYTES // 1_000} ko au plus. Partez de celle de Cordée.",
        widget=forms.FileInput(attrs={"accept": ".toml,text/plain"}),
    )

    def clean_file(self) -> str:
        """Its text, whatever it says."""
        sent = self.cleaned_data["file"]
        try:
            return str(sent.read().decode())
        except UnicodeDecodeError:
            told = f"«\u00a0{sent.name}\u00a0» n’est pas du texte."
            raise ValidationError(f"{told} Enregistrez-le en UTF-8.") from None
