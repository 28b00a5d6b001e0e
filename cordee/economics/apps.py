from django.apps import AppConfig
from django.urls import reverse

from cordee.base.ui import panels


class EconomicsConfig(AppConfig):
    name = "cordee.economics"
    verbose_name = "Économie"

    def ready(self) -> None:
        panels.fill(
            "structure",
            "Plafond de recettes",
            lambda structure: reverse("economics:ceiling", args=[structure.pk]),
            order=30,
        )
