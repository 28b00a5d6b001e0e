"""Importing a list: received, read without writing anything, agreed to, then written in batches.

Each batch is one transaction: its lines, its `ImportPart` and the position of the run, all or
nothing. So a run that is killed goes on where it stopped, and others write between two batches.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from io import BytesIO
from itertools import batched, islice

from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, InterfaceError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.base import files, tables
from cordee.base.outages import outage_of
from cordee.base.queue import turn_of
from cordee.base.tables import Row
from cordee.members import list_columns
from cordee.members.actions import director_invitations, guessing
from cordee.members.actions.structures import Plan, load_gazetteer, plan_lines, write_lines
from cordee.members.gazetteer import Gazetteer
from cordee.members.import_report import ImportReport, counts_of, line_json, remark_json
from cordee.members.list_columns import STRUCTURES, ListFields
from cordee.members.models import ImportPart, ListMapping, Network, Structure, StructureImport
from cordee.members.structure_list import ListLine, Remark, read_lines

type Progress = Callable[[int, int], None]
type Item = ListLine | Remark
State = StructureImport.State

logger = logging.getLogger(__name__)
# Lines in one transaction: some tenths of a second, during which nobody else writes on SQLite.
BATCH = 100
# Whoever waits to write on SQLite looks every tenth of a second: between two batches, one does.
PAUSE_S = 0.11
PARTS_AT_ONCE = 50
# From this many new structures on, PostgreSQL no longer knows how large its tables are.
MANY = 500
# A run that has not moved for so long has lost its worker.
DEAD_AFTER = timedelta(minutes=3)
# A list that nobody has agreed to is not kept for ever.
KEEP_UNAGREED = timedelta(days=30)


class Overtaken(Exception):
    """The run is in other hands by now."""


def import_structures(
    rows: Iterable[Row],
    *,
    by: User | None,
    source: str,
    network: Network | None = None,
    on: date | None = None,
    columns: Mapping[str, str] | None = None,
    empty_erases: bool = False,
    progress: Progress = lambda done, total: None,
) -> StructureImport:
    """Write a list of structures and keep its report; the same list again changes nothing.

    Each line is written whole or not at all, and a refused line stops no other. An interrupted
    import is resumed by running it again. A structure that its own people keep up (claimed, or
    declared by itself) is left as it is. What the list does not say is left as it is too; an
    empty cell takes something away with `empty_erases` only. With `network`, structures of the
    list become its members from the day `on`.

    Trades are supposed from the name and from the few NAF codes that name one; they stay guesses
    until the structure confirms them (`actions.guessing`).

    Raises ValidationError where another list of that network is being imported from its page,
    OperationalError where the base cannot write any more, Overtaken where the same was begun again.
    """
    now = timezone.now()
    with transaction.atomic():
        _free(network, now, is_command=True)
        kept = StructureImport.objects.create(
            by=by,
            source=source,
            network=network,
            columns=columns or {},
            empty_erases=empty_erases,
            state=State.IMPORTING,
            on=on or timezone.localdate(now),
            moved_at=now,
        )
        _record(kept, by)
    _work(kept, rows, progress)
    return kept


def preview_structures(
    rows: Iterable[Row],
    *,
    source: str,
    columns: Mapping[str, str] | None = None,
    empty_erases: bool = False,
    progress: Progress = lambda done, total: None,
) -> ImportReport:
    """What importing these rows would do. Reads the base, and writes nothing to it."""
    counts: Counter[str] = Counter()
    plan = Plan()
    # The whole list is read at once: a SIRET given twice is seen only when all lines are.
    items, gazetteer, names = _items(rows, columns or {}), load_gazetteer(), dict[str, str]()
    for first in range(0, len(items), BATCH):
        batch = items[first : first + BATCH]
        part, remarks = _planned(batch, gazetteer, names, empty_erases)
        counts += counts_of(len(batch), part.lines, remarks)
        plan.lines += part.lines
        plan.remarks += remarks
        progress(first + len(batch), len(items))
    return ImportReport(source, counts, plan.remarks, plan.lines)


def receive_list(
    content: bytes,
    *,
    by: User,
    source: str,
    network: Network | None,
    header: Sequence[str] = (),
    sheet: str = "",
    empty_erases: bool = False,
) -> StructureImport:
    """Keep the file of a list until somebody says which column is which, and agrees.

    Raises ValidationError for what is neither CSV nor XLSX, OSError for a disk that is full.
    """
    ending = "xlsx" if tables.is_excel(BytesIO(content)) else "csv"
    now = timezone.now()
    with transaction.atomic():
        return StructureImport.objects.create(
            by=by,
            source=source,
            network=network,
            file=files.store(name=f"liste.{ending}", content=content, now=now),
            header=list(header),
            sheet=sheet,
            empty_erases=empty_erases,
            moved_at=now,
        )


@transaction.atomic
def read_received(*, kept: StructureImport, columns: Mapping[str, str]) -> StructureImport:
    """Have the queue read a list, its columns meaning so, and say what importing it would do."""
    if kept.state in (State.CHOOSING, State.READ):
        kept.columns = dict(columns)
        _start(kept, State.READING, "columns")
    return kept


def agree_to_import(*, kept: StructureImport, by: User, on: date) -> StructureImport:
    """Have the queue import a list that was read. Twice does it once; stopped, it goes on.

    Raises ValidationError where another list of that network is being imported.
    """
    now = timezone.now()
    try:
        with transaction.atomic():
            # Two clicks on « Importer » meet here: the second one finds the run already started.
            kept = StructureImport.objects.select_for_update().get(pk=kept.pk)
            if kept.state == State.READ:
                _free(kept.network, now)
                kept.on = on
                _start(kept, State.IMPORTING, "on")
                _record(kept, by)
            elif kept.is_running and kept.trouble:
                _enqueue(kept, now)
    # One running import a network is a constraint of the base: a race that both passed ends here.
    except IntegrityError as taken:
        raise _busy(None) from taken
    return kept


def run_list(pk: int) -> None:
    """Read or import a list, from where it stopped. Nothing where that is over, or in other hands.

    What stops the machine is kept in its `trouble`, once and not for each line, and raised: the
    worker runs it again after a pause.
    """
    found = StructureImport.objects.select_related("file", "network").filter(pk=pk).first()
    if found is None or not found.is_running or found.file is None:
        return
    try:
        if found.state == State.READING and found.position:
            # What earlier lines announced is known to whoever read them only.
            with transaction.atomic():
                _hold(found)
                _reset(found)
        table = tables.open_table(BytesIO(files.content_of(found.file)), found.sheet)
        _work(found, table.rows, lambda done, total: None)
    except Overtaken:
        return
    except tables.TableError as wrong:
        _stop(found, str(wrong))
    except files.LostFile:
        _stop(found, "Le fichier de cette liste n’est plus là. Envoyez-la de nouveau.")
    except Exception as error:
        words = outage_of(error)
        if words:
            _note_trouble(pk, f"{words}.")
        else:
            _stop(found, "Cordée s’est trompée sur cette liste. Prévenez qui l’héberge.")
        raise


def resume_unfinished(now: datetime) -> int:
    """What the schedule does: runs that lost their worker go on, files nobody needs are erased.

    Gives how many were taken up.
    """
    running = StructureImport.objects.filter(state__in=(State.READING, State.IMPORTING))
    stopped = [
        run for run in running.filter(_dead(now), file__isnull=False) if not _is_in_queue(run, now)
    ]
    for run in stopped:
        _enqueue(run, now)
    _close_dead_commands(now)
    waiting = StructureImport.objects.filter(state__in=(State.CHOOSING, State.READ))
    for run in waiting.filter(at__lt=now - KEEP_UNAGREED):
        _stop(run, "Personne n’a donné son accord en trente jours\u00a0: le fichier est effacé.")
    over = StructureImport.objects.filter(state__in=(State.DONE, State.STOPPED))
    for run in over.filter(file__erased_at=None, file__isnull=False).select_related("file"):
        _erase_file(run)
    return len(stopped)


def samples(kept: StructureImport) -> Mapping[str, list[str]]:
    """The first values of each column of a list received; none where its file is gone."""
    if kept.file is None or kept.file.erased_at is not None:
        return {}
    table = tables.open_table(BytesIO(files.content_of(kept.file)), kept.sheet)
    rows = list(islice(table.rows, 20))
    return {
        name: [row.values[name] for row in rows if row.values.get(name)] for name in kept.header
    }


@transaction.atomic
def save_list_mapping(
    *,
    owner: Network | Structure,
    header: Sequence[str],
    columns: Mapping[str, str],
    by: User | None,
    fields: ListFields = STRUCTURES,
) -> ListMapping:
    """Keep the choice for the next file with this header; the same again changes nothing.

    Raises ValueError for a field that is none of `fields`.
    """
    unknown = sorted(set(columns.values()) - {"", *fields.labels})
    if unknown:
        raise ValueError(f"columns: {unknown} are none of our fields.")
    key = list_columns.header_key(header)
    known = owner.list_mappings.filter(key=key).first()
    if known is not None and known.columns == dict(columns):
        return known
    kept, _ = owner.list_mappings.update_or_create(key=key, defaults={"columns": dict(columns)})
    journal.record(
        "members.keep_list_mapping",
        owner,
        by=by,
        after={"columns": {theirs: own for theirs, own in columns.items() if own}},
    )
    return kept


# --- One batch after the other ---------------------------------------------------------------


def _items(rows: Iterable[Row], columns: Mapping[str, str]) -> list[Item]:
    """Each row of the list, in its order: a line to keep, or why it cannot be."""
    lines, rejected = read_lines(list_columns.mapped(rows, columns))
    return sorted([*lines, *rejected], key=lambda item: item.line)


def _planned(
    batch: Sequence[Item], gazetteer: Gazetteer, names: dict[str, str], empty_erases: bool
) -> tuple[Plan, list[Remark]]:
    plan = plan_lines(_lines(batch), gazetteer, names=names, empty_erases=empty_erases)
    return plan, _remarks(batch, plan)


def _lines(batch: Iterable[Item]) -> list[ListLine]:
    return [item for item in batch if isinstance(item, ListLine)]


def _remarks(batch: Iterable[Item], plan: Plan) -> list[Remark]:
    rejected = [item for item in batch if isinstance(item, Remark)]
    return sorted([*rejected, *plan.remarks], key=lambda remark: remark.line)


def _work(run: StructureImport, rows: Iterable[Row], progress: Progress) -> None:
    items, gazetteer, names = _items(rows, run.columns), load_gazetteer(), dict[str, str]()
    if not run.position:
        _forget_parts(run)
    with transaction.atomic():
        _hold(run)
        run.total, run.moved_at = len(items), timezone.now()
        # What one run does in a time tells what it needs still; what two did says nothing.
        run.began_at = None if run.position else run.moved_at
        run.save(update_fields=["total", "moved_at", "began_at"])
    while run.position < len(items):
        batch = items[run.position : run.position + BATCH]
        # Before the transaction: what takes long to find is ready afterwards. Planned twice: here
        # without a lock, and again inside, from what the base then holds.
        plan, remarks = _planned(batch, gazetteer, names, run.empty_erases)
        if run.state == State.IMPORTING:
            guessing.guess_ahead([*plan.new, *plan.changed])
        with transaction.atomic():
            _hold(run)
            if run.state == State.IMPORTING:
                plan = write_lines(
                    _lines(batch),
                    gazetteer,
                    network=run.network,
                    on=run.on or timezone.localdate(),
                    source=run.source,
                    empty_erases=run.empty_erases,
                )
                remarks = _remarks(batch, plan)
                director_invitations.keep_given(
                    _lines(batch), network=run.network, by=run.by, now=timezone.now()
                )
            _keep_part(run, batch, plan, remarks)
        progress(run.position, len(items))
        if run.state == State.IMPORTING and connection.vendor == "sqlite":
            # SQLite has one writer and no queue of them: without a pause nobody else would get in.
            time.sleep(PAUSE_S if run.position < len(items) else 0)
    _end(run)


def _forget_parts(run: StructureImport) -> None:
    """What an earlier reading left goes, some at a time: together they may weigh megabytes."""
    for pks in batched(list(run.parts.values_list("pk", flat=True)), PARTS_AT_ONCE):
        with transaction.atomic():
            _hold(run)
            run.parts.filter(pk__in=pks).delete()


def _hold(run: StructureImport) -> None:
    """Nobody else moves this run before the transaction ends. Raises Overtaken if somebody has."""
    # State and position are the token of this worker: another one that moved it changed them.
    mine = StructureImport.objects.filter(pk=run.pk, state=run.state, position=run.position)
    if mine.select_for_update().values_list("pk").first() is None:
        raise Overtaken


def _keep_part(
    run: StructureImport, batch: Sequence[Item], plan: Plan, remarks: Sequence[Remark]
) -> None:
    read, counts = len(batch), counts_of(len(batch), plan.lines, remarks)
    if run.network is not None:
        counts["contacts"] = sum(bool(line.director_email) for line in _lines(batch))
    ImportPart.objects.create(
        run=run,
        first=run.position,
        counts=counts,
        remarks=[remark_json(remark) for remark in remarks],
        lines=[line_json(line) for line in sorted(plan.lines, key=lambda line: line.line)],
    )
    run.counts = Counter(run.counts) + counts
    run.position += read
    run.moved_at, run.trouble = timezone.now(), ""
    run.save(update_fields=["counts", "position", "moved_at", "trouble"])


def _end(run: StructureImport) -> None:
    is_import = run.state == State.IMPORTING
    with transaction.atomic():
        _hold(run)
        run.state, run.moved_at = State.DONE if is_import else State.READ, timezone.now()
        run.save(update_fields=["state", "moved_at"])
    if not is_import:
        return
    _erase_file(run)
    if run.counts.get("CREATED", 0) > MANY and connection.vendor == "postgresql":
        # Until its statistics are renewed, PostgreSQL plans for the few rows it knew before.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


# --- The life of a run -----------------------------------------------------------------------


def _start(run: StructureImport, state: State, *changed: str) -> None:
    run.state = state
    run.save(update_fields=["state", *changed])
    _reset(run)
    _enqueue(run, timezone.now())


def _reset(run: StructureImport) -> None:
    run.position, run.counts, run.total, run.began_at, run.trouble = 0, {}, None, None, ""
    run.save(update_fields=["position", "counts", "total", "began_at", "trouble"])


def _enqueue(run: StructureImport, now: datetime) -> None:
    # Here, not above: the task calls back into this module.
    from cordee.members.tasks import import_list

    StructureImport.objects.filter(pk=run.pk).update(moved_at=now)
    transaction.on_commit(partial(import_list.enqueue, run.pk))


def _is_in_queue(run: StructureImport, now: datetime) -> bool:
    """Whether a worker has it in hand, or will: a long list before it is no reason to ask twice."""
    from cordee.members.tasks import import_list

    turn = turn_of(import_list, run.pk, now)
    return turn is not None and (turn.is_waiting or turn.is_served)


def _free(network: Network | None, now: datetime, *, is_command: bool = False) -> None:
    """See that no other list of a network is being imported; what a dead command holds is freed.

    A command takes the place of another: it is the same one, begun again. Raises ValidationError.
    """
    if network is None:
        return
    running = StructureImport.objects.filter(network=network, state=State.IMPORTING)
    _close_dead_commands(now)
    if is_command:
        running.filter(file=None).update(state=State.STOPPED, trouble="Commande relancée.")
    other = running.first()
    if other is not None:
        raise _busy(other)


def _busy(other: StructureImport | None) -> ValidationError:
    named = f" («\u00a0{other.source}\u00a0», {other.position} lignes traitées)" if other else ""
    return ValidationError(
        f"Une autre liste de ce réseau est en cours d’import{named}. "
        "Attendez qu’elle soit finie, puis recommencez."
    )


def _dead(now: datetime) -> Q:
    """Has not moved for long; or moved in the future, as after a clock was put right."""
    return Q(moved_at__lt=now - DEAD_AFTER) | Q(moved_at__gt=now + DEAD_AFTER)


def _close_dead_commands(now: datetime) -> None:
    dead = StructureImport.objects.filter(_dead(now), state=State.IMPORTING, file=None)
    dead.update(state=State.STOPPED, trouble="Commande arrêtée avant la fin\u00a0: relancez-la.")


def _stop(run: StructureImport, why: str) -> None:
    StructureImport.objects.filter(pk=run.pk).update(state=State.STOPPED, trouble=why[:300])
    # It is never taken up again: a file that nobody will read holds names for nothing.
    _erase_file(run)


def _note_trouble(pk: int, words: str) -> None:
    """Say what stopped a run, where that can be written; it is run again in any case."""
    try:
        StructureImport.objects.filter(pk=pk).update(trouble=words)
    except (DatabaseError, InterfaceError):
        logger.warning("Import %s: %s (nor could that be written)", pk, words)


def _erase_file(run: StructureImport) -> None:
    if run.file is not None:
        files.erase(run.file, now=timezone.now())


def _record(kept: StructureImport, by: User | None) -> None:
    journal.record(
        "members.import_structures",
        kept,
        by=by,
        after={"source": kept.source, "network": kept.network.slug if kept.network else None},
    )
