"""The page of the ceiling opens to all who find the structure: to most it says whose it is."""

from tests.access.matrix import SIGNED_IN, Policy

# Who reads the figures of a structure: who directs it; the network of the world has no agreement.
SEEN = Policy(
    open_to={"director"},
    own=lambda world: {"pk": world.own_structure.pk},
    foreign=lambda world: {"pk": world.foreign_structure.pk},
)
POLICIES = {
    "economics:months": SEEN,
    # Its figures are shown to who may see them: tests/economics/test_radar.py.
    "economics:ceiling": Policy(
        open_to=SIGNED_IN,
        own=lambda world: {"pk": world.own_structure.pk},
        foreign=lambda world: {"pk": world.foreign_structure.pk},
        foreign_open_to=SIGNED_IN,
    ),
    "economics:as_seen": Policy(
        open_to={"director"},
        own=lambda world: {"pk": world.own_structure.pk, "slug": world.own_network.slug},
        foreign=lambda world: {
            "pk": world.foreign_structure.pk,
            "slug": world.foreign_network.slug,
        },
    ),
    **{
        name: Policy(
            open_to={"director"},
            own=lambda world: {"pk": world.own_structure.pk},
            foreign=lambda world: {"pk": world.foreign_structure.pk},
        )
        for name in ("economics:dossiers", "economics:derogation", "economics:dialogue")
    },
}
