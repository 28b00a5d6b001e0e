"""Who may sign for a party, with which act, and whether it comes in time."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from cordee.rules import parameters
from cordee.rules.findings import Finding, Weight


class Capacity(StrEnum):
    """In what capacity a person signs."""

    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE"
    EMPOWERED = "EMPOWERED"
    DELEGATION = "DELEGATION"
    COUNCIL_VOTE = "COUNCIL_VOTE"


class Carrier(StrEnum):
    """What legal person carries the structure."""

    UNKNOWN = "UNKNOWN"
    ASSOCIATION = "ASSOCIATION"
    COMPANY = "COMPANY"
    PUBLIC = "PUBLIC"


_CAPACITIES: Mapping[Carrier, tuple[Capacity, ...]] = {
    Carrier.UNKNOWN: tuple(Capacity),
    Carrier.ASSOCIATION: (Capacity.LEGAL_REPRESENTATIVE, Capacity.EMPOWERED),
    Carrier.COMPANY: (Capacity.LEGAL_REPRESENTATIVE, Capacity.DELEGATION),
    Carrier.PUBLIC: (Capacity.COUNCIL_VOTE,),
}
_UNFIT: Mapping[Carrier, tuple[str, str]] = {
    Carrier.ASSOCIATION: (
        "Une association signe par son représentant légal, ou par qui son conseil habilite.",
        "Choisissez l’un des deux.",
    ),
    Carrier.COMPANY: (
        "Une société signe par son représentant légal, ou par une délégation écrite.",
        "Choisissez l’un des deux.",
    ),
    Carrier.PUBLIC: (
        "Une commune ou un CCAS signe après un vote de son conseil.",
        "Donnez la date du vote, ou du prochain conseil.",
    ),
}
_COUNCIL = "Code général des collectivités territoriales, art. L2121-29 ; CASF, art. R123-20"
_PUBLIC_CANDIDATE = "Conseil d’État, 30 décembre 2014, n° 355563"


def capacities(carrier: Carrier | str) -> tuple[Capacity, ...]:
    """Give in what capacities one may sign for such a carrier.

    Source: domain reference 3.6, "Who may sign", and 13.
    Not covered: what the statutes of an association reserve to its general meeting.
    """
    return _CAPACITIES[Carrier(carrier)]


def signing_findings(
    *,
    carrier: Carrier | str,
    capacity: Capacity | str | None,
    act_on: date | None,
    next_council: date | None,
    files_on: date | None,
    may_compete: bool | None,
    on: date,
) -> tuple[Finding, ...]:
    """Say whether the signature holds, and what to do where it does not.

    An offer is signed when it is filed only where the consultation asks it; the contract always
    is. An act that follows the filing is then a warning. `act_on`: day of the act that empowers,
    or of the vote. `next_council`: day of the next meeting of the council, where it has not voted
    yet. `files_on`: day on which the offer leaves. `may_compete`: whether a public carrier said
    that it looked at local public interest and at its full cost; None or False: not said.

    Source: parameter `signing.signed_when_filed`; domain reference 13; for a public carrier,
    Conseil d'État, 30 December 2014, n° 355563.
    Not covered: whether the act says enough; a mayor who holds a delegation for this, which is
    dated as the vote that gave it.
    """
    carrier = Carrier(carrier)
    if capacity is None:
        return (
            _question(
                "NO_SIGNATORY",
                "Personne n’est désigné pour signer.",
                "Dites qui signe, et de quel droit.",
            ),
        )
    capacity = Capacity(capacity)
    if capacity not in capacities(carrier):
        sentence, cure = _UNFIT[carrier]
        articles = (_COUNCIL,) if carrier is Carrier.PUBLIC else ()
        return (
            Finding(
                code="UNFIT_CAPACITY",
                weight=Weight.BLOCK,
                sentence=sentence,
                cure=cure,
                articles=articles,
            ),
        )
    found = []
    if carrier is Carrier.UNKNOWN:
        found.append(
            _question(
                "CARRIER_UNKNOWN",
                "Qui porte la structure : une association, une société, une commune ?",
                "Dites-le : cela décide de qui signe.",
            )
        )
    if carrier is Carrier.PUBLIC and not may_compete:
        found.append(
            _question(
                "PUBLIC_CANDIDATE",
                "Une personne publique répond pour un intérêt public local, à un prix qui "
                "compte tous ses coûts, sans avantage tiré de ses moyens publics.",
                "Vérifiez-le, puis notez-le avec qui signe.",
                (_PUBLIC_CANDIDATE,),
            )
        )
    if capacity is not Capacity.LEGAL_REPRESENTATIVE:
        found += _act_findings(capacity, act_on, next_council, files_on, on)
    return tuple(found)


def _question(code: str, sentence: str, cure: str, articles: tuple[str, ...] = ()) -> Finding:
    return Finding(
        code=code, weight=Weight.QUESTION, sentence=sentence, cure=cure, articles=articles
    )


def _act_findings(
    capacity: Capacity,
    act_on: date | None,
    next_council: date | None,
    files_on: date | None,
    on: date,
) -> tuple[Finding, ...]:
    is_vote = capacity is Capacity.COUNCIL_VOTE
    if act_on is None and not is_vote:
        return (
            Finding(
                code="ACT_MISSING",
                weight=Weight.BLOCK,
                sentence="L’acte qui habilite cette personne n’est pas daté.",
                cure="Donnez sa date, ou faites signer le représentant légal.",
            ),
        )
    day = act_on or next_council
    if day is None:
        return (
            Finding(
                code="COUNCIL_UNKNOWN",
                weight=Weight.QUESTION,
                sentence="La date du prochain conseil est inconnue.",
                cure="Demandez-la à la mairie : sans vote, personne ne signe le marché.",
                articles=(_COUNCIL,),
            ),
        )
    articles = (_COUNCIL,) if is_vote else ()
    if files_on is not None and day > files_on:
        if_asked = "IF_ASKED" in parameters.codes("signing.signed_when_filed", on=on)
        what = "Le vote du conseil" if is_vote else "L’acte"
        return (
            Finding(
                code="ACT_AFTER_FILING",
                weight=Weight.WARNING if if_asked else Weight.BLOCK,
                sentence=f"{what}, le {day:%d/%m/%Y}, vient après le dépôt : assez tôt pour signer "
                "le marché, trop tard si le règlement veut une offre signée.",
                cure="Lisez le règlement. S’il la veut signée, avancez l’acte.",
                articles=articles,
            ),
        )
    if act_on is not None:
        return ()
    before = "avant le dépôt" if files_on is not None else "et la date de dépôt est inconnue"
    return (
        Finding(
            code="COUNCIL_TO_COME",
            weight=Weight.WARNING,
            sentence=f"Le conseil vote le {day:%d/%m/%Y}, {before}.",
            cure="Faites inscrire la délibération à l’ordre du jour dès maintenant.",
            articles=articles,
        ),
    )
