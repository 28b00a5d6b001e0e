"""The only way to get a positioning or a visit for somebody. Each docstring is the rule."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from django.utils import timezone

from cordee.accounts.models import User
from cordee.alliances.access import access_to, alliances_for
from cordee.alliances.models import Alliance, AllianceParty
from cordee.base.found import first_or_404
from cordee.members.access import directs, edited_structure_for, structure_for
from cordee.members.models import Structure
from cordee.members.network_access import Desk, staff_desk_for
from cordee.practices.models import PlannedAction, Positioning, PositioningGrid, Visit
from cordee.practices.models.positioning import VisitQuerySet

ABSENT = "Cette page n’existe pas, ou ne vous est pas ouverte."


def positioning_for(user: User, pk: int, key: int, *, is_edited: bool = False) -> Positioning:
    """A positioning of a structure that the user directs: it is its own, and nobody else's.
    `is_edited`: the last one begun, which alone changes. Or 404."""
    rows = Positioning.objects.filter(structure=edited_structure_for(user, pk), pk=key)
    rows = rows.newest() if is_edited else rows
    return first_or_404(rows.select_related("structure", "grid"), ABSENT)


def grid_for(user: User, slug: str, key: int) -> PositioningGrid:
    """A grid of a network whose staff the user is of, in force or taken back; or 404."""
    network = staff_desk_for(user, slug).network
    rows = PositioningGrid.objects.filter(network=network, pk=key)
    return first_or_404(rows.select_related("network"), ABSENT)


def action_for(user: User, pk: int, key: int) -> PlannedAction:
    """An action of such a structure, or 404."""
    rows = PlannedAction.objects.filter(positioning__structure=edited_structure_for(user, pk))
    return first_or_404(rows.filter(pk=key).select_related("positioning__structure"), ABSENT)


def member_of(desk: Desk, pk: int, on: date) -> Structure:
    """A member that the user follows, or 404."""
    rows = desk.structures(on).filter(pk=pk)
    return first_or_404(rows, "Cette structure n’est pas membre de ce réseau.")


@dataclass(frozen=True, slots=True)
class VisitAccess:
    """For which side a user acts: either, both, or neither where the report is published."""

    visit: Visit
    is_visited: bool
    is_visiting: bool

    @property
    def may_plan(self) -> bool:
        """Who visits chooses the day, until the visit is told or refused."""
        return self.is_visiting and self.visit.is_agreed is not False and not self.visit.sent_at

    @property
    def may_answer(self) -> bool:
        """The visited one, once there is a day."""
        return self.is_visited and self.visit.on is not None and self.visit.is_agreed is None

    @property
    def may_report(self) -> bool:
        """Who visits, from the day of a visit that was agreed on, until the report is published."""
        visit, on = self.visit, timezone.localdate()
        is_made = visit.is_agreed and visit.on is not None and visit.on <= on
        return bool(self.is_visiting and is_made and not visit.published_at)

    @property
    def reads_report(self) -> bool:
        """Who visits writes it; the visited one reads it once it is sent, the others once it is
        published."""
        if self.is_visiting:
            return True
        return bool(self.visit.sent_at if self.is_visited else self.visit.published_at)


def visits_for(user: User, structure: Structure) -> VisitQuerySet:
    """Those of a structure that the user directs; of another, those whose report it published."""
    rows = Visit.objects.of(structure).select_related("visited", "visiting", "grid", "proposed_by")
    if directs(user, structure):
        return rows
    return rows.in_force().filter(visited=structure, published_at__isnull=False)


def visit_for(user: User, pk: int, key: int) -> VisitAccess:
    """One of them that is not taken back, or 404."""
    structure = structure_for(user, pk)
    visit = first_or_404(visits_for(user, structure).in_force().filter(pk=key), ABSENT)
    return VisitAccess(visit, directs(user, visit.visited), directs(user, visit.visiting))


def proposals_of(desk: Desk, on: date) -> VisitQuerySet:
    """What a network proposed to members that the user follows, as long as no day is chosen: the
    visit is then theirs."""
    rows = Visit.objects.in_force().filter(proposed_by=desk.network, on__isnull=True)
    return rows.filter(visiting__in=desk.structures(on).order_by().values("pk"))


def own_visit_for(user: User, pk: int, key: int, side: str = "") -> Visit:
    """One of a structure that the user directs; of one `side`, "visited" or "visiting", as long as
    it is not taken back; or 404."""
    structure = edited_structure_for(user, pk)
    rows = visits_for(user, structure).filter(pk=key)
    if side:
        rows = rows.in_force().filter(**{side: structure})
    return first_or_404(rows, ABSENT)


def answering_together(user: User, structures: Collection[int]) -> set[frozenset[int]]:
    """Pairs of these structures that take part in one running alliance, as far as the user reads
    it: what is refused tells nobody of a team that they do not know (RULE-38)."""
    inside = AllianceParty.State.INTERESTED
    rows = AllianceParty.objects.filter(structure__in=structures, state=inside).order_by()
    led = Alliance.objects.coordinated_by(user).running()
    known: dict[object, set[int]] = {}
    for alliance, structure in rows.filter(alliance__in=led).values_list("alliance", "structure"):
        known.setdefault(alliance, set()).add(structure)
    own = rows.filter(structure__in=Structure.objects.directed_by(user)).values("alliance")
    joined = alliances_for(user).running().filter(pk__in=own).exclude(pk__in=list(known))
    for team in joined:
        access = access_to(user, team, coordinates=False)
        named = {each.structure_id for each in access.rows if access.names(each)}
        inside_it = rows.filter(alliance=team).values_list("structure", flat=True)
        known[team.pk] = named & set(inside_it)
    return {frozenset(pair) for each in known.values() for pair in combinations(each, 2)}
