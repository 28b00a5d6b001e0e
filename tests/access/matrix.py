"""What each route is open to: read by `test_matrix`, written in `policies/`.

    POLICIES = {
        "members:structure": Policy(open_to=SIGNED_IN, own=lambda w: {"pk": w.own_structure.pk},
                                    foreign=lambda w: {"pk": w.foreign_structure.pk},
                                    foreign_open_to=SIGNED_IN),
        "networks:answer": Policy(open_to={"director"}, own=…, foreign=…, method="post"),
    }

A route is *open* to somebody who gets an answer of it: 2xx, a redirection elsewhere than to the
sign-in page, or a 4xx that says what is wrong with what was sent (400, 409, 422). It is
*closed* by 404, or by 403 where `closed_as` says so (they may know it exists); to a visitor without
account, by the way to the sign-in page, or 401 from the API. Whoever is not named is refused.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Literal

from cordee.members.roles import Role
from tests.access.world import World

# Who tries each route; `visitor` has no account, `learner` neither but a card whose pictures were
# shown, `stranger` an account and no seat. The others hold one seat on the *own* side of the world,
# and none on the foreign one.
WITHOUT_ACCOUNT = frozenset({"visitor", "learner"})
ROLES = ("visitor", "learner", "stranger", *Role.values)
EVERYBODY = frozenset(ROLES)
SIGNED_IN = EVERYBODY - WITHOUT_ACCOUNT
SEATED = SIGNED_IN - {"stranger"}
NOBODY: frozenset[str] = frozenset()

type Arguments = Callable[[World], dict[str, Any]]


@dataclass(frozen=True)
class Policy:
    """`own` and `foreign` give the arguments of the address; without `foreign`, none is tried.

    `foreign` is an object of the same sort that belongs to others: another network, another
    structure, another person. `data` is what a POST sends, as a form or as JSON.
    """

    open_to: Collection[str]
    own: Arguments = lambda world: {}
    foreign: Arguments | None = None
    foreign_open_to: Collection[str] = NOBODY
    method: Literal["get", "post", "patch", "head", "options"] = "get"
    data: Callable[[World], dict[str, Any]] = lambda world: {}
    is_json: bool = False
    query: str = ""
    closed_as: Collection[int] = frozenset({404})
