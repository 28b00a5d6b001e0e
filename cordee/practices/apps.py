from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import Any

from django.apps import AppConfig
from django.db.models import Model
from django.urls import reverse

from cordee.base.ui import navigation, panels

DAY_MINUTES = 24 * 60


class PracticesConfig(AppConfig):
    name = "cordee.practices"
    verbose_name = "Pratiques"

    def ready(self) -> None:
        # Models are there only now.
        self._begin_sheets()
        self._begin_commissions()
        self._begin_reuse()
        self._begin_positioning()

    def _begin_sheets(self) -> None:
        from cordee.members.today import waiting
        from cordee.practices.sheets import mails, today
        from cordee.practices.sheets.finding import views

        mails.register()

        waiting.readers["practices.sheets"] = today.sorts
        for slot, named in (
            ("opportunity", "pk"),
            ("alliance_next", "pk"),
            ("ceiling_months", "chantier.structure_id"),
            ("afest_running", "pk"),
        ):
            panels.fill(slot, views.TITLE, partial(_others, slot, attrgetter(named)), order=90)
        navigation.register("Pratiques", "practices:sheets", order=85, in_bar=navigation.never)
        navigation.register_public("Pratiques", "practices:sheets")

    def _begin_commissions(self) -> None:
        from cordee.accounts import mailing
        from cordee.members import acting
        from cordee.members.today import waiting
        from cordee.mobilisation.campaigns import mail_times
        from cordee.mobilisation.feeds import content
        from cordee.practices.commissions import access, letters, today, views

        mailing.register(
            letters.KIND,
            "Ce que mes réseaux m’écrivent, et les dates qu’ils proposent",
            why="Vous dirigez une structure, membre du réseau qui vous écrit.",
        )
        mail_times.counted["practices.letters"] = letters.mails_since
        waiting.readers["practices.commissions"] = today.lines
        content.days["practices.commissions"] = access.days_for
        panels.fill("practices_found", views.MINUTES_FOUND, _minutes_found, order=10)
        title = "Commissions et sessions"
        route = "practices:commissions_panel"
        panels.fill("network_home", title, route, "network.slug", order=15)
        panels.fill("network", title, route, "slug", order=40)
        navigation.register(
            "Commissions",
            "practices:own_commissions",
            order=65,
            in_bar=navigation.never,
            in_menu=acting.for_roles(
                acting.Role.DIRECTOR,
                acting.Role.SUPERVISOR,
                acting.Role.DELEGATE,
                acting.Role.NETWORK_STAFF,
            ),
        )

    def _begin_reuse(self) -> None:
        from cordee.base import schedule
        from cordee.members.today import waiting
        from cordee.practices.reuse import mails, today, views

        panels.fill("practice_sheet", views.TITLE, "practices:reuses", "pk", order=10)
        for slot, kind in (
            ("alliance_over", "alliance"),
            ("urgent_call_closed", "appel"),
            ("afest_course", "afest"),
            ("year_came_back", "exercice"),
            ("practices", "marche"),
        ):
            panels.fill(slot, views.FROM_RECORD, partial(_record_panel, kind), order=50)
        waiting.readers["practices.reuse"] = today.lines
        label = "Pratiques à confirmer par leurs autrices"
        schedule.register("practice_reviews", mails.run, DAY_MINUTES, label)

    def _begin_positioning(self) -> None:
        from cordee.members import evidence, own_page
        from cordee.members.today import waiting
        from cordee.practices.positioning import pages, today

        own_page.readers["practices.positioning"] = pages.entry
        evidence.counters |= pages.COUNTERS
        waiting.readers["practices.positioning"] = today.lines
        panels.fill("structure", "Visites croisées", "practices:visits", "pk", order=60)
        title = "Où vos membres disent en être"
        panels.fill(
            "network_home", title, "practices:network_positionings", "network.slug", order=60
        )


def _minutes_found(question: str) -> str:
    return reverse("practices:minutes_found", query={"q": question})


def _record_panel(kind: str, thing: Model) -> str:
    return reverse("practices:record_panel", args=[kind, thing.pk])


def _others(slot: str, named: Callable[[Any], Any], thing: Any) -> str:
    return reverse("practices:others", args=[slot, named(thing)])
