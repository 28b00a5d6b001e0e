"""The name of a kept search, and when it writes."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from cordee.opportunities.models import SavedSearch


class SavedSearchForm(forms.Form):
    name = forms.CharField(label="Nom", max_length=80, help_text="celui que vous reconnaîtrez")
    alert = forms.ChoiceField(label="M’écrire", choices=SavedSearch.Alert, widget=forms.RadioSelect)

    def refuse(self, refusal: ValidationError) -> None:
        """What the action refuses is about the name, or about the whole."""
        for name, words in getattr(
            refusal, "message_dict", {NON_FIELD_ERRORS: refusal.messages}
        ).items():
            self.add_error("name" if name in ("name", NON_FIELD_ERRORS) else None, words)
