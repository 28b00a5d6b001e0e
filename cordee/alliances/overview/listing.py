"""Alliances as a list shows them to somebody: those outside read nothing of the team (RULE-38).

The name of an alliance is the team's, and may tell who is in it; its step and its version tell
what a team does on a lot. Who was asked, or left, reads the opportunity and where they stand.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from cordee.alliances.access import INSIDE, AllianceAccess, Person
from cordee.alliances.models import Alliance, AllianceParty
from cordee.members.models import Structure

State = AllianceParty.State
STANDS: dict[str, tuple[str, str]] = {
    State.INVITED: ("vigilance", "Votre réponse est attendue"),
    State.DECLINED: ("inconnu", "Vous avez dit non"),
    State.WITHDRAWN: ("inconnu", "Vous vous êtes retirés"),
    State.REMOVED: ("inconnu", "Vous n’en faites plus partie"),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One alliance of a list. `stands` is for who is outside: a kind of state, and its words."""

    alliance: Alliance
    title: str
    is_inside: bool
    stands: tuple[str, str]
    is_awaited: bool


def listed(rows: Iterable[Alliance], person: Person) -> list[Listed]:
    """What the user reads of each, in the order of the rows: two more queries."""
    if isinstance(person, AnonymousUser):
        return []
    found = list(rows)
    ids = [one.pk for one in found]
    led = set(
        Alliance.objects.coordinated_by(person).filter(pk__in=ids).values_list("pk", flat=True)
    )
    own: dict[object, list[str]] = {}
    for key, state in (
        AllianceParty.objects.filter(
            alliance__in=ids, structure__in=Structure.objects.directed_by(person).values("pk")
        )
        .exclude(state=State.PROPOSED)
        .order_by("pk")
        .values_list("alliance", "state")
    ):
        own.setdefault(key, []).append(state)
    return [_listed(one, one.pk in led, own.get(one.pk, [])) for one in found]


def title_for(access: AllianceAccess) -> str:
    """How an alliance is called for a reader."""
    return _title(access.alliance, is_inside=access.is_inside)


def _listed(alliance: Alliance, leads: bool, states: list[str]) -> Listed:
    is_inside = leads or any(state in INSIDE for state in states)
    known = [state for state in STANDS if state in states]
    return Listed(
        alliance=alliance,
        title=_title(alliance, is_inside=is_inside),
        is_inside=is_inside,
        stands=STANDS[known[0]] if known else ("", ""),
        is_awaited=State.INVITED in states,
    )


def _title(alliance: Alliance, *, is_inside: bool) -> str:
    return alliance.title if is_inside else alliance.opportunity.title
