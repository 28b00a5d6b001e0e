"""What several documents say in the same words: the contract, the buyer, a party, a gap."""

from datetime import date, datetime

from cordee.agreement import Cell, Line, Party, VatRegime
from cordee.base.documents import (
    Block,
    Bullets,
    Gap,
    Inline,
    Paragraph,
    Signature,
    Strong,
    Words,
    inlines,
)
from cordee.base.ui import french
from cordee.dossier.model import Dossier, LotFacts, Paper, PartyFacts, WrittenText
from cordee.rules import clock
from cordee.rules.clock import day_of
from cordee.rules.kinds import SIAE_KINDS
from cordee.rules.trades import TRADES

# From this model on, the common paper binds legal persons, told by their form.
BY_LEGAL_PERSON = 3
COORDINATION = "qui coordonne l’alliance"
# On paper only, when the bid is filed: no screen of ours holds these.
# Where a gap is told that is written by hand, or joined, on the day of filing.
OUTSIDE = "outside"
AT_FILING = "au dépôt"


euros = french.euros
# A paper is read in another year too.
day = clock.long_day


def moment(when: datetime) -> str:
    """ "17 décembre 2026, 12 h"; in the time of Paris."""
    return f"{day(day_of(when))}, {clock.hour(when)}"


def siren(digits: str) -> str:
    """ "123 456 789"."""
    return french.THIN.join(digits[start : start + 3] for start in range(0, 9, 3))


def siret(digits: str) -> str:
    """ "123 456 789 00012"."""
    return f"{siren(digits[:9])}{french.THIN}{digits[9:]}"


def hours(how_many: int) -> str:
    """ "1 200 heures"."""
    return french.count(how_many, "heure")


def lot_name(lot: LotFacts) -> str:
    """ "Lot 2 : peinture"."""
    called = lot_called(lot)
    return f"{called} : {lot.title}" if lot.title else called


def lot_called(lot: LotFacts) -> str:
    """ "Lot 2"."""
    return "Marché entier" if lot.whole else lot.called or f"Lot {lot.number}"


def online(*whose: PartyFacts) -> Paragraph:
    """Where the buyer may read a proof itself, and does not ask for it (R2143-13)."""
    numbers = ", ".join(siren(facts.siren) for facts in whose if facts.siren)
    return Paragraph(
        "Annuaire des entreprises (annuaire-entreprises.data.gouv.fr), service de l’État, gratuit"
        f"{f' : SIREN {numbers}' if numbers else ''}. L’acheteur y lit l’immatriculation. Le reste "
        "est joint, ou donné s’il le demande."
    )


# Nothing of this is on line with the State.
NOT_ONLINE = Paragraph("Aucun : ces preuves sont jointes si l’acheteur les demande.")


def contact_words(dossier: Dossier, party: Party, *without: str) -> Words:
    """Name, address, mail, telephone and SIRET in one cell, as the models ask in tables.

    `without`: rows of `identity_rows` that are left out.
    """
    said: list[Inline] = []
    for label, value in identity_rows(dossier, party.key):
        if label not in ("SIREN", "Forme juridique", *without):
            said += ["\n" if said else "", "SIRET " if label == "SIRET" else "", *inlines(value)]
    return tuple(part for part in said if part)


def judged_on(dossier: Dossier) -> date:
    """The day on which papers must hold."""
    deadline = dossier.contract.deadline
    return day_of(deadline) if deadline else dossier.on


def is_good(paper: Paper, on: date) -> bool:
    """Held, of known date, and valid on a day."""
    started = paper.valid_from is None or paper.valid_from <= on
    return paper.held and paper.valid_until is not None and started and paper.valid_until >= on


def to_renew(
    dossier: Dossier, paper: Paper, facts: PartyFacts, lot: LotFacts | None = None
) -> Gap | Strong | None:
    """A lack where the paper ends before the offer is due, a warning where it ends before the work
    begins, as far as these days are known; None where it lasts."""
    until = paper.valid_until
    starts = (lot.starts_on if lot else None) or dossier.contract.starts_on
    if until is None:
        return None
    if until < judged_on(dossier):
        return gap(f"{paper.name}, à renouveler", facts, where="papers")
    if starts is None or until >= starts:
        return None
    # The offer lacks nothing: who reads is warned, nobody is asked.
    return Strong(f"À renouveler avant le début du travail ({day(starts)}).")


def signature(facts: PartyFacts) -> Signature:
    """Where one party signs."""
    return Signature(
        facts.name, signatory_name(facts), signatory_function(facts), signatory_act(facts)
    )


