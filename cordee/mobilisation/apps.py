from django.apps import AppConfig
from django.urls import reverse

from cordee.base.ui import panels


class MobilisationConfig(AppConfig):
    name = "cordee.mobilisation"
    verbose_name = "Mobilisation"

    def ready(self) -> None:
        panels.fill(
            "opportunity",
            "Qui peut répondre",
            lambda opportunity: reverse("mobilisation:panel", args=[opportunity.pk]),
            order=10,
        )
        panels.fill(
            "structure",
            "La sélection de la semaine",
            lambda structure: reverse("digests:panel", args=[structure.pk]),
            order=20,
        )
        # Models are there only now.
        from cordee.accounts import mailing
        from cordee.base import schedule
        from cordee.mobilisation.digests import running

        mailing.register("digest", "La sélection de la semaine")
        schedule.register("selections", running.run, every_minutes=15)
