from django.apps import AppConfig


class AlliancesConfig(AppConfig):
    name = "cordee.alliances"
    verbose_name = "Alliances"
