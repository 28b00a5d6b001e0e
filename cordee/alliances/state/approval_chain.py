"""What stands in the chain of approvals of an alliance, and whether the chain is whole; the paper
that each representative approves, known by the fingerprint of its text, and who approved it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils import timezone

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
from cordee.agreement.changes import fingerprint
from cordee.alliances.dossier_builder import group_convention
from cordee.alliances.models import Alliance, AllianceParty, Approval, ApprovedText, Filing
from cordee.base.documents import Document, document_from_text, document_sha256
from cordee.dossier.convention import ShownApproval, with_approvals

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


type Seen = Callable[[AllianceParty], bool]

ERASED = "nom effacé avec le compte"


def convention_sha256(alliance: Alliance, *, on: date) -> str:
    """64 hexadecimal digits over all that is read in it, its page of approvals left out.

    It moves with a word, an amount or a signatory, and with nothing that time changes by itself.
    """
    return document_sha256(group_convention(alliance, on=on))


def filed_sha256(alliance: Alliance) -> str | None:
    """That of the text that left with the offer; None before, and once the buyer accepted others.

    A sheet corrected since changes what is read today, and nobody can approve again.
    """
    filed: Filing | None = getattr(alliance, "filing", None)
    if filed is None or filed.revision.number != alliance.version:
        return None
    return filed.document_sha256


def standing_sha256(alliance: Alliance, *, on: date, agreed: Document | None = None) -> str:
    """The fingerprint that an approval has to bear to count: of the filed text, else of today's.

    `agreed`: the convention of today, where it is at hand.
    """
    if (filed := filed_sha256(alliance)) is not None:
        return filed
    return document_sha256(agreed) if agreed is not None else convention_sha256(alliance, on=on)


def approved_now(
    alliance: Alliance, *, on: date, agreed: Document | None = None, by: str = ""
) -> set[str]:
    """The parties whose approval is of the convention as it stands, by their key.

    `by`: asked of that party alone; nothing more is read where it approved nothing.
    """
    last = last_by_party(alliance)
    if not last or (by and by not in last):
        return set()
    return approved_keys(alliance, standing_sha256(alliance, on=on, agreed=agreed), last)


def approved_convention(alliance: Alliance, *, on: date, seen: Seen) -> Document:
    """The text that stands, and who approved it or an earlier one; its fingerprint is its own.

    `seen`: see `with_who_approved`.
    """
    today = group_convention(alliance, on=on)
    return with_who_approved(alliance, as_it_stands(alliance, today), seen=seen)


def as_it_stands(alliance: Alliance, today: Document) -> Document:
    """The text that left with the offer, where it was kept and today's is no longer the same."""
    sha256 = filed_sha256(alliance)
    if sha256 is None or sha256 == document_sha256(today):
        return today
    kept = alliance.approved_texts.filter(sha256=sha256).first()
    return document_from_text(kept.content) if kept is not None and kept.is_whole else today


def with_who_approved(alliance: Alliance, document: Document, *, seen: Seen) -> Document:
    """A convention of the group with its page of approvals behind it, as one reader reads it.

    Those who left the group are not on it: their approvals stay in the chain. Nor are those who
    are nobody to the reader: `seen` tells whose names are read.
    """
    last = last_by_party(alliance)
    members = [each.key for each in alliance.terms.signers]
    lines = [last[key] for key in members if key in last]
    return with_approvals(document, _shown(alliance, lines, seen))


def kept_convention(text: ApprovedText, *, counts: bool, seen: Seen) -> Document:
    """A text as it was approved, whatever sheets say since, and whose approval of it holds.

    Those who left the group since are on it too. `counts`: whether it is the text that stands.
    """
    lines = text.alliance.approvals.filter(document_sha256=text.sha256)
    last = {row.party_id: row for row in lines.select_related("identity").order_by("sequence")}
    shown = _shown(text.alliance, last.values(), seen)
    return with_approvals(document_from_text(text.content), shown, counts=counts)


def _shown(alliance: Alliance, lines: Iterable[Approval], seen: Seen) -> list[ShownApproval]:
    rows = alliance.parties.select_related("structure")
    names = {row.pk: str(row) for row in rows if seen(row)}
    return [
        ShownApproval(
            party=names[row.party_id],
            name=row.identity.name or ERASED,
            function=row.identity.function or ERASED,
            at=timezone.localtime(row.at),
            sha256=row.document_sha256,
            how=row.get_method_display(),
        )
        for row in lines
        if row.kind == Approval.Kind.APPROVE and row.party_id in names
    ]
