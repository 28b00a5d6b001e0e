"""Pages at many structures and as many opportunities, each against a small world and its template.

./go bench pages                 750 and 5,000
./go bench pages --size 50000    750 and 50,000

Both sizes are measured in one run: a page that makes more queries at the large one is named, and
the exit code is 1. The template alone renders the same rows, already in memory: what a request
costs above it is queries, access and preparation. Times are those of the processor. One opportunity
is ranked as a request does it, against everybody around read with all their figures: the same rows.
"""

import argparse
import gc
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from copy import copy as copy_of
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from statistics import median
from typing import Any
from unittest.mock import patch

SMALL, LARGE = 750, 5_000
RUNS = 15
STAFF, DIRECTOR = "reseau@cordee.example", "direction@cordee.example"
# As many as one structure keeps.
VERDICTS = 60


@dataclass(frozen=True, slots=True)
class Page:
    """What one page costs: seconds of the processor, whole and for its template alone."""

    name: str
    queries: int
    kilobytes: float
    whole_s: float
    template_s: float


@dataclass(frozen=True, slots=True)
class Measured:
    """One size: seconds to fill its base, its pages, and those of rankings in a request."""

    load_s: float
    pages: list[Page]
    # (as a request does it, the reference) of each opportunity of the demo.
    rankings_s: list[tuple[float, float]]


def run(arguments: Sequence[str] = ()) -> int:
    """Measure each page at both sizes, print a line for each; 1 where queries grow."""
    parser = argparse.ArgumentParser(prog="./go bench pages")
    parser.add_argument("--size", type=int, default=LARGE)
    large = parser.parse_args(list(arguments)).size
    small, most = _alone(SMALL), _alone(large)
    before, after = small.pages, most.pages
    print(f"loaded: {SMALL:,} structures in {small.load_s:.0f} s, {large:,} in {most.load_s:.0f} s")
    print(f"{'page':<26} {'queries':>9} {'kB':>5} {'request':>18}  ratio  to its template")
    grown = []
    for low, high in zip(before, after, strict=True):
        queries = f"{low.queries} {high.queries}"
        times = f"{low.whole_s * 1e3:.1f} {high.whole_s * 1e3:>7.1f} ms"
        print(
            f"{high.name:<26} {queries:>9} {high.kilobytes:>5.0f} {times:>18} "
            f"{high.whole_s / low.whole_s:>6.1f} {high.whole_s / high.template_s:>6.1f}"
        )
        grown += [high.name] if high.queries > low.queries else []
    print(f"more queries at {large:,}: {', '.join(grown) or 'none'}")
    for size, found in ((SMALL, small), (large, most)):
        request_s, ratio = (
            median(one for one, _ in found.rankings_s),
            median(reference / one for one, reference in found.rankings_s),
        )
        print(
            f"ranking in a request at {size:,}: {request_s * 1e3:.0f} ms, reference {ratio:.1f} x"
        )
    return 1 if grown else 0


