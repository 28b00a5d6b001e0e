"""Reserved contracts: who may answer, alone or in a group (RULE-14 to RULE-16)."""

from collections.abc import Mapping
from datetime import date

from cordee.rules import parameters
from cordee.rules.kinds import Kind
from cordee.rules.labelled import Labelled


class Reservation(Labelled):
    """To whom a contract or a lot is reserved."""

    NONE = "NONE", "Ouvert à toutes les entreprises"
    HANDICAP = "HANDICAP", "Réservé aux structures du handicap"
    INSERTION = "INSERTION", "Réservé aux structures d’insertion"
    PENITENTIAIRE = "PENITENTIAIRE", "Réservé à la production en détention"
    MIXTE = "MIXTE", "Réservé aux structures du handicap ou de l’insertion"
    ESS = "ESS", "Réservé à l’économie sociale et solidaire"


ARTICLES: Mapping[Reservation, str] = {
    Reservation.HANDICAP: "L2113-12",
    Reservation.INSERTION: "L2113-13",
    Reservation.PENITENTIAIRE: "L2113-13-1",
    Reservation.MIXTE: "L2113-14",
    Reservation.ESS: "L2113-15",
}


class OtherPlace(Labelled):
    """What a structure that a reserved lot shuts out may still be, beside the contract."""

    SUPPLIER = "SUPPLIER", "fournisseur : vend ou loue du matériel, sans faire le travail"
    TUTOR = "TUTOR", "tuteur : montre le métier à l’équipe, sans part du marché"
    EMPLOYER = "EMPLOYER", "futur employeur : embauche pendant ou après le marché"


# What the DAJ presumes of SIAE, EA and ESAT was not read again: both are said.
_CONFIRM_SHARE = (
    "La part de personnes concernées (50 % au moins) est peut-être présumée de ce type de "
    "structure. Sans source relue, préparez la preuve."
)
CAUTIONS: Mapping[Reservation, tuple[str, ...]] = {
    Reservation.NONE: (),
    Reservation.HANDICAP: (_CONFIRM_SHARE,),
    Reservation.INSERTION: (_CONFIRM_SHARE,),
    Reservation.MIXTE: (_CONFIRM_SHARE,),
    Reservation.PENITENTIAIRE: (
        "Le type de structure ne dit pas qui produit en détention. À confirmer avec l’acheteur.",
    ),
    Reservation.ESS: (
        "La loi regarde le statut de la structure, pas son type. À confirmer avec l’acheteur.",
        "Un ACI porté par une commune ou un CCAS n’est pas une entreprise de l’ESS.",
        "Seuls les services de santé, sociaux ou culturels peuvent être réservés ainsi.",
    ),
}


def eligible_kinds(reservation: Reservation | str, *, on: date) -> frozenset[str] | None:
    """Give the kinds of structures that may answer; None means open to all.

    Source: Code de la commande publique L2113-12 to L2113-16; RULE-14.
    Not covered: concessions (L3113-1 handicap, L3113-2 insertion, L3113-2-1 prison), "équivalents"
    named by the law, the 50 % share of each structure, the status asked by an ESS reservation (see
    ``CAUTIONS``).
    """
    kind = Reservation(reservation)
    if kind is Reservation.NONE:
        return None
    return parameters.codes(f"reservation.{kind.lower()}_kinds", on=on)


def is_eligible(kind: Kind | str, reservation: Reservation | str, *, on: date) -> bool:
    """Tell whether a structure of this kind may answer a contract so reserved.

    Source: Code de la commande publique L2113-12 to L2113-16; RULE-14.
    Not covered: see ``eligible_kinds``.
    """
    allowed = eligible_kinds(reservation, on=on)
    return allowed is None or Kind(kind) in allowed
