"""Awarded contracts come in: each is written once, whatever the order and however often."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import batched
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.db.models import Q

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.base.search import index
from cordee.notices.notice import READER_VERSION, Notice, NoticeError, Source
from cordee.opportunities.actions.linking import settle_contracts
from cordee.opportunities.contract_rows import (
    CONTRACT_COLUMNS,
    ContractRow,
    contract_rows,
    outcome_rows,
)
from cordee.opportunities.import_report import ImportReport
from cordee.opportunities.models import AwardedContract, ContractHolder, Opportunity
from cordee.opportunities.understanding import Understanding

# One transaction each: short enough for others to write between two.
BATCH = 500
COMPARED = ("published_on", "reader_version", "digest")


@dataclass(slots=True)
class ContractReport:
    """Counts of contracts: new, written over by a later record, there already; and refusals."""

    stored: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[NoticeError] = field(default_factory=list)


def import_contracts(notices: Iterable[Notice | NoticeError], *, by: User | None) -> ContractReport:
    """Store the contracts that notices name, a batch at a time: a stop loses nothing.

    Of two records of one contract the later publication stands, whichever comes first. A record
    that the database refuses is told in the report and stops nothing.
    """
    report = ContractReport()
    for batch in batched(notices, BATCH):
        rows: list[ContractRow] = []
        for notice in batch:
            if isinstance(notice, NoticeError):
                report.errors.append(notice)
            elif made := contract_rows(notice):
                rows += made
            else:
                report.errors.append(_without_holder(notice))
        _store(rows, report, by=by)
    return report


@dataclass(slots=True)
class ContractBatch:
    """Contracts met among notices, stored so many at a time; `flush` stores the rest.

    What an import is told of them goes to its own report.
    """

    report: ImportReport
    by: User | None
    held: list[Notice] = field(default_factory=list)

    def add(self, notice: Notice) -> None:
        self.held.append(notice)
        if len(self.held) >= BATCH:
            self.flush()

    def flush(self) -> None:
        held, self.held = self.held, []
        done = import_contracts(held, by=self.by)
        self.report.contracts += done.stored + done.updated
        self.report.skipped += done.unchanged
        self.report.errors += done.errors


def _without_holder(notice: Notice) -> NoticeError:
    return NoticeError(
        f"{notice.source.value} {notice.id}",
        "Ce marché ne nomme aucun titulaire.",
        "Demandez à l’acheteur de compléter ses données, ou laissez cette ligne de côté.",
    )


def _store(rows: Sequence[ContractRow], report: ContractReport, *, by: User | None) -> None:
    """All rows in one transaction; where one is refused, each in its own."""
    if not rows:
        return
    try:
        stored, updated = _write(_latest(rows), by=by)
    except (DataError, IntegrityError, ValueError, OverflowError) as refused:
        if len(rows) > 1:
            for row in rows:
                _store([row], report, by=by)
        else:
            report.errors.append(_refused(rows[0], refused))
        return
    report.stored += stored
    report.updated += updated
    report.unchanged += len(rows) - stored - updated


def _refused(row: ContractRow, refused: Exception) -> NoticeError:
    return NoticeError(
        f"{row.source} {row.source_id}",
        f"La base refuse un caractère ou un nombre de ce marché ({type(refused).__name__}).",
        "Téléchargez de nouveau le fichier à la source, ou ouvrez-le et corrigez cette ligne.",
    )


type _Rank = tuple[date, bool, str]


def _rank(published_on: date | None, reader_version: str, digest: str) -> _Rank:
    """What decides between two records of one contract: the day, today's reader, any fixed rule."""
    return (published_on or date.min, reader_version == READER_VERSION, digest)


def _latest(rows: Sequence[ContractRow]) -> list[ContractRow]:
    """One row for each contract, in a fixed order."""
    found: dict[tuple[str, str], ContractRow] = {}
    ranked = sorted(rows, key=lambda row: _rank(row.published_on, READER_VERSION, row.digest))
    for row in ranked:
        found[row.source, row.source_id] = row
    return [found[key] for key in sorted(found)]


@transaction.atomic
def _write(rows: Sequence[ContractRow], *, by: User | None) -> tuple[int, int]:
    """(new, written over)."""
    known = _known(rows)
    new = [row for row in rows if (row.source, row.source_id) not in known]
    changed = [
        (known[key][0], row)
        for row in rows
        if (key := (row.source, row.source_id)) in known
        and known[key][1] < _rank(row.published_on, READER_VERSION, row.digest)
    ]
    if written := _save(new, changed):
        settle_contracts(written)
        journal.record(
            "opportunities.import_contracts",
            written[0],
            by=by,
            after={"new": len(new), "changed": len(changed)},
        )
    return len(new), len(changed)


def _save(
    new: Sequence[ContractRow], changed: Sequence[tuple[int, ContractRow]], **values: Any
) -> list[AwardedContract]:
    """Write contracts, their holders and their words for the search; `values` for each of them."""
    if not (new or changed):
        return []
    made = AwardedContract.objects.bulk_create(
        AwardedContract(**row.columns(), **values) for row in new
    )
    later = [AwardedContract(pk=pk, **row.columns(), **values) for pk, row in changed]
    if later:
        columns = [*CONTRACT_COLUMNS, "reader_version", "digest", *values]
        AwardedContract.objects.bulk_update(later, columns)
        ContractHolder.objects.filter(contract__in=[pk for pk, _ in changed]).delete()
    written = [*zip(made, new, strict=True), *zip(later, (r for _, r in changed), strict=True)]
    ContractHolder.objects.bulk_create(
        ContractHolder(contract=contract, siret=holder.siret, name=holder.name, role=holder.role)
        for contract, row in written
        for holder in row.holders
    )
    index.index_rows(AwardedContract, [(contract.pk, row.searched) for contract, row in written])
    return [*made, *later]


def _known(rows: Sequence[ContractRow]) -> dict[tuple[str, str], tuple[int, _Rank]]:
    found: dict[tuple[str, str], tuple[int, _Rank]] = {}
    for source in {row.source for row in rows}:
        ids = [row.source_id for row in rows if row.source == source]
        held = AwardedContract.objects.filter(source=source, source_id__in=ids)
        for pk, source_id, *compared in held.values_list("pk", "source_id", *COMPARED):
            found[source, source_id] = (pk, _rank(*compared))
    return found


def write_outcomes(opportunity: Opportunity, understanding: Understanding) -> None:
    """Store the contracts that the result notices of an opportunity tell, and only those.

    Part of refreshing it, whose transaction and journal line hold for this too.
    """
    rows = {(row.source, row.source_id): row for row in outcome_rows(understanding)}
    of_it = Q(opportunity=opportunity)
    for source, source_id in rows:
        of_it |= Q(source=source, source_id=source_id)
    held = AwardedContract.objects.filter(of_it).exclude(source=Source.DECP.value)
    known: dict[tuple[str, str], int] = {}
    same: set[tuple[str, str]] = set()
    stale: list[int] = []
    columns = ("pk", "source", "source_id", "digest", "opportunity")
    for pk, source, source_id, digest, owner in held.values_list(*columns):
        key = (source, source_id)
        known[key] = pk
        if key not in rows:
            stale.append(pk)
        elif digest == rows[key].digest and owner == opportunity.pk:
            same.add(key)
    if stale:
        index.remove_rows(AwardedContract, stale)
        AwardedContract.objects.filter(pk__in=stale).delete()
    _save(
        [row for key, row in rows.items() if key not in known],
        [(known[key], row) for key, row in rows.items() if key in known and key not in same],
        opportunity=opportunity,
    )
