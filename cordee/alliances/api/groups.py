"""The alliances of one's own structures as the API answers them: what their pages show the same
person."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import Header, Router

from cordee.accounts.bearer import need_act
from cordee.accounts.models import User
from cordee.agreement import Cell, Terms
from cordee.agreement.changes import Conflict
from cordee.agreement.model import FIGURES
from cordee.alliances import access as alliance_access
from cordee.alliances import revisions
from cordee.alliances.access import AllianceAccess
from cordee.alliances.api.group_schemas import (
    AllianceDetail,
    AlliancePage,
    CellsWritten,
    InvitationAnswer,
)
from cordee.alliances.frame.listing import listed, title_of
from cordee.alliances.invitations import actions
from cordee.alliances.models import Alliance
from cordee.alliances.overview import pages
from cordee.alliances.planning.pages import milestones_of
from cordee.alliances.revisions import refuse_frozen
from cordee.alliances.table.edits import editable
from cordee.base.api.frame import (
    REFUSALS,
    PageNumber,
    PageSize,
    Problem,
    page_of,
    tag_with,
    version_of,
)
from cordee.base.api.problems import Refusal, fault
from cordee.opportunities.api import month_of

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
    """Les structures, les parts et ce qui ne tient pas encore ; votre invitation sinon.

    L’ETag de la réponse sert d’« If-Match » pour écrire dans le tableau.
    """
    access = alliance_access.access_for(request.user, pk)
    if access.is_inside:
        tag_with(request, access.alliance.version)
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


IfMatch = Annotated[
    str,
    Header(
        alias="If-Match",
        description="L’ETag de votre lecture, ou la version lue entre guillemets.",
        examples=['"7"'],
    ),
]


@router.patch(
    "/alliances/{uuid:pk}/tableau/",
    response={200: AllianceDetail, 409: Problem, 412: Problem, 428: Problem} | REFUSALS,
    summary="Écrire dans le tableau",
)
def write_cells(
    request: HttpRequest, pk: uuid.UUID, written: CellsWritten, if_match: IfMatch = ""
) -> dict[str, Any]:
    """Remplace les cases données ; les autres restent. Avant le dépôt seulement.

    Qui coordonne écrit partout ; une structure dans ses cases et celles de qui vient pour elle.

    412 : quelqu’un a écrit depuis votre lecture, rien n’est enregistré. Relisez, puis recommencez.
    Les parties dont la part change acceptent à nouveau.
    """
    need_act(request)
    access = alliance_access.taking_part_for(request.user, pk)
    base, now = version_of(if_match), timezone.now()
    if base != access.alliance.version:
        raise _changed_meanwhile(access.alliance, if_match)
    terms = access.alliance.revision(base).read()
    with _as_conflict():
        refuse_frozen(access.alliance)
    for cell in _cells(terms, written, editable(access, terms)):
        terms = terms.with_cell(cell)
    with _as_conflict():
        kept = revisions.write_terms(
            alliance=access.alliance, base=base, terms=terms, by=_person(request), now=now
        )
    if kept.conflicts:
        raise _changed_meanwhile(access.alliance, if_match, kept.conflicts)
    access = alliance_access.access_for(request.user, pk)
    tag_with(request, access.alliance.version)
    return detail_of(access, now)


def _cells(terms: Terms, written: CellsWritten, parties: frozenset[str]) -> list[Cell]:
    """The cells to write, months kept. Raises `Refusal` for those that are not the user's
    to write."""
    lines = {line.key for line in terms.lines}
    wrong, seen = [], set()
    for number, cell in enumerate(written.cells):
        party, at = str(cell.party), f"cells.{number}"
        if party not in parties:
            words, cure = "Vous n’écrivez pas dans ces cases.", ", ".join(sorted(parties))
            wrong.append(fault(f"{at}.party", cell.party, words, f"Choisissez : {cure}."))
        if cell.line not in lines:
            words, cure = "Cette ligne n’existe pas.", ", ".join(sorted(lines))
            wrong.append(fault(f"{at}.line", cell.line, words, f"Choisissez : {cure}."))
        if (party, cell.line) in seen:
            wrong.append(fault(at, None, "Cette case est donnée deux fois.", "Gardez-en une."))
        seen.add((party, cell.line))
    if wrong:
        raise Refusal.of(422, wrong)
    return [
        replace(
            terms.cell(str(cell.party), cell.line),
            **{name: getattr(cell, name) for name in FIGURES},
            work=cell.work or None,
            pinned=cell.pinned,
        )
        for cell in written.cells
    ]


def _changed_meanwhile(
    alliance: Alliance, if_match: str, conflicts: tuple[Conflict, ...] = ()
) -> Refusal:
    places = ", ".join(" ".join(conflict.place) for conflict in conflicts)
    return Refusal(
        412,
        f"La version en vigueur est la {alliance.version}. Rien n’est enregistré."
        + (f" En conflit : {places}." if places else ""),
        field="If-Match",
        value=if_match,
        cure="Relisez l’alliance, puis recommencez avec son nouvel ETag.",
    )


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
                "trade": line.trade,
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
