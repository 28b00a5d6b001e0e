"""The table of an alliance: read, typed in by several people at once, taken away."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cordee.agreement.model import Cell
from cordee.agreement.terms import Terms
from cordee.alliances import access as alliance_access
from cordee.alliances import revisions
from cordee.alliances.access import AllianceAccess
from cordee.alliances.frame import sections
from cordee.alliances.frame.names import names_for
from cordee.alliances.models import AllianceRevision
from cordee.alliances.table import export
from cordee.alliances.table.edits import Clash, Typed, clashes, editable, typed, whole_cell, without
from cordee.alliances.table.measures import AMOUNTS, BY_SLUG, EUROS, MEASURES, Measure
from cordee.alliances.table.page import changed_cells, refused_in, table_of, with_refused
from cordee.alliances.table.totals import columns_of
from cordee.base.tables import csv_response
from cordee.base.ui import months
from cordee.base.ui.fields import read_version
from cordee.members.acting import viewer_of

WRITTEN_MEANWHILE = (
    "Cette case a changé pendant que vous écriviez. Rien n’est enregistré : relisez votre part."
)


@require_http_methods(["GET", "POST"])
def table(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The table in one measure; a POST writes what was typed, and shows at once what breaks."""
    access = alliance_access.inside_for(request.user, pk)
    if request.method == "POST":
        return _save(request, access)
    return render(request, "alliances/table/table.html", _context(request, access))


