"""Sheets of a network from files: what is in them is read, then each is written, or refused, alone.

A file is known again by its name, else by its text, else by its title: the same import twice
changes nothing, and one that was cut short is taken up by sending it again.
"""

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath
from typing import IO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from cordee.accounts.models import User
from cordee.base.search.words import fold
from cordee.base.tables import Row, TableError, open_csv
from cordee.members.models import Department, Network, Structure
from cordee.practices.models import Sheet, SheetDraft
from cordee.practices.models.sheets import FROM_FILE
from cordee.practices.sheets import actions
from cordee.practices.sheets.exchange.files import (
    DEPARTMENT,
    KEYS,
    SheetFile,
    UnreadableFile,
    read_file,
    read_values,
)
from cordee.practices.sheets.texts import SECTIONS
from cordee.rules.practices import STEPS, PracticeStatus, highest_status

MOST_BYTES = 5_000_000
MOST_FILES = 500
# Every section of a sheet, as long as it may be.
MOST_FILE_BYTES = 300_000
MOST_UNPACKED = 25_000_000
LONGEST_STEM = 60
FILE = "fichier"
_UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError)
_SECTION_TITLES = {fold(each.title): each.title for kind in SECTIONS.values() for each in kind}


class Fate(StrEnum):
    """What became of a file."""

    CREATED = "créée"
    CHANGED = "modifiée"
    SAME = "inchangée"
    REFUSED = "refusée"


@dataclass(slots=True)
class Told:
    """One file: its name, its fate, and each thing to know or to correct."""

    name: str
    fate: Fate = Fate.REFUSED
    sentences: list[str] = field(default_factory=list)
    sheet: Sheet | None = None


type Read = tuple[str, SheetFile | UnreadableFile]


def read_all(file: IO[bytes]) -> list[Read]:
    """(name, what it says, or why it cannot be read) of each sheet of a ZIP or of a table.

    Raises ValidationError for what is no such file, or too much of one.
    """
    file.seek(0, 2)
    if file.tell() > MOST_BYTES:
        raise ValidationError(
            f"Ce fichier dépasse {MOST_BYTES // 1_000_000} Mo. Partagez-le en plusieurs."
        )
    file.seek(0)
    is_zip = file.read(2) == b"PK"
    file.seek(0)
    read = list(_in_archive(file) if is_zip else _in_table(file))
    if not read:
        raise ValidationError("Ce fichier ne contient aucune fiche (.md). Vérifiez-le.")
    return read


def _in_archive(file: IO[bytes]) -> Iterator[Read]:
    try:
        archive = zipfile.ZipFile(file)
    except _UNREADABLE as wrong:
        raise ValidationError("Ce ZIP est abîmé. Refaites-le, puis recommencez.") from wrong
    if "[Content_Types].xml" in archive.namelist():
        raise ValidationError("C’est un classeur. Enregistrez-le au format CSV, puis recommencez.")
    names = [
        each.filename
        for each in archive.infolist()
        if not (each.is_dir() or each.filename.startswith("__MACOSX/"))
    ]
    _bound(len(names))
    left, stems = MOST_UNPACKED, set[str]()
    for name in names:
        path = PurePosixPath(name)
        try:
            if path.suffix.lower() != ".md":
                raise UnreadableFile([(0, "Ce n’est pas un fichier .md\u00a0: retirez-le.")])
            # Counted as it unpacks: what an archive says of its sizes may be a lie.
            with archive.open(name) as opened:
                content = opened.read(MOST_FILE_BYTES + 1)
            left -= len(content)
            if len(content) > MOST_FILE_BYTES:
                told = f"Plus de {MOST_FILE_BYTES // 1000} Ko\u00a0: ce n’est pas une fiche."
                raise UnreadableFile([(0, told)])
            if path.stem in stems:
                raise UnreadableFile([(0, "Un autre fichier a ce nom\u00a0: renommez-le.")])
            stems.add(path.stem)
            yield path.stem, read_file(content.decode("utf-8-sig"))
        except UnreadableFile as refused:
            yield name, refused
        except UnicodeDecodeError:
            yield name, UnreadableFile([(0, "Enregistrez ce fichier en UTF-8.")])
        except _UNREADABLE:
            told = "Ce fichier est abîmé ou protégé par un mot de passe. Remettez-le dans le ZIP."
            yield name, UnreadableFile([(0, told)])
        if left < 0:
            raise ValidationError(
                f"Ce ZIP, une fois ouvert, dépasse {MOST_UNPACKED // 1_000_000} Mo. Partagez-le."
            )


