"""Invitations: what the link of the mail opens, and what those who invite may do."""

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from cordee.accounts import access as accounts
from cordee.accounts import actions as account_actions
from cordee.accounts.forms import NewPersonForm
from cordee.accounts.models import User
from cordee.accounts.requests import SignedInRequest
from cordee.base.ui.forms import posted, refusals_as_messages
from cordee.members import people_access
from cordee.members.actions import invitations
from cordee.members.actions.invitations import answers_to
from cordee.members.models import Invitation
from cordee.members.people_views import address_of
from cordee.members.roles import ROLES


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites, to what, what it opens. Reading records nothing; the button accepts."""
    found = people_access.invitation_of_link(token)
    now = timezone.now()
    if not found.is_open(now):
        return _page(request, found, "closed", status=410)
    if isinstance(request.user, User):
        if not answers_to(request.user, found.address):
            return _page(request, found, "other")
        if request.method == "POST":
            return _accept(request, found, request.user)
        return _page(request, found, "signed_in")
    if accounts.has_confirmed_account(found.address):
        return _page(request, found, "known")
    form = NewPersonForm(posted(request), address=found.address)
    if form.is_valid():
        with transaction.atomic():
            person = account_actions.open_account(
                address=found.address,
                display_name=form.cleaned_data["display_name"],
                password=form.cleaned_data["password"],
            )
            invitations.accept_invitation(invitation=found, by=person, now=now)
        signed_in = perform_login(request, person)
        messages.success(request, _welcome(found))
        return signed_in
    return _page(request, found, "new", form, status=422 if request.method == "POST" else 200)


@require_POST
def accept(request: SignedInRequest, pk: int) -> HttpResponse:
    """Accept one that waits for their address, without looking for its mail."""
    found = people_access.invitation_to(request.user, pk, timezone.now())
    return _accept(request, found, request.user)


@require_POST
def resend(request: SignedInRequest, pk: int) -> HttpResponse:
    found = people_access.managed_invitation(request.user, pk, timezone.localdate())
    with refusals_as_messages(request):
        invitations.resend_invitation(invitation=found, by=request.user, now=timezone.now())
        messages.success(request, f"Un nouveau courrier part à {found.address}.")
    return redirect(_back(request, found))


@require_POST
def revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    found = people_access.managed_invitation(request.user, pk, timezone.localdate())
    invitations.revoke_invitation(invitation=found, by=request.user, now=timezone.now())
    messages.success(request, f"L’invitation de {found.address} n’ouvre plus rien.")
    return redirect(_back(request, found))


def _accept(request: HttpRequest, found: Invitation, person: User) -> HttpResponse:
    with refusals_as_messages(request):
        invitations.accept_invitation(invitation=found, by=person, now=timezone.now())
        messages.success(request, _welcome(found))
    return redirect("members:roles")


def _welcome(found: Invitation) -> str:
    return f"Vous avez un nouveau rôle : {found}."


def _back(request: HttpRequest, found: Invitation) -> str:
    if found.scope is not None:
        return address_of(found.scope)
    network = people_access.first_network_of(request.user)
    return address_of(network) if network is not None else "members:roles"


def _page(
    request: HttpRequest,
    found: Invitation,
    state: str,
    form: NewPersonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "invitation": found,
        "state": state,
        "form": form,
        "contact": invitations.contact_of(found),
        "opens": ROLES[found.role].opens,
        "is_accepted": found.state == Invitation.State.ACCEPTED,
    }
    answer = render(request, "members/invitation.html", context, status=status)
    # The address of the page is a way in: no cache keeps it. Other sites never learn it, by the
    # policy of all pages (same-origin); "no-referrer" would also hide the origin from our own form.
    add_never_cache_headers(answer)
    return answer
