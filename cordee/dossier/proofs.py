"""The list of proofs: what each party gives now, what the winner gives, until when, what lacks.

The buyer asks social and fiscal proofs of whom it means to choose alone (Code de la commande
publique, R2144-4 and after): they are no lack of an offer.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from cordee.agreement import Party, PartyRole
from cordee.base.documents import (
    Block,
    Bullets,
    Document,
    Heading,
    Paragraph,
    Table,
    Words,
    inlines,
)
from cordee.base.ui import french
from cordee.dossier import phrases
from cordee.dossier.candidacy import TEN_YEARS
from cordee.dossier.model import Dossier, Paper, PartyFacts
from cordee.dossier.phrases import gap
from cordee.notices.text import fold
from cordee.rules import reservation
from cordee.rules.kinds import HANDICAP_KINDS

EXTRACT = "Extrait d’immatriculation"
OF_AN_ASSOCIATION = "Numéro au répertoire des associations (RNA), ou avis de situation SIRENE"
# Asked of the winner, once the offer left.
OF_THE_WINNER = (
    "Attestation de vigilance de l’URSSAF",
    "Attestation de régularité fiscale",
    "Liste des salariés étrangers soumis à autorisation",
    EXTRACT,
)


def proofs(dossier: Dossier, keys: Collection[str] | None = None) -> Document:
    """Each party's papers, or those of some, judged on the day when the answer is due."""
    told = [
        party
        for party in dossier.terms.parties
        if party.role.has_share and (keys is None or party.key in keys)
    ]
    told.sort(key=lambda party: party.role is not PartyRole.MEMBER)
    judged = phrases.judged_on(dossier)
    blocks: list[Block] = [
        Paragraph(
            f"Chaque papier est jugé au {phrases.day(judged)}, "
            + (
                "jour limite de réponse."
                if dossier.contract.deadline
                else "jour de cette liste : l’avis ne dit pas la date limite."
            )
        ),
        *_summary(dossier, told, judged),
    ]
    for party in told:
        facts = dossier.of(party)
        blocks += [
            Heading(f"{facts.name} ({dossier.terms.place_of(party.key)})"),
            *_papers(dossier, facts, judged),
        ]
    return Document(
        title="Liste des justificatifs",
        subtitle=dossier.contract.title,
        blocks=tuple(blocks),
    )


def _summary(dossier: Dossier, told: Sequence[Party], judged: date) -> tuple[Block, ...]:
    rows: list[tuple[Words, ...]] = []
    for party in told:
        facts = dossier.of(party)
        if facts.hides_papers:
            rows.append((facts.name, *("non montré",) * 3))
            continue
        if not facts.papers:
            rows.append((facts.name, *("non connu",) * 3))
            continue
        now, later = _split(dossier, facts)
        good = sum(phrases.is_good(paper, judged) for paper in now)
        rows.append((facts.name, *map(french.number, (good, len(now) - good, len(later)))))
    if not rows:
        return ()
    return (
        Heading("En bref"),
        Table(
            "Papiers de chacun",
            ("Qui", "Valables ce jour-là", "À fournir ou à renouveler", "Si l’offre est retenue"),
            tuple(rows),
            numeric=frozenset({1, 2, 3}),
            widths=(4, 3, 3, 3),
        ),
    )


def with_the_offer(facts: PartyFacts) -> list[Paper]:
    """The papers that a candidate gives now."""
    return [paper for paper in facts.papers if paper.name not in OF_THE_WINNER]


def _split(dossier: Dossier, facts: PartyFacts) -> tuple[list[Paper], list[Paper]]:
    """Those given with the offer, and those of the winner."""
    now = with_the_offer(facts)
    party = dossier.terms.party(facts.key)
    # Who lends people builds nothing.
    does_works = party.role.has_share and any(lot.is_works for lot in dossier.lots_of(party))
    if does_works and all(paper.name != TEN_YEARS for paper in now):
        asked_for = "Demandée pour les travaux de bâtiment."
        now.append(Paper(name=TEN_YEARS, held=False, asked_for=asked_for))
    # No trade register holds a public body, nor most associations.
    is_association = fold(facts.legal_form).startswith("association")
    later = [
        replace(paper, name=OF_AN_ASSOCIATION)
        if paper.name == EXTRACT and is_association and not paper.held
        else paper
        for paper in facts.papers
        if paper.name in OF_THE_WINNER and not (paper.name == EXTRACT and facts.is_public_body)
    ]
    return now, later


