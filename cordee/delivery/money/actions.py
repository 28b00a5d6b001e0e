"""What partners note of money. Amounts stay out of the journal."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.base.ui import french
from cordee.delivery.access import DeliveryAccess
from cordee.delivery.models import MoneyLine
from cordee.delivery.money.ledger import DUE, Ledger
from cordee.members.actions.undoable import find_resubmitted
from cordee.members.private_words import check_no_person


@transaction.atomic
def note(*, row: MoneyLine, access: DeliveryAccess, by: User, on: date) -> None:
    """Keep an amount, new, corrected, taken out or put back; the same noted twice is one.

    Raises ValidationError, as for more than is left of a share.
    """
    verb = "delivery.correct_money" if row.pk else "delivery.note_money"
    if find_resubmitted(row, access.delivery.structure):
        return
    check_no_person(row.label, "label", "Écrivez par exemple «\u00a0facture de mars\u00a0».")
    _refuse_beyond_share(row, Ledger(access, on))
    row.noted_by = row.noted_by or by
    row.full_clean()
    row.save()
    journal.record(verb, access.delivery, by=by, after={"money": row.pk})


def _refuse_beyond_share(row: MoneyLine, ledger: Ledger) -> None:
    due = ledger.due(row.partner)
    if due is None or row.kind not in DUE or row.is_removed:
        return
    others = (e for e in ledger.lines if e.partner_id == row.partner_id and e.pk != row.pk)
    left = max(due - sum(each.amount_cents for each in others), 0)
    if row.amount_cents > left:
        refusal = (
            f"«\u00a0{french.price(row.amount_cents)}\u00a0» dépasse la part "
            f"{french.of(row.partner.name)}. Il en reste {french.price(left)}\u00a0: "
            "écrivez-le au plus, ou corrigez un autre montant."
        )
        raise ValidationError({"amount_cents": refusal})
