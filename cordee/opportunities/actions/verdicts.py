"""Verdicts kept, and the line of structures whose verdicts are computed.

No journal line: nobody asks for them, and the next computation replaces them.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from cordee.members.models import Structure
from cordee.opportunities.models import Opportunity, Verdict, VerdictTurn


def keep_verdict(
    *, structure: Structure, opportunity: Opportunity, values: Mapping[str, Any], now: datetime
) -> Verdict:
    """Write the verdict of an opportunity for a structure in the place of the last one."""
    kept, _ = Verdict.objects.update_or_create(
        structure=structure, opportunity=opportunity, defaults={**values, "computed_at": now}
    )
    return kept


def drop_verdicts(*, structure: Structure, but: Collection[int]) -> None:
    """Forget those of opportunities that are near the top no more."""
    Verdict.objects.filter(structure=structure).exclude(opportunity__in=but).delete()


@transaction.atomic
def line_up(structures: Collection[int]) -> None:
    """Have exactly these structures in the line; whoever leaves it loses its verdicts."""
    VerdictTurn.objects.exclude(structure__in=structures).delete()
    Verdict.objects.exclude(structure__in=structures).delete()
    VerdictTurn.objects.bulk_create(
        (VerdictTurn(structure_id=pk) for pk in structures), ignore_conflicts=True
    )


def ask_for_verdicts(structure_pk: int, now: datetime) -> bool:
    """Note that what is known of a structure changed; False where that is noted already."""
    turn, is_new = VerdictTurn.objects.get_or_create(
        structure_id=structure_pk, defaults={"asked_at": now}
    )
    if is_new:
        return True
    row = VerdictTurn.objects.filter(pk=turn.pk, asked_at__isnull=True)
    return bool(row.update(asked_at=now))


def begin_verdicts(structure_pk: int) -> None:
    """What changes from here on asks for another computation."""
    VerdictTurn.objects.filter(structure=structure_pk).update(asked_at=None)


def end_verdicts(structure_pk: int, now: datetime) -> None:
    """Note that all verdicts of a structure were computed from what was known at `now`."""
    VerdictTurn.objects.update_or_create(structure_id=structure_pk, defaults={"computed_at": now})
