"""What pages say of commissions: what they produced, and the time that was given to them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from cordee.base.ui import french
from cordee.practices.commissions.access import Inside, commissions_for, reads_drafts
from cordee.practices.models import Commission, Meeting, MeetingTask, Sheet

HOURS_A_DAY = 7


class Given(NamedTuple):
    """Time given: people, each counted once a structure as far as one can tell, and hours."""

    structure: str
    people: int
    hours: Decimal

    def __str__(self) -> str:
        """ "3 bénévoles, 2,5 journées": days to a tenth, without it where they are whole."""
        days = round(self.hours / HOURS_A_DAY, 1)
        written = french.number(days, 0 if days == int(days) else 1)
        volunteers = french.count(self.people, "bénévole", "bénévoles")
        return f"{volunteers}, {french.with_unit(written, 'journée' if days < 2 else 'journées')}"


def given_by(commission: Commission) -> list[Given]:
    """By structure: the most people who came on one day, and all their hours. One query."""
    rows = commission.hours.in_force().order_by("structure__sort_key", "structure")
    told = rows.values("structure").annotate(
        named=Max("structure__name"), brand=Max("structure__brand"), most=Max("people")
    )
    return [
        Given(row["brand"] or row["named"], row["most"], row["given"])
        for row in told.annotate(given=Sum("hours"))
    ]


def total(rows: Iterable[Given]) -> Given | None:
    """All of them; None where nobody noted anything, which is not nothing."""
    rows = list(rows)
    if not rows:
        return None
    return Given("", sum(row.people for row in rows), sum((row.hours for row in rows), Decimal()))


def produced(sheets: int, decisions: int) -> str:
    """The title of a commission: « 2 fiches et 5 décisions »."""
    counts = (sheets, "fiche"), (decisions, "décision")
    said = [french.count(many, word) for many, word in counts if many]
    return french.series(said) or "Rien n’est encore publié"


def lines_of(text: str) -> list[str]:
    """What a field of minutes says, one thing a line."""
    return [line.strip(" -•\t") for line in text.splitlines() if line.strip(" -•\t")]


def minutes_of(meeting: Meeting) -> list[tuple[str, list[str]]]:
    """(question, its answer, one thing a line); what is to do stands apart."""
    said = meeting.decided, meeting.learnt, meeting.next_time
    names = "Décidé", "Appris", "La prochaine fois"
    return [(name, lines_of(text)) for name, text in zip(names, said, strict=True)]


def listed(found: Inside) -> QuerySet[Commission]:
    """The commissions of a network, each with what it produced and its next meeting: one query."""
    next_one = Meeting.objects.in_force().filter(
        commission=OuterRef("pk"), ends_at__gte=timezone.now()
    )
    stands = Q(meetings__taken_back_at__isnull=True, meetings__published_at__isnull=False)
    sheets = Q(products__taken_back_at__isnull=True, products__sheet__in=Sheet.objects.published())
    return (
        commissions_for(found)
        .in_force()
        .annotate(
            minutes=Count("meetings", filter=stands, distinct=True),
            sheets=Count("products", filter=sheets, distinct=True),
            next_at=Subquery(next_one.order_by("begins_at").values("begins_at")[:1]),
        )
        .order_by(F("ends_on").desc(nulls_first=True), "name", "pk")
    )


def page_of(found: Inside, commission: Commission) -> dict[str, Any]:
    """All that the page of a commission shows; a fixed number of queries."""
    is_draft_read, now = reads_drafts(found, commission), timezone.now()
    meetings = list(commission.meetings.in_force())
    published = [row for row in meetings if row.published_at]
    decisions = [(row, lines_of(row.decided)) for row in published if row.decided]
    tasks = MeetingTask.objects.in_force().filter(meeting__in=published, done_at__isnull=True)
    given, hours = given_by(commission), commission.hours.select_related("structure")
    shown = commission.products.in_force().filter(sheet__in=Sheet.objects.published())
    products = list(shown.select_related("sheet"))
    files = commission.files.in_force().select_related("stored")
    kept: dict[str, QuerySet[Any]] = {
        "places": commission.seats.select_related("structure"),
        "reunions": commission.meetings.all(),
        "fiches": commission.products.select_related("sheet"),
        "fichiers": commission.files.select_related("stored"),
    }
    return {
        "products": products,
        "title": produced(len(products), sum(len(lines) for _, lines in decisions)),
        "decisions": decisions,
        "meetings": [row for row in meetings if row.ends_at > now][::-1],
        "past": [row for row in meetings if row.ends_at <= now],
        "tasks": list(tasks.select_related("structure", "meeting__commission__network")),
        "given": given,
        "total": total(given),
        "hours": list(hours if found.writes else hours.filter(structure__in=found.own)),
        "seats": list(commission.seats.in_force().select_related("structure")),
        "reads_drafts": is_draft_read,
        "files": list(files) if is_draft_read else [],
        "taken_back": gone(kept) if found.writes else [],
    }


def gone(kinds: Mapping[str, QuerySet[Any]]) -> list[tuple[str, Any]]:
    """(kind, row) of what was taken back, to be put back: a query each kind."""
    gone = {"taken_back_at__isnull": False}
    return [(sort, row) for sort, rows in kinds.items() for row in rows.filter(**gone)]
