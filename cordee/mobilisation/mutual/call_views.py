"""An urgent call: its preview, its page for who asks and who is reached, its end."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.ui.forms import refusals_in, render_form
from cordee.mobilisation.actions import urgent_calls as actions
from cordee.mobilisation.mutual import access
from cordee.mobilisation.mutual.forms import CallForm, MutualAnswerForm, ThanksForm
from cordee.mobilisation.mutual.peers import peer_count, peers
from cordee.mobilisation.mutual.words import mentions_a_bid
from cordee.mobilisation.proposals.access import network_for


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: SignedInRequest, slug: str) -> HttpResponse:
    """A first POST previews how many it reaches; a second, `envoyer`, sends."""
    now = timezone.now()
    on = timezone.localdate(now)
    network = network_for(request.user, slug, on=on)
    structures = access.directed_in(request.user, network, on=on)
    if not structures.exists():
        raise Http404("La direction d’une structure du réseau lance un appel.")
    form = CallForm(structures, request.POST or None)
    context: dict[str, Any] = {"network": network, "form": form, "today": on}
    if request.method == "POST" and form.is_valid():
        call = form.call(network)
        for field in ("title", "question"):
            if mentions_a_bid(form.cleaned_data[field]):
                form.add_error(field, actions.NO_BID)
        if form.errors:
            pass
        elif "envoyer" in request.POST:
            with refusals_in(form):
                sent = actions.send_call(call=call, by=request.user, now=now)
                messages.success(request, "Votre appel est parti. Les réponses arrivent ici.")
                return redirect("mutual:call", slug=network.slug, pk=sent.pk)
        else:
            reached = peers(network=network, structure=call.structure, trade=call.trade, on=on)
            context |= {
                "previewed": True,
                "reaches": peer_count(len(reached)),
                "reaches_any": bool(reached),
                "call": call,
                "hidden": [
                    (name, request.POST[name]) for name in form.fields if name in request.POST
                ],
            }
    return render_form(request, "mobilisation/mutual/call_create.html", context)


@require_safe
def call(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _page(request, slug, pk)


@require_POST
def answer(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    now = timezone.now()
    on = timezone.localdate(now)
    found = access.call_for(request.user, slug, pk, on=on)
    structures = access.reached_for(request.user, found, on=on)
    if not structures.exists():
        raise Http404("Cet appel n’est pas adressé à votre structure.")
    form = MutualAnswerForm(structures, request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.answer_call(
                call=found,
                structure=form.cleaned_data["structure"],
                words=form.cleaned_data["words"],
                by=request.user,
                now=now,
            )
            messages.success(request, "Merci. Votre réponse est partie.")
            return redirect("mutual:call", slug=slug, pk=pk)
    return _page(request, slug, pk, form)


@require_POST
def close(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    now = timezone.now()
    found = access.own_call_for(request.user, slug, pk, on=timezone.localdate(now))
    form = ThanksForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.close_call(
                call=found, thanks=form.cleaned_data["thanks"], by=request.user, now=now
            )
            messages.success(request, "L’appel est clos. Celles et ceux qui ont répondu le savent.")
    if form.errors:
        return _page(request, slug, pk, thanks=form)
    return redirect("mutual:call", slug=slug, pk=pk)


def _page(
    request: HttpRequest,
    slug: str,
    pk: int,
    form: MutualAnswerForm | None = None,
    thanks: ThanksForm | None = None,
) -> HttpResponse:
    on = timezone.localdate()
    found = access.call_for(request.user, slug, pk, on=on)
    own = access.directed_in(request.user, found.network, on=on)
    is_own = own.filter(pk=found.structure_id).exists()
    answers = found.answers.select_related("structure")
    if not is_own:
        answers = answers.filter(structure__in=own)
    shown = list(answers)
    reached = access.reached_for(request.user, found, on=on)
    if form is None and found.is_standing(on) and not is_own and reached.exists():
        words_by_structure = {row.structure_id: row.words for row in shown}
        only = list(reached[:2])
        words = words_by_structure.get(only[0].pk, "") if len(only) == 1 else ""
        form = MutualAnswerForm(reached, initial={"words": words})
    context = {
        "network": found.network,
        "call": found,
        "is_standing": found.is_standing(on),
        "is_own": is_own,
        "answers": shown,
        "reached": peer_count(found.reached.count()) if is_own else "",
        "form": form,
        "thanks_form": (thanks or ThanksForm()) if is_own and found.closed_at is None else None,
        "today": on,
    }
    has_errors = any(each is not None and each.errors for each in (form, thanks))
    status = 422 if has_errors else 200
    return render(
        request,
        "mobilisation/mutual/call.html",
        context | {"has_errors": has_errors},
        status=status,
    )
