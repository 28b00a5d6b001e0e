"""What documents ask of the terms beside the split: common terms, and how each party invoices."""

from dataclasses import replace
from datetime import datetime

from django.core.exceptions import ValidationError

from cordee.accounts.models import User
from cordee.agreement import CommonTerms, Terms, VatRegime
from cordee.alliances.models import Alliance, AllianceParty
from cordee.alliances.revisions import Written, write_terms


def write_common_terms(
    *, alliance: Alliance, common: CommonTerms, base: int, by: User, now: datetime
) -> Written:
    """Write what all members agree on beside the split; those it binds accept again."""
    terms = replace(_read(alliance, base), common=common)
    return write_terms(alliance=alliance, base=base, terms=terms, by=by, now=now)


def choose_vat(
    *, party: AllianceParty, vat: VatRegime, base: int, by: User, now: datetime
) -> Written:
    """Write how a party invoices. Raises `ValidationError` where it has left the terms, or the
    regime is that of another place (reverse charge: subcontractors in works alone)."""
    terms = _read(party.alliance, base)
    found = terms.find(party.key)
    if found is None:
        raise ValidationError("Cette structure n’est plus dans le tableau.")
    if replace(found, vat=vat).vat_due is not vat:
        raise ValidationError(
            {
                "vat": "L’autoliquidation est celle d’un sous-traitant de travaux, jamais d’un "
                "membre du groupement (CGI, article 283, 2 nonies)."
            }
        )
    parties = tuple(
        replace(each, vat=vat) if each.key == party.key else each for each in terms.parties
    )
    return write_terms(
        alliance=party.alliance, base=base, terms=replace(terms, parties=parties), by=by, now=now
    )


def _read(alliance: Alliance, base: int) -> Terms:
    found = alliance.revisions.filter(number=base).first()
    if found is None:
        raise ValidationError("Cette version n’existe pas. Rouvrez la page.")
    return found.read()
