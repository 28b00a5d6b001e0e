"""Small sheets for the tests of practices."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from cordee.accounts.models import User
from cordee.members.models import Structure
from cordee.practices.models import Sheet, SheetVersion
from cordee.practices.models.sheets import SheetKind
from cordee.practices.sheets import actions
from cordee.practices.sheets.texts import SECTIONS
from tests.members.makers import make_person, make_structure

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def sections_of(kind: str = SheetKind.CARD, **said: str) -> dict[str, str]:
    """Every section filled, those of `said` as they say."""
    return {each.key: f"Ce que dit {each.key}." for each in SECTIONS[kind]} | said


def director_of(structure: Structure, email: str = "") -> User:
    return make_person(
        email or f"direction{structure.pk}@pratiques.example", role="director", structure=structure
    )


def start(
    *structures: Structure,
    kind: str = SheetKind.CARD,
    said: dict[str, str] | None = None,
    **more: Any,
) -> Sheet:
    """A sheet that is a draft, of a lone structure unless others are named."""
    authors: Sequence[Structure] = structures or [make_structure("Les Terrasses du Haut")]
    values = {"title": "Former sur le chantier", "network": None, "by": None, "now": NOW} | more
    return actions.start_sheet(
        kind=kind, structures=authors, sections=sections_of(kind, **(said or {})), **values
    )


def publish(*structures: Structure, **more: Any) -> SheetVersion:
    """The same, published."""
    return actions.publish(sheet=start(*structures, **more), by=None, now=NOW)


def agree(
    sheet: Sheet, structure: Structure, *, is_yes: bool = True, by: User | None = None
) -> None:
    """Its direction says whether it may be named."""
    row = sheet.authors.get(structure=structure)
    actions.answer_naming(row=row, is_yes=is_yes, by=by or director_of(structure), now=NOW)


SINCE_2024 = date(2024, 3, 1)
