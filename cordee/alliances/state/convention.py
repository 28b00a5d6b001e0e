"""The convention that each representative approves, known by the fingerprint of its text."""

from datetime import date

from cordee.alliances.dossier_builder import group_convention
from cordee.alliances.models import Alliance, Filing
from cordee.alliances.state.approval_chain import approved_keys, last_by_party
from cordee.base.documents import Document, document_sha256


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
