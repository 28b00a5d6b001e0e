"""Who worked well with whom, as far as both said so, and to whom that may be told.

A link is read by the directors of its two structures. Who coordinates an alliance where both take
part reads that it exists, and not on which contract (decision 28). Nobody else reads anything.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils import timezone

from cordee.accounts.models import User
from cordee.agreement.phases import Phase
from cordee.alliances.access import INSIDE, AllianceAccess, own_parts_in
from cordee.alliances.models import AllianceParty, Endorsement
from cordee.alliances.models.endorsements import ENDED
from cordee.base.ui import french
from cordee.members.models import Structure

MOST_SHOWN = 8
LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class MutualEndorsement:
    """A structure with which the user's own would work again, and which says the same.

    On the contract that they ended last; `team`: all who took part in it.
    """

    own_id: int
    structure: Structure
    title: str
    year: int
    is_won: bool
    team: frozenset[int]

    @property
    def words(self) -> str:
        """What they did together, when."""
        did = "mené" if self.is_won else "répondu"
        return f"Vous avez {did} ensemble\u00a0: {self.title}, {self.year}"

    def words_for(self, team: Collection[int]) -> str:
        """The words, and how many others of a team were there."""
        common = len((self.team & frozenset(team)) - {self.own_id, self.structure.pk})
        others = french.count(common, "autre")
        return f"{self.words}, avec {others} de cette équipe." if common else f"{self.words}."


def links_of(person: User) -> dict[int, MutualEndorsement]:
    """The links of the structures the user directs, by structure, newest first: five queries."""
    words = (
        Endorsement.objects.given_by(person)
        .mutual()
        .filter(about__structure__is_closed=False)
        .select_related(
            "by_party", "about__structure__organisation", "about__alliance__opportunity"
        )
        .order_by("-about__alliance__ended_at", "pk")
    )
    found: dict[int, Endorsement] = {}
    for word in words:
        found.setdefault(word.about.structure_id, word)
    if not found:
        return {}
    teams: dict[object, set[int]] = {}
    ended = {word.about.alliance_id: word.about.alliance for word in found.values()}
    # A subcontractor knew few of them, and learns of no other by counting.
    known = own_parts_in(person, ended.values())
    stayed = AllianceParty.objects.filter(alliance__in=ended, state__in=INSIDE)
    for row in stayed.order_by():
        if row.alliance_id not in known or row.key in known[row.alliance_id]:
            teams.setdefault(row.alliance_id, set()).add(row.structure_id)
    return {pk: _link(word, teams[word.about.alliance_id]) for pk, word in found.items()}


def _link(word: Endorsement, team: Collection[int]) -> MutualEndorsement:
    alliance = word.about.alliance
    assert alliance.ended_at is not None
    return MutualEndorsement(
        own_id=word.by_party.structure_id,
        structure=word.about.structure,
        title=french.cut(alliance.opportunity.title, LONGEST_TITLE),
        year=timezone.localdate(alliance.ended_at).year,
        is_won=alliance.step is Phase.DELIVERY,
        team=frozenset(team),
    )


def pairs_in(access: AllianceAccess, rows: Sequence[AllianceParty]) -> list[tuple[str, str]]:
    """The names of those inside who said it of one another: for who coordinates alone."""
    inside = {row.structure_id: row for row in rows if row.state in INSIDE}
    if not access.coordinates or len(inside) < 2:
        return []
    words = Endorsement.objects.among(inside).mutual().select_related("by_party", "about")
    pairs = {(w.by_party.structure_id, w.about.structure_id) for w in words.order_by("pk")}
    names = {
        tuple(sorted((inside[a].structure.shown_name, inside[b].structure.shown_name)))
        for a, b in pairs
    }
    return sorted((one, two) for one, two in names)


def words_page(
    access: AllianceAccess,
) -> list[tuple[AllianceParty, list[tuple[AllianceParty, bool, bool]]]]:
    """Of each of the user's parties, the others whom the user knows and that stayed to the end,
    whether it said it of each, and whether both did: three queries, or none.

    A word that the other one said alone is told to nobody.
    """
    alliance, own = access.alliance, access.inside
    if alliance.phase not in ENDED or not own:
        return []
    mine = {party.structure_id for party in own}
    others = [
        row
        for row in access.rows
        if row.state in INSIDE and row.structure_id not in mine and access.names(row)
    ]
    words = Endorsement.objects.filter(by_party__in=own)
    given = set(words.order_by().values_list("by_party", "about"))
    mutual = set(words.mutual().order_by().values_list("by_party", "about"))
    return [
        (
            party,
            [(row, (party.pk, row.pk) in given, (party.pk, row.pk) in mutual) for row in others],
        )
        for party in own
        if others
    ]
