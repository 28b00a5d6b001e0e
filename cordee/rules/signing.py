"""Who may sign for a party, with which act, and whether it comes in time."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from cordee.rules.findings import Finding, Weight


class Capacity(StrEnum):
    """In what capacity a person signs."""

    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE"
    EMPOWERED = "EMPOWERED"
    COUNCIL_VOTE = "COUNCIL_VOTE"

    @property
    def label(self) -> str:
        """In plain French, for screens."""
        return CAPACITY_LABELS[self]


CAPACITY_LABELS: Mapping[Capacity, str] = {
    Capacity.LEGAL_REPRESENTATIVE: "représentant légal",
    Capacity.EMPOWERED: "personne habilitée par le conseil d’administration",
    Capacity.COUNCIL_VOTE: "maire ou président, par un vote du conseil",
}


class Carrier(StrEnum):
    """What legal person carries the structure."""

    UNKNOWN = "UNKNOWN"
    PRIVATE = "PRIVATE"
    PUBLIC = "PUBLIC"

    @property
    def label(self) -> str:
        """In plain French, for screens."""
        return CARRIER_LABELS[self]


CARRIER_LABELS: Mapping[Carrier, str] = {
    Carrier.UNKNOWN: "à dire",
    Carrier.PRIVATE: "association ou société",
    Carrier.PUBLIC: "commune, CCAS ou autre personne publique",
}
_COUNCIL = "Code général des collectivités territoriales, art. L2121-29 ; CASF, art. R123-20"

_NO_SIGNATORY = Finding(
    code="NO_SIGNATORY",
    weight=Weight.QUESTION,
    sentence="Personne n’est désigné pour signer.",
    cure="Dites qui signe : représentant légal, ou personne habilitée.",
)
_CARRIER_UNKNOWN = Finding(
    code="CARRIER_UNKNOWN",
    weight=Weight.QUESTION,
    sentence="Qui porte la structure : une association, une société, une commune ?",
    cure="Dites-le : une commune ou un CCAS doit voter avant de signer.",
)
_ACT_AFTER_FILING = Finding(
    code="ACT_AFTER_FILING",
    weight=Weight.BLOCK,
    sentence="L’acte est daté d’après le dépôt.",
    cure="Faites signer le représentant légal, ou avancez l’acte.",
)
_ACT_MISSING = Finding(
    code="ACT_MISSING",
    weight=Weight.BLOCK,
    sentence="L’acte qui habilite cette personne n’est pas daté.",
    cure="Donnez sa date, ou faites signer le représentant légal.",
)


def capacities(carrier: Carrier | str) -> tuple[Capacity, ...]:
    """Give in what capacities one may sign for such a carrier.

    Source: domain reference 3.6, "Who may sign".
    Not covered: what the statutes of an association reserve to its general meeting.
    """
    match Carrier(carrier):
        case Carrier.PUBLIC:
            return (Capacity.COUNCIL_VOTE,)
        case Carrier.PRIVATE:
            return (Capacity.LEGAL_REPRESENTATIVE, Capacity.EMPOWERED)
    return tuple(Capacity)


def signing_findings(
    *,
    carrier: Carrier | str,
    capacity: Capacity | str | None,
    act_on: date | None,
    next_council: date | None,
    files_on: date | None,
) -> tuple[Finding, ...]:
    """Say whether the signature holds on the day of filing, and what to do where it does not.

    `act_on`: day of the act that empowers, or of the vote. `next_council`: day of the next meeting
    of the council, where it has not voted yet. `files_on`: day on which the offer leaves.

    Source: domain reference 3.6, "Who may sign".
    Not covered: whether the act says enough; a mayor who holds a delegation for this.
    """
    carrier = Carrier(carrier)
    if capacity is None:
        return (
            Finding(
                code="NO_SIGNATORY",
                weight=Weight.QUESTION,
                sentence="Personne n’est désigné pour signer.",
                cure="Dites qui signe : représentant légal, ou personne habilitée.",
            ),
        )
    capacity = Capacity(capacity)
    if capacity not in capacities(carrier):
        return (_unfit(carrier),)
    found = []
    if carrier is Carrier.UNKNOWN:
        found.append(
            Finding(
                code="CARRIER_UNKNOWN",
                weight=Weight.QUESTION,
                sentence="Qui porte la structure : une association, une société, une commune ?",
                cure="Dites-le : une commune ou un CCAS doit voter avant de signer.",
            )
        )
    if capacity is Capacity.LEGAL_REPRESENTATIVE:
        return tuple(found)
    # The power must exist when the offer leaves: an act of later does not cover it.
    if act_on is not None:
        if files_on is not None and act_on > files_on:
            found.append(_ACT_AFTER_FILING)
        return tuple(found)
    if capacity is Capacity.COUNCIL_VOTE:
        return (*found, _vote_to_come(next_council, files_on))
    return (*found, _ACT_MISSING)


def _unfit(carrier: Carrier) -> Finding:
    public = carrier is Carrier.PUBLIC
    return Finding(
        code="UNFIT_CAPACITY",
        weight=Weight.BLOCK,
        sentence=(
            "Une commune ou un CCAS signe après un vote de son conseil."
            if public
            else "Une association ou une société n’a pas de conseil municipal."
        ),
        cure=(
            "Donnez la date du vote, ou du prochain conseil."
            if public
            else "Choisissez le représentant légal, ou une personne habilitée."
        ),
        articles=(_COUNCIL,) if public else (),
    )


def _vote_to_come(next_council: date | None, files_on: date | None) -> Finding:
    if next_council is None:
        return Finding(
            code="COUNCIL_UNKNOWN",
            weight=Weight.QUESTION,
            sentence="La date du prochain conseil est inconnue.",
            cure="Demandez-la à la mairie : sans vote, personne ne peut signer.",
            articles=(_COUNCIL,),
        )
    if files_on is None:
        return Finding(
            code="COUNCIL_TO_COME",
            weight=Weight.WARNING,
            sentence=f"Le conseil vote le {next_council:%d/%m/%Y}. La date de dépôt est inconnue.",
            cure="Fixez le dépôt après ce vote.",
            articles=(_COUNCIL,),
        )
    if next_council > files_on:
        return Finding(
            code="COUNCIL_TOO_LATE",
            weight=Weight.BLOCK,
            sentence=f"Le prochain conseil, le {next_council:%d/%m/%Y}, tombe après le dépôt.",
            cure="Demandez une séance plus tôt, ou devenez sous-traitant d’un membre.",
            articles=(_COUNCIL,),
        )
    return Finding(
        code="COUNCIL_TO_COME",
        weight=Weight.WARNING,
        sentence=f"Le conseil vote le {next_council:%d/%m/%Y}, avant le dépôt.",
        cure="Faites inscrire la délibération à l’ordre du jour dès maintenant.",
        articles=(_COUNCIL,),
    )
