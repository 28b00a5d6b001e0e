"""The table of an alliance: read, typed in by several people at once, taken away as a list
for a spreadsheet."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.agreement.changes import changes
from cordee.agreement.model import Cell, Line, Party
from cordee.agreement.terms import Terms
from cordee.alliances import access as alliance_access
from cordee.alliances.access import AllianceAccess
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.models import AllianceRevision
from cordee.alliances.table.edits import Kept, editable, keep, typed
from cordee.alliances.table.measures import AMOUNTS, BY_SLUG, EUROS, MEASURES, Measure
from cordee.alliances.table.page import TableRow, refused_in, table_of, with_refused
from cordee.base.tables import csv_response
from cordee.base.tables.writing import Column, euros_cell
from cordee.base.ui.fields import read_version
from cordee.members.acting import viewer_of


@require_http_methods(["GET", "POST"])
def table(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The table in one measure; a POST writes what was typed, and shows at once what breaks."""
    access = alliance_access.inside_for(request.user, pk)
    if request.method != "POST":
        return render(request, "alliances/table/table.html", _context(request, access))
    post, name = _sent(request)
    base = _base_of(access, post, name)
    may_price = access.coordinates and access.alliance.step.is_editable
    may = editable(access, base.read())
    done, refused = typed(base.read(), post, may, may_price=may_price)
    kept = keep(access, base, done, refused, by=request.user, now=timezone.now())
    return answer(request, access, post, kept)


