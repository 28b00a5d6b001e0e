"""« Le bassin »: which trades are asked for and learnt, in a department or for a network."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Count, Min, OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cordee.accounts.models import User
from cordee.accounts.requests import SignedInRequest
from cordee.base.masking import SOURCES_AT_LEAST, band
from cordee.base.ui import panels
from cordee.bridge.tabs import frame_of
from cordee.members.models import Activity, Structure
from cordee.members.models.structures import StructureQuerySet
from cordee.members.network_access import counted_for
from cordee.members.sharing import FigureClass
from cordee.mobilisation.night import open_packages
from cordee.mobilisation.watch.reach import territory_of
from cordee.opportunities.access import contracts_for, opportunities_for
from cordee.opportunities.upcoming import CALL_MONTHS_BEFORE, SoonFilters, expected_call
from cordee.rules.months import add_months
from cordee.rules.trades import TRADES
from cordee.skills.access import training_structure_for
from cordee.skills.frameworks.values import ours
from cordee.skills.models import Course, OwnFramework

LINES, MONTHS_TO_TRAIN, TITLE = 6, 2, "Former pour les marchés qui viennent"


@require_safe
def around(request: SignedInRequest, pk: int) -> HttpResponse:
    """In the department of a structure. It reads who learns at home: others open it to networks."""
    structure = training_structure_for(request.user, pk)
    code = structure.department_id
    near = Structure.objects.active().filter(department=code)
    said = _basin(request.user, {code} if code else (), near, _learning({pk}, (), at_least=1))
    context = frame_of(request.user, structure, "bridge:basin") | said
    return render(request, "bridge/basin/structure.html", context)


@require_safe
def network(request: SignedInRequest, slug: str) -> HttpResponse:
    """In the territory of a network, of its members."""
    on = timezone.localdate()
    found = counted_for(request.user, slug, FigureClass.LEARNING, on)
    learning = _learning(found.opened, found.own, at_least=SOURCES_AT_LEAST)
    near = found.desk.network_structures(on)
    said = _basin(request.user, territory_of(found.desk), near, learning)
    context = {"network": found.desk.network} | said
    return panels.shown(request, "bridge/basin/network.html", context, title=TITLE)


def _basin(
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


def _learning(opened: Collection[int], own: Collection[int], *, at_least: int) -> dict[str, str]:
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
