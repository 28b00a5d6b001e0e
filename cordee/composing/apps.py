from datetime import timedelta

from django.apps import AppConfig
from django.db.models import Q
from django.urls import reverse

from cordee.base.ui import navigation, panels


class ComposingConfig(AppConfig):
    name = "cordee.composing"
    verbose_name = "Composition d’équipes"

    def ready(self) -> None:
        # Models are there only now.
        from cordee.base import future_moments, schedule
        from cordee.composing import journal_pages
        from cordee.composing.models import Composition, Study
        from cordee.composing.verdicts import of_network, turns
        from cordee.opportunities import next_steps
        from cordee.opportunities.models import VerdictTurn
        from cordee.opportunities.verdicts import reading

        journal_pages.register()
        # Lost with its worker, a search or a study may be asked for again some time after these.
        is_on = Q(state__in=["queued", "running"])
        future_moments.register(Composition, "made_at", back=timedelta(0), where=is_on)
        future_moments.register(Study, "asked_at", back=timedelta(0), where=is_on)
        turns.watch()
        schedule.register(
            "verdicts",
            turns.run,
            every_minutes=60,
            label="Marchés qui conviennent à chaque structure",
        )
        future_moments.register(VerdictTurn, "computed_at", back=timedelta(0))
        next_steps.rooms["composing"] = of_network.offered
        reading.answers_of = of_network.answers_for
        # A team answers a contract: one comes to it from there, and goes back there.
        navigation.place("composing", "opportunities:list")
        panels.fill(
            "my-need-action",
            "Composer une alliance",
            lambda opportunity: reverse("composing:start", args=[opportunity.pk]),
            order=10,
        )
