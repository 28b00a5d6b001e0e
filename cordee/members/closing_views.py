"""Saying that an establishment is closed, or that it is not."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cordee.accounts.requests import SignedInRequest
from cordee.members import access
from cordee.members.actions import closing
from cordee.members.models import Closure


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    structure = access.edited_structure_for(request.user, pk)
    if request.method == "POST":
        closing.close_structure(
            structure=structure,
            source=Closure.Source.DIRECTOR,
            closed_on=timezone.localdate(),
            by=request.user,
        )
        messages.success(request, "La structure est notée fermée. Vous pouvez la rouvrir.")
        return redirect("members:sheet", pk)
    context = {
        "structure": structure,
        "question": f"{structure.shown_name} est-elle fermée ?",
        "consequence": "Elle quitte l’annuaire et les classements dès maintenant. Sa page reste, "
        "avec son histoire. Vous pourrez la rouvrir depuis sa fiche.",
        "yes": "Oui, elle est fermée",
        "no": "Non, revenir à la fiche",
    }
    return render(request, "members/sheet_ask.html", context)


@require_POST
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    structure = access.closable_structure_for(request.user, pk, on=timezone.localdate())
    closing.reopen_structure(structure=structure, by=request.user)
    messages.success(request, "La structure est rouverte.")
    return redirect("members:structure", pk)


@require_POST
def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the user knows about a closing that the register announces."""
    structure = access.closable_structure_for(request.user, pk, on=timezone.localdate())
    is_closed = request.POST.get("reponse") == "fermee"
    if not is_closed and request.POST.get("reponse") != "ouverte":
        messages.error(request, "Ce choix n’existe pas. Rien n’a changé : recommencez.")
        return redirect("members:structure", pk)
    directs = access.directs(request.user, structure)
    closing.answer_closure(
        structure=structure,
        is_closed=is_closed,
        source=Closure.Source.DIRECTOR if directs else Closure.Source.NETWORK,
        by=request.user,
        now=timezone.now(),
    )
    done = "Elle est notée fermée." if is_closed else "Elle reste ouverte. Nous l’avons noté."
    messages.success(request, done)
    return redirect("members:structure", pk)
