from django.apps import AppConfig
from django.urls import reverse

from cordee.base.ui import navigation, panels


class AlliancesConfig(AppConfig):
    name = "cordee.alliances"
    verbose_name = "Alliances"

    def ready(self) -> None:
        # Models are there only now.
        from cordee.accounts import account_closing as closings
        from cordee.alliances import account_closing, evidence, journal_pages, today
        from cordee.alliances.frame import listing, mails
        from cordee.alliances.messages import relay
        from cordee.alliances.parties import notify_late_directors
        from cordee.alliances.state import current
        from cordee.base import schedule
        from cordee.composing import own_teams
        from cordee.members import acting
        from cordee.members.evidence import counters
        from cordee.members.today import waiting
        from cordee.mobilisation.conversations import reply_routes
        from cordee.opportunities import next_steps

        self._panels()
        mails.register()
        relay.register()
        reply_routes.routes[relay.MARK] = relay
        journal_pages.register()
        closings.parts["alliances"] = account_closing
        schedule.register(
            "alliances-nouvelles-directions",
            notify_late_directors,
            every_minutes=15,
            label="Invitations pour qui dirige une structure depuis peu",
        )
        schedule.register(
            "alliances-promesses",
            current.book_earlier,
            every_minutes=60,
            label="Ce que promettent les offres déposées",
        )
        navigation.register(
            "Alliances",
            "alliances:list",
            order=40,
            in_bar=acting.for_roles(*acting.OF_NETWORKS, acting.Role.DIRECTOR, acting.Role.COMPANY),
        )
        counters.update(evidence.COUNTERS)
        waiting.readers["alliances"] = today.lines
        own_teams.readers["alliances"] = listing.own_teams_on
        next_steps.rooms["alliances"] = listing.offered

    def _panels(self) -> None:
        panels.fill("sheet", "Répondre à un marché", "answer_files:panel", "pk", order=10)
        panels.fill(
            *("my-need-action", "Ouvrir une alliance sans composer", "alliances:open", "pk"),
            order=5,
        )
        panels.fill(
            "ceiling",
            "Avec vos alliances",
            lambda radar: reverse(
                "alliances:ways_out", args=[radar.chantier.structure_id], query=radar.query
            ),
            order=10,
        )
