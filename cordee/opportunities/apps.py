from datetime import timedelta

from django.apps import AppConfig
from django.http import HttpRequest
from django.urls import reverse

from cordee.base.ui import navigation, panels

DAY_MINUTES = 24 * 60


class OpportunitiesConfig(AppConfig):
    name = "cordee.opportunities"
    verbose_name = "Opportunités"

    def ready(self) -> None:
        # Their models are there only now.
        from cordee.base import health
        from cordee.members import acting, open_work
        from cordee.members.roles import May
        from cordee.members.today import contracts, waiting
        from cordee.opportunities import filters, journal_pages, today
        from cordee.opportunities.actions import syncing
        from cordee.opportunities.verdicts import for_you

        journal_pages.register()
        _register_mails()
        _schedule_jobs()
        _watch_moments()
        health.register("sources", syncing.look, label="Les avis publiés", order=50)
        open_work.counter = filters.count_open
        waiting.readers["opportunities"] = today.lines
        navigation.register_own(
            "Opportunités",
            _opportunities,
            order=30,
            in_bar=acting.for_others(
                *acting.POSTING, acting.Role.SUPERVISOR, acting.Role.COUNSELLOR
            ),
            under=("/opportunites/",),
        )
        contracts.readers["opportunities"] = for_you.panel
        navigation.register(
            "Mes besoins",
            "opportunities:my_needs",
            order=20,
            in_bar=acting.for_roles(*acting.POSTING),
            in_menu=acting.may(May.POST_NEEDS),
        )
        navigation.register_own(
            "Mon programme",
            acting.own_programme,
            order=20,
            in_bar=acting.for_roles(acting.Role.PROGRAMME_TEAM),
        )
        panels.fill("opportunity", "Programmes", "programmes:panel", "pk", order=80)


def _opportunities(request: HttpRequest) -> tuple[str, str]:
    """Ranked for one's own structure or network where one has any; else the whole list."""
    from cordee.opportunities.views.listing import tabs_of

    tabs = tabs_of(request)
    return "Opportunités", tabs[0][1] if tabs else reverse("opportunities:list")


def _register_mails() -> None:
    from cordee.accounts import mailing

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
    mailing.register(
        "corrections",
        "Ce qui est corrigé dans les avis que je suis",
        why="Vous menez une campagne ou une alliance sur ce marché.",
    )


def _schedule_jobs() -> None:
    from cordee.base import schedule
    from cordee.opportunities import trade_guesses
    from cordee.opportunities.actions import correcting, needs, programmes, searches

    schedule.register("recherches", searches.run, 30, "Alertes des recherches gardées")
    schedule.register(
        "corrections",
        correcting.settle_unopposed,
        every_minutes=5,
        label="Corrections sans objection depuis deux jours",
    )
    drafts = "Brouillons de besoins oubliés"
    schedule.register("need_drafts", needs.drop_old_drafts, DAY_MINUTES, drafts, erases=True)
    guesses = "Métiers supposés d’après les marchés gagnés"
    schedule.register("guess_trades", trade_guesses.run, 7 * DAY_MINUTES, guesses)
    attached = "Opportunités rattachées aux programmes"
    schedule.register("programmes", programmes.attach_all, 60, attached)
    hours = "Heures promises par les programmes"
    schedule.register("programme_hours", programmes.read_all_hours, DAY_MINUTES, hours)


def _watch_moments() -> None:
    from cordee.base.future_moments import WatchedColumn, columns
    from cordee.opportunities.models import SavedSearch, SourceState
    from cordee.opportunities.models.sources import LONGEST_PAUSE

    columns += [
        WatchedColumn(SourceState, "next_try", furthest=LONGEST_PAUSE, back=timedelta(0)),
        # What was published since may not have been there to read.
        WatchedColumn(SourceState, "read_until", back=timedelta(days=7)),
        WatchedColumn(SavedSearch, "seen_until", back=timedelta(0)),
        WatchedColumn(SavedSearch, "notified_until", back=timedelta(0)),
        WatchedColumn(SavedSearch, "notified_on", back=timedelta(days=1)),
    ]
