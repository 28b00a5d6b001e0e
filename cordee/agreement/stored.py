"""Terms as JSON, and back: the same text for the same terms, on every machine."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from cordee.agreement.model import (
    Cell,
    CommonTerms,
    Labour,
    Line,
    Party,
    PricedBy,
    Reason,
    Side,
    VatRegime,
)
from cordee.agreement.terms import Terms
from cordee.rules.groups import GroupForm, PartyRole
from cordee.rules.kinds import Kind

# Rises when the form of what is stored changes.
FORMAT = 1


def terms_to_json(terms: Terms) -> dict[str, Any]:
    """Plain values for a JSON column, with the number of their format."""
    return {
        "format": FORMAT,
        "form": terms.form,
        "lead": terms.lead,
        "reasons": sorted(terms.reasons),
        "reasons_words": terms.reasons_words,
        "common": asdict(terms.common),
        "lines": [asdict(line) for line in terms.lines],
        "parties": [asdict(party) for party in terms.parties],
        "cells": [asdict(cell) for cell in terms.cells],
    }


def terms_from_json(stored: Mapping[str, Any]) -> Terms:
    """Terms from what `terms_to_json` gave. Raises `ValueError` for another format."""
    if stored.get("format") != FORMAT:
        raise ValueError(f"format is {stored.get('format')!r}; these terms are of format {FORMAT}.")
    return Terms(
        lines=tuple(Line(**_known(Line, each)) for each in stored["lines"]),
        parties=tuple(_party(each) for each in stored["parties"]),
        cells=tuple(Cell(**_known(Cell, each)) for each in stored["cells"]),
        form=GroupForm(stored["form"]) if stored["form"] else None,
        lead=stored["lead"],
        reasons=frozenset(Reason(each) for each in stored["reasons"]),
        reasons_words=stored["reasons_words"],
        common=CommonTerms(**_known(CommonTerms, stored["common"])),
    )


def canonical(value: Any) -> str:
    """One text for one value: sorted keys, no spaces, plain characters."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _party(stored: Mapping[str, Any]) -> Party:
    labour = stored["labour"]
    plain = dict(_known(Party, stored))
    plain["kind"], plain["role"] = Kind(stored["kind"]), PartyRole(stored["role"])
    plain["vat"] = VatRegime(stored["vat"])
    plain["labour"] = Labour(
        priced_by=PricedBy(labour["priced_by"]),
        supervision=Side(labour["supervision"]),
        tools=Side(labour["tools"]),
    )
    return Party(**plain)


def _known(target: type, stored: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a stored row. Raises `ValueError` where one has no place."""
    names = {each.name for each in fields(target)}
    if unknown := stored.keys() - names:
        raise ValueError(f"{target.__name__} has no {sorted(unknown)}; the names are {names}.")
    return dict(stored)
