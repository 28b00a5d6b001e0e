"""What exits come to (RULE-28): rates with what they are made of, of one structure or in bands."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from cordee.base.documents import Words
from cordee.base.masking import FEWEST, SOURCES_AT_LEAST, band
from cordee.base.ui import french
from cordee.bridge.models import PersonExit
from cordee.members.evidence import Proof, first_counted, since
from cordee.members.models import RoleSeat, Structure
from cordee.members.roles import May, roles_that
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Sort, Waiting
from cordee.rules.exits import COUNTED_KINDS, ExitRates, exit_rates

LABELS = ("Sorties dynamiques", "Sorties en emploi durable")
MOST_LINES = 20


class Rate(NamedTuple):
    """Exits of one sort among those kept; `aim`: that of the convention, in percent, if it says."""

    label: str
    part: int
    kept: int
    aim: int | None

    @property
    def words(self) -> str:
        """ "7 sur 13, soit 53,8 %"; nothing where no exit is kept."""
        share = french.percent(self.part / self.kept) if self.kept else ""
        return share and f"{self.part} sur {self.kept}, soit {share}"

    @property
    def banded(self) -> str:
        """The same out of the structures; a rate, by tens, where neither side of it is few."""
        told, low = f"{band(self.part)} sur {band(self.kept)}", 10 * (10 * self.part // self.kept)
        is_few = min(self.part, self.kept - self.part) < FEWEST
        return told if is_few else f"{told}, soit de {low} à {low + 9}\u202f%"


def _rates(found: Iterable[ExitRates], aims: Sequence[int | None] = (None, None)) -> list[Rate]:
    parts = [(each.dynamic, each.durable, each.kept) for each in found]
    dynamic, durable, kept = map(sum, zip((0, 0, 0), *parts, strict=True))
    return list(map(Rate, LABELS, (dynamic, durable), (kept, kept), aims))


def rates_of(
    structure: Structure, rows: Iterable[PersonExit], first: date, last: date
) -> list[Rate]:
    """Of exits between two days, beside what the newest convention that says so aims at."""
    held = [each for each in structure.conventions.all() if each.is_in_force(first, last)]
    aims = [
        next(filter(None, map(attrgetter(name), held)), None)
        for name in ("dynamic_target", "durable_target")
    ]
    return _rates([exit_rates([row.value for row in rows], structure.kind, on=last)], aims)


def of_many(keys: Collection[int], first: date, last: date, own: Collection[int]) -> list[Rate]:
    """None unless five exits count, in three structures beside the reader's `own`: two queries."""
    left = Prefetch("exits", PersonExit.objects.between(first, last))
    rows = Structure.objects.filter(pk__in=keys, kind__in=COUNTED_KINDS).prefetch_related(left)
    every = {
        row.pk: exit_rates([each.value for each in row.exits.all()], row.kind, on=last)
        for row in rows
    }
    found = {pk: each for pk, each in every.items() if each.kept}
    rates = _rates(found.values())
    is_told = rates[0].kept >= FEWEST and len(found.keys() - set(own)) >= SOURCES_AT_LEAST
    return rates if is_told else []


def section(structure: Structure, first: date, last: date) -> Sequence[tuple[str, Words]]:
    """Exits in the yearly dialogue, which is the structure's own: whole numbers."""
    if structure.kind not in COUNTED_KINDS:
        return []
    rates = rates_of(structure, structure.exits.between(first, last), first, last)
    aims = ". ".join(f"{rate.label}\u00a0: {rate.aim}\u202f%" for rate in rates if rate.aim)
    done = ". ".join(f"{rate.label}\u00a0: {rate.words}" for rate in rates if rate.kept)
    return [row for row in (("Sorties prévues", aims), ("Sorties faites", done)) if row[1]]


def waiting(viewer: Viewer, now: datetime) -> Iterator[Sort]:
    """Six months after: for who directs the structure or follows its people."""
    roles = roles_that(May.DIRECT_STRUCTURE) + roles_that(May.TEACH)
    seats = RoleSeat.objects.filter(person=viewer.user, role__in=roles).order_by()
    rows = PersonExit.objects.to_follow_up(viewer.on)
    yield Sort(rows.filter(structure__in=seats.values("structure")), _to_follow_up)


def _to_follow_up(viewer: Viewer, now: datetime, rows: QuerySet[PersonExit]) -> Iterator[Waiting]:
    for row in rows[:MOST_LINES]:
        yield Waiting(
            max(row.follow_up_on, viewer.on),
            f"Demander des nouvelles, après une sortie du {french.day(row.left_on, viewer.on)}",
            "Six mois ont passé, et la personne a dit oui. Notez seulement ce qu’elle fait.",
            "Noter la réponse",
            reverse("bridge:follow_up", args=[row.structure_id, row.pk]),
        )


def proof(structure: Structure, on: date) -> Proof | None:
    """Dynamic exits among those that count, in the structure's own book."""
    if structure.kind not in COUNTED_KINDS:
        return None
    first = first_counted(on)
    found = rates_of(structure, structure.exits.between(first, on), first, on)[0]
    words, url = f"sorties dynamiques {since(on)}", reverse("bridge:exits", args=[structure.pk])
    return Proof(f"{found.part} sur {found.kept}", words, url) if found.kept else None
