"""Proposals of programmes: their team proposes and counts, the staff of a network decides."""

from typing import Any

from django.utils import timezone

from cordee.members.roles import May, roles_that
from cordee.mobilisation.models import ProgrammeProposal
from cordee.opportunities.models import Opportunity
from tests.access.matrix import SEATED, Policy
from tests.access.policies.programmes import foreign, own, public_opportunity
from tests.access.world import World

TEAM = frozenset(roles_that(May.RUN_PROGRAMME))
DECIDING = frozenset(roles_that(May.ACT_FOR_NETWORK))
OF_THE_NETWORK = SEATED - {"programme_team", "buyer", "facilitator", "company"}


def proposal(world: World, side: str) -> ProgrammeProposal:
    opportunity: Opportunity = public_opportunity()
    return ProgrammeProposal.objects.get_or_create(
        programme=world.own_programme,
        opportunity=opportunity,
        network=getattr(world, f"{side}_network"),
        defaults={"at": timezone.now()},
    )[0]


def team(**more: Any) -> Policy:
    return Policy(open_to=TEAM, own=own, foreign=foreign, **more)


def decided(**more: Any) -> Policy:
    return Policy(
        open_to=DECIDING,
        own=lambda world: {"pk": proposal(world, "own").pk},
        foreign=lambda world: {"pk": proposal(world, "foreign").pk},
        **more,
    )


POLICIES = {
    "proposals:team": team(),
    "proposals:team_panel": team(),
    "proposals:create": team(),
    "proposals:received": Policy(open_to=DECIDING),
    "proposals:home_panel": Policy(open_to=DECIDING),
    "proposals:decline": decided(),
    "proposals:reopen": decided(method="post"),
    "proposals:network_panel": Policy(
        open_to=OF_THE_NETWORK,
        own=lambda world: {"slug": world.own_network.slug},
        foreign=lambda world: {"slug": world.foreign_network.slug},
    ),
}
