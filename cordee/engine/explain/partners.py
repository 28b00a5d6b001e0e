"""Why each partner is in the team: its costs and points, who else could, who would replace it."""

from collections.abc import Mapping
from dataclasses import dataclass

from cordee.engine.explain.absent import Exchanges, Key, Swap
from cordee.engine.pairs import Pair, Pairs
from cordee.engine.plan import coordination_costs, partner_terms
from cordee.engine.problem import Problem
from cordee.engine.rank import Ranked, rank
from cordee.engine.result import UNITS_PER_CENT, Plan, Share, Terms

# Exchanges are tried from the one that looks cheapest; further ones seldom hold better.
TRIED_EXCHANGES = 6


@dataclass(frozen=True, slots=True)
class Takers:
    """Who can hold some of a package: how many organisations, and how much all others could.

    Where the others together cannot reach `need_cfte`, no plan does without the partner.
    """

    package: str
    organisations: int
    others_cfte: int
    need_cfte: int

    @property
    def is_needed(self) -> bool:
        """Whether plain counting shows that the package cannot be held without the partner."""
        return self.others_cfte < self.need_cfte


@dataclass(frozen=True, slots=True)
class WhyPartner:
    """Why an organisation is in the team: what it costs, how it ranks, and what it is worth.

    The terms of all partners add up to those of the plan. `replacement` hands all its work to one
    other organisation: the best plan without it costs that much more at most.
    """

    organisation: str
    is_lead: bool
    terms: Terms
    shares: tuple[tuple[Share, Ranked], ...]
    takers: tuple[Takers, ...]
    replacement: Swap | None

    @property
    def is_needed(self) -> bool:
        """Whether plain counting shows that there is no plan without it."""
        return any(each.is_needed for each in self.takers)


def why_partners(
    problem: Problem, plan: Plan, pairs: Pairs, *, solo: bool
) -> tuple[WhyPartner, ...]:
    """Return the reasons of each partner of a plan, without solving anything again."""
    by_package = {share.package: pairs.of_package(share.package) for share in plan.shares}
    known = [pair for found in by_package.values() for pair in found]
    exchanges = Exchanges(problem, plan, known, solo=solo)
    costs = partner_terms(problem, known, plan)
    coordination = coordination_costs(problem)
    found = []
    for partner in plan.partners:
        shares = []
        for share in partner.shares:
            package = problem.packages_by_id[share.package]
            one = [problem.candidates_by_id[share.candidate]]
            ranking = rank(package, one, params=problem.params)
            shares.append((share, ranking.ranked[0]))
        name = partner.organisation
        takers = tuple(
            _takers(name, by_package[package], problem.packages_by_id[package].need_cfte)
            for package in sorted({share.package for share in partner.shares})
        )
        replacement = None
        # Where work would stay without it, there is no other to compare with.
        if not any(each.is_needed for each in takers):
            replacement = _replacement(exchanges, name, by_package, coordination)
        found.append(
            WhyPartner(name, partner.is_lead, costs[name], tuple(shares), takers, replacement)
        )
    return tuple(found)


def _takers(organisation: str, pairs: list[Pair], need_cfte: int) -> Takers:
    others = sum(p.most_cfte for p in pairs if p.candidate.organisation != organisation)
    able = {pair.candidate.organisation for pair in pairs}
    return Takers(pairs[0].package.id, len(able), others, need_cfte)


def _replacement(
    exchanges: Exchanges,
    organisation: str,
    by_package: dict[str, list[Pair]],
    coordination: Mapping[str, int],
) -> Swap | None:
    """Return the cheapest exchange that hands all of a partner's work to one other."""
    options = _options(exchanges, organisation, by_package)
    queue = sorted(
        options, key=lambda name: (_estimate(exchanges, name, options[name], coordination), name)
    )
    tried = (exchanges.swap(options[name]) for name in queue[:TRIED_EXCHANGES])
    held = [swap for swap in tried if swap is not None]
    return min(held, key=lambda swap: swap.plan.terms.total, default=None)


def _options(
    exchanges: Exchanges, organisation: str, by_package: dict[str, list[Pair]]
) -> dict[str, list[tuple[Key, Pair, int]]]:
    """Return, by other organisation, the moves that hand it every share of a partner."""
    options: dict[str, list[tuple[Key, Pair, int]]] | None = None
    for giver, cfte in exchanges.shares_of(organisation).items():
        cheapest: dict[str, Pair] = {}
        for pair in by_package[giver[1]]:
            name = pair.candidate.organisation
            if name != organisation and exchanges.fits(pair, cfte):
                known = cheapest.get(name)
                if known is None or pair.cents_per_cfte < known.cents_per_cfte:
                    cheapest[name] = pair
        # Only whoever can take every share of the partner stays in line.
        before = dict.fromkeys(cheapest, ()) if options is None else options
        options = {
            name: [*before[name], (giver, pair, cfte)]
            for name, pair in cheapest.items()
            if name in before
        }
    return options or {}


def _estimate(
    exchanges: Exchanges,
    organisation: str,
    moves: list[tuple[Key, Pair, int]],
    coordination: Mapping[str, int],
) -> int:
    """Return what the taker would cost, tightness and lead apart, in micro-cents."""
    cents = sum(cfte * pair.cents_per_cfte for _, pair, cfte in moves)
    cents += sum(pair.cents_once for _, pair, _ in moves if pair.key not in exchanges.held)
    joins = organisation not in exchanges.owners.values()
    return cents * UNITS_PER_CENT + (coordination[organisation] if joins else 0)
