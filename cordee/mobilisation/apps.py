from django.apps import AppConfig


class MobilisationConfig(AppConfig):
    name = "cordee.mobilisation"
    verbose_name = "Mobilisation"
