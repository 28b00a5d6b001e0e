"""The insertion proposal: what the notice asks, the hours computed and shown, who does them."""

from decimal import Decimal

from cordee.agreement import Party, PartyRole, Terms
from cordee.agreement.arrangement import Arrangement
from cordee.agreement.limits import own_insertion_hours
from cordee.base.documents import (
    Block,
    Bullets,
    Document,
    Gap,
    Heading,
    Notice,
    Paragraph,
    Sheet,
    Strong,
    Table,
    Words,
)
from cordee.base.ui import french
from cordee.dossier import phrases
from cordee.dossier.candidacy import staff_supplied
from cordee.dossier.model import Dossier
from cordee.dossier.phrases import euros, gap, on_paper, ours
from cordee.rules.crafts import trade_of
from cordee.rules.figures import percent
from cordee.rules.insertion_hours import ClauseHours, clause_hours
from cordee.rules.kinds import HANDICAP_KINDS, SIAE_KINDS, supplies_staff
from cordee.rules.trades import TRADES

PUBLICS = (
    (
        "personnes sans emploi, avec des difficultés sociales et professionnelles particulières "
        "(article L5132-1 du Code du travail)",
        SIAE_KINDS,
    ),
    ("personnes en situation de handicap", HANDICAP_KINDS),
)
OTHER_PUBLIC = "personnes que la clause vise, embauchées ou mises à disposition"
GAINS = (
    ("Formation", "les formations prévues, leurs heures, et qui les donne"),
    ("Accompagnement", "le temps d’accompagnement par personne, et par qui"),
    ("Immersions", "les immersions en entreprise prévues"),
    ("Sorties vers l’emploi", "les sorties de l’an passé, et celles visées"),
    ("Certification", "les titres ou blocs préparés pendant le marché"),
)


def insertion(dossier: Dossier) -> Document:
    """What the group offers for insertion."""
    return Document(
        title="Proposition d’insertion",
        subtitle=dossier.contract.title,
        blocks=(
            Heading("Ce que demande l’acheteur"),
            Sheet(_asked(dossier)),
            Heading("Le calcul des heures"),
            *_computed(dossier),
            Heading("Qui fait ces heures"),
            *_doers(dossier),
            *_by_month(dossier),
            Heading("Pour quelles personnes"),
            *_people(dossier),
            Heading("Comment les personnes sont suivies"),
            *_following(dossier),
            Heading("Ce que les personnes en retirent"),
            *_gains(dossier),
            *_afterwards(dossier),
        ),
    )


def computed_hours(dossier: Dossier) -> ClauseHours | None:
    """RULE-17 on the price of the offer; None where one of its three figures is not said."""
    common, rate = dossier.terms.common, _rate_percent(dossier)
    share = common.labour_share_percent
    if share is None or rate is None or not common.hourly_cost_cents:
        return None
    return clause_hours(
        dossier.terms.price_cents,
        labour_share=Decimal(share) / 100,
        insertion_rate=rate / 100,
        hourly_cost_cents=common.hourly_cost_cents,
        on=dossier.on,
    )


def _rate_percent(dossier: Dossier) -> Decimal | None:
    """The share of the hours that the notice asks; else what the members count with."""
    asked, own = dossier.contract.clause_rate_percent, dossier.terms.common.insertion_rate_percent
    return asked if asked is not None or own is None else Decimal(own)


def asked_hours(dossier: Dossier) -> int | None:
    """What the notice asks in all, or else service by service."""
    told = [each.insertion_hours for each in dossier.terms.lines if each.insertion_hours]
    hours = dossier.contract.clause_hours
    return hours if hours is not None or not told else sum(told)


def offered_hours(dossier: Dossier) -> int | None:
    """What the parties promise together; None where nobody promises a number."""
    told = [own_hours(dossier.terms, party) for party in dossier.terms.parties]
    given = [each for each in told if each is not None]
    return sum(given) if given else None


def own_hours(terms: Terms, party: Party) -> int | None:
    """The hours that a party does itself: those done for it are within its figure (RULE-17)."""
    told = [own_insertion_hours(terms, cell) for cell in terms.cells_of(party.key)]
    known = [each for each in told if each is not None]
    return sum(known) if known else None


def _asked(dossier: Dossier) -> tuple[tuple[str, Words], ...]:
    contract = dossier.contract
    rows: list[tuple[str, Words]] = [
        (
            "Clause ou critère",
            contract.clause or Gap("ce que l’avis demande", phrases.COORDINATION, "opportunity"),
        )
    ]
    if contract.clause_hours is not None:
        rows.append(("Heures demandées en tout", phrases.hours(contract.clause_hours)))
    if contract.clause_rate_percent is not None:
        rows.append(("Part demandée", percent(contract.clause_rate_percent / 100)))
    by_line = [line for line in dossier.terms.lines if line.insertion_hours is not None]
    rows += [
        (f"Sur « {line.label} »", phrases.hours(line.insertion_hours or 0)) for line in by_line
    ]
    if contract.clause_hours is None and contract.clause_rate_percent is None and not by_line:
        rows.append(("Volume", "l’avis ne donne pas de chiffre"))
    rows.append(("Facilitateur de la clause", contract.facilitator or "non dit par l’avis"))
    return tuple(rows)


