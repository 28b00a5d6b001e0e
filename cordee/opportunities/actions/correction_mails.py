"""Whoever leads something upon a notice is told that it was corrected, by whom and how.

Rooms above name those people. All that is said of one notice within the hour is one mail.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cordee.accounts import mailing
from cordee.accounts.models import User
from cordee.opportunities.facts import FACTS
from cordee.opportunities.models import Correction, Opportunity
from cordee.opportunities.wording import fact_in_words, shown_name

# What happened, after who did it; to those of OPEN one can still answer.
EVENTS = {
    "proposed": "propose une correction",
    "objected": "dit qu’une correction est fausse",
    "counts": "a corrigé l’avis",
    "settled": "a confirmé une correction",
    "withdrawn": "a retiré une correction",
}
OPEN = ("proposed", "objected")
NOBODY = "Cordée, après deux jours sans objection,"

type Leaders = Callable[[Opportunity], Iterable[User]]

# Who leads something upon an opportunity, by the room above that says so.
leaders: dict[str, Leaders] = {}


def tell_leaders(correction: Correction, event: str, *, by: User | None, now: datetime) -> None:
    """Write to each but to whoever did it."""
    opportunity = correction.opportunity.joined_to or correction.opportunity
    people = {person.pk: person for read in leaders.values() for person in read(opportunity)}
    if by is not None:
        people.pop(by.pk, None)
    page = reverse("opportunities:notice", args=[opportunity.pk])
    for person in people.values():
        mailing.write_to(
            person,
            kind="corrections",
            template="opportunities/mail/corrected",
            context=context_of(opportunity, correction, event, shown_name(by) if by else NOBODY),
            key=f"corrected:{correction.pk}:{event}:{now.isoformat()}:{person.pk}",
            thread=mailing.MailThread(f"notice:{opportunity.pk}", opportunity.title, page),
        )


def context_of(opportunity: Any, correction: Any, event: str, who: str) -> Mapping[str, Any]:
    """What the template says."""
    fact, today = FACTS[correction.fact], timezone.localdate()
    value, before = (
        fact_in_words(fact.name, said, today) for said in (correction.value, correction.against)
    )
    is_open, route = event in OPEN, "opportunities:notice"
    args = [opportunity.pk]
    if is_open:
        route, args = "opportunities:settle_correction", [*args, correction.pk]
    facts = [("Quoi", opportunity.title[:100]), (fact.label, value)]
    return {
        "who": who,
        "event": EVENTS[event],
        "is_open": is_open,
        "fact": fact.label,
        "value": value,
        "facts": [*facts, *([] if correction.against is None else [("Avant", before)])],
        "path": reverse(route, args=args),
    }
