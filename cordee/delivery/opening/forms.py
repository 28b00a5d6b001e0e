"""Forms of a contract to follow."""

from typing import Any

from django import forms

from cordee.base.ui.fields import FrenchDecimalField
from cordee.delivery.models import Delivery, DeliveryLot, Partner, Share
from cordee.delivery.opening.actions import person_named
from cordee.members.models import RoleSeat, Structure
from cordee.members.models.capacity import TRADE_CHOICES
from cordee.members.people_forms import SiretField

HOUR = 60
# A working life of a hundred people: above, it is a slip of the keyboard.
MOST_HOURS = 9_999_999


class HandForm(forms.ModelForm[Delivery]):
    hours = forms.IntegerField(
        label="Combien d’heures d’insertion doit-il\u202f?",
        help_text="Laissez vide si vous ne savez pas encore.",
        min_value=0,
        max_value=MOST_HOURS,
        required=False,
    )

    class Meta:
        model = Delivery
        fields = ("title", "buyer_name", "notified_on", "months")
        labels = {
            "title": "Quel travail\u202f?",
            "buyer_name": "Pour qui\u202f?",
            "notified_on": "Notifié quand\u202f?",
            "months": "Pour combien de mois\u202f?",
        }


class NamedForm(forms.ModelForm[Delivery]):
    """Who reads hours or the report, the penalty as the contract states it, its dates."""

    facilitator_email = forms.EmailField(
        label="Qui accepte les heures\u202f?",
        help_text="L’adresse du compte de la facilitatrice ou du facilitateur. Elle lit les "
        "heures, aucun montant.",
        required=False,
    )
    buyer_email = forms.EmailField(
        label="Qui lit le rapport\u202f?",
        help_text="L’adresse du compte de l’acheteur. Il lit les totaux d’heures, rien d’autre.",
        required=False,
    )

    class Meta:
        model = Delivery
        fields = ("title", "buyer_name", "notified_on", "months")
        fields += ("penalty_cents", "penalty_limit_cents")
        labels = {
            "title": "Quel travail\u202f?",
            "buyer_name": "Pour qui\u202f?",
            "notified_on": "Notifié quand\u202f?",
            "months": "Pour combien de mois\u202f?",
            "penalty_cents": "Pénalité par heure qui manque",
            "penalty_limit_cents": "Pénalité au plus",
        }
        help_texts = {"penalty_cents": "Comme le marché l’écrit. Vide\u00a0: aucune n’est connue."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, person in (
            ("facilitator_email", self.instance.facilitator),
            ("buyer_email", self.instance.buyer),
        ):
            self.initial[name] = person.email if person else ""

    def clean_facilitator_email(self) -> str:
        email: str = self.cleaned_data["facilitator_email"]
        self.instance.facilitator = person_named(email, RoleSeat.Role.FACILITATOR)
        return email

    def clean_buyer_email(self) -> str:
        email: str = self.cleaned_data["buyer_email"]
        self.instance.buyer = person_named(email, RoleSeat.Role.BUYER)
        return email


class LotForm(forms.ModelForm[DeliveryLot]):
    """Hours stated, or the three figures from which they are computed (RULE-17)."""

    hours = forms.IntegerField(
        label="Heures écrites au marché",
        help_text="Vide\u00a0: Cordée les calcule des lignes qui suivent.",
        min_value=0,
        max_value=MOST_HOURS,
        required=False,
    )
    labour_percent = FrenchDecimalField(
        label="Part de main-d’œuvre (%)", min_value=0, max_value=100, required=False
    )
    insertion_percent = FrenchDecimalField(
        label="Part en insertion (%)", min_value=0, max_value=100, required=False
    )

    class Meta:
        model = DeliveryLot
        fields = ("title", "trade", "amount_cents", "hourly_cost_cents")
        labels = {"title": "Objet", "hourly_cost_cents": "Coût d’une heure"}

    field_order = ("title", "trade", "hours", "amount_cents", "labour_percent", "insertion_percent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lot = self.instance
        self.fields["trade"] = forms.ChoiceField(
            label="Métier", choices=[("", "Je ne sais pas"), *TRADE_CHOICES], required=False
        )
        self.initial["trade"] = lot.trade
        if lot.stated_minutes is not None:
            self.initial["hours"] = lot.stated_minutes // HOUR
        for name, rate in (
            ("labour_percent", lot.labour_share),
            ("insertion_percent", lot.insertion_rate),
        ):
            self.initial[name] = None if rate is None else (rate * 100).normalize()

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        lot, hours = self.instance, found.get("hours")
        lot.stated_minutes = None if hours is None else hours * HOUR
        for name, column in (
            ("labour_percent", "labour_share"),
            ("insertion_percent", "insertion_rate"),
        ):
            percent = found.get(name)
            setattr(lot, column, None if percent is None else percent / 100)
        if found.get("hourly_cost_cents") == 0:
            self.add_error("hourly_cost_cents", "0 € l’heure ne se divise pas. Laissez vide.")
        return found


class PartnerForm(forms.ModelForm[Partner]):
    """Somebody who does a part of a lot, of a contract that comes from no alliance."""

    siret = SiretField(
        label="Son SIRET, si elle est dans l’annuaire",
        help_text="Elle lit alors ce marché, et dit elle-même ses heures.",
        required=False,
    )
    lot = forms.ModelChoiceField(DeliveryLot.objects.none(), label="Quel lot\u202f?")
    hours = forms.IntegerField(
        label="Combien d’heures promises\u202f?",
        help_text="Vide si rien n’est promis encore.",
        min_value=0,
        max_value=MOST_HOURS,
        required=False,
    )

    class Meta:
        model = Partner
        fields = ("name", "role", "of")
        labels = {
            "name": "Son nom, si elle n’est pas dans l’annuaire",
            "role": "À quelle place\u202f?",
            "of": "Pour qui\u202f?",
        }

    field_order = ("siret", "name", "role", "of", "lot", "hours")

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
        hours = self.cleaned_data["hours"]
        return Share(
            lot=self.cleaned_data.get("lot") or self.delivery.lots.get(),
            minutes=None if hours is None else hours * HOUR,
            first_month=self.delivery.first_month,
            months=self.delivery.months,
        )


class PromisesForm(forms.Form):
    """The hours that a partner promises, lot by lot."""

    def __init__(self, *args: Any, partner: Partner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        promised: dict[int, int] = {}
        for share in partner.shares.filter(minutes__isnull=False):
            promised[share.lot_id] = promised.get(share.lot_id, 0) + (share.minutes or 0)
        self.names = {f"hours_{lot.pk}": lot for lot in partner.delivery.lots.all()}
        for name, lot in self.names.items():
            known = promised.get(lot.pk)
            self.fields[name] = forms.IntegerField(
                label=f"Heures promises\u00a0: {lot}",
                help_text="Vide si rien n’est promis encore.",
                min_value=0,
                max_value=MOST_HOURS,
                required=False,
                initial=None if known is None else known // HOUR,
            )

    @property
    def minutes(self) -> dict[int, int | None]:
        """By key of the lot."""
        told = {lot.pk: self.cleaned_data[name] for name, lot in self.names.items()}
        return {key: None if hours is None else hours * HOUR for key, hours in told.items()}
