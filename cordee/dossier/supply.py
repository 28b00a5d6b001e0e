"""Staff supplied to who answers: said where means are told, never as a subcontract (RULE-40)."""

from cordee.agreement import Party, PartyRole
from cordee.base.documents import Block, Bullets, Inline, Paragraph, Strong, Words
from cordee.base.ui import french
from cordee.dossier.model import Dossier
from cordee.dossier.phrases import ours
from cordee.rules.labour import supply_article


def staff_supplied(dossier: Dossier) -> tuple[Block, ...]:
    """Who supplies whom with how many people, and under whose orders they work."""
    items = tuple(_supplied(dossier, party) for party in dossier.with_role(PartyRole.STAFFING))
    if not items:
        return ()
    return (
        Paragraph("Personnel mis à disposition :"),
        Bullets(items),
        Paragraph(
            "Ces personnes travaillent sous la direction de la structure qui les accueille. Qui "
            "les met à disposition reste leur employeur. Ce n’est pas une sous-traitance."
        ),
    )


def _supplied(dossier: Dossier, party: Party) -> Words:
    terms = dossier.terms
    client = ours(f"pour qui vient « {dossier.name(party)} »")
    said: list[Inline] = [Strong(dossier.name(party))]
    article = supply_article(party.kind)
    said.append(f" ({article}), pour " if article else ", pour ")
    said.append(client if party.of is None else dossier.name(party.of))
    said += [
        f" ; {terms.line(cell.line).label} : {french.fte(cell.cfte)} par mois"
        for cell in terms.cells_of(party.key)
        if cell.cfte
    ]
    return tuple(said)
