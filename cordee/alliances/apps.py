from datetime import timedelta

from django.apps import AppConfig
from django.urls import reverse

from cordee.base.ui import navigation, panels


class AlliancesConfig(AppConfig):
    name = "cordee.alliances"
    verbose_name = "Alliances"

    def ready(self) -> None:
        # Models are there only now.
        from cordee.accounts import departures
        from cordee.alliances.documents import forgetting
        from cordee.alliances.life import (
            departing,
            journal_pages,
            relay,
            report_mails,
            taking_over,
        )
        from cordee.alliances.life import mails as life_mails
        from cordee.alliances.models import MessagePace
        from cordee.alliances.workspace import mails
        from cordee.base import future_moments, schedule

        mails.register()
        life_mails.register()
        relay.register()
        report_mails.register()
        journal_pages.register()
        departures.register("alliances", departing)
        schedule.register(
            "alliances-nouvelles-directions",
            mails.tell_late_directors,
            every_minutes=15,
            label="Invitations pour qui dirige une structure depuis peu",
        )
        schedule.register(
            "alliances-sans-coordination",
            taking_over.run,
            every_minutes=60,
            label="Alliances que plus personne ne coordonne",
        )
        schedule.register(
            "documents_kept", forgetting.run, every_minutes=15, label="Documents préparés, effacés"
        )
        future_moments.register(MessagePace, "told_until", back=timedelta(0))
        navigation.register("Alliances", "alliances:list", order=30)
        panels.fill(
            "sheet",
            "Répondre à un marché",
            lambda structure: reverse("answer_file:panel", args=[structure.pk]),
            order=10,
        )
        panels.fill(
            "opportunity-action",
            "Ouvrir une alliance sans composer",
            lambda opportunity: reverse("workspace:start", args=[opportunity.pk]),
            order=5,
        )
        panels.fill(
            "reports", "Signalés dans une alliance", lambda _: reverse("life:reports"), order=10
        )
