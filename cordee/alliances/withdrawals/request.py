"""The request to the buyer when a member falls out: our draft, from what is known. A model."""

from collections.abc import Mapping

from django.utils import timezone

from cordee.agreement import PartyRole, Terms
from cordee.agreement.arrangement import Arrangement
from cordee.alliances.frame.letters import addressed, to_sign
from cordee.alliances.models import Alliance, Withdrawal
from cordee.dossier import phrases
from cordee.rules.figures import euros
from cordee.rules.grammar import agreed
from cordee.rules.group_changes import Path

Plan = Withdrawal.Plan
SUBJECT: Mapping[str, str] = {
    Path.REQUEST: "demande de modification de la composition du groupement "
    "(Code de la commande publique, article R2142-26)",
    Path.AMENDMENT: "demande d’avenant : un membre du groupement se retire "
    "(Code de la commande publique, articles L2194-1 et R2194-6)",
    Path.DC4: "déclaration de sous-traitance à accepter (formulaire DC4 joint)",
}
# Who answers alone has no composition to change.
SUBJECT_ALONE: Mapping[str, str] = {
    Path.REQUEST: "un sous-traitant présenté dans l’offre ne peut plus faire son travail",
    Path.AMENDMENT: "demande d’avenant : le titulaire demande à céder le marché "
    "(Code de la commande publique, articles L2194-1 et R2194-6)",
    Path.DC4: "sous-traitance modifiée (formulaire DC4 joint)",
}

STAFF_GONE = "du personnel mis à disposition, présenté dans l’offre, ne viendra pas comme prévu"


def draft(
    row: Withdrawal, alliance: Alliance, before: Terms, after: Terms, names: Mapping[str, str]
) -> str:
    """A letter to read over: what is not known stands between square brackets, never invented."""
    arrangement = before.arrangement
    lead = names.get(before.speaker or "", f"[le {arrangement.speaker}]")
    gone = names[row.party.key]
    is_staff = before.party(row.party.key).role is PartyRole.STAFFING
    subject = arrangement.pick(group=SUBJECT, sole=SUBJECT_ALONE)[row.path]
    blocks = [
        addressed(alliance),
        f"Objet : {STAFF_GONE if is_staff else subject}",
        f"Marché : {alliance.opportunity.title}",
        _offer(alliance, before),
        "Madame, Monsieur,",
        _what(row, gone, before),
    ]
    if row.path == Path.REQUEST and arrangement.has_form and not is_staff:
        # Whether the cause comes from the group decides of a group alone (R2142-26).
        blocks.append(_cause(row))
    blocks.append(_who_takes(row, before, after, names))
    if row.path != Path.DC4:
        blocks.append(
            "Le prix, les prestations et les délais ne changent pas. "
            f"{arrangement.whole.capitalize()} garde toutes les capacités demandées : "
            "[joindre les pièces qui le prouvent]."
        )
    blocks += [
        "Nous vous demandons d’accepter ce changement, et restons à votre disposition.",
        f"{_signing(arrangement)} : {lead}\n{to_sign(alliance, before)}",
    ]
    return "\n\n".join(blocks).replace(" :", "\u00a0:")


def _signing(arrangement: Arrangement) -> str:
    return arrangement.pick(group="Pour le groupement, le mandataire", sole="Le candidat")


def _offer(alliance: Alliance, terms: Terms) -> str:
    filing = getattr(alliance, "filing", None)
    form = terms.arrangement.form_label(terms).lower() or "[forme du groupement]"
    if filing is None:
        return f"Offre : {form}, récépissé [numéro et date]"
    day = timezone.localdate(filing.filed_at)
    return f"Offre : {form}, déposée le {phrases.day(day)}, récépissé {filing.number}"


def _what(row: Withdrawal, gone: str, terms: Terms) -> str:
    share = f"{euros(row.share_cents)} HT, sur {euros(terms.price_cents)} HT"
    why = row.reason or "[dire pourquoi]"
    if row.left_cents is not None:
        share += f", dont {euros(row.left_cents)} HT restent à faire"
    cannot = agreed(gone, "ne peut plus tenir sa", "ne peuvent plus tenir leur")
    return f"{cannot} part ({share}). La raison : {why}"


def _cause(row: Withdrawal) -> str:
    if row.at_fault is False:
        return "Cette cause ne vient pas du groupement : [joindre ce qui le prouve]."
    return "[Dire et prouver que la cause ne vient pas du groupement : sans cela, rien ne change.]"


def _who_takes(row: Withdrawal, before: Terms, after: Terms, names: Mapping[str, str]) -> str:
    lines = []
    if before.arrangement.is_alone and row.plan == Plan.ONE:
        return "Nous ferons ce travail nous-mêmes, au même prix et dans les mêmes délais."
    if row.plan == Plan.ALL:
        lines.append("Les membres qui restent reprennent sa part :")
    elif row.plan == Plan.SUBCONTRACTOR:
        lines.append("Elle reste membre, et sous-traite ce travail :")
    else:
        lines.append("Nous proposons que sa part soit reprise ainsi :")
    was = {party.key: before.share_cents(party.key) for party in before.parties}
    for party in after.parties:
        more = after.share_cents(party.key) - was.get(party.key, 0)
        if more:
            now = euros(after.share_cents(party.key))
            added = f", soit {euros(more)} HT de plus" if was.get(party.key) else ""
            lines.append(f"- {names[party.key]} : {now} HT{added}")
    return "\n".join(lines)
