from django.apps import AppConfig
from django.http import HttpRequest
from django.urls import reverse

from cordee.base.ui import navigation, panels


class SkillsConfig(AppConfig):
    name = "cordee.skills"
    verbose_name = "Apprendre au travail"

    def ready(self) -> None:
        # Models are there only now.
        from cordee.accounts import account_closing as closings
        from cordee.base import schedule
        from cordee.economics.dossiers import sections
        from cordee.members import acting, evidence, own_page
        from cordee.members.today import waiting
        from cordee.skills import account_closing, tabs, today
        from cordee.skills.learners import actions
        from cordee.skills.training import numbers

        schedule.register(
            "skills.erase_old",
            actions.erase_old,
            every_minutes=24 * 60,
            label="Personnes parties depuis 24 mois et tableaux de plus de trois mois effacés",
            erases=True,
        )
        closings.parts["skills"] = account_closing
        waiting.readers["skills"] = today.lines
        own_page.readers["skills"] = tabs.entry
        supervisor, counsellor = acting.Role.SUPERVISOR, acting.Role.COUNSELLOR
        navigation.register_own(
            "Terrain", _field, order=20, in_bar=acting.for_roles(supervisor), under="/terrain/"
        )
        navigation.register_own(
            "La semaine",
            lambda request: taught_page(request, "La semaine", "skills:week"),
            order=22,
            in_bar=acting.for_roles(supervisor, counsellor),
        )
        navigation.first_pages.append(_first)
        navigation.register_own(
            "Apprentissages",
            lambda request: taught_page(request, "Apprentissages", "skills:home"),
            order=25,
            in_bar=acting.for_roles(supervisor, counsellor),
        )
        title = "Ce que ce travail peut apprendre"
        panels.fill("opportunity", title, "skills:situations", "pk", order=70)
        title = "Ce que vos membres apprennent au travail"
        panels.fill("network_home", title, "network_learning:numbers", "network.slug", order=50)
        sections.register(numbers.section)
        evidence.counters |= numbers.COUNTERS


def _field(request: HttpRequest) -> tuple[str, str] | None:
    return ("Terrain", reverse("field:field")) if _taught(request) else None


def taught_page(request: HttpRequest, label: str, route: str) -> tuple[str, str] | None:
    """A page of the first structure whose learners the user follows."""
    taught = _taught(request)
    return (label, reverse(route, args=[taught[0]])) if taught else None


def _first(request: HttpRequest) -> str:
    """The board, for who is there to teach and for nothing else."""
    from cordee.members.acting import seats_of

    found = taught_page(request, "La semaine", "skills:week")
    return found[1] if found and len(_taught(request)) == len(seats_of(request)) else ""


def _taught(request: HttpRequest) -> list[int]:
    """The structures whose learners the user follows, the first joined first."""
    from cordee.members.acting import seats_of
    from cordee.members.roles import May

    return [
        seat.structure_id
        for seat in seats_of(request)
        if seat.may(May.TEACH) and seat.structure_id is not None
    ]
