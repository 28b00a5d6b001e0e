"""The routes of rankings: who could answer, package by package, as the page shows it."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, Field

from cordee.accounts.bearer import need_compose
from cordee.base.api.frame import REFUSALS, Problem
from cordee.base.api.problems import Refusal
from cordee.members.api import ForNetwork, viewer_for
from cordee.members.sharing import Viewer
from cordee.mobilisation import access, actions, pages
from cordee.mobilisation.problem import NotComposable
from cordee.opportunities.access import published_opportunity_for
from cordee.opportunities.models import Breakdown, Opportunity

router = Router(tags=["Classements"])


class ScoreTerm(Schema):
    """Une part de la note."""

    label: str
    points: int | None = Field(description="Vide : ce chiffre n’est pas connu, ou pas ouvert.")
    maximum: int
    certainty: str


class RankedStructure(Schema):
    """Une structure dans le classement."""

    rank: int
    structure: int = Field(alias="structure_id", description="Identifiant de la structure.")
    name: str
    kind: str
    city: str
    distance_km: float
    points: int
    out_of: int = Field(description="Sur combien : ce qui est inconnu n’y compte pas.")
    terms: list[ScoreTerm]
    crews: str = Field(alias="months_text", description="Ses équipes libres, en mots.")


class SetAside(Schema):
    """Des structures laissées de côté, comptées."""

    count: int
    why: str


class RankedPackage(Schema):
    """Le classement d’un ensemble de travaux."""

    id: str
    label: str
    trade: str
    count: int = Field(description="Structures classées.")
    lines: list[RankedStructure]
    aside: list[SetAside]
    unknown_trade_names: list[str] = Field(description="Des structures dont le métier manque.")


class Ranking(Schema):
    """Qui peut répondre à une opportunité, comme la page le montre."""

    opportunity: int
    network: str | None = Field(description="Pour quel réseau il est fait.")
    made_at: AwareDatetime | None = Field(description="Vide : pas encore de classement.")
    computed_for: date | None
    is_outdated: bool = Field(description="Vrai\u00a0: l’avis a changé, il est à refaire.")
    is_of_the_night: bool = Field(description="Vrai : personne ne l’a demandé, il est de la nuit.")
    packages: list[RankedPackage]


Lines = Annotated[
    int, Query(ge=1, le=500, description="Structures par ensemble de travaux, 500 au plus.")
]
Only = Annotated[str, Query(max_length=10, description="Un seul ensemble de travaux : « 01 ».")]


@router.get(
    "/opportunites/{int:pk}/classement/",
    response={200: Ranking} | REFUSALS,
    summary="Lire le classement",
)
def ranking(
    request: HttpRequest, pk: int, reseau: ForNetwork = "", travaux: Only = "", lignes: Lines = 50
) -> dict[str, Any]:
    """Le dernier classement fait pour vous ou votre réseau, sinon celui de la nuit."""
    viewer, opportunity = _of(request, pk, reseau)
    return _shown(viewer, opportunity, opportunity.latest_breakdown(), travaux, lignes)


@router.post(
    "/opportunites/{int:pk}/classement/",
    response={201: Ranking, 409: Problem} | REFUSALS,
    summary="Refaire le classement",
)
def rank(
    request: HttpRequest, pk: int, reseau: ForNetwork = "", travaux: Only = "", lignes: Lines = 50
) -> Status[dict[str, Any]]:
    """Compare les structures avec les chiffres d’aujourd’hui. Demande une clé qui compose."""
    viewer, opportunity = _of(request, pk, reseau)
    need_compose(request)
    breakdown = need_work(opportunity)
    try:
        actions.rank_structures(breakdown=breakdown, viewer=viewer, by=viewer.user)
    except NotComposable as missing:
        raise not_composable(missing) from missing
    return Status(201, _shown(viewer, opportunity, breakdown, travaux, lignes))


def need_work(opportunity: Opportunity) -> Breakdown:
    """The packages of an opportunity. Raises `Refusal` where there is no work to share."""
    breakdown = opportunity.latest_breakdown()
    if breakdown is None or not breakdown.packages.all():
        cure = "Ajoutez un métier, un lieu ou une durée sur la page de l’opportunité."
        raise Refusal(409, "Cette opportunité n’a pas encore d’ensemble de travaux.", cure=cure)
    return breakdown


def not_composable(missing: NotComposable) -> Refusal:
    """Something is not known without which nothing can be computed."""
    return Refusal(409, str(missing), cure="Dites-le sur la page de l’opportunité.")


def _of(request: HttpRequest, pk: int, network: str) -> tuple[Viewer, Opportunity]:
    viewer = viewer_for(request, network)
    return viewer, published_opportunity_for(request.user, pk, on=viewer.on)


def _shown(
    viewer: Viewer, opportunity: Opportunity, breakdown: Breakdown | None, only: str, most: int
) -> dict[str, Any]:
    found, is_of_the_night = access.found_for(viewer, breakdown)
    packages = pages.rankings_of(found, viewer) if found else []
    if only and only not in {each.id for each in packages}:
        known = ", ".join(each.id for each in packages)
        cure = f"Choisissez : {known}." if known else "Faites d’abord le classement."
        message = "Cet ensemble de travaux n’est pas classé."
        raise Refusal(422, message, field="travaux", value=only, cure=cure)
    return {
        "opportunity": opportunity.pk,
        "network": viewer.network.slug if viewer.network else None,
        "made_at": found.made_at if found else None,
        "computed_for": found.computed_for if found else None,
        "is_outdated": found is not None and found.is_outdated,
        "is_of_the_night": is_of_the_night,
        "packages": [_package(each, most) for each in packages if only in ("", each.id)],
    }


def _package(one: pages.PackageRanking, most: int) -> dict[str, Any]:
    return {
        "id": one.id,
        "label": one.label,
        "trade": one.trade,
        "count": len(one.lines),
        "lines": one.lines[:most],
        "aside": [{"count": count, "why": why} for count, why in one.aside],
        "unknown_trade_names": list(one.unknown_trade_names),
    }
