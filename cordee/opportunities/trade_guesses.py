"""Supposing the trades of structures from the contracts they won: written down into `members`."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from cordee.members.actions.guessing import guess_all
from cordee.opportunities.models import AwardedContract, ContractHolder


def awards_of(sirets: list[str]) -> Mapping[str, Mapping[str, int]]:
    """SIRET → trade → how many contracts it holds or works under, each told once: one query."""
    rows = (
        ContractHolder.objects.filter(
            siret__in=sirets,
            contract__in=AwardedContract.objects.counted_once().exclude(trade="").order_by(),
        )
        .order_by()
        .values_list("siret", "contract__trade", "contract_id")
        .distinct()
    )
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for siret, trade, _ in rows:
        counts[siret][trade] += 1
    return counts


def run(now: datetime) -> int:
    """What the schedule does each week; how many guesses were added."""
    return guess_all(by=None, awards=awards_of)
