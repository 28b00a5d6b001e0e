"""The weekly list: what was asked, the weeks with their counts, the rows as people read them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Count, Q
from django.db.models.functions import TruncWeek
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from cordee.base.ui import french
from cordee.opportunities.facts import FACTS
from cordee.opportunities.margin.notes import Quote
from cordee.opportunities.margin.source_names import name_of
from cordee.opportunities.models import Misreading
from cordee.opportunities.models.misreadings import MisreadingQuerySet
from cordee.opportunities.wording import commune_names, fact_in_words
from cordee.rules.figures import lot_name

SHOWN_WEEKS = 12
NOTHING_READ = "Rien"
_KINDS: Mapping[str, tuple[str, str]] = {
    Misreading.Verdict.PENDING: ("inconnu", "À décider"),
    Misreading.Verdict.KEPT: ("sur", "Retenu"),
    Misreading.Verdict.REFUSED: ("vigilance", "Non retenu"),
}


class MisreadingFilterForm(forms.Form):
    """The filters of the list; the view leaves out a value that is none of the choices."""

    decision = forms.ChoiceField(
        label="Décision",
        required=False,
        choices=[
            ("", "Toutes"),
            ("a-decider", "À décider"),
            ("retenus", "Retenues"),
            ("non-retenus", "Non retenues"),
        ],
    )
    # No correction is older; far beyond, a Monday has no Sunday that a computer can write.
    semaine = forms.DateField(
        required=False,
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
        widget=forms.HiddenInput(),
    )


DECISIONS = {
    "a-decider": Misreading.Verdict.PENDING,
    "retenus": Misreading.Verdict.KEPT,
    "non-retenus": Misreading.Verdict.REFUSED,
}


@dataclass(frozen=True, slots=True)
class MisreadingRow:
    misreading: Misreading
    fact: str
    lot: str
    read: str
    corrected: str
    quotes: Sequence[Quote]
    notice_url: str
    state: tuple[str, str]


def week_label(monday: date) -> str:
    return f"Semaine du {french.day(monday, timezone.localdate())}"


def filtered(rows: MisreadingQuerySet, asked: Mapping[str, Any]) -> MisreadingQuerySet:
    """`asked`: the cleaned data of the form; any day of a week stands for the week."""
    if decision := asked.get("decision"):
        rows = rows.filter(verdict=DECISIONS[decision])
    if day := asked.get("semaine"):
        rows = rows.of_week(day - timedelta(days=day.weekday()))
    return rows


def weeks_of(rows: MisreadingQuerySet) -> list[tuple[date, str, dict[str, Any]]]:
    """(Monday, name, counts) of the last weeks in which something was corrected, newest first."""
    counted = (
        rows.order_by()
        .annotate(week=TruncWeek("correction__at"))
        .values("week")
        .annotate(
            total=Count("pk"),
            pending=Count("pk", filter=Q(verdict=Misreading.Verdict.PENDING)),
            kept=Count("pk", filter=Q(verdict=Misreading.Verdict.KEPT)),
        )
        .order_by("-week")[:SHOWN_WEEKS]
    )
    mondays = [(timezone.localdate(each["week"]), each) for each in counted]
    return [(monday, week_label(monday), counts) for monday, counts in mondays]


def rows_of(misreadings: Iterable[Misreading]) -> list[MisreadingRow]:
    """In the words of the opportunity pages; one query for all the communes they name."""
    held = list(misreadings)
    of_places = [m for m in held if m.correction.fact == "places"]
    communes = commune_names(
        place
        for m in of_places
        for places in (m.was_read, m.correction.value)
        for place in places or ()
    )
    today = timezone.localdate()
    return [_row(misreading, communes, today) for misreading in held]


def groups_of(rows: Iterable[MisreadingRow]) -> Mapping[str, list[MisreadingRow]]:
    """Rows by week."""
    groups: dict[str, list[MisreadingRow]] = {}
    for row in rows:
        at = timezone.localdate(row.misreading.correction.at)
        monday = at - timedelta(days=at.weekday())
        groups.setdefault(week_label(monday), []).append(row)
    return groups


def _row(misreading: Misreading, communes: Mapping[str, str], today: date) -> MisreadingRow:
    correction = misreading.correction
    name, lot = correction.fact, correction.lot_id
    fact = FACTS.get(name)
    read = misreading.was_read
    return MisreadingRow(
        misreading=misreading,
        fact=fact.label if fact else name,
        lot=lot_name(lot) if lot else "",
        read=NOTHING_READ if read is None else fact_in_words(name, read, today, communes),
        corrected=fact_in_words(name, correction.value, today, communes),
        quotes=[Quote(name_of(e["where"]), e["words"]) for e in misreading.evidence],
        notice_url=_notice_url(correction.opportunity_id, name, lot),
        state=_KINDS[misreading.verdict],
    )


def _notice_url(opportunity_pk: int, fact: str, lot: str) -> str:
    if not lot:
        return f"{reverse('opportunities:notice', args=[opportunity_pk])}#fait-{fact}"
    return f"{reverse('opportunities:lots', args=[opportunity_pk])}?{urlencode({'lot': lot})}"
