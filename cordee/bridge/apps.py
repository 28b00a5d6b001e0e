from django.apps import AppConfig
from django.http import HttpRequest
from django.urls import reverse

from cordee.base.ui import navigation, panels


class BridgeConfig(AppConfig):
    name = "cordee.bridge"
    verbose_name = "Passerelles"

    def ready(self) -> None:
        # Models are there only now.
        from cordee.bridge import today
        from cordee.bridge.exits import rates
        from cordee.bridge.immersions import actions, pages, views
        from cordee.economics.dossiers import sections
        from cordee.members import acting, evidence
        from cordee.members.today import waiting
        from cordee.skills.learners import questions

        navigation.register_own(
            "Passerelles",
            _first_kept,
            order=27,
            in_bar=acting.for_roles(acting.Role.COUNSELLOR),
        )
        navigation.register(
            "Immersions chez vous",
            "bridge:hosted",
            order=75,
            in_bar=navigation.never,
            in_menu=acting.for_roles(acting.Role.COMPANY),
        )
        # What waits, feature by feature.
        waiting.readers["bridge.exits"] = rates.waiting
        waiting.readers["bridge.immersions"] = today.lines
        sections.register(rates.section)
        evidence.counters |= {
            "bridge.exits": evidence.Counter("sorties dynamiques", rates.proof),
            "bridge.immersions": evidence.Counter("immersions chez d’autres", pages.proof),
        }
        questions.rooms["bridge"] = questions.Room(
            actions.questions_of, actions.settle, actions.forget
        )
        panels.fill("delivery", views.AFTER, "bridge:contract", "pk", order=60)
        title = "Former pour les marchés qui viennent"
        panels.fill("network_home", title, "bridge:network_basin", "network.slug", order=45)
        title = "Ce que font les personnes qui sortent"
        panels.fill("network_home", title, "bridge:network_exits", "network.slug", order=55)


def _first_kept(request: HttpRequest) -> tuple[str, str] | None:
    """Of the first structure where the user teaches, or that the user directs."""
    from cordee.members.acting import seats_of
    from cordee.members.roles import May

    rights = (May.TEACH, May.DIRECT_STRUCTURE)
    kept = (each for each in seats_of(request) if any(map(each.may, rights)))
    found = next(kept, None)
    url = found and reverse("bridge:immersions", args=[found.structure_id])
    return ("Passerelles", url) if url else None
