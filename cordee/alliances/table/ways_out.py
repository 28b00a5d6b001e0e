"""Where a chantier ends a year above its ceiling: what each alliance of its structure has of it.

What is booked is exact (RULE-10); what is still shared out asks the repair of the table.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from cordee.accounts.models import User
from cordee.agreement.limits import YearRoom, cells_by_chantier, years_of
from cordee.agreement.phases import EDITABLE
from cordee.alliances.access import AllianceAccess, access_to, alliances_for
from cordee.alliances.models import Alliance, AllianceParty
from cordee.alliances.problem.means import booking_of, facts_of
from cordee.alliances.table.repair_page import repair_page
from cordee.base.ui import french
from cordee.economics.headroom import Part
from cordee.economics.radar.page import Radar
from cordee.members.models import Structure
from cordee.members.sharing import Viewer
from cordee.rules.figures import lot_name

# So many alliances at most of each sort are read; of one alone a repair is sought, in two seconds.
MOST_ALLIANCES = 3
FROZEN = "L’offre est déposée\u00a0: rien ne change sans l’accord de l’acheteur."
SIGNED = "Le marché est signé\u00a0: il faut un avenant, ou un sous-traitant."


@dataclass(frozen=True, slots=True)
class WayOut:
    """What one alliance may change: what would have to go, and the page that does it.

    `is_enough`: whether the year then ends within its ceiling, all else as it is.
    """

    alliance: str
    gives: str
    words: Sequence[str]
    url: str
    button: str
    is_enough: bool = False


def warning_of(ways: Sequence[WayOut]) -> str:
    """What is to be read before several ways out; empty where one of them is enough."""
    if len(ways) < 2 or any(way.is_enough for way in ways):
        return ""
    return "Aucune part ne suffit à elle seule."


def ways_out(
    radar: Radar, structure: Structure, person: User, viewer: Viewer, *, now: datetime
) -> list[WayOut]:
    """Of the alliances that the user reads, those that are enough alone first.

    Empty where the year shown ends within its ceiling.
    """
    if radar.shown is None or not radar.is_above:
        return []
    booked: dict[UUID, list[tuple[str, Part]]] = {}
    for part in sorted(radar.shown.parts, key=lambda part: -part.receipts_cents):
        if known := booking_of(part.commitment.offer):
            booked.setdefault(known[0], []).append((known[1], part))
    open_to = alliances_for(person).select_related("opportunity", "breakdown", "network")
    read = open_to.in_bulk(booked)
    filed = [read[pk] for pk in booked if pk in read][:MOST_ALLIANCES]
    found = []
    for access, party in _accesses(filed, structure, person):
        several = len(booked[access.alliance.pk]) > 1
        for lot, part in booked[access.alliance.pk]:
            gives, is_enough = _gives(radar, part, lot if several else "")
            if gives:
                found.append(_of_booked(access, party, gives, is_enough=is_enough))
    shared_out = open_to.filter(phase__in=EDITABLE, parties__structure=structure).order_by("pk")
    may_search = True
    for access, party in _accesses(list(shared_out[:MOST_ALLIANCES]), structure, person):
        seen = access.seen_by(viewer)
        room = _room(seen, party, radar)
        if room is not None and room.taken_cents > 0:
            asks = may_search and access.coordinates and (room.left_cents or 0) < 0
            found.append(_of_shared_out(seen, party, room, radar, asks=asks, now=now))
            may_search = may_search and not asks
    return sorted(found, key=lambda way: not way.is_enough)


def _accesses(
    rows: Sequence[Alliance], structure: Structure, person: User
) -> Iterator[tuple[AllianceAccess, AllianceParty]]:
    """Of those where the structure takes part."""
    led = Alliance.objects.coordinated_by(person).filter(pk__in=[row.pk for row in rows])
    coordinated = set(led.values_list("pk", flat=True))
    for row in rows:
        access = access_to(person, row, coordinates=row.pk in coordinated)
        for party in access.inside:
            if party.structure_id == structure.pk:
                yield access, party


def _gives(radar: Radar, part: Part, lot: str) -> tuple[str, bool]:
    """What would have to go of a part, and whether that is enough; empty where nothing has to."""
    position = radar.if_won(part)
    over = position.excess_of(part)
    if not over:
        return "", False
    share = f"votre part du {lot_name(lot).lower()}" if lot else "votre part"
    year = position.year.name
    if over <= part.receipts_cents:
        return f"Rendre {french.euros(over)} de {share} en {year}", True
    left = replace(position, parts=tuple(each for each in position.parts if each is not part))
    return (
        f"Même sans {share} ({french.euros(part.receipts_cents)} en {year}), il resterait "
        f"{french.euros(left.excess_cents)} de trop",
        False,
    )


def _of_booked(
    access: AllianceAccess, party: AllianceParty, gives: str, *, is_enough: bool
) -> WayOut:
    alliance = access.alliance
    words = [FROZEN if alliance.step.is_frozen else SIGNED]
    if access.coordinates and alliance.withdrawals.under_way().exists():
        url, label = reverse("alliances:open_lines", args=[alliance.pk]), "Voir qui pourrait venir"
    else:
        url = reverse("alliances:leave", args=[alliance.pk, party.pk])
        label = "Ce que change un retrait"
    return WayOut(alliance.title, gives, words, url, label, is_enough)


def _room(seen: AllianceAccess, party: AllianceParty, radar: Radar) -> YearRoom | None:
    """The year shown, with what the terms in force would bring to it."""
    assert radar.shown is not None
    terms = seen.alliance.terms
    facts = facts_of([party], terms, seen.figures)[party.key]
    for room in years_of(terms, cells_by_chantier(terms, party.key, facts), facts):
        if (room.chantier, room.first_month) == (radar.chantier.pk, radar.shown.year.first_month):
            return room
    return None


def _of_shared_out(
    seen: AllianceAccess,
    party: AllianceParty,
    room: YearRoom,
    radar: Radar,
    *,
    asks: bool,
    now: datetime,
) -> WayOut:
    """Nothing is filed yet: the share may still change, and one gesture of who coordinates does."""
    assert radar.shown is not None
    alliance, name = seen.alliance, radar.shown.year.name
    over = min(-(room.left_cents or 0), room.taken_cents)
    gives = f"{french.euros(room.taken_cents)} de votre part s’y ajouteraient en {name}"
    words: Sequence[str] = ["Rien n’est déposé\u00a0: la part peut encore changer."]
    route, label = "table", "Voir le tableau"
    if over > 0:
        gives = f"Rendre {french.euros(over)} de votre part en {name}, avant de déposer"
        route, label = "repair_table", "Réparer"
    if not seen.coordinates:
        mine = reverse("alliances:share", args=[alliance.pk, party.pk])
        return WayOut(alliance.title, gives, words, mine, "Voir ma part")
    if asks:
        page = repair_page(seen, now=now)
        takes = [
            french.ended(f"{move.name} prendrait {move.gap.removeprefix('+')}\u00a0: {move.line}")
            for move in page.moves
            if move.gap.startswith("+")
        ]
        words = takes[:3] or page.problems
        if page.terms is None:
            route, label = "open_lines", "Voir qui pourrait venir"
    url = reverse(f"alliances:{route}", args=[alliance.pk])
    return WayOut(alliance.title, gives, words, url, label)
