"""The outline of the technical memo: one part for each award criterion, with what members know."""

from dataclasses import replace

from cordee.agreement import Cell, Party, Terms
from cordee.agreement.limits import own_cents, own_cfte
from cordee.base.documents import (
    Block,
    Bullets,
    Document,
    Gap,
    Heading,
    Notice,
    Paragraph,
    Strong,
    Table,
    Words,
)
from cordee.dossier import phrases
from cordee.dossier.candidacy import references, staff_supplied, team_words
from cordee.dossier.model import Dossier
from cordee.dossier.offer import private_name
from cordee.dossier.phrases import euros, ours
from cordee.notices.notice import Criterion, CriterionKind
from cordee.notices.text import fold
from cordee.rules.figures import percent

# What a criterion speaks of, by words that its name holds (folded); the questions to answer there.
SUBJECTS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("insertion", "social", "emploi"),
        (
            "Combien d’heures, faites par qui : voir la proposition d’insertion.",
            "Comment les personnes sont encadrées, formées et accompagnées.",
            "Ce qui se passe pour elles après le marché.",
        ),
    ),
    (
        ("environnement", "durable", "dechet", "ecolog"),
        (
            "Les produits et le matériel choisis, et pourquoi.",
            "Le tri, le réemploi et la destination des déchets.",
            "Les kilomètres évités par des équipes proches.",
        ),
    ),
    (
        ("delai", "planning", "calendrier", "duree"),
        (
            "Le calendrier, mois par mois, et qui travaille quand.",
            "Ce qui est fait si une équipe manque ou si le temps est mauvais.",
        ),
    ),
)
COORDINATION = "Comment les membres se coordonnent, et qui l’acheteur appelle."
COORDINATION_ALONE = "Comment le candidat suit ses sous-traitants, et qui l’acheteur appelle."
COORDINATION_STAFFED = (
    "Comment le candidat accueille et encadre les personnes mises à disposition, et qui l’acheteur "
    "appelle."
)
METHOD = (
    "Comment le travail se déroule, du premier jour à la remise.",
    "Qui encadre, avec quelles équipes et quel matériel.",
    "Comment la qualité et la sécurité sont vérifiées, et par qui.",
)


def memo(dossier: Dossier) -> Document:
    """The outline: what to write, and what is known already."""
    criteria = dossier.contract.criteria
    blocks: list[Block] = [
        Notice(
            (
                Strong("Plan à rédiger. "),
                "Cordée met les faits à leur place et pose les questions. "
                "Les phrases sont à vous : l’acheteur note ce qui lui est propre.",
            )
        ),
        Heading(f"Présentation {_whole(dossier.terms)}"),
        *_team(dossier),
    ]
    if not criteria:
        blocks += [
            Heading("Critères d’attribution"),
            Paragraph(
                Gap("les critères et leur poids", phrases.COORDINATION, "opportunity"),
            ),
            Heading("Valeur technique"),
            *_questions(_method(dossier), "Valeur technique"),
            *phrases.written_before(dossier, ""),
            *_means(dossier),
            Heading("Prix"),
            *_price(dossier),
        ]
    for number, criterion in enumerate(criteria, start=1):
        blocks += [Heading(_called(number, criterion, dossier)), *_part(dossier, criterion)]
    whose = dossier.terms.arrangement.pick(group="des membres", sole=_whole(dossier.terms))
    blocks += [Heading(f"Références {whose}"), *_references(dossier)]
    return Document(
        title="Plan du mémoire technique",
        subtitle=dossier.contract.title,
        blocks=tuple(blocks),
    )


def _whole(terms: Terms) -> str:
    """Of whom the memo speaks."""
    alone = "du candidat et de ses sous-traitants" if terms.gives_out else "du candidat"
    return terms.arrangement.pick(group="du groupement", sole=alone)


def _called(number: int, criterion: Criterion, dossier: Dossier) -> str:
    weight = (
        percent(criterion.weight_percent / 100)
        if criterion.weight_percent is not None
        else "poids non dit par l’avis"
    )
    lots = [lot for lot in dossier.lots if lot.number == criterion.lot_id]
    where = f", {phrases.lot_name(lots[0])}" if lots else ""
    return f"{number}. {criterion.name} ({weight}{where})"


