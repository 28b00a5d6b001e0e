"""The question that a company asks: who could do these hours? Kept as a need of its own, which the
composer answers as any other, and which nobody reads before it is addressed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.models import model_to_dict
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.alliances.models import Alliance
from cordee.alliances.opening.actions import Start, start_alliance
from cordee.alliances.requirements import lot_of
from cordee.composing.actions import request_composition
from cordee.composing.problem.proposal_shares import ProposalShare
from cordee.delivery.models import Delivery, HoursPlan
from cordee.members.models import Structure
from cordee.members.sharing import Viewer
from cordee.mobilisation.problem import NotComposable
from cordee.notices.notice import NeedKind
from cordee.notices.sizes.estimated import default_assumptions
from cordee.opportunities.access import networks_to_address
from cordee.opportunities.actions.needs import (
    keep_own_need,
    latest_content,
    recut_own_need,
    revise_need,
)
from cordee.opportunities.models import Opportunity, WorkPackage
from cordee.rules.months import first_day

# How long structures have to answer, where the work begins sooner.
LEAST_DAYS = 14
FIGURES = ("hours", "hourly_cost_cents", "most_hires")


def full_month_minutes() -> int:
    """What one full-time post works in a month, by the hours a year that Cordée supposes."""
    return default_assumptions().hours_per_fte_year * 60 // 12


def compose_plan(
    *, delivery: Delivery, asked: Mapping[str, Any], viewer: Viewer, by: User, now: datetime
) -> None:
    """Keep the question, and have the team composed; the same asked twice is once.

    `asked`: the fields of `forms.PlanForm`. Raises `ValidationError` where it cannot be composed,
    and `base.limits.QueueFull`.
    """
    plan = _kept(delivery, asked, by=by, now=now)
    breakdown = plan.need.breakdown
    if breakdown is None:
        raise ValidationError("Cordée ne lit aucun travail dans cette demande.")
    try:
        plan.composition = request_composition(breakdown=breakdown, viewer=viewer, by=by)
    except NotComposable as missing:
        raise ValidationError(str(missing)) from missing
    plan.save(update_fields=["composition"])


@transaction.atomic
def _kept(delivery: Delivery, asked: Mapping[str, Any], *, by: User, now: datetime) -> HoursPlan:
    # Held, so that a second click finds the need of the first one.
    Delivery.objects.select_for_update().only("pk").get(pk=delivery.pk)
    known = HoursPlan.objects.filter(delivery=delivery).select_related("need").first()
    need = _need_for(known, _content(delivery, asked, now), by=by, now=now)
    figures = {name: asked[name] for name in FIGURES}
    key = known.pk if known else None
    plan = HoursPlan(pk=key, delivery=delivery, need=need, **figures)
    plan.save(force_update=known is not None)
    journal.record("delivery.compose_plan", delivery, by=by, after=figures)
    return plan


def _need_for(
    plan: HoursPlan | None, content: Mapping[str, Any], *, by: User, now: datetime
) -> Opportunity:
    """The need of the plan, its work cut anew; a new one where it is another's, or others read it.
    The file of the need waits until somebody else is to read it (`written_need`)."""
    if plan is not None and plan.need.created_by_id == by.pk and plan.need.is_open(now):
        if not plan.need.audiences.exists():
            recut_own_need(opportunity=plan.need, content=content, by=by)
            return plan.need
        if _says(latest_content(plan.need), content):
            return plan.need
    network = networks_to_address(by).order_by("pk").first()
    if network is None:
        raise ValidationError("Aucun réseau n’est encore ouvert dans Cordée.")
    return keep_own_need(content=content, network=network, by=by, now=now)


def _says(kept: Mapping[str, Any], content: Mapping[str, Any]) -> bool:
    """The day to answer by moves each day: it asks for nothing else."""
    return kept == {**kept, **content, "deadline": kept["deadline"]}


def asked_of(plan: HoursPlan) -> dict[str, Any]:
    """What was asked last, as `compose_plan` takes it."""
    rows = WorkPackage.objects.filter(breakdown__opportunity=plan.need)
    package = rows.select_related("commune").latest("breakdown__number")
    facts = model_to_dict(package, ("trade", "first_month", "months"))
    return model_to_dict(plan, FIGURES) | facts | {"commune": package.commune}


def written_need(*, plan: HoursPlan, by: User, now: datetime) -> Opportunity:
    """The need of a plan, its file as it was asked last: before somebody else reads it.

    Raises `ValidationError` where the need has ended."""
    need = plan.need
    if not need.audiences.exists():
        kept, content = latest_content(need), _content(plan.delivery, asked_of(plan), now)
        if not _says(kept, content):
            return revise_need(
                opportunity=need, content=content, networks=[], by=by, now=now, latest=kept
            )
    return need


def _content(delivery: Delivery, asked: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The need as a file of ours: hours as full-time posts, rounded up, and as the clause says."""
    commune, begins = asked["commune"], first_day(asked["first_month"])
    soon = timezone.localdate(now) + timedelta(days=LEAST_DAYS)
    place = {"commune": commune.pk, "department": commune.department_id, "city": commune.name}
    posts = -(-asked["hours"] * 60 * 100 // (full_month_minutes() * asked["months"]))
    content = {
        "title": f"Des heures d’insertion pour «\u00a0{delivery.title}\u00a0»"[:300],
        "buyer": {"name": delivery.structure.shown_name},
        "trades": [asked["trade"]],
        "places": [place],
        "start": begins.isoformat(),
        "duration_months": asked["months"],
        "need_fte": posts / 100,
        "deadline": max(soon, begins - timedelta(days=1)).isoformat(),
        "need": {"kind": NeedKind.SUBCONTRACTOR.value, "main_contract": delivery.title},
        "social_clause": {"kind": "execution", "hours": asked["hours"]},
    }
    if asked["hourly_cost_cents"] is not None:
        content["amount_euros"] = asked["hours"] * asked["hourly_cost_cents"] / 100
    return content


def open_alliance(
    *, plan: HoursPlan, shares: Sequence[ProposalShare], viewer: Viewer, by: User, now: datetime
) -> Alliance:
    """An alliance of who keeps the contract, or of the network that the user acts for, with the
    structures of its plan: thought of, and asked by nobody yet. Raises `ValidationError`."""
    assert plan.composition is not None
    written_need(plan=plan, by=by, now=now)
    breakdown, delivery = plan.composition.breakdown, plan.delivery
    directs = viewer.directs(delivery.structure)
    ids = {share.structure_id for share in shares}
    found = Structure.objects.select_related("organisation").filter(pk__in=ids)
    return start_alliance(
        breakdown=breakdown,
        lots={lot_of(package) for package in breakdown.packages.all()},
        title=delivery.title[:200],
        start=Start(origin=Alliance.Origin.PARTNER, structures=list(found), shares=shares),
        structure=delivery.structure if directs else None,
        network=None if directs else viewer.network,
        by=by,
        now=now,
    )
