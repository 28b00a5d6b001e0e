"""Who may sign for a party, with which act, and whether it comes in time."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from cordee.rules import parameters
from cordee.rules.findings import Finding, Weight, finding


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
_COUNCIL = "Code général des collectivités territoriales, art. L2121-29 ; CASF, art. R123-20"


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
        return (finding("NO_SIGNATORY"),)
    capacity = Capacity(capacity)
    if capacity not in capacities(carrier):
        return (finding(f"UNFIT_{carrier}"),)
    found = []
    if carrier is Carrier.UNKNOWN:
        found.append(finding("CARRIER_UNKNOWN"))
    if carrier is Carrier.PUBLIC and not may_compete:
        found.append(finding("PUBLIC_CANDIDATE"))
    if capacity is not Capacity.LEGAL_REPRESENTATIVE:
        found += _act_findings(capacity, act_on, next_council, files_on, on)
    return tuple(found)


def _act_findings(
    capacity: Capacity,
    act_on: date | None,
    next_council: date | None,
    files_on: date | None,
    on: date,
) -> tuple[Finding, ...]:
    is_vote = capacity is Capacity.COUNCIL_VOTE
    if act_on is None and not is_vote:
        return (finding("ACT_MISSING"),)
    day = act_on or next_council
    if day is None:
        return (finding("COUNCIL_UNKNOWN"),)
    articles = (_COUNCIL,) if is_vote else ()
    if files_on is not None and day > files_on:
        if_asked = "IF_ASKED" in parameters.codes("signing.signed_when_filed", on=on)
        what = "Le vote du conseil" if is_vote else "L’acte"
        return (
            finding(
                "ACT_AFTER_FILING",
                weight=Weight.WARNING if if_asked else Weight.BLOCK,
                articles=articles,
                what=what,
                day=day,
            ),
        )
    if act_on is not None:
        return ()
    before = "avant le dépôt" if files_on is not None else "et la date de dépôt est inconnue"
    return (finding("COUNCIL_TO_COME", articles=articles, day=day, before=before),)
