"""Invitations: what the link of the mail opens, what those who invite may do, and inviting the
directors of the members in one sending that is read over first.
"""

from datetime import timedelta

from allauth.account.utils import perform_login
from django.conf import settings
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
from cordee.accounts import mailing
from cordee.accounts.forms import NewPersonForm
from cordee.accounts.models import MailRefusal, User
from cordee.accounts.requests import SignedInRequest
from cordee.base import limits
from cordee.base.mail import outbox
from cordee.base.ui import french
from cordee.base.ui.forms import posted, refusals_as_messages
from cordee.members import network_access, people_access
from cordee.members.actions import director_invitations, invitations
from cordee.members.actions.invitations import answers_to
from cordee.members.models import DirectorContact, Invitation, RoleSeat
from cordee.members.models.networks import PeriodQuerySet
from cordee.members.network_access import Desk
from cordee.members.people_views import address_of
from cordee.members.roles import ROLES

MOST_SHOWN = 5
ALREADY = "Ces invitations étaient déjà parties. Rien n’est envoyé deux fois."


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


def contacts_of(desk: Desk) -> PeriodQuerySet:
    """Addresses given of the members that the user follows, who is whoever invites their directors
    (decision 16): staff of the network or of its parent, a delegate in whose territory they are.
    """
    structures = desk.structures(timezone.localdate()).order_by().values("pk")
    return DirectorContact.objects.under(desk.network).filter(structure__in=structures)


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Who would get the mail, and who not; a POST sends to those who were shown."""
    desk, now = network_access.desk_for(request.user, slug), timezone.now()
    ready = director_invitations.ready(contacts_of(desk))
    if request.method == "POST":
        try:
            limits.count("invite", desk.user.pk, now.timestamp())
            shown = request.POST.get("jusqu_a", "")
            sent = director_invitations.ask_sending(
                # Those given since the page was read were read over by nobody.
                contacts=ready.filter(pk__lte=int(shown) if shown.isdecimal() else 0),
                network=desk.network,
                by=desk.user,
                now=now,
            )
            leaving = french.count(sent, "invitation part", "invitations partent")
            messages.success(request, f"{leaving}, dans la minute." if sent else ALREADY)
        except limits.NotNow as not_now:
            messages.error(request, str(not_now))
        return redirect(request.path)
    rows = list(ready.select_related("structure", "network").order_by("structure__name", "pk"))
    context = {
        "network": desk.network,
        "desk": desk,
        "rows": rows[:MOST_SHOWN],
        "total": len(rows),
        "more": max(0, len(rows) - MOST_SHOWN),
        "last": max((row.pk for row in rows), default=0),
        "others": _others(desk, len(rows)),
        "mail": _mail(rows[0], desk) if rows else None,
        "keep_days": director_invitations.KEEP_UNUSED.days,
    }
    return render(request, "members/invite_directors.html", context)


def _others(desk: Desk, ready: int) -> list[tuple[str, int]]:
    """(why no mail leaves, members): each member once, and those whose sending was asked."""
    members = desk.structures(timezone.localdate()).order_by()
    seats = RoleSeat.objects.live().directors().filter(structure__in=members.values("pk"))
    directed = seats.order_by().values("structure").distinct()
    invited = Invitation.objects.pending().filter(role=RoleSeat.Role.DIRECTOR)
    asked = contacts_of(desk).filter(asked_at__isnull=False, invitation=None)
    left = members.exclude(pk__in=directed)
    waiting = left.filter(pk__in=invited.order_by().values("structure")).count()
    leaving = asked.exclude(structure__in=directed).count()
    found = (
        ("Déjà une direction dans Cordée", directed.count()),
        ("Déjà invités, sans réponse", waiting),
        ("Invitation qui part dans la minute", leaving),
        ("Sans adresse qui serve", max(0, left.count() - waiting - leaving - ready)),
        (
            "Courriers arrêtés, ou trois sans réponse",
            MailRefusal.objects.filter(kind=invitations.given_kind(desk.network)).count(),
        ),
    )
    return [(why, count) for why, count in found if count]


def _mail(contact: DirectorContact, desk: Desk) -> tuple[str, str]:
    """Subject and text of the first mail, as it will be read; its link is made when it leaves."""
    invitation = Invitation(
        address=contact.address,
        role=RoleSeat.Role.DIRECTOR,
        structure=contact.structure,
        by=desk.user,
        expires_at=timezone.now() + timedelta(days=invitations.VALID_DAYS),
    )
    foot = mailing.foot_for(invitations.GIVEN_MAIL, address=contact.address)
    # The ways in and out are the reader's: others read where they stand, and cannot follow them.
    foot["unsubscribe_url"] = f"{settings.SITE_ADDRESS}/courriers/arreter/…/"
    context = {**foot, "invitation": invitation, "contact": contact, "path": "/invitations/…/"}
    subject, text, _ = outbox.draw(invitations.GIVEN_TEMPLATE, context)
    return subject, text
