from datetime import timedelta

from django.apps import AppConfig
from django.db.models import Q

from cordee.base.ui import navigation, panels


class ComposingConfig(AppConfig):
    name = "cordee.composing"
    verbose_name = "Composition d’équipes"

    def ready(self) -> None:
        # Models are there only now.
        from cordee.base import schedule
        from cordee.base.future_moments import WatchedColumn, columns
        from cordee.composing import journal_pages
        from cordee.composing.models import Composition, Study
        from cordee.composing.verdicts import computing, turns
        from cordee.opportunities import next_steps
        from cordee.opportunities.models import VerdictTurn
        from cordee.opportunities.verdicts import reading

        journal_pages.register()
        # Lost with its worker, a search or a study may be asked for again some time after these.
        is_on = Q(state__in=["queued", "running"])
        columns += [
            WatchedColumn(Composition, "made_at", back=timedelta(0), where=is_on),
            WatchedColumn(Study, "asked_at", back=timedelta(0), where=is_on),
            WatchedColumn(VerdictTurn, "computed_at", back=timedelta(0)),
        ]
        turns.watch()
        schedule.register("verdicts", turns.run, 60, "Marchés qui conviennent à chaque structure")
        next_steps.rooms["composing"] = computing.offered
        reading.answers_of = computing.answers_for
        # A team answers a contract: one comes to it from there, and goes back there.
        navigation.place("composing", "opportunities:list")
        panels.fill("my-need-action", "Composer une alliance", "composing:start", "pk", order=10)
