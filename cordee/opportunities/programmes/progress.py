"""Promises against what the base holds today; what it does not hold is said, never counted zero."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from cordee.base.ui import french
from cordee.members.models import Programme, ProgrammeCommitment, Structure
from cordee.opportunities.models import (
    AwardedContract,
    ContractHolder,
    Opportunity,
    ProgrammeAttachment,
    Stage,
)
from cordee.opportunities.models.opportunities import ASKING_CLAUSES, OpportunityQuerySet
from cordee.rules.kinds import SIAE_KINDS
from cordee.rules.reservation import Reservation

BAR_WIDTH, BAR_STEP = 320, 52


@dataclass(frozen=True, slots=True)
class Known:
    """A sum over what is known, and how many say nothing. `total` None: nobody says anything."""

    total: int | None
    known: int
    silent: int

    @property
    def count(self) -> int:
        return self.known + self.silent


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar. `kind`: "yes", "no" or "unknown"."""

    label: str
    kind: str
    count: int
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    y: int
    segments: Sequence[Segment]

    @property
    def text_y(self) -> int:
        return self.y + 14

    @property
    def bar_y(self) -> int:
        return self.y + 21

    @property
    def row(self) -> dict[str, int]:
        return {segment.kind: segment.count for segment in self.segments}


@dataclass(frozen=True, slots=True)
class PromiseLine:
    commitment: ProgrammeCommitment
    today: str
    missing: str


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of the attached needs and of the contracts they became."""

    total: int
    open: int
    reserved: int
    not_reserved: int
    clause: int
    no_clause: int
    amounts: Known
    hours: Known
    contracts: int
    paid: Known
    by_siae: int
    by_siae_paid: Known

    @property
    def bars(self) -> list[Bar]:
        if not self.total:
            return []
        return [
            _bar(0, "Clause d’insertion", self.clause, self.no_clause, self.total),
            _bar(1, "Réservés", self.reserved, self.not_reserved, self.total),
            _bar(2, "Montant écrit", self.amounts.known, 0, self.total),
        ]

    @property
    def bars_label(self) -> str:
        """The drawing as a sentence."""
        return (
            f"Sur {french.count(self.total, 'opportunité')}\u00a0: {french.number(self.clause)} "
            f"avec une clause d’insertion, {french.number(self.reserved)} réservées, "
            f"{french.number(self.amounts.known)} avec un montant écrit."
        )


def attached_to(programme: Programme) -> OpportunityQuerySet:
    """The opportunities that stand attached to a programme."""
    standing = ProgrammeAttachment.objects.filter(programme=programme).standing()
    return Opportunity.objects.filter(pk__in=standing.values("opportunity"))


def progress_of(programme: Programme, *, now: datetime) -> Progress:
    """Five queries, however many are attached."""
    # No name of a column: an aggregate hides the column it is named after from the next ones.
    rows = attached_to(programme).order_by()
    still = Q(stage=Stage.CALL) & (Q(deadline__isnull=True) | Q(deadline__gt=now))
    counts = rows.aggregate(
        total=Count("pk"),
        open=Count("pk", filter=still),
        kept_apart=Count("pk", filter=~Q(reserved__in=["", Reservation.NONE.value])),
        to_all=Count("pk", filter=Q(reserved=Reservation.NONE.value)),
        asking=Count("pk", filter=Q(social_clause__in=ASKING_CLAUSES)),
        asking_nothing=Count("pk", filter=Q(social_clause="none")),
        amounts=Count("amount_cents"),
        cents=Sum("amount_cents"),
    )
    asked = (
        ProgrammeAttachment.objects.filter(programme=programme)
        .standing()
        .filter(opportunity__social_clause__in=ASKING_CLAUSES)
        .aggregate(known=Count("hours"), sum=Sum("hours"))
    )
    contracts = AwardedContract.objects.filter(opportunity__in=rows.values("pk")).counted_once()
    paid, by_siae = _paid(contracts), _paid(contracts.filter(pk__in=_held_by_siae()))
    return Progress(
        total=counts["total"],
        open=counts["open"],
        reserved=counts["kept_apart"],
        not_reserved=counts["to_all"],
        clause=counts["asking"],
        no_clause=counts["asking_nothing"],
        amounts=Known(counts["cents"], counts["amounts"], counts["total"] - counts["amounts"]),
        hours=Known(asked["sum"], asked["known"], counts["asking"] - asked["known"]),
        contracts=paid.count,
        paid=paid,
        by_siae=by_siae.count,
        by_siae_paid=by_siae,
    )


def promises_of(commitments: Sequence[ProgrammeCommitment], found: Progress) -> list[PromiseLine]:
    """Each promise beside what the base says of it, and what nobody has written."""
    return [PromiseLine(line, *_today(line, found)) for line in commitments]


def _today(line: ProgrammeCommitment, found: Progress) -> tuple[str, str]:
    match line.kind:
        case ProgrammeCommitment.Kind.HOURS_SHARE:
            hours = found.hours
            if hours.total is None:
                words = "Aucune clause lue ne dit ses heures."
            else:
                words = (
                    f"{french.count(hours.total, 'heure demandée', 'heures demandées')} par "
                    f"{french.count(hours.known, 'clause lue', 'clauses lues')}."
                )
            return (
                words,
                "Les heures travaillées en tout ne sont pas publiées : la part est inconnue.",
            )
        case ProgrammeCommitment.Kind.AMOUNT_SHARE:
            if found.by_siae_paid.total is None:
                words = "Aucun montant connu n’est tenu par une structure d’insertion de Cordée."
            else:
                words = (
                    f"{french.euros(found.by_siae_paid.total, rounded=True)} tenus par des "
                    f"structures d’insertion, seules ou en groupement."
                )
            return (
                words,
                "La taille des autres titulaires n’est pas publiée : la part est inconnue.",
            )
        case _:
            return "Aucune donnée de Cordée ne le mesure.", "Voyez ce que le programme publie."


def _paid(contracts: "QuerySet[AwardedContract]") -> Known:
    counts = contracts.order_by().aggregate(
        count=Count("pk"), known=Count("amount_cents"), cents=Sum("amount_cents")
    )
    return Known(counts["cents"], counts["known"], counts["count"] - counts["known"])


def _held_by_siae() -> "QuerySet[ContractHolder, Any]":
    """Contracts with a work-integration structure that we know among their holders."""
    kinds = [kind.value for kind in SIAE_KINDS]
    sirets = Structure.objects.listed().filter(kind__in=kinds).order_by().values("siret")
    return (
        ContractHolder.objects.filter(role=ContractHolder.Role.HOLDER, siret__in=sirets)
        .order_by()
        .values("contract")
    )


def _bar(rank: int, label: str, yes: int, no: int, total: int) -> Bar:
    parts = [
        ("oui", "yes", yes),
        ("non", "no", no),
        ("on ne sait pas", "unknown", total - yes - no),
    ]
    segments, x = [], 0
    for number, (words, kind, count) in enumerate(parts):
        left = BAR_WIDTH - x
        is_last = number == len(parts) - 1
        width = left if is_last and count else round(BAR_WIDTH * count / total)
        segments.append(Segment(words, kind, count, x, width))
        x += width
    return Bar(label, rank * BAR_STEP, segments)
