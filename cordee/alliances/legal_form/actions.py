"""Writes about the form of the group, its reasons, its subcontracts, the place of each party; from
a group to one structure that answers alone and gives the rest out, and back."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts.models import User
from cordee.agreement import Labour, Party, PartyRole, Reason, Terms, edits
from cordee.agreement.edits import with_role
from cordee.alliances.law import refuse_holder, refuse_shut_out, reserved_lots
from cordee.alliances.models import Alliance, AllianceParty
from cordee.alliances.revisions import Written, locked, place_at, terms_at, write_terms
from cordee.rules.groups import GroupForm
from cordee.rules.kinds import Kind


def choose_form(
    *, alliance: Alliance, form: GroupForm, lead: str, base: int, by: User, now: datetime
) -> Written:
    """Write form and lead into the terms. Raises `ValidationError` where `lead` is no member."""
    terms = terms_at(alliance, base)
    if lead not in {member.key for member in terms.members}:
        raise ValidationError("Le mandataire est l’un des membres du groupement.")
    terms = replace(terms, form=form, lead=lead)
    return write_terms(alliance=alliance, base=base, terms=terms, by=by, now=now)


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
    terms = replace(
        terms_at(alliance, base), reasons=frozenset(reasons), reasons_words=words.strip()
    )
    return write_terms(alliance=alliance, base=base, terms=terms, by=by, now=now)


def answer_labour(
    *, party: AllianceParty, labour: Labour, base: int, by: User, now: datetime
) -> Written:
    """Record how a subcontract is worked (RULE-40)."""
    terms, found = place_at(party, base)
    terms = terms.with_party(replace(found, labour=labour))
    return write_terms(alliance=party.alliance, base=base, terms=terms, by=by, now=now)


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
    terms, _ = place_at(party, base)
    if role.is_behind and of is None:
        raise ValidationError("Dites pour quel membre elle travaille.")
    try:
        changed = with_role(terms, party.key, role, of)
    except ValueError:
        raise ValidationError("Choisissez un autre membre du groupement.") from None
    return write_terms(
        alliance=party.alliance, base=base, terms=changed, by=by, now=now, origin="PARTIES"
    )


@transaction.atomic
def answer_alone(*, alliance: Alliance, holder: str, base: int, by: User, now: datetime) -> Written:
    """One member answers alone, and the others work for it: their figures go within its own.

    Raises `ValidationError` where a reserved lot shuts one of them out (RULE-15), where nobody
    would work for it, or where somebody wrote since `base`: amounts move, and nothing is merged.
    """
    alliance, terms = _unchanged(alliance, base)
    if holder not in {member.key for member in terms.members}:
        raise ValidationError("Qui répond seul est l’une des structures qui répondaient ensemble.")
    changed = edits.alone(terms, holder)
    if changed.holder is None or not changed.has_paper:
        raise ValidationError("Ajoutez d’abord une structure qui travaillera pour elle.")
    lots = reserved_lots(alliance)
    refuse_holder(changed.holder.kind, lots, on=timezone.localdate(now))
    _refuse_shut_out(alliance, changed.signers[1:], now=now)
    return write_terms(
        alliance=alliance, base=base, terms=changed, by=by, now=now, origin="PARTIES"
    )


@transaction.atomic
def answer_together(
    *,
    alliance: Alliance,
    members: Collection[str],
    form: GroupForm,
    lead: str,
    base: int,
    by: User,
    now: datetime,
) -> Written:
    """The way back: subcontractors of a sole holder become members, with what they do.

    Raises `ValidationError` where a reserved lot shuts one of them out (RULE-15), where the lead is
    none of the members, or where somebody wrote since `base`.
    """
    alliance, terms = _unchanged(alliance, base)
    given = {p.key for p in terms.parties if p.role is PartyRole.SUBCONTRACTOR}
    if terms.holder is None or not members or not given.issuperset(members):
        raise ValidationError("Cochez qui devient membre, parmi les sous-traitants.")
    if lead not in {terms.holder.key, *members}:
        words = "Le mandataire est l’un des membres du groupement\u00a0: cochez-le aussi."
        raise ValidationError({"lead": words})
    changed = edits.together(terms, members, form, lead)
    _refuse_shut_out(alliance, changed.members, now=now)
    return write_terms(
        alliance=alliance, base=base, terms=changed, by=by, now=now, origin="PARTIES"
    )


def _unchanged(alliance: Alliance, base: int) -> tuple[Alliance, Terms]:
    alliance = locked(alliance)
    if alliance.version != base:
        raise ValidationError(
            "Quelqu’un a modifié le tableau entre-temps. Relisez ce qui change, puis recommencez."
        )
    return alliance, alliance.terms


def _refuse_shut_out(alliance: Alliance, parties: Iterable[Party], *, now: datetime) -> None:
    lots = reserved_lots(alliance)
    for party in parties:
        refuse_shut_out(alliance, party.kind, party.role, on=timezone.localdate(now), lots=lots)
