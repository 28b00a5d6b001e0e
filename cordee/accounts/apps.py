from functools import partial

from django.apps import AppConfig
from django.conf import settings


class AccountsConfig(AppConfig):
    name = "cordee.accounts"
    verbose_name = "Comptes"

    def ready(self) -> None:
        from cordee.accounts import actions, journal, journal_pages, mailing
        from cordee.base import schedule
        from cordee.base.ui import navigation

        journal_pages.register()
        # Addresses, keys and what one did are links of the page on security.
        navigation.register_account("Sécurité de mon compte", "mfa_index", order=60)
        navigation.register_account("Mes courriers", "my_mails", order=50)
        for name, erase, label in (
            ("journal ancien", journal.forget_old, "Lignes anciennes du journal effacées"),
            (
                "unconfirmed_accounts",
                actions.forget_unconfirmed,
                "Comptes jamais confirmés effacés",
            ),
        ):
            schedule.register(name, erase, 24 * 60, label, erases=True)
        mailing.register(
            "account",
            "Votre compte : mot de passe, adresse",
            is_optional=False,
            why="Vous recevez ce courrier parce que quelqu’un a donné cette adresse à Cordée.",
        )
        link = f"{settings.SITE_ADDRESS}/compte/exemple/"
        # Invented words, for who looks at the mails of this room.
        for name, words in (
            ("confirm_address", {"activate_url": link}),
            ("new_password", {"password_reset_url": link}),
            ("unknown_account", {"email": "camille@exemple.fr"}),
            ("already_account", {"email": "camille@exemple.fr"}),
            ("safety", {"title": "votre mot de passe a changé", "said": "Il vient de changer."}),
        ):
            mailing.sample(f"accounts/mail/{name}", partial(dict, words), kind="account")
        mailing.sample(mailing.BUNDLE, mailing.bundle_sample, kind="account")
        schedule.register(
            "mail_bundles", mailing.run, 1, "Nouvelles d’un même sujet, en un courrier"
        )
