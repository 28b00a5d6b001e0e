"""The convention with its page of approvals: what was approved, and by whom, on one paper."""

from collections.abc import Callable
from datetime import date

from django.utils import timezone

from cordee.alliances.documents.convention import Approval as Shown
from cordee.alliances.documents.convention import with_approvals
from cordee.alliances.documents.gathering import group_convention
from cordee.alliances.life.standing import last_by_party
from cordee.alliances.models import Alliance, AllianceParty, Approval
from cordee.base.documents import Document

type Seen = Callable[[AllianceParty], bool]

ERASED = "nom effacé avec le compte"


def approved_convention(alliance: Alliance, *, on: date, seen: Seen) -> Document:
    """The text that stands, and who approved it or an earlier one; its fingerprint is its own.

    `seen`: see `with_who_approved`.
    """
    return with_who_approved(alliance, group_convention(alliance, on=on), seen=seen)


def with_who_approved(alliance: Alliance, document: Document, *, seen: Seen) -> Document:
    """A convention of the group with its page of approvals behind it, as one reader reads it.

    Those who left the group are not on it: their approvals stay in the chain. Nor are those who
    are nobody to the reader: `seen` tells whose names are read.
    """
    last = last_by_party(alliance)
    rows = alliance.parties.select_related("structure")
    names = {row.key: str(row) for row in rows if seen(row)}
    members = [each.key for each in alliance.terms.signers]
    lines = [(key, last[key]) for key in members if key in last and key in names]
    return with_approvals(
        document,
        [
            Shown(
                party=names[key],
                name=row.identity.name or ERASED,
                function=row.identity.function or ERASED,
                at=timezone.localtime(row.at),
                sha256=row.document_sha256,
                how=row.get_method_display(),
            )
            for key, row in lines
            if row.kind == Approval.Kind.APPROVE
        ],
    )
