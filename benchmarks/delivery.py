"""A contract carried out: its pages with three years of hours of forty partners; time sheets.

./go bench delivery

Ratios of one run: each page of a contract of 3 years × 40 partners × monthly hours against its
template from rows in memory, and below it the same page of a contract without rows: what any page
costs whoever is signed in; a year of 40 time sheets read and kept, against openpyxl that only
reads their cells; the plan of a company, from what it types to what its page says, against the
composer's answer to a need of the same shape. The exit code is 1 where one passes what is promised.
"""

import argparse
import time
from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.economics import RUNS, _median, _scratch
from benchmarks.pages import DIRECTOR, Page, _measured

if TYPE_CHECKING:
    from cordee.delivery.models import Partner

PAGE_TIMES, PAGE_QUERIES, PLAN_TIMES = 3, 12, 1.5
# A few structures around, and many: where the search is short, writing the need weighs most.
PLANS = (("Vaubrune", 833), ("Lyon", 8_000))
COMPANY, PLAN_RUNS = "entreprise@cordee.example", 7
YEARS, PARTNERS = 3, 40
SHEET_TIMES, SHEETS, SHEET_MONTHS, PEOPLE = 3, 40, 12, 25
TABS = ("", "heures/", "argent/", "calendrier/", "marche/")


def run(arguments: Sequence[str] = ()) -> int:
    """Print each ratio beside what is promised; 1 where one is passed."""
    argparse.ArgumentParser(prog="./go bench delivery").parse_args(list(arguments))
    with _scratch():
        measured, floors = pages(_fill()), pages(_open_one("Sans rien encore", 1))
        kept_s, cells_s = importing()
        plans = [(name, hours, *plan(name, hours)) for name, hours in PLANS]
    is_slow = False
    for page, floor in zip(measured, floors, strict=True):
        times = page.whole_s / page.template_s
        is_slow |= times > PAGE_TIMES or page.queries > PAGE_QUERIES
        print(
            f"{page.name}, {YEARS} years × {PARTNERS}: {page.queries} queries "
            f"(at most {PAGE_QUERIES}), request {page.whole_s * 1e3:.1f} ms, template "
            f"{page.template_s * 1e3:.1f} ms: {times:.2f} times (at most {PAGE_TIMES})"
        )
        print(
            f"  without rows: {floor.queries} queries, request {floor.whole_s * 1e3:.1f} ms: "
            f"{floor.whole_s / page.template_s:.2f} times"
        )
    times = kept_s / cells_s
    print(
        f"{SHEETS} sheets of {SHEET_MONTHS} months: {kept_s * 1e3:.0f} ms, their cells alone "
        f"{cells_s * 1e3:.0f} ms: {times:.2f} times (at most {SHEET_TIMES})"
    )
    is_slow |= times > SHEET_TIMES
    for name, hours, whole_s, bare_s in plans:
        times = whole_s / bare_s
        is_slow |= times > PLAN_TIMES
        print(
            f"plan of {hours:,} hours in {name}: {whole_s * 1e3:.0f} ms, its composition alone "
            f"{bare_s * 1e3:.0f} ms: {times:.2f} times (at most {PLAN_TIMES})"
        )
    return int(is_slow)


def pages(contract: int) -> list[Page]:
    """Each page of a contract, for who keeps it."""
    address = f"/marches/{contract}/"
    return [_measured(tab.strip("/") or "ce-mois-ci", address + tab, DIRECTOR) for tab in TABS]


def _fill() -> int:
    """A contract that ends this month: its hours are all stated. Each partner has an order and a
    meeting a year: 240 dates, of which this month has some fifteen."""
    from django.utils import timezone

    from cordee.agreement.insertion import Way
    from cordee.delivery.models import Delivery, MonthlyHours, Partner, Share

    months, now = 12 * YEARS, timezone.now()
    made = Delivery.objects.get(pk=_open_one("Trois ans, quarante structures", months))
    lot, first = made.lots.get(), made.first_month
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
    _note_dates(partners)
    return int(made.pk)


def _open_one(title: str, months: int) -> int:
    """A contract that ends this month, of the demo's director, with nothing in it yet."""
    from django.utils import timezone

    from cordee.accounts.models import User
    from cordee.delivery.models import Delivery
    from cordee.delivery.opening.actions import open_by_hand
    from cordee.members.models import RoleSeat
    from cordee.rules.months import first_day, month_number

    by = User.objects.get(email=DIRECTOR)
    structure = RoleSeat.objects.get(person=by).structure
    if structure is None:
        raise RuntimeError(f"{DIRECTOR} sits in no structure: nothing is measured.")
    contract = Delivery(
        structure=structure,
        title=title,
        buyer_name="Un acheteur",
        notified_on=first_day(month_number(timezone.localdate()) - months + 1),
        months=months,
    )
    made = open_by_hand(contract=contract, minutes=60 * 60 * months * PARTNERS, by=by)
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


def _note_dates(partners: "Sequence[Partner]") -> None:
    """An order of three months and a meeting of one day a partner a year, begun in turn."""
    from cordee.delivery.models import SiteEvent
    from cordee.rules.months import first_day

    delivery, kinds = partners[0].delivery, SiteEvent.Kind
    SiteEvent.objects.bulk_create(
        SiteEvent(
            delivery=delivery,
            partner=partner,
            kind=kind,
            title=f"{title} {n:02}",
            first_day=first_day(month),
            last_day=first_day(month + months) - timedelta(days=1) if months else first_day(month),
            amount_cents=cents,
        )
        for n, partner in enumerate(partners)
        for month in range(delivery.first_month + n % 12, delivery.end_month, 12)
        for kind, title, months, cents in (
            (kinds.ORDER, "Commande", 3, 2_000_00),
            (kinds.MILESTONE, "Réunion", 0, None),
        )
    )


