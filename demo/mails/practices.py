"""Invented words for the mails about practices, for who looks at them."""

from collections.abc import Mapping
from datetime import date

from cordee.members.models import Structure
from cordee.practices.models import Reuse, Sheet
from cordee.practices.models.sheets import SheetKind
from cordee.practices.reuse import mails

SHEET = Sheet(
    pk=1,
    kind=SheetKind.CARD,
    title="La caisse du premier jour",
    latest_number=1,
    review_due=date(2026, 12, 9),
)


def reused() -> Mapping[str, object]:
    structure = Structure(pk=1, name="Les Ateliers du Bourg", kind="ACI")
    row = Reuse(
        sheet=SHEET,
        structure=structure,
        outcome="adapted",
        since=date(2026, 3, 1),
        changed="Deux caisses, une par équipe.",
        why="Nos équipes ne partent pas du même endroit.",
    )
    return {"reuse": row, "sheet": SHEET, "name": row.shown_name}


def review_due() -> Mapping[str, object]:
    return {"sheet": SHEET}


SAMPLES = (("reused", reused, mails.KIND), ("review_due", review_due, mails.KIND))
