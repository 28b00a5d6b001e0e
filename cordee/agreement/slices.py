"""What each party agrees to: its own slice and the common terms, and their fingerprint.

A change asks again exactly those whose fingerprint moved. What is accepted is listed by name: a new
field of a row is no term, and cancels nothing, until its name is added here.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from cordee.agreement.terms import Terms, canonical
from cordee.rules.groups import PartyRole

PARTY = ("key", "siren", "kind", "role", "of")
LABOUR = ("priced_by", "supervision", "tools")
CELL: tuple[str, ...] = ("party", "line", "chantier", "cents", "cfte", "insertion_hours", "crews")
CELL += ("first_month", "months")
# Names that come later: not said, they are not written, and what was accepted before they could be
# said still stands.
CELL_WHERE_SAID = ("work",)
COMMON_WHERE_SAID = ("study_costs", "notice", "exclusion", "dispute_steps", "insurance_cents")
LINE = ("key", "lot", "label", "trade", "first_month", "months")
COMMON: tuple[str, ...] = ("payment", "decision", "withdrawal", "disputes", "penalties")
COMMON += ("coordination", "coordination_cents", "labour_share_percent")
COMMON += ("insertion_rate_percent", "hourly_cost_cents")


def slice_of(terms: Terms, party: str) -> dict[str, Any]:
    """What a party takes, and what is done for it: plain values.

    Of a member: its cells and those of its subcontractors and suppliers of staff. Of these: their
    own cells, and for whom they come. A pin is a tool of the table, not a term.
    """
    who = terms.party(party)
    rows = [who, *terms.behind(party)]
    return {
        "parties": [{**_named(row, PARTY), "labour": _named(row.labour, LABOUR)} for row in rows],
        "cells": [
            _said(cell, CELL, CELL_WHERE_SAID) for row in rows for cell in terms.cells_of(row.key)
        ],
        "lines": [
            _named(line, LINE)
            for line in terms.lines
            if any(not terms.cell(row.key, line.key).is_empty for row in rows)
        ],
    }


def _named(row: object, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _said(row: object, names: Iterable[str], where_said: Iterable[str]) -> dict[str, Any]:
    said = (name for name in where_said if getattr(row, name) not in (None, ""))
    return _named(row, (*names, *said))


def common_of(terms: Terms, party: str) -> dict[str, Any]:
    """What a party agrees to beside its slice: plain values.

    A member agrees to the form, the lead, who else is a member, and the common terms; whoever
    answers for the whole agrees to the whole price too. Who answers alone agrees to that, to the
    price and to the common terms. The others deal with their member alone.
    """
    who = terms.party(party)
    if who.role is not PartyRole.MEMBER:
        return {}
    arrangement = terms.arrangement
    common = {
        **arrangement.engagement(terms),
        "terms": _said(terms.common, COMMON, COMMON_WHERE_SAID),
    }
    if arrangement.owes_the_whole(terms, party):
        common["price_cents"] = terms.price_cents
    return common


def fingerprint(terms: Terms, party: str) -> str:
    """SHA-256 (hexadecimal) of what a party agrees to."""
    agreed = {"slice": slice_of(terms, party), "common": common_of(terms, party)}
    return sha256(canonical(agreed).encode()).hexdigest()


def moved(before: Terms, after: Terms) -> tuple[str, ...]:
    """The parties of `after` who have to agree again: those who are new or whose terms moved."""
    known = {party.key for party in before.parties}
    return tuple(
        party.key
        for party in after.parties
        if party.key not in known or fingerprint(before, party.key) != fingerprint(after, party.key)
    )
