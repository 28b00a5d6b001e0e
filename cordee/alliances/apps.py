from django.apps import AppConfig
from django.urls import reverse

from cordee.base.ui import navigation, panels


class AlliancesConfig(AppConfig):
    name = "cordee.alliances"
    verbose_name = "Alliances"

    def ready(self) -> None:
        # Models are there only now.
        from cordee.alliances import journal_pages

        journal_pages.register()
        navigation.register("Alliances", "alliances:list", order=30)
        panels.fill(
            "opportunity-action",
            "Composer une alliance",
            lambda opportunity: reverse("alliances:start", args=[opportunity.pk]),
            order=10,
        )
