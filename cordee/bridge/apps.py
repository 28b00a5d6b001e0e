from django.apps import AppConfig

from cordee.base.ui import navigation


class BridgeConfig(AppConfig):
    name = "cordee.bridge"
    verbose_name = "Passerelles"

    def ready(self) -> None:
        # Models are there only now.
        from cordee.members import acting
        from cordee.skills.apps import taught_page

        navigation.register_own(
            "Passerelles",
            lambda request: taught_page(request, "Passerelles", "bridge:immersions"),
            order=27,
            in_bar=acting.for_roles(acting.Role.COUNSELLOR),
        )
