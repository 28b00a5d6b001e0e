"""« Trésorerie » and « Vos ressources » in words: the answer, what one contract changes, signs."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from cordee.base.ui import french
from cordee.base.ui.drawings import CashLine
from cordee.base.ui.months import month
from cordee.economics.cash.forecast import Forecast, costs
from cordee.economics.models import AccountingYear, Commitment, Resource
from cordee.rules import accounts, advance, cash, posts, resources
from cordee.rules.cash import MonthOfCash
from cordee.rules.months import month_number
from cordee.rules.resources import ResourceCategory, ResourceCertainty

State = Commitment.State


def euros(cents: int) -> str:
    return french.euros(cents, rounded=True)


def lowest(rows: Sequence[MonthOfCash]) -> MonthOfCash:
    return min(rows, key=lambda row: (row.sure_cents, row.month))


# --- Cash ----------------------------------------------------------------------------------------


def title_of(found: Forecast) -> str:
    """The answer: how long what is sure lasts, when it would lack, or which figure lacks."""
    if not found.rows:
        return f"Il manque {found.missing[0].what}"
    short = next((row for row in found.rows if row.sure_cents < 0), None)
    if short is None:
        return f"Votre trésorerie tient jusqu’en {month(found.rows[-1].month)}"
    return f"En {month(short.month)}, il manquerait {euros(-short.sure_cents)}"


def sentences_of(found: Forecast, on: date) -> Iterator[str]:
    """What the title leaves open: what is promised, what lacks further on, what is too old."""
    if not found.rows:
        return
    if found.first_month < month_number(on) - 1:
        yield f"Votre solde est celui du 1er {month(found.first_month)}\u00a0: redites-le."
    if lowest(found.rows).sure_cents < 0:
        if all(row.promised_cents >= 0 for row in found.rows):
            yield "Avec ce qui est promis, la trésorerie tiendrait."
        elif all(row.asked_cents >= 0 for row in found.rows):
            yield "Avec ce qui est promis et demandé, la trésorerie tiendrait."
        else:
            yield "Ce qui est promis ou demandé n’y suffirait pas."
    if found.missing:
        yield f"Après {month(found.rows[-1].month)}, il manque {found.missing[0].what}."


def figures_of(found: Forecast) -> list[tuple[str, str]]:
    """(amount, when): at the start, at its lowest, at the end."""
    if not found.rows or found.opening is None:
        return []
    low, last = lowest(found.rows), found.rows[-1]
    told = [
        (euros(found.opening.balance_cents), f"au 1er {month(found.first_month)}"),
        (euros(low.sure_cents), f"au plus bas, fin {month(low.month)}"),
    ]
    return told if low is last else [*told, (euros(last.sure_cents), f"fin {month(last.month)}")]


def line_of(found: Forecast) -> CashLine | None:
    """The drawing: what is sure, and with what is promised where something is."""
    if not found.rows:
        return None
    is_hoped = any(row.promised_cents != row.sure_cents for row in found.rows)
    return CashLine(
        months=[french.SHORT_MONTHS[row.month % 12] for row in found.rows],
        signed=[Decimal(row.sure_cents) / 100 for row in found.rows],
        hoped=[Decimal(row.promised_cents) / 100 for row in found.rows] if is_hoped else [],
        ceiling=Decimal(0),
        watch=Decimal(0),
    )


def counted(found: Forecast) -> Iterator[tuple[str, str]]:
    """(figure, what of it is counted): each supposition is said."""
    for year in found.years:
        if any(year.covers(row.month) for row in found.rows):
            told = f"{euros(found.paid_cents(year))}, {year.get_basis_display()}"
            yield f"Charges, {year}", f"{told}, en parts égales"
    annexes = {each.pk: each for row in found.rows for each in found.annexes_of(row.month)}
    for annex in annexes.values():
        told = f"{french.fte(annex.posts_cfte)} à {french.euros(annex.unit_cents, rounded=True)}"
        yield f"Annexe {annex.number}", f"{told} par an, par douzièmes"
    signed = [row for row in found.contracts if row.state == State.SIGNED]
    days = found.opening.payment_days if found.opening else None
    days = cash.USUAL_PAYMENT_DAYS if days is None else days
    yield "Marchés signés", f"{len(signed)}, payés à {days} jours" if signed else "aucun"
    for row in signed:
        if not row.is_in_budget:
            share = french.percent(found.cost_share(row), 0)
            yield row.label, f"compté à {share} de dépenses"


# --- One contract --------------------------------------------------------------------------------


def asked_about(found: Forecast) -> list[Commitment]:
    """The contracts that one may ask about, bids first: what is paid already is none."""
    begin = found.first_month if found.opening else 0
    rows = [row for row in found.contracts if row.first_month + row.months + found.delay > begin]
    return sorted(rows, key=lambda row: row.state != State.BID)


def effects(
    found: Forecast, row: Commitment, share: Decimal, ahead: Decimal, on: date
) -> Iterator[str]:
    """What a contract, signed or only bid, takes before its first payment and where cash is then
    lowest: alone, with an advance of this share, and without that contract."""
    others, spent = found.flows(apart_from=row), costs(row, share)
    back = advance.paid_back_from(ahead, on=on) if ahead else None
    for each in dict.fromkeys((Decimal(0), ahead)):
        came = cash.contract(
            row.receipts_cents,
            first_month=row.first_month,
            months=row.months,
            delay=found.delay,
            advance=each,
            paid_back_from=back,
        )
        taken = cash.taken_before([*came, *spent], row.first_month + found.delay)
        told = f"Avec une avance de {french.percent(each, 0)}" if each else "Sans avance"
        nothing = "il ne vous prend rien avant son premier paiement"
        told += f", {f'il vous prend {euros(taken)}' if taken else nothing}."
        rows = found.forecast([*others, *came, *(() if row.is_in_budget else spent)])
        yield f"{told} Au plus bas, {_low(rows)}." if rows else told
    # Where the accounts hold it, what they would be without it is not known.
    if not row.is_in_budget and (rows := found.forecast(others)):
        yield f"Sans ce marché, au plus bas, {_low(rows)}."


def _low(rows: Sequence[MonthOfCash]) -> str:
    """ "il vous resterait 2 000 €, fin mai 2027"."""
    low = lowest(rows)
    verb = "il vous resterait" if low.sure_cents >= 0 else "il manquerait"
    return f"{verb} {euros(abs(low.sure_cents))}, fin {month(low.month)}"


# --- Resources -----------------------------------------------------------------------------------

# An indicator of RULE-36: its name, its figure and what it means; without figure, what lacks.
type Sign = tuple[str, str, str]


def resources_title(rows: Sequence[Resource]) -> str:
    told = []
    for certainty, word in (("ACQUIS", "acquis"), ("PROMIS", "promis"), ("DEMANDE", "demandés")):
        cents = sum(row.amount_cents for row in rows if row.certainty == certainty)
        told += [f"{euros(cents)} {word}"] if cents else []
    return ", ".join(told) or "Aucune ressource notée"


def _funders(found: Forecast, month: int) -> Counter[str]:
    """What each funder gives in cents, sure or promised; the State by its annexes of a month."""
    given: Counter[str] = Counter()
    for row in found.resources:
        if row.certainty != ResourceCertainty.DEMANDE and row.category != ResourceCategory.VENTES:
            given[row.funder.strip()] += row.amount_cents
    for annex in found.annexes_of(month):
        if annex.unit_cents is not None:
            aid = posts.total_aid_cents(annex.posts_fte, annex.unit_cents, months=12)
            given["l’État, par l’aide au poste"] += aid
    return given


def signs(found: Forecast, on: date) -> Iterator[Sign]:
    """What resources and accounts say of a structure this year, one sentence each (RULE-36)."""
    now = month_number(on)
    funders = _funders(found, now)
    lacks = "vos ressources acquises ou promises"
    first = f"C’est {max(funders, key=lambda each: funders[each], default='')}."
    share = resources.biggest_share(funders.values())
    yield _sign("Plus gros financeur", share, _percent, first, lacks)
    words = "À 1, un seul financeur\u00a0; à 0,25, quatre financeurs égaux."
    index = resources.concentration(funders.values())
    yield _sign("Dépendance", index, lambda each: french.number(each, 2), words, lacks)
    signed = [row.receipts_cents for row in found.contracts if row.state == State.SIGNED]
    share, words = resources.biggest_share(signed), "Sa part de vos marchés signés."
    yield _sign("Plus gros marché", share, _percent, words, "un marché signé")
    years = [year for year in found.years if year.covers(now)]
    is_whole = len(years) == len(found.chantiers)
    yield from _signs_of_products(found, years if is_whole else [])
    yearly = sum(year.charges_cents * 12 // year.months for year in years) if is_whole else 0
    lacks = "votre solde de départ" if yearly else f"vos charges de {on.year}"
    balance = found.opening.balance_cents if found.opening else None
    held = None if balance is None else resources.months_of_cash(balance, yearly)
    words = "Les charges que votre solde paierait, sans rien recevoir."
    yield _sign("Mois d’avance", held, lambda each: french.number(each, 1), words, lacks)
    lacks = "votre annexe financière" if yearly else f"vos charges de {on.year}"
    fte = Decimal(sum(each.posts_cfte for each in found.annexes_of(now))) / 100
    cost = resources.cost_per_fte_cents(yearly, fte) if yearly else None
    words = "Toutes vos charges de l’année, par poste de l’annexe."
    yield _sign("Coût d’un poste", cost, euros, words, lacks)
    yield ("Prix d’équilibre de l’heure", "", "Il manque vos heures de travail payées.")


def _signs_of_products(found: Forecast, years: Sequence[AccountingYear]) -> Iterator[Sign]:
    """Those that need all products, and not sales alone."""
    stated = [found.statement_of(year) for year in years]
    known = [each and accounts.products_cents(each.amounts) for each in stated]
    products = sum(each or 0 for each in known) if all(known) else 0
    sold = sum(year.receipts_cents for year in years)
    charges = sum(year.charges_cents for year in years)
    lacks = "vos produits de l’année, poste par poste"
    words = "L’annexe demande cette part. Le plafond, lui, se compte sur les charges."
    share = resources.sales_over_products(sold, products)
    yield _sign("Ventes sur produits", share, _percent, words, lacks)
    left = resources.net_result_cents(sold, products - sold, charges) if products else None
    yield _sign("Résultat", left, euros, "Ce qui reste de l’année, tout payé.", lacks)


def _percent(share: Decimal) -> str:
    return french.percent(share, 0)


def _sign[Value](
    name: str, value: Value | None, write: Callable[[Value], str], words: str, lacks: str
) -> Sign:
    return (name, "", f"Il manque {lacks}.") if value is None else (name, write(value), words)
