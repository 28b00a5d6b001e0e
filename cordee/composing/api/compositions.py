"""Asking for the best team of an opportunity, reading the answer, and asking again with one more
wish, as its page lets one."""

import uuid
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field

from cordee.accounts.bearer import need_compose
from cordee.accounts.models import User
from cordee.base.api.frame import (
    REFUSALS,
    Paged,
    PageNumber,
    PageSize,
    Problem,
    StrictBody,
    page_of,
)
from cordee.base.api.problems import Refusal, fault
from cordee.composing import access, actions, pages, wish_page
from cordee.composing.answer_context import answer_page
from cordee.composing.api import teams
from cordee.composing.forms import RadiusForm, SizeForm, WishForm, WithForm
from cordee.composing.models import ANSWER_FIELDS, Composition
from cordee.composing.problem import wish_options, wish_search
from cordee.composing.progress_page import ProgressPage
from cordee.members.api import ForNetwork, viewer_for
from cordee.members.sharing import Viewer
from cordee.mobilisation.api import need_work, not_composable
from cordee.mobilisation.problem import NotComposable
from cordee.opportunities.access import published_opportunity_for

router = Router(tags=["Compositions"])
SECONDS_BETWEEN = "2"


class CompositionLine(Schema):
    """Une composition, en une ligne."""

    id: uuid.UUID
    url: str = Field(description="Sa page, pour une personne.")
    opportunity: int
    network: str | None = Field(description="Pour quel réseau elle est faite.")
    state: str = Field(
        description="« queued » ou « running » : revenez ; « done » ou « stopped » : finie ; "
        "« cancelled » : abandonnée ; « failed » : panne de notre côté."
    )
    outcome: str = Field(description="« composed », « impossible », « undecided », ou vide.")
    made_at: AwareDatetime
    finished_at: AwareDatetime | None
    computed_for: date = Field(description="Les chiffres sont ceux de ce jour.")
    base: uuid.UUID | None = Field(description="D’un souhait : la première composition.")


class CompositionPage(Paged):
    """Une page de compositions."""

    results: list[CompositionLine]


class SearchProgress(Schema):
    """Où en est la recherche."""

    elapsed_seconds: int
    most_seconds: int
    sentence: str


class CompositionDetail(CompositionLine):
    """Une composition, et sa réponse quand elle est finie."""

    progress: SearchProgress | None = Field(description="Tant qu’elle cherche.")
    is_withheld: bool = Field(
        description="Des chiffres ont été refermés depuis : la réponse ne se montre plus. "
        "Demandez-en une autre."
    )
    error_code: str = Field(description="À dire au téléphone, en cas de panne.")
    answer: teams.CompositionAnswer | None


class CompositionWanted(StrictBody):
    """Ce qu’il faut composer."""

    model_config = {"json_schema_extra": {"examples": [{"opportunity": 12}]}}
    opportunity: int = Field(description="Identifiant de l’opportunité.")


@router.get(
    "/compositions/", response={200: CompositionPage} | REFUSALS, summary="Mes compositions"
)
def compositions(
    request: HttpRequest, reseau: ForNetwork = "", page: PageNumber = 1, taille: PageSize = 25
) -> dict[str, Any]:
    """Celles de votre réseau, ou les vôtres ; la plus récente d’abord."""
    viewer = viewer_for(request, reseau)
    rows = (
        access.compositions_for(viewer)
        .select_related("breakdown", "network")
        .defer(*ANSWER_FIELDS, "progress")
        .order_by("-made_at", "-pk")
    )
    shown, pages = page_of(request, rows, page, taille)
    return {**pages, "results": [_summary(each) for each in shown]}


@router.post(
    "/compositions/",
    response={201: CompositionDetail, 202: CompositionDetail, 409: Problem} | REFUSALS,
    summary="Composer une équipe",
)
def compose(
    request: HttpRequest, response: HttpResponse, wanted: CompositionWanted, reseau: ForNetwork = ""
) -> Status[dict[str, Any]]:
    """Cherche la meilleure équipe, avec les chiffres que vous pouvez utiliser.

    201 : la réponse est là. 202 : la recherche continue ; relisez l’adresse de « Location » toutes
    les deux secondes. La même question posée deux fois donne la même composition.
    """
    need_compose(request)
    now = timezone.now()
    viewer = viewer_for(request, reseau)
    opportunity = published_opportunity_for(request.user, wanted.opportunity, on=viewer.on)
    if not opportunity.is_open(now):
        raise Refusal(
            409,
            "On ne peut plus répondre à cette opportunité, ou pas encore.",
            field="opportunity",
            value=wanted.opportunity,
            cure="Choisissez-en une dont « is_open » est vrai.",
        )
    try:
        composition = actions.request_composition(
            breakdown=need_work(opportunity), viewer=viewer, by=viewer.user
        )
    except NotComposable as missing:
        raise not_composable(missing) from missing
    return answered(response, viewer, composition.pk)


def answered(response: HttpResponse, viewer: Viewer, pk: uuid.UUID) -> Status[dict[str, Any]]:
    """201 with the answer where it is there, 202 with where to read it where it is sought."""
    composition = access.composition_for(viewer, pk)
    response.headers["Location"] = reverse("api:composition", args=[composition.pk])
    if not composition.is_over:
        response.headers["Retry-After"] = SECONDS_BETWEEN
    return Status(201 if composition.is_over else 202, _shown(composition, viewer))


