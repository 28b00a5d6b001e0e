"""Readers get better: read again what is kept, without touching what was read before."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from cordee.notices.notice import READER_VERSION, Notice, NoticeError
from cordee.notices.notice_json import notice_to_json
from cordee.notices.reading import read_bytes
from cordee.opportunities.actions.importing import source_id_of
from cordee.opportunities.actions.joining import join_notice, refresh_all
from cordee.opportunities.actions.linking import Kin, kin_of
from cordee.opportunities.models import NoticeVersion, Reading
from cordee.opportunities.notice_matching import traits_of
from cordee.opportunities.places import PlaceFinder


@dataclass(slots=True)
class RereadReport:
    """`read`: new readings, of which `changed` say something else than the one before.

    `errors`: versions that the present readers no longer understand.
    """

    read: int = 0
    changed: int = 0
    errors: list[NoticeError] = field(default_factory=list)


def reread(
    *, on: date, progress: Callable[[int, int], None] = lambda done, total: None
) -> RereadReport:
    """Add a reading with the present readers to every version that lacks one.

    Earlier readings and corrections stay. Has neither `by=` nor a journal line: it is nobody's act.
    """
    report, finder = RereadReport(), PlaceFinder()
    lacking = NoticeVersion.objects.exclude(readings__reader_version=READER_VERSION)
    keys = list(lacking.order_by("pk").values_list("pk", flat=True))
    for done, pk in enumerate(keys, 1):
        _reread_one(pk, report, on=on, finder=finder)
        progress(done, len(keys))
    return report


@transaction.atomic
def _reread_one(pk: int, report: RereadReport, *, on: date, finder: PlaceFinder) -> None:
    version = NoticeVersion.objects.select_related("publication__opportunity").get(pk=pk)
    publication = version.publication
    network_pk = publication.opportunity.network_id
    for found in read_bytes(version.content, version.imported_from):
        if isinstance(found, NoticeError):
            report.errors.append(found)
        elif source_id_of(found, network_pk) == publication.source_id:
            before = version.readings.order_by("-pk").first()
            data = notice_to_json(found)
            Reading.objects.create(version=version, reader_version=READER_VERSION, data=data)
            report.read += 1
            old = {**before.data, "reader_version": data["reader_version"]} if before else {}
            report.changed += old != data
            moved = set() if network_pk else join_notice(version, found, _kin(version, found))
            refresh_all(moved | {version.publication.opportunity_id}, on=on, finder=finder)
            return


def _kin(version: NoticeVersion, notice: Notice) -> list[Kin]:
    return kin_of(traits_of(notice, version.publication.source_id), notice.links.previous)
