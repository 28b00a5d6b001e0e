"""Which members have opened which class of figures to a network. No figure stands here."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from django.utils.text import capfirst

from cordee.members import directory_index
from cordee.members.actions.sharing_requests import DAYS_BETWEEN
from cordee.members.forms import SharingChoice
from cordee.members.models import SharingAgreement, SharingRequest
from cordee.members.models.requests import Answer
from cordee.members.network_access import Desk
from cordee.members.place_names import fold_place_name
from cordee.members.sharing import FigureClass

# Said of a class of figures, to the network.
CHOICE_WORDS = {
    SharingChoice.NOTHING: ("inconnu", "Fermé"),
    SharingChoice.COMPOSE: ("duo", "Utilisé, sans être vu"),
    SharingChoice.SEE: ("sur", "Vu"),
    SharingChoice.BOTH: ("sur", "Vu et utilisé"),
}
FILTERS = {
    "fermes": "rien d’ouvert",
    "ouverts": "au moins une sorte ouverte",
    "attente": "demande en attente",
}


@dataclass(slots=True)
class AgreementRow:
    pk: int
    name: str
    kind: str
    department: str
    choices: dict[str, SharingChoice] = field(default_factory=dict)
    asked_on: date | None = None
    is_waiting: bool = False
    may_ask_on: date | None = None

    @property
    def cells(self) -> list[tuple[str, str, str]]:
        """(class of figures, kind of state, words) in the order of the heads."""
        return [
            (
                str(each.label),
                *CHOICE_WORDS[self.choices.get(each.value, SharingChoice.NOTHING)],
            )
            for each in FigureClass
        ]

    @property
    def is_open(self) -> bool:
        return any(choice is not SharingChoice.NOTHING for choice in self.choices.values())

    @property
    def is_all_open(self) -> bool:
        return all(self.choices.get(each.value) is SharingChoice.BOTH for each in FigureClass)


class AgreementList:
    def __init__(self, desk: Desk, params: Mapping[str, str], on: date) -> None:
        self.desk, self.on = desk, on
        self.text = params.get("q", "").strip()[:200]
        asked = params.get("partage", "")
        self.filter = asked if asked in FILTERS else ""

    @property
    def heads(self) -> list[str]:
        return [str(each.label).capitalize() for each in FigureClass]

    @property
    def filters(self) -> list[tuple[str, str]]:
        return [(state, capfirst(words)) for state, words in FILTERS.items()]

    @cached_property
    def all_rows(self) -> list[AgreementRow]:
        structures = self.desk.structures(self.on)
        if self.text:
            structures = directory_index.matching(structures, self.text)
        agreements: dict[int, dict[str, SharingChoice]] = defaultdict(dict)
        for pk, kind, sees, composes in (
            SharingAgreement.objects.current(self.on)
            .filter(network=self.desk.acting_for, structure__in=structures.order_by().values("pk"))
            .order_by("starts_on")
            .values_list("structure", "figure_class", "may_see", "may_compose")
        ):
            agreements[pk][kind] = SharingChoice.of(sees, composes)
        asked: dict[int, tuple[date, str]] = {
            pk: (asked_on, answer)
            for pk, asked_on, answer in SharingRequest.objects.filter(
                network=self.desk.acting_for, structure__in=structures.order_by().values("pk")
            )
            .order_by("asked_on", "pk")
            .values_list("structure", "asked_on", "answer")
        }
        rows = []
        for pk, name, brand, kind, department in structures.order_by().values_list(
            "pk", "name", "brand", "kind", "department"
        ):
            row = AgreementRow(pk, brand or name, kind, department or "", agreements[pk])
            if pk in asked:
                row.asked_on, answer = asked[pk]
                row.is_waiting = answer == Answer.NONE
                next_on = row.asked_on + timedelta(days=DAYS_BETWEEN)
                row.may_ask_on = next_on if next_on > self.on else None
            rows.append(row)
        return sorted(rows, key=lambda row: (fold_place_name(row.name), row.pk))

    @cached_property
    def rows(self) -> list[AgreementRow]:
        match self.filter:
            case "fermes":
                return [row for row in self.all_rows if not row.is_open]
            case "ouverts":
                return [row for row in self.all_rows if row.is_open]
            case "attente":
                return [row for row in self.all_rows if row.is_waiting]
            case _:
                return self.all_rows

    @property
    def open_count(self) -> int:
        return sum(row.is_open for row in self.all_rows)
