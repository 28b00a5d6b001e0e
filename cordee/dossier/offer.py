"""The offer: the split of the price, beside the act of commitment (ATTRI1)."""

from dataclasses import replace

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
    inlines,
)
from cordee.base.ui import french
from cordee.dossier import money, phrases
from cordee.dossier.letter import form_boxes
from cordee.dossier.model import Contract, Dossier, LotFacts, boxes, form, yes_no
from cordee.dossier.money import in_words
from cordee.dossier.phrases import euros, on_paper, ours, vat_words
from cordee.rules import parameters
from cordee.rules.advance import advance_is_due, due_above, sme_least_rate
from cordee.rules.figures import percent
from cordee.rules.groups import GroupForm, has_one_owner_a_service
from cordee.rules.procedure import PublicBuyer

NO_GROUP = "Sans objet : il n’y a pas de groupement."
WITHOUT_TAX = Paragraph("Tous les montants sont hors taxes.", quiet=True)


def attri1(dossier: Dossier, lot: LotFacts) -> Document:
    """The act of commitment for one lot, a contract of its own: rubrics A to D."""
    attri1, terms = form("attri1"), dossier.terms
    is_group = terms.arrangement.pick(group=True, sole=False)
    whole = lot.whole
    scope = (
        ("l’ensemble du marché, sans lots", whole),
        (f"ce lot : {phrases.lot_name(lot)}" if not whole else "un lot", not whole),
    )
    offer = (
        ("l’offre de base", True),
        ("une variante, à nommer", False),
        ("des prestations supplémentaires éventuelles, à nommer", False),
    )
    return Document(
        title=attri1.title,
        subtitle=f"{dossier.contract.title}\n{phrases.lot_name(lot)}",
        blocks=attri1.filled(
            A=Sheet.of(
                *phrases.object_rows(dossier),
                ("Il porte sur", boxes(scope)),
                ("Il correspond à", boxes(offer)),
            ),
            B1=_commitment(dossier, lot, is_group=is_group),
            B2=_nature(dossier, lot) if is_group else Paragraph(NO_GROUP),
            B3=_accounts(dossier, lot),
            B4=_advance(dossier, lot),
            B5=_lasts(dossier, lot),
            C=Paragraph(
                "Se signe quand le marché est attribué ; dès le dépôt, si le règlement le demande.",
                quiet=True,
            ),
            C1=Paragraph("Sans objet : un groupement répond.")
            if is_group
            else phrases.signature(dossier.of(dossier.holder)),
            C2=_signed(dossier) if is_group else Paragraph(NO_GROUP),
            D=(
                Sheet(phrases.buyer_rows(dossier)),
                Paragraph("L’acheteur remplit le reste, et signe."),
            ),
        ),
    )


def _commitment(dossier: Dossier, lot: LotFacts, *, is_group: bool) -> tuple[Block, ...]:
    """B1: the papers known, who commits itself, and the price in figures and in letters."""
    speaker = dossier.terms.arrangement.speaker
    read = (("CCAP n°", False), ("CCTP n°", False), ("CCAG", False), ("autres pièces", False))
    missing = on_paper("les pièces du marché, avec leurs numéros", f"le {speaker}")
    engages = (
        ("le signataire, pour son propre compte", False),
        ("la société ou l’association qu’il représente", not is_group),
        ("tous les membres du groupement, sur l’offre du groupement", is_group),
    )
    listed = dossier.contract.is_framework
    prices = (
        ("aux prix ci-dessous", not listed),
        ("aux prix de l’annexe financière jointe", listed),
    )
    # The group is the same in each lot: who does nothing in this one is told so.
    identities: tuple[tuple[str, Words], ...] = (
        tuple(
            (
                "Mandataire" if member == dossier.lead else "Membre",
                (
                    *inlines(phrases.contact_words(dossier, member)),
                    *(
                        ()
                        if lot in dossier.lots_of(member)
                        else ("\npas de prestation dans ce lot",)
                    ),
                ),
            )
            for member in dossier.terms.members
        )
        if is_group
        else tuple(phrases.identity_rows(dossier, dossier.holder.key))
    )
    return (
        Sheet.of(
            ("Après avoir lu", boxes(read, missing)),
            ("S’engage", boxes(engages)),
            ("À exécuter le marché", boxes(prices)),
        ),
        Sheet(identities),
        _price_of(dossier, lot),
        *_difference(dossier, lot.number),
    )


def _price_of(dossier: Dossier, lot: LotFacts) -> Block:
    """The price without tax, the tax and the price with tax, to the cent."""
    terms = dossier.terms
    price = money.price(terms, lot.number)
    taxed = with_tax_of(dossier, lot)
    unknown = _untaxed(dossier)
    rows: list[tuple[Words, ...]] = [("Montant hors taxes", euros(price), in_words(price))]
    if taxed is None:
        rows += [
            ("TVA", "voir B3", unknown),
            ("Montant TTC", "voir B3", "le montant hors taxes et cette TVA"),
        ]
    else:
        rows += [
            *_taxes(dossier, lot, taxed - price),
            ("Montant TTC", euros(taxed), in_words(taxed)),
        ]
    called = "de ce lot" if not lot.whole else "du marché"
    listed = dossier.contract.is_framework
    return Table(
        f"Montant estimé {called}, d’après l’annexe financière" if listed else f"Prix {called}",
        ("Montant", "En chiffres", "En lettres"),
        tuple(rows),
        numeric=frozenset({1}),
        widths=(3, 3, 6),
    )


