"""What is typed to open an alliance."""

from collections.abc import Sequence
from typing import Any

from django import forms

from cordee.members.models import Network, Structure


class OpeningForm(forms.Form):
    """On which lots, under which name, and for whom the user coordinates."""

    title = forms.CharField(
        label="Nom de l’alliance", max_length=200, help_text="celui que l’équipe lira"
    )
    lots = forms.MultipleChoiceField(
        label="Lots auxquels vous répondez", widget=forms.CheckboxSelectMultiple
    )
    coordinator = forms.ChoiceField(label="Qui coordonne", widget=forms.RadioSelect)
    with_whom = forms.ChoiceField(
        label="Avec qui commencer",
        widget=forms.RadioSelect,
        required=False,
        help_text="personne n’est prévenu avant que vous l’invitiez",
    )

    def __init__(
        self,
        lots: Sequence[tuple[str, str]],
        network: Network | None,
        structures: Sequence[Structure],
        *args: Any,
        sources: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.network, self.structures = network, list(structures)
        with_whom: Any = self.fields["with_whom"]
        with_whom.choices = sources
        with_whom.initial = sources[0][0] if sources else ""
        if len(sources) < 2:
            del self.fields["with_whom"]
        choices = [] if network is None else [("reseau", network.name)]
        choices += [(str(structure.pk), structure.shown_name) for structure in structures]
        lots_field: Any = self.fields["lots"]
        lots_field.choices = lots
        lots_field.initial = [lot for lot, _ in lots]
        if len(lots) == 1:
            lots_field.widget = forms.MultipleHiddenInput()
        coordinator: Any = self.fields["coordinator"]
        coordinator.choices = choices
        coordinator.initial = choices[0][0] if choices else ""
        if len(choices) == 1:
            coordinator.widget = forms.HiddenInput()

    @property
    def chosen(self) -> dict[str, Any]:
        """What `start_alliance` takes."""
        key = self.cleaned_data["coordinator"]
        by_pk = {str(structure.pk): structure for structure in self.structures}
        return {
            "title": self.cleaned_data["title"],
            "lots": self.cleaned_data["lots"],
            "network": self.network if key == "reseau" else None,
            "structure": by_pk.get(key),
        }
