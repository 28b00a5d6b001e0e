"""What each party of an alliance could carry, as far as whoever looks may know it; and who could
take what lacks of a line, ranked as everywhere else."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from cordee.agreement.breaks import Means, PartyFacts, Year
from cordee.agreement.open_lines import OpenLine
from cordee.agreement.terms import Terms
from cordee.alliances.models import AllianceParty
from cordee.engine.problem import Candidate
from cordee.members.sharing import Viewer
from cordee.mobilisation import problem as mobilisation
from cordee.mobilisation.pages import RankingRow, package_of
from cordee.mobilisation.problem import CandidateRow, field_of
from cordee.opportunities.models import WorkPackage


def facts_of(
    parties: Iterable[AllianceParty],
    terms: Terms,
    viewer: Viewer,
    *,
    names: Mapping[str, str] | None = None,
    shown_only: bool = True,
) -> dict[str, PartyFacts]:
    """Facts by key of party; a figure that is not open to the viewer is unknown.

    The parties are of one alliance, which is never taken from its own means. A fixed number of
    queries. `names`: how each is called for whoever looks, where not by its own
    name. Without `shown_only`, figures that may be used but not seen enter too, rounded down: no
    page writes them.
    """
    rows = list(parties)
    first, months = span_of(terms)
    structures = list({party.structure_id: party.structure for party in rows}.values())
    opened = viewer.shown_only if shown_only else viewer
    field = field_of(
        structures,
        viewer=opened,
        first_month=first,
        months=months,
        apart_from=booked_by(rows[0].alliance_id) if rows else "",
    )
    means: dict[int, dict[int, Means]] = {}
    for candidate in field.candidates:
        known: CandidateRow = field.known[candidate.id]
        means.setdefault(known.structure_id, {})[known.chantier_id] = _means(candidate)
    called = names or {}
    return {
        party.key: PartyFacts(
            name=called.get(party.key, party.structure.shown_name),
            means=means.get(party.structure_id, {}),
        )
        for party in rows
    }


def booked_by(alliance_id: UUID) -> str:
    """What the `source` of all that an alliance books in the rooms below begins with."""
    return f"alliance:{alliance_id}:"


def booking_of(offer: str) -> tuple[UUID, str] | None:
    """The alliance and the lot of an offer that `booked_by` begins; None of any other origin."""
    room, _, rest = offer.partition(":")
    alliance, _, lot = rest.partition(":")
    try:
        return (UUID(alliance), lot) if room == "alliance" else None
    except ValueError:
        return None


def span_of(terms: Terms) -> tuple[int, int]:
    """First month of the work, and how many months it lasts in all."""
    first = min(line.first_month for line in terms.lines)
    return first, max(line.end_month for line in terms.lines) - first


def _means(candidate: Candidate) -> Means:
    return Means(
        cfte_by_month=candidate.capacity_cfte_by_month,
        is_capped=candidate.is_capped,
        years=tuple(
            Year(
                first_month=year.first_month,
                months=year.months,
                headroom_cents=year.headroom_cents,
            )
            for year in candidate.accounting_years
        ),
    )


def able_for(
    wanted: OpenLine,
    package: WorkPackage,
    viewer: Viewer,
    *,
    without: Collection[int],
    sirens: Collection[str],
    on: date,
    apart_from: str,
) -> tuple[list[RankingRow], Sequence[tuple[int, str]]]:
    """Structures of the trade within reach, each once, for what lacks of the line, the best first;
    and how many lacked what, of those with the trade around.

    `without`: structures that are in the team or said no; `sirens`: operators that would sign
    twice (RULE-19); `apart_from`: what the alliance booked itself. A fixed number of queries.
    Raises `mobilisation.problem.NotComposable`.
    """
    (asked,) = mobilisation.engine_packages([package], on=on)
    line = wanted.line
    need = wanted.cfte or line.need_cfte or asked.need_cfte
    asked = replace(
        asked,
        first_month=line.first_month,
        months=line.months,
        need_cfte=need,
        amount_cents=wanted.cents or line.price_cents or asked.amount_cents,
        min_share_cfte=min(asked.min_share_cfte, need),
    )
    field = mobilisation.engine_candidates(
        [asked],
        viewer=viewer.asker.shown_only,
        params=mobilisation.params_for([asked]),
        trades={asked.trade},
        apart_from=apart_from,
    )
    others = tuple(
        each
        for each in field.candidates
        if field.known[each.id].structure_id not in without and each.organisation not in sirens
    )
    (row,) = mobilisation.ranking_of(
        [asked],
        mobilisation.Field(others, field.known),
        params=mobilisation.params_for([asked]),
    )
    ranking = package_of(row, viewer)
    best: dict[int, RankingRow] = {}
    for each in ranking.lines:
        # One with several chantiers is asked once, for the best of them.
        best.setdefault(each.structure_id, each)
    return list(best.values()), ranking.aside