def _taxes(dossier: Dossier, lot: LotFacts, tax: int) -> list[tuple[Words, ...]]:
    """A line for each rate, with what it bears on: "TVA (20 %) sur 1 000 €"."""
    rate = percent(parameters.rate("vat.standard_rate", on=dossier.on))
    found: list[tuple[Words, ...]] = []
    for regime in (VatRegime.STANDARD, VatRegime.EXEMPT):
        base = sum(cents for who, cents in _shares(dossier, lot) or () if who.vat_due is regime)
        if base and regime is VatRegime.STANDARD:
            found.append((f"TVA ({rate}) sur {euros(base)}", euros(tax), in_words(tax)))
        elif base:
            found.append((f"Sans TVA : {euros(base)}", "aucune", "aucune TVA sur cette part"))
    return found


def _untaxed(dossier: Dossier) -> Words:
    """What lacks for a price with tax: a regime, a rate, or a share."""
    members = dossier.terms.members
    for member in members:
        if member.vat_due is VatRegime.UNKNOWN:
            return vat_words(member, dossier.of(member))
    if any(member.vat_due is VatRegime.REDUCED for member in members):
        speaker = dossier.terms.arrangement.speaker
        return on_paper("le taux réduit, dont dépend le prix TTC", f"le {speaker}")
    return ours("la part de chacun, dont dépend le prix TTC")


def with_tax_of(dossier: Dossier, lot: LotFacts) -> int | None:
    """What the buyer pays with tax for a lot; None where a share or a regime does not tell.

    Each member invoices by its own regime.
    """
    shares = _shares(dossier, lot)
    if shares is None:
        return None
    paid = (money.with_tax(share, party, on=dossier.on) for party, share in shares if share)
    return money.known_sum(paid)


def _shares(dossier: Dossier, lot: LotFacts) -> list[tuple[Party, int]] | None:
    """What each member invoices of a lot, without tax; None where that is not its price."""
    terms = dossier.terms
    if len(terms.members) == 1:
        return [(terms.members[0], money.price(terms, lot.number))]
    if money.difference(terms, lot.number) != 0:
        return None
    return [(each, money.share(terms, each, lot.number) or 0) for each in terms.members]


def _nature(dossier: Dossier, lot: LotFacts) -> tuple[Block, ...]:
    return (
        Sheet.of(("Le groupement est", form_boxes(dossier))),
        Paragraph("Répartition entre les membres, en montants hors taxes :", quiet=True),
        *_split(dossier, lot),
    )


def _advance(dossier: Dossier, lot: LotFacts) -> tuple[Block, ...]:
    speaker = dossier.terms.arrangement.speaker
    asked = on_paper("s’il renonce à l’avance, ou non", f"le {speaker}")
    is_none = _has_advance(dossier, lot) is False
    waiver: Words = "sans objet" if is_none else (f"{yes_no(None)}\n", asked)
    return (
        Sheet.of(
            ("Avance de droit", advance_words(dossier, lot)),
            ("Renonce au bénéfice de l’avance", waiver),
        ),
    )


def _has_advance(dossier: Dossier, lot: LotFacts) -> bool | None:
    months = _only(dossier, lot).months
    return advance_is_due(money.price(dossier.terms, lot.number), months, on=dossier.on)


def advance_words(dossier: Dossier, lot: LotFacts) -> str:
    """Whether the advance is due of right on a lot; its rate where it was read again."""
    on, buyer = dossier.on, dossier.contract.buyer
    cents, least_months = due_above(on=on)
    above = f"au-delà de {euros(cents)} hors taxes et de {least_months} mois (article R2191-3)"
    match _has_advance(dossier, lot):
        case False:
            return f"non : elle l’est {above}. L’acheteur peut l’accorder."
        case None:
            return f"selon la durée : elle l’est {above}."
    # Numbers of its ministries and of its services; no notice tells how large a commune is.
    is_state = buyer is not None and (buyer.siret or "").startswith(("11", "12", "17"))
    kind = PublicBuyer.STATE if is_state else None
    state = sme_least_rate(kind, running_costs_cents=None, is_sme=True, on=on)
    least = f" ; une PME a au moins {percent(state)} avec l’État (article R2191-7)" if state else ""
    return f"oui, {above}. Taux à lire dans le contrat{least}."


