from django.apps import AppConfig

from cordee.base.ui import navigation, panels


class BridgeConfig(AppConfig):
    name = "cordee.bridge"
    verbose_name = "Passerelles"

    def ready(self) -> None:
        # Models are there only now.
        from cordee.bridge import tabs, today
        from cordee.bridge.exits import rates
        from cordee.bridge.immersions import actions, views
        from cordee.economics.dossiers import sections
        from cordee.members import acting, own_page
        from cordee.members.today import waiting
        from cordee.skills.apps import taught_page
        from cordee.skills.learners import questions

        navigation.register_own(
            "Passerelles",
            lambda request: taught_page(request, "Passerelles", views.HOME),
            order=27,
            in_bar=acting.for_roles(acting.Role.COUNSELLOR),
        )
        waiting.readers["exits"] = rates.waiting
        sections.register(rates.section)
        title = "Former pour les marchés qui viennent"
        panels.fill("network_home", title, "bridge:network_basin", "network.slug", order=45)
        title = "Ce que font les personnes qui sortent"
        panels.fill("network_home", title, "bridge:network_exits", "network.slug", order=55)
        navigation.register(
            "Immersions chez vous",
            "bridge:hosted",
            order=75,
            in_bar=navigation.never,
            in_menu=acting.for_roles(acting.Role.COMPANY),
        )
        own_page.readers["bridge"] = tabs.entry
        waiting.readers["bridge"] = today.lines
        questions.rooms["bridge"] = questions.Room(
            actions.questions_of, actions.settle, actions.forget
        )
        panels.fill("delivery", views.AFTER, "bridge:contract", "pk", order=60)
