from datetime import timedelta

from django.apps import AppConfig
from django.urls import reverse

from cordee.base.ui import navigation, panels

WEEK_MINUTES = 7 * 24 * 60


class OpportunitiesConfig(AppConfig):
    name = "cordee.opportunities"
    verbose_name = "Opportunités"

    def ready(self) -> None:
        # Their models are there only now.
        from cordee.accounts import mailing
        from cordee.base import future_moments, health, schedule
        from cordee.members import open_work
        from cordee.opportunities import (
            journal_pages,
            need_jobs,
            need_samples,
            open_around,
            search_alerts,
            search_sample,
            source_health,
            supposing,
        )
        from cordee.opportunities.models import SavedSearch, SourceState
        from cordee.opportunities.models.sources import LONGEST_PAUSE

        journal_pages.register()
        for name, kind in need_samples.SAMPLES:
            mailing.sample(f"opportunities/mail/{name}", need_samples.need, kind=kind)
        mailing.register(
            "need_author",
            "Ce que les réseaux décident de mes besoins",
            is_optional=False,
            why="Vous avez écrit un besoin dans Cordée.",
        )
        mailing.register(
            "need_readers",
            "Les besoins à relire pour mon réseau",
            why="Vous relisez les besoins adressés à votre réseau.",
        )
        mailing.register(
            "saved_search",
            "Ce qui est nouveau dans mes recherches",
            why="Vous recevez ce courrier parce que vous gardez une recherche qui vous écrit.",
        )
        mailing.sample(
            "opportunities/mail/saved_search", search_sample.saved_search, kind="saved_search"
        )
        schedule.register(
            "recherches",
            search_alerts.run,
            every_minutes=30,
            label="Alertes des recherches gardées",
        )
        schedule.register(
            "need_drafts",
            need_jobs.run,
            every_minutes=24 * 60,
            label="Brouillons de besoins oubliés",
            erases=True,
        )
        health.register("sources", source_health.look, label="Les avis publiés", order=50)
        future_moments.register(SourceState, "next_try", furthest=LONGEST_PAUSE, back=timedelta(0))
        # What was published since may not have been there to read.
        future_moments.register(SourceState, "read_until", back=timedelta(days=7))
        future_moments.register(SavedSearch, "seen_until", back=timedelta(0))
        future_moments.register(SavedSearch, "told_until", back=timedelta(0))
        future_moments.register(SavedSearch, "told_on", back=timedelta(days=1))
        open_work.register(open_around.count_open)
        schedule.register(
            "guess_trades",
            supposing.run,
            every_minutes=WEEK_MINUTES,
            label="Métiers supposés d’après les marchés gagnés",
        )
        navigation.register("Opportunités", "opportunities:list", order=10)
        panels.fill(
            "opportunity",
            "Programmes",
            lambda opportunity: reverse("programmes:panel", args=[opportunity.pk]),
            order=80,
        )
        # Models are there only once every room is.
        from cordee.base import schedule
        from cordee.opportunities.programmes import nightly

        schedule.register(
            "programmes",
            nightly.attach,
            every_minutes=60,
            label="Opportunités rattachées aux programmes",
        )
        schedule.register(
            "programme_hours",
            nightly.read_hours,
            every_minutes=24 * 60,
            label="Heures promises par les programmes",
        )
