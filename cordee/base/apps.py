from datetime import timedelta

from django.apps import AppConfig
from django.core import checks
from django.db.models import Q

DAY_MINUTES = 24 * 60


class BaseConfig(AppConfig):
    name = "cordee.base"
    verbose_name = "Socle"

    def ready(self) -> None:
        from cordee.base import hosting_checks, machine_routes

        # Here, not beside them: the command reads no addresses before it asks what is registered.
        for check in (hosting_checks.hosting, machine_routes.contact_is_set):
            checks.register(check, checks.Tags.security, deploy=True)
        _schedule_jobs()
        _watch_moments()
        _look_at_health()


def _schedule_jobs() -> None:
    from cordee.base import files, future_moments, health, queue, schedule
    from cordee.base.mail import outbox

    schedule.register("courriers", outbox.run, every_minutes=1, label="Envoi des courriers")
    schedule.register(
        "courriers anciens",
        outbox.forget_old,
        every_minutes=DAY_MINUTES,
        label="Textes des courriers anciens effacés",
        erases=True,
    )
    schedule.register(
        "fichiers orphelins",
        files.forget_orphans,
        every_minutes=DAY_MINUTES,
        label="Fichiers sans ligne mis à la corbeille",
        erases=True,
    )
    schedule.register(
        "finished_tasks",
        queue.forget_old,
        every_minutes=DAY_MINUTES,
        label="Tâches finies effacées",
        erases=True,
    )
    schedule.register(
        "clock",
        future_moments.run,
        every_minutes=10,
        label="Heures impossibles remises droites",
    )
    schedule.register("health", health.run, every_minutes=1, label="État de Cordée regardé")


def _watch_moments() -> None:
    from cordee.base import future_moments
    from cordee.base.mail import outbox, server
    from cordee.base.mail.models import MailServerPause, OutgoingMail

    future_moments.register(OutgoingMail, "claimed_until", furthest=outbox.CLAIM)
    longest_wait = timedelta(minutes=outbox.WAITS[-1])
    future_moments.register(
        OutgoingMail, "not_before", furthest=longest_wait, where=Q(attempts__gte=1)
    )
    future_moments.register(
        MailServerPause,
        "until",
        furthest=timedelta(minutes=server.PAUSES[-1]),
        back=timedelta(0),
    )


def _look_at_health() -> None:
    from cordee.base import health, health_parts

    for order, name, look, label in (
        (10, health.BASE, health_parts.base, "La base de données"),
        (20, "schedule", health_parts.the_schedule, "Les tâches régulières"),
        (30, "queue", health_parts.queues, "Les calculs et les imports"),
        (40, "mail", health_parts.mails, "Les courriers"),
        (60, "disk", health_parts.disk, "La place sur le disque"),
    ):
        health.register(name, look, label=label, order=order)
