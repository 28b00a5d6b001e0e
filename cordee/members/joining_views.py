"""Joining a structure by its SIRET, and answering those who ask."""

from allauth.core import ratelimit
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in
from cordee.members import access, actions, people_access
from cordee.members.models import RoleSeat, Structure
from cordee.members.people_forms import JoinForm, RefusalForm, SiretForm
from cordee.rules.kinds import Kind

PAGE_SIZE = 25


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Look for one's structure. Every kind that the SIRET holds is shown."""
    form = SiretForm(request.GET) if "siret" in request.GET else SiretForm()
    found: list[Structure] = []
    has_searched = form.is_bound and form.is_valid()
    if has_searched:
        found = list(
            access.structures_for(request.user)
            .with_place()
            .filter(siret=form.cleaned_data["siret"])
            .order_by("kind")
        )
    context = {
        "form": form,
        "found": [(s, Kind(s.kind).label) for s in found],
        "has_searched": has_searched,
        "siret": form.cleaned_data.get("siret", "") if has_searched else "",
    }
    return render(request, "members/join_find.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say for which role, and who will answer."""
    structure = access.structure_for(request.user, pk)
    form = JoinForm(posted(request), kind=structure.kind)
    if form.is_valid():
        if not ratelimit.consume(request, action="ask_to_join", user=request.user):
            return ratelimit.respond_429(request)
        with refusals_in(form):
            actions.ask_to_join(
                person=request.user,
                structure=structure,
                role=RoleSeat.Role(form.cleaned_data["role"]),
                message=form.cleaned_data["message"],
                now=timezone.now(),
            )
            messages.success(request, "Votre demande est partie. Un courrier dira la réponse.")
            return redirect("members:roles")
    context = {
        "structure": structure,
        "form": form,
        "answers": people_access.who_answers(structure, timezone.localdate()),
        "held": RoleSeat.objects.filter(person=request.user, structure=structure),
        "waiting": people_access.own_requests(request.user).pending().filter(structure=structure),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "members/join_ask.html", context, status=status)


@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = people_access.own_request(request.user, pk)
    actions.withdraw_join_request(request=asked, by=request.user, now=timezone.now())
    messages.success(request, f"Vous ne demandez plus à rejoindre {asked.structure}.")
    return redirect("members:roles")


@require_safe
def to_decide(request: HttpRequest) -> HttpResponse:
    """What waits for the user's answer, the oldest first."""
    waiting = people_access.requests_to_decide(request.user, timezone.localdate())
    page = Paginator(waiting.order_by("asked_at", "pk"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    return render(request, "members/join_requests.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read a request, accept it, or refuse it with a reason."""
    asked = people_access.request_to_decide(request.user, pk, timezone.localdate())
    refusing = request.method == "POST" and request.POST.get("answer") != "accept"
    form = RefusalForm(request.POST if refusing else None)
    if request.method == "POST" and (not refusing or form.is_valid()):
        now = timezone.now()
        with refusals_as_messages(request):
            if refusing:
                actions.refuse_join_request(
                    request=asked, by=request.user, now=now, reason=form.cleaned_data["reason"]
                )
                done = f"{asked.person} saura que vous refusez, et pourquoi."
            else:
                actions.accept_join_request(request=asked, by=request.user, now=now)
                done = f"{asked.person} fait partie de {asked.structure}. Un courrier le lui dit."
            messages.success(request, done)
        return redirect("members:join_requests")
    context = {"asked": asked, "form": form, "is_first": not asked.structure.is_claimed}
    return render(request, "members/join_decide.html", context, status=422 if refusing else 200)
