"""Joining a structure: found by its name or its SIRET, its sheet begun without an account, and
the answers to those who ask.
"""

from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts import access as accounts
from cordee.accounts.actions import open_account
from cordee.accounts.models import User
from cordee.accounts.requests import SignedInRequest
from cordee.base import limits
from cordee.base.found import first_or_404, page_of
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in, render_form
from cordee.members import access, directory, people_access
from cordee.members.actions import joining
from cordee.members.actions.invitations import answers_to
from cordee.members.actions.joining import Beginning
from cordee.members.claim_views import reasons_of
from cordee.members.models import RoleSeat, Structure
from cordee.members.people_forms import (
    BeginForm,
    BegunForm,
    FindForm,
    JoinForm,
    RefusalForm,
    SiretForm,
)
from cordee.members.today.way_back import redirect_after
from cordee.rules.kinds import Kind

MOST_FOUND = 20
# Of the same name, but away from the commune that was said.
MOST_ELSEWHERE = 5
# The answers left: a page of its own, which may be loaded again.
SENT = "parti"
NOT_FOUND = "Cette structure n’existe pas, ou plus."


@login_not_required
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Look for one's structure, before one has an account too.

    By name and commune; or by SIRET, and every kind that it holds is shown.
    """
    by_siret = "siret" in request.GET
    name_form = FindForm(request.GET if "nom" in request.GET else None)
    siret_form = SiretForm(request.GET if by_siret else None)
    asked = siret_form if by_siret else name_form
    found: list[Structure] = []
    is_elsewhere = False
    if asked.is_bound and asked.is_valid():
        limits.count_visit(request)
        rows = access.registrable_structures()
        if by_siret:
            found = list(rows.filter(siret=siret_form.cleaned_data["siret"]).order_by("kind"))
        else:
            name, commune = name_form.cleaned_data["nom"], name_form.cleaned_data["commune"]
            found, is_elsewhere = directory.called(rows, name, commune, most=MOST_FOUND + 1)
    most = MOST_ELSEWHERE if is_elsewhere else MOST_FOUND
    context = {
        "form": asked,
        "name_form": name_form,
        "siret_form": siret_form,
        "by_siret": by_siret,
        "has_searched": asked.is_bound and asked.is_valid(),
        "found": [(s, Kind(s.kind).label, _next_page(request, s)) for s in found[:most]],
        "is_elsewhere": is_elsewhere and bool(found),
        "has_more": len(found) > most,
        "begin_new": reverse(
            "members:begin_new",
            query={name: request.GET.get(name, "") for name in ("nom", "commune")},
        ),
    }
    return render(request, "members/join_find.html", context)


def _next_page(request: HttpRequest, structure: Structure) -> str:
    """Where « C’est la mienne » leads: who has no account begins its sheet, or opens one."""
    ask_page = reverse("members:ask_to_join", args=[structure.pk])
    if request.user.is_authenticated:
        return ask_page
    if structure.is_claimed:
        return reverse("account_signup", query={"next": ask_page})
    return reverse("members:begin", args=[structure.pk])


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say for which role, and who will answer."""
    structure = access.structure_for(request.user, pk)
    # Nobody directs it: who registers it is most often who does.
    first = {} if structure.is_claimed else {"role": RoleSeat.Role.DIRECTOR.value}
    form = JoinForm(posted(request), kind=structure.kind, initial=first)
    if form.is_valid():
        if not ratelimit.consume(request, action="ask_to_join", user=request.user):
            return ratelimit.respond_429(request)
        with refusals_in(form):
            joining.ask_to_join(
                person=request.user,
                structure=structure,
                role=RoleSeat.Role(form.cleaned_data["role"]),
                message=form.cleaned_data["message"],
                now=timezone.now(),
            )
            messages.success(request, "Votre demande est partie. Un courrier dira la réponse.")
            if access.waits_to_direct(request.user, structure):
                return redirect("members:claim", pk)
            return redirect("members:roles")
    context = {
        "structure": structure,
        "form": form,
        "answers": people_access.who_answers(structure, timezone.localdate()),
        "held": RoleSeat.objects.filter(person=request.user, structure=structure),
        "waiting": people_access.own_requests(request.user).pending().filter(structure=structure),
    }
    return render_form(request, "members/join_ask.html", context)