@require_safe
def since(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What others wrote since a version: nothing where nobody did."""
    access = alliance_access.inside_for(request.user, pk)
    known = read_version(request.GET.get("version", ""))
    if known == access.alliance.version:
        return HttpResponse(status=204)
    return _changes(request, access, known)


def _save(request: HttpRequest, access: AllianceAccess) -> HttpResponse:
    post, name = _sent(request)
    base = _base_of(access, post, name)
    terms = base.read()
    done = typed(terms, post, editable(access, terms), may_price=_may_price(access))
    return _written(request, access, post, base, done)


def _sent(request: HttpRequest) -> tuple[Mapping[str, str], str]:
    """What was sent, and the field that changed; "" where the whole form was sent.

    htmx sends the form around a field: the field that changed alone counts.
    """
    post = dict(request.POST.items())
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
    told = post.get(f"b-{at}")
    numbers = [told] if told else [v for k, v in post.items() if k.startswith("b-")]
    known = [read_version(each) for each in numbers if read_version(each)]
    number = min(known, default=read_version(post.get("version", "")))
    return alliance_access.revision_for(access, number)


def _written(
    request: HttpRequest,
    access: AllianceAccess,
    post: Mapping[str, str],
    base: AllianceRevision,
    done: Typed,
) -> HttpResponse:
    refused = done.faults
    if done.terms == base.read():
        return _answer(request, access, post, refused=refused)
    try:
        written = _write(request, access, base, done.terms)
        rest = written.revision
        if written.conflicts:
            kept = without(written.conflicts, done.terms, base.read())
            if kept != base.read():
                rest = _write(request, access, base, kept).revision
    except ValidationError as wrong:
        return _answer(request, access, post, faults=wrong.messages, refused=refused)
    access.alliance.version = rest.number
    if written.conflicts:
        names = names_for(access)
        lost = clashes(
            access.alliance,
            written.conflicts,
            base=base.number,
            current=written.revision,
            names=names,
        )
        is_rest_kept = rest.number != written.revision.number
        return _answer(request, access, post, refused=refused, lost=lost, is_rest_kept=is_rest_kept)
    return _answer(request, access, post, refused=refused, is_saved=True)


def _own_written(
    request: HttpRequest, access: AllianceAccess, party_pk: int, base: AllianceRevision, done: Typed
) -> HttpResponse:
    """Back to one's part; where somebody wrote there meanwhile, nothing is kept."""
    try:
        written = _write(request, access, base, done.terms)
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
    else:
        if written.conflicts:
            messages.error(request, WRITTEN_MEANWHILE)
        else:
            messages.success(request, "C’est enregistré.")
    return redirect("alliances:share", pk=access.alliance.pk, party_pk=party_pk)


def _write(
    request: HttpRequest, access: AllianceAccess, base: AllianceRevision, terms: Terms
) -> revisions.Written:
    return revisions.write_terms(
        alliance=access.alliance, base=base.number, terms=terms, by=request.user, now=timezone.now()
    )


def _answer(
    request: HttpRequest,
    access: AllianceAccess,
    post: Mapping[str, str],
    *,
    faults: list[str] | None = None,
    refused: Mapping[str, str] | None = None,
    lost: list[Clash] | None = None,
    is_saved: bool = False,
    is_rest_kept: bool = False,
) -> HttpResponse:
    """With htmx what changed; otherwise the table again, with what was not kept on top."""
    if request.htmx:  # type: ignore[attr-defined]
        return _changes(
            request,
            access,
            read_version(post.get("version", "")),
            faults=faults,
            refused=refused,
            lost=lost,
            is_saved=is_saved,
            is_rest_kept=is_rest_kept,
        )
    if faults or lost or refused:
        context = _context(request, access, slug=post.get("mesure", ""), refused=refused)
        context |= {"faults": faults, "clashes": lost, "has_errors": bool(faults or refused)}
        context |= {"is_saved": is_saved, "is_rest_kept": is_rest_kept}
        return render(request, "alliances/table/table.html", context)
    if is_saved:
        messages.success(request, "C’est enregistré.")
    address = reverse("alliances:table", args=[access.alliance.pk])
    return redirect(f"{address}?mesure={_measure(post.get('mesure', '')).slug}")


def _changes(
    request: HttpRequest,
    access: AllianceAccess,
    known: int,
    *,
    faults: list[str] | None = None,
    refused: Mapping[str, str] | None = None,
    lost: list[Clash] | None = None,
    is_saved: bool = False,
    is_rest_kept: bool = False,
) -> HttpResponse:
    slug = request.POST.get("mesure") or request.GET.get("mesure") or ""
    context = _context(request, access, slug=slug, refused=refused)
    before = access.alliance.revisions.filter(number=known).first()
    after: Terms = context["terms"]
    old = after if before is None else before.read()
    places = {f"{party}-{line}" for party, line in changed_cells(old, after)}
    rows = {party.key for party in old.parties} != {party.key for party in after.parties}
    prices = {
        line.key
        for line, was in zip(after.lines, old.lines, strict=False)
        if line.price_cents != was.price_cents
    }
    # What was just typed is shown again as it is kept, or beside why it is not.
    for name in (request.htmx.trigger_name or "", *(refused or ())):  # type: ignore[attr-defined]
        kind, _, at = name.partition("-")
        places |= {at.partition("-")[2]} if kind == "v" else set()
        prices |= {at} if kind == "prix" else set()
    context |= {
        "places": places,
        "prices": prices,
        "faults": faults,
        "clashes": lost,
        "is_saved": is_saved,
        "is_rest_kept": is_rest_kept,
        "is_other_team": rows or before is None,
        "oob": True,
    }
    return render(request, "alliances/table/changes.html", context)


def _context(
    request: HttpRequest,
    access: AllianceAccess,
    slug: str = "",
    refused: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    measure = _measure(slug or request.GET.get("mesure", ""))
    now = timezone.now()
    shown = table_of(access.seen_by(viewer_of(request)), measure, now=now)
    if refused:
        shown = with_refused(shown, {key: request.POST.get(key, "") for key in refused}, refused)
    chosen = request.GET.get("partie", "")
    keys = [row.party.key for row in shown.rows]
    return {
        "access": access,
        "alliance": access.alliance,
        "table": shown,
        "terms": shown.terms,
        "measure": measure,
        "measures": MEASURES,
        "refused": refused_in(shown),
        # On a phone one party is shown at a time: the user's own first.
        "one": chosen if chosen in keys else _first(shown.rows),
        "sections": sections.sections(access, "alliances:table"),
    }


def _first(rows: Any) -> str:
    own = [row.party.key for row in rows if row.is_own]
    return (own or [row.party.key for row in rows] or [""])[0]


@require_http_methods(["GET", "POST"])
def cell(request: HttpRequest, pk: uuid.UUID, party_pk: int, line: str) -> HttpResponse:
    """Everything about one cell: amounts, months, crews, and its pin.

    A subcontractor opens those of its own row, and neither prices nor what another wrote.
    """
    access = alliance_access.taking_part_for(request.user, pk)
    terms, key = access.alliance.terms, str(party_pk)
    if key not in editable(access, terms) or line not in {each.key for each in terms.lines}:
        raise Http404("Cette case ne vous est pas ouverte.")
    if request.method != "POST":
        return _cell_page(request, access, terms.cell(key, line))
    base = alliance_access.revision_for(access, read_version(request.POST.get("version", "")))
    if key not in {party.key for party in base.read().parties}:
        raise Http404("Cette version du tableau n’existe pas.")
    done = whole_cell(base.read(), base.read().cell(key, line), dict(request.POST.items()))
    if done.faults:
        return _cell_page(request, access, terms.cell(key, line), refused=done, version=base.number)
    if access.reads_shares:
        return _written(request, access, {"mesure": EUROS.slug}, base, done)
    return _own_written(request, access, party_pk, base, done)


def _cell_page(
    request: HttpRequest,
    access: AllianceAccess,
    held: Cell,
    *,
    refused: Typed | None = None,
    version: int | None = None,
) -> HttpResponse:
    """The form of one cell as it is held; where it was refused, as it was typed on `version`."""
    alliance = access.alliance
    column = next(each for each in columns_of(alliance.terms) if each.line.key == held.line)
    if refused is None:
        values = {measure.slug: measure.shown(measure.value(held)) for measure in AMOUNTS} | {
            "debut": "" if held.first_month is None else _month(held.first_month),
            "mois": "" if held.months is None else str(held.months),
            "travail": held.work or "",
            "epinglee": "oui" if held.pinned else "",
        }
    else:
        names = (*BY_SLUG, "debut", "travail", "epinglee")
        values = {name: request.POST.get(name, "") for name in names}
    faults = {} if refused is None else refused.faults
    context = {
        "access": access,
        "alliance": alliance,
        "sections": sections.sections(access, "alliances:table"),
        "name": names_for(access)[held.party],
        "party_pk": int(held.party),
        "column": column,
        "when": months.span(column.line.first_month, column.line.months),
        "version": alliance.version if version is None else version,
        "values": values,
        "faults": faults,
        "has_errors": bool(faults),
        "fields": [
            {
                "name": measure.slug,
                "title": measure.title,
                "value": values[measure.slug],
                "fault": faults.get(measure.slug, ""),
            }
            for measure in AMOUNTS
        ],
    }
    return render(request, "alliances/table/cell.html", context)


@require_safe
def download(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The table as CSV: one row for each cell, euros and people and hours beside."""
    access = alliance_access.inside_for(request.user, pk)
    rows = export.rows_of(access.alliance.terms, names_for(access))
    return csv_response("tableau", export.COLUMNS, rows)  # type: ignore[return-value]


def _may_price(access: AllianceAccess) -> bool:
    return access.coordinates and access.alliance.step.is_editable


def _measure(slug: str) -> Measure:
    return BY_SLUG.get(slug, EUROS)


def _month(number: int) -> str:
    return f"{number // 12}-{number % 12 + 1:02d}"
