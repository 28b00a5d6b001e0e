from django.apps import AppConfig


class SkillsConfig(AppConfig):
    name = "cordee.skills"
    verbose_name = "Apprendre au travail"
