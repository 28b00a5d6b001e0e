"""The routes of opportunities: the list with the filters of its page, and all we read of one."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from cordee.base.api.frame import REFUSALS, Paged, PageNumber, PageSize, page_of
from cordee.base.api.problems import Refusal, fault
from cordee.opportunities.access import opportunities_for, opportunity_for
from cordee.opportunities.fact_lines import lines_of, missing_of
from cordee.opportunities.filters import DEFAULT_SORT, SORTS, Filters
from cordee.opportunities.forms import FilterForm
from cordee.opportunities.inference import infer
from cordee.opportunities.models import Opportunity, OpportunityTrade, WorkPackage
from cordee.opportunities.views.listing import sorted_rows
from cordee.rules.trades import TRADES

router = Router(tags=["Opportunités"])


def month_of(number: int) -> str:
    """An absolute month as YYYY-MM."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


# --- What is answered ---------------------------------------------------------------------------


class TradeAsked(Schema):
    """Un métier demandé."""

    slug: str = Field(alias="trade")
    label: str
    certainty: str = Field(description="« known » : lu ; « guessed » : supposé.")

    @staticmethod
    def resolve_label(trade: OpportunityTrade) -> str:
        return str(trade)


class WorkPlace(Schema):
    """Un lieu de travail."""

    label: str
    department: str = Field(alias="department_id")
    commune: str | None = Field(alias="commune_id", description="Code INSEE.")
    latitude: float | None
    longitude: float | None
    is_supposed: bool = Field(description="Vrai : au milieu du département, faute de mieux.")


class OpportunityLine(Schema):
    """Une opportunité, en une ligne."""

    id: int
    url: str = Field(description="Sa page, pour une personne.")
    title: str
    buyer_name: str
    published_on: date | None
    deadline: AwareDatetime | None = Field(description="On peut répondre jusqu’à ce moment.")
    stage: str = Field(description="« call », « prior », « awarded » ou « cancelled ».")
    is_open: bool = Field(description="On peut y répondre maintenant.")
    source: str = Field(description="« boamp », « ted », « decp » ou « private ».")
    need_kind: str = Field(description="Pour un besoin privé, sa sorte.")
    reserved: str = Field(description="Vide : nous ne savons pas.")
    is_partly_reserved: bool = Field(description="Réservée pour certains lots seulement.")
    social_clause: str = Field(description="Vide : l’avis n’en dit rien.")
    amount_cents: int | None = Field(description="Estimé, hors taxes, en centimes d’euro.")
    months: int | None = Field(description="Durée, en mois.")
    lots_count: int
    trades: list[TradeAsked]
    places: list[WorkPlace]


class OpportunityPage(Paged):
    """Une page d’opportunités."""

    results: list[OpportunityLine]


class Evidence(Schema):
    """Les mots de l’avis qui font croire une chose."""

    where: str = Field(description="Le champ ou le passage.")
    words: str


class Fact(Schema):
    """Une chose que nous avons comprise, et d’où elle vient."""

    fact: str = Field(alias="fact.name")
    lot: str = Field(description="Vide : pour le tout.")
    label: str = Field(alias="fact.label")
    value: Any = Field(description="Montants en centimes, équipes en centièmes d’ETP.")
    sentence: str = Field(description="La même chose en français.")
    came: str = Field(
        description="« stated » : écrit ; « computed » : calculé ; « compared » : comparé à des "
        "marchés pareils ; « supposed » : supposé ; « corrected » : dit par une personne."
    )
    evidence: list[Evidence]
    rules: list[str] = Field(description="Comment nous y venons, si l’avis ne l’écrit pas.")
    was_read: str = Field(description="Ce que l’avis disait, si une personne l’a corrigé.")
    conflict: str = Field(description="Ce qui se contredit dans l’avis.")


class MissingFact(Schema):
    """Une chose que personne ne dit, et ce que cela change."""

    label: str
    sentence: str


class WorkPackageOut(Schema):
    """Un ensemble de travaux : un métier, un lieu, des mois."""

    id: str = Field(description="Son rang dans le découpage.")
    lot: str = Field(alias="lot_id")
    label: str
    trade: str
    craft: str = Field(description="Son corps d’état ; vide : tout le métier.")
    place: str = Field(alias="place_label")
    department: str | None = Field(alias="department_id")
    latitude: float | None
    longitude: float | None
    is_place_supposed: bool
    first_month: str = Field(description="Année et mois : 2027-03.")
    months: int
    need_cfte: int = Field(description="Équipe par mois, en centièmes d’ETP.")
    amount_cents: int = Field(description="Hors taxes, en centimes d’euro.")
    reserved: str
    provenance: dict[str, Any] = Field(description="D’où vient chaque chiffre, avec ses preuves.")

    @staticmethod
    def resolve_id(package: WorkPackage) -> str:
        return f"{package.position:02d}"

    @staticmethod
    def resolve_first_month(package: WorkPackage) -> str:
        return month_of(package.first_month)


class LeftOut(Schema):
    """Un lot où nous ne voyons aucun de nos métiers."""

    lot: str
    label: str
    why: str


class Publication(Schema):
    """Où l’avis a paru."""

    source: str
    source_id: str


