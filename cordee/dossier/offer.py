"""The offer: the split of the price, beside the act of commitment (ATTRI1)."""

from cordee.agreement import Cell, Party, Terms, VatRegime
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
from cordee.dossier import money, phrases
from cordee.dossier.candidacy import form_words
from cordee.dossier.model import Dossier, LotFacts
from cordee.dossier.phrases import euros, on_paper, ours, vat_words
from cordee.rules.groups import GroupForm, has_one_owner_a_service


def attri1(dossier: Dossier) -> Document:
    """The act of commitment: of a group, who does what for how much, lot by lot, in its annex."""
    build = dossier.terms.arrangement.pick(group=_of_group, sole=_of_sole)
    return build(dossier)


def _of_sole(dossier: Dossier) -> Document:
    """A price, one account, one signature; what is given out is declared with the offer (DC4)."""
    holder = dossier.holder
    return Document(
        title="Fiche ATTRI1 : acte d’engagement",
        subtitle=dossier.contract.title,
        blocks=(
            phrases.copy_me("formulaire ATTRI1 (acte d’engagement)"),
            *phrases.object_block(dossier, "A. Objet de l’acte d’engagement"),
            Heading("B. Engagement du titulaire"),
            Sheet(
                (
                    *phrases.identity_rows(dossier, holder.key)[:3],
                    ("Le signataire s’engage", "pour lui seul, sans groupement"),
                )
            ),
            Heading("Prix", 2),
            Paragraph("Tous les montants sont hors taxes.", quiet=True),
            *_prices(dossier),
            Heading("Sous-traitance déclarée avec l’offre", 2),
            *(given_out(dossier) if dossier.terms.gives_out else (Paragraph("Aucune."),)),
            Heading("Compte à créditer", 2),
            _accounts(dossier),
            Heading("Durée", 2),
            Sheet((("Durée du marché", duration_words(dossier)),)),
            Heading("Validité de l’offre", 2),
            Sheet(
                (("Durée de validité", on_paper("la durée dite par l’acheteur", "le candidat")),)
            ),
            Heading("C. Signature"),
            Sheet(phrases.signatory_rows(dossier.of(holder))),
            Heading("D. Identification et signature de l’acheteur"),
            Paragraph("L’acheteur remplit cette partie."),
        ),
    )


def _prices(dossier: Dossier) -> tuple[Block, ...]:
    rows: tuple[tuple[Words, ...], ...] = tuple(
        (phrases.lot_name(lot), euros(money.price(dossier.terms, lot.number)))
        for lot in dossier.lots
    )
    total: tuple[Words, ...] = ("Prix de l’offre", euros(dossier.terms.price_cents))
    return (
        Table("Prix par lot", ("Lot", "Montant HT"), rows, total, frozenset({1}), (5, 2)),
        *_difference(dossier, None),
    )


def given_out(dossier: Dossier) -> tuple[Block, ...]:
    """What each subcontractor would do, for how much, and what the holder keeps."""
    terms = dossier.terms
    rows: list[tuple[Words, ...]] = []
    for party in terms.signers[1:]:
        lines = {cell.line for cell in terms.cells_of(party.key)}
        work = "\n".join(line.label for line in terms.lines if line.key in lines)
        missing = ours(f"le montant de « {dossier.name(party)} »")
        rows.append(
            (
                dossier.name(party),
                work or ours(f"ce que fait {dossier.name(party)}"),
                phrases.amount_or(money.share(terms, party), missing),
            )
        )
    kept = money.kept(terms, dossier.holder)
    last = phrases.amount_or(kept, ours("ce que garde le candidat"))
    rows.append((dossier.name(dossier.holder), "ce que le candidat garde", last))
    return (
        Table(
            "Ce qui est sous-traité, ce qui est gardé",
            ("Qui", "Prestations", "Montant HT"),
            tuple(rows),
            ("Prix de l’offre", "tout le marché", euros(terms.price_cents)),
            frozenset({2}),
            (4, 5, 3),
        ),
    )


def _of_group(dossier: Dossier) -> Document:
    blocks: list[Block] = [
        phrases.copy_me("formulaire ATTRI1 (acte d’engagement) et son annexe"),
        *phrases.object_block(dossier, "A. Objet de l’acte d’engagement"),
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
        blocks += _split(dossier, lot)
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
        title="Annexe à l’ATTRI1 : répartition entre les membres",
        subtitle=dossier.contract.title,
        blocks=tuple(blocks),
    )


def private_split(dossier: Dossier) -> Document:
    """For a private client: the same, without the form of a public buyer."""
    build = dossier.terms.arrangement.pick(group=_private_of_group, sole=_private_of_sole)
    return build(dossier)


