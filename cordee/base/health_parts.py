"""What base itself looks at: the database, the schedule, the queues, the mails, the disk."""

import shutil
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Coalesce
from django.tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cordee.base import schedule
from cordee.base.future_moments import CLOCKS_DIFFER
from cordee.base.health import Fact, Level
from cordee.base.mail import server
from cordee.base.mail.models import MailServerPause, OutgoingMail
from cordee.base.schedule_models import ScheduledRun
from cordee.base.ui import french

LATE = timedelta(minutes=15)
"""A job this long past its time was forgotten, where no other is being done."""

NOT_TAKEN = timedelta(minutes=2)
LONGEST_TASK = timedelta(hours=1)
"""A task that runs for longer was left by a worker that died."""

MAILS_WAIT = timedelta(minutes=15)
FEW_BYTES, FEW_PERCENT = 2_000_000_000, 10
NO_BYTES = 200_000_000

RESTART = "Redémarrez Cordée, puis lisez le journal du serveur si cela revient."
SEE_MAILS = "Lisez «\u00a0L’envoi des courriers\u00a0»."


def base(now: datetime) -> Fact:
    figures = {"engine": connection.vendor}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except Error:
        cure = "Vérifiez que la base tourne, et que CORDEE_DATABASE_URL mène à elle."
        return Fact(Level.DOWN, "La base ne répond pas", cure, figures=figures)
    return Fact(Level.OK, "La base répond", figures=figures)


def the_schedule(now: datetime) -> Fact:
    """One query. While a job is being done, the others wait their turn and none is late."""
    rows = {row.name: row for row in ScheduledRun.objects.all()}
    known = [(job, rows[job.name]) for job in schedule.jobs() if job.name in rows]
    begun = [(job, row, row.started_at) for job, row in known if row.started_at]
    past = [at for _, _, at in begun if at <= now + CLOCKS_DIFFER]
    last = max(past, default=None)
    is_busy = any(row.running_until and row.running_until > now for _, row in known)
    future = [job.name for job, _, at in begun if at > now + CLOCKS_DIFFER]
    late = [
        (job.name, at + job.every)
        for job, _, at in begun
        if not is_busy and at + job.every + LATE < now
    ]
    failed = [job.name for job, row in known if row.outcome == ScheduledRun.Outcome.FAILED]
    figures = {"last_tick": last, "future": future, "late": [name for name, _ in late]}
    figures["failed"] = failed
    if not begun:
        words = "Les tâches régulières n’ont pas encore commencé"
        return Fact(Level.WATCH, words, f"Attendez une minute. {RESTART}", figures=figures)
    if late:
        words = "Les tâches régulières ne se font plus"
        since = min(due for _, due in late)
        return Fact(Level.DOWN, words, RESTART, since, figures=figures)
    if future:
        words = "Une tâche porte une heure qui n’est pas encore venue"
        cure = "Vérifiez l’horloge du serveur. " + RESTART
        return Fact(Level.DOWN, words, cure, figures=figures)
    if failed:
        words = f"{french.count(len(failed), 'tâche est', 'tâches sont')} à refaire"
        cure = "Cordée réessaie, de moins en moins souvent. La liste dit ce qui manque."
        return Fact(Level.WATCH, words, cure, figures=figures)
    return Fact(Level.OK, "Les tâches régulières se font", figures=figures)


