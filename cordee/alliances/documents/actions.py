"""What a party opens to whoever takes documents out, and what documents ask of the terms beside the
split: common terms, and how each party invoices."""

from dataclasses import replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.agreement import CommonTerms, VatRegime
from cordee.alliances.models import Alliance, AllianceParty, FileOpening
from cordee.alliances.revisions import Written, place_at, terms_at, write_terms


@transaction.atomic
def open_file(*, party: AllianceParty, by: User, now: datetime) -> None:
    """Let whoever coordinates, and the lead, read the declaration of a party in this alliance."""
    _, is_new = FileOpening.objects.get_or_create(
        party=party, defaults={"opened_at": now, "opened_by": by}
    )
    if is_new:
        journal.record("alliances.open_file", party, by=by, after={})


@transaction.atomic
def shut_file(*, party: AllianceParty, by: User) -> None:
    """Take that back, at once."""
    removed, _ = FileOpening.objects.filter(party=party).delete()
    if removed:
        journal.record("alliances.shut_file", party, by=by, after={})


def write_common_terms(
    *, alliance: Alliance, common: CommonTerms, base: int, by: User, now: datetime
) -> Written:
    """Write what all members agree on beside the split; those it binds accept again."""
    terms = replace(terms_at(alliance, base), common=common)
    return write_terms(alliance=alliance, base=base, terms=terms, by=by, now=now)


def choose_vat(
    *, party: AllianceParty, vat: VatRegime, base: int, by: User, now: datetime
) -> Written:
    """Write how a party invoices. Raises `ValidationError` where it has left the terms, or the
    regime is that of another place (reverse charge: subcontractors in works alone)."""
    terms, found = place_at(party, base)
    invoicing = replace(found, vat=vat)
    if invoicing.vat_due is not vat:
        raise ValidationError(
            {
                "vat": "L’autoliquidation est celle d’un sous-traitant de travaux, jamais d’un "
                "membre du groupement (CGI, article 283, 2 nonies)."
            }
        )
    terms = terms.with_party(invoicing)
    return write_terms(alliance=party.alliance, base=base, terms=terms, by=by, now=now)