def _part(dossier: Dossier, criterion: Criterion) -> tuple[Block, ...]:
    if criterion.kind in (CriterionKind.PRICE, CriterionKind.COST):
        return _price(dossier)
    name = fold(criterion.name)
    for words, questions in SUBJECTS:
        if any(word in name for word in words):
            own = phrases.written_before(dossier) if "insertion" in words else ()
            return (*_questions(questions, criterion.name), *own)
    written = phrases.written_before(dossier, criterion.lot_id or "")
    return (*_questions(_method(dossier), criterion.name), *written, *_means(dossier))


def _method(dossier: Dossier) -> tuple[str, ...]:
    coordination = dossier.terms.arrangement.pick(
        group=COORDINATION, sole=COORDINATION_ALONE, staffed=COORDINATION_STAFFED
    )
    return (*METHOD, coordination)


def _questions(questions: tuple[str, ...], part: str) -> tuple[Block, ...]:
    return (
        Paragraph("À écrire ici :"),
        Bullets(questions),
        Paragraph(ours(f"le texte sur « {part} »", phrases.OUTSIDE)),
    )


def _price(dossier: Dossier) -> tuple[Block, ...]:
    terms = dossier.terms
    pick = terms.arrangement.pick
    where = f"la pièce « {private_name(terms)} »"
    if dossier.contract.is_public:
        acts = "les ATTRI1" if len(dossier.lots) > 1 else "l’ATTRI1"
        where = pick(group=acts, sole="les DC4" if terms.gives_out else acts)
    what = pick(
        group="Sa répartition",
        sole="Ce qui est sous-traité" if terms.gives_out else "Son détail",
    )
    return (
        Paragraph(
            (
                "Le prix est de ",
                Strong(euros(terms.price_cents)),
                f" hors taxes. {what} est dans {where}.",
            )
        ),
    )


def _team(dossier: Dossier) -> tuple[Block, ...]:
    terms, rows = dossier.terms, []
    for member in terms.signers:
        facts = dossier.of(member)
        lines = {cell.line for cell in terms.cells_of(member.key) if _does(terms, cell)}
        work: Words = "\n".join(line.label for line in terms.lines if line.key in lines) or ours(
            f"la part de « {facts.name} »"
        )
        role = f" ({_role(terms, member)})" if _role(terms, member) else ""
        rows.append((f"{facts.name}{role}", phrases.status_words(facts), work))
    if not rows:
        return (Paragraph(ours("les membres du groupement")),)
    table = Table(
        "Qui fait quoi", ("Structure", "Statut", "Son travail"), tuple(rows), widths=(4, 4, 5)
    )
    around: list[Words] = [
        f"{dossier.name(party)}, {party.role.label}"
        for party in terms.parties
        if party not in terms.signers
    ]
    if not around:
        return (table,)
    return (
        table,
        Paragraph("Avec lui :" if len(rows) == 1 else "Avec eux :"),
        Bullets(tuple(around)),
    )


def _does(terms: Terms, cell: Cell) -> bool:
    """Whether a party does a part of a line itself; what it only gives out is not its work."""
    keeps = own_cents(terms, cell) > 0 or own_cfte(terms, cell) > 0
    is_all_given = cell.party == terms.speaker and cell.cents is not None and not keeps
    return terms.arrangement.pick(group=True, sole=not is_all_given)


def _role(terms: Terms, party: Party) -> str:
    """Beside a name: who leads, or who answers alone and who works for it."""
    arrangement, speaks = terms.arrangement, party.key == terms.speaker
    return arrangement.speaker if speaks else arrangement.pick(group="", sole="sous-traitant")


def _means(dossier: Dossier) -> tuple[Block, ...]:
    rows: tuple[tuple[Words, ...], ...] = tuple(
        (
            dossier.name(member),
            team_words(dossier, dossier.of(member)),
            dossier.of(member).means
            or phrases.gap("le matériel et les véhicules", dossier.of(member), where="file"),
        )
        for member in dossier.terms.signers
    )
    return (
        Table(
            "Équipes et moyens connus", ("Structure", "Équipes", "Moyens"), rows, widths=(3, 5, 4)
        ),
        *staff_supplied(dossier),
    )


def _references(dossier: Dossier) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for member in dossier.terms.signers:
        facts, trades = dossier.of(member), dossier.trades_of(member)
        # Those of the trades of this contract first.
        if facts.references:
            told = sorted(facts.references, key=lambda each: each.trade not in trades)
            facts = replace(facts, references=tuple(told))
        blocks += [Heading(facts.name, 2), *references(facts)]
    return tuple(blocks) or (Paragraph(ours("les membres du groupement")),)
