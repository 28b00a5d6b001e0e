"""The offer: the split of the price, beside the act of commitment (ATTRI1)."""

from cordee.alliances.documents import money, saying
from cordee.alliances.documents.candidacy import (
    form_words,
)
from cordee.alliances.documents.dossier import Dossier, LotFacts, PartyFacts
from cordee.alliances.documents.saying import euros, gap, on_paper, ours
from cordee.alliances.terms import Party, VatRegime
from cordee.base.documents import (
    Block,
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
from cordee.rules.groups import GroupForm


def attri1(dossier: Dossier) -> Document:
    """The annex of the act of commitment: who does what, for how much, lot by lot."""
    blocks: list[Block] = [
        saying.copy_me("formulaire ATTRI1 (acte d’engagement) et son annexe"),
        *saying.object_block(dossier, "A. Objet de l’acte d’engagement"),
        Heading("B. Engagement du groupement"),
        Heading("Nature du groupement et mandataire", 2),
        Sheet(
            (
                ("Forme", form_words(dossier)),
                (
                    "Mandataire",
                    dossier.name(dossier.lead)
                    if dossier.lead
                    else ours("le mandataire du groupement", "form"),
                ),
            )
        ),
        Heading("Répartition du prix", 2),
        Paragraph("Tous les montants sont hors taxes.", quiet=True),
    ]
    for lot in dossier.lots:
        blocks += [*_split(dossier, lot)]
    if len(dossier.lots) > 1:
        blocks += _all_lots(dossier)
    blocks += [
        Heading("Comptes à créditer", 2),
        _accounts(dossier),
        Heading("Durée", 2),
        Sheet((("Durée du marché", duration_words(dossier)),)),
        Heading("Validité de l’offre", 2),
        Sheet((("Durée de validité", on_paper("la durée dite par l’acheteur", "le mandataire")),)),
        Heading("C. Signature"),
        Paragraph(
            "Le mandataire signe pour le groupement s’il en a le mandat. "
            "Sinon chaque membre signe l’acte d’engagement."
        ),
        Heading("D. Identification et signature de l’acheteur"),
        Paragraph("L’acheteur remplit cette partie."),
    ]
    return Document(
        title="Annexe à l’ATTRI1 : répartition entre les membres",
        subtitle=dossier.contract.title,
        blocks=tuple(blocks),
    )


def private_split(dossier: Dossier) -> Document:
    """For a private client: the same split, without the form of a public buyer."""
    lead = dossier.name(dossier.lead) if dossier.lead else ours("le mandataire", "form")
    return Document(
        title="Répartition du prix entre les membres",
        subtitle=dossier.contract.title,
        blocks=(
            *saying.object_block(dossier, "Le travail"),
            Heading("Le groupement"),
            Sheet((("Forme", form_words(dossier)), ("Mandataire", lead))),
            Heading("Le prix et ses parts"),
            Paragraph("Tous les montants sont hors taxes.", quiet=True),
            *split_tables(dossier),
            Heading("TVA et comptes"),
            _accounts(dossier),
            Heading("Durée"),
            Sheet((("Durée du travail", duration_words(dossier)),)),
        ),
    )


def split_tables(dossier: Dossier) -> tuple[Block, ...]:
    """The same tables in the convention."""
    blocks = [block for lot in dossier.lots for block in _split(dossier, lot)]
    return (*blocks, *(_all_lots(dossier) if len(dossier.lots) > 1 else ()))


def _split(dossier: Dossier, lot: LotFacts) -> tuple[Block, ...]:
    terms, rows = dossier.terms, []
    for line in money.lines_of(terms, lot.number):
        for member in terms.members:
            cell = next((c for c in terms.cells_of(member.key) if c.line == line.key), None)
            if cell is None:
                continue
            rows.append(
                (
                    line.label,
                    dossier.name(member),
                    saying.amount_or(
                        cell.cents, ours(f"la part de « {dossier.name(member)} » dans {line.label}")
                    ),
                )
            )
    price = money.price(terms, lot.number)
    if not rows:
        if terms.form is GroupForm.SOLIDAIRE:
            words: Words = (
                f"{saying.lot_name(lot)}, {euros(price)} : les membres répondent du tout "
                "ensemble et ne partagent pas ce prix."
            )
        else:
            words = (f"{saying.lot_name(lot)}, {euros(price)} : ", ours("qui prend quelle part"))
        return (Paragraph(words),)
    total: tuple[Words, ...] = ("Prix du lot", "tous les membres", euros(price))
    if dossier.is_whole:
        total = ("Prix", "tous les membres", euros(price))
    table = Table(
        saying.lot_name(lot),
        ("Prestation", "Membre", "Montant HT"),
        tuple(rows),
        total,
        frozenset({2}),
        (5, 5, 3),
    )
    return (table, *_difference(dossier, lot.number))


def _difference(dossier: Dossier, lot: str | None) -> tuple[Block, ...]:
    """Says when the shares do not make the price: nobody files such a paper unseen."""
    off = money.difference(dossier.terms, lot)
    if off is None:
        return ()
    if off == 0:
        return ()
    words = (
        f"{euros(off)} que personne n’a pris"
        if off > 0
        else f"{euros(-off)} de trop dans les parts"
    )
    return (Notice((Strong("Les parts ne font pas le prix. "), ours(words))),)


def _all_lots(dossier: Dossier) -> tuple[Block, ...]:
    terms = dossier.terms
    rows: list[tuple[Words, ...]] = [
        (
            dossier.name(member),
            saying.amount_or(
                money.share(terms, member), ours(f"la part de « {dossier.name(member)} »")
            ),
        )
        for member in terms.members
    ]
    table = Table(
        "Tous lots réunis",
        ("Membre", "Montant HT"),
        tuple(rows),
        ("Prix de l’offre", euros(terms.price_cents)),
        frozenset({1}),
        (5, 2),
    )
    return (table,)


def _accounts(dossier: Dossier) -> Block:
    rows: list[tuple[Words, ...]] = []
    for member in dossier.terms.members:
        facts = dossier.of(member)
        told = money.share(dossier.terms, member)
        rows.append(
            (
                facts.name,
                vat_words(member, facts),
                with_tax_words(dossier, member, told),
                on_paper("le relevé d’identité bancaire", facts.brand or facts.name),
            )
        )
    return Table(
        "TVA et compte de chaque membre",
        ("Membre", "Régime de TVA", "Part TTC", "Compte"),
        tuple(rows),
        numeric=frozenset({2}),
        widths=(4, 4, 3, 4),
    )


def vat_words(party: Party, facts: PartyFacts) -> Words:
    """The regime beside each share, as the party told it."""
    if party.vat is VatRegime.UNKNOWN:
        return gap("le régime de TVA", facts, where="vat")
    return party.vat.label


def with_tax_words(dossier: Dossier, party: Party, amount_ht_cents: int | None) -> Words:
    """The amount with tax, where the regime tells it."""
    facts = dossier.of(party)
    if amount_ht_cents is None:
        return ours(f"la part de « {facts.name} »")
    paid = money.with_tax(amount_ht_cents, party, on=dossier.on)
    if paid is None and party.vat is VatRegime.REDUCED:
        return on_paper("le taux réduit qui s’applique", facts.brand or facts.name)
    if paid is None:
        return "selon ce régime"
    return euros(paid)


def duration_words(dossier: Dossier) -> Words:
    """The duration that the notice gives."""
    months = dossier.contract.months
    if months is None:
        return Gap("la durée du marché", saying.COORDINATION, "opportunity")
    starts = dossier.contract.starts_on
    counted = f"{french.number(months)}{french.THIN}mois"
    return f"{counted}, à partir du {saying.day(starts)}" if starts else counted
