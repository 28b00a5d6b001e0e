"""What the calendar of a contract says: what comes next, and each partner's months."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import F

from cordee.agreement.insertion import spread
from cordee.base.found import number
from cordee.base.ui import french, months
from cordee.delivery.access import DeliveryAccess
from cordee.delivery.calendar.access import events_for
from cordee.delivery.models import Partner, Share, SiteEvent
from cordee.dossier.money import known_sum
from cordee.members.models import Chantier
from cordee.rules.months import first_day, month_number

SHOWN = 6
WORDS = ORDERED, BOOKED, REDUCED = "Commandé", "Réservé", "Réduit"
# A partner, an amount, its first month and for how many; then amounts by partner and month. None
# where an amount is unknown.
type Part = tuple[int | None, int | None, int, int]
type Months = Mapping[tuple[int | None, int], int | None]


def page_of(access: DeliveryAccess, asked: str, *, on: date) -> dict[str, Any]:
    """Everything the page says, in a fixed number of queries."""
    delivery, now = access.delivery, month_number(on)
    wanted, last = max(number(asked) or now, delivery.first_month), delivery.end_month - 1
    # What ended before the first month that may be shown or counted says nothing here.
    since = first_day(min(wanted, now, last))
    # The key of its lot alone: a whole lot beside each date is read for nothing.
    events = list(events_for(access).filter(last_day__gte=since).annotate(lot_key=F("lot__key")))
    standing = [each for each in events if each.removed_at is None]
    shares = Share.objects.filter(lot__delivery=delivery).order_by()
    if access.part is not None:
        shares = shares.filter(partner__in=access.part)
    told: dict[str, list[Part]] = {word: [] for word in ("Promis", *WORDS)}
    told["Promis"] += shares.values_list("partner_id", "amount_cents", "first_month", "months")
    for each in standing:
        if word := said_of(each):
            told[word].append((each.partner_id, each.amount_cents, each.first_month, each.months))
    counted = [part for word, parts in told.items() if word != REDUCED for part in parts]
    alone = [
        month
        for month in range(max(now, delivery.first_month), delivery.end_month)
        if access.reads_whole and not any(n <= month < n + length for *_, n, length in counted)
    ]
    last = max([last, *(month_number(each.last_day) for each in standing)])
    first = min(wanted, last)
    shown = range(first, min(first + SHOWN, last + 1))
    begins, ends = first_day(shown[0]), first_day(shown[-1] + 1)
    dates = [
        each for each in events if begins <= each.first_day < ends or begins <= each.last_day < ends
    ]
    paid, own = {each.pk for each in access.money_of}, {each.pk for each in access.own}
    for event in dates:
        event.partner = access.by_key.get(event.partner_id or 0)
    site = getattr(delivery, "open_site", None)
    if site is not None:
        site.host = access.by_key[site.host_id]
    kinds = [(word, _by_month(parts, shown)) for word, parts in told.items()]
    return {
        "title": title_of(standing, len(alone), on),
        "alone": months.spans(alone) if alone else "",
        "heads": [months.month(month) for month in shown],
        "rows": list(_rows(access, kinds, shown)),
        "before": max(first - SHOWN, delivery.first_month) if first > delivery.first_month else 0,
        "after": shown[-1] + 1 if shown[-1] < last else 0,
        # Each with its amount where the reader may know it, whether it is the reader's own, and
        # what is said of it.
        "dates": [
            (e, e.amount_cents if e.partner_id in paid else None, e.partner_id in own, said_of(e))
            for e in dates
        ],
        "site": site,
        "chantiers": Chantier.objects.filter(
            structure__in=[each.structure_id for each in access.own]
        ),
    }


def title_of(standing: Iterable[Any], alone: int, on: date) -> str:
    """The answer: what comes next; without any date, how many months nobody takes."""
    for event in standing:
        if event.first_day >= on:
            day = french.day(event.first_day, on)
            kind = SiteEvent.Kind(event.kind).label
            return f"Prochain {kind}\u00a0: {event.title}, le {day}"
    if not alone:
        return "Aucune date à venir"
    return f"{french.count(alone, 'mois', 'mois')} sans personne"


def said_of(event: Any) -> str:
    """Whether it is ordered, or agreed to by its partner; "" for a milestone, and for an amendment
    that waits. One that takes away books nothing."""
    if event.chantier_id is None:
        return ORDERED if event.kind == SiteEvent.Kind.ORDER else ""
    return REDUCED if (event.amount_cents or 0) < 0 else BOOKED


def _by_month(told: Iterable[Part], shown: range) -> Months:
    """Amounts of each over the months shown, taken away or not; None where one is unknown."""
    parts: defaultdict[tuple[int | None, int], list[int | None]] = defaultdict(list)
    for partner, cents, first, length in told:
        for month, part in spread(abs(cents or 0), first, length, within=shown).items():
            parts[partner, month].append(None if cents is None else part)
    return {at: known_sum(amounts) for at, amounts in parts.items()}


def _rows(
    access: DeliveryAccess, kinds: Iterable[tuple[str, Months]], shown: range
) -> Iterator[tuple[Partner, list[list[str]]]]:
    """Each partner with what is said of each month; amounts of those alone that one may read."""
    paid = {each.pk for each in access.money_of}

    def told(at: tuple[int, int]) -> Iterator[str]:
        for word, found in kinds:
            if at in found:
                cents = found[at] if at[0] in paid else None
                amount = "" if cents is None else f"\u00a0: {french.euros(cents, rounded=True)}"
                yield f"{word}{amount}"

    for partner in access.hours_of:
        yield partner, [list(told((partner.pk, month))) for month in shown]
