"""Where a party stands in the table: what it accepted, whether its share fits, what is left."""

from collections.abc import Mapping, Sequence

from cordee.agreement import PartyRole
from cordee.agreement.breaks import PRIVATE, Break, Code
from cordee.agreement.facts import PartyFacts
from cordee.agreement.limits import RemainingMeans, remaining_means
from cordee.agreement.model import Party
from cordee.agreement.terms import Terms
from cordee.alliances.access import AllianceAccess
from cordee.alliances.models import AllianceParty
from cordee.base.ui import french, months
from cordee.members.sharing import FigureClass, Viewer


def may_read(found: Break, rows: Mapping[str, AllianceParty], viewer: Viewer) -> bool:
    """A break that tells a figure is read by who may see that figure."""
    if not found.is_private or found.party is None:
        return True
    row = rows.get(found.party)
    figure_class = FigureClass.PRIVATE if found.code is Code.CEILING else FigureClass.NETWORK
    return row is not None and row.structure_id in viewer.seen[figure_class]


def state_of_row(
    party: Party,
    row: AllianceParty,
    access: AllianceAccess,
    facts: Mapping[str, PartyFacts],
    found: Sequence[Break],
    accepted: set[str],
) -> tuple[str, str]:
    """ "Dans ses moyens", or "à confirmer": never a figure, and to who coordinates alone.

    To the other parties, what tells is that it accepted its share.
    """
    if party.key in accepted:
        return "sur", "Part acceptée"
    is_in = row.state == AllianceParty.State.INTERESTED
    is_own = row.structure_id in (
        access.figures.seen[FigureClass.PRIVATE] & access.figures.seen[FigureClass.NETWORK]
    )
    if not access.coordinates and not is_own:
        return "inconnu", "À confirmer" if is_in else "Attend son oui"
    mine = {each.code for each in found if each.party == party.key}
    if mine & PRIVATE:
        return "vigilance", "À revoir" if is_own else "À revoir avec elle"
    if not is_in:
        return "inconnu", "Attend son oui"
    means = facts[party.key].means.values()
    is_known = bool(means) and all(
        each.cfte_by_month is not None
        and (not each.is_capped or any(year.headroom_cents is not None for year in each.years))
        for each in means
    )
    return ("sur", "Dans ses moyens") if is_known else ("inconnu", "À confirmer")


def means_of(
    terms: Terms,
    party: Party,
    row: AllianceParty,
    viewer: Viewer,
    facts: Mapping[str, PartyFacts],
) -> list[str]:
    """What is left, in figures, to who may see them."""
    room: RemainingMeans = remaining_means(terms, party.key, facts[party.key])
    sentences = []
    if row.structure_id in viewer.seen[FigureClass.PRIVATE] and room.is_capped:
        if room.cents is None:
            sentences.append("Plafond\u00a0: inconnu")
        else:
            # To the euro below: what is said to be left must be.
            left = french.euros(abs(room.cents // 100 * 100), rounded=True)
            sentences.append(
                f"Plafond\u00a0: {left} de trop"
                if room.cents < 0
                else f"Plafond\u00a0: reste {left}"
            )
    if (
        row.structure_id in viewer.seen[FigureClass.NETWORK]
        and party.role is not PartyRole.EMPLOYER
    ):
        if room.cfte is None or room.month is None:
            sentences.append("Équipes\u00a0: inconnues")
        elif room.cfte < 0:
            sentences.append(
                f"Équipes\u00a0: {french.fte(-room.cfte)} de trop en {months.month(room.month)}"
            )
        else:
            sentences.append(
                f"Équipes\u00a0: {french.fte(room.cfte)} "
                f"{'libre' if room.cfte < 200 else 'libres'} au plus juste"
            )
    return sentences
