from django import forms

from cordee.accounts.key_models import ApiKey


class ApiKeyForm(forms.Form):
    """A name, what the key opens, and until when: never for ever."""

    DAYS = ((30, "30\u202fjours"), (90, "90\u202fjours"), (365, "un an"))

    name = forms.CharField(
        label="Pour quel logiciel\u202f?",
        help_text="Par exemple «\u00a0Tableau de bord du réseau\u00a0».",
        max_length=60,
    )
    scope = forms.ChoiceField(
        label="Que peut-il faire\u202f?",
        choices=[
            (ApiKey.Scope.READ, "Lire ce que je peux lire"),
            (ApiKey.Scope.COMPOSE, "Lire, et demander classements et équipes"),
            (ApiKey.Scope.ACT, "Tout cela, et agir dans mes alliances à ma place"),
        ],
        initial=ApiKey.Scope.READ,
        widget=forms.RadioSelect,
    )
    days = forms.TypedChoiceField(
        label="Pendant combien de temps\u202f?",
        choices=DAYS,
        coerce=int,
        initial=90,
        widget=forms.RadioSelect,
    )