def gap(what: str, facts: PartyFacts, *, where: str) -> Gap:
    """Something that one party can tell, on one of its pages (sheet, file, papers, signatory)."""
    if not facts.is_named:
        return unnamed(facts)
    return Gap(what, facts.brand or facts.name, f"party:{facts.key}:{where}")


def ours(what: str, where: str = "table") -> Gap:
    """Something that whoever coordinates decides in the table or in the common terms."""
    return Gap(what, COORDINATION, where)


def on_paper(what: str, who: str) -> Gap:
    """Something that is written by hand, or joined, when the bid is filed."""
    return Gap(what, f"{who}, {AT_FILING}", OUTSIDE)


def service(line: Line, cell: Cell) -> str:
    """A line of the notice, and what a party does of it where it says so."""
    return f"{line.label}\n{cell.work}" if cell.work else line.label


def work_words(dossier: Dossier, party: Party, lot: LotFacts) -> str:
    """What a party does in a lot, one service a line; empty where nobody has said yet."""
    labels = {line.key: line.label for line in dossier.terms.lines if line.lot == lot.number}
    return "\n".join(
        f"{labels[cell.line]} : {cell.work}" if cell.work else labels[cell.line]
        for cell in dossier.terms.cells_of(party.key)
        if cell.line in labels
    )


def part_words(dossier: Dossier, party: Party, lot: LotFacts) -> Words:
    """The same as a form asks it: that it does nothing there, or the gap where nobody said."""
    where = "ce marché" if lot.whole else "ce lot"
    if lot not in dossier.lots_of(party):
        return f"pas de prestation dans {where}"
    missing = ours(f"la part de « {dossier.name(party)} » dans {where}")
    return work_words(dossier, party, lot) or missing


def amount_or(amount_cents: int | None, missing: Gap) -> Words:
    """An amount, or the gap in its place."""
    return missing if amount_cents is None else euros(amount_cents)


def buyer_rows(dossier: Dossier) -> tuple[tuple[str, Words], ...]:
    """Who buys, as the notice says."""
    buyer = dossier.contract.buyer
    if buyer is None:
        return (("Acheteur", Gap("le nom de l’acheteur", COORDINATION, "opportunity")),)
    rows: list[tuple[str, Words]] = [("Acheteur", buyer.name)]
    if buyer.siret:
        rows.append(("SIRET de l’acheteur", siret(buyer.siret)))
    if where := " ".join(part for part in (buyer.postcode, buyer.city) if part):
        rows.append(("Commune", where))
    return tuple(rows)


def object_rows(dossier: Dossier) -> tuple[tuple[str, Words], ...]:
    """What is bought, in the words of the notice."""
    contract = dossier.contract
    rows: list[tuple[str, Words]] = [("Objet", contract.title)]
    if contract.reference:
        rows.append(("Référence de l’avis", contract.reference))
    if contract.published_on:
        rows.append(("Publié le", day(contract.published_on)))
    deadline: Words = (
        moment(contract.deadline)
        if contract.deadline
        else Gap("la date limite de réponse", COORDINATION, "opportunity")
    )
    return (*rows, ("Réponse avant", deadline))


def identity_rows(dossier: Dossier, key: str) -> list[tuple[str, Words]]:
    """Who a party is: what every form asks, from its sheet and its file."""
    facts = dossier.of(key)
    if not facts.is_named:
        return [("Dénomination", (f"{facts.name}, ", unnamed(facts)))]
    where = "\n".join(
        part
        for part in (facts.address, " ".join(p for p in (facts.postcode, facts.city) if p))
        if part
    )
    rows: list[tuple[str, Words]] = [("Dénomination", facts.name)]
    called = dict.fromkeys(each for each in (facts.structure, facts.brand) if each)
    if usual := ", ".join(each for each in called if each != facts.name):
        rows.append(("Nom d’usage", usual))
    rows += [
        ("SIRET", siret(facts.siret)),
        ("SIREN", siren(facts.siren)),
        (
            "Forme juridique",
            facts.legal_form or gap("la forme juridique", facts, where="file"),
        ),
        (
            "Adresse",
            where
            if facts.address and facts.city
            else (f"{where}\n" if where else "", gap("l’adresse du siège", facts, where="file")),
        ),
        ("Téléphone", facts.phone or gap("le téléphone", facts, where="sheet")),
        (
            "Courriel",
            facts.email or gap("l’adresse électronique pour les marchés", facts, where="file"),
        ),
    ]
    return rows


def unnamed(facts: PartyFacts) -> Gap:
    """What stands in the place of the identity of a structure that has not said yes."""
    return Gap(f"qui est « {facts.name} »", "connue quand elle aura dit oui", "parties")


def not_shown(what: str, facts: PartyFacts) -> str:
    """A figure or a paper that a party keeps for itself: no gap, and no value."""
    return f"{what} : non montré ici. {facts.name} peut l’ouvrir à qui dépose l’offre."


