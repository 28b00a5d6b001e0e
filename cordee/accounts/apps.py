from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "cordee.accounts"
    verbose_name = "Comptes"
