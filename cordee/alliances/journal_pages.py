"""Alliances in the journal, for those inside: what binds them all, and nobody's own business."""

from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import Q
from django.http import Http404
from django.urls import reverse

from cordee.accounts import journal
from cordee.accounts.journal import Named, Subject, about, named
from cordee.accounts.models import User
from cordee.alliances.access import taking_part_for
from cordee.alliances.models import Alliance
from cordee.members.journal_pages import uuids

# A go or no-go is of the structure that took it; so is with whom it would work again.
OWN_BUSINESS = ("alliances.decide", "alliances.say_again", "alliances.take_back_again")
# Who was thought of, asked or said no is read by who coordinates alone (RULE-38).
OF_WHO_LEADS = (
    "alliances.add_party",
    "alliances.remove_party",
    "alliances.invite",
    "alliances.answer_invitation",
    "alliances.decline_withdrawal",
)


def alliances(person: User, ids: Collection[str], on: date) -> Mapping[str, Named]:
    """Those the user leads, and those where a structure that the user directs takes part."""
    rows = Alliance.objects.filter(pk__in=uuids(ids)).joined_by(person)
    return named(rows, "title", "alliances:detail")


def alliance(person: User, pk: str, on: date) -> Subject:
    """For those inside, what binds them; for the coordinator, whom the coordinator asked too.

    For a subcontractor, what the user did themselves, and what was done for the user's structure.
    """
    found = uuids([pk])
    if not found:
        raise Http404("Cette alliance n’existe pas.")
    access = taking_part_for(person, found[0])
    lines = about(Alliance, [access.alliance.pk]) & ~Q(verb__in=OWN_BUSINESS)
    if not access.coordinates:
        lines &= ~Q(verb__in=OF_WHO_LEADS)
    if not access.reads_shares:
        lines &= Q(by=person) | Q(after__party__in=[party.pk for party in access.own])
    return Subject(
        access.alliance.title, reverse("alliances:detail", args=[access.alliance.pk]), lines
    )


def register() -> None:
    """Called once, when the application starts."""
    journal.register("alliance", Alliance, "Alliance", names=alliances, subject=alliance)
