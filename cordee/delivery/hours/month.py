"""The form of a month: one total a partner, lot and way, as last month until it is changed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cordee.agreement.insertion import Way
from cordee.base.ui import french, months
from cordee.base.ui.forms import offer_choices
from cordee.delivery.access import DeliveryAccess
from cordee.delivery.fields import HoursField
from cordee.delivery.models import DeliveryLot, MonthlyHours, Partner
from cordee.delivery.models.hours import MOST_MINUTES
from cordee.delivery.standing import ContractStanding
from cordee.rules.kinds import Kind


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the form: what the month before has, and what this month has."""

    lot: DeliveryLot
    partner: Partner
    way: Way
    before: MonthlyHours | None
    row: MonthlyHours | None

    @property
    def name(self) -> str:
        return f"{self.lot.pk}-{self.partner.pk}-{self.way}"

    @property
    def minutes(self) -> int | None:
        row = self.row or self.before
        return row.minutes if row else None


def said_by(access: DeliveryAccess) -> set[tuple[int, int]]:
    """(partner, month) of the hours in force of those that the user speaks for; one query."""
    rows = MonthlyHours.objects.in_force().filter(partner__in=access.states)
    return set(rows.order_by().values_list("partner", "month"))


def month_to_say(
    access: DeliveryAccess, found: ContractStanding, said: Collection[tuple[int, int]]
) -> int | None:
    """The first month that a partner the user speaks for has not said; else the last that may be
    said. None before the contract begins."""
    first = access.delivery.first_month
    last = min(found.this_month, max(access.delivery.end_month - 1, first))
    promised = {
        (each.partner, each.first_month + n)
        for each in found.promises
        if each.minutes
        for n in range(each.months)
    }
    for month in range(first, last + 1):
        for each in access.states:
            place = each.pk, month
            if (place in promised or not promised) and place not in said:
                return month
    return last if last >= first else None


def lines_of(
    access: DeliveryAccess, found: ContractStanding, month: int, before: int | None
) -> list[Line]:
    """The lines of a month, as those of the month before it that was said last; one query."""
    lots = {each.pk: each for each in found.lots}
    partners = {each.pk: each for each in access.states}
    rows = MonthlyHours.objects.in_force().filter(partner__in=partners, month__in={before, month})
    known: dict[tuple[int, int, Way], dict[int, MonthlyHours]] = {}
    for row in rows:
        known.setdefault((row.lot_id, row.partner_id, Way(row.way)), {})[row.month] = row
    said = {(lot, partner) for lot, partner, _ in known}
    promised = [
        (each.lot, each.partner)
        for each in found.promises
        if each.partner in partners and 0 <= month - each.first_month < each.months
    ]
    # Who promised nothing that one could count says the hours of the first lot.
    idle = partners.keys() - {partner for _, partner in [*said, *promised]}
    promised += [(lot, partner) for lot in [*lots][:1] for partner in idle]
    for lot, partner in promised:
        if (lot, partner) not in said:
            known[lot, partner, usual_way(partners[partner])] = {}
    lines = [
        Line(lots[lot], partners[partner], way, said_of.get(before or 0), said_of.get(month))
        for (lot, partner, way), said_of in known.items()
    ]
    order = list(partners)
    return sorted(lines, key=lambda e: (order.index(e.partner.pk), e.lot.key, e.way))


def usual_way(partner: Partner) -> Way:
    """How its hours are done, unless it says otherwise."""
    if partner.role == Partner.Role.STAFFING:
        return Way.STAFF
    kind = partner.structure.kind if partner.structure else Kind.ENTREPRISE
    return Way.HIRE if kind == Kind.ENTREPRISE else Way.SIAE


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
            field = HoursField(label=label, max_value=MOST_MINUTES, initial=line.minutes)
            field.widget.attrs["aria-label"] = label
            self.fields[line.name] = field
        for name, label in (
            ("who", "Qui\u202f?"),
            ("lot", "Quel lot\u202f?"),
            ("way", "Comment\u202f?"),
        ):
            self.fields[name] = forms.ChoiceField(label=label)
        offer_choices(self, "who", [(key, each.name) for key, each in self.partners.items()])
        offer_choices(self, "lot", [(key, str(each)) for key, each in self.lots.items()])
        offer_choices(self, "way", Way.choices())
        label = f"Heures {french.of(months.month(month))}"
        self.fields["more"] = HoursField(label=label, max_value=MOST_MINUTES)

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

    def stated(self) -> tuple[list[MonthlyHours], dict[str, str]]:
        """What was said, and the field of each by its place: as `state_hours` wants and refuses."""
        given = self.cleaned_data
        said: list[tuple[str, DeliveryLot, Partner, Way]] = [
            (line.name, line.lot, line.partner, line.way) for line in self.lines
        ]
        if given["more"] is not None:
            who, lot = self.partners[given["who"]], self.lots[given["lot"]]
            said.append(("more", lot, who, Way(given["way"])))
        told = [each for each in said if given[each[0]] is not None]
        rows = [
            MonthlyHours(lot=lot, partner=who, way=way, month=self.month, minutes=given[name])
            for name, lot, who, way in told
        ]
        return rows, {str(place): row[0] for place, row in enumerate(told)}
