"""Alliances as a list shows them to somebody: those outside read nothing of the team (RULE-38).

The name of an alliance is the team's, and may tell who is in it; its step and its version tell
what a team does on a lot. Who was asked, or left, reads the opportunity and where they stand.
The first page of an opportunity offers its reader's own alliance on it, else to open one.
"""

import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.urls import reverse

from cordee.accounts.models import User
from cordee.alliances.access import INSIDE, alliances_for
from cordee.alliances.models import Alliance, AllianceLot, AllianceParty
from cordee.alliances.requirements import lot_of
from cordee.composing.own_teams import OwnTeam
from cordee.members.models import Network, Structure
from cordee.members.sharing import Viewer
from cordee.opportunities.models import Breakdown, Opportunity
from cordee.opportunities.next_steps import NextStep, Reader, Standing

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
    leads: bool
    is_inside: bool
    stands: tuple[str, str]
    is_awaited: bool

    @property
    def is_own(self) -> bool:
        """Whether the user leads it, takes part in it, or may still answer its invitation."""
        return self.is_inside or (self.is_awaited and self.alliance.step.is_editable)


def listed(rows: Iterable[Alliance], person: User) -> list[Listed]:
    """What the user reads of each, in the order of the rows: two more queries."""
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


def own_teams(
    person: User, opportunity: Opportunity, lots: Collection[str], *, but: uuid.UUID | None = None
) -> list[OwnTeam]:
    """The running teams on some lots that the user leads, takes part in or was invited to.

    Told to the user alone, before they keep, open or invite: of the teams of others, nothing.
    `but`: the alliance in which they are about to act.
    """
    rows = alliances_for(person).running().filter(opportunity=opportunity)
    on_lots = AllianceLot.objects.filter(lot_id__in=lots, alliance__opportunity=opportunity)
    rows = rows.filter(pk__in=on_lots.order_by().values("alliance"))
    found = listed(rows.select_related("network", "structure", "opportunity"), person)
    return [
        OwnTeam(
            _own_words(each),
            reverse("alliances:detail", args=[each.alliance.pk]),
            "Aller à mon alliance" if each.is_inside else "Répondre à l’invitation",
        )
        for each in found
        if each.is_own and each.alliance.pk != but
    ]


def own_teams_on(viewer: Viewer, breakdown: Breakdown) -> list[OwnTeam]:
    """`own_teams` on all the lots of a breakdown, for pages of the rooms below."""
    if viewer.user is None:
        return []
    lots = {lot_of(package) for package in breakdown.packages.all()}
    return own_teams(viewer.user, breakdown.opportunity, lots)


def sides_of(viewer: Viewer) -> dict[str, Network | Structure]:
    """For whom the user may lead or keep a team, by the key of a form: the network for which they
    act, and the structures that they direct."""
    found: dict[str, Network | Structure] = {}
    if viewer.network is not None:
        found["reseau"] = viewer.network
    rows = Structure.objects.active().select_related("organisation")
    for structure in rows.filter(pk__in=viewer.structure_ids).order_by("name", "pk"):
        found[str(structure.pk)] = structure
    return found


def _own_words(one: Listed) -> str:
    if one.leads:
        return f"Vous coordonnez «\u00a0{one.title}\u00a0»"
    if one.is_inside:
        return f"Vous prenez part à «\u00a0{one.title}\u00a0»"
    return f"{one.alliance.coordinator_name} vous invite dans une équipe\u00a0: répondez d’abord"


def _listed(alliance: Alliance, leads: bool, states: list[str]) -> Listed:
    is_inside = leads or any(state in INSIDE for state in states)
    known = [state for state in STANDS if state in states]
    return Listed(
        alliance=alliance,
        title=title_of(alliance, is_inside=is_inside),
        leads=leads,
        is_inside=is_inside,
        stands=STANDS[known[0]] if known else ("", ""),
        is_awaited=State.INVITED in states,
    )


def title_of(alliance: Alliance, *, is_inside: bool) -> str:
    """How an alliance is called for a reader."""
    return alliance.title if is_inside else alliance.opportunity.title


STEP_INSIDE = "Déjà dans votre alliance", "Ce qui reste à faire s’y lit.", "Aller à mon alliance"
STEP_ASKED = (
    *("On vous y invite", "Une équipe attend votre oui ou votre non."),
    "Répondre à l’invitation",
)


def offered(person: Reader) -> Iterator[NextStep | Standing]:
    """One query, three where there is one. Of an alliance of others, nothing (RULE-38)."""
    if person.viewer.user is None:
        return
    own = alliances_for(person.viewer.user).running().filter(opportunity=person.opportunity)
    rows = own.select_related("opportunity").order_by("-pk")
    found = max(
        (each for each in listed(rows, person.viewer.user) if each.is_own),
        key=lambda each: each.is_inside,
        default=None,
    )
    if found is not None:
        url = reverse("alliances:detail", args=[found.alliance.pk])
        if person.viewer.network is not None or not person.viewer.structure_ids:
            # Who coordinates for others reads what the contract is for them.
            yield NextStep(12, "Aller à mon alliance", url, "corde")
        else:
            title, fact, verb = STEP_INSIDE if found.is_inside else STEP_ASKED
            step = NextStep(0, verb, url, "corde")
            yield Standing(title, "duo", "corde", fact, step, in_team=True)
    elif person.may_answer:
        url = reverse("alliances:open", args=[person.opportunity.pk])
        yield NextStep(40, "Ouvrir une alliance sans composer", url)