def _alone(size: int) -> Measured:
    """Measure one size in a process of its own: Django knows one base only."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(measure, size).result()


def measure(size: int) -> Measured:
    """Fill a scratch base and measure each page there."""
    with tempfile.TemporaryDirectory(prefix="cordee-bench-") as folder:
        os.environ["CORDEE_STATE"] = folder
        os.environ["CORDEE_DEMO"] = "True"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            load_s, pages = _prepare(size)
        return Measured(load_s, [_measured(*each) for each in pages], list(_rankings()))


def _prepare(size: int) -> tuple[float, list[tuple[str, str, str]]]:
    """A base of that size, and the pages to ask for, each by a person."""
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    from cordee.base.migrating import migrate

    setup_test_environment()
    migrate()
    began = time.process_time()
    call_command("load_demo", size=size)
    load_s = time.process_time() - began
    _multiply_opportunities(size)
    call_command("demo")
    from cordee.composing.models import Composition
    from cordee.members.models import Network
    from cordee.opportunities.models import Opportunity

    composition = Composition.objects.filter(outcome="composed").order_by("-made_at").first()
    opportunity = Opportunity.objects.filter(breakdowns__packages__isnull=False).first()
    assert composition is not None
    assert opportunity is not None
    _fill_for_you()
    network = Network.objects.get(slug="chantiers-encordes")
    staffed = [
        ("directory", "/annuaire/"),
        ("directory, one trade", "/annuaire/?metier=espaces-verts"),
        ("directory, words", "/annuaire/?q=jardins"),
        ("directory, around", "/annuaire/?autour=Lyon (69)"),
        ("directory, department", "/annuaire/?departement=69"),
        ("directory, by team", "/annuaire/?tri=equipe"),
        ("networks", "/reseaux/"),
        ("one network", f"/reseaux/{network.slug}/"),
        ("home of a network", f"/reseaux/{network.slug}/accueil/"),
        ("members of a network", f"/reseaux/{network.slug}/adherents/"),
        ("opportunities", "/opportunites/"),
        ("opportunities, one trade", "/opportunites/?metier=espaces-verts"),
        ("one opportunity", f"/opportunites/{opportunity.pk}/"),
        ("candidates", f"/opportunites/{opportunity.pk}/candidats/"),
        ("composition", f"/alliances/{composition.pk}/"),
        ("today, a network", "/aujourdhui/"),
        ("for you, a network", f"/reseaux/{network.slug}/ensemble/"),
    ]
    return load_s, [
        *((name, url, STAFF) for name, url in staffed),
        ("today, a director", "/aujourdhui/", DIRECTOR),
        ("for you, a director", "/opportunites/pour-vous/", DIRECTOR),
    ]


def _rankings() -> Iterator[tuple[float, float]]:
    """Seconds of the processor to rank each opportunity of the demo: in a request, and from all."""
    from django.utils import timezone

    from cordee.members.models import Network
    from cordee.members.sharing import Viewer
    from cordee.mobilisation import problem
    from cordee.opportunities.models import Breakdown

    network, on = Network.objects.get(slug="chantiers-encordes"), timezone.localdate()
    for breakdown in Breakdown.objects.filter(packages__isnull=False).distinct():
        packages = problem.engine_packages(breakdown.packages.all(), on=on)
        params, times, found = problem.params_for(packages), [], []
        for is_request in (True, False):
            viewer, others = Viewer.of_network(network, on).shown_only, 0
            start = time.process_time()
            if is_request:
                field, others = problem.ranked_candidates(packages, viewer=viewer, params=params)
            else:
                field = problem.engine_candidates(packages, viewer=viewer, params=params)
            found.append(problem.ranking_of(packages, field, params=params, others=others))
            times.append(time.process_time() - start)
        if found[0] != found[1]:
            raise RuntimeError(f"{breakdown}: a request ranks otherwise than the reference.")
        yield times[0], times[1]


def _fill_for_you() -> None:
    """As many verdicts as a structure may have, of the one that the director directs."""
    from django.utils import timezone

    from cordee.members.models import RoleSeat
    from cordee.opportunities.models import Opportunity, Verdict

    now = timezone.now()
    structure = RoleSeat.objects.get(person__email=DIRECTOR).structure
    held = Verdict.objects.filter(structure=structure)
    others = Opportunity.objects.open(now).filter(network__isnull=True)
    others = others.exclude(pk__in=held.values("opportunity"))
    Verdict.objects.bulk_create(
        Verdict(
            structure=structure,
            opportunity=each,
            kind="unknown",
            reason="Pas encore calculé.",
            computed_at=now,
        )
        for each in others[: VERDICTS - held.count()]
    )


def _multiply_opportunities(count: int) -> None:
    """As many opportunities as structures, copied from the twelve of the demo."""
    from cordee.opportunities.models import Opportunity, OpportunityPlace, OpportunityTrade

    models = list(Opportunity.objects.filter(network__isnull=True))
    copies = []
    for number in range(count):
        copy = _copied(models[number % len(models)])
        if copy.deadline:
            copy.deadline += timedelta(hours=number % 400)
        copies.append(copy)
    made = Opportunity.objects.bulk_create(copies, batch_size=500)
    for model in (OpportunityPlace, OpportunityTrade):
        rows = []
        of_model = [list(model.objects.filter(opportunity=each)) for each in models]
        for number, opportunity in enumerate(made):
            for row in map(_copied, of_model[number % len(models)]):
                row.opportunity = opportunity
                rows.append(row)
        model.objects.bulk_create(rows, batch_size=1_000)


def _copied(row: Any) -> Any:
    copy = copy_of(row)
    copy.pk, copy._state = None, copy_of(row._state)
    copy._state.adding = True
    return copy


def _measured(name: str, url: str, email: str) -> Page:
    from django.db import connection
    from django.template import engines
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from cordee.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email=email))
    # A session is noted at its first page, then every ten minutes: not part of any page.
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    # Counted here: the next request empties the log.
    count = len(queries)
    if response.status_code != 200:
        raise RuntimeError(f"{url} answers {response.status_code}: the page is not measured.")
    template = engines["django"].get_template(response.templates[0].name)
    context: dict[str, Any] = {}
    for layer in response.context:
        context.update(layer.flatten() if hasattr(layer, "flatten") else dict(layer))
    request = context.pop("request")
    # As the web server does before it serves. And nobody's page notes a copy of the context of each
    # template, as the test client does.
    gc.collect()
    gc.freeze()
    with patch("django.test.client.store_rendered_templates", lambda *_, **__: None):
        whole_s, template_s = _in_turn(
            lambda: client.get(url), lambda: template.render(context, request)
        )
    return Page(name, count, len(response.content) / 1_000, whole_s, template_s)


def _in_turn(*calls: Callable[[], object]) -> list[float]:
    """The median seconds of each, one after the other: a machine that slows down slows all."""
    times: list[list[float]] = [[] for _ in calls]
    for call in calls:
        call()
    for _ in range(RUNS):
        for call, own in zip(calls, times, strict=True):
            start = time.process_time()
            call()
            own.append(time.process_time() - start)
    return [median(own) for own in times]


def _median(call: Callable[[], object]) -> float:
    [found] = _in_turn(call)
    return found
