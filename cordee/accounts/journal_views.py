"""What happened to a thing, and what one did oneself; as a page and as a file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import batched

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cordee.accounts import access
from cordee.accounts.journal import Named, kinds_by_model, vocabulary, words_of
from cordee.accounts.models import JournalEntry, JournalQuerySet, User
from cordee.accounts.requests import SignedInRequest
from cordee.base.found import page_of
from cordee.base.tables import Column, csv_response
from cordee.base.ui.forms import chips_of, read_filters

NAMELESS = "Cordée, ou un compte effacé"
ELSEWHERE = "Une personne d’ailleurs"
# Beyond these, a midnight in Paris is no moment that a computer can write in UTC.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)
SAID = {"du": "depuis le {:%d/%m/%Y}", "au": "jusqu’au {:%d/%m/%Y}"}
COLUMNS = (
    Column("quand", lambda line: timezone.localtime(line.at).replace(microsecond=0, tzinfo=None)),
    Column("qui", lambda line: line.who),
    Column("a fait", lambda line: line.did),
    Column("sur", lambda line: line.sort),
    Column("lequel", lambda line: line.what.name if line.what else ""),
    Column("précision", lambda line: line.detail),
)
PAGE_SIZE = 50
EXPORTED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class JournalRow:
    """`what` is empty where the thing is gone, or not for this reader."""

    at: datetime
    who: str
    did: str
    sort: str
    what: Named | None
    detail: str


class FilterForm(forms.Form):
    """Between two days, both included; and one action."""

    du = forms.DateField(
        label="Du",
        required=False,
        validators=[MinValueValidator(FIRST_DAY)],
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    au = forms.DateField(
        label="Au",
        required=False,
        validators=[MaxValueValidator(LAST_DAY)],
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    action = forms.ChoiceField(label="Action", required=False)

    def __init__(self, verbs: Iterable[str], *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        choices = sorted(((verb, words_of(verb)) for verb in verbs), key=lambda pair: pair[1])
        self.fields["action"].choices = [("", "Toutes"), *choices]  # type: ignore[attr-defined]

    def apply(self, rows: JournalQuerySet) -> JournalQuerySet:
        asked = self.cleaned_data
        if asked.get("du"):
            rows = rows.filter(at__gte=_midnight(asked["du"]))
        if asked.get("au"):
            rows = rows.filter(at__lt=_midnight(asked["au"] + timedelta(days=1)))
        if asked.get("action"):
            rows = rows.filter(verb=asked["action"])
        return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def lines_of(entries: Sequence[JournalEntry], reader: User, on: date) -> list[JournalRow]:
    """For many entries as many queries as there are sorts of things in them."""
    known = kinds_by_model()
    named = access.people_nameable_by(reader)
    asked: dict[str, set[str]] = {}
    for entry in entries:
        asked.setdefault(entry.target_kind, set()).add(entry.target_id)
    names = {
        label: known[label].names(reader, ids, on) for label, ids in asked.items() if label in known
    }
    return [
        JournalRow(
            at=entry.at,
            who=_who(entry, reader, named),
            did=words_of(entry.verb),
            sort=known[entry.target_kind].label if entry.target_kind in known else "",
            what=names.get(entry.target_kind, {}).get(entry.target_id),
            detail=_detail(entry),
        )
        for entry in entries
    ]


def _who(entry: JournalEntry, reader: User, named: set[int]) -> str:
    if entry.by is None:
        return NAMELESS
    if entry.by == reader:
        return "Vous"
    return str(entry.by) if entry.by.pk in named else ELSEWHERE


def _detail(entry: JournalEntry) -> str:
    sentence = vocabulary().sentences.get(entry.verb)
    return sentence(entry.before, entry.after) if sentence is not None else ""


@require_safe
def journal(request: SignedInRequest, slug: str, pk: str) -> HttpResponse:
    kind, subject, rows = access.journal_for(request.user, slug, pk, on=timezone.localdate())
    context = {"kind": kind, "subject": subject, "pk": pk}
    return render(request, "accounts/journal.html", context | _page(request, rows))


@require_safe
def journal_export(request: SignedInRequest, slug: str, pk: str) -> StreamingHttpResponse:
    _, _, rows = access.journal_for(request.user, slug, pk, on=timezone.localdate())
    return _export(request, rows, f"journal-{slug}-{pk}")


@require_safe
def own_journal(request: SignedInRequest) -> HttpResponse:
    rows = access.own_lines_for(request.user)
    return render(request, "accounts/own_journal.html", _page(request, rows))


@require_safe
def own_journal_export(request: SignedInRequest) -> StreamingHttpResponse:
    return _export(request, access.own_lines_for(request.user), "mon-journal")


def _page(request: SignedInRequest, rows: JournalQuerySet) -> dict[str, object]:
    form, found = _asked(request, rows)
    page = page_of(request, found.select_related("by"), PAGE_SIZE)
    return {
        "form": form,
        "chips": chips_of(form, SAID),
        "page": page,
        "lines": lines_of(list(page), request.user, timezone.localdate()),
        "total": page.paginator.count,
        "query": request.GET.urlencode(),
        "keep_months": settings.KEEP_JOURNAL_MONTHS,
    }


def _asked(request: HttpRequest, rows: JournalQuerySet) -> tuple[FilterForm, JournalQuerySet]:
    verbs = list(rows.order_by().values_list("verb", flat=True).distinct())
    form = read_filters(partial(FilterForm, verbs), request.GET)
    return form, form.apply(rows)


def _export(request: SignedInRequest, rows: JournalQuerySet, name: str) -> StreamingHttpResponse:
    reader, on = request.user, timezone.localdate()
    _, found = _asked(request, rows)

    def lines() -> Iterator[JournalRow]:
        entries = found.select_related("by").iterator(chunk_size=EXPORTED_AT_ONCE)
        for some in batched(entries, EXPORTED_AT_ONCE):
            yield from lines_of(some, reader, on)

    return csv_response(name, COLUMNS, lines())
