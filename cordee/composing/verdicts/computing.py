"""The verdicts of one structure: what is near its top, and for ten of these a composition."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.utils import timezone

from cordee.base.ui import french
from cordee.composing import problem
from cordee.composing.problem import verdict as judging
from cordee.members.models import Membership, Structure
from cordee.members.sharing import Viewer
from cordee.mobilisation.digests.selection import OpenPackages, open_work
from cordee.mobilisation.problem import NotComposable
from cordee.mobilisation.problem.each_structure import Match, Matches, matches_of
from cordee.opportunities.actions import verdicts as actions
from cordee.opportunities.models import Opportunity, Verdict, VerdictKind, WorkPackage
from cordee.rules import territory

# The best of the ranking that are listed, and of them those for which a team is sought.
MOST_LISTED, MOST_COMPOSED = 60, 10
REASON_LENGTH = 400
NOT_YET = "Pas encore calculé\u00a0: d’autres marchés vous conviennent mieux."

type IsOver = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class _Near:
    """One opportunity near the top: its best match, and all work packages of it."""

    opportunity: Opportunity
    match: Match
    rows: tuple[WorkPackage, ...]

    @property
    def is_place_unknown(self) -> bool:
        return any(row.is_place_supposed for row in self.rows)


def compute(structure: Structure, now: datetime, *, is_over: IsOver) -> bool:
    """Bring the verdicts of a structure up to date; False where the time was over before the end.

    Run twice, it changes nothing: what was computed from the same question stays.
    """
    on = timezone.localdate(now)
    viewer = Viewer.of_structures({structure.pk}, on)
    work = open_work(on=on, now=now, around=[structure.pk])
    matches = matches_of(work.packages, [structure], viewer=viewer, wishes={})
    near = _near_the_top(structure, work, matches, now)
    before = {each.opportunity_id: each for each in Verdict.objects.filter(structure=structure)}
    actions.drop_verdicts(structure=structure, but=[each.opportunity.pk for each in near])
    chosen = [each for each in near if not each.is_place_unknown][:MOST_COMPOSED]
    top = {each.opportunity.pk for each in chosen}
    keep = partial(actions.keep_verdict, structure=structure, now=now)
    for each in near:
        kept = before.get(each.opportunity.pk)
        if each.opportunity.pk not in top or kept is None or not kept.is_composed:
            keep(opportunity=each.opportunity, values=_plain(each, matches))
    for each in chosen:
        if is_over():
            return False
        values = _composed(structure, viewer, each, matches, before.get(each.opportunity.pk))
        if values is not None:
            keep(opportunity=each.opportunity, values=values)
    return True


def _near_the_top(
    structure: Structure, work: OpenPackages, matches: Matches, now: datetime
) -> list[_Near]:
    networks = _networks_of(structure, now)
    best: dict[int, Match] = {}
    for match in matches.by_structure.get(structure.pk, ()):
        opportunity = work.opportunity(match)
        audience = work.published.get(opportunity.pk)
        if audience is not None and audience.isdisjoint(networks):
            continue
        held = best.get(opportunity.pk)
        if held is None or match.order < held.order:
            best[opportunity.pk] = match
    rows: dict[int, list[WorkPackage]] = {pk: [] for pk in best}
    for row in work.rows:
        if row.breakdown.opportunity_id in rows:
            rows[row.breakdown.opportunity_id].append(row)
    found = [
        _Near(work.opportunity(match), match, tuple(rows[pk]))
        for pk, match in sorted(best.items(), key=lambda item: item[1].order)
    ]
    return found[:MOST_LISTED]


def _networks_of(structure: Structure, now: datetime) -> set[int]:
    """Networks whose private needs reach a structure: its own, and those above them."""
    tied = Membership.objects.current(timezone.localdate(now)).filter(structure=structure)
    pairs = tied.values_list("network_id", "network__parent_id")
    return {pk for pair in pairs for pk in pair if pk is not None}


def _plain(near: _Near, matches: Matches) -> dict[str, Any]:
    """What the ranking knows: trade, distance, need; the middle of a department is no place."""
    facts = matches.facts(near.match)
    candidate = matches.candidates[near.match.candidate]
    hers = {skill.trade for skill in candidate.skills}
    asked = list(dict.fromkeys(row.trade for row in near.rows))
    package = matches.packages[near.match.package]
    reason = NOT_YET
    if near.is_place_unknown:
        department = near.rows[0].department_id or ""
        name = territory.DEPARTMENT_NAMES.get(department, "un lieu à préciser")
        reason = f"Lieu exact inconnu\u00a0: {name}. Il décide si vous pouvez y aller."
    free = judging.tightest([package], [candidate])[1]
    unknown = judging.Judged(
        VerdictKind.UNKNOWN, reason, need_cfte=package.need_cfte, free_cfte=free
    )
    return {
        **asdict(unknown),
        "trade": facts["trade"],
        "is_trade_supposed": facts["is_trade_guessed"],
        "other_trades": [trade for trade in asked if trade not in hers],
        "distance_hm": None if near.is_place_unknown else facts["distance_hm"],
        "is_composed": False,
        "fingerprint": "",
    }


def _composed(
    structure: Structure, viewer: Viewer, near: _Near, matches: Matches, kept: Verdict | None
) -> dict[str, Any] | None:
    """The verdict that a composition gives; None where the one kept answers the same question."""
    breakdown = near.rows[0].breakdown
    packages = list(WorkPackage.objects.filter(breakdown=breakdown).order_by("position"))
    try:
        question = problem.pose(packages, viewer=viewer)
    except NotComposable as missing:
        return {**_plain(near, matches), "reason": french.cut(f"{missing}", REASON_LENGTH)}
    unsaid = judging.unsaid_of(packages, question, structure.pk)
    mark = judging.fingerprint(question, structure.pk, unsaid)
    if kept is not None and kept.is_composed and kept.fingerprint == mark:
        return None
    judged = judging.judge(
        question, structure.pk, viewer, seconds=settings.VERDICT_SECONDS, unsaid=unsaid
    )
    found = asdict(judged).items()
    return {
        **_plain(near, matches),
        **{name: value for name, value in found if value is not None or unsaid},
        "reason": french.cut(judged.reason, REASON_LENGTH),
        "is_composed": judged.reason != judging.UNFINISHED,
        "fingerprint": mark,
    }
