"""The ranking of the night: every open package against every structure, for each network's view.

It works in two halves, and a killed run goes on where it stopped. First the structures become
blocks of columns, in files of the state folder; then packages are ranked on these files and kept,
each in its own transaction. The files go when all is kept: they hold figures.
"""

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from itertools import batched
from pathlib import Path
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from cordee.members.models import Network, SharingAgreement, Structure
from cordee.members.sharing import Viewer
from cordee.mobilisation import actions, problem
from cordee.mobilisation.models import NightRanking
from cordee.opportunities.models import Audience, Breakdown, Opportunity, WorkPackage

# Sizes of what is in memory at once: a block, a read of the base, the packages of one ranking.
STRUCTURES_PER_BLOCK = 50_000
STRUCTURES_READ_AT_ONCE = 2_000
PACKAGES_AT_ONCE = 500
FOR_ALL = "tous"

type Progress = Callable[[str, int, int], None]


class AlreadyRunning(Exception):
    """Another process ranks with the same folder."""


@dataclass(slots=True)
class Report:
    """What a run did. `refused` says in French why a package has no ranking."""

    packages: int = 0
    views: int = 0
    structures: int = 0
    kept: int = 0
    already: int = 0
    dropped: int = 0
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run decided at its start, so that a second one goes on with the same cuts.

    `cuts` are SIRET and kind of the first structure of each block but the first.
    """

    day: str
    engine_version: str
    first_month: int
    months: int
    views: tuple[str, ...]
    cuts: tuple[tuple[str, str], ...]


def rank_all(
    *, on: date, now: datetime, folder: Path, executor: Executor, progress: Progress
) -> Report:
    """Rank all packages of opportunities open at `now`, with the figures of the day `on`.

    Raises `AlreadyRunning`. Run twice, it keeps the same rows.
    """
    # Blocks hold figures that structures confide: nobody else of the machine reads them.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(folder):
        report = Report()
        rows, packages = _asked(on, now, report)
        # First what is no longer allowed goes: a network that lost its agreements, a notice closed.
        report.dropped = actions.drop_night_rankings(
            packages=open_packages(now), networks=networks_with_figures(on)
        )
        if packages:
            plan = _plan(folder, packages, on)
            blocks = _blocks(folder, plan, on, progress)
            _rank_views(rows, packages, plan, blocks, executor, on, report, progress)
        for path in folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
        return report


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        try:
            # Held by the process and not by the file: a run that is killed lets it go.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunning from None
        yield


def open_packages(now: datetime) -> QuerySet[WorkPackage]:
    """Packages of the newest breakdown of every opportunity that can still be answered.

    A need that no network has published yet is ranked for nobody.
    """
    # Asked of each package: of many open calls, few are cut into packages.
    later = Breakdown.objects.filter(
        opportunity=OuterRef("breakdown__opportunity"), number__gt=OuterRef("breakdown__number")
    )
    calls = Opportunity.objects.open(now).published().filter(pk=OuterRef("breakdown__opportunity"))
    found: QuerySet[WorkPackage] = WorkPackage.objects.filter(
        Exists(calls.order_by()), ~Exists(later.order_by())
    )
    found = found.select_related("breakdown__opportunity").order_by("pk")
    return found.prefetch_related("breakdown__opportunity__audiences")


def _asked(
    on: date, now: datetime, report: Report
) -> tuple[list[WorkPackage], list[problem.Package]]:
    rows, packages, refused = [], [], []
    for row in open_packages(now):
        try:
            (package,) = problem.engine_packages([row], on=on)
        except problem.NotComposable as missing:
            refused.append(f"{row.breakdown.opportunity.title[:60]}, {missing}")
            continue
        rows.append(row)
        # By primary key, for answers of several notices are taken apart again by it.
        packages.append(replace(package, id=str(row.pk)))
    report.packages, report.refused = len(rows), tuple(refused)
    return rows, packages


def _plan(folder: Path, packages: Sequence[problem.Package], on: date) -> Plan:
    """The plan of the run that was killed today, where there is one; else a new one."""
    path = folder / "plan" / "plan.json"
    first, months = problem.span_of(packages)
    if path.exists():
        words = json.loads(path.read_text())
        kept = Plan(
            **words | {"views": tuple(words["views"]), "cuts": tuple(map(tuple, words["cuts"]))}
        )
        # A package published since may reach beyond the months of the blocks: all is begun anew.
        covers = kept.first_month <= first and first + months <= kept.first_month + kept.months
        if (kept.day, kept.engine_version) == (on.isoformat(), problem.ENGINE_VERSION) and covers:
            return kept
        shutil.rmtree(path.parent)
    keys = list(_structures().values_list("siret", "kind"))
    plan = Plan(
        on.isoformat(),
        problem.ENGINE_VERSION,
        first,
        months,
        (FOR_ALL, *networks_with_figures(on).values_list("slug", flat=True)),
        tuple(keys[STRUCTURES_PER_BLOCK::STRUCTURES_PER_BLOCK]),
    )
    path.parent.mkdir(mode=0o700)
    # Renamed whole: a plan cut short by a kill would be read as one.
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(asdict(plan)))
    partial.replace(path)
    return plan


def _structures() -> QuerySet[Structure]:
    found: QuerySet[Structure] = Structure.objects.active().filter(kind__in=problem.TEAM_KINDS)
    return found.order_by("siret", "kind")


def networks_with_figures(on: date) -> QuerySet[Network]:
    """Networks that may both see and use some structure's figures: others see what all see."""
    shared = SharingAgreement.objects.current(on).filter(may_see=True, may_compose=True)
    return Network.objects.filter(pk__in=shared.values("network")).order_by("slug")