@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = people_access.own_request(request.user, pk)
    joining.withdraw_join_request(request=asked, by=request.user, now=timezone.now())
    messages.success(request, f"Vous ne demandez plus à rejoindre {asked.structure}.")
    return redirect("members:roles")


@require_safe
def to_decide(request: HttpRequest) -> HttpResponse:
    """What waits for the user's answer, the oldest first."""
    waiting = people_access.requests_to_decide(request.user, timezone.localdate())
    page = page_of(request, waiting.order_by("asked_at", "pk"))
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
                joining.refuse_join_request(
                    request=asked, by=request.user, now=now, reason=form.cleaned_data["reason"]
                )
                done = f"{asked.person} saura que vous refusez, et pourquoi."
            else:
                joining.accept_join_request(request=asked, by=request.user, now=now)
                done = f"{asked.person} fait partie de {asked.structure}. Un courrier le lui dit."
            messages.success(request, done)
        return redirect_after(request, "members:join_requests")
    context = {"asked": asked, "form": form, "is_first": not asked.structure.is_claimed}
    return render(request, "members/join_decide.html", context, status=422 if refusing else 200)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The first question of a sheet at once; of one that the directory does not have, its name."""
    limits.count_visit(request)
    structure: Structure | None = None
    if pk is not None:
        structure = first_or_404(access.registrable_structures().active().filter(pk=pk), NOT_FOUND)
        if structure.is_claimed or request.user.is_authenticated:
            return redirect("members:ask_to_join", pk)
    if SENT in request.GET and request.method != "POST":
        return render(request, "members/begin_sent.html")
    typed_first = {name: request.GET.get(name, "") for name in ("nom", "commune")}
    if isinstance(request.user, User):
        typed_first["courriel"] = request.user.email
    form = BeginForm(
        posted(request),
        is_known=structure is not None,
        reasons=reasons_of(structure) if structure else {},
        initial=typed_first,
    )
    if form.is_valid():
        typed = form.cleaned_data
        address = typed["courriel"].lower()
        if not ratelimit.consume(request, action="begin_sheet", key=address):
            return ratelimit.respond_429(request)
        beginning = Beginning(
            address,
            structure.shown_name if structure else typed["nom"],
            pk,
            typed["commune"].pk if structure is None else None,
            form.answer,
        )
        joining.send_link(beginning, now=timezone.now())
        messages.success(request, f"Vos réponses partent à {beginning.address}.")
        return redirect(f"{request.path}?{SENT}")
    return render_form(request, "members/begin.html", {"form": form, "structure": structure})


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def begun(request: HttpRequest, token: str) -> HttpResponse:
    """Go on from the mail: an account, the SIRET where it lacks. Reading records nothing."""
    beginning = people_access.beginning_of_link(token)
    person = request.user if isinstance(request.user, User) else None
    if person is None and accounts.has_confirmed_account(beginning.address):
        return redirect(reverse("account_login", query={"next": request.path}))
    is_theirs = person is None or answers_to(person, beginning.address)
    form = BegunForm(
        posted(request),
        address=beginning.address,
        has_account=person is not None,
        is_known=beginning.structure is not None,
    )
    if is_theirs and form.is_valid():
        typed = form.cleaned_data
        with refusals_in(form), transaction.atomic():
            owner = person or open_account(
                address=beginning.address,
                display_name=typed["display_name"],
                password=typed["password"],
            )
            asked = joining.take_up(
                beginning=beginning,
                person=owner,
                siret=typed.get("siret", ""),
                kind=typed.get("kind", ""),
                now=timezone.now(),
            )
            waits = access.waits_to_direct(owner, asked.structure)
            following = (
                reverse("members:claim", args=[asked.structure.pk])
                if waits
                else reverse("members:roles")
            )
            messages.success(request, "Votre demande est partie. Un courrier dira la réponse.")
            if person is not None:
                return redirect(following)
            signed_in: HttpResponse = perform_login(request, owner, redirect_url=following)
            return signed_in
    context = {"beginning": beginning, "form": form, "is_theirs": is_theirs}
    status = 422 if request.method == "POST" else 200
    answer = render(request, "members/begun.html", context, status=status)
    # The address of the page is a way in: no cache keeps it.
    add_never_cache_headers(answer)
    return answer
