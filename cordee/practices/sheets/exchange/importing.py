"""Sheets of a network from files: what is in them is read, then each is written, or refused, alone.

A file is known again by its name, else by its text, else by its title: the same import twice
changes nothing, and one that was cut short is taken up by sending it again. What is there already
is written on a screen only, where what changes is told.
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
from cordee.rules.practices import PracticeStatus, highest_status

# All is written within one request, which stays under two seconds (1.9 of processor, measured).
MOST_FILES = 40
MOST_BYTES = MOST_UNPACKED = 400_000
# Every section of a sheet, as long as it may be.
MOST_FILE_BYTES = 300_000
LONGEST_STEM = 60
FILE = "fichier"
# What others said of the sheets of an archive that went out: it is not theirs to write.
REST = "pratiques.json"
_UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError)
_TITLES = [each.title for kind in SECTIONS.values() for each in kind]
_COLUMNS = {fold(name): name for name in (FILE, *KEYS, *_TITLES)}


class Fate(StrEnum):
    """What became of a file."""

    CREATED = "créée"
    PUBLISHED = "publiée"
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
            f"Ce fichier dépasse {MOST_BYTES // 1_000} Ko. Partagez-le en plusieurs."
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
        if not (each.is_dir() or each.filename.startswith("__MACOSX/") or each.filename == REST)
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
                f"Ce ZIP, une fois ouvert, dépasse {MOST_UNPACKED // 1_000} Ko. Partagez-le."
            )


def _in_table(file: IO[bytes]) -> Iterator[Read]:
    """One sheet a line; its columns are named as the keys and the sections of a file."""
    try:
        table = open_csv(file)
        names = {name: _COLUMNS.get(fold(name), "") for name in table.header if name}
        unknown = [name for name, known in names.items() if not known]
        lacking = {"titre", "type"} - set(names.values())
        if lacking or unknown:
            said = f"Il manque\u00a0: {', '.join(sorted(lacking))}. " if lacking else ""
            said += f"En trop\u00a0: {', '.join(unknown)}. " if unknown else ""
            raise TableError(f"{said}Les colonnes sont\u00a0: {', '.join(_COLUMNS.values())}.")
        for number, row in enumerate(table.rows, start=1):
            _bound(number)
            yield _of_row({names[name]: value for name, value in row.values.items()}, row)
    except TableError as wrong:
        raise ValidationError(str(wrong)) from wrong


def _of_row(said: dict[str, str], row: Row) -> Read:
    stem = said.pop(FILE, "") or slugify(said["titre"])[:LONGEST_STEM] or f"ligne-{row.number}"
    head = {key: (row.number, words) for key, words in said.items() if key in KEYS}
    parts = {key: (row.number, words) for key, words in said.items() if key not in KEYS and words}
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

    def write(name: str, said: SheetFile, told: Told) -> None:
        """Raises ValidationError, and then writes nothing."""
        authors = [_author(each, named) for each in said.authors]
        _check(name, said)
        # One import of a network at a time: no file is written twice.
        Network.objects.select_for_update().get(pk=network.pk)
        sheet = _known(name, said, network)
        told.fate = Fate.SAME if sheet else Fate.CREATED
        told.sheet = sheet = sheet or actions.start_sheet(
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
        if is_published and SheetDraft.objects.filter(sheet=sheet).exists():
            actions.publish(sheet=sheet, by=by, now=now)
            told.fate = Fate.PUBLISHED if told.fate is Fate.SAME else told.fate
        if told.fate is Fate.CREATED:
            told.sentences += _raise_status(sheet, said.status, by=by, now=now)

    found = []
    for name, said in read:
        found.append(told := Told(name))
        if isinstance(said, UnreadableFile):
            told.sentences = said.sentences
            continue
        try:
            with transaction.atomic():
                write(name, said, told)
        except ValidationError as refused:
            told.fate, told.sheet = Fate.REFUSED, None
            told.sentences = list(_sentences(refused, said))
    return found


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
    """The sheet that a file speaks of. Raises ValidationError for one that is withdrawn, or that
    says something else."""
    own = Sheet.objects.filter(network=network, kind=said.kind).with_context()
    found = own.filter(source_kind=FROM_FILE, source_key=name).first()
    found = found or own.filter(versions__sections=said.sections).first()
    found = found or own.filter(title=said.title, removed_at__isnull=True).first()
    if found and found.removed_at:
        raise ValidationError("Votre réseau a retiré cette fiche. Remettez-la d’abord.")
    if found:
        latest = SheetDraft.objects.filter(sheet=found).first() or found.latest
        if (latest.title, latest.sections) != (said.title, said.sections):
            raise ValidationError(
                f"Votre réseau a déjà cette fiche, «\u00a0{found}\u00a0», avec un autre texte. "
                "Changez-la à l’écran, où la version dit ce qui change."
            )
    return found


def _raise_status(sheet: Sheet, wanted: str, *, by: User, now: datetime) -> list[str]:
    """Up to what the gates let pass; what is told where that is less."""
    allowed = highest_status(wanted, sheet.use, on=timezone.localdate(now))
    actions.set_status(sheet=sheet, status=allowed, by=by, now=now)
    if allowed == wanted:
        return []
    label, kept = PracticeStatus(wanted).label.lower(), allowed.label.lower()
    return [
        f"statut, «\u00a0{label}\u00a0»\u00a0: gardée comme «\u00a0{kept}\u00a0». Sa page dit ce "
        "qui manque."
    ]


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
