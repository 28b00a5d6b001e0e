"""The form of a month: one total a partner, lot and way, as last month until it is changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Max, Q

from cordee.agreement.insertion import Way
from cordee.base.ui import french, months
from cordee.base.ui.fields import FrenchDecimalField
from cordee.base.ui.forms import offer_choices
from cordee.delivery.access import DeliveryAccess
from cordee.delivery.hours.actions import Stated
from cordee.delivery.models import DeliveryLot, MonthlyHours, Partner
from cordee.delivery.models.hours import MOST_MINUTES
from cordee.delivery.standing import HOUR, ContractStanding
from cordee.rules.kinds import Kind


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the form. `last`: minutes of the month before; `row`: what this month has."""

    lot: DeliveryLot
    partner: Partner
    way: Way
    last: int | None
    row: MonthlyHours | None

    @property
    def name(self) -> str:
        return f"{self.lot.pk}-{self.partner.pk}-{self.way}"

    @property
    def minutes(self) -> int | None:
        return self.row.minutes if self.row else self.last


def month_to_say(access: DeliveryAccess, found: ContractStanding) -> int | None:
    """The first month that a partner the user speaks for has not said; else the last that may be
    said. None before the contract begins."""
    first = access.delivery.first_month
    last = min(found.this_month, max(access.delivery.end_month - 1, first))
    said = {(row.party, row.month) for row in found.rows}
    promised = {(partner, month) for (_, partner, month), minutes in found.plan.items() if minutes}
    for month in range(first, last + 1):
        for each in access.states:
            is_due = (each.pk, month) in promised or not promised
            if is_due and (str(each.pk), month) not in said:
                return month
    return last if last >= first else None


def lines_of(
    access: DeliveryAccess, found: ContractStanding, month: int
) -> tuple[list[Line], int | None]:
    """The lines of a month, and the last month said before it; three queries at most."""
    rows = MonthlyHours.objects.in_force().filter(
        lot__delivery=access.delivery, partner__in=access.states
    )
    last: int | None = rows.aggregate(last=Max("month", filter=Q(month__lt=month)))["last"]
    lots = {each.lot.pk: each.lot for each in found.lots}
    partners = {each.pk: each for each in access.states}
    known: dict[tuple[int, int, Way], dict[int, MonthlyHours]] = {}
    for row in rows.filter(month__in=[month] if last is None else [last, month]):
        known.setdefault((row.lot_id, row.partner_id, Way(row.way)), {})[row.month] = row
    said = {(lot, partner) for lot, partner, _ in known}
    promised = [key[:2] for key in found.plan if key[2] == month and key[1] in partners]
    # Who promised nothing that one could count says the hours of the first lot.
    idle = partners.keys() - {partner for _, partner in [*said, *promised]}
    promised += [(lot, partner) for lot in [*lots][:1] for partner in idle]
    for lot, partner in promised:
        if (lot, partner) not in said:
            known[lot, partner, usual_way(partners[partner])] = {}
    lines = []
    for (lot, partner, way), said_of in known.items():
        before = None if last is None else said_of.get(last)
        minutes = before.minutes if before else None
        lines.append(Line(lots[lot], partners[partner], way, minutes, said_of.get(month)))
    order = list(partners)
    return sorted(lines, key=lambda e: (order.index(e.partner.pk), e.lot.key, e.way)), last


def usual_way(partner: Partner) -> Way:
    """How its hours are done, unless it says otherwise."""
    if partner.role == Partner.Role.STAFFING:
        return Way.STAFF
    kind = partner.structure.kind if partner.structure else Kind.ENTREPRISE
    return Way.HIRE if kind == Kind.ENTREPRISE else Way.SIAE


class HoursField(FrenchDecimalField):
    """Hours as people write them, minutes as kept."""

    def __init__(self, **kwargs: Any) -> None:
        most = MOST_MINUTES // HOUR
        super().__init__(required=False, min_value=0, max_value=most, **kwargs)

    def clean(self, value: Any) -> int | None:
        hours: Decimal | None = super().clean(value)
        return None if hours is None else int((hours * HOUR).quantize(Decimal(1), ROUND_HALF_UP))


class MonthForm(forms.Form):
    """An empty line says nothing; hours of the last line make one that was not there."""

    def __init__(
        self,
        *args: Any,
        access: DeliveryAccess,
        lots: Sequence[DeliveryLot],
        lines: Sequence[Line],
        month: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines, self.month = lines, month
        self.partners = {str(each.pk): each for each in access.states}
        self.lots = {str(each.pk): each for each in lots}
        for line in lines:
            parts = [line.partner.name, str(line.lot) if len(lots) > 1 else "", line.way.label]
            label = ", ".join(filter(None, parts))
            self.fields[line.name] = field = HoursField(label=label)
            field.widget.attrs["aria-label"] = label
            if line.minutes is not None:
                self.initial[line.name] = round(Decimal(line.minutes) / HOUR, 2).normalize()
        for name, label in (
            ("who", "Qui\u202f?"),
            ("lot", "Quel lot\u202f?"),
            ("way", "Comment\u202f?"),
        ):
            self.fields[name] = forms.ChoiceField(label=label)
        offer_choices(self, "who", [(key, each.name) for key, each in self.partners.items()])
        offer_choices(self, "lot", [(key, str(each)) for key, each in self.lots.items()])
        offer_choices(self, "way", Way.choices())
        self.fields["more"] = HoursField(label=f"Heures {french.of(months.month(month))}")

    def clean(self) -> dict[str, Any]:
        if not self.errors and all(self.cleaned_data[n] is None for n in self.hours_names):
            raise ValidationError("Rien n’est écrit. Écrivez un nombre d’heures, ou 0.")
        return self.cleaned_data

    @property
    def hours_names(self) -> list[str]:
        return [*(line.name for line in self.lines), "more"]

    @property
    def drawn(self) -> list[tuple[Line, Any]]:
        return [(line, self[line.name]) for line in self.lines]

    def stated(self) -> tuple[list[Stated], dict[str, str]]:
        """What was said, and the field of each by its place: as `state_hours` wants and refuses."""
        given, told = self.cleaned_data, []
        for line in self.lines:
            if given[line.name] is not None:
                told.append((line.name, line.lot, line.partner, line.way, given[line.name]))
        if given["more"] is not None:
            who, lot = self.partners[given["who"]], self.lots[given["lot"]]
            told.append(("more", lot, who, Way(given["way"]), given["more"]))
        rows = [
            Stated(lot=lot, partner=partner, way=way, month=self.month, minutes=minutes)
            for _, lot, partner, way, minutes in told
        ]
        return rows, {str(place): row[0] for place, row in enumerate(told)}
