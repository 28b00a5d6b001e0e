"""Notices come in: each file is kept as it is, read, and joined to the need it speaks of.

Readers get better: what is kept is read again, without touching what was read before.
"""

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.db import DataError, IntegrityError, transaction
from django.db.models import Count, Q

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members.models import Network
from cordee.notices.notice import READER_VERSION, Kind, Notice, NoticeError, Source
from cordee.notices.notice_json import notice_to_json
from cordee.notices.reading import NoticeFile, documents, read_bytes
from cordee.opportunities.actions.contracts import ContractBatch
from cordee.opportunities.actions.joining import join_notice, refresh_all
from cordee.opportunities.actions.linking import Kin, kin_of
from cordee.opportunities.actions.refreshing import refresh_opportunity
from cordee.opportunities.import_report import ImportedNotice, ImportReport
from cordee.opportunities.models import (
    Audience,
    Breakdown,
    EarlierNotice,
    NoticeLink,
    NoticeVersion,
    Opportunity,
    Publication,
    Reading,
    Stage,
)
from cordee.opportunities.notice_matching import identifier, traits_of
from cordee.opportunities.places import PlaceFinder
from cordee.opportunities.understanding import ReadVersion

# What is asked of the base and held in memory at once.
GROUP = 100
GROUP_BYTES = 4_000_000

type Progress = Callable[[int, str], None]


def import_notices(
    paths: Iterable[str | Path],
    *,
    by: User | None,
    on: date,
    progress: Progress = lambda done, place: None,
    network: Network | None = None,
    report: ImportReport | None = None,
) -> ImportReport:
    """Import every notice at these paths, each document in its own transaction.

    Killed at any moment and started again, it leaves what one run would have left: a document is
    kept whole or not at all, and one already kept is skipped. `network` is the audience of private
    needs: without it they are refused. `progress` is told how many documents were seen, and the
    place of the last one. `report` is filled on the way, for whoever stops the import to look at.
    Raises OperationalError where the database cannot write any more.
    """
    report, finder = report or ImportReport(), PlaceFinder()
    contracts = ContractBatch(report, by)
    for path in paths:
        for group in _grouped(documents(path)):
            known = _kept([sha256 for _, sha256 in group], network)
            for document, sha256 in group:
                if isinstance(document, NoticeError):
                    report.errors.append(document)
                    continue
                report.documents += 1
                progress(report.documents, document.place)
                source = _Source(document, sha256, by, on, network)
                _import(source, known.get(sha256, 0), report, finder, contracts)
    contracts.flush()
    return report


def _grouped(
    found: Iterable[NoticeFile | NoticeError],
) -> Iterator[list[tuple[NoticeFile | NoticeError, str]]]:
    """So many documents that one query tells which are there already, each with its SHA-256."""
    group: list[tuple[NoticeFile | NoticeError, str]] = []
    room = GROUP_BYTES
    for one in found:
        content = one.content if isinstance(one, NoticeFile) else b""
        # By content and not by name: sources serve the same file under several.
        group.append((one, hashlib.sha256(content).hexdigest()))
        room -= len(content)
        # Few large files or many small ones: memory is bounded either way.
        if len(group) == GROUP or room < 0:
            yield group
            group, room = [], GROUP_BYTES
    if group:
        yield group