def _computed(dossier: Dossier) -> tuple[Block, ...]:
    common, rate = dossier.terms.common, _rate_percent(dossier)
    share = common.labour_share_percent
    hourly = common.hourly_cost_cents
    rows: list[tuple[str, Words]] = [
        ("Prix de l’offre, hors taxes", euros(dossier.terms.price_cents)),
        (
            "× part de main-d’œuvre",
            ours(f"la part de main-d’œuvre{_usual_share(dossier)}", "insertion")
            if share is None
            else percent(Decimal(share) / 100),
        ),
        (
            "× taux d’insertion",
            ours("le taux d’insertion", "insertion") if rate is None else percent(rate / 100),
        ),
        (
            "÷ coût d’une heure",
            euros(hourly) if hourly else ours("le coût d’une heure de travail", "insertion"),
        ),
    ]
    found = computed_hours(dossier)
    if found is not None and share is not None and rate is not None and hourly:
        exact = french.number(found.exact_hours, 2)
        rows.append(
            (
                "= heures d’insertion",
                (
                    Strong(phrases.hours(found.hours)),
                    f" ({euros(dossier.terms.price_cents)} × {percent(Decimal(share) / 100)} × "
                    f"{percent(rate / 100)} ÷ {euros(hourly)} = {exact}, arrondi à "
                    "l’heure)",
                ),
            )
        )
    blocks: list[Block] = [Sheet(tuple(rows), ("Calcul", "Valeur"))]
    blocks += [Paragraph(warning, quiet=True) for warning in (found.warnings if found else ())]
    return (*blocks, *_compared(dossier, found))


def _compared(dossier: Dossier, found: ClauseHours | None) -> tuple[Block, ...]:
    """What is offered beside what is asked, and what the computation gives."""
    offered = offered_hours(dossier)
    asked = asked_hours(dossier)
    rows: list[tuple[Words, ...]] = []
    if asked is not None:
        rows.append(("Demandé par l’acheteur", french.number(asked)))
    if found is not None:
        rows.append(("Donné par le calcul", french.number(found.hours)))
    rows.append(
        (
            f"Proposé par {dossier.terms.arrangement.whole}",
            ours("les heures que chacun propose") if offered is None else french.number(offered),
        )
    )
    table = Table(
        "Les heures côte à côte",
        ("Quoi", "Heures"),
        tuple(rows),
        numeric=frozenset({1}),
        widths=(3, 2),
    )
    blocks: list[Block] = [table]
    if asked is not None and found is not None and found.hours < asked:
        blocks.append(
            Paragraph(
                "Le calcul donne un minimum. L’acheteur demande davantage : ce qu’il demande "
                "fait foi."
            )
        )
    wanted = wanted_hours(dossier)
    if offered is not None and wanted is not None and offered < wanted:
        short = phrases.hours(wanted - offered)
        blocks.append(Notice(ours(f"qui fait {short} de plus")))
    return tuple(blocks)


def _doers(dossier: Dossier) -> tuple[Block, ...]:
    terms = dossier.terms
    rows: list[tuple[Words, ...]] = []
    for party in terms.parties:
        told = own_hours(terms, party)
        how = way_words(party, terms.arrangement)
        if party.role is PartyRole.EMPLOYER or not (told or counts(party)):
            continue
        hours: Words
        if told is not None:
            hours = french.number(told)
        elif _is_enough(dossier):
            hours = "aucune dite"
        else:
            hours = ours(f"les heures de « {dossier.name(party)} »")
        rows.append((dossier.name(party), how, hours))
    if not rows:
        return (Paragraph(ours("qui fait les heures d’insertion")),)
    total = offered_hours(dossier)
    last: tuple[Words, ...] | None = (
        ("Ensemble", "toutes manières réunies", french.number(total)) if total is not None else None
    )
    return (
        Table(
            "Heures d’insertion de chacun",
            ("Qui", "De quelle manière", "Heures"),
            tuple(rows),
            last,
            frozenset({2}),
            (4, 4, 4),
        ),
        *staff_supplied(dossier),
    )


def _usual_share(dossier: Dossier) -> str:
    """The share that is usual in the trades of the offer, by price; offered, never counted."""
    priced = [(TRADES.get(trade_of(line.trade)), line.price_cents) for line in dossier.terms.lines]
    lines = [(trade, cents) for trade, cents in priced if trade and cents]
    price = sum(cents for _, cents in lines)
    if not price:
        return ""
    labour = sum(cents * trade.labour_share for trade, cents in lines)
    return f" (usuelle dans ces métiers, à confirmer : {french.percent(labour / price, 0)})"


