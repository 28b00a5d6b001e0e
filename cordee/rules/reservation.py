"""Reserved contracts: who may answer, alone or in a group (RULE-14 to RULE-16)."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction

from cordee.rules import parameters
from cordee.rules.kinds import Kind


class Reservation(StrEnum):
    """To whom a contract or a lot is reserved."""

    NONE = "NONE"
    HANDICAP = "HANDICAP"
    INSERTION = "INSERTION"
    PENITENTIAIRE = "PENITENTIAIRE"
    MIXTE = "MIXTE"
    ESS = "ESS"

    @property
    def label(self) -> str:
        """French name, for screens."""
        return LABELS[self]


LABELS: Mapping[Reservation, str] = {
    Reservation.NONE: "Ouvert à toutes les entreprises",
    Reservation.HANDICAP: "Réservé aux structures du handicap",
    Reservation.INSERTION: "Réservé aux structures d’insertion",
    Reservation.PENITENTIAIRE: "Réservé à la production en détention",
    Reservation.MIXTE: "Réservé aux structures du handicap ou de l’insertion",
    Reservation.ESS: "Réservé à l’économie sociale et solidaire",
}

ARTICLES: Mapping[Reservation, str] = {
    Reservation.HANDICAP: "L2113-12",
    Reservation.INSERTION: "L2113-13",
    Reservation.PENITENTIAIRE: "L2113-13-1",
    Reservation.MIXTE: "L2113-14",
    Reservation.ESS: "L2113-15",
}


class OtherPlace(StrEnum):
    """What a structure that a reserved lot shuts out may still be, beside the contract."""

    SUPPLIER = "SUPPLIER"
    TUTOR = "TUTOR"
    EMPLOYER = "EMPLOYER"

    @property
    def label(self) -> str:
        """In plain French, for screens."""
        return OTHER_PLACE_LABELS[self]


OTHER_PLACE_LABELS: Mapping[OtherPlace, str] = {
    OtherPlace.SUPPLIER: "fournisseur : vend ou loue du matériel, sans faire le travail",
    OtherPlace.TUTOR: "tuteur : montre le métier à l’équipe, sans part du marché",
    OtherPlace.EMPLOYER: "futur employeur : embauche pendant ou après le marché",
}

_CONFIRM_SHARE = "La part de personnes concernées (50 % au moins) reste à prouver."
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
    Not covered: "équivalents" named by the law, the 50 % share of each structure
    (``has_enough_disadvantaged``), the status asked by an ESS reservation (see ``CAUTIONS``).
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


def ineligible_members(
    member_kinds: Sequence[Kind | str], reservation: Reservation | str, *, on: date
) -> tuple[int, ...]:
    """Give the positions of the group's members that may not answer; empty means the group may.

    On a reserved lot every member must be eligible, and so must every subcontractor: a mixed
    group with an ordinary company is refused. On a lot open to all it is fine.

    Source: fiche DAJ of 23 September 2011, written for handicap; its extension to L2113-13 is to
    be confirmed with the buyer; RULE-15.
    Not covered: the supplier of materials, the tutor and the future employer, who are not members.
    """
    return tuple(
        position
        for position, kind in enumerate(member_kinds)
        if not is_eligible(kind, reservation, on=on)
    )


def other_places(
    kind: Kind | str, reservation: Reservation | str, *, on: date
) -> tuple[OtherPlace, ...]:
    """Give what a structure may be beside a reserved contract that it may not answer.

    Empty where it may answer: then it needs no other place.

    Source: RULE-15; an own reading, since no text speaks of them.
    Not covered: a supply made for this contract alone, which may be subcontracting.
    """
    return () if is_eligible(kind, reservation, on=on) else tuple(OtherPlace)


def has_enough_disadvantaged(disadvantaged_people: int, all_people: int, *, on: date) -> bool:
    """Tell whether at least half of the people of a structure are the ones the law protects.

    People are counted, not full-time equivalents.

    Source: Code de la commande publique R2113-7; RULE-16 (headcount rather than FTE: to confirm).
    Not covered: the moment at which the buyer counts.
    """
    if not 0 <= disadvantaged_people <= all_people or all_people == 0:
        raise ValueError(
            f"disadvantaged_people is {disadvantaged_people} of {all_people}: give a headcount "
            f"between 0 and all_people, which is at least 1."
        )
    share = parameters.rate("reservation.min_disadvantaged_share", on=on)
    return disadvantaged_people >= Fraction(share) * all_people
