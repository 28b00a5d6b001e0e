"""What the journal of the room says of a line beside its verb (`journal_words.toml`)."""

from collections.abc import Mapping
from typing import Any

from cordee.base.ui import french


def _reached(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """How many, never who."""
    reached = after.get("recipients")
    return french.count(reached, "structure") if isinstance(reached, int) else ""


SENTENCES = {"mobilisation.send_campaign": _reached}
