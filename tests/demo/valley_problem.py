"""The valley as the engine sees it, without a database."""

from datetime import date
from decimal import Decimal

from cordee.engine.problem import (
    AccountingYear,
    Candidate,
    Certainty,
    Package,
    Params,
    Problem,
    Skill,
)
from cordee.rules import ceiling
from cordee.rules.months import month_number
from demo.shapes import AccountsSpec, StructureSpec
from demo.valley import Contract, build_valley, commune, contract_start

HORIZON_MONTHS = 40
# What a network that composes without seeing loses of a headroom (docs/decisions/0005).
UNSEEN_STEP_CENTS = 500_000


def valley_problem(contract: Contract, today: date) -> Problem:
    """One contract of the valley, its six structures, and a team of four at most."""
    return Problem(
        packages=_packages(contract, today),
        candidates=tuple(_candidate(each, today) for each in build_valley(today)),
        params=Params(max_partners=4),
    )


def headroom_cents(accounts: AccountsSpec, today: date) -> int:
    """What an accounting year can still take under the ceiling."""
    headroom = ceiling.headroom_cents(
        accounts.receipts_cents,
        accounts.charges_cents,
        marginal_cost_share=Decimal(0),
        derogation=accounts.derogation,
        on=today,
    )
    assert headroom is not None
    return headroom


def _packages(contract: Contract, today: date) -> tuple[Package, ...]:
    start = month_number(contract_start(today))
    return tuple(
        Package(
            id=f"{number:02d}",
            lot_id=lot.id or "1",
            label=contract.title,
            trade=lot.trade,
            latitude_deg=commune(lot.city).latitude,
            longitude_deg=commune(lot.city).longitude,
            first_month=start,
            months=lot.months,
            need_cfte=lot.need_cfte,
            amount_cents=lot.amount_cents,
            min_share_cfte=min(lot.need_cfte, 50),
        )
        for number, lot in enumerate(contract.lots, start=1)
    )


def _candidate(structure: StructureSpec, today: date) -> Candidate:
    (chantier,) = structure.chantiers
    first = month_number(today)
    sizes = [crew.cfte for crew in chantier.crews]
    is_seen = any(s.may_see for s in structure.sharings if s.figure_class == "private")
    step = 1 if is_seen else UNSEEN_STEP_CENTS
    return Candidate(
        id=structure.name,
        organisation=structure.name,
        name=structure.name,
        kind=structure.kind,
        latitude_deg=structure.latitude,
        longitude_deg=structure.longitude,
        skills=tuple(
            Skill(
                trade=activity.trade,
                certainty=Certainty.KNOWN,
                proficiency=activity.proficiency,
                reach_km=activity.reach_km,
            )
            for activity in chantier.activities
        ),
        capacity_cfte_by_month={
            month: chantier.free_cfte(month) or 0 for month in range(first, first + HORIZON_MONTHS)
        },
        capacity_certainty=Certainty.KNOWN,
        is_capped=structure.kind == "ACI",
        accounting_years=tuple(
            AccountingYear(
                first_month=accounts.first_month,
                months=accounts.months,
                headroom_cents=headroom_cents(accounts, today) // step * step,
            )
            for accounts in chantier.accounts
        ),
        max_packages=5,
        can_lead=bool(chantier.can_lead),
        min_crew_cfte=min(sizes) // 5 if sizes else None,
        coordination_cost_cents=150_000,
        lead_cost_cents=100_000,
    )
