"""Conversations: for their two sides, and for nobody else (RULE-38)."""

from cordee.members.roles import May, roles_that
from tests.access.matrix import NOBODY, SIGNED_IN, Policy
from tests.access.policies.opportunities import IN_NETWORK

SIDES = {"director", "network_staff", "delegate"}
READERS = frozenset(roles_that(May.ACT_FOR_NETWORK))

_thread = {
    "own": lambda w: {"pk": w.own_thread.pk},
    "foreign": lambda w: {"pk": w.foreign_thread.pk},
}
_message = {
    "own": lambda w: {"pk": w.own_thread.messages.earliest("pk").pk},
    "foreign": lambda w: {"pk": w.foreign_thread.messages.get().pk},
}
_answer = {
    "own": lambda w: {"pk": w.own_answer.pk},
    "foreign": lambda w: {"pk": w.foreign_thread.messages.get().pk},
}
# A need that is published for the own network: whoever is not of it does not see its page.
_of_need = {
    "own": lambda w: {"opportunity_pk": w.own_posted_need.pk},
    "foreign": lambda w: {"opportunity_pk": w.foreign_posted_need.pk},
}
SEES_NEED = IN_NETWORK | {"company"}

POLICIES = {
    "conversations:list": Policy(open_to=SIGNED_IN),
    "conversations:panel": Policy(open_to=SEES_NEED, **_of_need),
    "conversations:ask": Policy(open_to={"director"}, **_of_need),
    "conversations:choose": Policy(open_to=READERS, **_of_need),
    "conversations:write": Policy(
        open_to=READERS,
        own=lambda w: {
            "opportunity_pk": w.own_posted_need.pk,
            "structure_pk": w.own_read_structure.pk,
        },
        # About a need that they may write about, to a structure of another network.
        foreign=lambda w: {
            "opportunity_pk": w.own_posted_need.pk,
            "structure_pk": w.foreign_director.seats.get().structure_id,
        },
    ),
    "conversations:thread": Policy(open_to=SIDES, **_thread),
    "conversations:close": Policy(open_to=SIDES, method="post", **_thread),
    "conversations:export": Policy(
        open_to=SIDES,
        own=lambda w: {"pk": w.own_thread.pk},
        foreign=lambda w: {"pk": w.foreign_thread.pk},
        foreign_open_to=NOBODY,
    ),
    "conversations:take_back": Policy(open_to={"director"}, method="post", **_message),
    "conversations:report": Policy(open_to={"director"}, **_answer),
    "conversations:reports": Policy(open_to=READERS),
    "conversations:decide": Policy(
        open_to=READERS,
        own=lambda w: {"pk": w.own_report.pk},
        foreign=lambda w: {"pk": w.foreign_report.pk},
    ),
}