def _in_table(file: IO[bytes]) -> Iterator[Read]:
    """One sheet a line; its columns are named as the keys and the sections of a file."""
    try:
        table = open_csv(file)
        names = {name: fold(name) for name in table.header if name}
        keys = {fold(key): key for key in KEYS}
        lacking = [key for key in ("titre", "type") if fold(key) not in names.values()]
        unknown = [
            name
            for name, folded in names.items()
            if folded not in keys and folded not in _SECTION_TITLES and folded != FILE
        ]
        if lacking or unknown:
            said = f"Il manque\u00a0: {', '.join(lacking)}. " if lacking else ""
            said += f"En trop\u00a0: {', '.join(unknown)}. " if unknown else ""
            told = ", ".join((FILE, *KEYS, *_SECTION_TITLES.values()))
            raise TableError(f"{said}Les colonnes sont\u00a0: {told}.")
        for number, row in enumerate(table.rows, start=1):
            _bound(number)
            yield _of_row(row, names, keys)
    except TableError as wrong:
        raise ValidationError(str(wrong)) from wrong


def _of_row(row: Row, names: Mapping[str, str], keys: Mapping[str, str]) -> Read:
    head: dict[str, tuple[int, str]] = {}
    parts: dict[str, tuple[int, str]] = {}
    stem = ""
    for name, value in row.values.items():
        if names[name] == FILE:
            stem = value
        elif names[name] in keys:
            head[keys[names[name]]] = row.number, value
        elif value:
            parts[_SECTION_TITLES[names[name]]] = row.number, value
    stem = stem or slugify(head["titre"][1])[:LONGEST_STEM] or f"ligne-{row.number}"
    try:
        faults = [(row.number, f"{row.fault}. La ligne semble coupée.")] if row.fault else []
        return stem, read_values(head, parts, faults)
    except UnreadableFile as refused:
        return stem, refused


def _bound(how_many: int) -> None:
    if how_many > MOST_FILES:
        raise ValidationError(f"Plus de {MOST_FILES} fiches à la fois. Partagez ce fichier.")


def import_sheets(
    read: list[Read], *, network: Network, is_published: bool, by: User, now: datetime
) -> list[Told]:
    """Write each sheet, or say why it is refused. `is_published`: everybody reads them at once."""
    on = timezone.localdate(now)
    members = Structure.objects.active().of_network(network, on).select_related("organisation")
    named: dict[str, list[Structure]] = {}
    for structure in members:
        for name in {structure.name, structure.brand} - {""}:
            named.setdefault(fold(name), []).append(structure)
    return [
        _import_one(name, said, named, network=network, is_published=is_published, by=by, now=now)
        for name, said in read
    ]


def _import_one(
    name: str,
    said: SheetFile | UnreadableFile,
    named: Mapping[str, list[Structure]],
    *,
    network: Network,
    is_published: bool,
    by: User,
    now: datetime,
) -> Told:
    told = Told(name)
    if isinstance(said, UnreadableFile):
        told.sentences = said.sentences
        return told
    try:
        authors = [_author(each, named) for each in said.authors]
        _check(name, said)
        with transaction.atomic():
            # One import of a network at a time: no file is written twice.
            Network.objects.select_for_update().get(pk=network.pk)
            sheet = _known(name, said, network)
            told.fate = Fate.SAME if sheet else Fate.CREATED
            if sheet is None:
                sheet = actions.start_sheet(
                    kind=said.kind,
                    title=said.title,
                    sections=said.sections,
                    trades=said.trades,
                    structures=authors,
                    network=network,
                    source=(FROM_FILE, name),
                    by=by,
                    now=now,
                    **said.context,
                )
            elif _update(sheet, said, authors, is_published=is_published, by=by, now=now):
                told.fate = Fate.CHANGED
            if is_published and _publish(sheet, by=by, now=now) and told.fate is Fate.SAME:
                told.fate = Fate.CHANGED
            if _raise_status(sheet, said.status, told, by=by, now=now) and told.fate is Fate.SAME:
                told.fate = Fate.CHANGED
            told.sheet = sheet
    except ValidationError as refused:
        told.fate, told.sheet = Fate.REFUSED, None
        told.sentences = list(_sentences(refused, said))
    return told


def _author(name: str, named: Mapping[str, list[Structure]]) -> Structure:
    found = named.get(fold(name), [])
    if len(found) != 1:
        why = "n’est pas un membre de ce réseau" if not found else "est le nom de deux membres"
        cure = "Écrivez son nom comme dans l’annuaire, ou retirez-le\u00a0: il s’ajoute à l’écran."
        raise ValidationError(f"auteurs, «\u00a0{name}\u00a0» {why}. {cure}")
    return found[0]


