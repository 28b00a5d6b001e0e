"""What feeds say of an opportunity, in plain text."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from cordee.base.ui import french
from cordee.mobilisation.feeds.content import Entry
from cordee.mobilisation.models import FeedKey
from cordee.opportunities.models import Opportunity
from cordee.rules.reservation import Reservation

# What neither XML 1.0 nor a line of a calendar can hold; notices come with such letters.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
# RFC 4151 wants the year since which the host is ours; it never changes, whatever today is.
SINCE = "2026"


def plain(text: str) -> str:
    return _CONTROLS.sub("", text)


def host() -> str:
    return urlsplit(settings.SITE_ADDRESS).hostname or "localhost"


def tag_of(what: str) -> str:
    """An identifier that stays when addresses change."""
    return f"tag:{host()},{SINCE}:{what}"


def title_of(key: FeedKey) -> str:
    what = "Échéances" if key.kind == FeedKey.Kind.CALENDAR else "Opportunités"
    return plain(f"{what} · {key.scope}")


def address_of(opportunity: Opportunity) -> str:
    return settings.SITE_ADDRESS + reverse("opportunities:detail", args=[opportunity.pk])


def summary_of(entry: Entry) -> str:
    """Buyer, work, place, for whom, until when: one fact a line."""
    opportunity = entry.opportunity
    trades = ", ".join(str(each) for each in opportunity.trades.all())
    places = ", ".join(dict.fromkeys(each.label for each in opportunity.places.all()))
    lines = [
        "Annulé par l’acheteur." if entry.is_cancelled else "",
        f"Acheteur : {opportunity.buyer_name or french.UNKNOWN}",
        f"Métiers : {trades or french.UNKNOWN}",
        f"Lieu : {places or french.UNKNOWN}",
        _reserved(opportunity),
        _deadline(opportunity),
    ]
    return plain("\n".join(line for line in lines if line))


def _reserved(opportunity: Opportunity) -> str:
    if not opportunity.is_reserved:
        return ""
    label = Reservation(opportunity.reserved).label
    return f"{label}, pour certains lots" if opportunity.is_partly_reserved else label


def _deadline(opportunity: Opportunity) -> str:
    if opportunity.deadline is None:
        return "Réponse avant : inconnu"
    moment, on = opportunity.deadline, timezone.localdate(opportunity.deadline)
    # The year always stands: a feed is read long after it was written.
    day = f"{french.day(on, on)} {on.year}"
    hour = french.moment(moment, on).partition(", ")[2]
    return f"Réponse avant : {day}, {hour}"
