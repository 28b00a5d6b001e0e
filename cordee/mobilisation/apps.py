from datetime import timedelta

from django.apps import AppConfig

from cordee.base.ui import navigation, panels

# (slot, title, route, what of the thing shown its address names, order)
PANELS = (
    ("need-reach", "Qui votre besoin peut toucher", "mobilisation:need_reach", "pk", 10),
    ("opportunity", "Relais par les réseaux", "campaigns:panel", "pk", 20),
    ("structure", "La sélection de la semaine", "digests:panel", "pk", 20),
    ("my-mails", "La sélection de la semaine", "digests:mine", "", 10),
    ("searches", "Calendriers et abonnements", "feeds:panel", "", 90),
    ("network", "Calendriers et abonnements", "feeds:panel", "", 90),
    ("my-mails", "Calendriers et abonnements", "feeds:panel", "", 90),
    ("network_home", "Échéances près des membres", "watch:deadlines", "network.slug", 10),
    ("network_home", "Qui n’a pas répondu", "watch:silences", "network.slug", 20),
    ("network_home", "Bassins où aucun membre ne va", "watch:coverage", "network.slug", 30),
    ("opportunity-questions", "Conversations", "conversations:panel", "pk", 60),
    ("my-need", "Conversations", "conversations:panel", "pk", 60),
    ("programme", "Ce que les réseaux décident", "proposals:team_panel", "slug", 10),
    ("programme-action", "Proposer à des réseaux", "proposals:create", "slug", 10),
    (
        *("network_home", "Ce que des programmes proposent", "proposals:network_panel"),
        *("network.slug", 15),
    ),
    ("mobilisation", "Ce que des programmes proposent", "proposals:home_panel", "", 10),
    ("network", "Qui peut donner un coup de main\u202f?", "mutual:panel", "slug", 50),
)
# (sort of mail, its name, why one gets it)
MAILS = (
    (
        "asks",
        "Ce que mes réseaux me proposent, et leurs rappels",
        "Vous dirigez une structure, membre du réseau qui vous écrit.",
    ),
    (
        "digest",
        "La sélection de la semaine",
        "Vous recevez ce courrier parce que votre structure l’a choisi.",
    ),
    (
        "possible_trades",
        "Les marchés peut-être pour moi, dans la sélection de la semaine",
        "Vous recevez la sélection de la semaine de votre structure.",
    ),
    (
        "conversation",
        "Les messages de mes conversations",
        "Vous prenez part à cette conversation.",
    ),
    (
        "programme_proposals",
        "Propositions des programmes à mon réseau",
        "Vous recevez ce courrier parce que vous décidez de ce que votre réseau relaie.",
    ),
    (
        "mutual_aid",
        "Réponses à mes coups de main",
        "Vous recevez ce courrier parce que vous dirigez une structure qui a écrit ou répondu.",
    ),
    (
        "urgent_calls",
        "Appels urgents de structures de mon réseau",
        "Vous recevez ce courrier parce que cet appel concerne votre structure.",
    ),
)


class MobilisationConfig(AppConfig):
    name = "cordee.mobilisation"
    verbose_name = "Mobilisation"

    def ready(self) -> None:
        # Models are there only now.
        from cordee.accounts import account_closing as closings
        from cordee.members.today import contracts, figures, waiting
        from cordee.mobilisation import journal_pages, today, who_could
        from cordee.mobilisation.campaigns import access as campaign_access
        from cordee.mobilisation.campaigns.next_steps import offered
        from cordee.mobilisation.conversations import account_closing, relay, reply_routes
        from cordee.mobilisation.watch import together
        from cordee.opportunities import next_steps
        from cordee.opportunities.actions import correction_mails

        journal_pages.register()
        contracts.readers["mobilisation"] = together.panel
        waiting.readers["mobilisation"] = today.lines
        waiting.readers["mobilisation.calls"] = today.calls
        waiting.call_lists.append("campaigns:all_calls")
        figures.readers["mobilisation"] = today.free_crew
        next_steps.able = who_could.lists_of
        next_steps.rooms["campaigns"] = offered
        next_steps.rooms["members together"] = together.offered
        correction_mails.leaders["campaigns"] = campaign_access.leaders_of
        reply_routes.routes[relay.MARK] = relay
        closings.parts["conversations"] = account_closing
        for *panel, order in PANELS:
            panels.fill(*panel, order=order)
        _register_entries()
        _register_mails()
        _schedule_jobs()
        _watch_moments()


def _register_entries() -> None:
    from cordee.members import acting
    from cordee.members.roles import May

    navigation.register(
        "Campagnes",
        "campaigns:home",
        order=50,
        in_bar=acting.for_roles(*acting.OF_NETWORKS),
        in_menu=acting.may(May.ACT_FOR_NETWORK),
    )
    navigation.register(
        "Ce qu’on me propose",
        "campaigns:home",
        order=55,
        in_bar=navigation.never,
        in_menu=acting.may(May.DIRECT_STRUCTURE),
    )
    navigation.register_account("Mes conversations", "conversations:list", order=40)


def _register_mails() -> None:
    from cordee.accounts import mailing

    for kind, label, why in MAILS:
        mailing.register(kind, label, why=why)
    mailing.register(
        "conversation_refusal",
        "Les courriers que Cordée ne peut pas prendre",
        is_optional=False,
        why="Vous avez répondu par courrier à un message.",
    )


def _schedule_jobs() -> None:
    from cordee.base import schedule
    from cordee.mobilisation.actions import relaying
    from cordee.mobilisation.conversations import account_closing, relay
    from cordee.mobilisation.digests import sending

    for name, run, every_minutes, label in (
        ("campagnes", relaying.run, 10, "Envois et relances des campagnes"),
        ("selections", sending.run, 15, "Sélections de la semaine"),
        ("conversation_mails", relay.run, 1, "Messages des conversations"),
    ):
        schedule.register(name, run, every_minutes=every_minutes, label=label)
    schedule.register(
        "old_conversations",
        account_closing.forget,
        every_minutes=24 * 60,
        label="Conversations anciennes effacées",
        erases=True,
    )


def _watch_moments() -> None:
    """Reminders, the mails of a week and the last answer are counted from these."""
    from cordee.base.future_moments import WatchedColumn, columns
    from cordee.mobilisation import models

    for model, name in (
        (models.Ask, "asked_at"),
        (models.Recipient, "relayed_at"),
        (models.Recipient, "reminded_at"),
        (models.Answer, "given_at"),
        (models.UrgentCall, "at"),
        (models.UrgentCallReach, "at"),
        (models.DigestChoice, "settled_until"),
    ):
        columns.append(WatchedColumn(model, name, back=timedelta(0)))
