"""The alliances of one's own structures: what their pages show the same person."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import Header, Router, Schema
from pydantic import AwareDatetime, Field

from cordee.accounts.bearer import need_act
from cordee.accounts.models import User
from cordee.alliances.actions import alliances as actions
from cordee.alliances.actions.revisions import refuse_frozen
from cordee.alliances.legal.time_pages import milestones_of
from cordee.alliances.models import Alliance
from cordee.alliances.terms import Cell, Terms
from cordee.alliances.terms.changes import Conflict
from cordee.alliances.workspace import access, pages
from cordee.alliances.workspace.access import Seat
from cordee.alliances.workspace.ocds_facts import package_of
from cordee.alliances.workspace.table.edits import editable
from cordee.alliances.workspace.table.measures import MOST
from cordee.base.api.frame import REFUSALS, Problem, tag_with, version_of
from cordee.base.api.paging import Paged, PageNumber, PageSize, page_of
from cordee.base.api.problems import Refusal, fault
from cordee.opportunities.api import month_of

router = Router(tags=["Alliances"])


class AllianceLine(Schema):
    """Une alliance, en une ligne."""

    id: uuid.UUID
    url: str = Field(description="Sa page, pour une personne.")
    title: str
    opportunity: int
    deadline: AwareDatetime | None = Field(description="L’offre se dépose avant ce moment.")
    coordinator: str = Field(description="Le réseau ou la structure qui coordonne.")
    phase: str = Field(
        description="« talking », « split », « mandate », « documents », « filed », « won », "
        "« signed », « delivery », « lost » ou « abandoned »."
    )
    phase_label: str = Field(description="L’étape, en français.")
    version: int = Field(description="Version des termes en vigueur.")


class AlliancePage(Paged):
    """Une page d’alliances."""

    results: list[AllianceLine]


class AllianceParty(Schema):
    """Une structure de l’alliance. Celle qui n’a pas dit oui n’a pas de nom pour les autres."""

    id: int
    structure: int | None = Field(description="Vide : vous ne pouvez pas savoir laquelle.")
    name: str
    state: str = Field(description="« proposed », « invited » ou « interested »…")
    role: str = Field(description="En français : membre, sous-traitant…")
    works_for: str = Field(description="Pour qui elle vient, si elle n’est pas membre.")
    is_lead: bool
    is_yours: bool = Field(description="Vous parlez en son nom.")
    has_accepted: bool = Field(description="Elle a accepté sa part telle qu’elle est.")
    share_cents: int


class AllianceLot(Schema):
    """Une ligne du tableau : un ensemble de travaux au prix du groupement."""

    key: str
    lot: str
    label: str
    trade: str
    price_cents: int
    need_cfte: int | None
    insertion_hours: int | None
    first_month: str
    months: int


class AllianceCell(Schema):
    """Ce qu’une structure prend d’une ligne. Vide : personne ne l’a dit."""

    party: int
    line: str
    cents: int | None = Field(None, ge=0, le=MOST, description="Hors taxes.")
    cfte: int | None = Field(None, ge=0, le=MOST, description="Centièmes d’ETP par mois.")
    insertion_hours: int | None = Field(None, ge=0, le=MOST)
    crews: int | None = Field(None, ge=0, le=MOST)
    pinned: bool = Field(False, description="Personne ne la change en réparant.")


class AllianceDeadline(Schema):
    """Une étape et son jour, comptés à rebours depuis le dépôt."""

    label: str
    day: date
    is_late: bool = Field(description="Ce jour était déjà passé.")


class AllianceTerms(Schema):
    """Ce que les parties partagent."""

    price_cents: int
    form: str | None = Field(description="La forme du groupement, en français.")
    reasons: list[str] = Field(description="Pourquoi répondre ensemble.")
    lines: list[AllianceLot]
    parties: list[AllianceParty]
    cells: list[AllianceCell]
    deadlines: list[AllianceDeadline]
    breaks: list[str] = Field(description="Ce qui ne tient pas encore.")
    missing: list[str] = Field(description="Ce qui manque pour passer à l’étape suivante.")


class AllianceDetail(AllianceLine):
    """Une alliance, comme sa page la montre à la même personne."""

    coordinates: bool = Field(description="Vous la coordonnez.")
    yours: list[int] = Field(description="Les parties au nom desquelles vous parlez.")
    terms: AllianceTerms | None = Field(
        description="Vide tant que votre structure n’a pas accepté d’explorer."
    )


class InvitationAnswer(Schema):
    """Oui ou non à une invitation."""

    model_config = {"extra": "forbid", "json_schema_extra": {"examples": [{"yes": True}]}}
    yes: bool
    # The database keeps no NUL in a text.
    reason: str = Field(
        "", max_length=500, pattern=r"^[^\x00]*$", description="Une raison, pour un non."
    )


class CellsWritten(Schema):
    """Des cases à écrire ; les autres restent comme elles sont."""

    model_config = {
        "extra": "forbid",
        "json_schema_extra": {
            "examples": [{"cells": [{"party": 3, "line": "01", "cents": 4500000}]}]
        },
    }
    cells: list[AllianceCell] = Field(min_length=1, max_length=500)


@router.get("/alliances/", response={200: AlliancePage} | REFUSALS, summary="Mes alliances")
def alliances(request: HttpRequest, page: PageNumber = 1, taille: PageSize = 25) -> dict[str, Any]:
    """Celles que vous coordonnez, et celles où votre structure a été invitée."""
    rows = (
        access.alliances_for(request.user)
        .select_related("opportunity", "network", "structure")
        .order_by("-made_at", "-pk")
    )
    shown, told = page_of(request, rows, page, taille)
    return {**told, "results": [_line(each) for each in shown]}


@router.get(
    "/alliances/{uuid:pk}/", response={200: AllianceDetail} | REFUSALS, summary="Lire une alliance"
)
def alliance(request: HttpRequest, pk: uuid.UUID) -> dict[str, Any]:
    """Les structures, les parts et ce qui ne tient pas encore ; votre invitation sinon.

    L’ETag de la réponse sert d’« If-Match » pour écrire dans le tableau.
    """
    seat = access.seat_for(request.user, pk)
    tag_with(request, seat.alliance.version)
    return _detail(seat, timezone.now())


@router.get(
    "/alliances/{uuid:pk}/ocds.json",
    response={200: dict[str, Any]} | REFUSALS,
    summary="Exporter une alliance au format OCDS",
    url_name="alliance_ocds",
)
def alliance_ocds(request: HttpRequest, pk: uuid.UUID) -> dict[str, Any]:
    """Un paquet OCDS 1.1.5, pour qui coordonne et pour qui a accepté de prendre part.

    Parties et rôles, offre, attribution ; mandataire, forme et parts dans notre extension.
    """
    return package_of(access.inside_for(request.user, pk))


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
    _, party = access.party_for(request.user, pk, party_pk)
    now = timezone.now()
    with _as_conflict():
        actions.answer_invitation(
            party=party, is_yes=answered.yes, reason=answered.reason, by=_person(request), now=now
        )
    return _detail(access.seat_for(request.user, pk), now)


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

    412 : quelqu’un a écrit depuis votre lecture, rien n’est enregistré. Relisez, puis recommencez.
    Les parties dont la part change acceptent à nouveau.
    """
    need_act(request)
    seat = access.inside_for(request.user, pk)
    base, now = version_of(if_match), timezone.now()
    if base != seat.alliance.version:
        raise _changed_meanwhile(seat.alliance, if_match)
    terms = seat.alliance.revision(base).read()
    with _as_conflict():
        refuse_frozen(seat.alliance)
    for cell in _cells(terms, written, editable(seat, terms)):
        terms = terms.with_cell(cell)
    with _as_conflict():
        kept = actions.write_terms(
            alliance=seat.alliance, base=base, terms=terms, by=_person(request), now=now
        )
    if kept.conflicts:
        raise _changed_meanwhile(seat.alliance, if_match, kept.conflicts)
    seat = access.seat_for(request.user, pk)
    tag_with(request, seat.alliance.version)
    return _detail(seat, now)


