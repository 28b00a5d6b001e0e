"""What a way out may draw on: structures beyond the radius, ceilings with a derogation."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from cordee.composing.problem import Question
from cordee.economics.headroom import positions_by_chantier
from cordee.economics.models import AccountingYear
from cordee.engine.problem import Candidate
from cordee.members.sharing import Viewer
from cordee.mobilisation import problem as mobilisation
from cordee.mobilisation import rounding
from cordee.rules import parameters

# As far beyond the radius as a way out is sought.
KM_BEYOND = 100


@dataclass(frozen=True, slots=True)
class WithinReach:
    """Structures beyond the radius, who they are, and headroom in cents under a derogation.

    Headroom is by candidate and first month of the accounting year.
    """

    farther: tuple[Candidate, ...]
    known: Mapping[str, mobilisation.CandidateRow]
    headroom_cents: Mapping[tuple[str, int], int]

    @classmethod
    def of(cls, question: Question, *, viewer: Viewer) -> Self:
        """What this viewer may be told of, as finely as they may compose with it."""
        field = _farther(question, viewer)
        return cls(field.candidates, field.known, _under_derogation(question, viewer))


def _farther(question: Question, viewer: Viewer) -> mobilisation.Field:
    """Those of the trades asked who say that they go beyond the radius."""
    params = question.problem.params
    wider = replace(params, max_distance_km=params.max_distance_km + KM_BEYOND)
    packages = question.problem.packages
    field = mobilisation.engine_candidates(packages, viewer=viewer, params=wider)
    trades = {package.trade for package in packages}
    kept = tuple(
        candidate
        for candidate in field.candidates
        if candidate.id not in question.known
        and any(
            skill.trade in trades and skill.reach_km > params.max_distance_km
            for skill in candidate.skills
        )
    )
    return mobilisation.Field(kept, {each.id: field.known[each.id] for each in kept})


def _under_derogation(question: Question, viewer: Viewer) -> dict[tuple[str, int], int]:
    """The headroom that the highest derogation would leave, in the years that are known."""
    highest = parameters.rate("ceiling.derogation_max_rate", on=viewer.on)
    known = {
        question.known[candidate.id].chantier_id: candidate.id
        for candidate in question.problem.candidates
        if candidate.is_capped
        and any(year.headroom_cents is not None for year in candidate.accounting_years)
    }
    found = {}
    years = AccountingYear.objects.filter(chantier__in=known)
    for positions in positions_by_chantier(years).values():
        for each in positions:
            year = each.year
            most = rounding.headroom_cents(
                viewer.asker,
                year.chantier.structure_id,
                each.headroom_cents(viewer.on, derogation=highest),
                of_accounts_cents=each.of_accounts.headroom_cents(viewer.on, derogation=highest),
            )
            if most is not None:
                found[known[year.chantier_id], year.first_month] = most
    return found