def _kept(hashes: Iterable[str], network: Network | None) -> dict[str, int]:
    """How many notices of these very documents are there already for the same audience."""
    # A private need of one network is not known to another: it may be sent to both.
    audience = Q(publication__opportunity__network=None)
    if network is not None:
        audience |= Q(publication__opportunity__network=network)
    versions = NoticeVersion.objects.filter(audience, sha256__in=set(hashes)).order_by()
    return dict(versions.values_list("sha256").annotate(how_many=Count("pk")))


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a notice comes from: the document, who brings it, when, and for whom."""

    document: NoticeFile
    sha256: str
    by: User | None
    on: date
    network: Network | None

    def kept(self) -> int:
        """How many notices of this very document are there at this moment."""
        return _kept([self.sha256], self.network).get(self.sha256, 0)


def import_document(
    document: NoticeFile,
    report: ImportReport,
    *,
    by: User | None,
    on: date,
    finder: PlaceFinder,
    network: Network | None,
    contracts: ContractBatch | None = None,
) -> Opportunity | None:
    """Keep and read one document, counting in `report`; the last opportunity it made or joined.

    A contract of the essential data is none: it waits in `contracts`, or is stored at once.
    """
    source = _Source(document, hashlib.sha256(document.content).hexdigest(), by, on, network)
    waiting = contracts or ContractBatch(report, by)
    opportunity = _import(source, source.kept(), report, finder, waiting)
    if contracts is None:
        waiting.flush()
    return opportunity


def _import(
    source: _Source, known: int, report: ImportReport, finder: PlaceFinder, contracts: ContractBatch
) -> Opportunity | None:
    if known:
        report.skipped += known
        return None
    notice = _read(source.document, report, source.network, contracts)
    if notice is None:
        return None
    for may_be_twin in (True, False):
        try:
            # Two imports of one notice meet on the unique identifier of the publication.
            one = _keep_one(source, notice, finder)
        except IntegrityError as refused:
            # Somebody else imports the same notice at this moment: theirs is there by now.
            if known := source.kept():
                report.skipped += known
                return None
            if not may_be_twin:
                # Not theirs, then: the second refusal is of this notice alone.
                report.errors.append(_refused(source.document, refused))
        except _REFUSALS as refused:
            report.errors.append(_refused(source.document, refused))
            return None
        else:
            report.adds(one)
            return one.opportunity
    return None


def _read(
    document: NoticeFile, report: ImportReport, network: Network | None, contracts: ContractBatch
) -> Notice | None:
    """What can be read in it and told to somebody; the rest is reported, or waits as a contract."""
    notice = document.read()
    if isinstance(notice, NoticeError):
        report.errors.append(notice)
    elif notice.source is Source.DECP:
        contracts.add(notice)
    elif notice.source is Source.PRIVATE and network is None:
        report.errors.append(
            NoticeError(
                document.place,
                "Un besoin privé s’adresse à un réseau, et aucun n’est donné.",
                "Importez-le avec --network, ou écrivez-le dans Cordée.",
            )
        )
    else:
        return notice
    return None


# A lone surrogate, a null character, a number past the column.
_REFUSALS = (DataError, ValueError, OverflowError)


def _refused(document: NoticeFile, refused: Exception) -> NoticeError:
    return NoticeError(
        document.place,
        f"La base refuse un caractère ou un nombre de cet avis ({type(refused).__name__}).",
        "Téléchargez de nouveau le fichier à la source, ou ouvrez-le et corrigez ce caractère.",
    )


@transaction.atomic
def _keep_one(source: _Source, notice: Notice, finder: PlaceFinder) -> ImportedNotice:
    """A document is kept whole, or leaves nothing."""
    publication, is_new, kin = _publication(notice, network=source.network, by=source.by)
    version = NoticeVersion.objects.create(
        publication=publication,
        format=notice.format.value,
        kind=notice.kind.value,
        sha256=source.sha256,
        # The document itself is kept: a better reader reads it again, and it proves what was said.
        packed_content=zlib.compress(source.document.content),
        imported_from=source.document.place[-300:],
    )
    reading = Reading.objects.create(
        version=version, reader_version=READER_VERSION, data=notice_to_json(notice)
    )
    earlier = dict.fromkeys(identifier(named)[:120] for named in notice.links.previous)
    EarlierNotice.objects.bulk_create(
        (EarlierNotice(publication=publication, source_id=named) for named in earlier),
        ignore_conflicts=True,
    )
    moved = join_notice(version, notice, kin) if notice.source is not Source.PRIVATE else set()
    opportunity = publication.opportunity
    has_work = refresh_opportunity(
        opportunity=opportunity,
        by=None,
        origin=Breakdown.Origin.READING,
        on=source.on,
        finder=finder,
        # Just read: not asked of the base again, unless something else was joined to it.
        first=ReadVersion(version.pk, reading.pk, notice) if is_new and not moved else None,
        readings=[reading] if _says_all(notice, opportunity) else None,
    )
    refresh_all(moved - {opportunity.pk}, on=source.on, finder=finder)
    journal.record(
        "opportunities.import_notice",
        opportunity,
        by=source.by,
        after={"source": notice.source.value, "id": notice.id, "sha256": source.sha256},
    )
    return ImportedNotice(notice, opportunity, is_new, has_work)


def _says_all(notice: Notice, opportunity: Opportunity) -> bool:
    """Whether a private need says by itself what is understood: the last call of one that runs."""
    before, day = opportunity.published_on, notice.published_on
    if not opportunity.is_private or before is None or day is None:
        return False
    return notice.kind is Kind.CALL and opportunity.stage == Stage.CALL and before <= day


def _publication(
    notice: Notice, *, network: Network | None, by: User | None
) -> tuple[Publication, bool, list[Kin]]:
    """The publication of that identifier, whether its need is new, and what it is linked to."""
    source, source_id = notice.source.value, source_id_of(notice, network.pk if network else None)
    is_private = notice.source is Source.PRIVATE
    publication = (
        Publication.objects.filter(source=source, source_id=source_id)
        .select_related("opportunity")
        .first()
    )
    traits = None if is_private else traits_of(notice, source_id)
    kin = [] if traits is None else kin_of(traits, notice.links.previous)
    if publication is not None:
        return publication, False, kin
    # Next year's call is linked to this one's, and is another need.
    joining = [one for one in kin if one.kind != NoticeLink.Kind.RENEWS]
    opportunity = (
        joining[0].publication.opportunity
        if joining
        else Opportunity.objects.create(
            title=(notice.title or source_id)[:500],
            source=source,
            network=network if is_private else None,
            created_by=by if is_private else None,
        )
    )
    if network is not None and is_private:
        # Whoever imports for a network speaks for it; `write_private_need` decides otherwise.
        Audience.objects.get_or_create(
            opportunity=opportunity, network=network, defaults={"state": Audience.State.PUBLISHED}
        )
    publication = Publication.objects.create(
        opportunity=opportunity, source=source, source_id=source_id
    )
    return publication, not joining, kin


def source_id_of(notice: Notice, network_pk: int | None) -> str:
    """The identifier in its source; two networks may number their private needs alike."""
    own = notice.id[:100]
    return f"{network_pk}:{own}" if notice.source is Source.PRIVATE else own


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
