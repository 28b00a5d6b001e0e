from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "cordee.practices"
    verbose_name = "Pratiques"
