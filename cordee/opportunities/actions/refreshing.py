"""What was read and corrected, written where lists, rankings and searches look."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from cordee.accounts.models import User
from cordee.base.search import index
from cordee.members.models import Organisation
from cordee.members.models.capacity import Certainty
from cordee.notices.notice import ClauseKind, Notice, Provenance, Source
from cordee.notices.packages import needs_comparison
from cordee.notices.trades.lots import SURE, trades_of
from cordee.opportunities.actions.contracts import write_outcomes
from cordee.opportunities.breakdown_rows import PackageRow, package_rows
from cordee.opportunities.models import (
    Breakdown,
    DeadlineChange,
    Opportunity,
    OpportunityPlace,
    OpportunityTrade,
    Reading,
    Stage,
    WorkPackage,
)
from cordee.opportunities.models.contracts import contracts_like
from cordee.opportunities.places import LocatedPlace, PlaceFinder
from cordee.opportunities.understanding import ReadVersion, Understanding, understand
from cordee.rules import crafts
from cordee.rules.trades import TRADES

# Titles and lots come first; rules of a consultation behind them would find everything.
SEARCHED_LETTERS = 5_000


def refresh_opportunity(
    *,
    opportunity: Opportunity,
    by: User | None,
    origin: Breakdown.Origin,
    on: date,
    finder: PlaceFinder | None = None,
    first: ReadVersion | None = None,
    readings: Sequence[Reading] | None = None,
) -> bool:
    """Write again the columns of an opportunity, and a new breakdown where the work changed.

    Returns whether there is work in our trades. `first`: the only reading of an opportunity that
    was just made, so that nothing has to be read back nor cleared away. `readings`: those that say
    all of it, where they are at hand.
    """
    # The transaction of who calls is enough: a savepoint for each notice costs as much as a query.
    with transaction.atomic(savepoint=False):
        finder = finder or PlaceFinder()
        understanding = understand([first], []) if first else opportunity.current(readings)
        notice = understanding.notice
        # A day that does not move: the same notice gives the same packages whenever it is read.
        day = notice.published_on or on
        contracts = contracts_like(needs_comparison(notice), before=day, not_of=opportunity.pk)
        rows, left_out = package_rows(understanding, finder, on=day, contracts=contracts)
        before = opportunity.deadline, opportunity.stage == Stage.CANCELLED
        _write_columns(opportunity, understanding, rows)
        if first is None:
            _keep_move(opportunity, *before)
            OpportunityPlace.objects.filter(opportunity=opportunity).delete()
            OpportunityTrade.objects.filter(opportunity=opportunity).delete()
        places = finder.locate_all(notice.all_places) or _places_of_packages(rows)
        _write_places(opportunity, places)
        _write_trades(opportunity, rows, understanding)
        index.index_rows(Opportunity, [(opportunity.pk, _searched(notice, places, rows))])
        # Awarded contracts are open to whoever is signed in: what a private need came to is not.
        is_public = notice.source is not Source.PRIVATE
        if is_public and (understanding.outcomes or first is None):
            write_outcomes(opportunity, understanding)
        latest = None if first else opportunity.latest_breakdown()
        made = Breakdown(reading_id=understanding.main.reading_pk, made_by=by, origin=origin)
        _cut(opportunity, latest, made, rows, left_out)
        return bool(rows)


def recut_opportunity(*, opportunity: Opportunity, notice: Notice, by: User) -> Breakdown:
    """The breakdown of a need as a notice would say it, which is not kept yet: neither its file
    nor the columns of lists. `refresh_opportunity` of the same notice finds it there."""
    latest = opportunity.latest_breakdown()
    if latest is None:
        raise ValueError(f"Opportunity {opportunity.pk} was never read: nothing is cut anew.")
    day = notice.published_on or timezone.localdate()
    understanding = understand([ReadVersion(0, latest.reading_id, notice)], [])
    contracts = contracts_like(needs_comparison(notice), before=day, not_of=opportunity.pk)
    rows, left_out = package_rows(understanding, PlaceFinder(), on=day, contracts=contracts)
    made = Breakdown(reading_id=latest.reading_id, made_by=by, origin=Breakdown.Origin.READING)
    return _cut(opportunity, latest, made, rows, left_out)


def _cut(
    opportunity: Opportunity,
    latest: Breakdown | None,
    made: Breakdown,
    rows: Sequence[PackageRow],
    left_out: list[dict[str, str]],
) -> Breakdown:
    """The next breakdown of an opportunity; the latest where it says the same."""
    packages = [row.values() for row in rows]
    # The same cut again is no new version: what was composed upon it stays of today.
    if latest is None or not _is_that_of(latest, packages, left_out):
        made.opportunity, made.left_out = opportunity, left_out
        made.number = latest.number + 1 if latest else 1
        made.save()
        WorkPackage.objects.bulk_create(WorkPackage(breakdown=made, **each) for each in packages)
        latest = made
    # Known to whoever holds this row, and not read again.
    opportunity.breakdown = latest
    return latest


def _write_columns(
    opportunity: Opportunity, understanding: Understanding, rows: Sequence[PackageRow]
) -> None:
    notice = understanding.notice
    reserved = notice.first_reservation.value if notice.first_reservation else ""
    clause = notice.social_clause
    opportunity.title = (notice.title or f"Avis {notice.id} sans titre")[:500]
    opportunity.buyer_name = (notice.buyer.name if notice.buyer else "")[:300]
    siret = notice.buyer.siret if notice.buyer else None
    # By SIREN: establishments of one buyer are one organisation.
    opportunity.buyer = Organisation.objects.filter(siren=siret[:9]).first() if siret else None
    opportunity.published_on = notice.published_on
    opportunity.deadline = notice.deadline
    opportunity.stage = understanding.stage
    opportunity.source = notice.source.value
    opportunity.need_kind = notice.need.kind.value if notice.need else ""
    opportunity.reserved = reserved
    opportunity.is_partly_reserved = bool(reserved) and any(
        not (found := notice.reserved_for(lot)) or found.reservation != reserved
        for lot in notice.lots
    )
    opportunity.social_clause = (
        "" if clause is None else ClauseKind.NONE.value if clause.negated else clause.kind.value
    )
    opportunity.amount_cents = _amount_cents(notice)
    opportunity.months = _months(notice)
    opportunity.lots_count = len(notice.lots)
    opportunity.possible_trades = _possible(understanding, {row.trade for row in rows})
    opportunity.save()


def _possible(understanding: Understanding, asserted: Collection[str]) -> dict[str, Any]:
    """Trades that the words may mean; none once a person, or the buyer, has said which they are."""
    notice = understanding.notice
    if not notice.is_work or notice.trades or understanding.correction_of("trades"):
        return {}
    whole = trades_of(notice).whole
    return {
        sector.slug: {
            "percent": round(100 * sector.probability),
            "words": sector.because[0].words[:80] if sector.because else "",
        }
        for sector in whole.possible
        if sector.slug not in asserted and sector.slug not in whole.slugs
    }


def _keep_move(opportunity: Opportunity, deadline: datetime | None, was_cancelled: bool) -> None:
    """Keep that the deadline moved, or that the call was cancelled or taken up again."""
    is_cancelled = opportunity.stage == Stage.CANCELLED
    if (deadline, was_cancelled) == (opportunity.deadline, is_cancelled):
        return
    last = opportunity.deadline_changes.order_by("-number").first()
    DeadlineChange.objects.create(
        opportunity=opportunity,
        number=last.number + 1 if last else 1,
        before=deadline,
        after=opportunity.deadline,
        was_cancelled=was_cancelled,
        is_cancelled=is_cancelled,
    )


def _amount_cents(notice: Notice) -> int | None:
    """The amount of the whole, or the sum of the lots where each has one."""
    if notice.amount:
        return notice.amount.cents
    amounts = [lot.amount.cents for lot in notice.lots if lot.amount]
    # Part of the lots would look like the whole: unknown is said instead.
    return sum(amounts) if amounts and len(amounts) == len(notice.lots) else None


def _months(notice: Notice) -> int | None:
    holders: list[Any] = [notice, *notice.lots]
    months = [h.duration.months for h in holders if h.duration and h.duration.months]
    own = notice.duration.months if notice.duration else None
    # Lots run side by side: the longest is the length of the whole.
    return own or max(months, default=None)


def _places_of_packages(rows: Sequence[PackageRow]) -> list[LocatedPlace]:
    """Where the notice is silent: the places supposed for the packages."""
    found = {
        (row.place.department, row.place.commune): row.place
        for row in rows
        if row.place is not None and row.place.department
    }
    return list(found.values())


def _write_places(opportunity: Opportunity, places: Sequence[LocatedPlace]) -> None:
    OpportunityPlace.objects.bulk_create(
        OpportunityPlace(
            opportunity=opportunity,
            department_id=place.department,
            commune_id=place.commune,
            label=place.label[:150],
            latitude=place.latitude,
            longitude=place.longitude,
            is_supposed=place.is_supposed,
        )
        for place in places
    )


def _write_trades(
    opportunity: Opportunity, rows: Sequence[PackageRow], understanding: Understanding
) -> None:
    """The trades asserted of the whole, the most important first, then others of the packages.

    Those that we are sure of come before guesses; lists show them in the order of these rows.
    """
    sure = {row.trade for row in rows if row.trade_provenance is not Provenance.SUPPOSED}
    whole: list[str] = []
    if rows and understanding.correction_of("trades"):
        whole = [*map(crafts.trade_of, understanding.notice.trades)]
        sure |= set(whole)
    elif rows:
        # A building calls for two trades even where it is one lot, which has one.
        asserted = trades_of(understanding.notice).whole.sectors
        whole = [sector.slug for sector in asserted]
        sure |= {sector.slug for sector in asserted if sector.probability >= SURE}
    if not understanding.notice.is_work:
        # People to hire or a gift are no work to cut, and still speak of a trade.
        whole = [*map(crafts.trade_of, understanding.notice.trades)]
        sure |= set(whole)
    found = dict.fromkeys([*whole, *(row.trade for row in rows)])
    named: dict[str, list[str]] = {}
    for row in rows:
        named.setdefault(row.trade, []).append(row.estimate.craft)
    OpportunityTrade.objects.bulk_create(
        OpportunityTrade(
            opportunity=opportunity,
            trade=trade,
            certainty=Certainty.KNOWN if trade in sure else Certainty.GUESSED,
            # One package that wants the whole trade is for whoever does any of it.
            crafts=list(dict.fromkeys(named[trade])) if all(named.get(trade, [""])) else [],
        )
        for trade in sorted(found, key=lambda trade: trade not in sure)
    )


def _searched(notice: Notice, places: Sequence[LocatedPlace], rows: Sequence[PackageRow]) -> str:
    words = [
        notice.title,
        notice.buyer.name if notice.buyer else None,
        *(place.label for place in places),
        *(TRADES[row.trade].label for row in rows),
        *(lot.title for lot in notice.lots),
        *(descripteur.label for descripteur in notice.descripteurs),
        notice.text,
    ]
    return " ".join(word for word in words if word)[:SEARCHED_LETTERS]


def _is_that_of(
    latest: Breakdown, packages: Sequence[Mapping[str, Any]], left_out: list[dict[str, str]]
) -> bool:
    """Whether a breakdown says the same, package by package."""
    held = list(latest.packages.all())
    return (
        latest.left_out == left_out
        and len(held) == len(packages)
        and all(
            getattr(row, name) == value
            for row, cut in zip(held, packages, strict=True)
            for name, value in cut.items()
        )
    )
