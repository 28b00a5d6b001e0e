"""One small form for each sort of wish; every error names the field, the value and the cure."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from cordee.base.ui import french, months
from cordee.base.ui.fields import FrenchDecimalField, TicksField
from cordee.composing.problem import wish_options
from cordee.composing.problem.choices import LEANING_LABELS
from cordee.members.models import Commune

MOST_NAMED = 5
MONTHS_BEFORE, MONTHS_AFTER = 6, 18
MOST_PARTNERS = 20


class FteField(FrenchDecimalField):
    """Full-time equivalents as typed, hundredths of one as kept."""

    unit = "ETP"
    example = "1,5"

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, int):
            return value
        number = self.to_decimal(value)
        return None if number is None else int(number * 100)

    def written(self, value: Any) -> str:
        return french.fte_number(int(value))


class WishForm(forms.Form):
    """A wish of one kind; `wish` is there once it is valid."""

    kind: ClassVar[str]
    title: ClassVar[str]
    button: ClassVar[str] = "Essayer"
    # The wish that the fields make: its kind, and which field says each of its values.
    makes: ClassVar[tuple[str, Mapping[str, str]]]

    def __init__(self, around: wish_options.Around, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, prefix=self.kind, auto_id="et_si_%s")
        self.around = around
        self.prepare()

    def prepare(self) -> None:
        """Offer what there is to choose from."""

    @property
    def is_possible(self) -> bool:
        """Whether there is anything to choose from."""
        return True

    def wish(self) -> wish_options.Wish:
        """What was asked; the form is valid."""
        kind, values = self.makes
        return wish_options.make(kind, **{n: self.cleaned_data[f] for n, f in values.items()})

    def _offer_lots(self) -> None:
        lots = self.around.lots
        self.fields["travaux"].choices = [(each.id, each.label) for each in lots]  # type: ignore[attr-defined]
        if len(lots) == 1:
            self.fields["travaux"].widget = forms.HiddenInput()
            self.fields["travaux"].initial = lots[0].id


class WithForm(WishForm):
    kind, title = "avec", "Avec une structure que vous attendiez"
    structure = forms.CharField(
        label="Nom de la structure",
        max_length=200,
        help_text="Parmi celles qui ont été étudiées. Une partie du nom suffit.",
    )

    def clean_structure(self) -> str:
        typed = self.cleaned_data["structure"]
        found = wish_options.among(self.around, typed)
        if not found:
            raise ValidationError(
                f"« {typed} » n’est pas parmi les structures étudiées. "
                "Vérifiez le nom dans l’annuaire."
            )
        if len(found) > 1:
            names = ", ".join(self.around.names[each] for each in found[:MOST_NAMED])
            more = "…" if len(found) > MOST_NAMED else ""
            raise ValidationError(
                f"« {typed} » en désigne plusieurs : {names}{more}. Écrivez le nom entier."
            )
        return found[0]

    def wish(self) -> wish_options.Wish:
        chosen = self.around.organisations[self.cleaned_data["structure"]]
        return wish_options.make("pin", organisation=chosen)


class ShareForm(WishForm):
    kind, title = "part", "Fixer une part"
    makes = (
        "share",
        {"candidate": "structure", "package": "travaux", "least_cfte": "etp", "most_cfte": "etp"},
    )
    structure = forms.ChoiceField(label="Structure de l’équipe")
    travaux = forms.ChoiceField(label="Travaux")
    etp = FteField(
        label="Équipe",
        min_value=1,
        help_text="En équivalents temps plein chaque mois, par exemple 1,5.",
    )

    def prepare(self) -> None:
        names = self.around.names
        self.fields["structure"].choices = [(each, names[each]) for each in self.around.team]  # type: ignore[attr-defined]
        self._offer_lots()

    @property
    def is_possible(self) -> bool:
        return bool(self.around.team)

    def clean(self) -> None:
        cleaned = self.cleaned_data
        lot = next((each for each in self.around.lots if each.id == cleaned.get("travaux")), None)
        etp = cleaned.get("etp")
        if lot is not None and etp is not None and etp > lot.need_cfte:
            need = french.fte(lot.need_cfte)
            self.add_error("etp", f"« {french.fte(etp)} » est trop grand. Écrivez au plus {need}.")


class SizeForm(WishForm):
    kind, title = "taille", "Changer la taille de l’équipe"
    makes = "size", {"max_partners": "structures"}
    structures = forms.IntegerField(
        label="Structures au plus", min_value=2, max_value=MOST_PARTNERS
    )

    def prepare(self) -> None:
        now = self.around.max_partners
        self.fields["structures"].help_text = f"Aujourd’hui, nous en cherchons {now} au plus."


class RadiusForm(WishForm):
    kind, title = "rayon", "Réduire le rayon"
    makes = "radius", {"max_distance_km": "km"}
    km = forms.IntegerField(label="Kilomètres au plus", min_value=1)

    def prepare(self) -> None:
        field, most = self.fields["km"], self.around.max_distance_km
        field.max_value = most  # type: ignore[attr-defined]
        field.help_text = f"Aujourd’hui {french.km(most)}, et jamais plus que chacune n’accepte."

    def clean_km(self) -> int:
        typed: int = self.cleaned_data["km"]
        most = self.around.max_distance_km
        if typed > most:
            raise ValidationError(
                f"« {typed} » est trop grand : nous avons étudié les structures jusqu’à "
                f"{french.km(most)}. Écrivez {most} ou moins."
            )
        return typed


class StartForm(WishForm):
    kind, title = "debut", "Commencer un autre mois"
    makes = "start", {"package": "travaux", "first_month": "mois"}
    travaux = forms.ChoiceField(label="Travaux")
    mois = forms.TypedChoiceField(label="Premier mois", coerce=int)

    def prepare(self) -> None:
        self._offer_lots()
        first = min(each.first_month for each in self.around.lots)
        last = max(each.first_month for each in self.around.lots)
        earliest = max(first - MONTHS_BEFORE, self.around.this_month)
        numbers = range(earliest, max(last, earliest) + MONTHS_AFTER + 1)
        self.fields["mois"].choices = [(n, months.month(n)) for n in numbers]  # type: ignore[attr-defined]
        self.fields["mois"].initial = max(first, earliest)


class NeedForm(WishForm):
    kind, title = "besoin", "Demander plus ou moins de monde"
    makes = "need", {"package": "travaux", "need_cfte": "etp"}
    travaux = forms.ChoiceField(label="Travaux")
    etp = FteField(
        label="Équipe demandée",
        min_value=1,
        max_value=1_000_00,
        help_text="En équivalents temps plein chaque mois. Le montant suit en proportion.",
    )

    def prepare(self) -> None:
        self._offer_lots()


class SubcontractorForm(WishForm):
    kind, title = "entreprise", "Ajouter une entreprise en sous-traitance"
    nom = forms.CharField(label="Nom de l’entreprise", max_length=80)
    metier = forms.ChoiceField(label="Métier")
    commune = forms.CharField(label="Commune", max_length=100)
    code_postal = forms.RegexField(
        regex=r"^\d{5}$",
        label="Code postal",
        required=False,
        help_text="Utile quand plusieurs communes portent ce nom.",
        error_messages={"invalid": "Écrivez cinq chiffres, par exemple 48000."},
    )
    etp = FteField(
        label="Équipe libre",
        min_value=1,
        max_value=1_000_00,
        required=False,
        help_text="En équivalents temps plein chaque mois. Vide : inconnue, à confirmer.",
    )

    def prepare(self) -> None:
        self.fields["metier"].choices = self.around.open_trades  # type: ignore[attr-defined]

    @property
    def is_possible(self) -> bool:
        return bool(self.around.open_trades)

    def clean(self) -> None:
        cleaned = self.cleaned_data
        typed = cleaned.get("commune")
        if typed and "code_postal" in cleaned:
            cleaned["lieu"] = self._commune(typed, cleaned["code_postal"])

    def _commune(self, typed: str, postcode: str) -> Commune | None:
        found = Commune.objects.filter(folded_name=wish_options.fold(typed))
        if postcode:
            found = found.with_postcode(postcode)
        rows = list(found.exclude(latitude=None)[:2])
        if len(rows) == 1:
            return rows[0]
        if rows:
            self.add_error(
                "code_postal", f"Plusieurs communes s’appellent « {typed} ». Écrivez-le."
            )
        else:
            where = f" ({postcode})" if postcode else ""
            self.add_error(
                "commune", f"« {typed} »{where} n’est pas une commune connue. Vérifiez le nom."
            )
        return None

    def wish(self) -> wish_options.Wish:
        data, place = self.cleaned_data, self.cleaned_data["lieu"]
        where = place.latitude, place.longitude
        return wish_options.subcontractor(
            data["nom"], data["metier"], where, data["etp"], self.around
        )


class LeanForm(forms.Form):
    """What somebody would rather have, at some cost; none of them takes the leaning away."""

    preferences = TicksField(
        label="Je préfère",
        required=False,
        choices=[(each.value, label) for each, label in LEANING_LABELS.items()],
    )

    def __init__(
        self,
        around: wish_options.Around,
        chosen: list[str],
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(
            data, prefix="pencher", auto_id="et_si_%s", initial={"preferences": chosen}
        )
        kept = [(each.value, LEANING_LABELS[each]) for each in around.leanings]
        self.fields["preferences"].choices = kept  # type: ignore[attr-defined]


WISH_FORMS: tuple[type[WishForm], ...] = (
    WithForm,
    ShareForm,
    SizeForm,
    RadiusForm,
    StartForm,
    NeedForm,
    SubcontractorForm,
)
