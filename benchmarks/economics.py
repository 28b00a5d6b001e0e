"""The ceiling: the exact chance to end above, and its page with many commitments.

./go bench economics

Ratios within one run: the chance with twenty bids against one bare NumPy pass over the 2^20 sums
that it stands for; the page of a structure with 4 chantiers, 3 years and 40 commitments each
against its template from rows in memory. The exit code is 1 where one passes what is promised.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from fractions import Fraction
from io import StringIO
from random import Random
from statistics import median

import numpy as np

from benchmarks.pages import DIRECTOR, Page, _measured
from cordee.economics.chance import MOST_BIDS, Bid, chance_of_above

RUNS = 15
CHANCE_TIMES, PAGE_TIMES = 5, 3
CHANTIERS, YEARS, COMMITMENTS = 4, 3, 40


def run(arguments: Sequence[str] = ()) -> int:
    """Print both ratios beside what is promised; 1 where one is passed."""
    argparse.ArgumentParser(prog="./go bench economics").parse_args(list(arguments))
    exact_s, bare_s = chance()
    times = exact_s / bare_s
    print(
        f"chance, {MOST_BIDS} bids: {exact_s * 1e3:.2f} ms, a bare pass {bare_s * 1e3:.2f} ms: "
        f"{times:.2f} times (at most {CHANCE_TIMES})"
    )
    page = radar()
    page_times = page.whole_s / page.template_s
    print(
        f"radar, {CHANTIERS} × {YEARS} × {COMMITMENTS}: {page.queries} queries, request "
        f"{page.whole_s * 1e3:.1f} ms, template {page.template_s * 1e3:.1f} ms: "
        f"{page_times:.2f} times (at most {PAGE_TIMES})"
    )
    return int(times > CHANCE_TIMES or page_times > PAGE_TIMES)


def chance() -> tuple[float, float]:
    """Seconds of the exact chance, and of adding and comparing all its sums with NumPy alone."""
    draw = Random(19)
    cents = [draw.randrange(10**5, 10**8) for _ in range(MOST_BIDS)]
    bids = [Bid(Fraction(each * 73, 100), Fraction(draw.randrange(1, 100), 100)) for each in cents]
    room = Fraction(sum(cents)) / 3

    def bare() -> int:
        sums = np.zeros(1, dtype=np.int64)
        for each in cents:
            sums = np.concatenate([sums, sums + each])
        return int((sums >= int(room)).sum())

    return _median(lambda: chance_of_above(room, bids, is_inclusive=False)), _median(bare)


def radar() -> Page:
    """The page of a director of the demo, whose structure is given that many rows."""
    with tempfile.TemporaryDirectory(prefix="cordee-bench-") as folder:
        os.environ["CORDEE_STATE"] = folder
        os.environ["CORDEE_DEMO"] = "True"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.core.management import call_command
        from django.test.utils import setup_test_environment

        from cordee.base.migrating import migrate

        setup_test_environment()
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            migrate()
            call_command("load_demo")
        return _measured("radar", f"/annuaire/{_fill()}/plafond/", DIRECTOR)


def _fill() -> int:
    from django.utils import timezone

    from cordee.economics.models import AccountingYear, Commitment
    from cordee.members.models import RoleSeat
    from cordee.rules.months import month_number

    structure = RoleSeat.objects.get(person__email=DIRECTOR).structure
    AccountingYear.objects.filter(chantier__structure=structure).delete()
    Commitment.objects.filter(chantier__structure=structure).delete()
    for number in range(structure.chantiers.count(), CHANTIERS):
        structure.chantiers.create(name=f"Chantier {number}")
    january = month_number(timezone.localdate()) // 12 * 12
    for chantier in structure.chantiers.all():
        AccountingYear.objects.bulk_create(
            AccountingYear(
                chantier=chantier,
                first_month=january + 12 * year,
                charges_cents=70_000_000,
                receipts_cents=11_000_000,
                basis=AccountingYear.Basis.BUDGET,
            )
            for year in range(YEARS)
        )
        Commitment.objects.bulk_create(
            Commitment(
                chantier=chantier,
                label=f"Marché {number}",
                first_month=january + number % 24,
                months=1 + number % 36,
                receipts_cents=600_000 + 1_000 * number,
                state=Commitment.State.BID if number % 2 else Commitment.State.SIGNED,
                chance_percent=10 + 2 * number if number % 2 else None,
            )
            for number in range(COMMITMENTS)
        )
    return int(structure.pk)


def _median(call: Callable[[], object]) -> float:
    call()
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return median(times)
