"""What the mails of an alliance share: their kind, who receives them, words to look at them; and
what letters to a buyer share."""

import contextlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404
from django.urls import reverse

from cordee.accounts import mailing
from cordee.accounts.models import User
from cordee.agreement import Terms
from cordee.alliances.access import AllianceAccess, taking_part_for
from cordee.alliances.models import Alliance, AllianceCoordinator, AllianceParty
from cordee.members.actions.network_mails import directors_of
from cordee.opportunities.actions import correction_mails
from cordee.opportunities.models import Opportunity

KIND = "alliances"
# Each is written by the feature that it is about.
TEMPLATES = (
    "alliances/mail/invited",
    "alliances/mail/answered",
    "alliances/mail/removed",
    "alliances/mail/approved",
    "alliances/mail/moved",
    "alliances/mail/withdrawal_told",
    "alliances/mail/withdrawal_asked",
    "alliances/mail/withdrawal_ended",
    "alliances/mail/withdrawal_cancelled",
    "alliances/mail/standing_invited",
    "alliances/mail/taken_over",
)

# They ask nothing: what happens in one alliance within the hour is one mail. Told to those inside.
INFORMATIVE = frozenset({"answered", "moved", "taken_over"})


def inside_with_access(alliance: Alliance) -> list[tuple[User, AllianceAccess]]:
    """Those of `people_inside` who take part today, each with their access."""
    found = []
    for person in people_inside(alliance):
        with contextlib.suppress(Http404):
            found.append((person, taking_part_for(person, alliance.pk)))
    return found


def people_inside(alliance: Alliance) -> list[User]:
    """Who coordinates, and the directors of those who said yes; each once."""
    people = {person.pk: person for person in alliance.leaders}
    rows = alliance.parties.filter(state=AllianceParty.State.INTERESTED)
    for party in rows.select_related("structure"):
        people |= {person.pk: person for person in directors_of(party.structure)}
    return list(people.values())


def leaders_of(opportunity: Opportunity) -> list[User]:
    """Who coordinates a running alliance on an opportunity."""
    rows = AllianceCoordinator.objects.seated().filter(
        alliance__in=Alliance.objects.running().filter(opportunity=opportunity)
    )
    return [each.person for each in rows.select_related("person")]


def register() -> None:
    """Called once, when the application starts."""
    correction_mails.leaders["alliances"] = leaders_of
    mailing.register(
        KIND,
        "Alliances où ma structure est invitée ou prend part, ou que je coordonne",
        why="Vous recevez ce courrier parce que votre structure est invitée dans une alliance ou y "
        "prend part, ou parce que vous en coordonnez une.",
    )


def write(person: User, name: str, context: Mapping[str, Any], key: str) -> None:
    """Put a mail, `alliances/mail/NAME`, in the outbox of a person; `key` makes it leave once."""
    mailing.write_to(
        person,
        kind=KIND,
        template=f"alliances/mail/{name}",
        context=context,
        key=f"alliance-{name}:{key}",
        thread=_thread(context["alliance"]) if name in INFORMATIVE else None,
    )


def write_all(people: Iterable[User], name: str, context: Mapping[str, Any], key: str) -> None:
    """`write` to several, each once."""
    for person in people:
        write(person, name, context, f"{key}:{person.pk}")


def _thread(alliance: Alliance) -> mailing.MailThread:
    page = reverse("alliances:detail", args=[alliance.pk])
    return mailing.MailThread(f"alliance:{alliance.pk}", alliance.title, page)


def addressed(alliance: Alliance) -> str:
    """The first line; what is not known stands between square brackets."""
    return f"À l’attention de\u00a0: {alliance.opportunity.buyer_name or '[l’acheteur]'}"


def to_sign(alliance: Alliance, terms: Terms) -> str:
    """The last lines: who signs for whoever speaks, as it was said for the offer."""
    row = alliance.parties.filter(pk=int(terms.speaker)).first() if terms.speaker else None
    parts = (row.signatory_name, row.signatory_function) if row is not None else ()
    who = ", ".join(part for part in parts if part)
    return f"{who}\n[date et signature]" if who else "[nom, fonction, date et signature]"
