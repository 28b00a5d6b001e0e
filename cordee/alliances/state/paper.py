"""The paper that each representative approves, known by the fingerprint of its text; and with its
page of approvals, who approved it."""

from collections.abc import Callable, Iterable
from datetime import date

from django.utils import timezone

from cordee.alliances.dossier_builder import group_convention
from cordee.alliances.models import Alliance, AllianceParty, Approval, ApprovedText, Filing
from cordee.alliances.state.approval_chain import approved_keys, last_by_party
from cordee.base.documents import Document, document_from_text, document_sha256
from cordee.dossier.convention import ShownApproval, with_approvals

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