def _private_of_group(dossier: Dossier) -> Document:
    lead = dossier.name(dossier.lead) if dossier.lead else ours("le mandataire", "form")
    return Document(
        title="Répartition du prix entre les membres",
        subtitle=dossier.contract.title,
        blocks=(
            *phrases.object_block(dossier, "Le travail"),
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


def private_name(terms: Terms) -> str:
    """What `private_split` is called in a file."""
    alone = "Prix et sous-traitance" if terms.gives_out else "Prix de l’offre"
    return terms.arrangement.pick(group="Répartition du prix", sole=alone)


def _private_of_sole(dossier: Dossier) -> Document:
    subcontractors: tuple[Block, ...] = (
        Heading("Les sous-traitants"),
        Paragraph(
            "Le client accepte chacun, et ses conditions de paiement (loi du 31 décembre 1975)."
        ),
        *given_out(dossier),
    )
    return Document(
        title=private_name(dossier.terms),
        subtitle=dossier.contract.title,
        blocks=(
            *phrases.object_block(dossier, "Le travail"),
            Heading("Le candidat"),
            Sheet(
                (
                    ("Il répond", "seul, sans groupement"),
                    *phrases.identity_rows(dossier, dossier.holder.key)[:2],
                )
            ),
            Heading("Le prix"),
            Paragraph("Tous les montants sont hors taxes.", quiet=True),
            *_prices(dossier),
            *(subcontractors if dossier.terms.gives_out else ()),
            Heading("TVA et compte"),
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
                    _service(dossier, cell),
                    dossier.name(member),
                    phrases.amount_or(
                        cell.cents, ours(f"la part de « {dossier.name(member)} » dans {line.label}")
                    ),
                )
            )
    price = money.price(terms, lot.number)
    if not rows:
        if terms.form is GroupForm.SOLIDAIRE:
            words: Words = (
                f"{phrases.lot_name(lot)}, {euros(price)} : les membres répondent du tout "
                "ensemble et ne partagent pas ce prix."
            )
        else:
            words = (f"{phrases.lot_name(lot)}, {euros(price)} : ", ours("qui prend quelle part"))
        return (Paragraph(words),)
    total: tuple[Words, ...] = ("Prix du lot", "tous les membres", euros(price))
    if dossier.is_whole:
        total = ("Prix", "tous les membres", euros(price))
    table = Table(
        phrases.lot_name(lot),
        ("Prestation", "Membre", "Montant HT"),
        tuple(rows),
        total,
        frozenset({2}),
        (5, 5, 3),
    )
    return (table, *_difference(dossier, lot.number))


def _service(dossier: Dossier, cell: Cell) -> Words:
    """A line, and what a member does of it. Where a conjoint group shares it, the buyer needs to
    read that: each service has one owner there (RULE-19), and amounts do not tell."""
    terms, line = dossier.terms, dossier.terms.line(cell.line)
    is_owned = terms.form is not None and has_one_owner_a_service(terms.form)
    if cell.work or not is_owned or len(terms.sharers(line.key)) < 2:
        return phrases.service(line, cell)
    name = dossier.name(terms.party(cell.party))
    return (f"{line.label}\n", ours(f"ce que «\u00a0{name}\u00a0» fait dans {line.label}"))


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
            phrases.amount_or(
                money.share(terms, member), ours(f"la part de « {dossier.name(member)} »")
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
    pick = dossier.terms.arrangement.pick
    return Table(
        pick(group="TVA et compte de chaque membre", sole="TVA et compte du candidat"),
        pick(
            group=("Membre", "Régime de TVA", "Part TTC", "Compte"),
            sole=("Candidat", "Régime de TVA", "Prix TTC", "Compte"),
        ),
        tuple(rows),
        numeric=frozenset({2}),
        widths=(4, 4, 3, 4),
    )


def with_tax_words(dossier: Dossier, party: Party, amount_ht_cents: int | None) -> Words:
    """The amount with tax, where the regime tells it."""
    facts = dossier.of(party)
    if amount_ht_cents is None:
        return ours(f"la part de « {facts.name} »")
    paid = money.with_tax(amount_ht_cents, party, on=dossier.on)
    if paid is None and party.vat is VatRegime.REDUCED:
        return on_paper("le taux réduit qui s’applique", facts.brand or facts.name)
    if paid is None:
        return "selon ce régime"
    return euros(paid)


def duration_words(dossier: Dossier) -> Words:
    """The duration that the notice gives, lot by lot where they differ."""
    contract = dossier.contract
    told = {}
    for lot in dossier.lots:
        found = lot if lot.months is not None else contract
        if found.months is None:
            return Gap("la durée du marché", phrases.COORDINATION, "opportunity")
        counted = f"{french.number(found.months)}{french.THIN}mois"
        starts = found.starts_on
        told[phrases.lot_called(lot)] = (
            f"{counted}, à partir du {phrases.day(starts)}" if starts else counted
        )
    if len(set(told.values())) == 1:
        return next(iter(told.values()))
    return "\n".join(f"{called} : {words}" for called, words in told.items())
