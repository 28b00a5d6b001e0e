"""The board of a network, one « coup de main » from writing to its end, one urgent call too."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.found import page_of
from cordee.base.ui import panels
from cordee.base.ui.forms import (
    chips_of,
    read_filters,
    refusals_as_messages,
    refusals_in,
    render_form,
)
from cordee.members.models import Network
from cordee.mobilisation.actions import mutual_aid as actions
from cordee.mobilisation.models import MutualOffer
from cordee.mobilisation.models.mutual_aid import MutualOfferQuerySet
from cordee.mobilisation.mutual import access
from cordee.mobilisation.mutual.forms import (
    BoardForm,
    CallForm,
    MutualAnswerForm,
    OfferForm,
    ReplyForm,
    StaffForm,
    ThanksForm,
)
from cordee.mobilisation.mutual.peers import peer_count, peers
from cordee.mobilisation.proposals.access import network_for, visible_network
from cordee.rules import staff_loan

PANEL_LINES = 3


@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    on = timezone.localdate()
    network = network_for(request.user, slug, on=on)
    form, rows = _asked(request, network)
    page = page_of(request, rows)
    own = list(access.directed_in(request.user, network, on=on))
    calls = access.calls_for(request.user, network, on=on).filter(
        Q(closed_at__isnull=True, needed_by__gte=on) | Q(structure__in=own)
    )
    context = {
        "network": network,
        "form": form,
        "chips": chips_of(form),
        "page": page,
        "rows": [(offer, offer.state_words(on)) for offer in page],
        "total": page.paginator.count,
        "own": {structure.pk for structure in own},
        "calls": [(call, call.is_standing(on)) for call in calls[:10]],
        "today": on,
    }
    return render(request, "mobilisation/mutual/board.html", context)


@require_safe
def panel(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest offers and requests, for the page of the network."""
    on = timezone.localdate()
    network, is_own = visible_network(request.user, slug, on=on)
    rows = access.offers_for(request.user, network, on=on).standing(on)
    if not is_own:
        rows = rows.none()
    context = {
        "network": network,
        "is_own": is_own,
        "rows": list(rows[:PANEL_LINES]),
        "total": rows.count(),
        "directs": access.directed_in(request.user, network, on=on).exists(),
    }
    return panels.shown(request, "mobilisation/mutual/panel.html", context, title="Coups de main")


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: SignedInRequest, slug: str, way: MutualOffer.Way) -> HttpResponse:
    """Offer or ask; `?prete=personne` for the loan of a permanent member of staff."""
    now = timezone.now()
    on = timezone.localdate(now)
    network = network_for(request.user, slug, on=on)
    structures = access.directed_in(request.user, network, on=on)
    if not structures.exists():
        raise Http404("La direction d’une structure du réseau écrit un coup de main.")
    is_staff = request.GET.get("prete") == "personne"
    form_class = StaffForm if is_staff else OfferForm
    form = form_class(structures, request.POST or None, on=on)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            lent = staff_loan.Post(form.cleaned_data["post"]) if is_staff else None
            offer = actions.write_offer(
                offer=form.offer(network, way), post=lent, by=request.user, now=now
            )
            messages.success(request, "C’est écrit. Les structures du réseau le voient.")
            return redirect("mutual:offer", slug=network.slug, pk=offer.pk)
    context = {
        "network": network,
        "form": form,
        "is_offer": way == MutualOffer.Way.OFFER,
        "is_staff": is_staff,
        "papers": [paper.label for paper in staff_loan.papers(on=on)] if is_staff else [],
    }
    return render_form(request, "mobilisation/mutual/write.html", context)


