from datetime import timedelta

from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "cordee.members"
    verbose_name = "Membres"

    def ready(self) -> None:
        from cordee.accounts import access as accounts
        from cordee.accounts import account_closing as closings
        from cordee.accounts import mailing, second_factor
        from cordee.base import future_moments, schedule
        from cordee.base.ui import navigation
        from cordee.members import (
            account_closing,
            acting,
            checking_runs,
            journal_pages,
            menus,
            reminders,
        )
        from cordee.members import people_mail_samples as samples
        from cordee.members.access import is_staff_of_national_network
        from cordee.members.actions import imports
        from cordee.members.models import RegistryCheck
        from cordee.members.today import figures, member_lines, waiting

        schedule.register(
            "paper_reminders",
            reminders.run,
            every_minutes=24 * 60,
            label="Rappels des papiers qui finissent",
        )
        schedule.register(
            "check_sirene",
            checking_runs.run,
            every_minutes=24 * 60,
            label="Vérification au répertoire SIRENE",
        )
        schedule.register(
            "unfinished_imports",
            imports.resume_unfinished,
            every_minutes=1,
            label="Listes dont l’import s’est arrêté, reprises",
        )
        future_moments.register(RegistryCheck, "checked_at", back=timedelta(0))
        mailing.register(
            reminders.MAIL,
            "Mes papiers qui vont finir",
            why="Vous dirigez une structure dont un papier finit bientôt.",
        )
        mailing.sample(reminders.TEMPLATE, reminders.sample, kind=reminders.MAIL)
        waiting.register("members", member_lines.lines)
        figures.register("members", figures.places)
        navigation.register("Aujourd’hui", "today:today", order=10, in_bar=menus.has_role)
        navigation.register_own(
            "Mon chantier",
            menus.own_structures,
            order=50,
            in_bar=menus.for_roles(*menus.IN_STRUCTURES),
        )
        navigation.register_own(
            "Mon réseau", menus.own_network, order=60, in_bar=menus.for_roles(*menus.OF_NETWORKS)
        )
        navigation.register(
            "Annuaire", "members:directory", order=70, in_bar=menus.for_others(*menus.OF_NETWORKS)
        )
        navigation.register(
            "Trouver ma structure",
            "members:join",
            order=80,
            in_bar=menus.has_no_role,
            in_menu=navigation.never,
        )
        navigation.register("Réseaux", "networks:index", order=90, in_bar=navigation.never)
        navigation.register_account("Mes rôles", "members:roles", order=10, live="members:menu")
        accounts.name_operators(is_staff_of_national_network)
        accounts.name_acquaintances(journal_pages.acquaintances)
        journal_pages.register()
        mailing.register("invitations", "Invitations à un rôle", is_optional=False)
        mailing.register("join_requests", "Demandes à rejoindre une structure", is_optional=False)
        mailing.register("memberships", "Adhésions à un réseau", is_optional=False)
        mailing.register("sharing_requests", "Demandes d’ouverture de mes chiffres")
        second_factor.require_for(acting.acts_for_a_network)
        second_factor.leave_open("members:menu")
        closings.register("members", account_closing)
        for name, kind in (
            ("invitation", "invitations"),
            ("join_request", "join_requests"),
            ("join_answer", "join_requests"),
            ("tie", "memberships"),
        ):
            mailing.sample(f"members/mail/{name}", getattr(samples, name), kind=kind)
