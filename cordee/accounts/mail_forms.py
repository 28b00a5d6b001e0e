from typing import Any

from django import forms

from cordee.accounts import mailing
from cordee.accounts.models import MailRefusal, User


class Choices(forms.MultipleChoiceField):
    """To choose none is an answer; the label does not say "facultatif" of one's own wishes."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


class MailChoicesForm(forms.Form):
    """The optional sorts of mail, each ticked where it is wanted."""

    sortes = Choices(label="Je veux recevoir", widget=forms.CheckboxSelectMultiple)

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        optional = [kind for kind in mailing.kinds() if kind.is_optional]
        refused = set(MailRefusal.objects.filter(person=person).values_list("kind", flat=True))
        kwargs["initial"] = {"sortes": [k.slug for k in optional if k.slug not in refused]}
        super().__init__(*args, **kwargs)
        self.fields["sortes"].choices = [(kind.slug, kind.label) for kind in optional]  # type: ignore[attr-defined]
        self.has_choice = bool(optional)
