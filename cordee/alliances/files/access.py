"""Which of the files that an alliance keeps one may open."""

from django.http import Http404

from cordee.alliances.access import AllianceAccess
from cordee.alliances.models import AllianceFile


def file_for(access: AllianceAccess, file_pk: int) -> AllianceFile:
    """A file that those inside keep together, or 404."""
    rows = access.alliance.files.filter(removed_at=None).select_related("stored")
    found: AllianceFile | None = rows.filter(pk=file_pk).first()
    if found is None:
        raise Http404("Ce fichier n’existe pas, ou plus.")
    return found
