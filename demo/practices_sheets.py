"""Sheets and monographs of the valley, from their files, as the delegation imports them."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.db import transaction

from cordee.accounts.models import User
from cordee.members.models import Network
from cordee.practices.models import Sheet, SheetAuthor
from cordee.practices.sheets.exchange.files import read_file
from cordee.practices.sheets.exchange.importing import Fate, import_sheets
from cordee.rules.clock import PARIS
from demo.people import DELEGATION, DOMAIN

TEXTS = Path(__file__).parent / "practices"
PUBLISHED_BEFORE = timedelta(days=20)
# The only structure that refuses to be named, in one sheet.
UNNAMED = ("les-ecoles-du-val", "Val Mirel Environnement")


@transaction.atomic
def load_sheets(day: date) -> None:
    """Once; nothing where the delegation or its delegate is not there."""
    network = Network.objects.filter(slug=DELEGATION).first()
    by = User.objects.filter(email=f"deleguee@{DOMAIN}").first()
    if network is None or by is None or Sheet.objects.filter(network=network).exists():
        return
    now = datetime.combine(day - PUBLISHED_BEFORE, time(9), tzinfo=PARIS)
    paths = sorted(TEXTS.rglob("*.md"))
    read = [(path.stem, read_file(path.read_text(encoding="utf-8"))) for path in paths]
    for told in import_sheets([*read], network=network, is_published=True, by=by, now=now):
        if told.fate is Fate.REFUSED:
            raise ValueError(f"{told.name}: {' '.join(told.sentences)}")
    authors = SheetAuthor.objects.filter(sheet__network=network)
    stem, name = UNNAMED
    refusing = authors.filter(sheet__source_key=stem, structure__name=name)
    refusing.update(refused_at=now)
    authors.filter(refused_at__isnull=True).update(agreed_at=now)
