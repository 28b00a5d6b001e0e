from django.apps import AppConfig


class EconomicsConfig(AppConfig):
    name = "cordee.economics"
    verbose_name = "Économie"
