"""Whether a structure still exists: said by its director, by its network, or by the register of
companies, which is asked where its address is set.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.base import schedule
from cordee.base.web.client import Client, Manners
from cordee.base.web.transport import SourceDown
from cordee.members.actions.sheet_undo import remember
from cordee.members.models import Closure, RegistryCheck, Structure
from cordee.members.registry import Establishment, Register, differences

Answer, Decision = RegistryCheck.Answer, RegistryCheck.Decision
CHECK_EVERY = timedelta(days=30)
type Progress = Callable[[int, int], None]
# The service allows seven requests a second to everybody: we ask for fewer.
INTERVAL_SECONDS = 0.25
# What one run of the schedule asks at most; the next goes on from there.
MOST_A_RUN = 2_000


@transaction.atomic
def close_structure(
    *,
    structure: Structure,
    source: Closure.Source,
    closed_on: date | None,
    by: User | None,
) -> None:
    """Mark an establishment closed: it leaves rankings and the directory, its page stays.

    Twice is once. The register alone never closes a structure that its people took over: raises
    ValidationError, ask them (`flag_closure`).
    """
    if structure.is_closed:
        return
    if source == Closure.Source.SIRENE and structure.is_claimed:
        raise ValidationError("Cette structure est tenue par ses responsables : demandez-leur.")
    remember(structure, "la fermeture", by)
    structure.is_closed = True
    structure.save(update_fields=["is_closed", "updated_at"])
    Closure.objects.update_or_create(
        structure=structure, defaults={"source": source, "closed_on": closed_on, "by": by}
    )
    journal.record(
        "members.close_structure",
        structure,
        by=by,
        after={"source": source.value, "closed_on": closed_on},
    )


@transaction.atomic
def reopen_structure(*, structure: Structure, by: User | None) -> None:
    """Take a closure back. What the register said of it is then denied, and not asked again."""
    if not structure.is_closed:
        return
    remember(structure, "la réouverture", by)
    structure.is_closed = False
    structure.save(update_fields=["is_closed", "updated_at"])
    Closure.objects.filter(structure=structure).delete()
    RegistryCheck.objects.filter(structure=structure, answer=RegistryCheck.Answer.CLOSED).update(
        decision=Decision.DENIED
    )
    journal.record("members.reopen_structure", structure, by=by)


@transaction.atomic
def answer_closure(
    *,
    structure: Structure,
    is_closed: bool,
    source: Closure.Source,
    by: User,
    now: datetime,
) -> None:
    """Answer what the register says of a structure that is held: it is closed, or it is not.

    Nothing where the register says nothing, or where it was answered already.
    """
    check = (
        RegistryCheck.objects.select_for_update()
        .filter(structure=structure, decision=Decision.WAITING)
        .first()
    )
    if check is None:
        return
    check.decision = Decision.CONFIRMED if is_closed else Decision.DENIED
    check.save(update_fields=["decision"])
    if is_closed:
        close_structure(structure=structure, source=source, closed_on=check.closed_on, by=by)
    else:
        journal.record("members.deny_closure", structure, by=by)


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
            after=journal.values(check, "answer", "closed_on"),
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


def configured_register() -> Register | None:
    if not settings.SIRENE_URL:
        return None
    return Register(settings.SIRENE_URL, Client(manners=Manners(interval=INTERVAL_SECONDS)))


def run(now: datetime) -> int:
    """What the schedule does each day; how many structures were checked. Raises `NotSetUp`."""
    register = configured_register()
    if register is None:
        raise schedule.NotSetUp(
            "CORDEE_SIRENE_URL n’est pas réglée. Le répertoire n’est jamais interrogé."
        )
    return check_registry(register=register, by=None, now=now, most=MOST_A_RUN).checked
