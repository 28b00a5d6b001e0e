"""What waits in alliances for a person: to answer, to accept, to say who signs, to approve; and,
for who coordinates, what a team near its filing still lacks."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import User
from cordee.agreement.changes import fingerprint
from cordee.agreement.life import NO_RECEIPT, obstacles
from cordee.agreement.phases import EDITABLE, Phase
from cordee.alliances.access import access_to, alliances_for
from cordee.alliances.documents.pages import in_words, papers_and_convention
from cordee.alliances.invitations.actions import yes_refusal
from cordee.alliances.models import Acceptance, Alliance, AllianceParty, AllianceRevision
from cordee.alliances.overview.next_step import FORWARD, gesture_of
from cordee.alliances.planning.pages import milestones_of
from cordee.alliances.state.approval_chain import approved_now
from cordee.alliances.state.current import filing_day, may_sign, names_of, state_of
from cordee.base.ui import french
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Sort, Waiting, for_whom
from cordee.rules.time_left import Step

# The nearest deadlines of each sort: the page shows five lines in all.
MOST_PARTS, MOST_LED = 10, 3
# Whoever coordinates is reminded of what lacks from three weeks before the deadline.
NEAR = timedelta(days=21)


def lines(viewer: Viewer, now: datetime) -> Iterator[Sort]:
    """Own parts, and alliances that the user coordinates: both kept to the nearest."""
    if viewer.user is None:
        return
    if viewer.structure_ids:
        State = AllianceParty.State
        parts = AllianceParty.objects.filter(
            structure__in=viewer.structure_ids,
            state__in=[State.INVITED, State.INTERESTED],
            # Once the offer is filed nobody comes in, and nothing is accepted or signed here.
            alliance__in=alliances_for(viewer.user).filter(phase__in=EDITABLE),
            alliance__opportunity__deadline__gt=now,
        )
        yield Sort(parts, _parts)
    near = Alliance.objects.coordinated_by(viewer.user).filter(
        phase__in=EDITABLE, opportunity__deadline__range=(now, now + NEAR)
    )
    yield Sort(near, _led)


def _led(viewer: Viewer, now: datetime, near: QuerySet[Alliance]) -> Iterator[Waiting]:
    joined = ("opportunity", "pace", "filing", "breakdown", "network", "structure")
    parties = AllianceParty.objects.select_related("structure__organisation")
    rows = near.select_related(*joined).prefetch_related(
        "breakdown__packages", "lots", Prefetch("parties", parties, to_attr="own_parties")
    )
    found: list[Any] = list(rows.order_by("opportunity__deadline", "pk")[:MOST_LED])
    _take_terms(found)
    for alliance in found:
        yield _lacking(viewer, alliance, alliance.own_parties, now)


def _take_terms(alliances: Sequence[Alliance]) -> None:
    """The terms in force of all of them: one query."""
    in_force = AllianceRevision.objects.filter(
        alliance__in={each.pk for each in alliances}, number=F("alliance__version")
    )
    terms = {revision.alliance_id: revision.read() for revision in in_force}
    for each in alliances:
        each.take_terms(terms[each.pk])


def _parts(viewer: Viewer, now: datetime, parts: QuerySet[AllianceParty]) -> Iterator[Waiting]:
    rows = list(
        parts.select_related(
            "structure__organisation", "alliance__opportunity", "alliance__pace", "alliance__filing"
        ).order_by("alliance__opportunity__deadline", "pk")[:MOST_PARTS]
    )
    person = viewer.user
    if not rows or person is None:
        return
    _take_terms([row.alliance for row in rows])
    shut = _shut(rows, person)
    accepted = set(
        Acceptance.objects.standing().filter(party__in=rows).values_list("party_id", "fingerprint")
    )
    for row in rows:
        refusal = yes_refusal(row, person, now=now) if row.alliance_id in shut else ""
        line = _part(viewer, row, accepted, now, refusal)
        if line is not None:
            yield line


def _shut(rows: Sequence[AllianceParty], person: User) -> set[uuid.UUID]:
    """The alliances of some invitations that have a rival in which the user has a hand already:
    few, so that each is then asked why no yes can be said."""
    asked = [row.alliance_id for row in rows if row.state == AllianceParty.State.INVITED]
    if not asked:
        return set()
    mine = Alliance.objects.filter(pk__in=asked).rivals().running().joined_by(person)
    return set(mine.rivals().filter(pk__in=asked).values_list("pk", flat=True)) if mine else set()


def _part(
    viewer: Viewer, row: AllianceParty, accepted: set[tuple[int, str]], now: datetime, refusal: str
) -> Waiting | None:
    """The next gesture that is asked of a party; None where it waits for others. `refusal`: why it
    cannot say yes to an invitation, which waits for a no all the same."""
    alliance, whose = row.alliance, for_whom(viewer, row.structure)
    if row.state == AllianceParty.State.INVITED:
        return Waiting(
            _day_of(alliance, Step.ANSWERS, now),
            "Une invitation attend votre non" if refusal else "On vous invite dans une équipe",
            f"{french.ended(_short(alliance.opportunity.title))}{whose} {refusal}".strip(),
            "Lire, puis décliner" if refusal else "Lire l’invitation",
            reverse("alliances:detail", args=[alliance.pk]),
            (row.structure_id, alliance.opportunity_id),
            invites=True,
        )
    gesture = gesture_of(
        row,
        alliance.terms,
        alliance.step,
        has_accepted=(row.pk, fingerprint(alliance.terms, row.key)) in accepted,
        may_sign=may_sign(row, files_on=filing_day(alliance), on=timezone.localdate(now)),
        has_approved=alliance.step is Phase.DOCUMENTS
        and row.key in approved_now(alliance, on=timezone.localdate(now), by=row.key),
    )
    if gesture is None:
        return None
    return Waiting(
        _day_of(alliance, gesture.step, now),
        gesture.what,
        f"{french.ended(_short(alliance.title))}{whose}",
        gesture.verb,
        gesture.url,
    )


def _lacking(
    viewer: Viewer, alliance: Alliance, parties: Sequence[AllianceParty], now: datetime
) -> Waiting:
    """What stands before the next step of a team near its filing; or that it may go on. The papers
    that lack count too, once they are prepared."""
    papers, agreed = None, None
    if alliance.step is Phase.DOCUMENTS and viewer.user is not None:
        access = access_to(viewer.user, alliance, coordinates=True).seen_by(viewer)
        papers, agreed = papers_and_convention(access, on=timezone.localdate(now))
    names = names_of(alliance, parties)
    state = state_of(alliance, now=now, names=names, agreed=agreed, parties=parties)
    to, _ = FORWARD.get(alliance.step, (Phase.FILED, ""))
    missing = [each for each in obstacles(state, to, names) if each != NO_RECEIPT]
    deadline = alliance.opportunity.deadline
    filed = f"Dépôt avant le {french.moment(deadline, timezone.localdate(now))}."
    if lacking := in_words(missing, papers=papers):
        what = f"il manque {lacking}"
        fact = f"{missing[0].text} {filed}" if missing else filed
    elif to is Phase.FILED:
        what, fact = "l’offre peut partir", filed
    else:
        what = f"on peut passer à «\u00a0{state.terms.arrangement.phase_label(to)}\u00a0»"
        fact = filed
    return Waiting(
        _day_of(alliance, Step.FILING, now),
        f"{_short(alliance.title)}\u00a0: {what}",
        fact,
        "Voir l’alliance",
        reverse("alliances:detail", args=[alliance.pk]),
    )


def _day_of(alliance: Alliance, step: Step, now: datetime) -> date:
    """The day that the calendar of the alliance gives to a step, else that of the deadline."""
    on = timezone.localdate(now)
    days = {each.step: each.day for each in milestones_of(alliance, on=on)}
    assert alliance.opportunity.deadline is not None
    return max(on, days.get(step, timezone.localdate(alliance.opportunity.deadline)))


def _short(title: str) -> str:
    return french.cut(title, 60)
