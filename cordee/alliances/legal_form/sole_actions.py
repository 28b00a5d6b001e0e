"""From a group to one structure that answers alone and gives the rest out, and back."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts.models import User
from cordee.agreement import Party, PartyRole, Terms, places
from cordee.alliances.law.reserved import refuse_holder, refuse_shut_out, reserved_lots
from cordee.alliances.models import Alliance
from cordee.alliances.revisions import Written, locked, write_terms
from cordee.rules.groups import GroupForm


@transaction.atomic
def answer_alone(*, alliance: Alliance, holder: str, base: int, by: User, now: datetime) -> Written:
    """One member answers alone, and the others work for it: their figures go within its own.

    Raises `ValidationError` where a reserved lot shuts one of them out (RULE-15), where nobody
    would work for it, or where somebody wrote since `base`: amounts move, and nothing is merged.
    """
    alliance, terms = _unchanged(alliance, base)
    if holder not in {member.key for member in terms.members}:
        raise ValidationError("Qui répond seul est l’une des structures qui répondaient ensemble.")
    changed = places.alone(terms, holder)
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
    changed = places.together(terms, members, form, lead)
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
