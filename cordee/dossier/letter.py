"""The letter of candidacy (DC1): one for all, of a group or of who answers alone."""

from cordee.base.documents import Block, Document, Heading, Paragraph, Sheet, Table, Words
from cordee.dossier import phrases
from cordee.dossier.candidacy import form_words
from cordee.dossier.model import Dossier
from cordee.dossier.phrases import ours


def dc1(dossier: Dossier) -> Document:
    """The letter of candidacy: one for all, its sections A to G."""
    sections = dossier.terms.arrangement.pick(group=_of_group, sole=_of_sole)
    return Document(
        title="Fiche DC1 : lettre de candidature",
        subtitle=dossier.contract.title,
        blocks=(
            phrases.copy_me("formulaire DC1"),
            *phrases.buyer_block(dossier),
            *phrases.object_block(dossier, "B. Objet de la consultation"),
            Heading("C. Objet de la candidature"),
            *_lots_asked(dossier),
            *sections(dossier),
        ),
    )


def _of_group(dossier: Dossier) -> tuple[Block, ...]:
    return (
        Heading("D. Présentation du candidat"),
        Sheet((("Le candidat", "un groupement"), ("Forme", form_words(dossier)))),
        Heading("E. Identification des membres et répartition des prestations"),
        *_members(dossier),
        Heading("F. Engagements de chaque membre"),
        *_commitments(dossier),
        Heading("G. Désignation du mandataire"),
        *_lead(dossier),
    )


def _of_sole(dossier: Dossier) -> tuple[Block, ...]:
    """The same sections for a single candidate: no members, no lead; subcontractors are in DC4."""
    holder = dossier.holder
    facts = dossier.of(holder)
    in_dc4 = " Ses sous-traitants sont au DC4." if dossier.terms.gives_out else ""
    return (
        Heading("D. Présentation du candidat"),
        Sheet(
            (
                ("Le candidat", "se présente seul"),
                *phrases.identity_rows(dossier, holder.key),
                ("Statut", phrases.status_words(facts)),
            )
        ),
        Heading("E. Identification des membres et répartition des prestations"),
        Paragraph(f"Sans objet : le candidat se présente seul.{in_dc4}"),
        Heading("F. Engagements du candidat"),
        Heading("Déclaration sur l’honneur", 2),
        Paragraph(
            "Le candidat déclare sur l’honneur, en déposant l’offre, n’entrer dans aucun des cas "
            "d’exclusion des articles L2141-1 à L2141-5 et L2141-7 à L2141-10 du Code de la "
            "commande publique, et être en règle avec l’obligation d’emploi de personnes en "
            "situation de handicap. Cordée ne le déclare pas à sa place : il le vérifie."
        ),
        Sheet(phrases.signatory_rows(facts)),
        Heading("Capacités", 2),
        Paragraph(
            "Le candidat joint sa déclaration (DC2), une pour chaque lot. Elle nomme ceux sur qui "
            "il s’appuie."
        ),
        Heading("G. Désignation du mandataire"),
        Paragraph("Sans objet : il n’y a pas de groupement."),
    )


def _lots_asked(dossier: Dossier) -> tuple[Block, ...]:
    if dossier.is_whole:
        return (Sheet((("La candidature porte sur", "le marché entier (il n’a pas de lots)"),)),)
    lots = dossier.lots
    every = dossier.contract.lots_in_all == len(lots)
    rows: tuple[tuple[str, Words], ...] = (
        ("La candidature porte sur", "tous les lots" if every else "ces lots"),
        ("Lots", "\n".join(phrases.lot_name(lot) for lot in lots)),
    )
    return (Sheet(rows),)


def _members(dossier: Dossier) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for number, member in enumerate(dossier.terms.members, start=1):
        role = "Mandataire" if member.key == dossier.terms.lead else f"Membre {number}"
        blocks += [
            Heading(f"{role} : {dossier.name(member)}", 2),
            Sheet(
                (
                    *phrases.identity_rows(dossier, member.key),
                    ("Statut", phrases.status_words(dossier.of(member))),
                )
            ),
        ]
    return (*blocks, _who_does_what(dossier))


def _who_does_what(dossier: Dossier) -> Block:
    terms = dossier.terms
    rows: list[tuple[Words, ...]] = []
    for line in terms.lines:
        lot = next(each for each in dossier.lots if each.number == line.lot)
        doers = [
            f"{dossier.name(member)}\u00a0: {cell.work}" if cell.work else dossier.name(member)
            for member in terms.members
            for cell in terms.cells_of(member.key)
            if cell.line == line.key
        ]
        who: Words = "\n".join(doers) or ours("qui fait cette prestation")
        rows.append((phrases.lot_name(lot), line.label, who))
    return Table(
        "Répartition des prestations",
        ("Lot", "Prestation", "Qui la fait"),
        tuple(rows),
        widths=(3, 4, 4),
    )


def _commitments(dossier: Dossier) -> tuple[Block, ...]:
    rows: list[tuple[Words, ...]] = []
    for member in dossier.terms.members:
        facts = dossier.of(member)
        rows.append((facts.name, phrases.signatory_name(facts), phrases.signatory_function(facts)))
    return (
        Heading("Déclaration sur l’honneur", 2),
        Paragraph(
            "Chaque membre déclare sur l’honneur, en déposant l’offre, n’entrer dans aucun des cas "
            "d’exclusion des articles L2141-1 à L2141-5 et L2141-7 à L2141-10 du Code de la "
            "commande publique, et être en règle avec l’obligation d’emploi de personnes en "
            "situation de handicap. Cordée ne le déclare pas à sa place : chacun le vérifie."
        ),
        Table(
            "Qui déclare",
            ("Membre", "Nom", "Fonction"),
            tuple(rows),
            widths=(4, 4, 4),
        ),
        Heading("Capacités", 2),
        Paragraph("Chaque membre joint sa déclaration (DC2), une pour chaque lot."),
    )


def _lead(dossier: Dossier) -> tuple[Block, ...]:
    lead = dossier.lead
    if lead is None:
        return (Paragraph(ours("le mandataire du groupement", "form")),)
    facts = dossier.of(lead)
    return (
        Sheet(
            (
                *phrases.identity_rows(dossier, lead.key)[:3],
                *phrases.signatory_rows(facts),
                (
                    "Pouvoirs",
                    "Les membres lui donnent mandat, par la convention de groupement, de signer "
                    "l’offre en leur nom et de parler pour eux à l’acheteur. La convention est "
                    "jointe, ou les membres signent le DC1.",
                ),
            )
        ),
    )
