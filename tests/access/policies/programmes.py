"""Programmes: read by whoever has an account, kept by their team, opened by national networks."""

from typing import Any

from django.utils import timezone

from cordee.members.models import Programme, ProgrammeCommitment, ProgrammeFact
from cordee.members.roles import May, roles_that
from cordee.opportunities.models import Opportunity, ProgrammeAttachment, ProgrammeRule
from tests.access.matrix import SIGNED_IN, Policy
from tests.access.world import World

TEAM = frozenset(roles_that(May.RUN_PROGRAMME))


def public_opportunity() -> Opportunity:
    return Opportunity.objects.get_or_create(title="Plantation des berges", source="boamp")[0]


def foreign_need(world: World) -> Opportunity:
    return Opportunity.objects.get_or_create(
        title="Coffrets à monter", source="private", network=world.foreign_network
    )[0]


def attached(programme: Programme) -> ProgrammeAttachment:
    return ProgrammeAttachment.objects.get_or_create(
        programme=programme,
        opportunity=public_opportunity(),
        defaults={"is_by_hand": True, "reason": "Sur le site", "at": timezone.now()},
    )[0]


MADE = {
    "commitment": lambda programme: ProgrammeCommitment.objects.get_or_create(
        programme=programme, label="Insertion", defaults={"kind": "hours_share", "source": "Charte"}
    )[0],
    "fact": lambda programme: ProgrammeFact.objects.get_or_create(
        programme=programme, label="Bilan", defaults={"text": "Rien encore", "source": "Lettre"}
    )[0],
    "rule": lambda programme: ProgrammeRule.objects.get_or_create(
        programme=programme, words="berges", in_places=False
    )[0],
}


def own(world: World) -> dict[str, Any]:
    return {"slug": world.own_programme.slug}


def foreign(world: World) -> dict[str, Any]:
    return {"slug": world.foreign_programme.slug}


def team(**more: Any) -> Policy:
    return Policy(open_to=TEAM, own=own, foreign=foreign, **more)


def of_line(side: str, name: str) -> Any:
    def arguments(world: World) -> dict[str, Any]:
        programme = getattr(world, f"{side}_programme")
        return {"slug": programme.slug, "pk": MADE[name](programme).pk}

    return arguments


def team_line(name: str) -> Policy:
    return Policy(open_to=TEAM, own=of_line("own", name), foreign=of_line("foreign", name))


def of_attachment(side: str) -> Any:
    def arguments(world: World) -> dict[str, Any]:
        programme = getattr(world, f"{side}_programme")
        return {"slug": programme.slug, "opportunity_pk": attached(programme).opportunity_id}

    return arguments


def read() -> Policy:
    return Policy(open_to=SIGNED_IN, own=own, foreign=foreign, foreign_open_to=SIGNED_IN)


POLICIES = {
    "programmes:list": Policy(open_to=SIGNED_IN),
    "programmes:programme": read(),
    "programmes:export": read(),
    "programmes:progress": read(),
    "programmes:panel": Policy(
        open_to=SIGNED_IN,
        own=lambda world: {"opportunity_pk": public_opportunity().pk},
        # A private need stays in its network, its programmes with it.
        foreign=lambda world: {"opportunity_pk": foreign_need(world).pk},
    ),
    "programmes:create": Policy(open_to={"network_staff"}, closed_as={403}),
    "programmes:edit": team(),
    "programmes:add_commitment": team(),
    "programmes:add_fact": team(),
    "programmes:add_rule": team(),
    "programmes:edit_commitment": team_line("commitment"),
    "programmes:remove_commitment": team_line("commitment"),
    "programmes:edit_fact": team_line("fact"),
    "programmes:remove_fact": team_line("fact"),
    "programmes:remove_rule": team_line("rule"),
    "programmes:attach": Policy(
        open_to=TEAM,
        own=lambda world: own(world) | {"opportunity_pk": public_opportunity().pk},
        foreign=lambda world: foreign(world) | {"opportunity_pk": public_opportunity().pk},
    ),
    "programmes:detach": Policy(
        open_to=TEAM, own=of_attachment("own"), foreign=of_attachment("foreign")
    ),
    "programmes:forget": Policy(
        open_to=TEAM, own=of_attachment("own"), foreign=of_attachment("foreign"), method="post"
    ),
}
