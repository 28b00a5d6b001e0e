"""The convention that each representative approves, known by the fingerprint of its text."""

from datetime import date

from cordee.alliances.dossier_builder import group_convention
from cordee.alliances.models import Alliance, Filing
from cordee.alliances.state.approval_chain import approved_keys
from cordee.base.documents import document_sha256


def convention_sha256(alliance: Alliance, *, on: date) -> str:
    """64 hexadecimal digits over all that is read in it, its page of approvals left out.

    It moves with a word, an amount or a signatory, and with nothing that time changes by itself.
    """
    return document_sha256(group_convention(alliance, on=on))


def filed_sha256(alliance: Alliance) -> str | None:
    """That of the text that left with the offer; None before, and once the buyer accepted others.

    A sheet corrected since changes what is read today, and nobody can approve again.
    """
    filed = Filing.objects.filter(alliance=alliance, revision__number=alliance.version)
    return filed.values_list("document_sha256", flat=True).first()


def standing_sha256(alliance: Alliance, *, on: date) -> str:
    """The fingerprint that an approval has to bear to count: of the filed text, else of today's."""
    return filed_sha256(alliance) or convention_sha256(alliance, on=on)


def approved_now(alliance: Alliance, *, on: date) -> set[str]:
    """The parties whose approval is of the convention as it stands, by their key."""
    if not alliance.approvals.exists():
        return set()
    return approved_keys(alliance, standing_sha256(alliance, on=on))
