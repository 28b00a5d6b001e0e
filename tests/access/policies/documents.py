"""Documents are of whoever is inside the alliance; an answer file, of who directs the structure."""

from cordee.alliances.models import PastWork, Turnover
from cordee.members.models import Structure
from tests.access.matrix import Policy
from tests.access.policies.alliances import INSIDE, LEADER, PARTY, deal, party
from tests.access.world import World


def work_of(structure: Structure) -> PastWork:
    return PastWork.objects.get_or_create(
        structure=structure, title="Haies", client="Commune", year=2025
    )[0]


def turnover_of(structure: Structure) -> Turnover:
    return Turnover.objects.get_or_create(
        structure=structure, year=2025, defaults={"amount_cents": 100}
    )[0]


def own_file(world: World) -> dict[str, int]:
    return {"pk": world.own_structure.pk}


def foreign_file(world: World) -> dict[str, int]:
    return {"pk": world.foreign_structure.pk}


POLICIES = {
    "alliances:documents": deal(INSIDE),
    "alliances:all_documents": deal(INSIDE, method="post"),
    "alliances:document": Policy(
        open_to=INSIDE,
        own=lambda world: {"pk": world.own_alliance.pk, "key": "convention"},
        foreign=lambda world: {"pk": world.foreign_alliance.pk, "key": "convention"},
    ),
    "alliances:download_document": Policy(
        open_to=INSIDE,
        own=lambda world: {"pk": world.own_alliance.pk, "key": "convention"},
        foreign=lambda world: {"pk": world.foreign_alliance.pk, "key": "convention"},
        method="post",
        data=lambda world: {"format": "pdf"},
    ),
    "alliances:common_terms": deal(LEADER),
    "alliances:vat": Policy(open_to=PARTY, own=party("own"), foreign=party("foreign")),
    "alliances:open_answer_file": Policy(
        open_to=PARTY, own=party("own"), foreign=party("foreign"), method="post"
    ),
    "alliances:shut_answer_file": Policy(
        open_to=PARTY, own=party("own"), foreign=party("foreign"), method="post"
    ),
}
POLICIES |= {
    f"answer_files:{name}": Policy(open_to=PARTY, own=own_file, foreign=foreign_file)
    for name in ("show", "panel", "edit", "edit_texts", "add_reference", "set_turnover")
}
POLICIES |= {
    "answer_files:remove_reference": Policy(
        open_to=PARTY,
        own=lambda world: {**own_file(world), "work": work_of(world.own_structure).pk},
        foreign=lambda world: {**foreign_file(world), "work": work_of(world.foreign_structure).pk},
    ),
    "answer_files:remove_turnover": Policy(
        open_to=PARTY,
        own=lambda world: {**own_file(world), "turnover": turnover_of(world.own_structure).pk},
        foreign=lambda world: {
            **foreign_file(world),
            "turnover": turnover_of(world.foreign_structure).pk,
        },
    ),
}