def _viewer(view: str, on: date) -> Viewer:
    network = None if view == FOR_ALL else Network.objects.filter(slug=view).first()
    # A list shows candidates one by one, so what may be used and not seen does not enter.
    return Viewer.of_network(network, on).shown_only


def _blocks(
    folder: Path, plan: Plan, on: date, progress: Progress
) -> dict[str, list[problem.StoredBlock]]:
    """The blocks of every view; those that a killed run has written are taken as they are."""
    viewers = {view: _viewer(view, on) for view in plan.views}
    starts = [None, *plan.cuts]
    found: dict[str, list[problem.StoredBlock]] = {view: [] for view in plan.views}
    total = _structures().count()
    done = 0
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else None
        path = folder / "plan" / f"{number:05}.json"
        if not path.exists():
            written = _write(path, _between(start, end), plan, viewers, done, total, progress)
            partial = path.with_suffix(".partial")
            partial.write_text(json.dumps(written))
            partial.replace(path)
        for view, stored in json.loads(path.read_text()).items():
            if stored is not None:
                found[view].append(problem.StoredBlock(**stored))
        done += _between(start, end).count()
        progress("Structures lues", done, total)
    return found


def _between(start: tuple[str, str] | None, end: tuple[str, str] | None) -> QuerySet[Structure]:
    rows = _structures()
    if start is not None:
        # Cuts are keys and not offsets: a structure that comes or goes shifts no other one.
        rows = rows.filter(Q(siret__gt=start[0]) | Q(siret=start[0], kind__gte=start[1]))
    if end is not None:
        rows = rows.filter(Q(siret__lt=end[0]) | Q(siret=end[0], kind__lt=end[1]))
    return rows


def _write(
    path: Path,
    rows: QuerySet[Structure],
    plan: Plan,
    viewers: dict[str, Viewer],
    done: int,
    total: int,
    progress: Progress,
) -> dict[str, Any]:
    """Write one block for each view, one alone where a network is told nothing here."""
    found: dict[str, dict[str, problem.Candidate]] = {view: {} for view in plan.views}
    # By batches: what is in memory at once is bounded.
    read = rows.select_related("organisation").iterator(STRUCTURES_READ_AT_ONCE)
    for batch in batched(read, STRUCTURES_READ_AT_ONCE):
        for view, viewer in viewers.items():
            usable = frozenset().union(*viewer.usable.values())
            mine = batch if view == FOR_ALL else [each for each in batch if each.pk in usable]
            if mine:
                field = problem.field_of(
                    mine, viewer=viewer, first_month=plan.first_month, months=plan.months
                )
                found[view].update({each.id: each for each in field.candidates})
        done += len(batch)
        progress("Structures lues", done, total)
    common = problem.store_block(found[FOR_ALL].values(), path.with_suffix(".npz"))
    written = {FOR_ALL: common}
    for number, view in enumerate(plan.views[1:], start=1):
        own = found[view]
        written[view] = (
            problem.store_block(
                (found[FOR_ALL] | own).values(), path.with_suffix(f".{number:04}.npz")
            )
            # Where a network is told nothing of a block, its view is the common one.
            if own
            else common
        )
    return {view: None if block is None else asdict(block) for view, block in written.items()}


def _rank_views(
    rows: Sequence[WorkPackage],
    packages: Sequence[problem.Package],
    plan: Plan,
    blocks: dict[str, list[problem.StoredBlock]],
    executor: Executor,
    on: date,
    report: Report,
    progress: Progress,
) -> None:
    asked = dict(zip(rows, packages, strict=True))
    networks = {each.slug: each for each in Network.objects.filter(slug__in=plan.views)}
    report.views = len(plan.views)
    report.structures = sum(block.rows for block in blocks[FOR_ALL])
    total = len(rows) * len(plan.views)
    for view in plan.views:
        network = networks.get(view)
        if not blocks[view] or (network is None and view != FOR_ALL):
            continue
        version = problem.blocks_version(blocks[view])
        kept = set(
            NightRanking.objects.filter(
                network=network,
                computed_for=on,
                blocks_version=version,
                engine_version=plan.engine_version,
            ).values_list("package_id", flat=True)
        )
        missing = [row for row in rows if row.pk not in kept and _is_for(row, network)]
        report.already += sum(row.pk in kept for row in rows)
        for first in range(0, len(missing), PACKAGES_AT_ONCE):
            some = missing[first : first + PACKAGES_AT_ONCE]
            # Ranked outside any transaction; each list is then kept in one of its own.
            listed = problem.first_of_all([asked[row] for row in some], blocks[view], executor)
            known = problem.rows_by_candidate({name for each in listed for name in each.notes})
            for row, each in zip(some, listed, strict=True):
                actions.keep_night_ranking(
                    package=row, network=network, listed=each, known=known, version=version, on=on
                )
                report.kept += 1
                progress("Classements gardés", report.kept + report.already, total)


def _is_for(row: WorkPackage, network: Network | None) -> bool:
    """A private need is ranked for networks that publish it, their delegations, and nobody's."""
    if network is None or not row.breakdown.opportunity.is_private:
        return True
    return bool(published_by(row.breakdown.opportunity) & {network.pk, network.parent_id})


def published_by(need: Opportunity) -> set[int]:
    """The networks on which a private need is published; no query where its audiences are read."""
    audiences = need.audiences.all()
    return {each.network_id for each in audiences if each.state == Audience.State.PUBLISHED}
