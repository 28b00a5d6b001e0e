"""What the journal of the room says of a line beside its verb (`journal_words.toml`)."""

from collections.abc import Mapping
from typing import Any

from cordee.members.models import RoleSeat, SharingAgreement


def _role(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """The role; never whose it is, since a journal names nobody else than who acted."""
    role = (after or before).get("role", "")
    return f"Rôle : {RoleSeat.Role(role).label}" if role in RoleSeat.Role.values else ""


def _figures(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Which sort of figures, and what for; no figure."""
    values = after or before
    sorts = dict(SharingAgreement.FigureClass.choices)
    sort = str(sorts.get(values.get("figure_class", ""), ""))
    is_counted = values.get("figure_class") in SharingAgreement.COUNTED
    seen = "à compter" if is_counted else "à voir"
    rights = [
        words
        for name, words in (("may_see", seen), ("may_compose", "pour composer"))
        if values.get(name) and not values.get("ends_on")
    ]
    return f"{sort.capitalize()} : {', '.join(rights)}" if sort and rights else sort.capitalize()


SENTENCES = {
    f"members.{verb}": sentence
    for sentence, verbs in (
        (_role, "grant_seat end_seat leave_seat send_invitation resend_invitation"),
        (_role, "revoke_invitation accept_invitation"),
        (_role, "ask_to_join accept_join_request refuse_join_request"),
        (_figures, "grant_sharing revoke_sharing ask_sharing"),
        (_figures, "accept_sharing_request decline_sharing_request"),
    )
    for verb in verbs.split()
}
