"""Notices come in: each file is kept as it is, read, and joined to the need it speaks of."""

import hashlib
import zlib
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from django.db import DataError, IntegrityError, transaction
from django.db.models import Q

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members.models import Network
from cordee.notices.notice import READER_VERSION, Notice, NoticeError, Source
from cordee.notices.notice_json import notice_to_json
from cordee.notices.reading import read_bytes
from cordee.opportunities.actions.refreshing import refresh_opportunity
from cordee.opportunities.documents import Document, documents
from cordee.opportunities.import_report import ImportReport
from cordee.opportunities.models import (
    Breakdown,
    EarlierNotice,
    NoticeVersion,
    Opportunity,
    Publication,
    Reading,
)
from cordee.opportunities.places import PlaceFinder

type Progress = Callable[[int, str], None]


def _silent(_done: int, _place: str) -> None:
    pass


def import_notices(
    paths: Iterable[str | Path],
    *,
    by: User | None,
    on: date,
    progress: Progress = _silent,
    network: Network | None = None,
) -> ImportReport:
    """Import every notice at these paths, each in its own transaction: a stop loses nothing.

    A document already imported is skipped, so that twice gives the same state. `network` is the
    audience of private needs: without it they are refused. `progress` is told how many documents
    were seen, and the place of the last one.
    """
    report, finder, done = ImportReport(), PlaceFinder(), 0
    for path in paths:
        for document in documents(path):
            if isinstance(document, NoticeError):
                report.errors.append(document)
                continue
            done += 1
            progress(done, document.place)
            import_document(document, report, by=by, on=on, finder=finder, network=network)
    return report


def import_document(
    document: Document,
    report: ImportReport,
    *,
    by: User | None,
    on: date,
    finder: PlaceFinder,
    network: Network | None,
) -> Opportunity | None:
    """Keep and read one document, counting in `report`; the last opportunity it made or joined."""
    opportunity = None
    sha256 = hashlib.sha256(document.content).hexdigest()
    audience = Q(publication__opportunity__network=None)
    if network is not None:
        audience |= Q(publication__opportunity__network=network)
    known = NoticeVersion.objects.filter(audience, sha256=sha256).count()
    if known:
        report.skipped += known
        return None
    for found in read_bytes(document.content, document.place):
        if isinstance(found, NoticeError):
            report.errors.append(found)
        elif found.source is Source.PRIVATE and network is None:
            report.errors.append(
                NoticeError(
                    document.place,
                    "Un besoin privé s’adresse à un réseau, et aucun n’est donné.",
                    "Importez-le avec --network, ou écrivez-le dans Cordée.",
                )
            )
        else:
            try:
                opportunity = _import_one(
                    document, sha256, found, report, by=by, on=on, finder=finder, network=network
                )
            except IntegrityError:
                # Somebody else imports the same notice at this moment: theirs is there by now.
                if not NoticeVersion.objects.filter(audience, sha256=sha256).exists():
                    raise
                report.skipped += 1
            except (DataError, ValueError) as refused:
                # A lone surrogate, a null character, a number past the column.
                report.errors.append(_refused(document, refused))
    return opportunity


def _refused(document: Document, refused: Exception) -> NoticeError:
    return NoticeError(
        document.place,
        f"La base refuse un caractère ou un nombre de cet avis ({type(refused).__name__}).",
        "Téléchargez de nouveau le fichier à la source, ou ouvrez-le et corrigez ce caractère.",
    )


@transaction.atomic
def _import_one(
    document: Document,
    sha256: str,
    notice: Notice,
    report: ImportReport,
    *,
    by: User | None,
    on: date,
    finder: PlaceFinder,
    network: Network | None,
) -> Opportunity:
    publication, is_new = _publication(notice, network=network, by=by)
    opportunity = publication.opportunity
    version = NoticeVersion.objects.create(
        publication=publication,
        format=notice.format.value,
        kind=notice.kind.value,
        sha256=sha256,
        packed_content=zlib.compress(document.content),
        imported_from=document.place[-300:],
    )
    Reading.objects.create(
        version=version, reader_version=READER_VERSION, data=notice_to_json(notice)
    )
    for earlier in notice.links.previous:
        EarlierNotice.objects.get_or_create(publication=publication, source_id=earlier[:120])
    breakdown = refresh_opportunity(
        opportunity=opportunity, by=None, origin=Breakdown.Origin.READING, on=on, finder=finder
    )
    journal.record(
        by=by,
        verb="opportunities.import_notice",
        target=opportunity,
        after={"source": notice.source.value, "id": notice.id, "sha256": sha256},
    )
    report.notices += 1
    report.covers(notice)
    report.new_opportunities += is_new
    report.joined += not is_new
    report.with_work += bool(breakdown and breakdown.packages.exists())
    return opportunity


def _publication(
    notice: Notice, *, network: Network | None, by: User | None
) -> tuple[Publication, bool]:
    """The publication of that identifier, made under the need it names, or under a new one.

    Grouped only by the same identifier or by a notice that names the other.
    """
    source, source_id = notice.source.value, source_id_of(notice, network.pk if network else None)
    publication = (
        Publication.objects.filter(source=source, source_id=source_id)
        .select_related("opportunity")
        .first()
    )
    if publication is not None:
        return publication, False
    linked = _linked(notice, source_id)
    opportunity = linked or Opportunity.objects.create(
        title=(notice.title or source_id)[:500],
        source=source,
        network=network if notice.source is Source.PRIVATE else None,
        created_by=by if notice.source is Source.PRIVATE else None,
    )
    publication = Publication.objects.create(
        opportunity=opportunity, source=source, source_id=source_id
    )
    return publication, linked is None


def source_id_of(notice: Notice, network_pk: int | None) -> str:
    """The identifier in its source; two networks may number their private needs alike."""
    own = notice.id[:100]
    return f"{network_pk}:{own}" if notice.source is Source.PRIVATE else own


def _linked(notice: Notice, source_id: str) -> Opportunity | None:
    """The public need that this notice names as its predecessor, or that names this one so."""
    if notice.source is Source.PRIVATE:
        return None
    public = Publication.objects.exclude(source=Source.PRIVATE.value).select_related("opportunity")
    named = public.filter(source_id__in=notice.links.previous).order_by("pk").first()
    naming = named or public.filter(earlier__source_id=source_id).order_by("pk").first()
    return naming.opportunity if naming else None
