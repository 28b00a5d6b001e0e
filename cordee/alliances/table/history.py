"""What each version of the terms changed, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from cordee.agreement.changes import Change, changes
from cordee.agreement.terms import Terms
from cordee.alliances.models import Alliance, AllianceRevision
from cordee.alliances.table.clashes import BY_FIELD, where
from cordee.alliances.table.measures import EUROS
from cordee.base.ui import months
from cordee.dossier.choices import CHOICES

# Changes written out under one version; the others are counted.
MOST_SHOWN = 12


def versions(
    alliance: Alliance, rows: Sequence[AllianceRevision], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The versions given, newest first, each told beside the one before it: one more query."""
    if not rows:
        return []
    before = {
        row.number: row
        for row in alliance.revisions.filter(number__in=[row.number - 1 for row in rows])
    }
    return [_version(row, before.get(row.number - 1), names) for row in rows]


def _version(
    row: AllianceRevision, before: AllianceRevision | None, names: Mapping[str, str]
) -> dict[str, Any]:
    terms = row.read()
    found = () if before is None else changes(before.read(), terms)
    sentences = list(dict.fromkeys(sentence(each, terms, names) for each in found))
    return {
        "number": row.number,
        "when": row.made_at,
        "who": "" if row.made_by is None else (row.made_by.display_name or "une personne inscrite"),
        "origin": row.get_origin_display(),
        "returns_to": row.returns_to,
        "changes": sentences[:MOST_SHOWN],
        "more": max(0, len(sentences) - MOST_SHOWN),
        "is_current": row.number == row.alliance.version,
    }


def sentence(change: Change, terms: Terms, names: Mapping[str, str]) -> str:
    """One change, as people would say it."""
    place = change.place
    if place[0] == "party":
        return f"{names.get(place[1], 'une structure')}\u00a0: rôle ou régime"
    if place[0] == "common" and (choice := CHOICES.get(place[1])):
        before, after = choice.words(change.before), choice.words(change.after)
        return f"{choice.subject}\u00a0: {before} → {after}"
    at = where(place, terms, names)
    if place[0] == "cell":
        if place[3] in BY_FIELD:
            measure = BY_FIELD[place[3]]
            was, now = measure.in_words(change.before), measure.in_words(change.after)
            return f"{at}\u00a0: {was} → {now}"
        if place[3] == "pinned":
            return f"{at}\u00a0: {'épinglée' if change.after else 'libérée'}"
        if place[3] == "first_month" and change.after is not None:
            return f"{at}\u00a0: {months.month(change.after)}"
        return at
    if place[0] == "line" and place[2] == "price_cents":
        return f"{at}\u00a0: {EUROS.in_words(change.before)} → {EUROS.in_words(change.after)}"
    return at
