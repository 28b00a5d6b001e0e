"""Asking again for a team with one more wish, as the page of the answer lets one."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from cordee.accounts.bearer import need_compose
from cordee.accounts.models import User
from cordee.base.api.frame import REFUSALS, Problem, StrictBody
from cordee.base.api.problems import Refusal, fault
from cordee.composing import access, actions, pages, wish_page
from cordee.composing.answer_context import answer_page
from cordee.composing.api.compositions import CompositionDetail, answered
from cordee.composing.forms import RadiusForm, SizeForm, WishForm, WithForm
from cordee.composing.problem import wish_options, wish_search
from cordee.members.api import ForNetwork, viewer_for

router = Router(tags=["Compositions"])


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
