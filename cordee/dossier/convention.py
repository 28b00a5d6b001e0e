"""The common paper: the agreement of a group, or that of a sole holder and whom it pays.

Its words are those of `texts/group` and `texts/sole`; what the members agreed on is put in here.
Its fingerprint is what each representative approves. So nothing in it may change by itself: no day
of today, no deadline, no figure that one reader may see and another not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cordee.agreement import Party, PartyRole
from cordee.base.documents import (
    Block,
    Bullets,
    Document,
    Heading,
    Inline,
    PageBreak,
    Paragraph,
    Signature,
    Strong,
    Table,
    Words,
    document_sha256,
    inlines,
)
from cordee.dossier import money, phrases, texts
from cordee.dossier.model import Dossier
from cordee.dossier.offer import split_tables
from cordee.dossier.phrases import euros, ours, vat_words
from cordee.dossier.subcontract import threshold_cents
from cordee.rules.groups import GroupForm, max_commitment_cents

AGREEMENT = "Accord de principe de sous-traitance"
# Each subcontractor signs a copy of its own, where no other is named.
_OF_SUBCONTRACTOR = Signature(
    "Le sous-traitant",
    *(
        phrases.on_paper(f"{what} de qui signe", "chaque sous-traitant")
        for what in ("le nom", "la fonction", "l’habilitation")
    ),
)


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
    """What is approved, by the model of the alliance.

    Of a sole holder: no name of a subcontractor and no amount, since each reads its own alone.
    """
    if dossier.model < phrases.BY_LEGAL_PERSON:
        facts = (
            replace(each, name=each.structure or each.name, structure="") for each in dossier.facts
        )
        dossier = replace(dossier, facts=tuple(facts))
    fill = _fill(dossier)
    name, title, of_one = dossier.terms.arrangement.pick(
        group=("group", "Convention de groupement momentané d’entreprises", _of_group),
        sole=("sole", AGREEMENT, _of_sole),
    )
    return Document(
        title=title,
        subtitle=dossier.contract.title,
        blocks=texts.paper(name, of_one(dossier, fill), model=dossier.model),
    )


def _fill(dossier: Dossier) -> texts.Fill:
    """What both papers say of the contract and of the common terms."""
    terms, contract = dossier.terms, dossier.contract
    asked = contract.clause_hours
    lots = tuple(phrases.lot_name(lot) for lot in dossier.lots)
    return texts.Fill(
        cases={
            "public": contract.is_public,
            "acheteur": contract.buyer is not None,
            "entier": dossier.is_whole,
            "heures": bool(asked),
            "personne publique": any(dossier.of(each).is_public_body for each in terms.members),
        },
        values={
            "consultation": contract.title,
            "acheteur": contract.buyer.name if contract.buyer else "",
            "prix": euros(terms.price_cents),
            "heures": phrases.hours(asked or 0),
            "montant assuré": euros(terms.common.insurance_cents or 0),
        },
        chosen=texts.chosen(terms.common),
        inserts={
            "lots": () if dossier.is_whole else (Bullets(lots),),
            "raisons": _reasons(dossier),
            **{
                # What the members wrote stands in the place of our words.
                f"mots des membres sur {subject}": tuple(
                    Paragraph(part) for part in written.strip().split("\n\n") if part
                )
                for subject, written in (
                    ("le paiement", terms.common.payment),
                    ("les décisions", terms.common.decision),
                    ("la coordination", terms.common.coordination),
                    ("les pénalités", terms.common.penalties),
                    ("le retrait", terms.common.withdrawal),
                    ("les désaccords", terms.common.disputes),
                )
            },
        },
    )


def _of_group(dossier: Dossier, fill: texts.Fill) -> texts.Fill:
    terms = dossier.terms
    lead, around = dossier.lead, _around(dossier)
    coordination = terms.common.coordination_cents
    parties = tuple(
        phrases.party_words(dossier.of(member), model=dossier.model) for member in terms.members
    )
    regimes: tuple[tuple[Words, ...], ...] = tuple(
        (dossier.name(member), vat_words(member, dossier.of(member))) for member in terms.members
    )
    return replace(
        fill,
        cases={
            **fill.cases,
            "forme": terms.form is not None,
            "conjoint": terms.form is GroupForm.CONJOINT,
            "mandataire solidaire": terms.form is GroupForm.CONJOINT_MANDATAIRE_SOLIDAIRE,
            "solidaire": terms.form is GroupForm.SOLIDAIRE,
            "coordination payée": bool(coordination),
            "autour": bool(around),
        },
        values={
            **fill.values,
            "forme": ours("la forme du groupement", "form"),
            "mandataire": Strong(dossier.name(lead))
            if lead
            else ours("le mandataire du groupement", "form"),
            "prix de la coordination": euros(coordination or 0),
        },
        inserts={
            **fill.inserts,
            "membres": (Bullets(parties, numbered=True),)
            if parties
            else (Paragraph(ours("les membres du groupement")),),
            "engagements": _commitments(dossier),
            "répartition": split_tables(dossier),
            "autour": (Bullets(around),) if around else (),
            "régimes de TVA": (
                Table("TVA de chaque membre", ("Membre", "Régime"), regimes, widths=(1, 1)),
            ),
            "signatures": tuple(phrases.signature(dossier.of(each)) for each in terms.members),
        },
    )


def _of_sole(dossier: Dossier, fill: texts.Fill) -> texts.Fill:
    holder = dossier.holder
    return replace(
        fill,
        values={
            **fill.values,
            "candidat": dossier.name(holder),
            "candidat en entier": phrases.party_words(dossier.of(holder), model=dossier.model),
            "seuil du paiement direct": euros(threshold_cents(dossier)),
        },
        inserts={
            **fill.inserts,
            "signatures": (
                phrases.signature(dossier.of(holder)),
                *((_OF_SUBCONTRACTOR,) if dossier.model >= phrases.BY_LEGAL_PERSON else ()),
            ),
        },
    )


def _reasons(dossier: Dossier) -> tuple[Block, ...]:
    """Why they are several (RULE-38), in the words of the arrangement and their own."""
    terms = dossier.terms
    missing = terms.arrangement.pick(
        group="pourquoi les membres répondent ensemble", sole="pourquoi le candidat sous-traite"
    )
    told: list[Words] = [
        terms.arrangement.reason_label(reason) for reason in terms.arrangement.reasons(terms)
    ] or [ours(missing, "reasons")]
    words = terms.reasons_words.strip()
    return (Bullets(tuple(told)), *((Paragraph(words),) if words else ()))


def _commitments(dossier: Dossier) -> tuple[Block, ...]:
    """What each member takes, and for which price it answers to the buyer (RULE-21)."""
    terms = dossier.terms
    if terms.form is None:
        return ()
    rows = tuple(_commitment(dossier, member, terms.form) for member in terms.members)
    # Those of model 1 read as a cap on damages: they stay for who approved them.
    caption, owed = (
        ("Ce dont chaque membre répond envers l’acheteur, hors taxes", "Répond au plus de")
        if dossier.model == 1
        else ("Le prix sur lequel chaque membre s’engage, hors taxes", "S’engage pour")
    )
    return (
        Table(
            caption,
            ("Membre", "Sa part", owed),
            rows,
            numeric=frozenset({1, 2}),
            widths=(5, 3, 3),
        ),
    )


def _commitment(dossier: Dossier, member: Party, form: GroupForm) -> tuple[Words, ...]:
    terms, name = dossier.terms, dossier.name(member)
    share, is_lead = money.share(terms, member), member.key == terms.lead
    missing: Words = ours(f"la part de « {name} »")
    answers_for_all = form is GroupForm.SOLIDAIRE or (
        is_lead and form is GroupForm.CONJOINT_MANDATAIRE_SOLIDAIRE
    )
    if share is None and not answers_for_all:
        owed = missing
    else:
        owed = euros(
            max_commitment_cents(
                form, is_lead=is_lead, share_cents=share or 0, total_cents=terms.price_cents
            )
        )
    if form is GroupForm.SOLIDAIRE and not any(terms.cells_of(member.key)):
        missing = "non partagée"
    return (
        f"{name}{' (mandataire)' if is_lead else ''}",
        missing if share is None else euros(share),
        owed,
    )


def _around(dossier: Dossier) -> tuple[Words, ...]:
    """Those who come for a member: named, and they do not sign."""
    items: list[Words] = []
    for role, words in (
        (PartyRole.SUBCONTRACTOR, "sous-traitant de"),
        (PartyRole.STAFFING, "met du personnel à disposition de"),
        (PartyRole.EMPLOYER, "prêt à embaucher ensuite, présenté par"),
    ):
        for party in dossier.with_role(role):
            whom = dossier.name(party.of) if party.of else ours("le membre pour qui il vient")
            said: list[Inline] = [Strong(dossier.name(party)), f" : {words} ", whom]
            if role.has_share:
                told = money.share(dossier.terms, party)
                missing = ours(f"le montant de « {dossier.name(party)} »")
                amount = inlines(phrases.amount_or(told, missing))
                said += [", ", *amount, " hors taxes, pris sur la part de ce membre"]
            items.append(tuple(said))
    return tuple(items)


def with_approvals(
    document: Document, approvals: Sequence[ShownApproval], *, counts: bool = True
) -> Document:
    """The same text with a page behind it that says who approved it; its fingerprint stays.

    An approval of another text is shown as such, never counted. `counts`: whether this text is the
    one that holds; otherwise the page says that another took its place.
    """
    sha256 = document_sha256(document)
    groups = [sha256[start : start + 8] for start in range(0, 64, 8)]
    halves = " ".join(groups[:4]), " ".join(groups[4:])
    mine = [each for each in approvals if each.sha256 == sha256]
    others = [each for each in approvals if each.sha256 != sha256]
    blocks: list[Block] = [
        PageBreak(),
        Heading("Approbations"),
        Paragraph(
            "Chaque représentant a approuvé ce texte dans Cordée, après s’être fait reconnaître de "
            "nouveau. Ce n’est pas une signature électronique qualifiée."
        ),
        Paragraph(("Empreinte du texte (SHA-256) : ", Strong("\n".join(halves)))),
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
