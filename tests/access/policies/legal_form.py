"""How an alliance answers: of who is inside it; a decision, of the structure alone."""

from tests.access.matrix import Policy
from tests.access.policies.alliances import INSIDE, LEADER, PARTY, deal, part

POLICIES = {
    "alliances:legal_form": deal(INSIDE),
    "alliances:compare_forms": deal(INSIDE),
    "alliances:choose_legal_form": deal(LEADER, "post"),
    "alliances:answer_alone": deal(LEADER),
    "alliances:answer_together": Policy(
        open_to=LEADER,
        own=lambda world: {"pk": world.subcontract(world.own_alliance)["pk"]},
        foreign=lambda world: {"pk": world.subcontract(world.foreign_alliance)["pk"]},
    ),
    "alliances:reasons": deal(INSIDE),
    "alliances:subcontracts": deal(INSIDE),
    "alliances:labour": Policy(
        open_to=INSIDE,
        own=lambda world: world.subcontract(world.own_alliance),
        foreign=lambda world: world.subcontract(world.foreign_alliance),
        method="post",
    ),
    "alliances:change_place": part(LEADER),
    "alliances:decide": part(PARTY),
}
