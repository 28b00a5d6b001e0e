"""Contracts already awarded, as the sizes of a new need compare with them."""

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import F, Q

from cordee.notices.sizes.comparables import Comparable
from cordee.opportunities.models import AwardedContract
from cordee.opportunities.models.contracts import cpv_starts

# Of the same codes, of the same groups and of the same trades: so many of each, the newest.
MOST_ROWS = 1_500
_GROUP_DIGITS = 3
_COLUMNS = ("cpv", "department", "months", "amount_cents", "notified_on", "title")


def contracts_like(
    needs: Iterable[tuple[str, str | None]], *, before: date, not_of: int | None
) -> list[Comparable]:
    """Contracts with the codes, the CPV groups and the trades of these needs: one query.

    `needs` are (trade, CPV code or None); none: no query. Left out: what was notified after
    `before`, which nobody knew then, and the contracts of the opportunity `not_of` itself.
    """
    needs = list(needs)
    if not needs:
        return []
    codes = sorted({code for _, code in needs if code})
    wanted = [Q(cpv__in=codes), _of_groups(codes)] if codes else []
    wanted.append(Q(trade__in=sorted({trade for trade, _ in needs})))
    known = (
        AwardedContract.objects.with_amount()
        .filter(Q(notified_on__isnull=True) | Q(notified_on__lte=before), months__isnull=False)
        .exclude(cpv="")
        .order_by(F("notified_on").desc(nulls_last=True), "pk")
    )
    if not_of is not None:
        known = known.filter(Q(opportunity__isnull=True) | ~Q(opportunity=not_of))
    kept = Q()
    for alike in wanted:
        kept |= Q(pk__in=known.filter(alike).values("pk")[:MOST_ROWS])
    rows = AwardedContract.objects.filter(kept).order_by("pk")
    return [
        Comparable(f"{source} {source_id}", cpv, department or None, *rest)
        for source, source_id, cpv, department, *rest in rows.values_list(
            "source", "source_id", *_COLUMNS
        )
    ]


def _of_groups(codes: Iterable[str]) -> Q:
    groups = sorted({code[:_GROUP_DIGITS] for code in codes})
    return reduce(or_, map(cpv_starts, groups))