def _papers(dossier: Dossier, facts: PartyFacts, judged: date) -> tuple[Block, ...]:
    if facts.hides_papers:
        return (Paragraph(phrases.not_shown("Ses papiers", facts)),)
    blocks: list[Block] = []
    if phrases.is_siae(facts):
        inner = inlines(phrases.convention_words(facts))
        blocks.append(Bullets((("Convention avec l’État : ", *inner),)))
    elif facts.kind in HANDICAP_KINDS:
        what = "le contrat ou l’arrêté de l’État qui prouve ce statut"
        proof = phrases.on_paper(what, facts.brand or facts.name)
        blocks.append(Bullets(((f"{phrases.status_words(facts)} : ", proof),)))
    if facts.is_public_body:
        blocks.append(Bullets((f"{EXTRACT} : sans objet, personne publique.",)))
    now, later = _split(dossier, facts)
    whose = french.of(facts.brand or facts.name)
    found = [
        _table(f"{what} {whose}", papers, [state(dossier, p, facts, judged) for p in papers])
        for what, papers, state in (
            ("À donner avec l’offre : papiers", now, _state),
            ("À donner si l’offre est retenue : papiers", later, _later),
        )
        if papers
    ]
    missing = Paragraph(gap("les justificatifs et leurs dates", facts, where="papers"))
    return (*blocks, *_cautions(dossier, facts), *(found or (missing,)))


def _cautions(dossier: Dossier, facts: PartyFacts) -> tuple[Block, ...]:
    """What a reservation leaves to be proved: said to who files, not to the buyer."""
    reserved = dossier.contract.reserved
    if reserved is None or dossier.terms.party(facts.key).role is not PartyRole.MEMBER:
        return ()
    told = reservation.CAUTIONS[reserved]
    return (Bullets(tuple(f"À confirmer : {each}" for each in told)),) if told else ()


def _table(caption: str, papers: Sequence[Paper], states: Sequence[Words]) -> Table:
    rows: tuple[tuple[Words, ...], ...] = tuple(
        (paper.name, _validity(paper), state, paper.asked_for or "non dit")
        for paper, state in zip(papers, states, strict=True)
    )
    head = ("Papier", "Valable", "État", "À quoi il sert")
    return Table(caption, head, rows, widths=(4, 4, 4, 4))


def _later(dossier: Dossier, paper: Paper, facts: PartyFacts, judged: date) -> Words:
    """No lack of an offer; once it left, what the buyer may ask for any day."""
    if phrases.is_good(paper, judged):
        return "valable ce jour-là"
    return (
        _state(dossier, paper, facts, judged) if dossier.is_filed else "à avoir prêt, pas à joindre"
    )


def _validity(paper: Paper) -> str:
    if not paper.held:
        return "pas dans la fiche"
    if paper.valid_until is None:
        return "sans date de fin connue"
    until = phrases.day(paper.valid_until)
    if paper.valid_from:
        return f"du {phrases.day(paper.valid_from)} au {until}"
    return f"jusqu’au {until}"


def _state(dossier: Dossier, paper: Paper, facts: PartyFacts, judged: date) -> Words:
    if phrases.is_good(paper, judged):
        return phrases.to_renew(dossier, paper, facts) or "valable"
    if not paper.held:
        return gap(f"{paper.name}, à fournir", facts, where="papers")
    if paper.valid_until is None:
        return gap(f"{paper.name}, sa date de fin", facts, where="papers")
    late = phrases.to_renew(dossier, paper, facts)
    return late or gap(f"{paper.name}, qui vaut déjà ce jour-là", facts, where="papers")
