"""One small composition and one small ranking that run all compiled code; see `compiling`."""

from functools import cache

from cordee.engine.compose import compose
from cordee.engine.exact import Exact
from cordee.engine.problem import AccountingYear, Candidate, Certainty, Package, Problem, Skill
from cordee.engine.ranking.block import blocks_of
from cordee.engine.ranking.package_columns import columns_of
from cordee.engine.ranking.run import rank_blocks

SEED = 0
# Never the reason to end: compiling counts in it, and a busy machine takes long.
ENOUGH_SECONDS = 86_400.0
TRADES = ("espaces-verts", "proprete", "gros-oeuvre")


@cache
def composing() -> None:
    """Compile all that a composition runs, or read it from the cache (`NUMBA_CACHE_DIR`), once."""
    compose(_small(), time_limit_s=ENOUGH_SECONDS, seed=SEED, method=Exact())


def ranking() -> None:
    """Compile all that a ranking runs, or read it from the cache (`NUMBA_CACHE_DIR`)."""
    small = _small()
    lists = rank_blocks(blocks_of(small.candidates), columns_of(small.packages, limit_km=100))
    # By hand: six of the nine practise each trade, and all of them reach it.
    if lists.found.tolist() != [6, 6, 6]:
        raise RuntimeError("The compiled ranking does not find those who are there.")


def _small() -> Problem:
    """Three packages for which a team of several is needed, under every sort of limit."""
    return Problem(
        packages=tuple(_package(trade, number) for number, trade in enumerate(TRADES)),
        candidates=tuple(_candidate(number) for number in range(9)),
    )


def _package(trade: str, number: int) -> Package:
    return Package(
        id=trade,
        lot_id=trade,
        label=trade,
        trade=trade,
        latitude_deg=45.0 + number / 10,
        longitude_deg=5.0,
        first_month=12 * 2027 + number,
        months=6,
        need_cfte=300,
        amount_cents=10_000_000,
        min_share_cfte=50,
    )


def _candidate(number: int) -> Candidate:
    own = (TRADES[number % len(TRADES)], TRADES[(number + 1) % len(TRADES)])
    return Candidate(
        id=f"{number}",
        organisation=f"{number % 8}",
        name=f"{number}",
        kind="ACI" if number % 2 else "EI",
        latitude_deg=45.0 + number / 20,
        longitude_deg=5.0,
        skills=tuple(
            Skill(trade=trade, certainty=Certainty.KNOWN, proficiency=number % 4, reach_km=60)
            for trade in own
        ),
        capacity_cfte_by_month={12 * 2027 + month: 250 + 10 * number for month in range(12)},
        capacity_certainty=Certainty.KNOWN,
        is_capped=bool(number % 2),
        accounting_years=(
            AccountingYear(first_month=12 * 2027, months=12, headroom_cents=8_000_000),
        ),
        max_packages=2,
        can_lead=True,
        min_crew_cfte=40,
        coordination_cost_cents=150_000,
        lead_cost_cents=100_000,
    )
