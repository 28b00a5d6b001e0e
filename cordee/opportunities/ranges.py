"""The range of a figure, and the size of a package, in plain French words."""

from collections.abc import Mapping, Sequence
from typing import Any

from cordee.base.ui import french
from cordee.base.ui import months as months_in_french
from cordee.opportunities.models import WorkPackage
from cordee.opportunities.wording import period

UNSURE: Mapping[str, str] = {"supposed": "supposé", "compared": "comparé"}
"""The states of a figure that nobody wrote, and the word beside it."""

SHOWN_PARTS = 8


def unsure_of(provenance: Mapping[str, Any]) -> dict[str, str]:
    """By field: the word for a figure that the notice does not tell."""
    return {
        name: UNSURE[came["state"]]
        for name, came in provenance.items()
        if came["state"] in UNSURE and "corrected" not in came
    }


def range_of(field: str, came: Mapping[str, Any]) -> str:
    """ "entre 0,27 et 3,04 ETP"; empty where the figure has no range, or was corrected."""
    low, high = came.get("low"), came.get("high")
    if low is None or high is None or low == high or "corrected" in came:
        return ""
    match field:
        case "amount_cents":
            return f"entre {_euros(low)} et {_euros(high)}"
        case "need_cfte":
            return f"entre {french.fte_number(low)} et {french.fte(high)}"
        case "months":
            return f"entre {low} et {high}{french.THIN}mois"
        case "first_month":
            return f"entre {months_in_french.month(low)} et {months_in_french.month(high)}"
        case _:
            return f"entre {french.number(low)} et {french.count(high, 'heure')}"


def size_lines(package: WorkPackage) -> list[tuple[str, str, str]]:
    """(what, how much, by which rule): hours of the work, of the clause, and parts of one crew."""
    sizes = package.sizes
    found = [
        (label, _hours(sizes[name]), sizes[name]["rule"])
        for name, label in (
            ("hours", "Heures de travail"),
            ("insertion_hours", "Heures d’insertion demandées"),
        )
        if name in sizes
    ]
    if parts := sizes.get("parts"):
        found.append(("Ce que tient une petite équipe", _parts(parts), parts[0]["rule"]))
    return found


def _hours(came: Mapping[str, Any]) -> str:
    hours = french.count(came["value"], "heure")
    spread = range_of("hours", came)
    return f"{hours}, {spread}" if spread else hours


def _parts(parts: Sequence[Mapping[str, Any]]) -> str:
    shown = [
        f"{french.fte(part['need_cfte'])}, {period(part['first_month'], part['months'])}"
        for part in parts[:SHOWN_PARTS]
    ]
    more = len(parts) - len(shown)
    rest = f" ; et {french.count(more, 'autre part', 'autres parts')}" if more else ""
    return f"{french.count(len(parts), 'part')} : " + " ; ".join(shown) + rest


def _euros(cents: int) -> str:
    """To the hundred euros: a range is no more precise."""
    return french.euros(max(10_000, round(cents / 10_000) * 10_000), rounded=True)