@require_POST
def reply(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    now = timezone.now()
    on = timezone.localdate(now)
    found = access.offer_for(request.user, slug, pk, on=on)
    structures = access.repliers_for(request.user, found, on=on)
    if not structures.exists():
        raise Http404("La direction d’une autre structure du réseau répond.")
    form = ReplyForm(structures, request.POST)
    if _is_said(form, partial(actions.reply_to_offer, offer=found, by=request.user, now=now)):
        messages.success(request, "Votre réponse est partie. Vous aurez la suite par courrier.")
        return redirect("mutual:offer", slug=slug, pk=pk)
    return _page(request, slug, pk, form)


def _is_said(form: ReplyForm | MutualAnswerForm, say: Callable[..., object]) -> bool:
    """Say what is typed for the structure that is chosen; False where the form tells why not."""
    if form.is_valid():
        with refusals_in(form):
            say(structure=form.cleaned_data["structure"], words=form.cleaned_data["words"])
            return True
    return False


@require_POST
def decide(request: SignedInRequest, slug: str, pk: int, reply_pk: int) -> HttpResponse:
    """Accept a reply (`suite=oui`), or decline it."""
    now = timezone.now()
    found = access.reply_for(request.user, slug, pk, reply_pk, on=timezone.localdate(now))
    is_accepted = request.POST.get("suite") == "oui"
    actions.decide_on_reply(reply=found, is_accepted=is_accepted, by=request.user, now=now)
    done = "Vous avez accepté cette réponse." if is_accepted else "Vous avez décliné cette réponse."
    messages.success(request, f"{done} {found.structure} le sait par courrier.")
    return redirect("mutual:offer", slug=slug, pk=pk)


@require_POST
def set_open(request: SignedInRequest, slug: str, pk: int, is_open: bool) -> HttpResponse:
    """Close an offer, or show it again."""
    now = timezone.now()
    found = access.own_offer_for(request.user, slug, pk, on=timezone.localdate(now))
    with refusals_as_messages(request):
        actions.set_open(offer=found, is_open=is_open, by=request.user, now=now)
        done = "C’est rouvert." if is_open else "C’est clos. Vous pouvez le rouvrir."
        messages.success(request, done)
    return redirect("mutual:offer", slug=slug, pk=pk)


def _asked(request: HttpRequest, network: Network) -> tuple[BoardForm, MutualOfferQuerySet]:
    on = timezone.localdate()
    form = read_filters(BoardForm, request.GET)
    asked = form.cleaned_data
    rows = access.offers_for(request.user, network, on=on)
    if asked.get("miens"):
        own = access.directed_in(request.user, network, on=on)
        rows = rows.filter(Q(structure__in=own) | Q(replies__structure__in=own))
    else:
        rows = rows.standing(on)
    for word in (asked.get("q") or "").split():
        named = Q(title__icontains=word) | Q(words__icontains=word)
        rows = rows.filter(named | Q(structure__name__icontains=word))
    for name, column in (("sorte", "kind"), ("sens", "way"), ("departement", "department")):
        if asked.get(name):
            rows = rows.filter(**{column: asked[name]})
    return form, rows


@require_safe
def offer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _page(request, slug, pk)


def _page(request: HttpRequest, slug: str, pk: int, form: ReplyForm | None = None) -> HttpResponse:
    on = timezone.localdate()
    found = access.offer_for(request.user, slug, pk, on=on)
    own = access.directed_in(request.user, found.network, on=on)
    is_own = own.filter(pk=found.structure_id).exists()
    replies = found.replies.select_related("structure")
    if not is_own:
        replies = replies.filter(structure__in=own)
    shown = list(replies)
    repliers = access.repliers_for(request.user, found, on=on)
    left = repliers.exclude(pk__in=[row.structure_id for row in shown])
    if form is None and found.is_standing(on) and left.exists():
        form = ReplyForm(left)
    context = {
        "network": found.network,
        "offer": found,
        "state": found.state_words(on),
        "is_standing": found.is_standing(on),
        "is_own": is_own,
        "replies": shown,
        "form": form,
        "papers": [paper.label for paper in staff_loan.papers(on=on)]
        if found.kind == MutualOffer.Kind.STAFF
        else [],
        "today": on,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "mobilisation/mutual/offer.html", context, status=status)


# Urgent calls.


@require_http_methods(["GET", "HEAD", "POST"])
def create_call(request: SignedInRequest, slug: str) -> HttpResponse:
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
        with refusals_in(form):
            if "envoyer" in request.POST:
                sent = actions.send_call(call=call, by=request.user, now=now)
                messages.success(request, "Votre appel est parti. Les réponses arrivent ici.")
                return redirect("mutual:call", slug=network.slug, pk=sent.pk)
            actions.refuse_bids(title=call.title, question=call.question)
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
    return _call_page(request, slug, pk)


@require_POST
def answer_call(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    now = timezone.now()
    on = timezone.localdate(now)
    found = access.call_for(request.user, slug, pk, on=on)
    structures = access.reached_for(request.user, found, on=on)
    if not structures.exists():
        raise Http404("Cet appel n’est pas adressé à votre structure.")
    form = MutualAnswerForm(structures, request.POST)
    answer = partial(actions.answer_call, call=found, by=request.user, now=now)
    if _is_said(form, answer):
        messages.success(request, "Merci. Votre réponse est partie.")
        return redirect("mutual:call", slug=slug, pk=pk)
    return _call_page(request, slug, pk, form)


@require_POST
def close_call(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
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
        return _call_page(request, slug, pk, thanks=form)
    return redirect("mutual:call", slug=slug, pk=pk)


def _call_page(
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
