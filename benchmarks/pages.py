"""Pages at 5,000 structures and 5,000 opportunities: the whole request against its template alone.

The baseline renders the same template from the same rows, already in memory: what is above it is
queries, access and preparation.
"""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from io import StringIO
from statistics import median
from typing import Any

ROWS = 5_000
RUNS = 15


def run(arguments: Sequence[str] = ()) -> int:
    """Build a scratch base, time each page, print a line for each."""
    with tempfile.TemporaryDirectory(prefix="cordee-bench-") as folder:
        os.environ["CORDEE_STATE"] = folder
        os.environ["CORDEE_DEMO"] = "True"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            pages = _prepare()
        print(f"{'page':<28} {'queries':>7} {'kB':>5} {'request':>9} {'template':>9}  ratio")
        for name, url in pages:
            _time(name, url)
    return 0


def _prepare() -> list[tuple[str, str]]:
    """A base of that size, and the pages to ask for."""
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    setup_test_environment()
    call_command("migrate", verbosity=0)
    call_command("load_demo", size=ROWS)
    _multiply_opportunities()
    call_command("demo")
    from cordee.alliances.models import Composition
    from cordee.opportunities.models import Opportunity

    composition = Composition.objects.filter(outcome="composed").order_by("-made_at").first()
    opportunity = Opportunity.objects.filter(breakdowns__packages__isnull=False).first()
    assert composition is not None
    assert opportunity is not None
    return [
        ("directory", "/annuaire/"),
        ("directory, one trade", "/annuaire/?metier=espaces-verts"),
        ("directory, words", "/annuaire/?q=jardins"),
        ("opportunities", "/opportunites/"),
        ("opportunities, one trade", "/opportunites/?metier=espaces-verts"),
        ("one opportunity", f"/opportunites/{opportunity.pk}/"),
        ("candidates", f"/opportunites/{opportunity.pk}/candidats/"),
        ("composition", f"/alliances/{composition.pk}/"),
    ]


def _multiply_opportunities() -> None:
    """As many opportunities as structures, copied from the twelve of the demo."""
    from cordee.opportunities.models import Opportunity, OpportunityPlace, OpportunityTrade

    models = list(Opportunity.objects.filter(network__isnull=True))
    copies = []
    for number in range(ROWS):
        copy = Opportunity.objects.get(pk=models[number % len(models)].pk)
        copy.pk, copy._state.adding = None, True
        if copy.deadline:
            copy.deadline += timedelta(hours=number % 400)
        copies.append(copy)
    made = Opportunity.objects.bulk_create(copies, batch_size=500)
    for model in (OpportunityPlace, OpportunityTrade):
        rows = []
        for number, opportunity in enumerate(made):
            for row in model.objects.filter(opportunity=models[number % len(models)]):
                row.pk, row._state.adding = None, True
                row.opportunity = opportunity
                rows.append(row)
        model.objects.bulk_create(rows, batch_size=1_000)


def _time(name: str, url: str) -> None:
    from django.db import connection
    from django.template import engines
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from cordee.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email="reseau@cordee.example"))
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
    whole = _median(lambda: client.get(url))
    alone = _median(lambda: template.render(context, request))
    size_kb = len(response.content) / 1_000
    times = f"{whole * 1e3:>6.1f} ms {alone * 1e3:>6.1f} ms  {whole / alone:.1f}"
    print(f"{name:<28} {count:>7} {size_kb:>5.0f} {times}")


def _median(call: Callable[[], object]) -> float:
    call()
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return median(times)
