from datetime import timedelta

from django.apps import AppConfig
from django.core import checks
from django.db.models import Q

DAY_MINUTES = 24 * 60


class BaseConfig(AppConfig):
    name = "cordee.base"
    verbose_name = "Socle"

    def ready(self) -> None:
        from cordee.base import health, machine_routes

        # Here, not beside them: the command reads no addresses before it asks what is registered.
        for check in (health.hosting, machine_routes.contact_is_set):
            checks.register(check, checks.Tags.security, deploy=True)
        _schedule_jobs()
        _watch_moments()
        _look_at_health()


def _schedule_jobs() -> None:
    from cordee.base import files, future_moments, health, queue, schedule
    from cordee.base.mail import outbox

    for name, run, minutes, label in (
        ("courriers", outbox.send_due, 1, "Envoi des courriers"),
        ("clock", future_moments.run, 10, "Heures impossibles remises droites"),
        ("health", health.run, 1, "État de Cordée regardé"),
    ):
        schedule.register(name, run, every_minutes=minutes, label=label)
    for name, erase, label in (
        ("courriers anciens", outbox.forget_old, "Textes des courriers anciens effacés"),
        ("fichiers orphelins", files.forget_orphans, "Fichiers sans ligne mis à la corbeille"),
        ("finished_tasks", queue.forget_old, "Tâches finies effacées"),
    ):
        schedule.register(name, erase, every_minutes=DAY_MINUTES, label=label, erases=True)


def _watch_moments() -> None:
    from cordee.base.future_moments import WatchedColumn, columns
    from cordee.base.mail import outbox, server
    from cordee.base.mail.models import MailServerPause, OutgoingMail

    longest_wait = timedelta(minutes=outbox.WAITS[-1])
    longest_pause = timedelta(minutes=server.PAUSES[-1])
    columns += [
        WatchedColumn(OutgoingMail, "claimed_until", furthest=outbox.CLAIM),
        WatchedColumn(OutgoingMail, "not_before", furthest=longest_wait, where=Q(attempts__gte=1)),
        WatchedColumn(MailServerPause, "until", furthest=longest_pause, back=timedelta(0)),
    ]


def _look_at_health() -> None:
    from cordee.base import health

    for order, name, look, label in (
        (10, health.BASE, health.base, "La base de données"),
        (20, "schedule", health.the_schedule, "Les tâches régulières"),
        (30, "queue", health.queues, "Les calculs et les imports"),
        (40, "mail", health.mails, "Les courriers"),
        (60, "disk", health.disk, "La place sur le disque"),
    ):
        health.register(name, look, label=label, order=order)
