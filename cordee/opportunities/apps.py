from django.apps import AppConfig

from cordee.base.ui import navigation

WEEK_MINUTES = 7 * 24 * 60


class OpportunitiesConfig(AppConfig):
    name = "cordee.opportunities"
    verbose_name = "Opportunités"

    def ready(self) -> None:
        from cordee.base import schedule
        from cordee.opportunities import supposing

        schedule.register("guess_trades", supposing.run, every_minutes=WEEK_MINUTES)
        navigation.register("Opportunités", "opportunities:list", order=10)
