from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "cordee.base"
    verbose_name = "Socle"

    def ready(self) -> None:
        from cordee.base import files, schedule
        from cordee.base.mail import outbox

        schedule.register("courriers", outbox.run, every_minutes=1, label="Envoi des courriers")
        schedule.register(
            "courriers anciens",
            outbox.forget_old,
            every_minutes=24 * 60,
            label="Textes des courriers anciens effacés",
        )
        schedule.register(
            "fichiers orphelins",
            files.forget_orphans,
            every_minutes=24 * 60,
            label="Fichiers sans ligne mis à la corbeille",
        )
