from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "cordee.delivery"
    verbose_name = "Suivi des marchés"