def status_words(facts: PartyFacts) -> str:
    """ "Atelier ou chantier d’insertion (ACI)"."""
    named = facts.kind.label
    return named if facts.kind.value == "ENTREPRISE" else f"{named} ({facts.kind.value})"


def is_siae(facts: PartyFacts) -> bool:
    """Whether its status rests on a convention with the State."""
    return facts.kind in SIAE_KINDS


def convention_words(facts: PartyFacts) -> Words:
    """The convention that proves its status, or what is missing."""
    held = facts.convention
    if facts.hides_papers:
        return not_shown("Sa convention", facts)
    if held is None:
        return gap("le numéro et les dates de la convention avec l’État", facts, where="papers")
    return (
        f"Annexe financière {held.number}, {held.state}, du {day(held.starts_on)} "
        f"au {day(held.ends_on)}"
    )


def written_before(dossier: Dossier, lot: str | None = None) -> tuple[Block, ...]:
    """What each signer wrote once, offered to be read again: of what it does for insertion; of its
    trades in a lot ("" for all), then of all its work, where `lot` is given."""
    items: list[Words] = []
    for party in dossier.terms.signers:
        facts = dossier.of(party)
        order = (*dossier.trades_of(party, lot or ""), "")
        found = [each for each in facts.texts if each.trade in order]
        found.sort(key=lambda each: order.index(each.trade))
        if lot is None:
            found = [WrittenText(text=facts.method, year=facts.written_in)]
        for each in found:
            trade = f", {TRADES[each.trade].short_label}" if each.trade else ""
            year = f" de {each.year}" if each.year else ""
            if text := each.text.strip():
                who = facts.brand or facts.name
                again = on_paper(f"une relecture de ce texte{year}", who)
                items.append((Strong(who), f"{trade} : {text} ", again))
    return (Paragraph("Déjà écrit :"), Bullets(tuple(items))) if items else ()


def signatory_rows(facts: PartyFacts) -> tuple[tuple[str, Words], ...]:
    """Who signs for a party, in which function, empowered by what."""
    return (
        ("Personne qui signe", signatory_name(facts)),
        ("Fonction", signatory_function(facts)),
        ("Habilitation", signatory_act(facts)),
    )


def signatory_name(facts: PartyFacts) -> Words:
    """Only what that person told for this purpose."""
    told = facts.signatory and facts.signatory.name
    return told or gap("le nom de la personne qui signe", facts, where="signatory")


def signatory_function(facts: PartyFacts) -> Words:
    """In which function the signatory signs."""
    told = facts.signatory and facts.signatory.function
    return told or gap("la fonction de la personne qui signe", facts, where="signatory")


def signatory_act(facts: PartyFacts) -> Words:
    """The act that empowers the signatory, and its date; for a commune, the council that will vote
    it."""
    told = facts.signatory
    if told is None or not told.act:
        words = "l’acte qui l’habilite à signer, et sa date"
        if told is not None and told.council_on:
            return (
                f"Vote attendu le {day(told.council_on)}. ",
                gap(words, facts, where="signatory"),
            )
        return gap(words, facts, where="signatory")
    if told.is_legal:
        return told.act
    if told.act_on is None:
        return (f"{told.act}, ", gap("la date de cet acte", facts, where="signatory"))
    return f"{told.act}, {day(told.act_on)}"


def party_words(facts: PartyFacts, *, model: int) -> Words:
    """Who it is and who speaks for it, as an agreement of a model begins."""
    if not facts.is_named:
        return (Strong(facts.name), ", ", unnamed(facts))
    city = " ".join(part for part in (facts.postcode, facts.city) if part)
    missing = gap("l’adresse du siège", facts, where="file")
    where: Words = (
        f"dont le siège est {', '.join(part for part in (facts.address, city) if part)}"
        if facts.address
        else ((f"{city}, ", missing) if city else missing)
    )
    form = facts.legal_form or gap("la forme juridique", facts, where="file")
    legal = (", ", form) if model >= BY_LEGAL_PERSON else ()
    acts_for = f"pour « {facts.structure} », " if facts.structure else ""
    return (
        Strong(facts.name),
        *legal,
        f", {acts_for}{status_words(facts)}, SIRET {siret(facts.siret)}, ",
        *inlines(where),
        ", représentée par ",
        *inlines(signatory_name(facts)),
        ", ",
        *inlines(signatory_function(facts)),
    )


def vat_words(party: Party, facts: PartyFacts) -> Words:
    """The regime beside each share, as the party told it."""
    if party.vat_due is VatRegime.UNKNOWN:
        return gap("le régime de TVA", facts, where="vat")
    return party.vat_due.label
