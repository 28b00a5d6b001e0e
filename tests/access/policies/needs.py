"""Needs posted in Cordée: their author's pages, and those of who reads them over."""

from cordee.members.roles import May, roles_that
from tests.access.matrix import NOBODY, Policy

POSTING = frozenset(roles_that(May.POST_NEEDS))
READERS = frozenset(roles_that(May.ACT_FOR_NETWORK))
AUTHOR = {"company"}

_need = {
    "own": lambda w: {"pk": w.own_posted_need.pk},
    "foreign": lambda w: {"pk": w.foreign_posted_need.pk},
}
_audience = {
    "own": lambda w: {"pk": w.own_posted_need.audiences.get().pk},
    "foreign": lambda w: {"pk": w.foreign_posted_need.audiences.get().pk},
}

POLICIES = {
    "opportunities:my_needs": Policy(open_to=POSTING, closed_as={403}),
    "opportunities:new_need": Policy(open_to=POSTING, closed_as={403}),
    "opportunities:need_step": Policy(
        open_to=AUTHOR,
        own=lambda w: {"pk": w.own_draft.pk, "step": "quoi"},
        foreign=lambda w: {"pk": w.foreign_draft.pk, "step": "quoi"},
        foreign_open_to=NOBODY,
    ),
    "opportunities:drop_draft": Policy(
        open_to=AUTHOR,
        own=lambda w: {"pk": w.own_draft.pk},
        foreign=lambda w: {"pk": w.foreign_draft.pk},
        method="post",
    ),
    "opportunities:my_need": Policy(open_to=AUTHOR, **_need),
    "opportunities:correct_need": Policy(open_to=AUTHOR, method="post", **_need),
    "opportunities:withdraw_need": Policy(open_to=AUTHOR, method="post", **_need),
    "opportunities:close_need": Policy(open_to=AUTHOR, method="post", **_need),
    "opportunities:needs_to_read": Policy(open_to=READERS),
    "opportunities:moderate": Policy(open_to=READERS, method="post", **_audience),
}
