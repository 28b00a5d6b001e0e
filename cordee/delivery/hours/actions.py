"""Writes of the hours of a month: stated, corrected, accepted or sent back; what proves them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.agreement.insertion import Way
from cordee.base.ui import french, months
from cordee.delivery.models import Delivery, HourProof, MonthlyHours, Partner
from cordee.delivery.models.hours import MOST_MINUTES
from cordee.members.models import Chantier
from cordee.members.private_words import check_no_person
from cordee.mobilisation.problem.figures import crew_size_cfte
from cordee.rules import capacity
from cordee.rules.months import first_day, last_day, month_number

State = MonthlyHours.State
# No month has more working days: what people at full time work in it, at most.
MOST_WORKING_DAYS = 23
CHANGED = "Ces heures ont changé depuis que vous les lisez. Relisez-les, puis répondez."


@transaction.atomic
def state_hours(
    *, delivery: Delivery, rows: Sequence[MonthlyHours], by: User, now: datetime
) -> int:
    """Keep what partners say of their months, all of it or nothing; how many rows that changed.

    `rows`: new ones, of a lot, a partner, a way, a month and minutes. What is in force and says the
    same stays, and is said again where it was sent back. Else the new row takes its place, to be
    accepted anew: both are kept. The caller has asked for whom the person speaks. Raises
    `ValidationError` by place in `rows` ("0", "1"…).
    """
    _hold(delivery)
    told = MonthlyHours.objects.in_force().of_contract(delivery)
    known = {row.place: row for row in told.filter(month__in={row.month for row in rows})}
    changed = {
        number
        for number, row in enumerate(rows)
        if row.place not in known or known[row.place].minutes != row.minutes
    }
    on = timezone.localdate(now)
    if refused := _refusals(delivery, rows, on) or _too_many(rows, changed, on):
        raise ValidationError(refused)
    again = [
        known[row.place].pk
        for number, row in enumerate(rows)
        if number not in changed and known[row.place].state == State.SENT_BACK
    ]
    new = [rows[number] for number in sorted(changed)]
    if again or new:
        MonthlyHours.objects.filter(pk__in=again).update(
            state=State.STATED, stated_by=by, stated_at=now
        )
        replaced = [known[row.place].pk for row in new if row.place in known]
        MonthlyHours.objects.filter(pk__in=replaced).update(replaced_at=now)
        for row in new:
            row.stated_by, row.stated_at = by, now
        MonthlyHours.objects.bulk_create(new)
        after = {"months": sorted({row.month for row in rows}), "rows": len(again) + len(new)}
        journal.record("delivery.state_hours", delivery, by=by, after=after)
    return len(again) + len(new)


@transaction.atomic
def settle_hours(
    *,
    delivery: Delivery,
    keys: Collection[int],
    is_accepted: bool,
    word: str = "",
    by: User,
    now: datetime,
) -> None:
    """Accept rows as they were read, or send them back with a word; twice is once.

    What was accepted is closed, and what was sent back may still be accepted. Raises
    `ValidationError` where a row was replaced meanwhile, or the word says nothing or too much.
    """
    _hold(delivery)
    if not is_accepted and not word.strip():
        raise ValidationError({"word": "Dites en quelques mots ce qui est à revoir."})
    check_no_person(word, "word", "Dites ce qui manque, sans désigner personne.")
    rows = MonthlyHours.objects.in_force().of_contract(delivery).filter(pk__in=keys)
    state = State.ACCEPTED if is_accepted else State.SENT_BACK
    found = list(rows)
    closed = not is_accepted and any(row.state == State.ACCEPTED for row in found)
    if not keys or len(found) != len(set(keys)) or closed:
        raise ValidationError(CHANGED)
    open_rows = rows.exclude(state=state)
    if open_rows.update(state=state, word=word.strip(), settled_by=by, settled_at=now):
        verb = f"delivery.{'accept' if is_accepted else 'send_back'}_hours"
        journal.record(verb, delivery, by=by, after={"hours": sorted(keys)})


@transaction.atomic
def note_proof(*, proof: HourProof, by: User, on: date) -> None:
    """Note where a proof of hours is kept; the same twice is once. Raises `ValidationError`."""
    delivery = proof.hours.lot.delivery
    _hold(delivery)
    proof.held_by = proof.held_by.strip()
    cure = "Dites qui garde la preuve, par exemple «\u00a0notre bureau\u00a0»."
    check_no_person(proof.held_by, "held_by", cure)
    if not first_day(proof.hours.month) <= proof.dated_on <= on:
        day, of = french.day(proof.dated_on, on), french.of(months.month(proof.hours.month))
        cure = f"Écrivez un jour {of} au plus tôt, aujourd’hui au plus tard."
        raise ValidationError({"dated_on": f"Le {day} ne prouve rien {of}. {cure}"})
    values = {name: getattr(proof, name) for name in ("hours", "nature", "dated_on", "held_by")}
    if not HourProof.objects.filter(**values).exists():
        proof.full_clean()
        proof.save()
        MonthlyHours.objects.filter(pk=proof.hours_id).update(is_proven=True)
        journal.record("delivery.note_proof", delivery, by=by, after={"hours": proof.hours_id})


@transaction.atomic
def remove_proof(*, proof: HourProof, by: User) -> None:
    """Take out a reference that was noted by mistake; that of accepted hours stays."""
    delivery = proof.hours.lot.delivery
    _hold(delivery)
    hours = MonthlyHours.objects.get(pk=proof.hours_id)
    if hours.state == State.ACCEPTED or hours.replaced_at is not None:
        raise ValidationError("Ces heures sont closes\u00a0: leur preuve reste.")
    proof.delete()
    MonthlyHours.objects.filter(pk=hours.pk).update(is_proven=hours.proofs.exists())
    journal.record("delivery.remove_proof", delivery, by=by, after={"hours": hours.pk})


def _hold(delivery: Delivery) -> None:
    """One write at a time in a contract: of two at once, the second reads what the first did."""
    Delivery.objects.select_for_update(no_key=True).get(pk=delivery.pk)


def _refusals(delivery: Delivery, rows: Sequence[MonthlyHours], on: date) -> dict[str, list[str]]:
    """What is wrong, by place of the row: its value, and the cure."""
    found: dict[str, list[str]] = {}
    seen = set()
    for number, row in enumerate(rows):
        if words := _impossible(delivery, row, on):
            found[str(number)] = [words]
        elif row.place in seen:
            found[str(number)] = ["Cette ligne est écrite deux fois. Gardez-en une."]
        seen.add(row.place)
    return found


def _impossible(delivery: Delivery, row: MonthlyHours, on: date) -> str:
    value, written = months.month(row.month), french.hours(row.minutes)
    if row.lot.delivery_id != delivery.pk or row.partner.delivery_id != delivery.pk:
        lots = french.series([str(lot) for lot in delivery.lots.all()])
        value, words = (
            f"{row.lot}, {row.partner}",
            f"n’est pas de ce marché. Ses lots\u00a0: {lots}.",
        )
    elif row.month < delivery.first_month:
        start = months.month(delivery.first_month)
        words = f"vient avant le marché. Il commence en {start}."
    elif row.month > month_number(on):
        words = f"est à venir. Écrivez {months.month(month_number(on))} au plus tard."
    elif row.minutes < 0:
        value, words = written, "n’est pas une durée. Écrivez 0 ou plus."
    elif row.minutes > MOST_MINUTES:
        most = french.hours(MOST_MINUTES)
        cure = f"Écrivez {most} au plus."
        value, words = written, f"dépasse le travail de deux cents personnes. {cure}"
    else:
        return ""
    return f"«\u00a0{value}\u00a0» {words}"


def _too_many(rows: Sequence[MonthlyHours], changed: set[int], on: date) -> dict[str, list[str]]:
    """Rows that ask more of a structure than its crews, as it says them, can work in a month.

    Its hours of that month count in all contracts. A structure of which one crew is not known has
    no such bound. Not covered: overtime, crews hired and not said on the sheet yet.
    """
    places: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        if row.worker is not None and row.minutes:
            places[row.worker, row.month].append(number)
    told = MonthlyHours.objects.in_force().filter(
        Q(way=Way.SIAE) | Q(partner__role=Partner.Role.STAFFING),
        partner__structure__in={worker for worker, _ in places},
        month__in={month for _, month in places},
    )
    written, sums = {row.place for row in rows}, Counter[tuple[int, int]]()
    names = ("lot", "partner", "way", "month", "minutes", "partner__structure")
    for *place, minutes, worker in told.values_list(*names):
        if tuple(place) not in written:
            sums[worker, place[-1]] += minutes
    asked = {place: of for place, of in places.items() if changed.intersection(of)}
    most_of = _most_minutes(asked)
    found: dict[str, list[str]] = {}
    for place, numbers in asked.items():
        whole = sums[place] + sum(rows[number].minutes for number in numbers)
        most = most_of.get(place)
        if most is not None and whole > most:
            words = (
                f"«\u00a0{french.hours(whole)}\u00a0» en {months.month(place[1])}, tous marchés. "
                f"Vos équipes ne peuvent en faire que {french.hours(most)}. "
                "Écrivez moins, ou corrigez vos équipes sur votre fiche."
            )
            found |= {str(number): [words] for number in numbers}
    return found


def _most_minutes(places: Collection[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """What the crews of structures work in a month at most, by (structure, month): two queries.

    None of a structure of which one team is not known.
    """
    teams: dict[int, list[Chantier]] = defaultdict(list)
    asked = Chantier.objects.filter(structure__in={structure for structure, _ in places})
    for each in asked.prefetch_related("crews"):
        teams[each.structure_id].append(each)
    found = {}
    for structure, month in places:
        on = last_day(month)
        full_time = capacity.full_time_weekly_hours(on=on)
        sizes = [_size_cfte(each, on, full_time) for each in teams[structure]]
        known = [cfte for cfte in sizes if cfte is not None]
        if known and len(known) == len(sizes):
            most = sum(known) * full_time * 60 * MOST_WORKING_DAYS
            found[structure, month] = most // (5 * 100)
    return found


def _size_cfte(chantier: Chantier, on: date, full_time: int) -> int | None:
    """Of its crews of that day when full, else what it says; None is unknown."""
    at_work = [
        crew_size_cfte(crew, Decimal(full_time))
        for crew in chantier.crews.all()
        if (crew.valid_from or on) <= on <= (crew.valid_to or on)
    ]
    return sum(at_work) if at_work else chantier.declared_cfte
