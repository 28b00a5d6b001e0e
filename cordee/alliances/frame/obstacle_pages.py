"""From what stands before a step to the page that settles it."""

from collections.abc import Iterable, Mapping

from django.urls import reverse

from cordee.agreement.life import Obstacle, Place
from cordee.alliances.models import Alliance

SETTLED: Mapping[Place, str] = {
    Place.TABLE: "alliances:table",
    Place.FORM: "alliances:legal_form",
    Place.REASONS: "alliances:reasons",
    Place.SIGNATORIES: "alliances:signatories",
    Place.APPROVALS: "alliances:approvals",
    Place.FILING: "alliances:filing",
    Place.RESULT: "alliances:result",
    Place.WITHDRAWALS: "alliances:withdrawals",
}


def settled(alliance: Alliance, found: Iterable[Obstacle]) -> list[tuple[str, str]]:
    """Each obstacle in French, with the address where it is settled, or ""."""
    return [
        (each.text, "" if each.place is None else reverse(SETTLED[each.place], args=[alliance.pk]))
        for each in found
    ]
