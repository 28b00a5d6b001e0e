"""A kept team as the workspace starts from it: who, for which packages, for how much."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cordee.composing import problem
from cordee.composing.models import Proposal, Study
from cordee.composing.problem import study
from cordee.engine.result import Plan


@dataclass(frozen=True, slots=True)
class ProposalShare:
    """One chantier's part of one package of the breakdown."""

    structure_id: int
    chantier_id: int
    package: str
    cfte: int
    cents: int
    is_lead: bool


class NotATeam(Exception):
    """The team is no longer there, or is one structure alone."""


def proposal_shares(proposal: Proposal) -> list[ProposalShare]:
    """The shares of a kept team, in its order. Raises `NotATeam`."""
    composition = proposal.composition
    composition.read_answer()
    row = Study.objects.filter(composition=composition).first()
    plan = _plan(proposal, row) if composition.best else None
    if plan is None or len(plan.partners) < 2:
        raise NotATeam
    return shares_of(plan, composition.people | (row.people if row else {}))


def shares_of(plan: Plan, people: Mapping[str, Any]) -> list[ProposalShare]:
    """The shares of a composed team, in its order; `people`: those of its composition."""
    return [
        ProposalShare(
            structure_id=people[share.candidate]["structure_id"],
            chantier_id=people[share.candidate]["chantier_id"],
            package=share.package,
            cfte=share.cfte,
            cents=share.cents,
            is_lead=partner.is_lead,
        )
        for partner in plan.partners
        for share in partner.shares
    ]


def _plan(proposal: Proposal, row: Study | None) -> Plan | None:
    composition, origin = proposal.composition, Proposal.Origin(proposal.origin)
    if origin == Proposal.Origin.ALTERNATIVE:
        others = study.other_plans(row.alternatives) if row else []
        return others[proposal.number - 1] if 0 < proposal.number <= len(others) else None
    if origin == Proposal.Origin.CERTAIN:
        return problem.read_result(composition.certain).plan
    best = problem.read_result(composition.best)
    return best.greedy if origin == Proposal.Origin.GREEDY else best.plan
