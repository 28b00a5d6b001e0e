"""An alliance as an OCDS 1.1.5 release package. Pure: from its terms and plain facts.

Who leads, under which form, and who takes how much of which lot has no field in OCDS: it is in
our extension `groups` (docs/ocds/README.md), beside `parties`, `tender`, `bids` and `awards` that
any reader of OCDS understands. The same alliance at the same version and step gives the same text.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cordee.agreement import PartyRole
from cordee.agreement.model import Cell, Line, Party
from cordee.agreement.phases import Phase
from cordee.agreement.terms import Terms
from cordee.rules.groups import GroupForm

VERSION = "1.1"
CURRENCY = "EUR"
PUBLISHED = "https://raw.githubusercontent.com/open-contracting-extensions"
BIDS = f"{PUBLISHED}/ocds_bid_extension/v1.1.5/extension.json"
LOTS = f"{PUBLISHED}/ocds_lots_extension/v1.1.5/extension.json"

# The register of org-id.guide in which France's SIREN are; a SIRET has no register there.
SIREN_SCHEME, SIRET_SCHEME = "FR-RCS", "FR-SIRET"

# One structure answers alone and gives the rest out: there is no group, and no lead.
SOLE = "soleTenderer"
FORMS: Mapping[GroupForm, str] = {
    GroupForm.CONJOINT: "joint",
    GroupForm.CONJOINT_MANDATAIRE_SOLIDAIRE: "jointWithLiableLead",
    GroupForm.SOLIDAIRE: "jointAndSeveral",
}
ROLES: Mapping[PartyRole, str] = {
    PartyRole.MEMBER: "member",
    PartyRole.SUBCONTRACTOR: "subcontractor",
    PartyRole.STAFFING: "staffSupplier",
    PartyRole.EMPLOYER: "futureEmployer",
}
# What a party is in the whole process. A code that OCDS does not have is in our `+partyRole.csv`.
PARTY_ROLES: Mapping[PartyRole, str] = {**ROLES, PartyRole.MEMBER: "tenderer"}
FILED = frozenset({Phase.FILED, Phase.WON, Phase.SIGNED, Phase.DELIVERY, Phase.LOST})
WON = frozenset({Phase.WON, Phase.SIGNED, Phase.DELIVERY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """An organisation. `siret` and `siren` empty: its name may be read, not which one it is."""

    id: str
    name: str
    siren: str = ""
    siret: str = ""
    legal_name: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """What the buyer asks: the contracting process that the release is about."""

    ocid: str
    id: str
    title: str
    buyer: Who | None
    is_cancelled: bool = False
    deadline: datetime | None = None
    value_cents: int | None = None
    cpv: str = ""
    lots: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFacts:
    """What the terms do not hold. `at` is when what is told last changed, never "now".

    `who`: each party by its key, those of the terms as they were filed (`filed`) included.
    """

    alliance: str
    title: str
    version: int
    phase: Phase
    at: datetime
    process: Process
    who: Mapping[str, Who]
    coordinator: str
    address: str
    extension: str
    filed: Terms | None = None
    filed_at: datetime | None = None
    decided_at: datetime | None = None


def release_package(terms: Terms, facts: PublishedFacts) -> dict[str, Any]:
    """One release, in its package. Moments carry their offset, amounts are in euros without tax."""
    return {
        "uri": facts.address,
        "version": VERSION,
        "extensions": [facts.extension, BIDS, LOTS],
        "publishedDate": _moment(facts.at),
        "publisher": {"name": facts.coordinator},
        "releases": [_release(terms, facts)],
    }


def _release(terms: Terms, facts: PublishedFacts) -> dict[str, Any]:
    process = facts.process
    release: dict[str, Any] = {
        "ocid": process.ocid,
        "id": f"{facts.alliance}-{facts.version}-{facts.phase}",
        "date": _moment(facts.at),
        "language": "fr",
        "tag": ["tender", "award"] if facts.phase in WON else ["tender"],
        "initiationType": "tender",
        "parties": list(_parties(terms, facts)),
        "tender": _tender(terms, facts),
        "groups": [_group(terms, facts)],
    }
    if process.buyer is not None:
        release["buyer"] = _reference(process.buyer)
    if facts.phase in FILED:
        release["bids"] = {"details": [_bid(facts.filed or terms, facts)]}
    if facts.phase in WON:
        release["awards"] = [_award(terms, facts)]
    return release


# --- Who ----------------------------------------------------------------------------------------


def _parties(terms: Terms, facts: PublishedFacts) -> Iterable[dict[str, Any]]:
    """The buyer, then each party once: the two kinds of one establishment are two parties."""
    if facts.process.buyer is not None:
        yield _organisation(facts.process.buyer, ["buyer"])
    for party in terms.parties:
        roles = [PARTY_ROLES[party.role]]
        if party.role is PartyRole.MEMBER and facts.phase in WON:
            roles.append("supplier")
        yield _organisation(facts.who[party.key], roles)
    present = {party.key for party in terms.parties}
    # Who filed the offer and has left since is still who filed it.
    for party in () if facts.filed is None else facts.filed.members:
        if party.key not in present:
            yield _organisation(facts.who[party.key], ["tenderer"])


def _organisation(who: Who, roles: Sequence[str]) -> dict[str, Any]:
    organisation: dict[str, Any] = {"id": who.id, "name": who.name, "roles": list(roles)}
    if who.siren:
        organisation["identifier"] = {
            "scheme": SIREN_SCHEME,
            "id": who.siren,
            "legalName": who.legal_name or who.name,
        }
    if who.siret:
        organisation["additionalIdentifiers"] = [{"scheme": SIRET_SCHEME, "id": who.siret}]
    address = {"streetAddress": who.street, "postalCode": who.postcode, "locality": who.city}
    if kept := {name: value for name, value in address.items() if value}:
        organisation["address"] = {**kept, "countryName": "France"}
    return organisation


def _reference(who: Who) -> dict[str, Any]:
    return {"id": who.id, "name": who.name}


# --- What is asked, offered, awarded ------------------------------------------------------------


def _tender(terms: Terms, facts: PublishedFacts) -> dict[str, Any]:
    process, is_over = facts.process, facts.phase in {*WON, Phase.LOST}
    tender: dict[str, Any] = {
        "id": process.id,
        "title": process.title,
        "status": "cancelled" if process.is_cancelled else "complete" if is_over else "active",
        "items": [_item(line, process) for line in terms.lines],
        "lots": [{"id": key, "title": title} for key, title in process.lots],
    }
    if process.buyer is not None:
        tender["procuringEntity"] = _reference(process.buyer)
    if process.value_cents is not None:
        tender["value"] = _value(process.value_cents)
    if process.deadline is not None:
        tender["tenderPeriod"] = {"endDate": _moment(process.deadline)}
    if facts.phase in FILED:
        filed = facts.filed or terms
        tender["tenderers"] = [_reference(facts.who[party.key]) for party in filed.members]
    return tender


def _item(line: Line, process: Process) -> dict[str, Any]:
    item: dict[str, Any] = {"id": line.key, "description": line.label, "relatedLot": line.lot}
    if process.cpv:
        item["classification"] = {"scheme": "CPV", "id": process.cpv}
    return item


def _bid(terms: Terms, facts: PublishedFacts) -> dict[str, Any]:
    """The offer as it was filed, whatever changed since."""
    bid: dict[str, Any] = {
        "id": facts.alliance,
        "status": "pending" if facts.phase is Phase.FILED else "valid",
        "tenderers": [_reference(facts.who[party.key]) for party in terms.members],
        "value": _value(terms.price_cents),
        "relatedLots": _lots(terms),
    }
    if facts.filed_at is not None:
        bid["date"] = _moment(facts.filed_at)
    return bid


def _award(terms: Terms, facts: PublishedFacts) -> dict[str, Any]:
    award: dict[str, Any] = {
        "id": f"{facts.alliance}-award",
        "status": "active",
        "suppliers": [_reference(facts.who[party.key]) for party in terms.members],
        "value": _value(terms.price_cents),
        "relatedBid": facts.alliance,
        "relatedLots": _lots(terms),
    }
    if facts.decided_at is not None:
        award["date"] = _moment(facts.decided_at)
    return award


# --- The group: our extension -------------------------------------------------------------------


def _group(terms: Terms, facts: PublishedFacts) -> dict[str, Any]:
    group: dict[str, Any] = {
        "id": facts.alliance,
        "title": facts.title,
        "phase": facts.phase.value,
        "coordinator": {"name": facts.coordinator},
        "reasons": sorted(terms.reasons),
        "relatedLots": _lots(terms),
        "value": _value(terms.price_cents),
        "members": [_member(terms, party, facts) for party in terms.parties],
    }
    by_form = None if terms.form is None else FORMS[terms.form]
    if form := terms.arrangement.pick(group=by_form, sole=SOLE):
        group["form"] = form
    if terms.lead is not None and terms.arrangement.has_form:
        group["lead"] = _reference(facts.who[terms.lead])
    if facts.phase in FILED:
        group["relatedBid"] = facts.alliance
    return group


def _member(terms: Terms, party: Party, facts: PublishedFacts) -> dict[str, Any]:
    cells = list(terms.cells_of(party.key))
    member: dict[str, Any] = {
        "party": _reference(facts.who[party.key]),
        "role": SOLE if party == terms.holder else ROLES[party.role],
        "structureKind": party.kind.value,
        "isLead": terms.arrangement.leads(terms, party),
        "vatRegime": party.vat_due.value,
        "shares": [_share(terms.line(cell.line), cell) for cell in cells if not cell.is_empty],
    }
    if any(cell.cents is not None for cell in cells):
        member["value"] = _value(terms.share_cents(party.key))
    if party.of is not None:
        member["worksFor"] = _reference(facts.who[party.of])
    return member


def _share(line: Line, cell: Cell) -> dict[str, Any]:
    first, months = line.span(cell)
    share: dict[str, Any] = {
        "relatedItem": line.key,
        "relatedLot": line.lot,
        "firstMonth": f"{first // 12:04d}-{first % 12 + 1:02d}",
        "months": months,
    }
    if cell.cents is not None:
        share["value"] = _value(cell.cents)
    if cell.cfte is not None:
        share["fullTimeEquivalents"] = _hundredths(cell.cfte)
    if cell.insertion_hours is not None:
        share["insertionHours"] = cell.insertion_hours
    return share


# --- Small things -------------------------------------------------------------------------------


def _lots(terms: Terms) -> list[str]:
    return list(dict.fromkeys(line.lot for line in terms.lines))


def _value(cents: int) -> dict[str, Any]:
    return {"amount": _hundredths(cents), "currency": CURRENCY}


def _hundredths(number: int) -> int | float:
    """Exact to the hundredth in JSON: 12.34, and 12 rather than 12.0."""
    return number // 100 if number % 100 == 0 else round(number / 100, 2)


def _moment(moment: datetime) -> str:
    """ISO 8601 with its offset. Raises `ValueError` for a moment without one."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} has no offset; give a moment with its zone.")
    return moment.isoformat(timespec="seconds")