def importing() -> tuple[float, float]:
    """Seconds of reading and keeping the sheets of a year, one a partner, and of openpyxl that
    only reads their cells."""
    from django.utils import timezone
    from openpyxl import Workbook, load_workbook

    from cordee.accounts.models import User
    from cordee.agreement.insertion import Way
    from cordee.delivery.access import DeliveryAccess
    from cordee.delivery.models import Delivery, MonthlyHours, Partner
    from cordee.delivery.sheets.actions import keep_totals, signed_totals
    from cordee.delivery.sheets.reading import Expected, read_sheet
    from cordee.members.models import Structure
    from cordee.rules.months import first_day, month_number

    now = timezone.now()
    first = month_number(now.date()) - SHEET_MONTHS
    structures = list(Structure.objects.exclude(chantiers=None)[:SHEETS])
    contract = Delivery.objects.create(
        structure=structures[0],
        title="Le marché mesuré",
        buyer_name="Une ville",
        notified_on=first_day(first),
        first_month=first,
        months=36,
    )
    lot = contract.lots.create(key="1", stated_minutes=60_000_000)
    role = Partner.Role.MEMBER
    partners = tuple(
        Partner.objects.create(delivery=contract, structure=each, name=str(each), role=role)
        for each in structures
    )
    if len(partners) < SHEETS:
        raise RuntimeError(f"The demo has {len(partners)} structures: {SHEETS} are measured.")
    access = DeliveryAccess(User.objects.all()[0], contract, partners, partners, True, False, False)
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Salarié", "Numéro", "Statut", "Mois", "Lot", "Heures"])
    for month in range(first, first + SHEET_MONTHS):
        for person in range(PEOPLE):
            told = f"{month % 12 + 1:02}/{month // 12}"
            sheet.append([f"Nom {person}", 1_000_000 + person, "CDDI", told, "Lot 1", 0.25])
    content = BytesIO()
    book.save(content)
    expected = Expected(
        lots={"1": lot.pk}, lot=None, way=Way.SIAE, months=(first, first + SHEET_MONTHS)
    )

    def whole() -> None:
        for each in partners:
            read = read_sheet(content, expected)
            signed = signed_totals(each, read.minutes, by=access.user.pk, replaces=False)
            if keep_totals(access=access, signed=signed, now=now) != SHEET_MONTHS:
                raise RuntimeError(f"A sheet is not kept whole: {read.faults[:1]}")

    def cells() -> None:
        for _ in partners:
            content.seek(0)
            opened = load_workbook(content, read_only=True, data_only=True)
            sum(1 for _ in opened.worksheets[0].iter_rows(values_only=True))

    times = []
    for _ in range(RUNS):
        MonthlyHours.objects.filter(lot=lot).delete()
        start = time.process_time()
        whole()
        times.append(time.process_time() - start)
    return median(times), _median(cells)


def plan(name: str, hours: int) -> tuple[float, float]:
    """Median seconds of a company's plan of so many hours and more, from what it types to what its
    page says; and of the composer's answer to a need of the same shape."""
    from django.utils import timezone

    from cordee.accounts.models import User
    from cordee.composing.actions import request_composition
    from cordee.delivery.models import Delivery, HoursPlan
    from cordee.delivery.opening.actions import open_by_hand
    from cordee.delivery.plan.actions import _content, compose_plan
    from cordee.delivery.plan.pages import PlanPage
    from cordee.members.models import Commune, Structure
    from cordee.members.sharing import Viewer
    from cordee.opportunities.access import networks_to_address
    from cordee.opportunities.actions.needs import keep_own_need
    from cordee.rules.months import month_number

    now, on = timezone.now(), timezone.localdate()
    by = User.objects.get(email=COMPANY)
    viewer, network = Viewer.of(by, on), networks_to_address(by).order_by("pk")[0]
    contract = Delivery(
        structure=Structure.objects.directed_by(by)[0],
        title=f"Un gymnase, {name}",
        buyer_name="Un acheteur",
        notified_on=on,
        months=12,
    )
    made = open_by_hand(contract=contract, minutes=None, by=by)
    asked = {
        "trade": "espaces-verts",
        "commune": Commune.objects.filter(name=name).order_by("-population")[0],
        "first_month": month_number(on) + 1,
        "months": 8,
        "hourly_cost_cents": 3_500,
        "most_hires": 1,
    }
    whole, bare = [], []
    # Another number of hours is another question: none is answered from what is kept.
    for more in range(1, PLAN_RUNS + 1):
        content = _content(made, {**asked, "hours": hours - more}, now)
        breakdown = keep_own_need(
            content=content, network=network, by=by, now=now
        ).latest_breakdown()
        if breakdown is None:
            raise RuntimeError(f"No work is read in {name}: nothing is measured.")
        began = time.process_time()
        request_composition(breakdown=breakdown, viewer=viewer, by=by)
        bare.append(time.process_time() - began)
        began = time.process_time()
        typed = {**asked, "hours": hours + more}
        compose_plan(delivery=made, asked=typed, viewer=viewer, by=by, now=now)
        kept = HoursPlan.objects.get(delivery=made)
        if kept.composition is None:
            raise RuntimeError(f"{hours + more} hours are not composed: nothing is measured.")
        page = PlanPage(kept, kept.composition, viewer)
        if not page.title or not page.lines:
            raise RuntimeError(f"Nobody takes {hours + more} hours: nothing is measured.")
        whole.append(time.process_time() - began)
    return median(whole), median(bare)
