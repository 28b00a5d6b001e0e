from django.apps import AppConfig


class BridgeConfig(AppConfig):
    name = "cordee.bridge"
    verbose_name = "Passerelles"