class OpportunityDetail(OpportunityLine):
    """Tout ce que nous savons d’une opportunité."""

    notice_url: str | None = Field(description="L’avis d’origine.")
    publications: list[Publication]
    facts: list[Fact]
    missing: list[MissingFact]
    breakdown: int | None = Field(description="Numéro du découpage en ensembles de travaux.")
    packages: list[WorkPackageOut]
    left_out: list[LeftOut]


# --- The list -----------------------------------------------------------------------------------


class Asked(Schema):
    """Les mêmes filtres que la page."""

    q: str = Field("", max_length=100, description="Mots de l’avis.")
    departement: str = Field("", description="Code du département : « 38 ».")
    autour: str = Field("", max_length=80, description="Commune ou code postal.")
    rayon: Literal["20", "35", "60", "100"] = Field("20", description="Kilomètres autour.")
    metier: str = Field("", description="Un métier, ou « nos » pour les 27.")
    delai: Literal["", "7", "15", "30", "toutes"] = Field(
        "", description="Jours pour répondre ; « toutes » montre aussi les closes."
    )
    source: Literal["", "boamp", "ted", "decp", "private"] = ""
    reserve: bool = Field(False, description="Réservées seulement.")
    clause: bool = Field(False, description="Avec une clause d’insertion seulement.")
    tri: Literal["", "echeance", "-echeance", "publie", "-publie", "montant", "-montant"] = Field(
        "", description="Ordre ; un « - » le renverse."
    )


@router.get("/opportunites/", response={200: OpportunityPage} | REFUSALS, summary="Chercher")
def opportunities(
    request: HttpRequest,
    asked: Annotated[Asked, Query()],
    page: PageNumber = 1,
    taille: PageSize = 25,
) -> dict[str, Any]:
    """Les opportunités que vous pouvez voir, avec les filtres de la page « Opportunités »."""
    now = timezone.now()
    filters = _filters(asked)
    sort = asked.tri or ("-publie" if filters.delay == "toutes" else DEFAULT_SORT)
    assert sort in SORTS
    rows = opportunities_for(request.user, on=timezone.localdate(now)).standing()
    found = sorted_rows(filters.apply(rows, now), sort).prefetch_related("trades", "places")
    shown, pages = page_of(request, found, page, taille)
    return {**pages, "results": [_summary(each, now) for each in shown]}


def _filters(asked: Asked) -> Filters:
    """The filters of the page; a value that is none of its choices is refused, not left out."""
    values = asked.model_dump()
    form = FilterForm({k: v for k, v in values.items() if v})
    if form.errors:
        faults = [
            fault(name, values.get(name), "Cette valeur n’est pas connue.", _cure(name))
            for name in form.errors
        ]
        raise Refusal.of(422, faults)
    filters = Filters.of(form)
    if filters.around and filters.centre is None:
        cure = "Écrivez son nom, ou son nom et son département : « Roche-Mirel (38) »."
        message = "Aucune commune de ce nom."
        if filters.namesakes:
            message = "Plusieurs communes portent ce nom."
            cure = f"Choisissez\u00a0: {', '.join(filters.namesakes)}."
        raise Refusal(422, message, field="autour", value=filters.around, cure=cure)
    return filters


def _cure(name: str) -> str:
    if name == "metier":
        return f"Choisissez : nos, {', '.join(sorted(TRADES))}."
    return "Donnez le code d’un département : « 01 », « 2A », « 974 »."


def _summary(one: Opportunity, now: datetime) -> dict[str, Any]:
    return {
        "id": one.pk,
        "url": reverse("opportunities:detail", args=[one.pk]),
        "is_open": one.is_open(now),
        "trades": one.trades.all(),
        "places": one.places.all(),
        **{name: getattr(one, name) for name in COLUMNS},
    }


COLUMNS = (
    *("title", "buyer_name", "published_on", "deadline", "stage", "source", "need_kind"),
    *("reserved", "is_partly_reserved", "social_clause", "amount_cents", "months", "lots_count"),
)


# --- One ----------------------------------------------------------------------------------------


@router.get("/opportunites/{int:pk}/", response={200: OpportunityDetail} | REFUSALS, summary="Lire")
def opportunity(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Ce que nous comprenons d’une opportunité, avec les mots de l’avis qui le font croire."""
    now = timezone.now()
    on = timezone.localdate(now)
    one = opportunity_for(request.user, pk, on=on)
    understanding = one.understood
    breakdown, found = one.breakdown, infer(one)
    lots = ["", *(lot.id for lot in understanding.notice.lots)]
    return {
        **_summary(one, now),
        "notice_url": (understanding.notice.links.notice or None),
        "publications": one.publications.all(),
        "facts": [line for lot in lots for line in lines_of(one, understanding, found, on, lot)],
        "missing": missing_of(one, understanding, found),
        "breakdown": breakdown.number if breakdown else None,
        "packages": breakdown.packages.all() if breakdown else (),
        "left_out": [
            {"lot": out["lot_id"], "label": out["label"] or "", "why": out["why"]}
            for out in (breakdown.left_out if breakdown else ())
        ],
    }
