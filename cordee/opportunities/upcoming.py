"""What will be bought soon: contracts about to end, and calls announced but not yet open."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import BigIntegerField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from cordee.base.tables.writing import Column, euros_cell
from cordee.base.ui import months as months_in_french
from cordee.members.models import Structure
from cordee.notices.notice import Kind
from cordee.opportunities.forms import FilterForm
from cordee.opportunities.models import AwardedContract, NoticeTraits, Opportunity, Stage
from cordee.opportunities.models.contracts import AwardedContractQuerySet
from cordee.opportunities.models.opportunities import OURS, OpportunityQuerySet
from cordee.opportunities.notice_matching import contract_traits, renews
from cordee.opportunities.rows import some_of
from cordee.opportunities.wording import department_names, without_middle
from cordee.rules.trades import TRADES

CALL_MONTHS_BEFORE = 6
"""How long before the end of a contract the next call is supposed to be published. Our own
supposition: a tender open five weeks, its analysis, and the time to take over the work."""

ENDED_DAYS = 60
"""A contract that ended so many days ago is still shown: it is often prolonged by an amendment."""

ANNOUNCED_DAYS = 730
"""An announcement speaks of the twelve months that follow, of two years for social services
(directive 2014/24/UE, articles 48 and 75); an older one was dropped, or its call is not linked."""

CONTRACT, ANNOUNCED = "contrats", "annonces"
SHOWN_NAMES = 3
FAR = 2**62
SORTS: Mapping[str, tuple[str, str]] = {
    "fin": ("when", "pk"),
    "-fin": ("-when", "pk"),
    "montant": ("cents", "pk"),
    "-montant": ("-cents", "pk"),
}


class UpcomingForm(forms.Form):
    """The filters of the list; the view leaves out a value that is none of the choices."""

    DELAYS = (
        ("", "dans 24\u202fmois"),
        ("6", "dans 6\u202fmois"),
        ("12", "dans 12\u202fmois"),
        ("48", "dans 4\u202fans"),
    )

    q = forms.CharField(label="Objet, acheteur ou titulaire", required=False, max_length=100)
    metier = FilterForm.base_fields["metier"]
    departement = FilterForm.base_fields["departement"]
    delai = forms.ChoiceField(label="Fin du contrat", required=False, choices=DELAYS)
    sorte = forms.ChoiceField(
        label="Ce qui vient",
        required=False,
        choices=[
            ("", "Fins de contrat et annonces"),
            (CONTRACT, "Contrats qui se terminent"),
            (ANNOUNCED, "Marchés annoncés"),
        ],
    )


@dataclass(frozen=True, slots=True)
class SoonFilters:
    """What was asked, cleaned."""

    words: str = ""
    trade: str = ""
    department: str = ""
    months: int = 24
    kind: str = ""

    @classmethod
    def of(cls, form: UpcomingForm) -> "SoonFilters":
        form.is_valid()
        asked = form.cleaned_data
        return cls(
            asked.get("q") or "",
            asked.get("metier") or "",
            asked.get("departement") or "",
            int(asked.get("delai") or 24),
            asked.get("sorte") or "",
        )

    def contracts(self, rows: AwardedContractQuerySet, today: date) -> AwardedContractQuerySet:
        """Contracts that end in the time asked for, each once."""
        if self.kind == ANNOUNCED:
            return rows.none()
        last = today + timedelta(days=self.months * 365 // 12)
        rows = rows.ending_between(today - timedelta(days=ENDED_DAYS), last).counted_once()
        if self.trade:
            rows = rows.exclude(trade="") if self.trade == OURS else rows.of_trade(self.trade)
        if self.department:
            rows = rows.filter(department=self.department)
        return rows.search(self.words) if self.words else rows

    def announced(self, rows: OpportunityQuerySet, today: date) -> OpportunityQuerySet:
        """Calls that are announced and not open, unless they were announced too long ago."""
        if self.kind == CONTRACT:
            return rows.none()
        oldest = today - timedelta(days=ANNOUNCED_DAYS)
        rows = rows.standing().filter(stage=Stage.PRIOR)
        rows = rows.filter(Q(published_on__gte=oldest) | Q(published_on=None))
        if self.trade:
            rows = rows.of_trade(self.trade)
        if self.department:
            rows = rows.in_department(self.department)
        return rows.search(self.words) if self.words else rows


def keys_of(
    contracts: AwardedContractQuerySet, announced: OpportunityQuerySet, sort: str
) -> QuerySet[Any, Any]:
    """Rows (kind, pk) of both sorts in one order, for a page to be cut from; unknown comes last."""
    first, second = SORTS[sort]
    # SQLite puts NULL first and PostgreSQL last: a value out of reach sorts alike on both.
    missing = Value(FAR if not first.startswith("-") else -1)

    def columns(rows: Any, kind: str, when: str) -> Any:
        return (
            rows.order_by()
            .annotate(
                what=Value(kind),
                when=F(when),
                cents=Coalesce("amount_cents", missing, output_field=BigIntegerField()),
            )
            .values("what", "pk", "when", "cents")
        )

    both = columns(contracts, CONTRACT, "ends_on").union(
        columns(announced, ANNOUNCED, "published_on"), all=True
    )
    ordered: QuerySet[Any, Any] = both.order_by(first, "what", second)
    return ordered


@dataclass(frozen=True, slots=True)
class SoonRow:
    """One contract or announcement as the list and its export show it."""

    title: str
    url: str
    buyer: str
    place: str
    trade: str
    source: str
    expected: str
    amount_cents: int | None
    ends_on: date | None = None
    is_end_supposed: bool = False
    held_by: str = ""
    relaunched: Opportunity | None = None
    is_announced: bool = False

    @property
    def short_title(self) -> str:
        return without_middle(self.title)


def rows_of(keys: Iterable[Mapping[str, Any]], today: date) -> list[SoonRow]:
    """The rows of these keys, in their order, in a number of queries that does not depend on it."""
    keys = list(keys)
    contracts = AwardedContract.objects.filter(
        pk__in=[key["pk"] for key in keys if key["what"] == CONTRACT]
    ).prefetch_related("holders")
    announced = Opportunity.objects.filter(
        pk__in=[key["pk"] for key in keys if key["what"] == ANNOUNCED]
    ).prefetch_related("trades", "places")
    found = list(contracts)
    relaunched = _relaunched(found)
    names = _names(found)
    made: dict[tuple[str, int], SoonRow] = {
        (CONTRACT, c.pk): _contract_row(c, relaunched.get(c.pk), names, today) for c in found
    }
    made |= {(ANNOUNCED, o.pk): _announced_row(o) for o in announced}
    return [made[key["what"], key["pk"]] for key in keys]


def _names(contracts: Sequence[AwardedContract]) -> dict[str, str]:
    """Names of our directory for holders whom the essential data give by number only."""
    bare = {h.siret for c in contracts for h in c.holders.all() if h.siret and not h.name}
    return dict(Structure.objects.listed().filter(siret__in=bare).values_list("siret", "name"))


def _contract_row(
    contract: AwardedContract, relaunched: Opportunity | None, names: Mapping[str, str], today: date
) -> SoonRow:
    url = ""
    if contract.opportunity_id:
        url = reverse("opportunities:detail", args=[contract.opportunity_id])
    ends_on = contract.ends_on
    return SoonRow(
        title=contract.title or contract.source_id,
        url=url,
        buyer=contract.buyer_name,
        place=department_names().get(contract.department, ""),
        trade=TRADES[contract.trade].short_label if contract.trade else "",
        source=contract.get_source_display(),
        ends_on=ends_on,
        is_end_supposed=contract.notified_on is None,
        expected=expected_call(ends_on, today),
        held_by=some_of(
            [
                holder.name or names.get(holder.siret) or f"SIRET {holder.siret}"
                for holder in contract.holders.all()
                if holder.role == holder.Role.HOLDER
            ],
            SHOWN_NAMES,
        ),
        amount_cents=contract.amount_cents,
        relaunched=relaunched,
    )


def _announced_row(opportunity: Opportunity) -> SoonRow:
    return SoonRow(
        title=opportunity.title,
        url=reverse("opportunities:detail", args=[opportunity.pk]),
        buyer=opportunity.buyer_name,
        place=some_of([place.label for place in opportunity.places.all()], SHOWN_NAMES),
        trade=some_of([str(trade) for trade in opportunity.trades.all()], SHOWN_NAMES),
        source=opportunity.get_source_display(),
        expected="annoncé, date de l’appel inconnue",
        amount_cents=opportunity.amount_cents,
        is_announced=True,
    )


def expected_call(ends_on: date | None, today: date) -> str:
    """The month in which the next call may come: "vers mars 2028", or that it may come any day."""
    if ends_on is None:
        return ""
    # Months counted from year 0, so that going back over a New Year is a subtraction.
    month = ends_on.year * 12 + ends_on.month - 1 - CALL_MONTHS_BEFORE
    if month < today.year * 12 + today.month - 1:
        return "peut venir d’un jour à l’autre"
    return f"vers {months_in_french.month(month)}"


def _relaunched(contracts: Sequence[AwardedContract]) -> dict[int, Opportunity]:
    """The call that already takes up a contract, by its key; in one query."""
    sirets = {c.buyer_siret for c in contracts if c.buyer_siret}
    begun = [day for c in contracts if (day := c.notified_on or c.published_on)]
    if not sirets or not begun:
        return {}
    calls = (
        NoticeTraits.objects.filter(
            buyer_siret__in=sirets, kind=Kind.CALL.value, published_on__gt=min(begun)
        )
        .select_related("publication__opportunity")
        .order_by("published_on", "version_id")
    )
    found: dict[int, Opportunity] = {}
    by_siret: dict[str, list[NoticeTraits]] = {}
    for call in calls:
        by_siret.setdefault(call.buyer_siret, []).append(call)
    for contract in contracts:
        theirs = contract_traits(contract)
        for call in by_siret.get(contract.buyer_siret, []):
            opportunity = call.publication.opportunity
            if opportunity.pk != contract.opportunity_id and renews(call.as_traits(), theirs):
                found.setdefault(contract.pk, opportunity)
    return found


COLUMNS = [
    Column("objet", lambda row: row.title),
    Column("acheteur", lambda row: row.buyer),
    Column("lieu", lambda row: row.place),
    Column("métier", lambda row: row.trade),
    Column("se termine le", lambda row: row.ends_on),
    Column("fin comptée depuis la publication", lambda row: row.is_end_supposed),
    Column("prochain appel", lambda row: row.expected),
    Column("déjà relancé", lambda row: row.relaunched.title if row.relaunched else None),
    Column("titulaires", lambda row: row.held_by),
    Column("montant HT (euros)", lambda row: euros_cell(row.amount_cents)),
    Column("source", lambda row: row.source),
]
