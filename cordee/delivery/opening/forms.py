"""Forms of a contract to follow."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from cordee.accounts.models import User
from cordee.base.ui.fields import EurosFormField
from cordee.delivery.fields import HoursField
from cordee.delivery.models import Delivery, DeliveryLot, Partner, Share
from cordee.economics.fields import ShareField
from cordee.members.models import RoleSeat, Structure
from cordee.members.models.capacity import TRADE_CHOICES
from cordee.members.models.structures import StructureQuerySet
from cordee.members.people_forms import SiretField

UNNAMED = "Aucun compte {role} n’a cette adresse. Demandez-lui celle de son compte."
LOT = "hours_"
NOT_YET = "Vide si rien n’est promis encore."


class AccountField(forms.EmailField):
    """Who has an account of a role, named by its address; nobody for an empty one."""

    def __init__(self, role: RoleSeat.Role, **kwargs: Any) -> None:
        self.role = role
        super().__init__(required=False, **kwargs)

    def clean(self, value: Any) -> User | None:
        if not (email := super().clean(value)):
            return None
        seats = RoleSeat.objects.filter(role=self.role, person__email__iexact=email)
        if (found := seats.people().first()) is None:
            raise ValidationError(UNNAMED.format(role=self.role.label))
        return found


class ContractForm(forms.ModelForm[Delivery]):
    class Meta:
        model = Delivery
        fields: tuple[str, ...] = ("title", "buyer_name", "notified_on", "months")
        labels: ClassVar = {
            "structure": "Quelle structure le suit\u202f?",
            "title": "Quel travail\u202f?",
            "buyer_name": "Pour qui\u202f?",
            "notified_on": "Notifié quand\u202f?",
            "months": "Pour combien de mois\u202f?",
            "penalty_cents": "Pénalité par heure qui manque",
            "penalty_limit_cents": "Pénalité au plus",
        }
        help_texts: ClassVar = {
            "penalty_cents": "Comme le marché l’écrit. Vide\u00a0: aucune n’est connue."
        }


class HandForm(ContractForm):
    minutes = HoursField(
        label="Combien d’heures d’insertion doit-il\u202f?",
        help_text="Laissez vide si vous ne savez pas encore.",
    )

    class Meta(ContractForm.Meta):
        fields = ("structure", *ContractForm.Meta.fields)

    def __init__(self, *args: Any, own: StructureQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(own) == 1:
            # One alone is not asked.
            del self.fields["structure"]
        else:
            self.fields["structure"].queryset = own  # type: ignore[attr-defined]


class NamedForm(ContractForm):
    """Who reads hours or the report, the penalty as the contract states it, its dates."""

    facilitator = AccountField(
        RoleSeat.Role.FACILITATOR,
        label="Qui accepte les heures\u202f?",
        help_text="L’adresse du compte de la facilitatrice ou du facilitateur. Elle lit les "
        "heures, aucun montant.",
    )
    buyer = AccountField(
        RoleSeat.Role.BUYER,
        label="Qui lit le rapport\u202f?",
        help_text="L’adresse du compte de l’acheteur. Il lit les totaux d’heures, rien d’autre.",
    )

    class Meta(ContractForm.Meta):
        fields = (
            *ContractForm.Meta.fields,
            *("penalty_cents", "penalty_limit_cents", "facilitator", "buyer"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("facilitator", "buyer"):
            self.initial[name] = getattr(getattr(self.instance, name), "email", "")


class LotForm(forms.ModelForm[DeliveryLot]):
    """Hours stated, or the three figures from which they are computed (RULE-17)."""

    trade = forms.ChoiceField(
        label="Métier", choices=[("", "Je ne sais pas"), *TRADE_CHOICES], required=False
    )
    stated_minutes = HoursField(
        label="Heures écrites au marché",
        help_text="Vide\u00a0: Cordée les calcule des lignes qui suivent.",
    )
    labour_share = ShareField(label="Part de main-d’œuvre (%)", max_decimals=2)
    insertion_rate = ShareField(label="Part en insertion (%)", max_decimals=2)
    hourly_cost_cents = EurosFormField(label="Coût d’une heure", min_value=1, required=False)

    class Meta:
        model = DeliveryLot
        fields = (
            *("title", "trade", "stated_minutes", "amount_cents"),
            *("labour_share", "insertion_rate", "hourly_cost_cents"),
        )
        labels: ClassVar = {"title": "Objet"}


class PartnerForm(forms.ModelForm[Partner]):
    """Somebody who does a part of a lot, of a contract that comes from no alliance."""

    siret = SiretField(
        label="Son SIRET, si elle est dans l’annuaire",
        help_text="Elle lit alors ce marché, et dit elle-même ses heures.",
        required=False,
    )
    lot = forms.ModelChoiceField(DeliveryLot.objects.none(), label="Quel lot\u202f?")
    minutes = HoursField(label="Combien d’heures promises\u202f?", help_text=NOT_YET)

    class Meta:
        model = Partner
        fields = ("name", "role", "of")
        labels = {
            "name": "Son nom, si elle n’est pas dans l’annuaire",
            "role": "À quelle place\u202f?",
            "of": "Pour qui\u202f?",
        }

    field_order = ("siret", "name", "role", "of", "lot", "minutes")

    def __init__(self, *args: Any, delivery: Delivery, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.delivery = self.delivery = delivery
        fields: Any = self.fields
        fields["name"].required = fields["of"].required = False
        fields["of"].queryset = delivery.partners.filter(role=Partner.Role.MEMBER)
        lots = delivery.lots.all()
        fields["lot"].queryset = lots
        if len(lots) == 1:
            # One alone is not asked.
            del fields["lot"]

    def clean(self) -> dict[str, Any]:
        found, partner = self.cleaned_data, self.instance
        if siret := found.get("siret"):
            # One SIRET may have several sheets, one a kind: the first that is open.
            rows = Structure.objects.listed().filter(siret=siret).select_related("organisation")
            partner.structure = rows.order_by("kind").first()
            if partner.structure is None:
                self.add_error("siret", f"Aucune fiche n’a le SIRET {siret}. Donnez son nom.")
            else:
                found["name"] = partner.structure.shown_name
        if not found.get("name") and not self.errors:
            self.add_error("name", "Donnez le SIRET ou le nom de cette structure.")
        role, client = found.get("role"), found.get("of")
        if role and role != Partner.Role.MEMBER and client is None:
            self.add_error("of", "Dites pour qui elle travaille.")
        if role == Partner.Role.MEMBER:
            found["of"] = None
        return found

    @property
    def share(self) -> Share:
        """What it promises, over all the months of the contract."""
        return Share(
            lot=self.cleaned_data.get("lot") or self.delivery.lots.get(),
            minutes=self.cleaned_data["minutes"],
            first_month=self.delivery.first_month,
            months=self.delivery.months,
        )


class PromisesForm(forms.Form):
    """The hours that a partner promises, lot by lot."""

    def __init__(self, *args: Any, partner: Partner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contract = partner.delivery
        promised = Share.objects.filter(partner=partner).promised_in(contract, "lot")
        for lot in contract.lots.all():
            self.fields[f"{LOT}{lot.pk}"] = HoursField(
                label=f"Heures promises\u00a0: {lot}",
                help_text=NOT_YET,
                initial=promised.get(lot.pk),
            )

    @property
    def minutes(self) -> dict[int, int | None]:
        """By key of the lot."""
        return {int(name[len(LOT) :]): each for name, each in self.cleaned_data.items()}
