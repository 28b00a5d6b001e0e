"""One DC4 for each subcontractor and each lot, a contract of its own (RULE-22, RULE-40)."""

from decimal import Decimal

from cordee.agreement import Cell, Line, Party, PricedBy, Side, VatRegime
from cordee.base.documents import (
    Block,
    Bullets,
    Document,
    Heading,
    Notice,
    Paragraph,
    Sheet,
    Strong,
    Table,
    Words,
)
from cordee.base.ui import french
from cordee.dossier import money, phrases
from cordee.dossier.candidacy import form_words, means_words, people_words, references
from cordee.dossier.direct import direct_words
from cordee.dossier.model import Dossier, LotFacts, PartyFacts
from cordee.dossier.offer import with_tax_words
from cordee.dossier.phrases import on_paper, ours, vat_words
from cordee.rules import parameters
from cordee.rules.months import first_day


def dc4(dossier: Dossier, party: Party, lot: LotFacts | None) -> Document:
    """The declaration of one subcontractor for one lot, its sections A to M (form of 2024).

    `lot`: one of `Dossier.contracts_of`; None where nobody has said yet what it would do.
    """
    facts = dossier.of(party)
    title, where = dossier.contract.title, phrases.lot_name(lot) if lot else ""
    titular = dossier.terms.party(party.of) if party.of else dossier.lead
    return Document(
        title=f"Fiche DC4 : {facts.brand or facts.name}",
        subtitle=f"{title}\n{where}" if where else title,
        blocks=(
            phrases.copy_me("formulaire DC4"),
            *_declaration(dossier, where),
            Heading("D. Identification du titulaire"),
            *_titular(dossier, titular),
            Heading("E. Identification du sous-traitant"),
            Sheet(
                (
                    *phrases.identity_rows(dossier, party.key),
                    ("Statut", phrases.status_words(facts)),
                    *phrases.signatory_rows(facts),
                )
            ),
            *_subcontract(dossier, party, lot),
            *_means_and_honour(facts),
            *_acceptance(dossier, titular),
        ),
    )


def _declaration(dossier: Dossier, where: str) -> tuple[Block, ...]:
    """Sections A to C: the buyer, the contract, what is declared."""
    return (
        *phrases.buyer_block(dossier),
        *phrases.object_block(
            dossier,
            "B. Objet du marché public",
            more=(("Cette déclaration porte sur", where),) if where else (),
        ),
        Heading("C. Objet de la déclaration"),
        Sheet(
            (
                ("Présentation", "avec l’offre, ou après : à cocher selon le moment"),
                ("Rang", "premier rang"),
            )
        ),
    )


def _subcontract(dossier: Dossier, party: Party, lot: LotFacts | None) -> tuple[Block, ...]:
    """Sections F to I: which work, for how much, paid by whom, for how long."""
    terms = dossier.terms
    cells = money.cells_of(terms, party, lot.number) if lot else ()
    amount = money.share(terms, party, lot.number) if lot else None
    lines = [terms.line(cell.line) for cell in cells]
    return (
        Heading("F. Nature des prestations sous-traitées"),
        *_subcontracted(dossier, party, cells),
        Heading("G. Prix des prestations sous-traitées"),
        *_subcontract_price(dossier, party, lot, amount),
        Heading("H. Conditions de paiement"),
        *_payment(dossier, party, amount),
        Heading("I. Durée du contrat de sous-traitance"),
        Sheet((("En nombre de mois", _months(dossier, party, lines)),)),
    )


def _means_and_honour(facts: PartyFacts) -> tuple[Block, ...]:
    """Sections J and K: what the subcontractor can do, and what it declares itself."""
    staff = people_words(facts.permanent_staff, "de salariés permanents", facts)
    return (
        Heading("J. Capacités du sous-traitant"),
        Sheet((("Effectif permanent", staff), ("Moyens", means_words(facts)))),
        *references(facts),
        Heading("K. Attestations sur l’honneur du sous-traitant"),
        Paragraph(
            "Le sous-traitant déclare lui-même, en signant, n’entrer dans aucun cas "
            "d’exclusion. Cordée ne le déclare pas à sa place."
        ),
    )


def _acceptance(dossier: Dossier, titular: Party | None) -> tuple[Block, ...]:
    """Sections L and M: what was given as security, and what the buyer accepts."""
    told_by = dossier.name(titular) if titular else "le titulaire"
    copy = on_paper("s’il a été remis à une banque", told_by)
    return (
        Heading("L. Cession ou nantissement de créances"),
        Sheet((("Exemplaire unique ou certificat de cessibilité", copy),)),
        Heading("M. Acceptation et agrément des conditions de paiement"),
        Paragraph("L’acheteur remplit cette partie. Sa signature vaut acceptation."),
    )


