from django.apps import AppConfig

from cordee.base.ui import navigation, panels


class PracticesConfig(AppConfig):
    name = "cordee.practices"
    verbose_name = "Pratiques"

    def ready(self) -> None:
        # Models are there only now.
        self._begin_commissions()

    def _begin_commissions(self) -> None:
        from cordee.members import acting
        from cordee.members.today import waiting
        from cordee.mobilisation.feeds import content
        from cordee.practices.commissions import access, today

        waiting.readers["practices.commissions"] = today.lines
        content.days["practices.commissions"] = access.days_for
        title = "Commissions et sessions"
        route = "practices:commissions_panel"
        panels.fill("network_home", title, route, "network.slug", order=15)
        panels.fill("network", title, route, "slug", order=40)
        navigation.register(
            "Commissions",
            "practices:own_commissions",
            order=65,
            in_bar=navigation.never,
            in_menu=acting.for_roles(acting.Role.DIRECTOR),
        )
