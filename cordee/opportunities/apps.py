from django.apps import AppConfig

from cordee.base.ui import navigation


class OpportunitiesConfig(AppConfig):
    name = "cordee.opportunities"
    verbose_name = "Opportunités"

    def ready(self) -> None:
        navigation.register("Opportunités", "opportunities:list", order=10)
