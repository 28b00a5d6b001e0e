"""Beginning a sheet without an account, and going on by the link of the mail."""

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
from django.views.decorators.http import require_http_methods

from cordee.accounts import access as accounts
from cordee.accounts.actions import open_account
from cordee.accounts.models import User
from cordee.base import limits
from cordee.base.found import first_or_404
from cordee.base.ui.forms import posted, refusals_in, render_form
from cordee.members import access, people_access
from cordee.members.actions import beginnings
from cordee.members.actions.beginnings import Beginning
from cordee.members.actions.invitations import answers_to
from cordee.members.claim_views import reasons_of
from cordee.members.models import Structure
from cordee.members.people_forms import BeginForm, BegunForm

# The answers left: a page of its own, which may be loaded again.
SENT = "parti"
NOT_FOUND = "Cette structure n’existe pas, ou plus."


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
        beginnings.send_link(beginning, now=timezone.now())
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
            asked = beginnings.take_up(
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
