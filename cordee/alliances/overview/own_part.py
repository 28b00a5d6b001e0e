"""The page of an alliance for who reads its own part alone: what is asked of it, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from cordee.agreement import Party, PartyRole, Terms
from cordee.agreement.phases import Phase
from cordee.alliances.access import AllianceAccess
from cordee.alliances.approvals.pages import approvals_page, signing_rows
from cordee.alliances.endorsements.pages import Words as Endorsements
from cordee.alliances.endorsements.pages import words_page
from cordee.alliances.frame.names import names_for
from cordee.alliances.models import AllianceParty
from cordee.alliances.overview.pages import road_of
from cordee.alliances.state.current import accepted_keys

SIGNS_FROM = frozenset({Phase.SPLIT, Phase.MANDATE, Phase.DOCUMENTS})


@dataclass(frozen=True, slots=True)
class Gesture:
    """Something that is asked of the user now."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class OwnPart:
    """One of the user's structures.

    Its place, its share in cents, and what is asked of it, in order.
    """

    party: AllianceParty
    role: str
    of: str
    share_cents: int
    has_accepted: bool
    gestures: Sequence[Gesture]


@dataclass(frozen=True, slots=True)
class PartPage:
    """The page for one reader. `known`: whom the user works for, and who speaks to the buyer."""

    parts: Sequence[OwnPart]
    known: Sequence[tuple[AllianceParty, str]]
    road: Sequence[tuple[str, str, str]]
    is_past: bool
    # Whether a place of the user's would read the table, had the user no part in another team.
    is_elsewhere: bool
    endorsements: Sequence[Endorsements]


def part_page(access: AllianceAccess, *, now: datetime) -> PartPage:
    """Everything the page says: a fixed number of queries."""
    alliance = access.alliance
    terms, names = alliance.terms, names_for(access)
    places = {party.key: party for party in terms.parties}
    accepted = accepted_keys(alliance, terms)
    deadline = alliance.opportunity.deadline
    known = alliance.parties.select_related("structure").filter(
        pk__in=(access.clients or frozenset()) - access.own_keys
    )
    asked = _asked(access, now=now)
    return PartPage(
        parts=[
            _part(access, row, places.get(row.key), terms, names, accepted, asked)
            for row in access.own
            if row.state == AllianceParty.State.INTERESTED
        ],
        known=[(row, _place(terms, places[row.key])) for row in known if access.names(row)],
        road=road_of(alliance.step, terms),
        is_past=deadline is not None and deadline < now,
        is_elsewhere=any(
            places[key].role is not PartyRole.SUBCONTRACTOR
            for key in access.own_keys & places.keys()
        ),
        endorsements=words_page(access),
    )


def _place(terms: Terms, party: Party) -> str:
    """Who leads a group is told as such: it is who speaks to the buyer."""
    arrangement = terms.arrangement
    return arrangement.speaker if arrangement.leads(terms, party) else arrangement.role_label(party)


def _part(
    access: AllianceAccess,
    row: AllianceParty,
    place: Party | None,
    terms: Terms,
    names: dict[str, str],
    accepted: set[str],
    asked: dict[str, list[Gesture]],
) -> OwnPart:
    share = terms.share_cents(row.key)
    gestures = list(asked.get(row.key, ()))
    if access.alliance.step.is_editable and row.key not in accepted:
        words = "Lire ma part, puis l’accepter" if share else "Dire ce que nous ferions"
        url = reverse("alliances:share", args=[access.alliance.pk, row.pk])
        gestures.insert(0, Gesture(words, url))
    return OwnPart(
        party=row,
        role="" if place is None else terms.arrangement.role_label(place),
        of="" if place is None or place.of is None else names.get(place.of, ""),
        share_cents=share,
        has_accepted=row.key in accepted,
        gestures=gestures,
    )


def _asked(access: AllianceAccess, *, now: datetime) -> dict[str, list[Gesture]]:
    """Who signs, then the paper to approve, by key of the user's parties, at steps that ask it."""
    found: dict[str, list[Gesture]] = {key: [] for key in access.own_keys}
    step, pk = access.alliance.step, access.alliance.pk
    if step not in SIGNS_FROM:
        return found
    for row in signing_rows(access):
        if not row.is_ready:
            url = reverse("alliances:signatory", args=[pk, row.party.pk])
            found[row.party.key].append(Gesture("Dire qui signe", url))
    if step is Phase.DOCUMENTS and access.reads_paper:
        for one in approvals_page(access, on=timezone.localdate(now)).rows:
            if one.is_own and not one.stands:
                url = reverse("alliances:approve", args=[pk, one.party.pk])
                found[one.party.key].append(Gesture("Lire et approuver l’accord", url))
    return found
