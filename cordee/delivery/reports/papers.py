"""The report on the hours of a contract, for its buyer: hours only, of nobody, and no amount.

Its words are plain files, in `cordee/dossier/texts`.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from cordee.agreement.insertion import Way, promised_by_month
from cordee.base.documents import Block, Bullets, Document, Gap, Table, Words
from cordee.base.ui import french, months
from cordee.delivery.models import Delivery, DeliveryLot, MonthlyHours
from cordee.delivery.standing import ContractStanding
from cordee.dossier.phrases import day
from cordee.dossier.texts import Fill, paper
from cordee.rules.insertion_hours import progress

UNKNOWN = Gap("les heures dues", "qui tient le marché", kept="à dire")


def report(standing: ContractStanding, on: date, *, by_month: bool = True) -> Document:
    """What is due, done, accepted and lacking; month by month, but on screen."""
    contract, whole = standing.delivery, standing.whole
    waiting = whole.done - whole.accepted
    share = progress(Decimal(whole.accepted), Decimal(standing.due or 0))
    values: dict[str, Words] = {
        "réponse": french.ended(standing.title),
        "jour": day(on),
        "acheteur": contract.buyer_name,
        "notifié": day(contract.notified_on),
        "durée": months.span(contract.first_month, contract.months),
        "structure": contract.structure.shown_name,
        "muets": french.count(whole.unstated, "mois", "mois"),
        "acceptées": french.hours(whole.accepted),
        "dues": french.hours(standing.due),
        "part": french.percent(share),
        "à relire": french.hours(waiting),
        "lecture": "relues par qui suit la clause"
        if contract.facilitator_id
        else "personne n’est encore nommé pour les relire",
    }
    inserts: dict[str, Sequence[Block]] = {
        "lots": _lots(standing),
        "façons": _ways(contract),
        "hypothèses": [Bullets(tuple(_sources(standing, on)))],
        "mois": _months(standing) if by_month else [],
    }
    cases = {
        "silence": bool(whole.unstated),
        "avancement": share is not None,
        "attente": bool(waiting),
    }
    return Document(
        title="Rapport sur les heures d’insertion",
        subtitle=contract.title,
        blocks=paper("hours", Fill(cases=cases, values=values, inserts=inserts)),
    )


def _lots(standing: ContractStanding) -> list[Block]:
    def known(minutes: int | None) -> Words:
        return UNKNOWN if minutes is None else french.hours(minutes)

    rows = []
    for lot, hours in standing.by_lot.items():
        due = lot.due_minutes()
        missing = None if due is None else hours.missing
        minutes = (due, hours.done, hours.accepted, missing)
        rows.append((str(lot), *map(known, minutes)))
    return _table(("Lot", "Dues", "Faites", "Acceptées", "Manqueront"), rows)


def _ways(contract: Delivery) -> list[Block]:
    rows = MonthlyHours.objects.in_force().of_contract(contract)
    done = rows.minutes_by("way")
    accepted = rows.accepted().minutes_by("way")
    told = [
        (way.label, french.hours(done[way]), french.hours(accepted.get(way, 0)))
        for way in Way
        if way in done
    ]
    return _table(("Comment", "Faites", "Acceptées"), told, by="façon de les faire")


def _months(standing: ContractStanding) -> list[Block]:
    done = {(row.lot, row.month): row for row in standing.rows}
    several, told = len(standing.lots) > 1, []
    plans = {
        lot.pk: promised_by_month(each for each in standing.promises if each.lot == lot.pk)
        for lot in standing.lots
    }
    for month in range(standing.delivery.first_month, standing.end_month + 1):
        for lot in standing.lots:
            row, promised = done.get((lot.pk, month)), plans[lot.pk].get(month)
            # Nothing said is no zero.
            unsaid = "à venir" if month > standing.this_month else "aucune dite"
            minutes = (row and row.minutes, row and row.accepted)
            said = (unsaid if each is None else french.hours(each) for each in minutes)
            named = (str(lot),) if several else ()
            promises = "aucune dite" if promised is None else french.hours(promised)
            told.append((months.month(month), *named, promises, *said))
    head = ("Mois", *(("Lot",) if several else ()), "Prévues", "Faites", "Acceptées")
    return _table(head, told)


def _sources(standing: ContractStanding, on: date) -> Iterator[str]:
    """Of each lot, named where it is not the only one."""
    for lot in standing.lots:
        yield f"Dues{f', {lot}' if len(standing.lots) > 1 else ''}\u00a0: {_source(lot, on)}."


def _source(lot: DeliveryLot, on: date) -> str:
    """Where the hours due come from, without the amount of the lot."""
    if lot.computed(on) and lot.labour_share is not None and lot.insertion_rate is not None:
        rates = f"{french.percent(lot.labour_share)} de main-d’œuvre"
        rates += f" × {french.percent(lot.insertion_rate)} en insertion"
        cost = french.price(lot.hourly_cost_cents or 0)
        return f"montant du lot × {rates} ÷ {cost}, le coût d’une heure"
    return (
        "ni écrites, ni calculables encore" if lot.stated_minutes is None else "écrites au marché"
    )


def _table(head: tuple[str, ...], rows: Sequence[tuple[Words, ...]], by: str = "") -> list[Block]:
    """One table; nothing without rows. All is right aligned but names of months, lots and ways."""
    numeric = frozenset(n for n, name in enumerate(head) if n and name != "Lot")
    widths = tuple(2 if n in numeric else 4 for n in range(len(head)))
    caption = f"Heures par {by or head[0].lower()}"
    return [Table(caption, head, tuple(rows), numeric=numeric, widths=widths)] if rows else []
