from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "cordee.accounts"
    verbose_name = "Comptes"

    def ready(self) -> None:
        from cordee.accounts import (
            actions,
            journal,
            journal_pages,
            mail_bundles,
            mail_samples,
            mailing,
        )
        from cordee.base import schedule
        from cordee.base.ui import navigation

        journal_pages.register()
        # Addresses, keys and what one did are links of the page on security.
        navigation.register_account("Sécurité de mon compte", "mfa_index", order=60)
        navigation.register_account("Mes courriers", "my_mails", order=50)
        schedule.register(
            "journal ancien",
            journal.forget_old,
            every_minutes=24 * 60,
            label="Lignes anciennes du journal effacées",
            erases=True,
        )
        mailing.register(
            "account",
            "Votre compte : mot de passe, adresse",
            is_optional=False,
            why="Vous recevez ce courrier parce que quelqu’un a donné cette adresse à Cordée.",
        )
        for name, sample in (
            ("confirm_address", mail_samples.confirm_address),
            ("new_password", mail_samples.new_password),
            ("unknown_account", mail_samples.unknown_account),
            ("already_account", mail_samples.unknown_account),
            ("safety", mail_samples.safety),
        ):
            mailing.sample(f"accounts/mail/{name}", sample, kind="account")
        mailing.sample(mail_bundles.TEMPLATE, mail_bundles.sample, kind="account")
        schedule.register(
            "mail_bundles",
            mail_bundles.run,
            every_minutes=1,
            label="Nouvelles d’un même sujet, en un courrier",
        )
        schedule.register(
            "unconfirmed_accounts",
            actions.forget_unconfirmed,
            every_minutes=24 * 60,
            label="Comptes jamais confirmés effacés",
            erases=True,
        )
