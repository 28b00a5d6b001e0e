"""Reading the live sources: each page is kept, then the place to go on from is noted.

A stop between the two asks for one page again, which changes nothing: what is there is skipped.
"""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from cordee.base.health import Fact, Level
from cordee.base.ui import french
from cordee.base.web.transport import SourceDown
from cordee.notices.notice import NoticeError
from cordee.opportunities.actions.contracts import ContractBatch
from cordee.opportunities.actions.importing import import_document
from cordee.opportunities.import_report import ImportReport, SyncReport
from cordee.opportunities.models import Publication, SourceState
from cordee.opportunities.models.sources import FRESH
from cordee.opportunities.places import PlaceFinder
from cordee.opportunities.sources.harvest import HarvestRequest, Page
from cordee.opportunities.sources.registry import Feed
from cordee.opportunities.sources.shape import ShapeCheck

type Progress = Callable[[str], None]


def sync_source(
    feed: Feed,
    *,
    on: date,
    since: date | None = None,
    is_urgent: bool = False,
    is_detailed: bool = False,
    progress: Progress = lambda label: None,
) -> SyncReport:
    """Read what a source published until the day `on`, and note how it went.

    From where the last reading ended, less some days, or from `since`. A source in failure is left
    alone until its next try is due, unless `is_urgent`. What goes wrong is in the report, and in
    the state of the source; nothing is raised for it. Until a source was read once to the end, and
    where it `is_detailed`, the report says what came and whether it looks as supposed.
    """
    report = SyncReport(feed.name, setting=feed.setting)
    with _alone(feed.slug) as is_mine:
        if not is_mine:
            report.is_taken = True
            return report
        state, _ = SourceState.objects.get_or_create(source=feed.slug)
        now = timezone.now()
        if is_detailed or state.last_success is None:
            report.seen = ShapeCheck(feed.shape)
        if is_urgent or state.may_try(now):
            _read(feed, state, report, _asked(feed, state, on, since), now, progress)
        else:
            report.put_off = True
        report.read_until = state.read_until
        report.failing_since, report.next_try = state.failing_since, state.next_try
    return report


@contextmanager
def _alone(slug: str) -> Iterator[bool]:
    """Whether no other process reads this source; the lock goes with the process that holds it."""
    folder = Path(settings.STATE_DIR) / "sources"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{slug}.lock").open("w") as lock:
        try:
            # Held by the system, not by a row: a process that is killed leaves no lock behind.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True


def _asked(feed: Feed, state: SourceState, on: date, since: date | None) -> HarvestRequest:
    resume = state.resume
    # The place to go on from belongs to the question it was noted for.
    if since is not None and resume.get("since") != since.isoformat():
        resume = {}
    if since is None:
        since = (
            # Sources publish late, with yesterday's date: the last days are read again, and what
            # is held already is skipped by its number.
            state.read_until - timedelta(days=feed.overlap_days)
            if state.read_until
            else on - timedelta(days=feed.first_days)
        )
    return HarvestRequest(min(since, on), on, resume, state.seen)


def _read(
    feed: Feed,
    state: SourceState,
    report: SyncReport,
    asked: HarvestRequest,
    now: datetime,
    progress: Progress,
) -> None:
    client, finder = feed.client(), PlaceFinder()
    state.last_try, state.last_received = now, 0
    seen = {**asked.seen} if asked.resume else {}
    try:
        for page in feed.make().pages(client, asked, _held_in(feed.slug)):
            _keep(page, report, asked.until, finder)
            progress(page.label)
            seen |= page.seen
            state.resume, state.seen = dict(page.resume), {**asked.seen, **seen}
            _move_on(state, asked, page.finished)
            state.last_received = report.new
            state.save()
    except SourceDown as down:
        report.down = down
        state.failed(now, down.reason, down.cure, wait=timedelta(seconds=down.wait))
    else:
        state.resume, state.seen = {}, seen
        state.succeeded(timezone.now())
    report.trace = client.trace
    state.moved_to = report.moved_to = client.moved_to
    state.keep_rejected((error.place, error.reason, error.cure) for error in report.rejected)
    state.save()


def _move_on(state: SourceState, asked: HarvestRequest, finished: date | None) -> None:
    """One day more is read; not where a reading began later and left days between."""
    if finished is None:
        return
    if state.read_until is None or asked.first <= state.read_until + timedelta(days=1):
        state.read_until = max(state.read_until or finished, finished)


def _held_in(source: str) -> Callable[[list[str]], set[str]]:
    def held(identifiers: list[str]) -> set[str]:
        found = Publication.objects.filter(source=source, source_id__in=identifiers)
        return set(found.values_list("source_id", flat=True))

    return held


def _keep(page: Page, report: SyncReport, on: date, finder: PlaceFinder) -> None:
    """Notices become opportunities, contracts already won their own rows."""
    done = ImportReport()
    contracts = ContractBatch(done, None)
    report.announced += page.announced
    report.received += len(page.documents)
    report.held += page.held
    for item in page.documents:
        if isinstance(item, NoticeError):
            done.errors.append(item)
        else:
            if report.seen is not None:
                report.seen.look(item.content)
            import_document(
                item, done, by=None, on=on, finder=finder, network=None, contracts=contracts
            )
    contracts.flush()
    report.new += done.notices + done.contracts
    report.known += done.skipped
    report.rejected += done.errors
    report.notices += done.notices
    for name, count in done.coverage.items():
        report.coverage[name] = report.coverage.get(name, 0) + count


CURE = "Lancez ./go run -- sync_sources, et programmez-le plusieurs fois par jour."


def look(now: datetime) -> Fact:
    """One query. A source that is down is watched: the fault is not ours, what we hold stays."""
    rows = SourceState.objects.in_order()
    figures = {row.source: row.last_success for row in rows}
    read = [row for row in rows if row.last_success]
    down = [row for row in rows if row.is_down]
    if down:
        names = ", ".join(str(row) for row in down)
        cure = "La page «\u00a0Sources des avis\u00a0» dit pourquoi, et que faire."
        since = min(row.failing_since for row in down if row.failing_since)
        return Fact(Level.WATCH, f"{names}\u00a0: en panne", cure, since, figures=figures)
    if not read:
        return Fact(Level.UNKNOWN, "Aucune source n’a encore été lue", CURE, figures=figures)
    old = [at for at in figures.values() if at and now - at > FRESH]
    if old:
        words = "Des avis publiés ne sont plus lus"
        return Fact(Level.WATCH, words, CURE, min(old), figures=figures)
    words = f"{french.count(len(read), 'source lue', 'sources lues')} sur {len(rows)}"
    return Fact(Level.OK, words, figures=figures)
