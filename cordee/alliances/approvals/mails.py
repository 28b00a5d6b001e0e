"""The receipt that whoever approves gets by mail."""

from cordee.accounts.models import User
from cordee.alliances.frame.mails import write
from cordee.alliances.models import Approval


def notify_approved(approval: Approval, person: User) -> None:
    """With its key, the person can prove later that it was them, even once erased here."""
    context = {
        "alliance": approval.alliance,
        "approval": approval,
        "identity": approval.identity,
        "structure": approval.party.structure.shown_name,
        "paper": approval.revision.read().arrangement.paper,
    }
    write(person, "approved", context, f"{approval.pk}:{person.pk}")
