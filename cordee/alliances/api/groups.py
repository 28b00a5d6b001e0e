"""The alliances of one's own structures as the API answers them: what their pages show the same
person."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import Router

from cordee.accounts.bearer import need_act
from cordee.accounts.models import User
from cordee.alliances import access as alliance_access
from cordee.alliances.access import AllianceAccess
from cordee.alliances.api.group_schemas import AllianceDetail, AlliancePage, InvitationAnswer
from cordee.alliances.frame.listing import listed, title_of
from cordee.alliances.invitations import actions
from cordee.alliances.models import Alliance
from cordee.alliances.overview import pages
from cordee.alliances.planning.pages import milestones_of
from cordee.base.api.frame import REFUSALS, PageNumber, PageSize, Problem, page_of
from cordee.base.api.problems import Refusal
from cordee.opportunities.api import month_of
from cordee.rules import crafts

router = Router(tags=["Alliances"])


@router.get("/alliances/", response={200: AlliancePage} | REFUSALS, summary="Mes alliances")
def alliances(request: HttpRequest, page: PageNumber = 1, taille: PageSize = 25) -> dict[str, Any]:
    """Celles que vous coordonnez, et celles où votre structure a été invitée."""
    rows = (
        alliance_access.alliances_for(request.user)
        .select_related("opportunity", "network", "structure")
        .order_by("-made_at", "-pk")
    )
    shown, paging = page_of(request, rows, page, taille)
    found = listed(shown, _person(request))
    lines = [line_of(each.alliance, is_inside=each.is_inside) for each in found]
    return {**paging, "results": lines}


@router.get(
    "/alliances/{uuid:pk}/", response={200: AllianceDetail} | REFUSALS, summary="Lire une alliance"
)
def alliance(request: HttpRequest, pk: uuid.UUID) -> dict[str, Any]:
    """Les structures, les parts et ce qui ne tient pas encore ; votre invitation sinon."""
    access = alliance_access.access_for(request.user, pk)
    return detail_of(access, timezone.now())


@router.post(
    "/alliances/{uuid:pk}/parties/{int:party_pk}/reponse/",
    response={200: AllianceDetail, 409: Problem} | REFUSALS,
    summary="Répondre à une invitation",
)
def answer(
    request: HttpRequest, pk: uuid.UUID, party_pk: int, answered: InvitationAnswer
) -> dict[str, Any]:
    """Au nom de votre structure. Vous pouvez changer d’avis jusqu’au dépôt."""
    need_act(request)
    _, party = alliance_access.party_for(request.user, pk, party_pk)
    now = timezone.now()
    with _as_conflict():
        actions.answer_invitation(
            party=party, is_yes=answered.yes, reason=answered.reason, by=_person(request), now=now
        )
    return detail_of(alliance_access.access_for(request.user, pk), now)


@contextmanager
def _as_conflict() -> Iterator[None]:
    """What an action refuses for the state things are in."""
    try:
        yield
    except ValidationError as refused:
        raise Refusal(409, " ".join(refused.messages)) from refused


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "the door lets nobody else in"
    return request.user


def line_of(one: Alliance, *, is_inside: bool) -> dict[str, Any]:
    """Whoever is outside reads neither its name, nor its step, nor its version (RULE-38)."""
    deadline = one.opportunity.deadline
    return {
        "id": one.pk,
        "url": reverse("alliances:detail", args=[one.pk]),
        "title": title_of(one, is_inside=is_inside),
        "opportunity": one.opportunity_id,
        "deadline": deadline,
        "coordinator": one.coordinator_name,
        "phase": one.phase if is_inside else None,
        "phase_label": one.step.label if is_inside else "",
        "version": one.version if is_inside else None,
    }


def detail_of(access: AllianceAccess, now: datetime) -> dict[str, Any]:
    return {
        **line_of(access.alliance, is_inside=access.is_inside),
        "coordinates": access.coordinates,
        "yours": [party.pk for party in access.own],
        "reads_team": access.reads_shares,
        "terms": _terms(access, now) if access.is_inside else None,
    }


def _terms(access: AllianceAccess, now: datetime) -> dict[str, Any]:
    """A subcontractor reads its own cells, and of the rest what its pages show it."""
    page = pages.page_of(access, now=now)
    terms, reads = page["terms"], access.reads_shares
    cells = [cell for cell in terms.cells if reads or cell.party in access.own_keys]
    held = {cell.line for cell in cells}
    known = access.own_keys | (access.clients or frozenset())
    arrangement = terms.arrangement
    return {
        "price_cents": terms.price_cents if reads else None,
        "form": arrangement.form_label(terms) or None,
        "answers_alone": arrangement.is_alone,
        "reasons": [
            arrangement.reason_label(each) for each in sorted(arrangement.reasons(terms)) if reads
        ],
        "lines": [
            {
                "key": line.key,
                "lot": line.lot,
                "label": line.label,
                "trade": crafts.trade_of(line.trade),
                "craft": crafts.craft_of(line.trade),
                "price_cents": line.price_cents if reads else None,
                "need_cfte": line.need_cfte,
                "insertion_hours": line.insertion_hours,
                "first_month": month_of(line.first_month),
                "months": line.months,
            }
            for line in terms.lines
            if reads or line.key in held
        ],
        "parties": [
            {
                "id": row.party.pk,
                "structure": row.party.structure_id if row.is_named else None,
                "name": row.name,
                "state": row.party.state,
                "role": row.role,
                "works_for": row.of,
                "is_lead": row.is_lead,
                "is_yours": row.is_own,
                "has_accepted": row.has_accepted,
                "share_cents": row.share_cents if reads or row.is_own else None,
            }
            for row in page["rows"]
            if reads or row.party.key in known
        ],
        "cells": cells,
        "deadlines": [
            {"label": arrangement.step_label(each.step), "day": each.day, "is_late": each.is_late}
            for each in milestones_of(access.alliance, on=timezone.localdate(now))
        ],
        "breaks": [each.text for each in page["breaks"] if reads or each.party in access.own_keys],
        "missing": [text for text, _ in page["missing"]] if reads else [],
    }
