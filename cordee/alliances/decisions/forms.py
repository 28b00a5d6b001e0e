"""What a structure types when it decides to go or not."""

from django import forms

from cordee.alliances.frame.forms import THREE, THREE_WORDS, read_three


class DecisionForm(forms.Form):
    """Go or no-go: two questions that only the structure can answer, and a reason."""

    new_trade = forms.ChoiceField(
        label="Ce métier est-il nouveau pour vous ?", choices=THREE, widget=forms.RadioSelect
    )
    new_partner = forms.ChoiceField(
        label="Un de ces partenaires est-il nouveau pour vous ?",
        choices=THREE,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Vos raisons",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="lues par votre structure seule ; il en faut une pour un non",
    )
    read = forms.CharField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def start(
        cls, new_trade: bool | None, new_partner: bool | None, reason: str, version: int, read: str
    ) -> "DecisionForm":
        return cls(
            initial={
                "new_trade": THREE_WORDS[new_trade],
                "new_partner": THREE_WORDS[new_partner],
                "reason": reason,
                "version": version,
                "read": read,
            }
        )

    @property
    def answered(self) -> tuple[bool | None, bool | None]:
        return (
            read_three(self.cleaned_data["new_trade"]),
            read_three(self.cleaned_data["new_partner"]),
        )
