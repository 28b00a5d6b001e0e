"""Whether a structure still exists: said by its director, by its network, or by the register."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members.actions.sheet_undo import remember
from cordee.members.models import Closure, RegistryCheck, Structure

Decision = RegistryCheck.Decision


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
        after={"source": source.value, "closed_on": closed_on.isoformat() if closed_on else None},
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
