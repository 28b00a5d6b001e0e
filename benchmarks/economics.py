"""The ceiling: the exact chance to end above, its page with many commitments, a file of accounts.

./go bench economics

Ratios within one run: the chance with twenty bids against one bare NumPy pass over the 2^20 sums
that it stands for; a balance of 5,000 lines read and stated against openpyxl that only reads its
cells; the page of a structure with 4 chantiers, 3 years and 40 commitments each against its
template from rows in memory. « Mes comptes », in the same frame and without any year, says what
each page of somebody who is signed in costs. The exit code is 1 where one passes what is promised.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from fractions import Fraction
from io import BytesIO, StringIO
from random import Random
from statistics import median

import numpy as np

from benchmarks.pages import DIRECTOR, Page, _measured

RUNS = 15
CHANCE_TIMES, FILE_TIMES, PAGE_TIMES = 5, 3, 3
LINES = 5_000
# As many as are computed exactly.
BIDS = 20
CHANTIERS, YEARS, COMMITMENTS = 4, 3, 40


def run(arguments: Sequence[str] = ()) -> int:
    """Print each ratio beside what is promised; 1 where one is passed."""
    argparse.ArgumentParser(prog="./go bench economics").parse_args(list(arguments))
    with _scratch():
        exact_s, bare_s = chance()
        file_s, cells_s = importing()
        page, frame = radar()
    times = exact_s / bare_s
    print(
        f"chance, {BIDS} bids: {exact_s * 1e3:.2f} ms, a bare pass {bare_s * 1e3:.2f} ms: "
        f"{times:.2f} times (at most {CHANCE_TIMES})"
    )
    file_times = file_s / cells_s
    print(
        f"import, {LINES} lines: {file_s * 1e3:.0f} ms, its cells alone {cells_s * 1e3:.0f} ms: "
        f"{file_times:.2f} times (at most {FILE_TIMES})"
    )
    page_times = page.whole_s / page.template_s
    print(
        f"radar, {CHANTIERS} × {YEARS} × {COMMITMENTS}: {page.queries} queries, request "
        f"{page.whole_s * 1e3:.1f} ms, template {page.template_s * 1e3:.1f} ms: "
        f"{page_times:.2f} times (at most {PAGE_TIMES}); the same frame without figures "
        f"{frame.whole_s * 1e3:.1f} ms: {frame.whole_s / page.template_s:.2f} times"
    )
    is_slow = times > CHANCE_TIMES or file_times > FILE_TIMES or page_times > PAGE_TIMES
    return int(is_slow)


def chance() -> tuple[float, float]:
    """Seconds of the exact chance, and of adding and comparing all its sums with NumPy alone."""
    from cordee.economics.headroom import Bid, chance_of_above

    draw = Random(19)
    cents = [draw.randrange(10**5, 10**8) for _ in range(BIDS)]
    bids = [Bid(Fraction(each * 73, 100), Fraction(draw.randrange(1, 100), 100)) for each in cents]
    room = Fraction(sum(cents)) / 3

    def bare() -> int:
        sums = np.zeros(1, dtype=np.int64)
        for each in cents:
            sums = np.concatenate([sums, sums + each])
        return int((sums >= int(room)).sum())

    return _median(lambda: chance_of_above(room, bids, is_inclusive=False)), _median(bare)


@contextmanager
def _scratch(*options: str) -> Iterator[None]:
    """A base with the world of the demo, for as long as it is measured."""
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
            call_command("load_demo", *options)
        yield


def importing() -> tuple[float, float]:
    """Seconds of reading a balance and stating its year, and of openpyxl that reads its cells."""
    from openpyxl import Workbook, load_workbook

    from cordee.economics.actions import state_accounts
    from cordee.economics.models import YearStatement
    from cordee.economics.statements.files import AccountsRead, open_accounts
    from cordee.members.models import Chantier

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Compte", "Libellé", "Débit", "Crédit"])
    for number in range(LINES // 2):
        sheet.append([f"6{number % 6}{number:05}", f"Charge {number}", 100.25 + number, None])
        sheet.append([f"70{number:05}", f"Produit {number}", None, 50.5 + number])
    content = BytesIO()
    book.save(content)
    chantier = Chantier.objects.latest("pk")
    # No year that another one of the demo overlaps, and a new one each time: all is written.
    years = iter(range(2100, 2200))

    def whole() -> None:
        year = next(years)
        read = AccountsRead(open_accounts(content), str(year))
        if read.faults or len(read.amounts) < 2:
            raise RuntimeError(f"The balance is not read whole: {read.faults[:1]}")
        state_accounts(
            chantier=chantier,
            first_month=year * 12,
            basis=YearStatement.Basis.BUDGET,
            amounts=read.amounts,
            by=None,
        )

    def cells() -> None:
        content.seek(0)
        opened = load_workbook(content, read_only=True, data_only=True)
        sum(1 for _ in opened.worksheets[0].iter_rows(values_only=True))

    return _median(whole), _median(cells)


def radar() -> tuple[Page, Page]:
    """The page of a director whose structure is given that many rows; and « Mes comptes »."""
    ceiling = f"/annuaire/{_fill()}/plafond/"
    page = _measured("radar", ceiling, DIRECTOR)
    return page, _measured("frame", f"{ceiling}comptes/", DIRECTOR)


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
