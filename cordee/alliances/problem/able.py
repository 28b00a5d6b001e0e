"""Who could take what lacks of one line of an alliance, ranked as everywhere else.

Each structure is shown by itself, so only figures that may also be seen enter (decision 5).
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from cordee.agreement.open_lines import OpenLine
from cordee.members.sharing import Viewer
from cordee.mobilisation import problem as mobilisation
from cordee.mobilisation.pages import RankingRow, package_of
from cordee.opportunities.models import WorkPackage


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
