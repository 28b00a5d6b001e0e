"""Trade by trade, what a basin asks for, who does it there, and who learns it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Count, Min, OuterRef, Subquery
from django.utils import timezone

from cordee.accounts.models import User
from cordee.base.masking import band
from cordee.members.models import Activity
from cordee.members.models.structures import StructureQuerySet
from cordee.mobilisation.night import open_packages
from cordee.opportunities.access import contracts_for, opportunities_for
from cordee.opportunities.upcoming import CALL_MONTHS_BEFORE, SoonFilters, expected_call
from cordee.rules.months import add_months
from cordee.rules.trades import TRADES
from cordee.skills.frameworks.values import ours
from cordee.skills.models import Course, OwnFramework

LINES, MONTHS_TO_TRAIN = 6, 2


def basin_of(
    user: User, places: Collection[str] | None, near: StructureQuerySet, learning: Mapping[str, str]
) -> dict[str, Any]:
    """A row by trade that some department asks for, with the most needs for each structure first;
    the title is the first whose call leaves time to train. Four queries; None is everywhere."""
    now, on = timezone.now(), timezone.localdate()
    after = add_months(on, CALL_MONTHS_BEFORE + MONTHS_TO_TRAIN)
    seen, soon = opportunities_for(user, on=on), SoonFilters(months=18)
    packages = open_packages(now).prefetch_related(None).order_by()
    packages = packages.filter(breakdown__opportunity__in=seen.order_by().values("pk"))
    ending, announced = soon.contracts(contracts_for(user), on), soon.announced(seen, on)
    if places is not None:
        packages = packages.filter(department__in=places)
        ending = ending.filter(department__in=places)
        announced = announced.filter(places__department__in=places)
    asked = Counter(dict(packages.values_list("trade").annotate(Count("pk"))))
    ends = ending.order_by().values_list("trade").annotate(Count("pk"), Min("ends_on"))
    held = {trade: (how_many, first) for trade, how_many, first in ends}
    calls = announced.order_by().values_list("trades__trade").annotate(Count("pk", distinct=True))
    coming = Counter({trade: how_many for trade, (how_many, _) in held.items()}) + Counter(
        dict(calls)
    )
    doing = Activity.objects.filter(chantier__structure__in=near.order_by().values("pk"))
    doing = doing.order_by().values_list("trade")
    structures = Counter(dict(doing.annotate(Count("chantier__structure", distinct=True))))
    rows = [
        {
            "trade": TRADES[trade].short_label,
            "open": asked[trade],
            "coming": coming[trade],
            "ends_on": held.get(trade, (0, on))[1],
            "next_call": expected_call(held.get(trade, (0, None))[1], on),
            "structures": structures[trade],
            "learning": learning.get(trade, ""),
        }
        for trade in sorted(TRADES, key=lambda t: -(asked[t] + coming[t]) / (structures[t] or 0.5))
        if asked[trade] + coming[trade]
    ]
    first = next((row for row in rows if row["ends_on"] > after), None)
    title = "Aucun appel connu ne laisse le temps de former"
    if first:
        title = f"Former maintenant\u00a0: {first['trade'].lower()}, appel {first['next_call']}"
    return {"title": title, "rows": rows[:LINES], "more": max(0, len(rows) - LINES)}


def learning_in(opened: Collection[int], own: Collection[int], *, at_least: int) -> dict[str, str]:
    """Bands of people whose course runs, by trade, where so many structures beside `own` teach it:
    one query."""
    here = {"structure": OuterRef("learner__structure"), "code": OuterRef("framework")}
    copy = OwnFramework.objects.kept().filter(**here).order_by().values("content__trade")
    running = Course.objects.in_force().filter(learner__structure__in=opened, ended_on=None)
    people: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    rows = running.order_by().values_list("learner__structure", "learner", "framework")
    for structure, learner, code, own_trade in rows.annotate(own_trade=Subquery(copy[:1])):
        model = ours().get(code)
        people[own_trade or (model.trade if model else "")].add((structure, learner))
    return {
        trade: band(len(found))
        for trade, found in people.items()
        if len({structure for structure, _ in found}.difference(own)) >= at_least
    }