@require_safe
def since(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What others wrote since a version: nothing where nobody did."""
    access = alliance_access.inside_for(request.user, pk)
    known = read_version(request.GET.get("version", ""))
    if known == access.alliance.version:
        return HttpResponse(status=204)
    return _changes(request, access, known, Kept({}))


def _sent(request: SignedInRequest) -> tuple[Mapping[str, str], str]:
    """What was sent, and the field that changed; "" where the whole form was sent.

    htmx sends the form around a field: the field that changed alone counts.
    """
    post: dict[str, Any] = dict(request.POST.items())
    name = request.htmx.trigger_name if request.htmx else ""  # type: ignore[attr-defined]
    if not name:
        return post, ""
    if name == "epingler":
        return {"epingler": post.get("epingler", "")} | _bases(post), name
    return {key: post[key] for key in (name,) if key in post} | _bases(post), name


def _bases(post: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in post.items() if key.startswith("b-")} | {
        key: post[key] for key in ("version", "mesure") if key in post
    }


def _base_of(access: AllianceAccess, post: Mapping[str, str], name: str) -> AllianceRevision:
    """The version the user typed from: that of the cell, or the oldest of those the user read."""
    at = name.split("-", 2)[-1] if name.startswith("v-") else name
    if name == "epingler":
        at = post.get("epingler", "")
    elif name.startswith("prix-"):
        at = name
    typed_from = post.get(f"b-{at}")
    numbers = [typed_from] if typed_from else [v for k, v in post.items() if k.startswith("b-")]
    known = [read_version(each) for each in numbers if read_version(each)]
    number = min(known, default=read_version(post.get("version", "")))
    return alliance_access.revision_for(access, number)


def answer(
    request: SignedInRequest, access: AllianceAccess, post: Mapping[str, str], kept: Kept
) -> HttpResponse:
    """With htmx what changed; otherwise the table again, with what was not kept on top."""
    if request.htmx:  # type: ignore[attr-defined]
        return _changes(request, access, read_version(post.get("version", "")), kept)
    if kept.faults or kept.clashes or kept.refused:
        context = _context(request, access, slug=post.get("mesure", ""), refused=kept.refused)
        context |= {"kept": kept, "has_errors": bool(kept.faults or kept.refused)}
        return render(request, "alliances/table/table.html", context)
    if kept.is_saved:
        messages.success(request, "C’est enregistré.")
    measure = BY_SLUG.get(post.get("mesure", ""), EUROS)
    address = reverse("alliances:table", args=[access.alliance.pk])
    return redirect(f"{address}?mesure={measure.slug}")


def _changes(
    request: SignedInRequest, access: AllianceAccess, known: int, kept: Kept
) -> HttpResponse:
    slug = request.POST.get("mesure") or request.GET.get("mesure") or ""
    context = _context(request, access, slug=slug, refused=kept.refused)
    before = access.alliance.revisions.filter(number=known).first()
    after: Terms = context["terms"]
    old = after if before is None else before.read()
    moved = [each.place for each in changes(old, after)]
    places = {f"{place[1]}-{place[2]}" for place in moved if place[0] == "cell"}
    rows = {party.key for party in old.parties} != {party.key for party in after.parties}
    prices = {
        line.key
        for line, was in zip(after.lines, old.lines, strict=False)
        if line.price_cents != was.price_cents
    }
    # What was just typed is shown again as it is kept, or beside why it is not.
    for name in (request.htmx.trigger_name or "", *kept.refused):  # type: ignore[attr-defined]
        kind, _, at = name.partition("-")
        places |= {at.partition("-")[2]} if kind == "v" else set()
        prices |= {at} if kind == "prix" else set()
    context |= {
        "places": places,
        "prices": prices,
        "kept": kept,
        "is_other_team": rows or before is None,
        "oob": True,
    }
    return render(request, "alliances/table/changes.html", context)


def _context(
    request: SignedInRequest,
    access: AllianceAccess,
    slug: str = "",
    refused: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    measure = BY_SLUG.get(slug or request.GET.get("mesure", ""), EUROS)
    now = timezone.now()
    shown = table_of(access.seen_by(viewer_of(request)), measure, now=now)
    if refused:
        shown = with_refused(shown, {key: request.POST.get(key, "") for key in refused}, refused)
    chosen = request.GET.get("partie", "")
    keys = [row.party.key for row in shown.rows]
    return alliance_context(access, "alliances:table") | {
        "table": shown,
        "terms": shown.terms,
        "measure": measure,
        "measures": MEASURES,
        "refused": refused_in(shown),
        # On a phone one party is shown at a time: the user's own first.
        "one": chosen if chosen in keys else _first(shown.rows),
    }


def _first(rows: Sequence[TableRow]) -> str:
    own = [row.party.key for row in rows if row.is_own]
    return (own or [row.party.key for row in rows] or [""])[0]


@require_safe
def download(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The table as CSV: one row for each cell, euros and people and hours beside."""
    access = alliance_access.inside_for(request.user, pk)
    rows = rows_of(access.alliance.terms, access.called)
    return csv_response("tableau", COLUMNS, rows)  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class CellRow:
    """One cell that is not empty, with its line and its party."""

    line: Line
    party: Party
    cell: Cell
    name: str
    role: str
    of: str


def rows_of(terms: Terms, names: Mapping[str, str]) -> Iterator[CellRow]:
    """Every cell that says something, line by line."""
    for line in terms.lines:
        for party in terms.parties:
            cell = terms.cell(party.key, line.key)
            if not cell.is_empty:
                place, of = terms.place_of(party.key), names.get(party.of or "", "")
                yield CellRow(line, party, cell, names[party.key], place, of)


def _first_month(row: CellRow) -> str:
    number, _ = row.line.span(row.cell)
    return f"{number // 12}-{number % 12 + 1:02d}"


def _figure(measure: Measure) -> Callable[[CellRow], Decimal | int | None]:
    def read(row: CellRow) -> Decimal | int | None:
        value = measure.value(row.cell)
        return value if value is None or measure.scale == 1 else Decimal(value) / measure.scale

    return read


COLUMNS = (
    Column("Lot", lambda row: row.line.lot),
    Column("Prestation", lambda row: row.line.label),
    Column("Prix de la prestation HT", lambda row: euros_cell(row.line.price_cents)),
    Column("Structure", lambda row: row.name),
    Column("Rôle", lambda row: row.role),
    Column("Pour", lambda row: row.of),
    Column("TVA", lambda row: row.party.vat_due.label),
    Column("Montant HT", lambda row: euros_cell(row.cell.cents)),
    *(Column(measure.title, _figure(measure)) for measure in AMOUNTS if measure is not EUROS),
    Column("Premier mois", _first_month),
    Column("Mois", lambda row: row.line.span(row.cell)[1]),
    Column("Ce qu’elle y fait", lambda row: row.cell.work or ""),
    Column("Épinglée", lambda row: row.cell.pinned),
)
