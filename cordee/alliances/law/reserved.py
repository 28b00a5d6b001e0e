"""Who may not be in a team on reserved lots, and what it may be instead (RULE-15)."""

from collections.abc import Collection
from datetime import date

from django.core.exceptions import ValidationError

from cordee.agreement import PartyRole, Terms
from cordee.alliances.models import Alliance
from cordee.alliances.requirements import reserved_by_lot
from cordee.rules.kinds import Kind
from cordee.rules.reservation import ARTICLES, Reservation, is_eligible

WORKING = (PartyRole.MEMBER, PartyRole.SUBCONTRACTOR)


def reserved_lots(alliance: Alliance) -> tuple[Reservation | None, ...]:
    """To whom each lot of an alliance is reserved; None where nobody knows."""
    known = reserved_by_lot(alliance)
    return tuple(known.get(lot) for lot in alliance.lot_ids)


def shut_out_by(
    kind: Kind, lots: Collection[Reservation | None], *, on: date
) -> Reservation | None:
    """The reservation that leaves a kind no lot to work on; None where one is open to it."""
    closed = [lot for lot in lots if lot is not None and not is_eligible(kind, lot, on=on)]
    return closed[0] if closed and len(closed) == len(lots) else None


def refuse_shut_out(
    alliance: Alliance,
    kind: Kind,
    role: PartyRole,
    *,
    on: date,
    lots: Collection[Reservation | None] | None = None,
) -> None:
    """Raises `ValidationError` with the article where no lot lets such a structure do the work.

    `lots`: what `reserved_lots` gave, where it was asked already.
    """
    if role not in WORKING:
        return
    reservation = shut_out_by(kind, reserved_lots(alliance) if lots is None else lots, on=on)
    if reservation is not None:
        what = "membre du groupement" if role is PartyRole.MEMBER else "sous-traitant"
        raise ValidationError(
            f"{reservation.label} (article {ARTICLES[reservation]}). "
            f"{kind.label} : ce type de structure ne peut pas y être {what}. Elle "
            f"peut fournir du matériel, être tutrice, ou futur employeur. À confirmer avec "
            f"l’acheteur."
        )


def refuse_holder(kind: Kind, lots: Collection[Reservation | None], *, on: date) -> None:
    """Raises `ValidationError` where a lot is shut to a sole holder: it holds them all."""
    closed = closed_to(kind, lots, on=on)
    if closed is not None:
        raise ValidationError(
            f"{closed.label} (article {ARTICLES[closed]}). {kind.label} : ce type de structure "
            f"ne peut pas y répondre seul. À confirmer avec l’acheteur."
        )


def closed_to(kind: Kind, lots: Collection[Reservation | None], *, on: date) -> Reservation | None:
    """The first reservation that does not let a kind in; None where every lot is open to it."""
    return next(
        (lot for lot in lots if lot is not None and not is_eligible(kind, lot, on=on)), None
    )


def role_on_return(alliance: Alliance, terms: Terms, kind: Kind, *, on: date) -> PartyRole:
    """As what a structure comes, or comes back, where a lot lets it work: see `takes_behind`."""
    if shut_out_by(kind, reserved_lots(alliance), on=on) is not None:
        return PartyRole.EMPLOYER
    return PartyRole.SUBCONTRACTOR if terms.arrangement.takes_behind(terms) else PartyRole.MEMBER
