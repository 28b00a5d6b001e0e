"""One DC4 for each subcontractor and each lot, a contract of its own (RULE-40); and whether the
buyer pays a subcontractor itself (RULE-22)."""

from decimal import Decimal

from cordee.agreement import Cell, Line, Party, PricedBy, Side, VatRegime
from cordee.base.documents import (
    Block,
    Bullets,
    Document,
    Paragraph,
    Sheet,
    Signature,
    Table,
    Words,
)
from cordee.base.ui import french
from cordee.dossier import money, phrases
from cordee.dossier.candidacy import capacity_rows, references, small_words
from cordee.dossier.letter import CHECKED, form_boxes
from cordee.dossier.model import Dossier, LotFacts, PartyFacts, boxes, form, yes_no
from cordee.dossier.offer import advance_words, with_tax_words
from cordee.dossier.phrases import euros, on_paper, ours, vat_words
from cordee.rules import parameters, subcontracting
from cordee.rules.months import first_day

CLAIMS = "Cessions et nantissements de créances"
CLAIMS_WHO = "la personne que l’acheteur désigne pour en renseigner"
WORKER = "le sous-traitant"
EXCLUSIONS = (
    "Le sous-traitant déclare sur l’honneur n’entrer dans aucun cas d’exclusion des articles "
    "L2141-1 à L2141-5 et L2141-7 à L2141-10 du Code de la commande publique."
)
ATTESTED = ((f"{WORKER} l’atteste", False),)


def dc4(dossier: Dossier, party: Party, lot: LotFacts | None) -> Document:
    """The declaration of one subcontractor for one lot, rubrics A to M.

    `lot`: one of `Dossier.contracts_of`; None where nobody has said yet what it would do.
    """
    dc4, facts, terms = form("dc4"), dossier.of(party), dossier.terms
    title, where = dossier.contract.title, phrases.lot_name(lot) if lot else ""
    titular = terms.party(party.of) if party.of else dossier.lead
    cells = money.cells_of(terms, party, lot.number) if lot else ()
    lines = [terms.line(cell.line) for cell in cells]
    amount = money.share(terms, party, lot.number) if lot else None
    return Document(
        title=f"{dc4.model.name} : {facts.brand or facts.name}",
        subtitle=f"{title}\n{where}" if where else title,
        blocks=dc4.filled(
            A=Sheet.of(
                *phrases.buyer_rows(dossier), (CLAIMS, on_paper(CLAIMS_WHO, "le titulaire"))
            ),
            B=Sheet.of(
                *phrases.object_rows(dossier),
                *((("Cette déclaration porte sur", where),) if where else ()),
            ),
            C=Sheet.of(("La déclaration est", _moment(dossier)), ("Rang", "premier rang")),
            D=_titular(dossier, titular),
            E=Sheet.of(
                *phrases.identity_rows(dossier, party.key),
                ("Petite ou moyenne entreprise", small_words(facts)),
                ("Statut", phrases.status_words(facts)),
                *phrases.signatory_rows(facts),
                ("Droit au paiement direct", direct_words(dossier, party, amount)),
            ),
            F=_subcontracted(dossier, party, cells),
            G=_subcontract_price(dossier, party, lot, amount),
            H=_payment(dossier, party, lot),
            I=Sheet.of(("En nombre de mois", _months(dossier, party, lines))),
            J1=(Sheet(capacity_rows(dossier, facts)), *references(facts)),
            J2=phrases.NOT_ONLINE,
            K1=(Paragraph(EXCLUSIONS), Paragraph(boxes(ATTESTED, on_paper(CHECKED, WORKER)))),
            K2=phrases.online(facts),
            L=_claims(dossier, titular),
            M=_acceptance(dossier, facts, titular),
        ),
    )


def _moment(dossier: Dossier) -> Words:
    return boxes(
        (
            ("annexée à l’offre", not dossier.is_filed),
            ("un acte spécial, après le dépôt", dossier.is_filed),
            ("un acte spécial qui en modifie un autre", False),
        )
    )


def _claims(dossier: Dossier, titular: Party | None) -> tuple[Block, ...]:
    """L: with the offer there is no contract yet, and nothing to have given a bank."""
    if not dossier.is_filed:
        return (Paragraph("Sans objet avec l’offre : il n’y a pas encore de marché."),)
    told_by = dossier.name(titular) if titular else "le titulaire"
    given = on_paper("si l’exemplaire unique a été remis à une banque", told_by)
    return (
        Sheet.of(
            (
                "Exemplaire unique ou certificat de cessibilité",
                boxes((("joint", False), ("remis à une banque", False)), given),
            )
        ),
    )


def _acceptance(dossier: Dossier, facts: PartyFacts, titular: Party | None) -> tuple[Block, ...]:
    buyer = dossier.contract.buyer
    signers = [facts, *([dossier.of(titular)] if titular else [])]
    return (
        Paragraph(
            "Avec l’offre, ce DC4 ne se signe que si le règlement le demande. La notification du "
            "marché, ou la signature de l’acheteur à la suite, accepte le sous-traitant et agrée "
            "ses conditions de paiement."
        ),
        *(phrases.signature(each) for each in signers),
        # The buyer fills its own box: nothing of it lacks.
        Signature(buyer.name if buyer else "l’acheteur", *("à écrire par l’acheteur",) * 3),
    )


