"""The table of an alliance and one cell of it, where everything is typed."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.agreement.changes import changes
from cordee.agreement.model import Cell, Line
from cordee.agreement.terms import Terms
from cordee.alliances import access as alliance_access
from cordee.alliances import revisions
from cordee.alliances.access import AllianceAccess
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.models import AllianceRevision
from cordee.alliances.table.edits import Kept, editable, keep, typed
from cordee.alliances.table.measures import (
    BY_SLUG,
    CREWS,
    EUROS,
    FTE,
    HOURS,
    MEASURES,
    MONTHS,
    Measure,
    NotANumber,
    columns_of,
)
from cordee.alliances.table.page import TableRow, refused_in, table_of, with_refused
from cordee.base.ui import months
from cordee.base.ui.fields import read_version
from cordee.base.ui.forms import posted, refusals_as_messages
from cordee.members.acting import viewer_of

# What a party does of a line that it shares: a place, months or tasks.
MOST_WORDS = 200
WRITTEN_MEANWHILE = (
    "Cette case a changé pendant que vous écriviez. Rien n’est enregistré\u00a0: "
    "relisez votre part."
)


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
    kept = keep(access, base, done, refused, **by_now(request))
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


class MeasureField(forms.Field):
    """A figure as its measure is typed; None for nothing."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    is_number = True

    def __init__(self, measure: Measure, label: str = "") -> None:
        super().__init__(label=label or measure.title, required=False)
        self.measure = measure

    def to_python(self, value: Any) -> int | None:
        try:
            return self.measure.read(value or "")
        except NotANumber as wrong:
            raise ValidationError(str(wrong)) from wrong


class MonthField(forms.Field):
    """A month as a number, or None."""

    widget = forms.TextInput(attrs={"type": "month"})

    def to_python(self, value: Any) -> int | None:
        if not (typed := (value or "").strip()):
            return None
        # A long row of figures is no month, and more than Python reads; nor is a year 0.
        found = re.fullmatch(r"(2[0-9]{3})-([0-9]{1,2})", typed)
        if found is None or not 1 <= int(found[2]) <= 12:
            raise ValidationError(
                f"«\u00a0{typed}\u00a0»\u00a0: écrivez un mois, par exemple 2027-03."
            )
        return int(found[1]) * 12 + int(found[2]) - 1

    def prepare_value(self, value: Any) -> Any:
        return f"{value // 12}-{value % 12 + 1:02d}" if isinstance(value, int) else value


class CellForm(forms.Form):
    """Everything that a party says of its part of one line."""

    euros = MeasureField(EUROS)
    etp = MeasureField(FTE)
    heures = MeasureField(HOURS)
    equipes = MeasureField(CREWS)
    debut = MonthField(label="Premier mois", required=False)
    mois = MeasureField(MONTHS, "Nombre de mois")
    travail = forms.CharField(
        label="Ce qu’elle y fait, si d’autres y travaillent aussi",
        max_length=MOST_WORDS,
        required=False,
        help_text="Les zones, les mois ou les tâches, par exemple «\u00a0la rive nord\u00a0». Dans "
        "un groupement conjoint, chacun répond de ce qui est écrit ici.",
    )
    epinglee = forms.BooleanField(
        label="Épingler cette case",
        required=False,
        help_text="«\u00a0Réparer\u00a0» ne change jamais une case épinglée.",
    )

    def __init__(self, held: Cell, line: Line, data: Any = None) -> None:
        said = {slug: each.shown(each.value(held)) for slug, each in BY_SLUG.items()}
        own = {"debut": held.first_month, "travail": held.work, "epinglee": held.pinned}
        super().__init__(data, initial=said | own, auto_id="%s")
        when = months.span(line.first_month, line.months)
        self.fields["debut"].help_text = f"Sans réponse, c’est celui de la prestation ({when})."

    def filled(self, cell: Cell) -> Cell:
        """The cell as it was typed."""
        typed = self.cleaned_data
        figures: dict[str, Any] = {each.field: typed[slug] for slug, each in BY_SLUG.items()}
        work = " ".join(typed["travail"].split()) or None
        return replace(
            cell, **figures, first_month=typed["debut"], work=work, pinned=typed["epinglee"]
        )


@require_http_methods(["GET", "POST"])
def cell(request: SignedInRequest, pk: uuid.UUID, party_pk: int, line: str) -> HttpResponse:
    """Everything about one cell: amounts, months, crews, and its pin.

    A subcontractor opens those of its own row, and neither prices nor what another wrote.
    """
    access = alliance_access.taking_part_for(request.user, pk)
    terms, key = access.alliance.terms, str(party_pk)
    if key not in editable(access, terms) or line not in {each.key for each in terms.lines}:
        raise Http404("Cette case ne vous est pas ouverte.")
    form = CellForm(terms.cell(key, line), terms.line(line), posted(request))
    version = access.alliance.version
    if form.is_bound:
        base = alliance_access.revision_for(access, read_version(request.POST.get("version", "")))
        read, version = base.read(), base.number
        if read.find(key) is None:
            raise Http404("Cette version du tableau n’existe pas.")
        if form.is_valid():
            written = read.with_cell(form.filled(read.cell(key, line)))
            if not access.reads_shares:
                return _own_written(request, access, party_pk, base, written)
            kept = keep(access, base, written, {}, **by_now(request))
            return answer(request, access, {"mesure": EUROS.slug}, kept)
    back = ("table", "Le tableau", []) if access.reads_shares else ("share", "Ma part", [party_pk])
    context = alliance_context(access, "alliances:table") | {
        "back": reverse(f"alliances:{back[0]}", args=[pk, *back[2]]),
        "back_called": back[1],
        "name": access.called[key],
        "column": next(each for each in columns_of(terms) if each.line.key == line),
        "version": version,
        "form": form,
    }
    return render(request, "alliances/table/cell.html", context)


def _own_written(
    request: SignedInRequest,
    access: AllianceAccess,
    party_pk: int,
    base: AllianceRevision,
    terms: Terms,
) -> HttpResponse:
    """Back to one's part; where somebody wrote there meanwhile, nothing is kept."""
    with refusals_as_messages(request):
        written = revisions.write_terms(
            alliance=access.alliance, base=base.number, terms=terms, **by_now(request)
        )
        if written.conflicts:
            messages.error(request, WRITTEN_MEANWHILE)
        else:
            messages.success(request, "C’est enregistré.")
    return redirect("alliances:share", pk=access.alliance.pk, party_pk=party_pk)
