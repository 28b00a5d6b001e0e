"""The application: one DC1 for all, and the page by which each member of a group empowers the lead.

The DC1 is not signed; each member's own page is, and proves the mandate to the buyer.
"""

from cordee.agreement import Party
from cordee.base.documents import Block, Document, Paragraph, Sheet, Table, Words
from cordee.dossier import phrases, texts
from cordee.dossier.model import Dossier, boxes, form, yes_no
from cordee.dossier.phrases import on_paper, ours
from cordee.rules.groups import GroupForm

SOLIDARY_LEAD = GroupForm.CONJOINT_MANDATAIRE_SOLIDAIRE
# The DC1 has these: the page that a member signs stays one page.
NOT_ON_ONE_PAGE = ("Nom d’usage", "Téléphone", "Courriel")
# A word of honour is given by who gives it, never by us.
CHECKED = "la case à cocher, une fois cela vérifié"


def dc1(dossier: Dossier) -> Document:
    """The application, rubrics A to G."""
    dc1, arrangement = form("dc1"), dossier.terms.arrangement
    is_group = arrangement.pick(group=True, sole=False)
    candidates = [dossier.of(member) for member in dossier.terms.members]
    declared = f"déclaration DC2 jointe, une par lot{' et par membre' if is_group else ''}"
    honour = texts.Fill(cases={"groupement": is_group})
    who = arrangement.pick(group="chaque membre", sole="le candidat")
    return Document(
        title=dc1.title,
        subtitle=dossier.contract.title,
        blocks=dc1.filled(
            A=Sheet(phrases.buyer_rows(dossier)),
            B=Sheet(phrases.object_rows(dossier)),
            C=Paragraph(_lots_asked(dossier)),
            D=_candidate(dossier),
            E=arrangement.pick(group=_members, sole=_nobody_else)(dossier),
            F1=(
                *texts.paper("honour", honour),
                Paragraph(boxes(((f"{who} l’atteste", False),), on_paper(CHECKED, who))),
            ),
            F2=phrases.online(*candidates),
            F3=Paragraph(boxes(((declared, True), ("autres documents, à la place du DC2", False)))),
            G=arrangement.pick(group=_lead, sole=_no_lead)(dossier),
        ),
    )


def mandate(dossier: Dossier, member: Party) -> Document:
    """The page that one member signs: the lead may sign and file in its name."""
    lead = dossier.lead
    missing = ours("le mandataire du groupement", "form")
    fill = texts.Fill(
        values={
            "membre": dossier.name(member),
            "mandataire": dossier.name(lead) if lead else missing,
        },
        inserts={
            "parties": (
                Sheet.of(
                    *phrases.buyer_rows(dossier)[:1],
                    ("Objet", dossier.contract.title),
                    ("Lots", "\n".join(phrases.lot_name(lot) for lot in dossier.lots)),
                    ("Membre", phrases.contact_words(dossier, member, *NOT_ON_ONE_PAGE)),
                    (
                        "Mandataire",
                        phrases.contact_words(dossier, lead, *NOT_ON_ONE_PAGE) if lead else missing,
                    ),
                ),
            ),
            "signature": (phrases.signature(dossier.of(member)),),
        },
    )
    return Document(
        title="Habilitation du mandataire",
        subtitle=dossier.contract.title,
        blocks=texts.paper("mandate", fill),
    )


def form_boxes(dossier: Dossier) -> Words:
    """Conjoint or solidary, and whether the lead answers for all."""
    chosen = dossier.terms.form
    missing = () if chosen else (ours("la forme du groupement", "form"),)
    is_conjoint = chosen in (GroupForm.CONJOINT, SOLIDARY_LEAD)
    options = [("conjoint", is_conjoint), ("solidaire", chosen is GroupForm.SOLIDAIRE)]
    if not is_conjoint:
        return boxes(options, *missing)
    leads = yes_no(chosen is SOLIDARY_LEAD)
    return f"{boxes(options)}\nSi conjoint, mandataire solidaire : {leads}"


def _lots_asked(dossier: Dossier) -> Words:
    all_lots = dossier.contract.lots_in_all == len(dossier.lots) and not dossier.is_whole
    some = not all_lots and not dossier.is_whole
    named = "".join(f"\n    {phrases.lot_name(lot)}" for lot in dossier.lots if some)
    return boxes(
        (
            ("le marché ou l’accord-cadre entier, sans lots", dossier.is_whole),
            ("tous les lots de la consultation", all_lots),
            (f"ces lots seulement{f' :{named}' if some else ''}", some),
        )
    )


def _candidate(dossier: Dossier) -> tuple[Block, ...]:
    arrangement = dossier.terms.arrangement
    is_group = arrangement.pick(group=True, sole=False)
    who = boxes((("se présente seul", not is_group), ("est un groupement", is_group)))
    if is_group:
        return (Sheet.of(("Le candidat", who), ("Le groupement est", form_boxes(dossier))),)
    holder = dossier.holder
    return (
        Sheet.of(
            ("Le candidat", who),
            *phrases.identity_rows(dossier, holder.key),
            ("Statut", phrases.status_words(dossier.of(holder))),
        ),
    )


def _nobody_else(dossier: Dossier) -> tuple[Block, ...]:
    in_dc4 = " Ses sous-traitants sont aux DC4." if dossier.terms.gives_out else ""
    return (Paragraph(f"Sans objet : le candidat se présente seul.{in_dc4}"),)


def _members(dossier: Dossier) -> tuple[Block, ...]:
    """One table, as the model has it: lot, member, what it does there."""
    terms = dossier.terms
    rows: list[tuple[Words, ...]] = []
    for member in terms.members:
        for lot in dossier.lots_of(member):
            where = "marché entier" if lot.whole else phrases.lot_name(lot)
            work = phrases.part_words(dossier, member, lot)
            rows.append((where, phrases.contact_words(dossier, member), work))
    nobody = [
        (phrases.lot_name(lot), line.label, ours("qui fait cette prestation"))
        for line in terms.lines
        for lot in dossier.lots
        if lot.number == line.lot and not terms.sharers(line.key)
    ]
    found: list[Block] = []
    if rows:
        found.append(
            Table(
                "Membres du groupement",
                ("Lot", "Membre", "Prestations"),
                tuple(rows),
                widths=(3, 5, 4),
            )
        )
    if nobody:
        found.append(
            Table("Prestations sans membre", ("Lot", "Prestation", "Qui"), tuple(nobody), None)
        )
    return tuple(found) or (Paragraph(ours("les membres du groupement")),)


def _lead(dossier: Dossier) -> tuple[Block, ...]:
    lead = dossier.lead
    if lead is None:
        return (Paragraph(ours("le mandataire du groupement", "form")),)
    return (
        Sheet.of(
            *phrases.identity_rows(dossier, lead.key),
            *phrases.signatory_rows(dossier.of(lead)),
            (
                "Mandat",
                "une page jointe, signée par chaque membre ; le DC1 ne se signe pas",
            ),
        ),
    )


def _no_lead(dossier: Dossier) -> tuple[Block, ...]:
    return (Paragraph("Sans objet : il n’y a pas de groupement."),)