def queues(now: datetime) -> Fact:
    """One query. A queue is stopped where something waits and nothing was taken meanwhile."""
    waits = Q(status=TaskResultStatus.READY) & (Q(run_after__lte=now) | Q(run_after__year=9999))
    recent = Q(started_at__gte=now - LONGEST_TASK)
    found = {
        row["queue_name"]: row
        for row in DBTaskResult.objects.filter(waits | recent)
        .order_by()
        .values("queue_name")
        .annotate(
            oldest=Min("enqueued_at", filter=waits),
            taken=Max("started_at"),
            running=Count("pk", filter=Q(status=TaskResultStatus.RUNNING)),
        )
    }
    figures: dict[str, Any] = {}
    stopped: list[datetime] = []
    for name in settings.TASK_QUEUES:
        row = found.get(name, {})
        oldest, taken = row.get("oldest"), row.get("taken")
        is_stopped = (
            oldest is not None
            and not row["running"]
            and now - max(oldest, taken or oldest) > NOT_TAKEN
        )
        stopped += [oldest] if is_stopped and oldest is not None else []
        figures[name] = {"oldest_waiting": oldest, "is_stopped": is_stopped}
    if not stopped:
        return Fact(Level.OK, "Ce qui est demandé se fait", figures=figures)
    return Fact(
        Level.DOWN,
        "Les calculs et les imports demandés ne se font plus",
        RESTART,
        min(stopped),
        "Les calculs et les imports demandés attendent. Rien n’est perdu.",
        figures,
    )


def mails(now: datetime) -> Fact:
    """Three queries at most. A server that fails for a moment worries nobody."""
    has_server = server.is_set()
    figures: dict[str, Any] = {"has_server": has_server, "failing_since": None}
    if not has_server and not settings.DEMO:
        cure = "Écrivez CORDEE_MAIL_SERVER dans les réglages, puis redémarrez Cordée."
        words = "Les courriers ne partent pas\u00a0: aucun serveur d’envoi n’est réglé"
        for_all = "Cordée n’envoie encore aucun courrier."
        return Fact(Level.WATCH, words, cure, for_all=for_all, figures=figures)
    pause = MailServerPause.objects.first()
    since, cure = (pause.since, pause.cure) if pause is not None else (_late_since(now), RESTART)
    if since is not None and since < now - MAILS_WAIT:
        words = "Les courriers ne partent pas"
        for_all = "Les courriers de Cordée partent en retard. Rien n’est perdu."
        figures["failing_since"] = since
        return Fact(Level.DOWN, words, f"{cure} {SEE_MAILS}", since, for_all, figures)
    if pause is not None:
        figures["failing_since"] = pause.since
        words = "Le serveur d’envoi n’a pas pris le dernier courrier\u00a0: Cordée réessaie"
        return Fact(Level.OK, words, SEE_MAILS, pause.since, figures=figures)
    if OutgoingMail.objects.given_up().filter(state=OutgoingMail.State.FAILED).exists():
        words = "Des courriers n’ont pas pu partir"
        return Fact(Level.WATCH, words, f"Renvoyez-les d’un geste. {SEE_MAILS}", figures=figures)
    words = "Les courriers partent" if has_server else "Les courriers sont gardés ici"
    return Fact(Level.OK, words, figures=figures)


def _late_since(now: datetime) -> datetime | None:
    """When the first mail that nobody tries should have left, if it is late."""
    due = Coalesce("not_before", "created_at")
    late = OutgoingMail.objects.free(now).annotate(due=due)
    found: datetime | None = late.aggregate(at=Min("due"))["at"]
    return found


def disk(now: datetime) -> Fact:
    """No query: the disk of the state folder."""
    usage = shutil.disk_usage(settings.STATE_DIR)
    percent = round(100 * usage.free / usage.total) if usage.total else 0
    figures = {"free_bytes": usage.free, "free_percent": percent}
    left = f"{french.gigabytes(usage.free)} libres, {french.percent(usage.free / usage.total, 0)}"
    cure = "Effacez d’anciennes copies ou agrandissez le disque."
    if usage.free < NO_BYTES:
        words = f"Le disque est plein\u00a0: {left}"
        for_all = "Cordée manque de place\u00a0: ce que vous envoyez peut être refusé."
        return Fact(Level.DOWN, words, cure, for_all=for_all, figures=figures)
    if usage.free < FEW_BYTES or percent < FEW_PERCENT:
        return Fact(Level.WATCH, f"Le disque se remplit\u00a0: {left}", cure, figures=figures)
    return Fact(Level.OK, f"Le disque a de la place\u00a0: {left}", figures=figures)
