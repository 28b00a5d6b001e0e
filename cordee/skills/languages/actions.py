"""Writes of what a structure had translated."""

from collections.abc import Mapping

from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members.models import Structure
from cordee.skills.models import Translation


@transaction.atomic
def write_translations(
    *,
    structure: Structure,
    language: str,
    sentences: Mapping[str, str],
    words: Mapping[str, str],
    by: User,
) -> None:
    """Keep translations by code, each of the sentence as it stands; an empty one goes, and what is
    not named stays."""
    Structure.objects.select_for_update(no_key=True).get(pk=structure.pk)
    of_structure = {"structure": structure, "language": language}
    Translation.objects.filter(**of_structure, code__in=words).delete()
    Translation.objects.bulk_create(
        Translation(**of_structure, code=code, french=sentences[code], words=said)
        for code, said in words.items()
        if said
    )
    after = {"language": language, "count": len(words)}
    journal.record("skills.write_translations", structure, by=by, after=after)
