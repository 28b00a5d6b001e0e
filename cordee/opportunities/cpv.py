"""French labels of the CPV codes of our trades."""

import csv
import re
from functools import cache
from pathlib import Path

LABELS = Path(__file__).parent / "referentials" / "cpv_labels.csv"
_CODE = re.compile(r"(\d{2,8})(?:-\d)?")


def label(code: str) -> str | None:
    """The label of a CPV code, or else of the nearest code above it that we hold, or None.

    `code` has 2 to 8 digits, with or without its check digit: "77310000-6", "77310000", "7731".
    """
    match = _CODE.fullmatch(code.strip())
    if match is None:
        return None
    digits = match[1].ljust(8, "0")
    labels = _labels()
    for length in range(8, 1, -1):
        if found := labels.get(digits[:length].ljust(8, "0")):
            return found
    return None


@cache
def _labels() -> dict[str, str]:
    with LABELS.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["label"] for row in csv.DictReader(file)}
