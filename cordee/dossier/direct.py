"""Whether the buyer pays a subcontractor itself, in the words of documents (RULE-22)."""

from cordee.agreement import Party
from cordee.base.documents import Words
from cordee.dossier import money
from cordee.dossier.model import Dossier
from cordee.dossier.phrases import euros, ours
from cordee.rules import parameters, subcontracting


def is_direct(dossier: Dossier, party: Party, amount: int | None) -> bool | None:
    """Whether the buyer would pay it once accepted; None where the amount does not tell."""
    least = threshold_cents(dossier)
    paid = None if amount is None else money.with_tax(amount, party, on=dossier.on)
    if paid is None and amount is not None and amount >= least:
        paid = amount  # With tax it is more still.
    if paid is None:
        return None
    return subcontracting.is_paid_directly(
        rank=1, accepted=True, amount_ttc_cents=paid, on=dossier.on
    )


def threshold_cents(dossier: Dossier) -> int:
    """From which amount with tax the buyer pays directly."""
    return int(parameters.amount("subcontracting.direct_payment_from_cents", on=dossier.on))


def direct_words(dossier: Dossier, party: Party, amount: int | None) -> Words:
    """What the declaration of a subcontractor says of it."""
    least = euros(threshold_cents(dossier))
    match is_direct(dossier, party, amount):
        case None:
            return ours("le montant, dont dépend le paiement direct")
        case True:
            return (
                f"oui, une fois accepté : à partir de {least} TTC, l’acheteur paie lui-même "
                "(article R2193-10 du Code de la commande publique)"
            )
    return f"non : sous {least} TTC, le titulaire paie son sous-traitant"