def _titular(dossier: Dossier, titular: Party | None) -> tuple[Block, ...]:
    if titular is None:
        return (Paragraph(ours("le membre pour qui ce sous-traitant vient")),)
    lead = dossier.lead
    speaker: Words = ours("le mandataire du groupement", "form")
    if lead:
        speaker = "lui-même" if lead == titular else phrases.contact_words(dossier, lead)
    as_member: tuple[tuple[str, Words], ...] = (
        ("Qualité", "membre du groupement"),
        ("Le groupement est", form_boxes(dossier)),
        ("Mandataire", speaker),
    )
    alone: tuple[tuple[str, Words], ...] = (("Qualité", "titulaire seul, sans groupement"),)
    quality = dossier.terms.arrangement.pick(group=as_member, sole=alone)
    return (
        Sheet.of(
            *phrases.identity_rows(dossier, titular.key),
            *phrases.signatory_rows(dossier.of(titular)),
            *quality,
        ),
    )


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
    return (table, *_labour(party))


def _labour(party: Party) -> tuple[Block, ...]:
    """A result sold, with its own foreman and tools; else what to look at again (RULE-40)."""
    labour = party.labour
    asked = on_paper("si le sous-traitant en traite, et lesquelles", "le titulaire")
    personal: Words = (f"{yes_no(None)}\n", asked)
    words: Words = (
        "un résultat, avec son propre encadrement et son propre matériel"
        if labour.is_told and not lent_words(party)
        else ours("si le prix est au résultat, l’encadrement et le matériel à lui", "labour")
    )
    rows = (("Ce que vend le sous-traitant", words), ("Traite des données personnelles", personal))
    return (Sheet(rows),)


def lent_words(party: Party) -> str:
    """What looks like lending staff in a part, said to who prepares the offer; "" for nothing."""
    labour = party.labour
    wrong = {
        "un prix à l’heure": labour.priced_by is PricedBy.HOUR,
        "un encadrement par le titulaire": labour.supervision is Side.CLIENT,
        "le matériel du titulaire": labour.tools is Side.CLIENT,
    }
    return ", ".join(words for words, is_wrong in wrong.items() if is_wrong)


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
        taxed = money.with_tax(amount, party, on=dossier.on) or amount
        rows += [
            ("Taux de TVA", french.percent(rate, 0 if rate * 100 % 1 == 0 else 1)),
            ("Montant de la TVA", phrases.euros(taxed - amount)),
        ]
    is_taxed = party.vat is not VatRegime.REVERSE_CHARGE
    called = "Montant TTC" if is_taxed else "Montant payé au sous-traitant, hors TVA"
    rows.append((called, with_tax_words(dossier, party, amount)))
    rows.append(
        ("Variation du prix", on_paper("les modalités, comme au marché", "le titulaire")),
    )
    return (Sheet(tuple(rows)),)


def _payment(dossier: Dossier, party: Party, lot: LotFacts | None) -> tuple[Block, ...]:
    facts = dossier.of(party)
    return (
        Sheet.of(
            ("Conditions de paiement", "celles du marché"),
            *((("Avance de droit sur ce marché", advance_words(dossier, lot)),) if lot else ()),
            (
                "Demande à bénéficier de l’avance",
                (
                    f"{yes_no(None)}\n",
                    on_paper("si le sous-traitant la demande", facts.brand or facts.name),
                ),
            ),
            (
                "Compte à créditer",
                on_paper("le relevé d’identité bancaire", facts.brand or facts.name),
            ),
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
        start, months = line.span(dossier.terms.cell(party.key, line.key))
        spans.append((start, start + months))
    if not spans:
        return ours(f"les mois de « {dossier.name(party)} »")
    first, end = min(span[0] for span in spans), max(span[1] for span in spans)
    begun = first_day(first)
    month = french.MONTHS[begun.month - 1]
    since = f"d’{month}" if month[0] in "ao" else f"de {month}"
    return f"{french.number(Decimal(end - first))}{french.THIN}mois, à partir {since} {begun.year}"


def is_direct(dossier: Dossier, party: Party, amount: int | None) -> bool | None:
    """Whether the buyer would pay it once accepted; None where the amount does not tell."""
    least = threshold_cents(dossier)
    paid = None if amount is None else money.with_tax(amount, party, on=dossier.on)
    if paid is None and amount is not None and amount >= least:
        paid = amount  # With tax it is more still.
    if paid is None:
        return None
    return subcontracting.is_paid_directly(
        rank=1, accepted=True, amount_ttc_cents=paid, on=dossier.on
    )


def threshold_cents(dossier: Dossier) -> int:
    """From which amount with tax the buyer pays directly."""
    return int(parameters.amount("subcontracting.direct_payment_from_cents", on=dossier.on))


def direct_words(dossier: Dossier, party: Party, amount: int | None) -> Words:
    """What the declaration of a subcontractor says of it."""
    least = euros(threshold_cents(dossier))
    match is_direct(dossier, party, amount):
        case None:
            return ours("le montant, dont dépend le paiement direct")
        case True:
            return (
                f"oui, une fois accepté : à partir de {least} TTC, l’acheteur paie lui-même "
                "(article R2193-10 du Code de la commande publique)"
            )
    return f"non : sous {least} TTC, le titulaire paie son sous-traitant"