@router.get(
    "/compositions/{uuid:pk}/",
    response={200: CompositionDetail} | REFUSALS,
    summary="Lire une composition",
)
def composition(
    request: HttpRequest, response: HttpResponse, pk: uuid.UUID, reseau: ForNetwork = ""
) -> dict[str, Any]:
    """L’équipe proposée, sa preuve, ce qu’elle suppose, et la méthode simple à côté."""
    viewer = viewer_for(request, reseau)
    found = access.composition_for(viewer, pk)
    if not found.is_over:
        response.headers["Retry-After"] = SECONDS_BETWEEN
    return _shown(found, viewer)


def _summary(one: Composition) -> dict[str, Any]:
    return {
        "id": one.pk,
        "url": reverse("composing:detail", args=[one.pk]),
        "opportunity": one.breakdown.opportunity_id,
        "network": one.network.slug if one.network else None,
        "state": one.state,
        "outcome": one.outcome,
        "made_at": one.made_at,
        "finished_at": one.finished_at,
        "computed_for": one.computed_for,
        "base": one.base_id,
    }


def _shown(one: Composition, viewer: Viewer) -> dict[str, Any]:
    """As the page does: what was taken back is withheld, what runs says how far it is."""
    now = timezone.now()
    content: dict[str, Any] = {
        **_summary(one),
        "progress": None,
        "is_withheld": False,
        "error_code": one.error_code,
        "answer": None,
    }
    if one.is_stalled(now):
        return content | {"state": Composition.State.FAILED}
    if not one.is_over:
        page = ProgressPage(one, viewer, now)
        return content | {
            "progress": {
                "elapsed_seconds": page.elapsed_s,
                "most_seconds": page.limit_s,
                "sentence": page.announcement,
            }
        }
    if not one.has_answer:
        return content
    shown = answer_page(one, viewer)
    if shown is None:
        return content | {"is_withheld": True}
    return content | {"answer": shown}


class WishWanted(StrictBody):
    """Un souhait, et un seul."""

    model_config = {"json_schema_extra": {"examples": [{"without_structure": 31}]}}
    with_name: str | None = Field(
        None, max_length=200, description="Avec cette structure, parmi celles étudiées."
    )
    without_structure: int | None = Field(
        None, description="Sans cette structure de l’équipe : son identifiant."
    )
    most_partners: int | None = Field(None, description="Structures au plus.")
    most_km: int | None = Field(None, description="Kilomètres au plus.")


# The form of the page that checks each wish, and its field.
FORMS: dict[str, tuple[type[WishForm], str]] = {
    "with_name": (WithForm, "structure"),
    "most_partners": (SizeForm, "structures"),
    "most_km": (RadiusForm, "km"),
}


@router.post(
    "/compositions/{uuid:pk}/souhaits/",
    response={201: CompositionDetail, 202: CompositionDetail, 409: Problem} | REFUSALS,
    summary="Essayer un souhait",
)
def wish(
    request: HttpRequest,
    response: HttpResponse,
    pk: uuid.UUID,
    wanted: WishWanted,
    reseau: ForNetwork = "",
) -> Status[dict[str, Any]]:
    """Cherche la meilleure équipe avec ce souhait en plus, et dit ce qu’il coûte.

    La réponse est une autre composition ; « base » désigne la première. Un souhait sur une
    réponse qui en porte déjà s’y ajoute.
    """
    need_compose(request)
    viewer, now = viewer_for(request, reseau), timezone.now()
    composition = access.own_composition_for(viewer, pk)
    if not composition.has_answer or not composition.breakdown.opportunity.is_open(now):
        raise Refusal(409, "Cette réponse n’est pas prête, ou l’appel est clos.")
    page = answer_page(composition, viewer)
    if page is None:
        raise _taken_back()
    asked = wish_search.read_wish_request(composition.wishes).with_wish(_wish(page, wanted))
    assert isinstance(viewer.user, User)
    try:
        variant = actions.request_wish(composition=composition, asked=asked, by=viewer.user)
    except wish_options.RefusedWish as refused:
        raise Refusal(409, wish_options.refusal(refused)) from refused
    except actions.FiguresTakenBack as gone:
        raise _taken_back() from gone
    return answered(response, viewer, variant.pk)


def _wish(page: pages.Page, wanted: WishWanted) -> wish_options.Wish:
    """The one wish that was sent, checked as on the page. Raises `Refusal`."""
    given = {name: value for name, value in wanted.model_dump().items() if value is not None}
    if len(given) != 1:
        names = ", ".join(WishWanted.model_fields)
        raise Refusal(
            422, "Un souhait à la fois est attendu.", field="", cure=f"Donnez un seul de : {names}."
        )
    ((name, value),) = given.items()
    if name == "without_structure":
        organisation = wish_page.organisation_at(page, str(value))
        if organisation is None:
            cure = "Donnez l’identifiant d’une structure de l’équipe."
            message = "Cette structure n’est pas dans l’équipe."
            raise Refusal(422, message, field=name, value=value, cure=cure)
        return wish_options.make("exclude", organisation=organisation)
    kind, field = FORMS[name]
    form = kind(page.around, {f"{kind.kind}-{field}": str(value)})
    if not form.is_valid():
        sentences = [sentence for errors in form.errors.values() for sentence in errors]
        raise Refusal.of(422, [fault(name, value, sentence, "") for sentence in sentences])
    return form.wish()


def _taken_back() -> Refusal:
    return Refusal(
        409,
        "Depuis ce calcul, une structure a repris des chiffres.",
        cure="Composez à nouveau, puis essayez.",
    )
