"""What is written when a structure leaves: to the parties; and the request to the buyer, our draft,
from what is known, after which it is a model."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from cordee.accounts.models import User
from cordee.agreement import PartyRole, Terms
from cordee.agreement.departure import uncovered
from cordee.alliances.access import clients_of
from cordee.alliances.frame.mails import addressed, to_sign, write
from cordee.alliances.models import Alliance, AllianceParty, Withdrawal
from cordee.alliances.parties import notify_removed
from cordee.dossier import phrases
from cordee.members.actions.network_mails import directors_of
from cordee.rules.figures import euros
from cordee.rules.grammar import agreed
from cordee.rules.group_changes import Ground, Path

Plan = Withdrawal.Plan
SUBJECT: Mapping[str, str] = {
    Path.REQUEST: "demande de modification de la composition du groupement "
    "(Code de la commande publique, article R2142-26)",
    Path.AMENDMENT: "demande d’avenant : le travail d’un membre est réparti entre les autres",
    Path.DC4: "déclaration de sous-traitance à accepter (formulaire DC4 joint)",
}
# Who answers alone has no composition to change.
SUBJECT_ALONE: Mapping[str, str] = {
    Path.REQUEST: "un sous-traitant présenté dans l’offre ne peut plus faire son travail",
    Path.DC4: "sous-traitance modifiée (formulaire DC4 joint)",
}
NEW_HOLDER = (
    "demande d’avenant : un nouveau titulaire (Code de la commande publique, article R2194-6)"
)
STAFF_GONE = "du personnel mis à disposition, présenté dans l’offre, ne viendra pas comme prévu"
# What the request has to prove, by what allows the change.
GROUNDS: Mapping[str, str] = {
    Ground.NO_FAULT: "Cette cause ne vient pas du groupement : [joindre ce qui le prouve].",
    Ground.RESTRUCTURING: "Ce changement suit un rachat ou une fusion : [joindre l’acte].",
    Ground.NEGOTIATION: (
        "La procédure prévoit une négociation ou un dialogue. Les garanties demandées demeurent, "
        "et l’égalité entre candidats est respectée : [joindre ce qui le prouve]."
    ),
    Ground.REVIEW_CLAUSE: "Une clause de réexamen le prévoit : [citer la clause du contrat].",
    "": "[Dire et prouver ce qui permet ce changement : sans cela, rien ne change.]",
}


def notify_leaving(withdrawal: Withdrawal, before: Terms, *, with_lead: bool = True) -> None:
    """That a structure leaves, to those who stay; to itself where who coordinates said so for it.

    Before filing they read what nobody does any more. Those who stay knew who it was (RULE-38);
    subcontractors did not, and are told where it is whom they work for.
    `with_lead`: to who coordinates too, unless the coordinator was told otherwise.
    """
    alliance, leaver = withdrawal.alliance, withdrawal.party
    rows = alliance.parties.filter(state=AllianceParty.State.INTERESTED)
    others = list(rows.exclude(pk=leaver.pk).select_related("structure"))
    is_done = withdrawal.state == Withdrawal.State.DONE
    now = alliance.terms
    labels = {line.key: line.label for line in now.lines}
    missing = uncovered(before, leaver.key, now) if is_done else {}
    more: dict[str, Any] = {"is_done": is_done, "missing": [labels[key] for key in missing]}
    more["terms"] = before
    notify_withdrawal(withdrawal, "withdrawal_told", others, with_lead=with_lead, **more)
    if withdrawal.announced_by_lead and is_done:
        notify_removed(leaver)
    elif withdrawal.announced_by_lead:
        more |= {"with_lead": False, "is_own": True}
        notify_withdrawal(withdrawal, "withdrawal_told", [leaver], **more)


def notify_withdrawal(
    withdrawal: Withdrawal,
    name: str,
    parties: list[AllianceParty],
    *,
    terms: Terms,
    with_lead: bool = True,
    **more: Any,
) -> None:
    """About a withdrawal, to who coordinates and to the directors of some parties.

    Each announcement once: another proposal on the same terms is another one. Under `terms`, a
    subcontractor knows few of the others: of whom it does not know it reads what is asked of it,
    or what became of its own yes, and no name.
    """
    alliance = withdrawal.alliance
    leading = {person.pk: person for person in alliance.leaders}
    people = dict(leading)
    keys: dict[int, set[str]] = {}
    for party in parties:
        for person in directors_of(party.structure):
            people[person.pk] = person
            keys.setdefault(person.pk, set()).add(party.key)
    agreed = {str(key) for key in withdrawal.agreements.values_list("party", flat=True)}
    context = {
        "alliance": alliance,
        "withdrawal": withdrawal,
        "leaver": withdrawal.party.structure.shown_name,
        "answer_words": withdrawal.answer_words,
        "is_accepted": withdrawal.state == Withdrawal.State.DONE,
        **more,
    }
    unnamed = {**context, "leaver": "une autre structure", "answer_words": ""}
    proposed = withdrawal.planned_at
    moment = "" if proposed is None else proposed.isoformat()
    which = f"{withdrawal.pk}:{withdrawal.plan}:{withdrawal.successor_id or ''}:{moment}"
    for person in people.values():
        if person.pk in leading:
            if with_lead:
                write(person, name, context, f"{which}:{person.pk}")
        elif _knows(person, keys[person.pk], withdrawal.party, terms):
            write(person, name, context, f"{which}:{person.pk}")
        elif name == "withdrawal_asked" or keys[person.pk] & agreed:
            write(person, name, unnamed, f"{which}:{person.pk}")


def _knows(person: User, keys: set[str], leaver: AllianceParty, terms: Terms) -> bool:
    """Whether somebody told through some parties reads who leaves."""
    if leaver.key in keys:
        return True
    clients = clients_of(terms, keys)
    if clients is not None:
        return leaver.key in clients
    return not Alliance.objects.rivals_joined_by(person, leaver.alliance).exists()


def draft(
    row: Withdrawal, alliance: Alliance, before: Terms, after: Terms, names: Mapping[str, str]
) -> str:
    """A letter to read over: what is not known stands between square brackets, never invented."""
    arrangement = before.arrangement
    lead = names.get(before.speaker or "", f"[le {arrangement.speaker}]")
    signing = arrangement.pick(group="Pour le groupement, le mandataire", sole="Le candidat")
    gone = names[row.party.key]
    role = before.party(row.party.key).role
    is_member = role is PartyRole.MEMBER
    blocks = [
        addressed(alliance),
        f"Objet : {_subject(row, role)}",
        f"Marché : {alliance.opportunity.title}",
        _offer(alliance, before),
        "Madame, Monsieur,",
        _what(row, gone, before),
    ]
    if is_member and (row.path == Path.REQUEST or row.plan == Plan.REPLACEMENT):
        blocks.append(GROUNDS[row.ground])
    blocks.append(_who_takes(row, before, after, names))
    if row.path != Path.DC4:
        blocks.append(
            "Le prix, les prestations et les délais ne changent pas. "
            f"{arrangement.whole.capitalize()} garde toutes les capacités demandées : "
            "[joindre les pièces qui le prouvent]."
        )
    blocks += [
        "Nous vous demandons d’accepter ce changement, et restons à votre disposition.",
        f"{signing} : {lead}\n{to_sign(alliance, before)}",
    ]
    return "\n\n".join(blocks).replace(" :", "\u00a0:")


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


def _subject(row: Withdrawal, role: PartyRole) -> str:
    if role is PartyRole.STAFFING:
        return STAFF_GONE
    if role is not PartyRole.MEMBER:
        # Who works for a member changes nothing of who answers.
        return SUBJECT_ALONE[row.path]
    is_new = row.path == Path.AMENDMENT and row.plan == Plan.REPLACEMENT
    return NEW_HOLDER if is_new else SUBJECT[row.path]


def _who_takes(row: Withdrawal, before: Terms, after: Terms, names: Mapping[str, str]) -> str:
    lines = []
    if before.arrangement.is_alone and row.plan == Plan.ONE:
        return "Nous ferons ce travail nous-mêmes, au même prix et dans les mêmes délais."
    if row.plan == Plan.ALL:
        lines.append("Les membres qui restent reprennent sa part :")
    elif row.path == Path.DC4 and row.plan == Plan.SUBCONTRACTOR:
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
