"""Subcontracting of a public contract, and who pays whom on it (RULE-19, RULE-22)."""

from datetime import date, timedelta

from cordee.rules import parameters
from cordee.rules.groups import GroupForm, PartyRole
from cordee.rules.labelled import Labelled


class PaidBy(Labelled):
    """Whom somebody who works on a contract invoices."""

    BUYER = "BUYER", "l’acheteur, directement"
    BUYER_ONCE_ACCEPTED = "BUYER_ONCE_ACCEPTED", "l’acheteur, une fois le sous-traitant accepté"
    LEAD_ACCOUNT = "LEAD_ACCOUNT", "l’acheteur, sur le compte du mandataire sauf écrit contraire"
    CLIENT = "CLIENT", "pour qui on travaille"
    UNKNOWN = "UNKNOWN", "à confirmer\u00a0: l’acheteur, ou pour qui on travaille"


def is_paid_directly(*, rank: int, accepted: bool, amount_ttc_cents: int, on: date) -> bool:
    """Tell whether the buyer pays the subcontractor directly.

    A first-rank subcontractor, accepted by the buyer, for 600 € or more with tax.

    Source: Code de la commande publique L2193-11, R2193-10; RULE-22.
    Not covered: work done before acceptance (never paid directly); private contracts, which
    follow title III of the law of 31 December 1975.
    """
    threshold = parameters.amount("subcontracting.direct_payment_from_cents", on=on)
    return rank == 1 and accepted and amount_ttc_cents >= threshold


def paid_by(
    role: PartyRole,
    form: GroupForm | None,
    *,
    is_lead: bool,
    between_ttc_cents: tuple[int, int] | None,
    on: date,
) -> PaidBy:
    """Tell who pays a party of a public contract: the buyer, or the one it works for.

    `form`: None where one answers alone. `between_ttc_cents`: the least and the most that its
    subcontract may be with tax; None where not known.

    Source: Code de la commande publique R2142-20, L2193-11, R2193-10; RULE-19, RULE-22. That a
    solidary group is paid on one account unless it wrote otherwise is from the general terms of
    contract, to check.
    Not covered: second rank; one subcontract by lot; private contracts.
    """
    if role is PartyRole.MEMBER:
        is_shared = form is GroupForm.SOLIDAIRE and not is_lead
        return PaidBy.LEAD_ACCOUNT if is_shared else PaidBy.BUYER
    if role is not PartyRole.SUBCONTRACTOR:
        return PaidBy.CLIENT
    answers = {
        is_paid_directly(rank=1, accepted=True, amount_ttc_cents=cents, on=on)
        for cents in between_ttc_cents or ()
    }
    if len(answers) != 1:
        return PaidBy.UNKNOWN
    return PaidBy.BUYER_ONCE_ACCEPTED if answers.pop() else PaidBy.CLIENT


def accepted_by_silence_on(sent_on: date) -> date:
    """Give the last day on which a holder may answer a subcontractor's demand of payment.

    After it, silence is a yes. Counted from the day of sending: that of receipt is not known.

    Source: `subcontracting.silence_days`, whose article was not read again.
    Not covered: days that end on a holiday.
    """
    return sent_on + timedelta(days=parameters.amount("subcontracting.silence_days", on=sent_on))
