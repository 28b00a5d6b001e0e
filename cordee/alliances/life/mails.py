"""What is written to the parties when an alliance makes a step that commits them."""

import contextlib
from collections.abc import Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.http import Http404

from cordee.accounts import mailing
from cordee.accounts.models import User
from cordee.agreement import Terms
from cordee.agreement.leaving import uncovered
from cordee.agreement.life import Phase, phase_called
from cordee.agreement.words import words_of
from cordee.alliances.models import (
    Alliance,
    AllianceParty,
    Approval,
    StandingMember,
    Withdrawal,
)
from cordee.alliances.workspace import mails as workspace
from cordee.alliances.workspace.access import Seat, clients_of, taking_part_for
from cordee.alliances.workspace.mails import KIND
from cordee.base.mail.models import OutgoingMail
from cordee.members.actions.network_mails import directors_of

TEMPLATES = {
    "approved": "alliances/mail/approved",
    "moved": "alliances/mail/moved",
    "withdrawal_told": "alliances/mail/withdrawal_told",
    "withdrawal_asked": "alliances/mail/withdrawal_asked",
    "withdrawal_ended": "alliances/mail/withdrawal_ended",
    "withdrawal_cancelled": "alliances/mail/withdrawal_cancelled",
    "standing_invited": "alliances/mail/standing_invited",
    "taken_over": "alliances/mail/taken_over",
    "unled": "alliances/mail/unled",
}


def tell_approved(approval: Approval, person: User) -> None:
    """Her receipt: with its key, she can prove later that it was she, even once erased here."""
    context = {
        "alliance": approval.alliance,
        "approval": approval,
        "identity": approval.identity,
        "structure": approval.party.structure.shown_name,
        "paper": words_of(approval.revision.read()).paper,
    }
    _write(person, "approved", context, f"{approval.pk}:{person.pk}")


def tell_moved(alliance: Alliance, to: Phase) -> None:
    """To everybody who takes part."""
    for person in people_inside(alliance):
        context = {"alliance": alliance, "step": phase_called(alliance.terms, to)}
        _write(person, "moved", context, f"{alliance.pk}:{to.value}:{person.pk}")


def tell_leaving(withdrawal: Withdrawal, before: Terms, *, with_lead: bool = True) -> None:
    """That a structure leaves, to those who stay; to itself where who coordinates said so for it.

    Before filing they read what nobody does any more. Those who stay knew who it was (RULE-38);
    subcontractors did not, and are told where it is whom they work for.
    `with_lead`: to who coordinates too, unless she was told otherwise.
    """
    alliance, leaver = withdrawal.alliance, withdrawal.party
    rows = alliance.parties.filter(state=AllianceParty.State.INTERESTED)
    others = list(rows.exclude(pk=leaver.pk).select_related("structure"))
    is_done = withdrawal.state == Withdrawal.State.DONE
    now = alliance.terms
    labels = {line.key: line.label for line in now.lines}
    missing = uncovered(before, leaver.key, now) if is_done else {}
    more = {"is_done": is_done, "missing": [labels[key] for key in missing]}
    tell_withdrawal(
        withdrawal, "withdrawal_told", others, terms=before, with_lead=with_lead, **more
    )
    if withdrawal.told_by_lead and is_done:
        workspace.tell_removed(leaver)
    elif withdrawal.told_by_lead:
        tell_withdrawal(
            withdrawal,
            "withdrawal_told",
            [leaver],
            terms=before,
            with_lead=False,
            is_own=True,
            **more,
        )


def tell_withdrawal(
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
    leading = {
        each.person.pk: each.person
        for each in alliance.coordinators.seated().select_related("person")
    }
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
                _write(person, name, context, f"{which}:{person.pk}")
        elif _knows(person, keys[person.pk], withdrawal.party, terms):
            _write(person, name, context, f"{which}:{person.pk}")
        elif name == "withdrawal_asked" or keys[person.pk] & agreed:
            _write(person, name, unnamed, f"{which}:{person.pk}")


def _knows(person: User, keys: set[str], leaver: AllianceParty, terms: Terms) -> bool:
    """Whether somebody told through some parties reads who leaves."""
    if leaver.key in keys:
        return True
    clients = clients_of(terms, keys)
    if clients is not None:
        return leaver.key in clients
    return not Alliance.objects.rivals_joined_by(person, leaver.alliance).exists()


def tell_taken_over(alliance: Alliance, by: User, *, now: datetime) -> None:
    """To the others who said yes that somebody leads again."""
    context = {"alliance": alliance, "leader": by.display_name or "Une personne"}
    for person in people_inside(alliance):
        if person.pk != by.pk:
            _write(person, "taken_over", context, f"{alliance.pk}:{now.isoformat()}:{person.pk}")


def tell_unled(alliance: Alliance, person: User) -> int:
    """To one who may take the lead that nobody has it: once for each who led last."""
    last = alliance.coordinators.order_by("-pk").values_list("pk", flat=True).first()
    key = f"{alliance.pk}:{last or 0}:{person.pk}"
    if OutgoingMail.objects.filter(key=f"alliance-unled:{key}").exists():
        return 0
    _write(person, "unled", {"alliance": alliance}, key)
    return 1


def tell_standing(member: StandingMember) -> None:
    """To the directors of a structure asked into a standing team; the others are not named."""
    context = {"team": member.team, "structure": member.structure.shown_name}
    for person in directors_of(member.structure):
        key = f"{member.pk}:{member.invited_at.isoformat()}:{person.pk}"
        _write(person, "standing_invited", context, key)


def seats_inside(alliance: Alliance) -> list[tuple[User, Seat]]:
    """Those of `people_inside` who take part today, each with her seat."""
    found = []
    for person in people_inside(alliance):
        with contextlib.suppress(Http404):
            found.append((person, taking_part_for(person, alliance.pk)))
    return found


def people_inside(alliance: Alliance) -> list[User]:
    """Who coordinates, and the directors of those who said yes; each once."""
    people = {
        each.person.pk: each.person
        for each in alliance.coordinators.seated().select_related("person")
    }
    rows = alliance.parties.filter(state=AllianceParty.State.INTERESTED)
    for party in rows.select_related("structure"):
        people |= {person.pk: person for person in directors_of(party.structure)}
    return list(people.values())


def register() -> None:
    """Called once, when the application starts."""
    for template in TEMPLATES.values():
        mailing.sample(template, sample, kind=KIND)


def sample() -> Mapping[str, Any]:
    """Invented words, for who looks at the mails."""
    alliance = SimpleNamespace(
        pk="00000000-0000-4000-8000-000000000000",
        title="Les berges ensemble",
        coordinator_name="Réseau du Val",
    )
    return {
        "alliance": alliance,
        "approval": SimpleNamespace(sequence=2, sha256="c" * 64, document_sha256="a" * 64, at=None),
        "identity": SimpleNamespace(name="Camille Aubier", function="présidente", key="b" * 64),
        "structure": "Les Jardins du Val",
        "paper": "la convention",
        "step": Phase.FILED.label,
        "withdrawal": SimpleNamespace(pk=1, reason="Équipe partie"),
        "answer_words": "",
        "leaver": "Les Toits du Val",
        "is_accepted": True,
        "is_done": True,
        "missing": ["Taille des haies"],
        "leader": "Camille Aubier",
        "team": SimpleNamespace(pk=1, keeper_name="Réseau du Val"),
    }


def _write(person: User, name: str, context: Mapping[str, Any], key: str) -> None:
    mailing.write_to(
        person,
        kind=KIND,
        template=TEMPLATES[name],
        context=context,
        key=f"alliance-{name}:{key}",
    )
