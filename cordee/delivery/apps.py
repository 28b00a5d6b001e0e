from django.apps import AppConfig
from django.http import HttpRequest
from django.urls import reverse

from cordee.base.ui import navigation, panels


class DeliveryConfig(AppConfig):
    name = "cordee.delivery"
    verbose_name = "Suivi des marchés"

    def ready(self) -> None:
        # Models are there only now.
        from cordee.alliances.state import current
        from cordee.delivery import journal_pages, tabs
        from cordee.delivery.award_letters import today as award_letters
        from cordee.delivery.calendar import access, actions, open_site
        from cordee.delivery.hours import today as hours
        from cordee.delivery.money import today as money
        from cordee.members import acting, evidence, own_page
        from cordee.members.today import waiting
        from cordee.mobilisation.feeds import content

        journal_pages.register()
        own_page.readers["delivery"] = tabs.entry
        evidence.counters["delivery.hours"] = evidence.Counter(
            "heures d’insertion faites", tabs.hours_proof
        )
        # What waits, feature by feature.
        waiting.readers["delivery.award_letters"] = award_letters.lines
        waiting.readers["delivery.hours"] = hours.lines
        waiting.readers["delivery.money"] = money.lines
        waiting.readers["delivery.open_sites"] = open_site.lines
        # Orders move what an alliance promised, and dates go into its agendas.
        current.orders["delivery"] = actions.orders_of
        content.days["delivery"] = access.days_for
        navigation.register_own("Heures", _hours, order=15, under=("/marches/",))
        # A buyer reads there the report of each contract that names her.
        is_buyer = acting.for_roles(acting.Role.BUYER)
        navigation.register("Marchés", "delivery:list", order=45, in_bar=is_buyer)
        navigation.stand_below("Mon chantier", "/marches/")
        navigation.stand_below("Mon réseau", "/marches/attributions/")
        title = "Le suivi du marché"
        panels.fill("alliance_result", title, "delivery:of_alliance", "pk", order=10)
        title = "À qui écrire après une attribution"
        panels.fill("network_home", title, "delivery:awards", "network.slug", order=25)


def _hours(request: HttpRequest) -> tuple[str, str] | None:
    """For who accepts hours, and for nobody else."""
    from cordee.members.acting import Role, for_roles

    is_for = for_roles(Role.FACILITATOR)(request)
    return ("Heures", reverse("delivery:facilitated")) if is_for else None
