"""The two files, as documents: what is known is written, what is not is a line to fill.

Their words are plain files, in `cordee/dossier/texts`.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from cordee.base.documents import Block, Document, Gap, Paragraph, Sheet, Strong, Table, Words
from cordee.base.ui import french, months
from cordee.dossier.phrases import amount_or, day, siret
from cordee.dossier.texts import Fill, paper
from cordee.economics.dossiers import sections
from cordee.economics.dossiers.evidence import LocalMarket
from cordee.economics.headroom import Position
from cordee.economics.models import Resource, YearStatement
from cordee.members.models import Convention, Structure
from cordee.rules import accounts, ceiling, parameters, posts, resources
from cordee.rules.months import first_day, last_day
from cordee.rules.trades import TRADES

DIRECTION = "la direction"
SHARE_OF_SALES = "Part des ventes dans les produits"
# As the annex lists them.
FUNDERS = (
    "Commune et intercommunalité",
    "Département",
    "Région",
    "État",
    "FSE, PLIE et Agefiph",
    "Fondations et autres",
)


def derogation(
    position: Position, rate: Decimal, markets: Sequence[LocalMarket], on: date
) -> Document:
    """The request to raise the ceiling of a chantier for a year (D5132-34, circulaire 2005-41).

    `rate`: that which is asked, a share of the charges.
    """
    structure = position.year.chantier.structure
    return Document(
        title="Demande de dérogation au plafond de recettes",
        subtitle=f"{structure.shown_name}, exercice {position.year.name}",
        blocks=paper(
            "derogation",
            Fill(
                cases={"comptes": any(market.contracts for market in markets)},
                values={
                    "jour": day(on),
                    "plafond": french.percent(parameters.rate("ceiling.standard_rate", on=on), 0),
                    "limite": french.percent(
                        parameters.rate("ceiling.derogation_max_rate", on=on), 0
                    ),
                    "entreprises": _to_fill(
                        "ce que disent les entreprises du territoire, et ce qu’elles refusent"
                    ),
                    "prix": _to_fill("comment vos prix se comparent à ceux du marché"),
                    "accords": _to_fill(
                        "les accords avec les branches et les syndicats du territoire, ou les avis "
                        "demandés"
                    ),
                    "accompagnement": _to_fill(
                        "l’accompagnement des salariés que cette activité permet"
                    ),
                },
                inserts={
                    "demande": _asked(position, rate),
                    "chiffres": _figures(position, rate),
                    "offres": _offers(markets, on),
                },
            ),
        ),
    )


def dialogue(
    structure: Structure, positions: Sequence[Position], first_month: int, on: date
) -> Document:
    """What the yearly dialogue asks, for twelve months from `first_month` (annexe financière).

    `positions` are those of the structure's chantiers in these months.
    """
    year = [position for position in positions if position.year.first_month == first_month]
    return Document(
        title="Dialogue de gestion",
        subtitle=f"{structure.shown_name}, {months.span(first_month, 12)}",
        blocks=paper(
            "dialogue",
            Fill(
                cases={"plusieurs": len(year) > 1},
                values={"jour": day(on), "heures": _hours_of_a_post(structure, on)},
                inserts={
                    "structure": _identity(structure, first_month),
                    "postes": _posts(structure, first_month),
                    "mois": _months(structure, first_month),
                    "plafond": _ceiling(year),
                    "produits": _products(year, first_month),
                    "financeurs": _funders(structure, first_month),
                    "encadrement": _supervision(structure),
                    "parcours": _paths(structure, first_month),
                },
            ),
        ),
    )


def _to_fill(what: str) -> Gap:
    return Gap(what, DIRECTION)


def _cell(what: str) -> Gap:
    """The same where its row and its column say what is missing."""
    return Gap(what, DIRECTION, kept="à compléter")


def _rate(rate: Decimal) -> str:
    """ "50 %", "42,5 %"."""
    return french.percent(rate, 0 if rate == round(rate, 2) else 1)


def _asked(position: Position, rate: Decimal) -> tuple[Block, ...]:
    year = position.year
    chantier, structure = year.chantier, year.chantier.structure
    trades = [str(activity) for activity in chantier.activities.order_by("trade")]
    return (
        Sheet.of(
            ("Structure", structure.shown_name),
            ("SIRET", siret(structure.siret)),
            ("Chantier", chantier.name),
            ("Annexe financière", _annex(structure, year.first_month, year.months)),
            ("Exercice", months.span(year.first_month, year.months)),
            ("Taux demandé", Strong(_rate(rate))),
            ("Activité", ", ".join(trades) or _to_fill("l’activité en cause")),
            ("Durée demandée", _to_fill("jusqu’à quand")),
        ),
    )


def _figures(position: Position, rate: Decimal) -> tuple[Block, ...]:
    missing = _to_fill("les charges de l’exercice")
    return (
        Sheet(
            (
                ("Nature des comptes", position.year.get_basis_display()),
                ("Recettes de commercialisation", french.euros(position.receipts_cents)),
                ("Charges liées à ces activités", french.euros(round(position.charges_cents))),
                ("Recettes sur charges", _share(position.rate)),
                (
                    f"Vente possible à {_rate(position.cap)}",
                    amount_or(position.headroom_cents, missing),
                ),
                (
                    f"Vente possible à {_rate(rate)}",
                    amount_or(position.headroom_under(rate), missing),
                ),
            ),
            ("Chiffre", "Hors taxes"),
        ),
    )


def _offers(markets: Sequence[LocalMarket], on: date) -> tuple[Block, ...]:
    if not markets:
        return (Paragraph(_to_fill("les métiers du chantier et le lieu de la structure")),)
    rows = tuple(
        (
            TRADES[market.trade].label,
            f"{market.radius_km} km",
            french.number(market.contracts) if market.contracts else "aucun connu",
            french.number(market.holders) if market.contracts else "aucune connue",
            f"{day(market.first)} à {day(market.last)}"
            if market.first and market.last
            else "sans date",
            french.number(market.structures) if market.structures else "aucune connue",
        )
        for market in markets
    )
    return (
        Table(
            f"Marchés publics notifiés depuis le {day(markets[0].since)}, connus au {day(on)}",
            (
                "Métier supposé",
                "Rayon",
                "Marchés",
                "Titulaires",
                "Notifiés du … au …",
                "Autres structures d’insertion ou de handicap",
            ),
            rows,
            numeric=frozenset({2, 3, 5}),
            widths=(4, 3, 4, 4, 4, 5),
        ),
    )


def _annex(structure: Structure, first_month: int, length: int = 12) -> Words:
    """The annexes of these months, the first first: never those of today for another year."""
    found = sorted(_running(structure, first_month, length), key=lambda row: row.starts_on)
    told = [f"{row.number}, du {day(row.starts_on)} au {day(row.ends_on)}" for row in found]
    return french.series(told) or _to_fill("le numéro et les dates de l’annexe financière")


def _identity(structure: Structure, first_month: int) -> tuple[Block, ...]:
    return (
        Sheet.of(
            ("Structure", structure.shown_name),
            ("Organisme porteur", structure.organisation.name),
            ("SIRET", siret(structure.siret)),
            ("Commune", structure.place_name or _to_fill("la commune")),
            ("Annexe financière", _annex(structure, first_month)),
        ),
    )


def _running(structure: Structure, first_month: int, length: int = 12) -> list[Convention]:
    """The live annexes that touch these months."""
    first, last = first_day(first_month), last_day(first_month + length - 1)
    return [row for row in structure.conventions.all() if row.is_in_force(first, last)]


def _posts(structure: Structure, first_month: int) -> tuple[Block, ...]:
    rows: list[tuple[str, Words]] = []
    unit = _to_fill("le montant d’un poste dans l’annexe")
    for row in _running(structure, first_month):
        whole = posts.annual_contracted_fte(row.posts_fte, start=row.starts_on, end=row.ends_on)
        rows += [
            (f"Postes de l’annexe {row.number}", french.fte(row.posts_cfte)),
            ("Ramenés à l’année, selon ses mois", french.fte(whole * 100)),
            ("Montant unitaire annuel", amount_or(row.unit_cents, unit)),
        ]
    if not rows:
        rows = [
            ("Postes conventionnés", _to_fill("les postes de l’annexe financière")),
            ("Montant unitaire annuel", unit),
        ]
    rows += [
        ("Cofinancement", _to_fill("qui cofinance, et combien")),
    ]
    return (Sheet(tuple(rows)),)


def _months(structure: Structure, first_month: int) -> tuple[Block, ...]:
    """Posts of the convention beside those done: nobody records hours here yet."""
    running = _running(structure, first_month)
    rows = []
    for month in range(first_month, first_month + 12):
        cfte = sum(
            row.posts_cfte for row in running if row.is_in_force(first_day(month), last_day(month))
        )
        planned: Words = french.fte(cfte) if cfte else _cell("les postes")
        rows.append((months.month(month), planned, _cell(f"les ETP faits {months.span(month, 1)}")))
    return (
        Table(
            "Postes mois par mois",
            ("Mois", "Conventionnés", "Réalisés"),
            tuple(rows),
        ),
    )


def _hours_of_a_post(structure: Structure, on: date) -> Words:
    try:
        return french.number(posts.reference_hours(structure.kind, on=on))
    except parameters.UnknownParameter:
        return _to_fill("les heures d’un poste")


def _ceiling(year: Sequence[Position]) -> tuple[Block, ...]:
    if not year:
        return (Paragraph(_to_fill("les recettes et les charges de l’exercice")),)
    rows: list[tuple[Words, ...]] = [
        (
            each.year.chantier.name,
            french.euros(each.receipts_cents),
            french.euros(round(each.charges_cents)),
            _share(each.rate),
            _rate(each.cap),
        )
        for each in year
    ]
    total: tuple[Words, ...] | None = None
    if len(year) > 1:
        receipts = sum(each.receipts_cents for each in year)
        charges = round(sum(each.charges_cents for each in year))
        total = (
            "Ensemble, pour information",
            french.euros(receipts),
            french.euros(charges),
            _share(ceiling.carrier_ratio([(receipts, charges)])),
            "se juge par chantier",
        )
    return (
        Table(
            "Recettes de commercialisation et charges, hors taxes",
            ("Chantier", "Recettes", "Charges", "Rapport", "Plafond"),
            tuple(rows),
            total,
            numeric=frozenset({1, 2, 3, 4}),
            widths=(4, 3, 3, 2, 3),
        ),
    )


def _share(ratio: Decimal | None) -> Words:
    return _to_fill("les charges") if ratio is None else french.percent(ratio)


def _products(year: Sequence[Position], first_month: int) -> tuple[Block, ...]:
    """By category, as the strongest statement of each chantier says. Without detail the total, and
    the share of sales in it, are unknown."""
    of_year = YearStatement.objects.filter(first_month=first_month)
    chantiers = [each.year.chantier_id for each in year]
    found = of_year.filter(chantier__in=chantiers).strongest_by_chantier()
    amounts: Counter[str] = Counter()
    if year and len(found) == len(year):
        for each in found.values():
            amounts.update(each.amounts)
    products = [each for each in accounts.posts().values() if each.side == accounts.PRODUCTS]
    rows: list[tuple[str, Words]] = [
        (each.label, french.euros(amounts[each.key]) if each.key in amounts else _cell(each.label))
        for each in products
        if each.key in amounts or not each.is_grey
    ]
    total = sum(amounts[each.key] for each in products)
    sales = amounts[accounts.SALES]
    share = resources.sales_over_products(sales, total) if total > sales else None
    rows += [
        ("Total des produits", french.euros(total) if share is not None else _cell("le total")),
        (SHARE_OF_SALES, _cell("cette part") if share is None else french.percent(share)),
    ]
    return (Sheet(tuple(rows), ("Produit", "Montant")),)


def _funders(structure: Structure, first_month: int) -> tuple[Block, ...]:
    """What is paid in these months, and how sure it is; who the annex lists, where nobody is."""
    kept = Resource.objects.kept().filter(chantier__structure=structure)
    rows = []
    for each in kept.exclude(category=accounts.SALES):
        spread = ceiling.spread_by_accounting_year(
            each.amount_cents,
            first_month=each.first_month,
            months=each.months,
            accounting_years=[(first_month, 12)],
        )
        if cents := spread.by_year_cents[0]:
            words = each.get_category_display(), french.euros(cents), each.get_certainty_display()
            rows.append((each.funder, *words))
    if not rows:
        return (Sheet(tuple((who, _cell(f"l’aide de {who}")) for who in FUNDERS)),)
    head = ("Financeur", "Catégorie", "Montant", "Certitude")
    table = Table("Attendu dans l’exercice", head, tuple(rows), numeric=frozenset({2}))
    return table, Paragraph(_to_fill("les autres financeurs"))


def _supervision(structure: Structure) -> tuple[Block, ...]:
    crews = [crew for chantier in structure.chantiers.all() for crew in chantier.crews.all()]
    places = sum(crew.places for crew in crews)
    known: Words = (
        f"{french.count(len(crews), 'équipe')}, {french.count(places, 'place')}"
        if crews
        else _to_fill("les équipes et leurs places")
    )
    return (
        Sheet.of(
            ("Équipes", known),
            ("Encadrement technique", _to_fill("les encadrants, et leurs ETP")),
            ("Accompagnement socioprofessionnel", _to_fill("qui accompagne, et ses ETP")),
            ("Intervenants extérieurs", _to_fill("qui, et combien d’heures")),
            ("Durée hebdomadaire collective", _to_fill("les heures par semaine")),
        ),
    )


def _paths(structure: Structure, first_month: int) -> tuple[Block, ...]:
    known = sections.rows(structure, first_day(first_month), last_day(first_month + 11))
    rows: tuple[tuple[str, Words], ...] = (
        ("Formations", _to_fill("les formations, leurs heures et qui les a suivies en nombre")),
        ("Sorties prévues", _to_fill("le nombre, et les taux visés")),
        ("Sorties faites", _to_fill("durables, de transition, positives, en nombre")),
    )
    told = {label for label, _ in known}
    return (Sheet.of(*known, *(row for row in rows if row[0] not in told)),)
