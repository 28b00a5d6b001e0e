"""The preview of a need: for who writes it."""

from tests.access.matrix import Policy

POLICIES = {
    "mobilisation:need_reach": Policy(
        open_to={"company"},
        own=lambda w: {"draft_pk": w.own_draft.pk},
        foreign=lambda w: {"draft_pk": w.foreign_draft.pk},
    ),
}
