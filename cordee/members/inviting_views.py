"""Inviting the directors of the members, in one sending that is read over first."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cordee.accounts import mailing
from cordee.accounts.models import MailRefusal
from cordee.base import limits
from cordee.base.mail import outbox
from cordee.base.ui import french
from cordee.members import network_access
from cordee.members.actions import director_invitations, invitations
from cordee.members.models import DirectorContact, Invitation, RoleSeat
from cordee.members.models.networks import PeriodQuerySet
from cordee.members.network_access import Desk

MOST_SHOWN = 5


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


ALREADY = "Ces invitations étaient déjà parties. Rien n’est envoyé deux fois."


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
