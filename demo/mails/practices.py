"""Invented words for the mails about practices, for who looks at them."""

from collections.abc import Mapping
from datetime import date

from cordee.accounts.models import User
from cordee.members.models import Structure
from cordee.practices.commissions.letters import KIND, mail_context
from cordee.practices.models import Letter, LetterRecipient, Reuse, Sheet, SheetComment
from cordee.practices.models.sheets import SheetKind
from cordee.practices.sheets import mails
from demo.mails.mobilisation import JARDINS, NETWORK

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
        changed="Deux caisses, une par équipe.",
        why="Nos équipes ne partent pas du même endroit.",
    )
    return {"reuse": row, "sheet": SHEET, "name": row.shown_name}


def of_sheet() -> Mapping[str, object]:
    return {"sheet": SHEET}


def settled() -> Mapping[str, object]:
    said = {
        "text": "Dire qui recharge la caisse.",
        "answer": "L’équipe du matin.",
    }
    return {"sheet": SHEET, "comment": SheetComment(sheet=SHEET, number=1, **said)}


def dated() -> Mapping[str, object]:
    letter = Letter(
        pk=1,
        network=NETWORK,
        by=User(pk=1, email="deleguee@cordee.example", display_name="Octavie Bruyère"),
        subject="Relire les fiches de la taille",
        message="Deux fiches attendent vos remarques.\nTrois heures suffisent.",
        answer_by=date(2026, 12, 11),
    )
    return mail_context(LetterRecipient(pk=1, letter=letter, structure=JARDINS), letter.by)


SAMPLES = (
    ("reused", reused, mails.KIND),
    ("review_due", of_sheet, mails.KIND),
    ("reviewed", of_sheet, mails.KIND),
    ("settled", settled, mails.KIND),
    ("letter", dated, KIND),
)
