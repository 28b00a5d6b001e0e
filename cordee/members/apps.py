from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "cordee.members"
    verbose_name = "Membres"
