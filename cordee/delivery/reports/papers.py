"""The report on the hours of a contract, for its buyer: hours only, of nobody, and no amount.

Its words are plain files, in `cordee/dossier/texts`.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date

from cordee.agreement.insertion import Done, Way
from cordee.base.documents import Block, Bullets, Document, Gap, PageBreak, Table, Words
from cordee.base.ui import french, months
from cordee.delivery.models import DeliveryLot
from cordee.delivery.standing import ContractStanding
from cordee.dossier.phrases import day
from cordee.dossier.texts import Fill, paper

UNKNOWN = Gap("les heures dues", "qui tient le marché", kept="à dire")


def report(standing: ContractStanding, on: date) -> Document:
    """What is due, done, accepted and lacking; month by month after a break."""
    contract, whole = standing.delivery, standing.whole
    waiting = whole.done - whole.accepted
    reader = contract.facilitator_id and "qui suit la clause"
    values: dict[str, Words] = {
        "réponse": french.ended(standing.title),
        "jour": day(on),
        "acheteur": contract.buyer_name,
        "notifié": day(contract.notified_on),
        "durée": months.span(contract.first_month, contract.months),
        "structure": contract.structure.shown_name,
        "muets": french.count(whole.unstated, "mois", "mois"),
        "à relire": french.hours(waiting),
        "lecture": reader or "personne encore",
    }
    inserts: dict[str, Sequence[Block]] = {
        "lots": _lots(standing),
        "façons": _ways(standing.rows),
        "hypothèses": [Bullets(tuple(_source(each.lot, on) for each in standing.lots))],
        "mois": _months(standing),
    }
    cases = {"silence": bool(whole.unstated), "attente": bool(waiting)}
    return Document(
        title="Rapport sur les heures d’insertion",
        subtitle=contract.title,
        blocks=paper("hours", Fill(cases=cases, values=values, inserts=inserts)),
    )


def _lots(standing: ContractStanding) -> list[Block]:
    def known(minutes: int | None) -> Words:
        return UNKNOWN if minutes is None else french.hours(minutes)

    rows = []
    for each in standing.lots:
        missing = None if each.due is None else each.hours.missing
        minutes = (each.due, each.hours.done, each.hours.accepted, missing)
        rows.append((str(each.lot), *map(known, minutes)))
    return _table(("Lot", "Dues", "Faites", "Acceptées", "Manqueront"), rows)


def _ways(rows: Sequence[Done]) -> list[Block]:
    done, accepted = _sums(rows, lambda row: row.way)
    told = [(way.label, *_hours(way, done, accepted)) for way in Way if way in done]
    return _table(("Façon", "Faites", "Acceptées"), told)


def _months(standing: ContractStanding) -> list[Block]:
    done, accepted = _sums(standing.rows, lambda row: (row.month, int(row.lot)))
    planned = Counter[Hashable]()
    for (lot, _, month), minutes in standing.plan.items():
        planned[month, lot] += minutes
    told = [
        (months.month(month), str(each.lot), *_hours((month, each.lot.pk), planned, done, accepted))
        for month in range(standing.delivery.first_month, standing.end_month + 1)
        for each in standing.lots
    ]
    head = ("Mois", "Lot", "Prévues", "Faites", "Acceptées")
    return [PageBreak(), *_table(head, told)]


def _sums(
    rows: Iterable[Done], key: Callable[[Done], Hashable]
) -> tuple[Counter[Hashable], Counter[Hashable]]:
    """Minutes done, and accepted."""
    done, accepted = Counter[Hashable](), Counter[Hashable]()
    for row in rows:
        done[key(row)] += row.minutes
        accepted[key(row)] += row.minutes if row.is_accepted else 0
    return done, accepted


def _hours(key: Hashable, *counted: Counter[Hashable]) -> Iterable[str]:
    """Nothing said is no zero."""
    return (french.hours(each[key]) if key in each else "aucune dite" for each in counted)


def _source(lot: DeliveryLot, on: date) -> str:
    """Where the hours due come from, without the amount of the lot."""
    if lot.computed(on) and lot.labour_share is not None and lot.insertion_rate is not None:
        rates = f"{french.percent(lot.labour_share)} de main-d’œuvre"
        rates += f" × {french.percent(lot.insertion_rate)} en insertion"
        cost = french.euros(lot.hourly_cost_cents)
        return f"Dues, {lot}\u00a0: montant du lot × {rates} ÷ {cost}, le coût d’une heure."
    told = (
        "ni écrites, ni calculables encore" if lot.stated_minutes is None else "écrites au marché"
    )
    return f"Dues, {lot}\u00a0: {told}."


def _table(head: tuple[str, ...], rows: Sequence[tuple[Words, ...]]) -> list[Block]:
    """One table; nothing without rows. All is right aligned but names of months, lots and ways."""
    numeric = frozenset(n for n, name in enumerate(head) if n and name != "Lot")
    widths = tuple(2 if n in numeric else 4 for n in range(len(head)))
    caption = f"Heures par {head[0].lower()}"
    return [Table(caption, head, tuple(rows), numeric=numeric, widths=widths)] if rows else []