def _lasts(dossier: Dossier, lot: LotFacts) -> Block:
    """B5: how long, from which event, and whether it is renewed."""
    contract = _only(dossier, lot)
    starts = contract.starts_on
    since = (
        ("la notification du marché", False),
        ("la notification d’un ordre de service", False),
        (
            f"la date prévue : {phrases.day(starts)}" if starts else "une date prévue, à écrire",
            starts is not None,
        ),
    )
    speaker = f"le {dossier.terms.arrangement.speaker}"
    asked = on_paper("si le marché est reconductible, combien de fois et pour combien", speaker)
    lasts = duration_words(replace(dossier, contract=contract))
    if contract.months is None and contract.is_framework:
        # Its title and its notice say two durations: no screen of ours settles that.
        lasts = on_paper("la durée du marché", speaker)
    return Sheet.of(
        ("Durée d’exécution", lasts),
        (
            "À compter de",
            boxes(since) if starts else boxes(since, on_paper("le point de départ", speaker)),
        ),
        ("Reconductible", (f"{yes_no(None)}\n", asked)),
        ("Validité de l’offre", on_paper("la durée dite par l’acheteur", speaker)),
    )


def _only(dossier: Dossier, lot: LotFacts) -> Contract:
    """The contract as this lot has it: its own duration, where it has one; none where the title of
    a framework agreement says another, as its orders may be shorter than it."""
    contract = dossier.contract
    months = lot.months if lot.months is not None else contract.months
    starts = lot.starts_on or contract.starts_on
    if contract.is_framework and contract.titled_months not in (None, months):
        months = starts = None
    lots = tuple(replace(each, months=None, starts_on=None) for each in contract.lots)
    return replace(contract, lots=lots, months=months, starts_on=starts)


def _signed(dossier: Dossier) -> tuple[Block, ...]:
    """C2: the lead, by which mandate; where there is none yet, each member."""
    lead = dossier.lead
    if lead is None:
        return tuple(phrases.signature(dossier.of(each)) for each in dossier.terms.members)
    # Signed on paper: nobody can tick here what another has not signed yet.
    mandates = (
        ("signer cet acte, les représenter et coordonner les prestations", False),
        ("signer les modifications du marché", False),
        ("tout cela, aux conditions des habilitations jointes", False),
        ("aucun : chaque membre signe cet acte lui-même", False),
    )
    asked = on_paper("le mandat à cocher, une fois les habilitations signées", dossier.name(lead))
    return (
        Paragraph(
            (
                f"Mandataire : {dossier.name(lead)}. Mandat que les membres lui donnent :\n",
                *inlines(boxes(mandates, asked)),
            )
        ),
        phrases.signature(dossier.of(lead)),
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


def private_split(dossier: Dossier) -> Document:
    """For a private client: the same, without the form of a public buyer."""
    pick, title = dossier.terms.arrangement.pick, "Répartition du prix entre les membres"
    return Document(
        title=pick(group=title, sole=private_name(dossier.terms)),
        subtitle=dossier.contract.title,
        blocks=(
            Heading("Le travail"),
            Sheet(phrases.object_rows(dossier)),
            *pick(group=_private_of_group, sole=_private_of_sole)(dossier),
            Heading(pick(group="TVA et comptes", sole="TVA et compte")),
            _accounts(dossier),
            Heading("Durée"),
            Sheet.of(("Durée du travail", duration_words(dossier))),
        ),
    )


def _private_of_group(dossier: Dossier) -> tuple[Block, ...]:
    lead = (
        dossier.name(dossier.lead) if dossier.lead else ours("le mandataire du groupement", "form")
    )
    return (
        Heading("Le groupement"),
        Sheet.of(("Le groupement est", form_boxes(dossier)), ("Mandataire", lead)),
        Heading("Le prix et ses parts"),
        WITHOUT_TAX,
        *split_tables(dossier),
    )


def private_name(terms: Terms) -> str:
    """What `private_split` is called in a file."""
    alone = "Prix et sous-traitance" if terms.gives_out else "Prix de l’offre"
    return terms.arrangement.pick(group="Répartition du prix", sole=alone)


def _private_of_sole(dossier: Dossier) -> tuple[Block, ...]:
    subcontractors: tuple[Block, ...] = (
        Heading("Les sous-traitants"),
        Paragraph(
            "Le client accepte chacun, et ses conditions de paiement (loi du 31 décembre 1975)."
        ),
        *given_out(dossier),
    )
    return (
        Heading("Le candidat"),
        Sheet.of(
            ("Il répond", "seul, sans groupement"),
            *phrases.identity_rows(dossier, dossier.holder.key)[:2],
        ),
        Heading("Le prix"),
        WITHOUT_TAX,
        *_prices(dossier),
        *(subcontractors if dossier.terms.gives_out else ()),
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
    called = "Prix" if dossier.is_whole else "Prix du lot"
    total: tuple[Words, ...] = (called, "tous les membres", euros(price))
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
    if not off:
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


def _accounts(dossier: Dossier, lot: LotFacts | None = None) -> Block:
    """The regime, the amount with tax and the account of each; of one lot, or of all."""
    rows: list[tuple[Words, ...]] = []
    for member in dossier.terms.members:
        facts = dossier.of(member)
        told = money.share(dossier.terms, member, lot.number if lot else None)
        if lot and told == 0:
            continue
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
