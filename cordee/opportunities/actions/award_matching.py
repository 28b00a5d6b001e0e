"""Which call an awarded contract of the essential data is the end of.

Essential data name no notice: buyer, title, codes and days tell. Only the link is written; the
notices alone say in what stage an opportunity is.
"""

from collections.abc import Iterable, Sequence

from cordee.notices.notice import Kind, Source
from cordee.opportunities.models import AwardedContract, NoticeTraits
from cordee.opportunities.notice_matching import LAST_AWARD, Traits, awarded_by, contract_traits

MAX_OF_BUYER = 2_000


def settle_contracts(contracts: Iterable[AwardedContract]) -> int:
    """Link contracts to the calls they end, in three queries however many; how many are linked."""
    essential = [c for c in contracts if c.source == Source.DECP.value and c.buyer_siret]
    days = [c.notified_on for c in essential if c.notified_on]
    if not days:
        return 0
    calls = NoticeTraits.objects.filter(
        kind=Kind.CALL.value,
        buyer_siret__in={c.buyer_siret for c in essential},
        published_on__range=(min(days) - LAST_AWARD, max(days)),
    ).select_related("publication")
    by_siret: dict[str, list[NoticeTraits]] = {}
    for call in calls:
        by_siret.setdefault(call.buyer_siret, []).append(call)
    return _link(essential, by_siret)


def settle_call(traits: Traits) -> int:
    """Link the contracts that end a call which comes after them."""
    if traits.kind != Kind.CALL or not traits.buyer_siret or traits.published_on is None:
        return 0
    first = traits.published_on
    contracts = AwardedContract.objects.filter(
        source=Source.DECP.value,
        buyer_siret=traits.buyer_siret,
        notified_on__range=(first, first + LAST_AWARD),
    )[:MAX_OF_BUYER]
    alike = [c for c in contracts if awarded_by(traits, contract_traits(c)) is not None]
    return settle_contracts(alike)


def _link(contracts: Sequence[AwardedContract], by_siret: dict[str, list[NoticeTraits]]) -> int:
    changed = []
    for contract in contracts:
        theirs = contract_traits(contract)
        ranked = []
        for call in by_siret.get(contract.buyer_siret, []):
            mine = call.as_traits()
            if (likeness := awarded_by(mine, theirs)) is not None:
                day = mine.published_on
                ranked.append((likeness, day, mine.source, mine.source_id, call.publication))
        if not ranked:
            continue
        best = max(ranked, key=lambda one: one[:4])[4].opportunity_id
        if contract.opportunity_id != best:
            contract.opportunity_id = best
            changed.append(contract)
    AwardedContract.objects.bulk_update(changed, ["opportunity"])
    return len(changed)
