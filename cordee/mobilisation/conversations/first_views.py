"""A network writes first to one of its members about an opportunity."""

from functools import reduce
from operator import or_
from urllib.parse import urlencode

from django.contrib import messages as notes
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.found import page_of
from cordee.base.ui.forms import posted, refusals_in, render_form
from cordee.members import directory_index
from cordee.members.models import Structure
from cordee.mobilisation.actions import conversations as actions
from cordee.mobilisation.conversations import access
from cordee.mobilisation.conversations.forms import FirstForm, prepared
from cordee.opportunities.access import opportunity_for


@require_safe
def choose(request: HttpRequest, opportunity_pk: int) -> HttpResponse:
    """Whom the user may write to: members of their territory where somebody reads."""
    on = timezone.localdate()
    opportunity = opportunity_for(request.user, opportunity_pk, on=on)
    writable = access.writable(request.user, opportunity, on=on)
    structures = Structure.objects.filter(
        reduce(or_, (Q(pk__in=members.values("pk")) for _, members in writable))
    )
    words = request.GET.get("q", "").strip()[:100]
    if words:
        structures = directory_index.matching(structures, words)
    page = page_of(request, structures.with_place().order_by("name", "pk"))
    talking = access.threads_for(request.user, on=on).filter(
        opportunity=opportunity,
        network__in=[network for network, _ in writable],
        structure__in=[structure.pk for structure in page],
    )
    known = set(talking.values_list("structure", flat=True))
    context = {
        "opportunity": opportunity,
        "page": page,
        "rows": [(structure, structure.pk in known) for structure in page],
        "words": words,
    }
    return render(request, "mobilisation/conversations/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: SignedInRequest, opportunity_pk: int, structure_pk: int) -> HttpResponse:
    """Write first to one member; where a conversation is there already, it opens."""
    on = timezone.localdate()
    opportunity = opportunity_for(request.user, opportunity_pk, on=on)
    writable = access.writable(request.user, opportunity, on=on)
    networks = [found for found, members in writable if members.filter(pk=structure_pk).exists()]
    if not networks:
        raise Http404
    structure = Structure.objects.get(pk=structure_pk)
    threads = access.threads_for(request.user, on=on).filter(opportunity=opportunity)
    known = list(threads.filter(structure=structure, network__in=networks))
    if request.method != "POST" and len(known) == len(networks) == 1:
        text = urlencode(prepared(request))
        query = f"?{text}" if text else ""
        return redirect(f"{reverse('conversations:thread', args=[known[0].pk])}{query}#ecrire")
    by_key = {str(network.pk): network for network in networks}
    form = FirstForm(
        [(key, str(network)) for key, network in by_key.items()],
        posted(request),
        initial={"network": request.GET.get("reseau", ""), **prepared(request)},
    )
    if form.is_valid():
        with refusals_in(form, on="text"):
            thread = actions.write_first(
                opportunity=opportunity,
                structure=structure,
                network=by_key[form.cleaned_data["network"]],
                text=form.cleaned_data["text"],
                by=request.user,
                now=timezone.now(),
            )
            notes.success(request, "Votre message est écrit. La réponse arrive ici.")
            return redirect("conversations:thread", pk=thread.pk)
    context = {
        "opportunity": opportunity,
        "structure": structure,
        "networks": networks,
        "form": form,
    }
    return render_form(request, "mobilisation/conversations/write.html", context)
