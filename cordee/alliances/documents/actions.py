"""What a party opens to whoever takes documents out, and the journal of what was taken out."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.alliances.models import Alliance, AllianceParty, FileOpening, IssuedDocument


@transaction.atomic
def open_file(*, party: AllianceParty, by: User, now: datetime) -> None:
    """Let whoever coordinates, and the lead, read the declaration of a party in this alliance."""
    _, is_new = FileOpening.objects.get_or_create(
        party=party, defaults={"opened_at": now, "opened_by": by}
    )
    if is_new:
        journal.record("alliances.open_file", party, by=by, after={})


@transaction.atomic
def shut_file(*, party: AllianceParty, by: User) -> None:
    """Take that back, at once."""
    removed, _ = FileOpening.objects.filter(party=party).delete()
    if removed:
        journal.record("alliances.shut_file", party, by=by, after={})


@transaction.atomic
def note_issued(
    *, alliance: Alliance, fingerprints: Mapping[str, str], by: User, now: datetime
) -> None:
    """Remember which text of which documents a person took out last. Not a line of the journal."""
    for key, sha256 in fingerprints.items():
        IssuedDocument.objects.update_or_create(
            alliance=alliance,
            person=by,
            key=key,
            defaults={"sha256": sha256, "issued_at": now},
        )
