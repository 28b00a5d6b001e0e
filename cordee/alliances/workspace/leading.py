"""From what stands before a step to the page that settles it."""

from collections.abc import Iterable, Mapping

from django.urls import reverse

from cordee.agreement.life import Obstacle, Place
from cordee.alliances.models import Alliance

SETTLED: Mapping[Place, str] = {
    Place.TABLE: "workspace:table",
    Place.FORM: "legal:forms",
    Place.REASONS: "legal:reasons",
    Place.SIGNATORIES: "life:signatories",
    Place.APPROVALS: "life:approvals",
    Place.FILING: "life:filing",
    Place.RESULT: "life:result",
    Place.WITHDRAWALS: "life:withdrawals",
}


def settled(alliance: Alliance, found: Iterable[Obstacle]) -> list[tuple[str, str]]:
    """Each obstacle in French, with the address where it is settled, or ""."""
    return [
        (each.text, "" if each.place is None else reverse(SETTLED[each.place], args=[alliance.pk]))
        for each in found
    ]