def _titular(dossier: Dossier, titular: Party | None) -> tuple[Block, ...]:
    if titular is None:
        return (Paragraph(ours("le membre pour qui ce sous-traitant vient")),)
    as_member: tuple[tuple[str, Words], ...] = (
        ("Qualité", "membre du groupement"),
        ("Forme du groupement", form_words(dossier)),
    )
    alone: tuple[tuple[str, Words], ...] = (("Qualité", "titulaire seul, sans groupement"),)
    quality = dossier.terms.arrangement.pick(group=as_member, sole=alone)
    return (Sheet((*phrases.identity_rows(dossier, titular.key)[:2], *quality)),)


def _subcontracted(dossier: Dossier, party: Party, cells: tuple[Cell, ...]) -> tuple[Block, ...]:
    if not cells:
        return (Paragraph(ours(f"ce que fait {dossier.name(party)}")),)
    rows: list[tuple[Words, ...]] = []
    for cell in cells:
        line = dossier.terms.line(cell.line)
        missing = ours(f"le montant de {line.label} pour « {dossier.name(party)} »")
        rows.append((phrases.service(line, cell), phrases.amount_or(cell.cents, missing)))
    table = Table(
        "Prestations et montants",
        ("Prestation", "Montant HT"),
        tuple(rows),
        numeric=frozenset({1}),
        widths=(5, 2),
    )
    return (
        table,
        *_labour(party),
    )


def _labour(party: Party) -> tuple[Block, ...]:
    """A result sold, with its own foreman and tools; else what to look at again (RULE-40)."""
    labour = party.labour
    personal: tuple[str, Words] = (
        "Données personnelles",
        on_paper("si le sous-traitant en traite, et lesquelles", "le titulaire"),
    )
    wrong = [
        words
        for is_wrong, words in (
            (labour.priced_by is PricedBy.HOUR, "un prix à l’heure"),
            (labour.supervision is Side.CLIENT, "un encadrement par le titulaire"),
            (labour.tools is Side.CLIENT, "le matériel du titulaire"),
        )
        if is_wrong
    ]
    if wrong:
        told = (
            Strong("À revoir avant le dépôt. "),
            f"Cette part est décrite avec {', '.join(wrong)} : elle ressemble à un prêt de main-"
            "d’œuvre (articles L8231-1 et L8241-1 du Code du travail).",
        )
        return (Notice(told), Sheet((personal,)))
    words: Words = (
        "un résultat, avec son propre encadrement et son propre matériel"
        if labour.is_told
        else ours("si le prix est au résultat, l’encadrement et le matériel à lui", "labour")
    )
    return (Sheet((("Ce que vend le sous-traitant", words), personal)),)


def _subcontract_price(
    dossier: Dossier, party: Party, lot: LotFacts | None, amount: int | None
) -> tuple[Block, ...]:
    facts = dossier.of(party)
    where = f" ({phrases.lot_called(lot)})" if lot and not lot.whole else ""
    missing = ours(f"le montant de « {dossier.name(party)} »{where}")
    rows: list[tuple[str, Words]] = [
        ("Montant HT", phrases.amount_or(amount, missing)),
        ("Régime de TVA", vat_words(party, facts)),
    ]
    if party.vat is VatRegime.REVERSE_CHARGE:
        rows.append(
            ("TVA", "due par le titulaire (autoliquidation) : le prix est déclaré hors TVA")
        )
    elif party.vat is VatRegime.STANDARD and amount is not None:
        rate = parameters.rate("vat.standard_rate", on=dossier.on)
        rows.append(("Taux de TVA", french.percent(rate, 0 if rate * 100 % 1 == 0 else 1)))
    rows.append(("Montant payé au sous-traitant", with_tax_words(dossier, party, amount)))
    rows.append(
        ("Variation du prix", on_paper("les modalités, comme au marché", "le titulaire")),
    )
    return (Sheet(tuple(rows)),)


def _payment(dossier: Dossier, party: Party, amount: int | None) -> tuple[Block, ...]:
    facts = dossier.of(party)
    return (
        Sheet(
            (
                ("Paiement direct par l’acheteur", direct_words(dossier, party, amount)),
                ("Avance", on_paper("si le sous-traitant la demande", facts.brand or facts.name)),
                (
                    "Compte à créditer",
                    on_paper("le relevé d’identité bancaire", facts.brand or facts.name),
                ),
            )
        ),
        Bullets(
            (
                "Rien de ce qui est fait avant l’acceptation n’est payé directement.",
                "Renoncer au paiement direct n’a pas de valeur (article L2193-11).",
            )
        ),
    )


def _months(dossier: Dossier, party: Party, lines: list[Line]) -> Words:
    """From the first month of its work to the last, as the form counts: whole months."""
    spans = []
    for line in lines:
        cell = dossier.terms.cell(party.key, line.key)
        start = line.first_month if cell.first_month is None else cell.first_month
        spans.append((start, start + (line.months if cell.months is None else cell.months)))
    if not spans:
        return ours(f"les mois de « {dossier.name(party)} »")
    first, end = min(span[0] for span in spans), max(span[1] for span in spans)
    begun = first_day(first)
    month = french.MONTHS[begun.month - 1]
    since = f"d’{month}" if month[0] in "ao" else f"de {month}"
    return f"{french.number(Decimal(end - first))}{french.THIN}mois, à partir {since} {begun.year}"
