"""What is typed of a sheet: shapes only; what it means, actions say."""

from collections.abc import Mapping
from copy import copy
from typing import Any, cast

from django import forms

from cordee.alliances.structure_search import one_structure
from cordee.base.documents.markdown import MOST_CHARACTERS
from cordee.base.ui.fields import DayField, LongTextField, RadioField, TicksField, is_near
from cordee.members.models import Structure
from cordee.members.models.capacity import TRADE_CHOICES
from cordee.members.private_words import PrivateWordsForm
from cordee.practices.models import Sheet, SheetComment, SheetDraft
from cordee.practices.models.sheets import SheetKind
from cordee.practices.sheets.texts import LIMITS, SECTIONS, first_section


class StartForm(forms.Form):
    """What one begins, and for whom it is written."""

    title = forms.CharField(
        label="Titre", max_length=150, help_text="ce que l’on fait, avec un verbe\u00a0; pas de nom"
    )
    kind = RadioField(
        label="Type",
        choices=[
            (SheetKind.CARD, "Une fiche\u00a0: une pratique, en une page ou deux"),
            (SheetKind.MONOGRAPH, "Une monographie\u00a0: une question, une méthode, un terrain"),
        ],
        initial=SheetKind.CARD,
    )
    owner = RadioField(label="Pour qui écrivez-vous\u202f?")


class NeededLater(LongTextField):
    """What a text is not published without; a draft is kept as it stands."""

    def validate(self, value: str) -> None:
        """Nothing yet."""


class DraftForm(PrivateWordsForm, forms.Form):
    """The title and each section of a sheet, in Markdown; which saving the writer read."""

    free_texts = tuple(section.key for found in SECTIONS.values() for section in found)
    revision = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label="Titre", max_length=150)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = [section.key for section in SECTIONS[kind]]
        needed = (first_section(kind).key, LIMITS)
        for section in SECTIONS[kind]:
            field = NeededLater if section.key in needed else LongTextField
            self.fields[section.key] = field(
                label=section.title,
                help_text=section.asks,
                required=section.key in needed,
                rows=6,
                max_length=MOST_CHARACTERS,
                strip=False,
            )

    @property
    def sections(self) -> Mapping[str, str]:
        """What was typed, by key."""
        return {key: self.cleaned_data[key] for key in self.keys}

    @classmethod
    def initial_of(cls, sheet: Sheet, draft: SheetDraft | None) -> dict[str, Any]:
        """The draft; else what is published, to write on from it."""
        said = draft or sheet.latest
        return {"revision": draft.revision if draft else 0, "title": said.title, **said.sections}

    def told_of(self, draft: SheetDraft) -> None:
        """The writer read what somebody else saved: sent again, the form is kept over it."""
        sent = cast("dict[str, Any]", copy(self.data))
        sent[self.add_prefix("revision")] = str(draft.revision)
        self.data = sent


class PublishForm(forms.Form):
    """What a new version changes, and which improvements it holds."""

    changes = forms.CharField(
        label="Ce qui change", max_length=300, required=False, help_text="en une phrase"
    )
    improvements = forms.ModelMultipleChoiceField(
        SheetComment.objects.none(),
        label="Propositions reprises dans cette version",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sheet.latest_number:
            del self.fields["changes"]
        field: Any = self.fields["improvements"]
        field.queryset = sheet.comments.open()
        field.label_from_instance = lambda comment: comment.text
        if not field.queryset:
            del self.fields["improvements"]


class ContextForm(forms.ModelForm[Sheet]):
    """Where it was done, by bands; what is not said stays unknown."""

    trades = TicksField(label="Métiers", choices=TRADE_CHOICES, required=False)
    in_use_since = DayField(
        label="En usage depuis le",
        required=False,
        validators=[is_near],
        help_text="le premier jour, ou le premier du mois",
    )

    class Meta:
        model = Sheet
        fields = ("in_use_since", "department", "territory", "places", "sales", "licence")


class StructureForm(forms.Form):
    """A structure, from what somebody types."""

    structure = forms.CharField(label="Structure", max_length=120, help_text="son nom ou son SIRET")

    def clean_structure(self) -> Structure:
        return one_structure(self.cleaned_data["structure"])


class ProposalForm(PrivateWordsForm, forms.Form):
    free_texts = ("text",)
    text = LongTextField(
        label="Ce que vous proposez",
        max_length=2_000,
        rows=4,
        help_text="ce qui manque, ce qui est faux, ce qui se dirait mieux\u00a0; sans nom",
    )


class AnswerForm(forms.Form):
    answer = LongTextField(label="Votre réponse", max_length=2_000, rows=3)


class ReviewForm(PrivateWordsForm, forms.Form):
    """A report and its reservations; whether everybody may read them."""

    free_texts = ("report", "reservations")
    report = LongTextField(
        label="Votre rapport",
        rows=8,
        max_length=MOST_CHARACTERS,
        help_text="la question, la méthode, ce qui est établi",
    )
    reservations = LongTextField(
        label="Vos réserves",
        rows=4,
        required=False,
        max_length=MOST_CHARACTERS,
        help_text="ce qui ne vous convainc pas\u00a0; elles restent telles que vous les écrivez",
    )
    is_published = forms.BooleanField(
        label="Tout le monde peut lire ce rapport et ces réserves", required=False
    )
