"""« Ce que j'ai promis »: the contracts of one chantier, for who directs it and nobody else."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.ui import french
from cordee.base.ui.forms import posted, refusals_in, render_form
from cordee.economics import access
from cordee.economics.commitments import actions
from cordee.economics.commitments.forms import CommitmentForm
from cordee.economics.models import Commitment
from cordee.economics.tabs import frame_of
from cordee.members.acting import viewer_of
from cordee.members.actions.undoable import keep_row

EDIT = require_http_methods(["GET", "HEAD", "POST"])
State = Commitment.State


@require_safe
def commitments(request: SignedInRequest, pk: int) -> HttpResponse:
    structure, chantiers = access.chantier_to_state(
        request.user, pk, request.GET.get("chantier", "")
    )
    rows = list(Commitment.objects.filter(chantier=chantiers.chosen).select_related("chantier"))
    shown = [row for row in rows if row.removed_at is None]
    running = [row for row in shown if row.state in {State.BID, State.SIGNED}]
    context = frame_of(viewer_of(request), structure, chantiers, "economics:commitments") | {
        "title": _title(running),
        "running": running,
        "over": [row for row in shown if row not in running],
        "removed": [(row, row.receipts_cents) for row in rows if row.removed_at is not None],
    }
    return render(request, "economics/commitments/list.html", context)


@EDIT
def add_commitment(request: SignedInRequest, pk: int) -> HttpResponse:
    _, chantiers = access.chantier_to_state(request.user, pk, request.GET.get("chantier", ""))
    row = Commitment(chantier=chantiers.chosen, state=State.SIGNED)
    return _edit(request, row, "Noter un marché ou une offre")


@EDIT
def commitment(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    row = access.commitment_for(request.user, pk, key)
    if row.removed_at is not None:
        raise Http404("Ce marché est retiré. Vous pouvez le remettre, puis le corriger.")
    return _edit(request, row, f"Corriger «\u00a0{row.label}\u00a0»")


@require_POST
def keep_commitment(request: SignedInRequest, pk: int, key: int, *, is_kept: bool) -> HttpResponse:
    row, now = access.commitment_for(request.user, pk, key), timezone.now()
    by, owner = request.user, row.chantier
    keep_row(row=row, owner=owner, is_kept=is_kept, by=by, now=now, at="removed_at")
    words = "est remis." if is_kept else "ne compte plus. Vous pouvez le remettre plus bas."
    messages.success(request, f"«\u00a0{row.label}\u00a0» {words}")
    return _back(row)


def _edit(request: SignedInRequest, row: Commitment, title: str) -> HttpResponse:
    form = CommitmentForm(posted(request), instance=row, on=timezone.localdate())
    if form.is_valid():
        with refusals_in(form):
            actions.write_commitment(commitment=form.instance, by=request.user)
            messages.success(request, f"«\u00a0{row.label}\u00a0» est noté.")
            return _back(row)
    context = {"structure": row.chantier.structure, "row": row, "form": form, "title": title}
    return render_form(request, "economics/commitments/edit.html", context)


def _back(row: Commitment) -> HttpResponse:
    chantiers = access.chantiers_of(row.chantier.structure, str(row.chantier_id))
    page = redirect("economics:commitments", row.chantier.structure_id)
    page["Location"] += chantiers.query
    return page


def _title(running: list[Commitment]) -> str:
    """The answer: how much is signed, and how much waits for a buyer."""
    if not running:
        return "Aucun marché promis pour l’instant"
    words = {State.SIGNED: "signés", State.BID: "en attente de l’acheteur"}
    told = []
    for state, word in words.items():
        cents = sum(row.receipts_cents for row in running if row.state == state)
        if cents:
            told.append(f"{french.euros(cents, rounded=True)} {word}")
    return ", ".join(told)