def _check(name: str, said: SheetFile) -> None:
    if len(name) > LONGEST_STEM:
        told = f"{LONGEST_STEM} lettres au plus\u00a0: renommez-le."
        raise ValidationError(f"Le nom de ce fichier est trop long. {told}")
    code = said.context["department_id"]
    if code and not Department.objects.filter(pk=code).exists():
        told = "Écrivez son code, comme 07 ou 2A."
        raise ValidationError(f"{DEPARTMENT}, «\u00a0{code}\u00a0» n’existe pas. {told}")


def _known(name: str, said: SheetFile, network: Network) -> Sheet | None:
    """The sheet that a file speaks of. Raises ValidationError for one that is withdrawn."""
    own = Sheet.objects.filter(network=network, kind=said.kind).with_context()
    found = own.filter(source_kind=FROM_FILE, source_key=name).first()
    found = found or own.filter(versions__sections=said.sections).first()
    found = found or own.filter(title=said.title, removed_at__isnull=True).first()
    if found and found.removed_at:
        raise ValidationError("Votre réseau a retiré cette fiche. Remettez-la d’abord.")
    return found


def _text_of(sheet: Sheet) -> tuple[str, Mapping[str, str], SheetDraft | None]:
    """What is being written of a sheet, else what is published, if anything."""
    draft = SheetDraft.objects.filter(sheet=sheet, discarded_at__isnull=True).first()
    latest = draft or (sheet.latest if sheet.latest_number else None)
    return (latest.title, latest.sections, draft) if latest else ("", {}, None)


def _update(
    sheet: Sheet,
    said: SheetFile,
    authors: list[Structure],
    *,
    is_published: bool,
    by: User,
    now: datetime,
) -> bool:
    """Whether something changed. Nothing that the file does not say is taken away."""
    title, sections, draft = _text_of(sheet)
    is_new_text = (title, sections) != (said.title, said.sections)
    if is_new_text and draft and draft.saved_by != by:
        raise ValidationError(
            "Quelqu’un écrit cette fiche. Publiez ou jetez son brouillon, puis recommencez."
        )
    there = {name: getattr(sheet, name) for name in said.context}
    is_new_context = there != dict(said.context) or {
        each.trade for each in sheet.trades.all()
    } != set(said.trades)
    if is_new_context:
        actions.set_context(sheet=sheet, trades=said.trades, by=by, now=now, **said.context)
    credited = set(sheet.authors.values_list("structure_id", flat=True))
    added = [each for each in authors if each.pk not in credited]
    for structure in added:
        actions.add_author(sheet=sheet, structure=structure, by=by, now=now)
    # What is published says its context too.
    if is_new_text or (is_new_context and is_published and sheet.latest_number):
        actions.save_draft(sheet=sheet, title=said.title, sections=said.sections, by=by, now=now)
    return is_new_text or is_new_context or bool(added)


def _publish(sheet: Sheet, *, by: User, now: datetime) -> bool:
    """Whether there was something to publish."""
    if not SheetDraft.objects.filter(sheet=sheet, discarded_at__isnull=True).exists():
        return False
    actions.publish(sheet=sheet, by=by, now=now, changes="D’après un fichier.")
    return True


def _raise_status(sheet: Sheet, wanted: str, told: Told, *, by: User, now: datetime) -> bool:
    """Up to what the gates let pass, and never down: reuses may have raised it since."""
    sheet.refresh_from_db()
    allowed = highest_status(wanted, sheet.use, on=timezone.localdate(now))
    if allowed != wanted and STEPS.index(PracticeStatus(sheet.status)) < STEPS.index(
        PracticeStatus(wanted)
    ):
        label = PracticeStatus(wanted).label.lower()
        told.sentences.append(
            f"statut, «\u00a0{label}\u00a0»\u00a0: gardée comme «\u00a0{allowed.label.lower()}"
            "\u00a0». Sa page dit ce qui manque."
        )
    if STEPS.index(allowed) <= STEPS.index(PracticeStatus(sheet.status)):
        return False
    actions.set_status(sheet=sheet, status=allowed, by=by, now=now)
    return True


def _sentences(refused: ValidationError, said: SheetFile) -> Iterator[str]:
    """With the line of its section, where it is about one."""
    if not hasattr(refused, "error_dict"):
        yield from refused.messages
        return
    titles = {each.key: each.title for each in SECTIONS[said.kind]}
    for key, words in refused.message_dict.items():
        line = f"Ligne {said.lines[key]}\u00a0: " if key in said.lines else ""
        about = f"«\u00a0{titles[key]}\u00a0», " if key in titles and not line else ""
        yield from (f"{line}{about}{each}" for each in words)
