from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "cordee.members"
    verbose_name = "Membres"

    def ready(self) -> None:
        from cordee.base.ui import navigation

        navigation.register("Annuaire", "members:directory", order=20)
