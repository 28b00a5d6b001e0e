"""The directory is public to whoever is signed in; lists and figures are not."""

from tests.access.matrix import SIGNED_IN, Policy

POLICIES = {
    name: Policy(open_to=SIGNED_IN)
    for name in (
        *("members:directory", "members:export", "members:communes"),
        # One's own structures, or the way to find one.
        "members:own_structures",
    )
} | {
    # Name, kind, trades and place are everybody's; whose figures stand there is tested in
    # tests/members/test_sharing.py.
    "members:structure": Policy(
        open_to=SIGNED_IN,
        own=lambda world: {"pk": world.own_structure.pk},
        foreign=lambda world: {"pk": world.foreign_structure.pk},
        foreign_open_to=SIGNED_IN,
    ),
    # The page of the structure is no secret: 403 says whose decision it is.
    "members:share": Policy(
        open_to={"director"},
        own=lambda world: {"pk": world.own_structure.pk},
        foreign=lambda world: {"pk": world.foreign_structure.pk},
        closed_as={403},
    ),
    "members:imports": Policy(open_to={"network_staff"}, closed_as={403}),
    "members:import": Policy(
        open_to={"network_staff"},
        own=lambda world: {"pk": world.own_import.pk},
        foreign=lambda world: {"pk": world.foreign_import.pk},
    ),
    "members:import_progress": Policy(
        open_to={"network_staff"},
        own=lambda world: {"pk": world.own_import.pk},
        foreign=lambda world: {"pk": world.foreign_import.pk},
    ),
    "members:import_columns": Policy(
        open_to={"network_staff"},
        own=lambda world: {"pk": world.own_import.pk},
        foreign=lambda world: {"pk": world.foreign_import.pk},
        # 403 for who imports nothing at all; 404 for the list of another.
        closed_as={403, 404},
    ),
    "members:import_lines": Policy(
        open_to={"network_staff"},
        own=lambda world: {"pk": world.own_import.pk},
        foreign=lambda world: {"pk": world.foreign_import.pk},
    ),
    "members:import_csv": Policy(
        open_to={"network_staff"},
        own=lambda world: {"pk": world.own_import.pk},
        foreign=lambda world: {"pk": world.foreign_import.pk},
    ),
    "members:import_confirm": Policy(
        open_to={"network_staff"},
        own=lambda world: {"pk": world.own_import.pk},
        foreign=lambda world: {"pk": world.foreign_import.pk},
        method="post",
        # 403 for who imports nothing at all; 404 for the list of another.
        closed_as={403, 404},
    ),
}