def hours_by_month(dossier: Dossier) -> dict[int, int]:
    """The hours offered, spread evenly over the months of each part; they add up to the offer."""
    found: dict[int, int] = {}
    for cell in dossier.terms.cells:
        hours = own_insertion_hours(dossier.terms, cell) or 0
        first, months = dossier.terms.line(cell.line).span(cell)
        for at in range(months if hours else 0):
            part = hours * (at + 1) // months - hours * at // months
            found[first + at] = found.get(first + at, 0) + part
    return dict(sorted(found.items()))


def _by_month(dossier: Dossier) -> tuple[Block, ...]:
    spread = hours_by_month(dossier)
    if not spread:
        return ()
    rows: tuple[tuple[Words, ...], ...] = tuple(
        (f"{french.MONTHS[month % 12]} {month // 12}", french.number(hours))
        for month, hours in spread.items()
    )
    return (
        Table(
            "Heures mois par mois",
            ("Mois", "Heures"),
            rows,
            ("Ensemble", french.number(sum(spread.values()))),
            frozenset({1}),
            (3, 2),
        ),
        Paragraph("Réparties également sur les mois de chaque part.", quiet=True),
    )


def _people(dossier: Dossier) -> tuple[Block, ...]:
    rows: list[tuple[Words, ...]] = []
    for party in dossier.terms.parties:
        facts = dossier.of(party)
        if not (counts(party) or own_hours(dossier.terms, party)):
            continue
        staff = facts.insertion_staff
        public = next((words for words, kinds in PUBLICS if party.kind in kinds), OTHER_PUBLIC)
        rows.append(
            (
                facts.name,
                public,
                gap("le nombre de salariés en insertion", facts, where="file")
                if staff is None
                else french.count(staff, "personne"),
                on_paper("combien de personnes sur ce marché", facts.brand or facts.name),
            )
        )
    if not rows:
        return (Paragraph(ours("pour quelles personnes", phrases.OUTSIDE)),)
    return (
        Table(
            "Publics",
            ("Qui emploie", "Qui sont les personnes", "Salariés en insertion", "Sur ce marché"),
            tuple(rows),
            widths=(4, 4, 3, 4),
        ),
    )


def _gains(dossier: Dossier) -> tuple[Block, ...]:
    """What a buyer marks (R2152-7), that no record of ours tells: asked, never invented."""
    speaker = f"le {dossier.terms.arrangement.speaker}"
    rows: tuple[tuple[str, Words], ...] = tuple(
        (label, on_paper(asked, speaker)) for label, asked in GAINS
    )
    return (
        Sheet(rows),
        Paragraph(
            "Une immersion sert à découvrir un métier ou à préparer une embauche, jamais à faire "
            "le travail du marché.",
            quiet=True,
        ),
    )


def _is_enough(dossier: Dossier) -> bool:
    """Whether what is promised already reaches what is asked, or what the computation gives."""
    offered, wanted = offered_hours(dossier), wanted_hours(dossier)
    return offered is not None and wanted is not None and offered >= wanted


def wanted_hours(dossier: Dossier) -> int | None:
    """What the notice asks; else what the computation gives."""
    found, asked = computed_hours(dossier), asked_hours(dossier)
    return asked if asked is not None else (found.hours if found else None)


def counts(party: Party) -> bool:
    """Whether its own people count as hours of insertion (CCAG 2021)."""
    return party.kind in SIAE_KINDS | HANDICAP_KINDS or supplies_staff(party.kind)


def way_words(party: Party, arrangement: Arrangement) -> str:
    """In which of the usual ways a party fulfils the clause."""
    if supplies_staff(party.kind):
        return "mise à disposition de personnes en parcours"
    if party.kind in SIAE_KINDS | HANDICAP_KINDS:
        role = "sous-traitance"
        if party.role is PartyRole.MEMBER:
            role = arrangement.pick(group="co-traitance", sole="le candidat")
        return f"{role}, par ses propres salariés ({party.kind.value})"
    return "embauche directe, ou mise à disposition"


def _following(dossier: Dossier) -> tuple[Block, ...]:
    named = dossier.contract.facilitator
    who = f"Le facilitateur de la clause ({named})" if named else "Le facilitateur, s’il y en a un,"
    return (
        Bullets(
            (
                "Chaque structure suit ses propres salariés, avec un encadrement technique et un "
                "accompagnement vers l’emploi.",
                "Les heures sont relevées chaque mois, par structure, sans nom.",
                f"{who} vérifie qui entre dans la clause et valide les heures.",
                "Aucune information de santé, de justice ou sociale n’est transmise.",
            )
        ),
        *phrases.written_before(dossier),
    )


def _afterwards(dossier: Dossier) -> tuple[Block, ...]:
    """Nobody is made to say that nothing is promised: without an employer there is no such part."""
    items: tuple[Words, ...] = tuple(
        f"{dossier.name(party)} étudie des embauches à la suite du marché."
        for party in dossier.with_role(PartyRole.EMPLOYER)
    )
    return (Heading("Et après le marché"), Bullets(items)) if items else ()
