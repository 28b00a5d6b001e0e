"""Writes about the form of the group, its reasons, its subcontracts, the place of each party."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from cordee.accounts.models import User
from cordee.agreement import Labour, PartyRole, Reason, Terms
from cordee.agreement.legal_facts import with_labour
from cordee.agreement.places import with_form, with_role
from cordee.alliances.law.reserved import refuse_shut_out
from cordee.alliances.models import Alliance, AllianceParty
from cordee.alliances.revisions import Written, write_terms
from cordee.rules.groups import GroupForm
from cordee.rules.kinds import Kind


def choose_form(
    *, alliance: Alliance, form: GroupForm, lead: str, base: int, by: User, now: datetime
) -> Written:
    """Write form and lead into the terms. Raises `ValidationError` where `lead` is no member."""
    terms = _read(alliance, base)
    if lead not in {member.key for member in terms.members}:
        raise ValidationError("Le mandataire est l’un des membres du groupement.")
    return write_terms(
        alliance=alliance, base=base, terms=with_form(terms, form, lead), by=by, now=now
    )


def note_reasons(
    *,
    alliance: Alliance,
    reasons: Collection[Reason],
    words: str,
    base: int,
    by: User,
    now: datetime,
) -> Written:
    """Record why the members answer together rather than each alone (RULE-38)."""
    terms = replace(_read(alliance, base), reasons=frozenset(reasons), reasons_words=words.strip())
    return write_terms(alliance=alliance, base=base, terms=terms, by=by, now=now)


def answer_labour(
    *, party: AllianceParty, labour: Labour, base: int, by: User, now: datetime
) -> Written:
    """Record how a subcontract is worked (RULE-40)."""
    terms = _read(party.alliance, base)
    if party.key not in {each.key for each in terms.parties}:
        raise ValidationError("Cette structure n’est plus dans le tableau.")
    return write_terms(
        alliance=party.alliance,
        base=base,
        terms=with_labour(terms, party.key, labour),
        by=by,
        now=now,
    )


def change_place(
    *,
    party: AllianceParty,
    role: PartyRole,
    of: str | None,
    base: int,
    by: User,
    now: datetime,
) -> Written:
    """Give a structure another place in the team.

    Raises `ValidationError` where a reserved lot shuts it out of it (RULE-15), or where `of` is no
    other member.
    """
    kind = Kind(party.structure.kind)
    refuse_shut_out(party.alliance, kind, role, on=timezone.localdate(now))
    terms = _read(party.alliance, base)
    if party.key not in {each.key for each in terms.parties}:
        raise ValidationError("Cette structure n’est plus dans le tableau.")
    if role.is_behind and of is None:
        raise ValidationError("Dites pour quel membre elle travaille.")
    try:
        changed = with_role(terms, party.key, role, of)
    except ValueError:
        raise ValidationError("Choisissez un autre membre du groupement.") from None
    return write_terms(
        alliance=party.alliance, base=base, terms=changed, by=by, now=now, origin="PARTIES"
    )


def _read(alliance: Alliance, base: int) -> Terms:
    found = alliance.revisions.filter(number=base).first()
    if found is None:
        raise ValidationError("Cette version n’existe pas. Rouvrez la page.")
    return found.read()
