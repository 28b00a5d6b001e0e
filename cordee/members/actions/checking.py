"""Checking structures against the register of companies, one by one, where it was configured."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.base.web.faults import SourceDown
from cordee.members.actions.closing import close_structure, reopen_structure
from cordee.members.models import Closure, RegistryCheck, Structure
from cordee.members.registry import Establishment, Register, differences

Answer, Decision = RegistryCheck.Answer, RegistryCheck.Decision
CHECK_EVERY = timedelta(days=30)

type Progress = Callable[[int, int], None]


@dataclass(slots=True)
class CheckReport:
    """What a run found. `stopped`: why it ended early; the next run goes on from there."""

    checked: int = 0
    closed: list[str] = field(default_factory=list)
    to_confirm: list[str] = field(default_factory=list)
    reopened: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    stopped: str = ""
    left: int = 0


def due_for_check(now: datetime) -> QuerySet[Structure]:
    """Those never checked first, then those whose check is the oldest."""
    stale = Q(registry_check=None) | Q(registry_check__checked_at__lt=now - CHECK_EVERY)
    return (
        Structure.objects.filter(stale)
        .exclude(source=Structure.Source.DEMO)
        .order_by(F("registry_check__checked_at").asc(nulls_first=True), "pk")
    )


def check_registry(
    *,
    register: Register,
    by: User | None,
    now: datetime,
    most: int | None = None,
    progress: Progress = lambda done, total: None,
) -> CheckReport:
    """Check what is due, each structure in its own transaction: a run that dies is resumed.

    Stops at the first answer that does not come: the register is down for all of them.
    """
    report = CheckReport()
    keys = list(due_for_check(now).values_list("pk", flat=True)[:most])
    for done, pk in enumerate(keys, start=1):
        structure = Structure.objects.with_place().filter(pk=pk).first()
        if structure is None:
            continue
        try:
            found = register.ask(structure.siret)
        except SourceDown as fault:
            report.stopped, report.left = str(fault), len(keys) - done + 1
            break
        note_check(structure=structure, found=found, by=by, now=now, report=report)
        progress(done, len(keys))
    return report


@transaction.atomic
def note_check(
    *,
    structure: Structure,
    found: Establishment | None,
    by: User | None,
    now: datetime,
    report: CheckReport,
) -> RegistryCheck:
    """Keep what the register said. It closes only a structure that nobody took over.

    One that is held is flagged, and waits for its director or its network; a denial stands as long
    as the register says the same.
    """
    before = RegistryCheck.objects.filter(structure=structure).first()
    check = before or RegistryCheck(structure=structure)
    was = (check.answer, check.closed_on)
    check.checked_at = now
    check.answer = Answer.UNKNOWN if found is None else Answer.OPEN
    check.closed_on, check.name, check.address, check.differences = None, "", "", []
    label = f"{structure.siret} {structure}"
    if found is not None:
        check.name, check.address = (found.names or ("",))[0][:250], found.address[:300]
        check.differences = differences(structure, found)
        if not found.is_open:
            check.answer, check.closed_on = Answer.CLOSED, found.closed_on
    check.decision = _decision(structure, check, was)
    report.checked += 1
    report.unknown += [label] if found is None else []
    report.different += [label] if check.differences else []
    if check.decision == Decision.WAITING:
        report.to_confirm.append(label)
    if check.answer == Answer.CLOSED and not structure.is_closed and not structure.is_claimed:
        close_structure(
            structure=structure, source=Closure.Source.SIRENE, closed_on=check.closed_on, by=by
        )
        report.closed.append(label)
    elif check.answer == Answer.OPEN and _was_closed_by_register(structure):
        reopen_structure(structure=structure, by=by)
        report.reopened.append(label)
    check.save()
    if (check.answer, check.closed_on) != was:
        journal.record(
            "members.check_registry",
            structure,
            by=by,
            after={
                "answer": check.answer,
                "closed_on": check.closed_on.isoformat() if check.closed_on else None,
            },
        )
    return check


def _decision(
    structure: Structure, check: RegistryCheck, was: tuple[object, object]
) -> "RegistryCheck.Decision":
    if check.answer != Answer.CLOSED:
        return Decision.NONE
    if structure.is_closed or not structure.is_claimed:
        return Decision.CONFIRMED
    is_same = was == (Answer.CLOSED, check.closed_on)
    if is_same and check.decision == Decision.DENIED:
        return Decision.DENIED
    return Decision.WAITING


def _was_closed_by_register(structure: Structure) -> bool:
    closures = Closure.objects.filter(structure=structure, source=Closure.Source.SIRENE)
    return structure.is_closed and bool(closures.exists())
