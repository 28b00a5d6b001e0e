"""The duty of social conditions of execution in larger contracts, since 22 August 2026."""

from datetime import date

from cordee.rules import parameters
from cordee.rules.labelled import Labelled
from cordee.rules.procedure import BuyerType, ContractKind, formal_from_cents


class Exemption(Labelled):
    """Why a buyer may leave social conditions out; it says which."""

    AVAILABLE = "AVAILABLE", "une solution immédiatement disponible"
    NO_LINK = "NO_LINK", "pas de lien suffisant avec l’objet"
    COMPETITION = "COMPETITION", "une concurrence restreinte, ou une exécution difficile"
    SHORT_WORKS = "SHORT_WORKS", "des travaux de moins de six mois"


def exemptions(*, on: date) -> tuple[Exemption, ...]:
    """Give what lets a buyer leave social conditions out; none before the duty.

    Source: Code de la commande publique L2112-2-1 (loi 2021-1104, art. 35).
    Not covered: whether one of them holds, which the buyer says.
    """
    try:
        found = parameters.codes("social_conditions.exemptions", on=on)
    except parameters.UnknownParameter:
        return ()
    return tuple(each for each in Exemption if each in found)


def needs_social_conditions(
    amount_ht_cents: int | None,
    kind: ContractKind | str,
    buyer: BuyerType | str | None,
    *,
    on: date,
) -> bool | None:
    """Tell whether a contract must hold social conditions of execution, an exemption apart.

    `amount_ht_cents`: of the whole contract, without tax. `buyer` None: every threshold that may
    hold is looked at. `on`: day on which the consultation is launched. None: something unknown
    decides.

    Source: Code de la commande publique L2112-2-1, from the European thresholds on.
    Not covered: social services, concessions; whether the duty was postponed, of which no text was
    found; some sources write the 21st of August.
    """
    if not exemptions(on=on):
        return False
    if amount_ht_cents is None:
        return None
    buyers = tuple(BuyerType) if buyer is None else (BuyerType(buyer),)
    try:
        answers = {amount_ht_cents >= formal_from_cents(kind, each, on=on) for each in buyers}
    except parameters.UnknownParameter:
        return None
    return answers.pop() if len(answers) == 1 else None
