"""The convention with the page of those who approved it, from the chain of approvals."""

from django.utils import timezone

from cordee.alliances.documents.convention import Approval, with_approvals
from cordee.alliances.life.standing import last_by_party
from cordee.alliances.models import Alliance
from cordee.alliances.models import Approval as Line
from cordee.base.documents import Document

ERASED = "identité effacée"


def with_who_approved(alliance: Alliance, text: Document) -> Document:
    """The text, and behind it the last word of each party; alone where nobody approved yet."""
    lines = [line for line in last_by_party(alliance).values() if line.kind == Line.Kind.APPROVE]
    if not lines:
        return text
    names = dict(alliance.parties.values_list("pk", "structure__name"))
    return with_approvals(
        text,
        [
            Approval(
                party=names[line.party_id],
                name=line.identity.name or ERASED,
                function=line.identity.function or "fonction effacée",
                at=timezone.localtime(line.at),
                sha256=line.document_sha256,
                how=line.get_method_display(),
            )
            for line in lines
        ],
    )
