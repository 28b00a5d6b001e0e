from datetime import timedelta

from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "cordee.members"
    verbose_name = "Membres"

    def ready(self) -> None:
        from cordee.accounts import access as accounts
        from cordee.accounts import account_closing as closings
        from cordee.accounts import second_factor
        from cordee.base.future_moments import WatchedColumn, columns
        from cordee.members import account_closing, acting, evidence, journal_pages, papers
        from cordee.members.access import is_staff_of_national_network
        from cordee.members.models import DirectorContact, RegistryCheck
        from cordee.members.today import member_lines, waiting

        self._schedule()
        self._mails()
        for model, name in ((RegistryCheck, "checked_at"), (DirectorContact, "given_at")):
            columns.append(WatchedColumn(model, name, back=timedelta(0)))
        counter = evidence.Counter("papiers en cours de validité", papers.proof)
        evidence.counters["members.papers"] = counter
        waiting.readers["members"] = member_lines.lines
        acting.register()
        accounts.name_operators(is_staff_of_national_network)
        accounts.name_acquaintances(journal_pages.acquaintances)
        journal_pages.register()
        second_factor.require_for(acting.acts_for_a_network)
        second_factor.leave_open("members:menu")
        closings.parts["members"] = account_closing

    def _schedule(self) -> None:
        from cordee.base import schedule
        from cordee.members import papers
        from cordee.members.actions import checking, director_invitations, imports, joining

        day = 24 * 60
        for name, run, minutes, label in (
            ("paper_reminders", papers.run, day, "Rappels des papiers qui finissent"),
            (
                "director_invitations",
                director_invitations.run,
                1,
                "Invitations des directions, et leurs rappels",
            ),
            ("check_sirene", checking.run, day, "Vérification au répertoire SIRENE"),
            (
                "unfinished_imports",
                imports.resume_unfinished,
                1,
                "Listes dont l’import s’est arrêté, reprises",
            ),
        ):
            schedule.register(name, run, every_minutes=minutes, label=label)
        for name, erase, label in (
            (
                "director_addresses",
                director_invitations.erase_old,
                "Adresses de directions effacées",
            ),
            (
                "declared_structures",
                joining.forget_declared,
                "Structures déclarées que personne n’a acceptées, effacées",
            ),
        ):
            schedule.register(name, erase, every_minutes=day, label=label, erases=True)

    def _mails(self) -> None:
        from cordee.accounts import mailing
        from cordee.members import papers

        mailing.register(
            papers.MAIL,
            "Mes papiers qui vont finir",
            why="Vous dirigez une structure dont un papier finit bientôt.",
        )
        mailing.register("invitations", "Invitations à un rôle", is_optional=False)
        mailing.register(
            "director_invitations",
            "Invitations à tenir la fiche d’une structure",
            why="Un réseau a donné votre adresse, pour cette invitation seulement.",
        )
        mailing.register(
            "sheets_begun",
            "Fiche commencée sans compte",
            is_optional=False,
            why="Vous recevez ce courrier parce que vous avez commencé une fiche dans Cordée.",
        )
        mailing.register("join_requests", "Demandes à rejoindre une structure", is_optional=False)
        mailing.register("memberships", "Adhésions à un réseau", is_optional=False)
        mailing.register("sharing_requests", "Demandes d’ouverture de mes chiffres")
