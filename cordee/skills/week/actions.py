"""Keep what is planned for a day, whole or not at all."""

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.base.ui import french
from cordee.members.models import Structure
from cordee.skills.models import Attendance, Board, BoardTask, VanRun
from cordee.skills.week.plan import Day, Plan, read_day


@transaction.atomic
def keep_board(*, day: Day, plan: Plan, seen: str, by: User) -> None:
    """Keep a plan; the same kept twice is once. `seen`: the mark of the one it was made from.

    Raises ValidationError where that is not what stands any more.
    """
    owner = day.structure
    # Of two at once, the second reads what the first kept.
    Structure.objects.select_for_update(no_key=True).get(pk=owner.pk)
    now = read_day(owner, day.on, day.today)
    if now.board and now.plan == plan:
        return
    if now.plan.mark != seen:
        who = now.board.kept_by if now.board and now.board.kept_by else "Quelqu’un"
        count = french.count(now.plan.differences(plan), "différence")
        raise ValidationError(
            f"{who} a changé ce jour avant vous\u00a0: {count} avec votre saisie, qui est gardée "
            "ci-dessous. Relisez, puis gardez à nouveau."
        )
    board, _ = Board.objects.update_or_create(structure=owner, day=day.on, defaults={"kept_by": by})
    for rows in (board.attendances, board.runs, board.tasks):
        rows.all().delete()
    Attendance.objects.bulk_create(
        Attendance(board=board, learner_id=key, **person._asdict())
        for key, person in plan.people.items()
    )
    VanRun.objects.bulk_create(
        VanRun(board=board, crew_id=crew, **run._asdict()) for crew, run in plan.runs.items()
    )
    BoardTask.objects.bulk_create(BoardTask(board=board, **each._asdict()) for each in plan.tasks)
    journal.record("skills.keep_board", owner, by=by, after={"board": board.pk})