def _cells(terms: Terms, written: CellsWritten, parties: frozenset[str]) -> list[Cell]:
    """The cells to write, months kept. Raises `Refusal` for those that are not hers to write."""
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
            cents=cell.cents,
            cfte=cell.cfte,
            insertion_hours=cell.insertion_hours,
            crews=cell.crews,
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


def _line(one: Alliance) -> dict[str, Any]:
    deadline = one.opportunity.deadline
    return {
        "id": one.pk,
        "url": reverse("workspace:detail", args=[one.pk]),
        "title": one.title,
        "opportunity": one.opportunity_id,
        "deadline": deadline,
        "coordinator": one.coordinator_name,
        "phase": one.phase,
        "phase_label": one.step.label,
        "version": one.version,
    }


def _detail(seat: Seat, now: datetime) -> dict[str, Any]:
    return {
        **_line(seat.alliance),
        "coordinates": seat.coordinates,
        "yours": [party.pk for party in seat.own],
        "terms": _terms(seat, now) if seat.is_inside else None,
    }


def _terms(seat: Seat, now: datetime) -> dict[str, Any]:
    page = pages.page_of(seat, now=now)
    terms = page.terms
    return {
        "price_cents": terms.price_cents,
        "form": terms.form.label if terms.form else None,
        "reasons": [reason.label for reason in sorted(terms.reasons)],
        "lines": [
            {
                "key": line.key,
                "lot": line.lot,
                "label": line.label,
                "trade": line.trade,
                "price_cents": line.price_cents,
                "need_cfte": line.need_cfte,
                "insertion_hours": line.insertion_hours,
                "first_month": month_of(line.first_month),
                "months": line.months,
            }
            for line in terms.lines
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
                "share_cents": row.share_cents,
            }
            for row in page.rows
        ],
        "cells": [_cell(cell) for cell in terms.cells],
        "deadlines": [
            {"label": each.step.label, "day": each.day, "is_late": each.is_late}
            for each in milestones_of(seat.alliance, on=timezone.localdate(now))
        ],
        "breaks": [each.text for each in page.breaks],
        "missing": list(page.missing),
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "party": int(cell.party),
        "line": cell.line,
        "cents": cell.cents,
        "cfte": cell.cfte,
        "insertion_hours": cell.insertion_hours,
        "crews": cell.crews,
        "pinned": cell.pinned,
    }
