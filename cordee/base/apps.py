from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "cordee.base"
    verbose_name = "Socle"
