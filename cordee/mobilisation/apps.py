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
