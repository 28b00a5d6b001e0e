from datetime import timedelta

from django.apps import AppConfig
from django.urls import reverse

from cordee.base.ui import navigation, panels


class MobilisationConfig(AppConfig):
    name = "cordee.mobilisation"
    verbose_name = "Mobilisation"

    def ready(self) -> None:
        # Models are there only now.
        from cordee.accounts import mailing
        from cordee.members.today import contracts, figures, waiting
        from cordee.mobilisation import journal_pages, mail_samples, own_figures, today, who_could
        from cordee.mobilisation.campaigns.next_steps import offered
        from cordee.mobilisation.mutual import registration as mutual
        from cordee.mobilisation.proposals import registration as proposals
        from cordee.mobilisation.watch import together
        from cordee.opportunities import next_steps
        from cordee.opportunities import who_could as ranked

        journal_pages.register()
        contracts.register("mobilisation", together.panel)
        waiting.register("mobilisation", today.lines)
        figures.register("mobilisation", own_figures.free_crew)
        waiting.register_calls("mobilisation", today.calls, whole="campaigns:all_calls")
        for name, make_context, kind in mail_samples.SAMPLES:
            mailing.sample(f"mobilisation/mail/{name}", make_context, kind=kind)
        ranked.register(who_could.lists_of)
        next_steps.register("campaigns", offered)
        next_steps.register("members together", together.offered)
        panels.fill(
            "need-reach",
            "Qui votre besoin peut toucher",
            lambda draft: reverse("mobilisation:need_reach", args=[draft.pk]),
            order=10,
        )
        self._campaigns()
        self._digests()
        self._feeds()
        self._network_home()
        self._conversations()
        proposals.fill()
        mutual.fill()

    def _campaigns(self) -> None:
        from cordee.accounts import mailing
        from cordee.base import future_moments, schedule
        from cordee.members import menus
        from cordee.members.roles import May
        from cordee.mobilisation.actions import relaying
        from cordee.mobilisation.campaigns import access as campaign_access
        from cordee.mobilisation.campaigns import samples as campaign_samples
        from cordee.mobilisation.models import (
            Answer,
            Ask,
            Recipient,
            UrgentCall,
            UrgentCallReach,
        )
        from cordee.opportunities.actions import correction_mails

        navigation.register(
            "Campagnes",
            "campaigns:home",
            order=50,
            in_bar=menus.for_roles(*menus.OF_NETWORKS),
            in_menu=menus.may(May.ACT_FOR_NETWORK),
        )
        navigation.register(
            "Ce qu’on me propose",
            "campaigns:home",
            order=55,
            in_bar=navigation.never,
            in_menu=menus.may(May.DIRECT_STRUCTURE),
        )
        navigation.register_account("Mes conversations", "conversations:list", order=40)
        panels.fill(
            "opportunity",
            "Relais par les réseaux",
            lambda opportunity: reverse("campaigns:panel", args=[opportunity.pk]),
            order=20,
        )
        mailing.register(
            "asks",
            "Ce que mes réseaux me proposent, et leurs rappels",
            why="Vous dirigez une structure, membre du réseau qui vous écrit.",
        )
        correction_mails.register_leaders(campaign_access.leaders_of)
        for template in (relaying.FIRST, relaying.REMINDER):
            mailing.sample(template, campaign_samples.asked, kind="asks")
        schedule.register(
            "campagnes", relaying.run, every_minutes=10, label="Envois et relances des campagnes"
        )
        # Reminders, the mails of a week and the last answer are counted from these.
        for model, name in (
            (Ask, "asked_at"),
            (Recipient, "relayed_at"),
            (Recipient, "reminded_at"),
            (Answer, "given_at"),
            (UrgentCall, "at"),
            (UrgentCallReach, "at"),
        ):
            future_moments.register(model, name, back=timedelta(0))

    def _digests(self) -> None:
        from cordee.accounts import mailing
        from cordee.base import future_moments, schedule
        from cordee.mobilisation.digests import mail_sample, sending
        from cordee.mobilisation.models import DigestChoice

        panels.fill(
            "structure",
            "La sélection de la semaine",
            lambda structure: reverse("digests:panel", args=[structure.pk]),
            order=20,
        )
        panels.fill(
            "my-mails",
            "La sélection de la semaine",
            lambda _: reverse("digests:mine"),
            order=10,
        )
        mailing.register(
            "digest",
            "La sélection de la semaine",
            why="Vous recevez ce courrier parce que vous ou votre structure l’avez choisi.",
        )
        mailing.sample("mobilisation/mail/digest", mail_sample.digest, kind="digest")
        schedule.register(
            "selections", sending.run, every_minutes=15, label="Sélections de la semaine"
        )
        future_moments.register(DigestChoice, "settled_until", back=timedelta(0))

    def _feeds(self) -> None:
        for slot in ("searches", "network", "my-mails"):
            panels.fill(
                slot, "Calendriers et abonnements", lambda _: reverse("feeds:panel"), order=90
            )

    def _network_home(self) -> None:
        panels.fill(
            "network_home",
            "Échéances près des membres",
            lambda desk: reverse("watch:deadlines", args=[desk.network.slug]),
            order=10,
        )
        panels.fill(
            "network_home",
            "Qui n’a pas répondu",
            lambda desk: reverse("watch:silences", args=[desk.network.slug]),
            order=20,
        )
        panels.fill(
            "network_home",
            "Bassins où aucun membre ne va",
            lambda desk: reverse("watch:coverage", args=[desk.network.slug]),
            order=30,
        )

    def _conversations(self) -> None:
        from cordee.accounts import account_closing as closings
        from cordee.accounts import mailing
        from cordee.base import schedule
        from cordee.mobilisation.conversations import (
            account_closing,
            jobs,
            mail_reply,
            receiving,
            relay,
            reply_routes,
        )

        mailing.register(
            relay.KIND,
            "Les messages de mes conversations",
            why="Vous prenez part à cette conversation.",
        )
        mailing.register(
            receiving.KIND,
            "Les courriers que Cordée ne peut pas prendre",
            is_optional=False,
            why="Vous avez répondu par courrier à un message.",
        )
        reply_routes.register(mail_reply.MARK, mail_reply)
        schedule.register(
            "conversation_mails", relay.run, every_minutes=1, label="Messages des conversations"
        )
        schedule.register(
            "old_conversations",
            jobs.forget,
            every_minutes=24 * 60,
            label="Conversations anciennes effacées",
            erases=True,
        )
        closings.register("conversations", account_closing)
        panels.fill(
            "opportunity-questions",
            "Conversations",
            lambda opportunity: reverse("conversations:panel", args=[opportunity.pk]),
            order=60,
        )
        panels.fill(
            "my-need",
            "Conversations",
            lambda need: reverse("conversations:panel", args=[need.pk]),
            order=60,
        )
