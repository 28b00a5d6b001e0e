"""What stands in the chain of approvals of an alliance, and whether the chain is whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cordee.accounts.models import JournalEntry
from cordee.agreement import Terms
from cordee.agreement.chain import (
    Fault,
    Identity,
    KeptText,
    Link,
    Stored,
    faults,
    kept_texts,
    text_faults,
)
from cordee.agreement.slices import fingerprint
from cordee.alliances.models import Alliance, Approval, ApprovedText

APPROVE = "alliances.approve"
TAKE_BACK = "alliances.take_back_approval"


def last_by_party(alliance: Alliance) -> dict[str, Approval]:
    """The last line of each party, by its key."""
    rows = alliance.approvals.select_related("identity", "revision", "party").order_by("sequence")
    return {str(row.party_id): row for row in rows}


def approved_keys(
    alliance: Alliance, document_sha256: str, last: Mapping[str, Approval] | None = None
) -> set[str]:
    """The parties whose last line approves exactly this convention. `last`: those lines, where at
    hand.

    Of the agreement of a sole holder, which says neither who works for it nor for how much: whose
    own deal and signatory are those of the version that they approved.
    """
    found = {
        key: row
        for key, row in (last_by_party(alliance) if last is None else last).items()
        if row.kind == Approval.Kind.APPROVE and row.document_sha256 == document_sha256
    }
    terms = alliance.terms
    if not found or terms.arrangement.paper_names_all:
        return set(found)
    return {key for key, row in found.items() if _is_same_deal(row, key, terms)}


def _is_same_deal(row: Approval, key: str, terms: Terms) -> bool:
    before = row.revision.read()
    known = before.find(key) and terms.find(key)
    if not known or fingerprint(before, key) != fingerprint(terms, key):
        return False
    who, party = row.identity, row.party
    signs = (party.signatory_name, party.signatory_function)
    return who.erased_at is not None or (who.name, who.function) == signs


def link_of(row: Approval) -> Link:
    """A row as it is hashed."""
    return Link(
        alliance=str(row.alliance_id),
        sequence=row.sequence,
        kind=row.kind,
        party=str(row.party_id),
        version=row.revision.number,
        document_sha256=row.document_sha256,
        at=moment(row.at),
        method=row.method,
        authenticated_at=moment(row.authenticated_at),
        identity_sha256=row.identity_sha256,
        previous_sha256=row.previous_sha256,
    )


def moment(at: datetime | None) -> str:
    """One text for one moment, whatever the zone it was read in."""
    return "" if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class Trace:
    """The lines of an alliance, what is kept of their texts, and what is not whole of either.

    `texts`: those that, hashed again, are the ones of their fingerprints, by it.
    """

    rows: Sequence[Approval]
    texts: Mapping[str, ApprovedText]
    kept: Mapping[int, KeptText]
    faults: tuple[Fault, ...]


def trace_of(alliance: Alliance) -> Trace:
    """All recounted from the rows and compared with the journal: three queries."""
    rows = list(
        alliance.approvals.select_related("identity", "revision", "party__structure").order_by(
            "sequence"
        )
    )
    texts = {text.sha256: text for text in alliance.approved_texts.all()}
    whole = {sha256: text for sha256, text in texts.items() if text.is_whole}
    noted = [
        entry.after
        for entry in JournalEntry.objects.about(alliance).filter(verb__in=[APPROVE, TAKE_BACK])
    ]
    stored = [_stored(row) for row in rows]
    kept = kept_texts(
        stored,
        {sha256: sha256 in whole for sha256 in texts},
        {after["text"] for after in noted if "text" in after},
    )
    found = [
        *faults(str(alliance.pk), stored, {after["sequence"]: after["sha256"] for after in noted}),
        *text_faults(kept),
    ]
    return Trace(rows, whole, kept, tuple(sorted(found, key=lambda fault: fault.sequence)))


def _stored(row: Approval) -> Stored:
    who = row.identity
    identity = Identity(name=who.name, function=who.function, key=who.key)
    return Stored(link_of(row), row.sha256, identity)


def chain_faults(alliance: Alliance) -> tuple[Fault, ...]:
    """What is not whole, of the lines and of the texts kept."""
    return trace_of(alliance).faults
