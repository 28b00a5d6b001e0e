"""What the journal of the room says of a line beside its verb (`journal_words.toml`)."""

from collections.abc import Mapping
from typing import Any

from cordee.opportunities.facts import FACTS


def _fact(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Which fact; its value stands on the page of the notice."""
    values = after or before
    fact = FACTS.get(values.get("fact", ""))
    if fact is None:
        return ""
    return f"{fact.label}, lot {values['lot']}" if values.get("lot") else fact.label


SENTENCES = {
    f"opportunities.{verb}": _fact
    for verb in (
        *("correct_fact", "propose_correction", "settle_correction", "withdraw_correction"),
        *("object_to_correction", "withdraw_objection"),
    )
}
