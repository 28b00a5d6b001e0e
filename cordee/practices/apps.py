from django.apps import AppConfig

from cordee.base.ui import panels


class PracticesConfig(AppConfig):
    name = "cordee.practices"
    verbose_name = "Pratiques"

    def ready(self) -> None:
        # Models are there only now.
        self._begin_commissions()

    def _begin_commissions(self) -> None:
        from cordee.members import own_page
        from cordee.members.today import waiting
        from cordee.mobilisation.feeds import content
        from cordee.practices.commissions import access, tabs, today

        waiting.readers["practices.commissions"] = today.lines
        content.days["practices.commissions"] = access.days_for
        own_page.readers["practices.commissions"] = tabs.entry
        title = "Commissions et sessions"
        route = "practices:commissions_panel"
        panels.fill("network_home", title, route, "network.slug", order=15)
