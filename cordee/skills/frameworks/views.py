"""« Référentiels »: those of Cordée and one's own, changed a sentence or a file at a time.

Whoever directs the structure reads them; who teaches changes one, of ours too: it is then its own.
"""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.base.limits import takes_files
from cordee.base.tables import csv_response, csv_text
from cordee.base.ui import french, panels
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in, render_form
from cordee.opportunities.access import opportunity_for
from cordee.rules.trades import TRADES
from cordee.skills import access
from cordee.skills.frameworks import actions
from cordee.skills.frameworks.forms import CompetenceForm, FrameworkFileForm, ReadForm
from cordee.skills.frameworks.tables import COLUMNS, MOST_BYTES, rows_of
from cordee.skills.frameworks.values import (
    PROPOSED,
    Framework,
    differences,
    ours,
    situations_for,
    with_competence,
)
from cordee.skills.models import OwnFramework
from cordee.skills.tabs import frame_of

EDIT = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def frameworks(request: SignedInRequest, pk: int) -> HttpResponse:
    structure = access.training_structure_for(request.user, pk)
    rows = OwnFramework.used_by(structure)
    own = sum(row.pk is not None for row in rows)
    words = french.count(len(rows), "référentiel")
    context = frame_of(request.user, structure, "skills:frameworks") | {
        "title": f"{words}, dont {own} à vous" if own else f"{words}, prêts à servir",
        "rows": rows,
        "removed": [(row, None) for row in structure.frameworks.filter(removed_at__isnull=False)],
    }
    return render(request, "skills/frameworks/list.html", context)


@require_safe
def framework(request: SignedInRequest, pk: int, code: str) -> HttpResponse:
    """One of them, and what differs from ours in what the structure changed."""
    structure = access.training_structure_for(request.user, pk)
    own = access.framework_of(structure, code)
    shown, model = own.value, ours().get(own.origin)
    parts = [
        (words, [each for each in shown.competences if each.family == family])
        for family, words in shown.families.items()
    ]
    how_many = french.count(len(shown.competences), "compétence")
    context = frame_of(request.user, structure, "skills:frameworks") | {
        "title": f"{own.name}\u00a0: {how_many}",
        "own": own,
        "framework": shown,
        "situations": [(each, shown.sentences(each)) for each in shown.situations],
        "families": [(words, found) for words, found in parts if found],
        "model": model,
        "differences": differences(model, shown) if model else [],
    }
    return render(request, "skills/frameworks/framework.html", context)


@require_safe
def as_file(request: SignedInRequest, pk: int, code: str) -> HttpResponseBase:
    own = access.framework_of(access.training_structure_for(request.user, pk), code)
    return csv_response(f"referentiel-{code}", COLUMNS, rows_of(own.value))


@require_POST
def keep(request: SignedInRequest, pk: int, key: int, *, is_kept: bool) -> HttpResponse:
    own = access.framework_to_keep(request.user, pk, key)
    with refusals_as_messages(request):
        actions.keep_framework(own=own, is_kept=is_kept, **by_now(request))
        words = "est remis." if is_kept else "est retiré. Ce qui a été vu garde ses mots."
        messages.success(request, f"«\u00a0{own.name}\u00a0» {words}")
    return redirect("skills:frameworks", pk)


@EDIT
def competence(request: SignedInRequest, pk: int, code: str, competence: str) -> HttpResponse:
    structure = access.taught_structure_for(request.user, pk)
    own = access.framework_of(structure, code)
    found = next((each for each in own.value.competences if each.code == competence), None)
    if found is None:
        raise Http404("Cette compétence n’est plus dans ce référentiel.")
    form = CompetenceForm(posted(request), competence=found, initial={"mark": own.mark})
    if form.is_valid():
        changed = with_competence(own.value, form.competence_typed)
        if _write(request, own, changed, form):
            return redirect("skills:framework", pk, code)
    title = f"Changer «\u00a0{found.name}\u00a0»"
    context = {"structure": structure, "own": own, "form": form, "title": title}
    return render_form(request, "skills/frameworks/competence.html", context)


@takes_files(MOST_BYTES)
@EDIT
def from_file(request: SignedInRequest, pk: int, code: str = "") -> HttpResponse:
    """What a file would change is told first; the page carries it until it is kept."""
    structure = access.taught_structure_for(request.user, pk)
    own, before = OwnFramework(structure=structure), None
    if code:
        own = access.framework_of(structure, code)
        before = own.value
    sent, start = request.FILES or None, {"mark": own.mark}
    form = FrameworkFileForm(posted(request), sent, framework=before, initial=start)
    context = {"structure": structure, "own": own, "form": form, "title": "Lire un fichier"}
    if form.is_valid():
        if not sent and _write(request, own, form.read, form):
            return redirect("skills:framework", pk, own.code)
        is_same = form.read == before
        context |= {
            "title": "Ce fichier ne change rien" if is_same else "Ce que ce fichier change",
            "read": None if is_same else form.read,
            "changes": differences(before, form.read) if before else [],
            "text": "".join(csv_text(COLUMNS, rows_of(form.read))),
        }
    return render_form(request, "skills/frameworks/file.html", context)


@require_safe
def situations(request: SignedInRequest, opportunity: int) -> HttpResponse:
    """What the work of an opportunity can teach: a few on its page, all on a page of their own."""
    need = opportunity_for(request.user, opportunity, on=timezone.localdate())
    breakdown = need.latest_breakdown()
    trades = [each.trade for each in breakdown.packages.all()] if breakdown else []
    found = [(each, owner.sentences(each)) for owner, each in situations_for(trades)]
    is_panel = bool(request.headers.get("HX-Request"))
    context = {
        "opportunity": need,
        "trades": [TRADES[each].short_label for each in dict.fromkeys(trades)],
        "situations": found[:PROPOSED] if is_panel else found,
        "are_more": is_panel and len(found) > PROPOSED,
    }
    template = "skills/frameworks/situations.html"
    return panels.shown(request, template, context, title="Ce que ce travail peut apprendre")


def _write(request: SignedInRequest, own: OwnFramework, said: Framework, form: ReadForm) -> bool:
    """Whether it is kept; why not stands in the form."""
    with refusals_in(form):
        mark = form.cleaned_data["mark"]
        actions.write_framework(own=own, framework=said, by=request.user, mark=mark)
        messages.success(request, "C’est changé.")
        return True
    return False
