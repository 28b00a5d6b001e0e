"""What structures have opened to a network: one of them, shown as the network sees it; all of its
members, in a list where no figure stands.
"""

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from django.utils.text import capfirst

from cordee.members import directory_index
from cordee.members.actions.sharing import DAYS_BETWEEN
from cordee.members.forms import SharingChoice
from cordee.members.models import Membership, Network, SharingAgreement, SharingRequest, Structure
from cordee.members.models.requests import Answer
from cordee.members.network_access import Desk
from cordee.members.sharing import FigureClass, Viewer
from cordee.members.structure_page import Opening, StructurePage
from cordee.rules.territory import fold_place_name

# What each choice means, said to the structure and to the network.
WORDS: Mapping[str, Any] = tomllib.loads(
    Path(__file__).with_name("sharing_words.toml").read_text("utf-8")
)
FILTERS = {
    "fermes": "rien d’ouvert",
    "ouverts": "au moins une sorte ouverte",
    "attente": "demande en attente",
}


@dataclass(frozen=True, slots=True)
class Section(Opening):
    """The same in words, and since when."""

    since: date | None

    @property
    def state(self) -> str:
        return str(WORDS[self.choice]["state"])

    @property
    def words(self) -> str:
        return str(WORDS[self.choice]["words"])


class SharingPage:
    def __init__(self, structure: Structure, network: Network, on: date) -> None:
        self.structure, self.network, self.on = structure, network, on

    @cached_property
    def as_seen(self) -> StructurePage:
        """The page of the structure as the network reads it."""
        return StructurePage(self.structure, Viewer.of_network(self.network, self.on))

    @cached_property
    def as_own(self) -> StructurePage:
        """The same with everything open, to decide knowingly."""
        return StructurePage(self.structure, Viewer.of_structures({self.structure.pk}, self.on))

    @cached_property
    def history(self) -> list[SharingAgreement]:
        """Every agreement there was, newest first; one emptied the day it was made says nothing."""
        rows = SharingAgreement.objects.filter(structure=self.structure, network=self.network)
        return list(rows.order_by("-starts_on", "figure_class", "-pk"))

    @cached_property
    def sections(self) -> dict[str, Section]:
        current = {
            row.figure_class: row
            for row in reversed(self.history)
            if row.starts_on <= self.on and (row.ends_on is None or row.ends_on >= self.on)
        }
        return {
            each.value: Section(
                self.network, each, SharingChoice.of(row), row.starts_on if row else None
            )
            for each in FigureClass
            for row in (current.get(each.value),)
        }

    @property
    def is_open(self) -> bool:
        return any(section.is_open for section in self.sections.values())

    @cached_property
    def memberships(self) -> list[Membership]:
        """In the network and its delegations, newest first."""
        rows = Membership.objects.under(self.network).filter(structure=self.structure)
        return list(rows.select_related("network").order_by("-starts_on", "network__name"))

    @property
    def is_member(self) -> bool:
        return any(
            row.starts_on <= self.on and (row.ends_on is None or row.ends_on > self.on)
            for row in self.memberships
        )

    @cached_property
    def asked(self) -> SharingRequest | None:
        """What the network asks and waits for."""
        return (
            SharingRequest.objects.waiting()
            .filter(structure=self.structure, network=self.network)
            .select_related("asked_by")
            .first()
        )

    @property
    def choices_asked(self) -> list[SharingChoice]:
        return SharingChoice.offered(self.asked.figure_class) if self.asked else []


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
                *WORDS[self.choices.get(each.value, SharingChoice.NOTHING)]["to_network"],
            )
            for each in FigureClass
        ]

    @property
    def is_open(self) -> bool:
        return any(choice is not SharingChoice.NOTHING for choice in self.choices.values())

    @property
    def is_all_open(self) -> bool:
        return all(
            self.choices.get(each.value) is SharingChoice.offered(each)[-1] for each in FigureClass
        )


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
        for row in (
            SharingAgreement.objects.current(self.on)
            .filter(network=self.desk.acting_for, structure__in=structures.order_by().values("pk"))
            .order_by("starts_on")
        ):
            agreements[row.structure_id][row.figure_class] = SharingChoice.of(row)
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
