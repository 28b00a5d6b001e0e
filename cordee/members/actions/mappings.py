"""Remembering which column of a network's lists is which."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members import list_columns
from cordee.members.models import ListMapping, Network
from cordee.members.structure_list import COLUMNS


@transaction.atomic
def save_list_mapping(
    *, network: Network, header: Sequence[str], columns: Mapping[str, str], by: User | None
) -> ListMapping:
    """Keep the choice for the next list with this header; the same again changes nothing.

    Raises ValueError for a field that is none of ours.
    """
    unknown = sorted(set(columns.values()) - {"", *COLUMNS})
    if unknown:
        raise ValueError(f"columns: {unknown} are none of our fields.")
    key = list_columns.header_key(header)
    known = ListMapping.objects.filter(network=network, key=key).first()
    if known is not None and known.columns == dict(columns):
        return known
    kept, _ = ListMapping.objects.update_or_create(
        network=network, key=key, defaults={"columns": dict(columns)}
    )
    journal.record(
        "members.keep_list_mapping",
        network,
        by=by,
        after={"columns": {theirs: own for theirs, own in columns.items() if own}},
    )
    return kept
