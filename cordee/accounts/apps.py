from django.apps import AppConfig


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
        schedule.register(
            "mail_bundles", mailing.run, 1, "Nouvelles d’un même sujet, en un courrier"
        )
