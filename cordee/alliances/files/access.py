"""Which of the files that an alliance keeps one may open."""

from cordee.alliances.access import AllianceAccess
from cordee.alliances.models import AllianceFile
from cordee.base.found import first_or_404


def file_for(access: AllianceAccess, file_pk: int) -> AllianceFile:
    """A file that those inside keep together, or 404."""
    rows = access.alliance.files.filter(removed_at=None).select_related("stored")
    return first_or_404(rows.filter(pk=file_pk), "Ce fichier n’existe pas, ou plus.")
