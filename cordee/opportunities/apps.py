from django.apps import AppConfig


class OpportunitiesConfig(AppConfig):
    name = "cordee.opportunities"
    verbose_name = "Opportunités"
