"""The list of proofs: what each party holds, until when, and what is missing."""

from collections.abc import Collection, Sequence
from datetime import date

from cordee.agreement import Party
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
from cordee.dossier.model import Dossier, Paper, PartyFacts
from cordee.dossier.phrases import gap
from cordee.rules.clock import day_of


def proofs(dossier: Dossier, keys: Collection[str] | None = None) -> Document:
    """Each party's papers, or those of some, judged on the day when the answer is due."""
    told = [
        party
        for party in dossier.terms.parties
        if party.role.has_share and (keys is None or party.key in keys)
    ]
    judged = judged_on(dossier)
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
            *_papers(facts, judged),
        ]
    return Document(
        title="Liste des justificatifs",
        subtitle=dossier.contract.title,
        blocks=tuple(blocks),
    )


def judged_on(dossier: Dossier) -> date:
    """The day on which papers must hold."""
    deadline = dossier.contract.deadline
    return day_of(deadline) if deadline else dossier.on


def is_good(paper: Paper, on: date) -> bool:
    """Held, of known date, and valid on a day."""
    started = paper.valid_from is None or paper.valid_from <= on
    return paper.held and paper.valid_until is not None and started and paper.valid_until >= on


def _summary(dossier: Dossier, told: Sequence[Party], judged: date) -> tuple[Block, ...]:
    rows: list[tuple[Words, ...]] = []
    for party in told:
        facts = dossier.of(party)
        if facts.hides_papers:
            rows.append((facts.name, "non montré", "non montré"))
            continue
        good = sum(is_good(paper, judged) for paper in facts.papers)
        rows.append((facts.name, french.number(good), french.number(len(facts.papers) - good)))
    if not rows:
        return ()
    return (
        Heading("En bref"),
        Table(
            "Papiers de chacun",
            ("Qui", "Valables ce jour-là", "À fournir ou à renouveler"),
            tuple(rows),
            numeric=frozenset({1, 2}),
            widths=(4, 3, 3),
        ),
    )


def _papers(facts: PartyFacts, judged: date) -> tuple[Block, ...]:
    if facts.hides_papers:
        return (Paragraph(phrases.not_shown("Ses papiers", facts)),)
    blocks: list[Block] = []
    if phrases.is_siae(facts):
        inner = inlines(phrases.convention_words(facts))
        blocks.append(Bullets((("Convention avec l’État : ", *inner),)))
    rows: list[tuple[Words, ...]] = [
        (paper.name, _validity(paper), _state(paper, facts, judged), paper.asked_for or "non dit")
        for paper in facts.papers
    ]
    if not rows:
        missing = gap("les justificatifs et leurs dates", facts, where="papers")
        return (*blocks, Paragraph(missing))
    return (
        *blocks,
        Table(
            f"Papiers de {facts.brand or facts.name}",
            ("Papier", "Valable", "État", "À quoi il sert"),
            tuple(rows),
            widths=(4, 3, 5, 4),
        ),
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


def _state(paper: Paper, facts: PartyFacts, judged: date) -> Words:
    if is_good(paper, judged):
        return "valable"
    if not paper.held:
        return gap(f"{paper.name}, à fournir", facts, where="papers")
    if paper.valid_until is None:
        return gap(f"la date de fin de {paper.name}", facts, where="papers")
    if paper.valid_until < judged:
        return gap(f"{paper.name}, à renouveler", facts, where="papers")
    return gap(f"{paper.name}, qui vaut déjà ce jour-là", facts, where="papers")
