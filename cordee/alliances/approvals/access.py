"""Who reads the texts that were approved. Each docstring is the rule."""

from django.http import Http404

from cordee.alliances.access import AllianceAccess
from cordee.alliances.models import Approval, ApprovedText


def text_for(access: AllianceAccess, text_pk: int) -> ApprovedText:
    """A text that was approved and that the user reads (`reads_text_of`), or 404.

    One that is no longer the text of its fingerprint is shown to nobody: the proof says so.
    """
    found: ApprovedText | None = access.alliance.approved_texts.filter(pk=text_pk).first()
    if found is None or not found.is_whole or not _reads(access, found):
        raise Http404("Ce texte n’est pas gardé, ou n’est plus celui qui a été approuvé.")
    return found


def _reads(access: AllianceAccess, text: ApprovedText) -> bool:
    lines = access.alliance.approvals.filter(document_sha256=text.sha256).select_related("revision")
    return access.reads_shares or any(reads_text_of(access, line) for line in lines)


def reads_text_of(access: AllianceAccess, line: Approval) -> bool:
    """Whether the user reads the text a line approved. A subcontractor, what was approved while
    one answered alone: it names no other. A convention of the group that came before names all."""
    return access.reads_shares or (
        access.reads_paper and not line.revision.read().arrangement.paper_names_all
    )
