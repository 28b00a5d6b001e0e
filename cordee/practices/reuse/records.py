"""« En faire une fiche »: a sheet begun from a record of Cordée, not from a blank page.

What a sort of record may tell is one function of `sources.py`. None holds a price, a share, a
charge nor anybody's name: structures are credited beside the text, and named once their direction
says yes. The rest is a gap, for people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.base.documents import Document, Paragraph
from cordee.members.models import Department, Network, Structure
from cordee.practices.models import Sheet
from cordee.practices.models.sheets import SheetKind
from cordee.practices.sheets.actions import start_sheet
from cordee.practices.sheets.texts import SECTIONS, Section, named_in, title_of


@dataclass(frozen=True, slots=True)
class Fact:
    """A sentence of one section, by its key; `source`: where it comes from."""

    section: str
    words: str
    source: str

    @property
    def title(self) -> str:
        return title_of(SheetKind.CARD, self.section)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What may be told of something done; `done`: after « Faire une fiche de ». `title`: left out
    where it says the name of somebody who took part, for `plain_title`. `guarded`: told only once
    its structure says so."""

    done: str
    title: str = ""
    plain_title: str
    facts: Sequence[Fact]
    guarded: Sequence[Fact] = ()
    structures: Sequence[Structure]
    network: Network | None = None
    trades: Sequence[str] = ()
    department: Department | None = None
    since: date | None = None
    back: str

    @property
    def shown_title(self) -> str:
        said = Document(title=self.plain_title, subtitle="", blocks=(Paragraph(self.title),))
        is_safe = self.title and not named_in(said, self.structures)
        return self.title[:150] if is_safe else self.plain_title

    def sections(self, *, with_guarded: bool) -> dict[str, str]:
        """Markdown by section; one without any fact is left out, and stays a gap."""
        found: dict[str, list[str]] = {}
        for fact in (*self.facts, *(self.guarded if with_guarded else ())):
            line = f"- {fact.words} (Source\u00a0: {fact.source}.)"
            found.setdefault(fact.section, []).append(line)
        return {key: "\n".join(lines) for key, lines in found.items()}

    @property
    def to_write(self) -> list[Section]:
        """The sections of which nothing is known here."""
        told = {fact.section for fact in self.facts}
        return [section for section in SECTIONS[SheetKind.CARD] if section.key not in told]


def sheet_of(kind: str, key: str) -> Sheet | None:
    """The sheet that was begun from a record, if any."""
    found: Sheet | None = Sheet.objects.filter(
        source_kind=kind, source_key=key, removed_at__isnull=True
    ).first()
    return found


@transaction.atomic
def begin(
    *, record: Record, kind: str, key: str, with_guarded: bool, by: User, now: datetime
) -> Sheet:
    """A draft that holds the facts of a record; asked for twice, the same one.

    `with_guarded`: the direction of its structure agrees that the guarded facts are told.
    """
    # Two clicks at once wait for each other.
    list(Structure.objects.select_for_update(no_key=True).filter(pk=record.structures[0].pk))
    if (known := sheet_of(kind, key)) is not None:
        return known
    sheet = start_sheet(
        kind=SheetKind.CARD,
        title=record.shown_title,
        sections=record.sections(with_guarded=with_guarded),
        by=by,
        now=now,
        network=record.network,
        structures=record.structures,
        trades=record.trades,
        source=(kind, key),
        department=record.department,
        in_use_since=record.since,
    )
    if record.guarded and with_guarded:
        journal.record("practices.agree_to_tell", record.structures[0], by=by)
    return sheet
