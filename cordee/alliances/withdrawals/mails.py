"""What is written to the parties when one of them leaves."""

from typing import Any

from cordee.accounts.models import User
from cordee.agreement import Terms
from cordee.agreement.departure import uncovered
from cordee.alliances.access import clients_of
from cordee.alliances.frame.mails import write
from cordee.alliances.models import Alliance, AllianceParty, Withdrawal
from cordee.alliances.parties import notify_removed
from cordee.members.actions.network_mails import directors_of


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
