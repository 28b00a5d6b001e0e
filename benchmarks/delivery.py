"""A contract carried out: its pages with three years of hours of forty partners.

./go bench delivery

Ratios of one run: each page of a contract of 3 years × 40 partners × monthly hours against its
template from rows in memory. The exit code is 1 where one passes what is promised.
"""

import argparse
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from benchmarks.economics import _scratch
from benchmarks.pages import DIRECTOR, Page, _measured

if TYPE_CHECKING:
    from cordee.delivery.models import Partner

PAGE_TIMES, PAGE_QUERIES = 3, 12
YEARS, PARTNERS = 3, 40
TABS = ("", "heures/", "argent/", "calendrier/", "marche/")


def run(arguments: Sequence[str] = ()) -> int:
    """Print each ratio beside what is promised; 1 where one is passed."""
    argparse.ArgumentParser(prog="./go bench delivery").parse_args(list(arguments))
    with _scratch():
        measured = pages()
    is_slow = False
    for page in measured:
        times = page.whole_s / page.template_s
        is_slow |= times > PAGE_TIMES or page.queries > PAGE_QUERIES
        print(
            f"{page.name}, {YEARS} years × {PARTNERS}: {page.queries} queries "
            f"(at most {PAGE_QUERIES}), request {page.whole_s * 1e3:.1f} ms, template "
            f"{page.template_s * 1e3:.1f} ms: {times:.2f} times (at most {PAGE_TIMES})"
        )
    return int(is_slow)


def pages() -> list[Page]:
    """Each page of the contract, for who keeps it."""
    address = f"/marches/{_fill()}/"
    return [_measured(tab.strip("/") or "ce-mois-ci", address + tab, DIRECTOR) for tab in TABS]


def _fill() -> int:
    """A contract that ends this month, of the demo's director: its hours are all stated."""
    from django.utils import timezone

    from cordee.accounts.models import User
    from cordee.agreement.insertion import Way
    from cordee.delivery.models import Delivery, MonthlyHours, Partner, Share
    from cordee.delivery.opening.actions import open_by_hand
    from cordee.members.models import RoleSeat
    from cordee.rules.months import first_day, month_number

    by, now = User.objects.get(email=DIRECTOR), timezone.now()
    structure = RoleSeat.objects.get(person=by).structure
    if structure is None:
        raise RuntimeError(f"{DIRECTOR} sits in no structure: nothing is measured.")
    months = 12 * YEARS
    first = month_number(timezone.localdate()) - months + 1
    contract = Delivery(
        structure=structure,
        title="Trois ans, quarante structures",
        buyer_name="Un acheteur",
        notified_on=first_day(first),
        months=months,
    )
    made = open_by_hand(contract=contract, minutes=60 * 60 * months * PARTNERS, by=by)
    lot = made.lots.get()
    Partner.objects.bulk_create(
        Partner(delivery=made, name=f"Structure {n:02}", role=Partner.Role.MEMBER)
        for n in range(1, PARTNERS)
    )
    partners = list(made.partners.all())
    Share.objects.bulk_create(
        Share(
            lot=lot,
            partner=partner,
            minutes=3_600 * months,
            amount_cents=10_000_00,
            first_month=first,
            months=months,
        )
        for partner in partners
    )
    MonthlyHours.objects.bulk_create(
        MonthlyHours(
            lot=lot,
            partner=partner,
            way=Way.SIAE.value,
            month=month,
            minutes=3_000 + 60 * n,
            state=MonthlyHours.State.ACCEPTED if n % 2 else MonthlyHours.State.STATED,
            stated_at=now,
            settled_at=now if n % 2 else None,
        )
        for n, partner in enumerate(partners)
        for month in range(first, first + months - 1)
    )
    _note_money(partners, months)
    return int(made.pk)


def _note_money(partners: "Sequence[Partner]", months: int) -> None:
    """An invoice a month of each partner, half of them paid; a cost that each paid for all."""
    from django.utils import timezone

    from cordee.delivery.models import MoneyKind, MoneyLine

    on = timezone.localdate()
    MoneyLine.objects.bulk_create(
        MoneyLine(
            partner=partner,
            kind=MoneyKind.WORK,
            label=f"Facture {n}",
            amount_cents=200_00,
            due_on=on - timedelta(days=30 * n),
            paid_on=None if n % 2 else on,
        )
        for partner in partners
        for n in range(months)
    )
    MoneyLine.objects.bulk_create(
        MoneyLine(
            partner=partner, kind=MoneyKind.COMMON, label="Bennes", amount_cents=300_07, paid_on=on
        )
        for partner in partners
    )
