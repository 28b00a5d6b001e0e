"""The agreement of the group: our own text, a model to have checked, with the terms agreed.

Its fingerprint is what each representative approves. So nothing in it may change by itself: no day
of today, no deadline, no figure that one reader may see and another not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cordee.agreement import PartyRole
from cordee.base.documents import (
    Block,
    Bullets,
    Document,
    Heading,
    Inline,
    Notice,
    PageBreak,
    Paragraph,
    Signature,
    Strong,
    Table,
    Words,
    document_sha256,
    inlines,
)
from cordee.dossier import clauses, money, phrases
from cordee.dossier.agreement import agreement
from cordee.dossier.candidacy import form_words
from cordee.dossier.model import Dossier
from cordee.dossier.offer import split_tables
from cordee.dossier.phrases import euros, ours
from cordee.rules.groups import GroupForm, max_commitment_cents

MODEL = "Modèle à faire relire. "


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownApproval:
    """One representative approved one text: who, in which function, when, and which text.

    `at` is in the time of the place; `how` says how the representative was recognised
    ("mot de passe redemandé").
    """

    party: str
    name: str
    function: str
    at: datetime
    sha256: str
    how: str


def convention(dossier: Dossier) -> Document:
    """What is approved: the agreement of a group, or that of a sole holder and whom it pays."""
    build = dossier.terms.arrangement.pick(group=_of_group, sole=agreement)
    return build(dossier)


def _of_group(dossier: Dossier) -> Document:
    """The agreement between the members. Those who come for a member are named, and do not sign."""
    return Document(
        title="Convention de groupement momentané d’entreprises",
        subtitle=dossier.contract.title,
        blocks=(
            Notice(
                (
                    Strong(MODEL),
                    "Ce texte est celui de Cordée, complété par vos accords. Il ne remplace pas "
                    "un conseil : faites-le relire avant de l’approuver.",
                )
            ),
            Heading("Entre les membres"),
            *_parties(dossier),
            Heading("1. Objet"),
            *_purpose(dossier),
            Heading("2. Forme du groupement et solidarité"),
            *_solidarity(dossier),
            Heading("3. Mandataire"),
            *_lead(dossier),
            Heading("4. Rôles et répartition du travail"),
            *_roles(dossier),
            Heading("5. Prix et paiement"),
            *clauses.payment(dossier),
            Heading("6. Coordination et décisions"),
            *clauses.decisions(dossier),
            Heading("7. Insertion"),
            *clauses.insertion(dossier),
            Heading("8. Responsabilités, assurances et pénalités"),
            *clauses.penalties(dossier),
            Heading("9. Sous-traitance et personnel"),
            *clauses.subcontracting(dossier),
            Heading("10. Retrait ou défaillance d’un membre"),
            *clauses.withdrawal(dossier),
            Heading("11. Pourquoi répondre ensemble"),
            *clauses.reasons(dossier),
            Heading("12. Confidentialité et données personnelles"),
            *clauses.confidentiality(),
            Heading("13. Désaccords"),
            *clauses.disputes(dossier),
            Heading("14. Durée et modification"),
            *clauses.duration(),
            Heading("Signatures"),
            *_signatures(dossier),
        ),
    )


def with_approvals(
    document: Document, approvals: Sequence[ShownApproval], *, counts: bool = True
) -> Document:
    """The same text with a page behind it that says who approved it; its fingerprint stays.

    An approval of another text is shown as such, never counted. `counts`: whether this text is the
    one that holds; otherwise the page says that another took its place.
    """
    sha256 = document_sha256(document)
    mine = [each for each in approvals if each.sha256 == sha256]
    others = [each for each in approvals if each.sha256 != sha256]
    blocks: list[Block] = [
        PageBreak(),
        Heading("Approbations"),
        Paragraph(
            "Chaque représentant a approuvé ce texte dans Cordée, après s’être fait reconnaître de "
            "nouveau. Ce n’est pas une signature électronique qualifiée."
        ),
        Paragraph(("Empreinte du texte (SHA-256) : ", Strong("\n".join(_halves(sha256))))),
    ]
    if not counts:
        blocks.append(Paragraph(Strong("Un autre texte a pris la place de celui-ci.")))
    if mine:
        blocks.append(_approved("Approbations de ce texte", mine))
    elif counts:
        blocks.append(Paragraph(Strong("Personne n’a encore approuvé ce texte.")))
    else:
        blocks.append(Paragraph("Qui l’avait approuvé a repris son approbation."))
    if others:
        blocks.append(_approved("Approbations d’un texte antérieur, qui ne valent plus", others))
    return replace(document, annex=tuple(blocks))


def _halves(sha256: str) -> tuple[str, str]:
    groups = [sha256[start : start + 8] for start in range(0, 64, 8)]
    return " ".join(groups[:4]), " ".join(groups[4:])


def _approved(caption: str, approvals: Sequence[ShownApproval]) -> Table:
    rows: tuple[tuple[Words, ...], ...] = tuple(
        (
            each.party,
            f"{each.name}\n{each.function}",
            phrases.moment(each.at),
            each.how,
            " ".join(each.sha256[start : start + 4] for start in range(0, 16, 4)),
        )
        for each in approvals
    )
    head = ("Structure", "Nom et fonction", "Quand", "Reconnu par", "Empreinte")
    return Table(caption, head, rows, widths=(4, 4, 4, 4, 3))


def _parties(dossier: Dossier) -> tuple[Block, ...]:
    items = tuple(phrases.party_words(dossier.of(member)) for member in dossier.terms.members)
    if not items:
        return (Paragraph(ours("les membres du groupement")),)
    return (Bullets(items, numbered=True),)


def _purpose(dossier: Dossier) -> tuple[Block, ...]:
    return (
        *phrases.answered_blocks(dossier, "Les membres répondent ensemble"),
        Paragraph(
            "Le groupement n’a pas de personnalité juridique. Il dure le temps de ce marché. "
            "Chaque membre reste employeur de ses salariés, et libre par ailleurs."
        ),
    )


def _solidarity(dossier: Dossier) -> tuple[Block, ...]:
    form = dossier.terms.form
    blocks: list[Block] = [Paragraph(form_words(dossier))]
    if form is None:
        return tuple(blocks)
    total = dossier.terms.price_cents
    rows: list[tuple[Words, ...]] = []
    for member in dossier.terms.members:
        share = money.share(dossier.terms, member)
        is_lead = member.key == dossier.terms.lead
        answers_for_all = form is GroupForm.SOLIDAIRE or (
            is_lead and form is GroupForm.CONJOINT_MANDATAIRE_SOLIDAIRE
        )
        if share is None and not answers_for_all:
            commitment: Words = ours(f"la part de « {dossier.name(member)} »")
        else:
            commitment = euros(
                max_commitment_cents(
                    form, is_lead=is_lead, share_cents=share or 0, total_cents=total
                )
            )
        missing: Words = ours(f"la part de « {dossier.name(member)} »")
        if form is GroupForm.SOLIDAIRE and not any(dossier.terms.cells_of(member.key)):
            missing = "non partagée"
        rows.append(
            (
                f"{dossier.name(member)}{' (mandataire)' if is_lead else ''}",
                euros(share) if share is not None else missing,
                commitment,
            )
        )
    blocks.append(
        Table(
            "Ce dont chaque membre répond envers l’acheteur, hors taxes",
            ("Membre", "Sa part", "Répond au plus de"),
            tuple(rows),
            numeric=frozenset({1, 2}),
            widths=(5, 3, 3),
        )
    )
    if form is GroupForm.CONJOINT:
        rest = "Un membre ne répond pas du travail d’un autre."
    elif form is GroupForm.SOLIDAIRE:
        rest = (
            "L’acheteur peut demander tout à un seul. Entre eux, les membres partagent selon les "
            "parts de l’article 4 : celui qui a payé pour un autre se retourne contre lui."
        )
    else:
        rest = (
            "Si un membre ne fait pas sa part, le mandataire la fait ou la fait faire. Il se "
            "retourne contre ce membre pour ce que cela lui coûte."
        )
    return (*blocks, Paragraph(rest))


def _lead(dossier: Dossier) -> tuple[Block, ...]:
    who: Inline = (
        Strong(dossier.name(dossier.lead))
        if dossier.lead
        else ours("le mandataire du groupement", "form")
    )
    cents = dossier.terms.common.coordination_cents
    paid = (
        f"Pour ce travail, il reçoit {euros(cents)} hors taxes, pris sur le prix avant partage."
        if cents
        else "Il n’est pas payé à part pour ce travail."
    )
    return (
        Paragraph(
            ("Les membres choisissent pour mandataire ", who, ". Ils lui donnent mandat de :")
        ),
        Bullets(
            (
                "signer et déposer en leur nom la candidature et l’offre, telles qu’approuvées",
                "parler pour eux à l’acheteur, et leur transmettre sans attendre ses réponses",
                "suivre le calendrier, rassembler les justificatifs et les demandes de paiement",
                "tenir à jour le compte des heures d’insertion",
            )
        ),
        Paragraph(
            "Il ne change ni le prix ni les parts sans l’accord écrit de ceux que cela touche. "
            + paid
        ),
    )


def _roles(dossier: Dossier) -> tuple[Block, ...]:
    terms = dossier.terms
    items: list[Words] = []
    for role, words in (
        (PartyRole.SUBCONTRACTOR, "sous-traitant de"),
        (PartyRole.STAFFING, "met du personnel à disposition de"),
        (PartyRole.EMPLOYER, "prêt à embaucher ensuite, présenté par"),
    ):
        for party in dossier.with_role(role):
            whom = dossier.name(party.of) if party.of else ours("le membre pour qui il vient")
            said: list[Inline] = [Strong(dossier.name(party)), f" : {words} ", whom]
            if role.has_share:
                told = money.share(terms, party)
                missing = ours(f"le montant de « {dossier.name(party)} »")
                amount = inlines(phrases.amount_or(told, missing))
                said += [", ", *amount, " hors taxes, pris sur la part de ce membre"]
            items.append(tuple(said))
    tables = split_tables(dossier)
    if not items:
        return tables
    return (
        *tables,
        Paragraph("Autour du groupement, sans en être membres :"),
        Bullets(tuple(items)),
    )


def _signatures(dossier: Dossier) -> tuple[Block, ...]:
    return tuple(
        Signature(
            dossier.name(member),
            phrases.signatory_name(dossier.of(member)),
            phrases.signatory_function(dossier.of(member)),
            phrases.signatory_act(dossier.of(member)),
        )
        for member in dossier.terms.members
    )
