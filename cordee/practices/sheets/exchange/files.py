"""One sheet as a file of Markdown: `key: value` between two lines of dashes, then sections."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cordee.base.documents.markdown import UnreadableText, blocks_of
from cordee.base.search.words import fold
from cordee.base.ui import french
from cordee.practices.models.sheets import Licence, Places, Sales, SheetKind, Territory
from cordee.practices.sheets.texts import SECTIONS
from cordee.rules.practices import PracticeStatus
from cordee.rules.trades import TRADES

TITLE, TRADES_OF, PLACES, DEPARTMENT = "titre", "métiers", "places", "département"
AUTHORS, SINCE = "auteurs", "depuis"


def _by_label(choices: Iterable[Any]) -> dict[str, str]:
    return {each.label: each.value for each in choices}


# What is chosen among words: the field of `Sheet` by key, and its codes by label.
CHOSEN: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "type": ("kind", _by_label(SheetKind)),
    "statut": ("status", {each.label.lower(): each.value for each in PracticeStatus}),
    PLACES: ("places", _by_label(Places)),
    "territoire": ("territory", _by_label(Territory)),
    # In a file, "10 à 30 %" is enough.
    "part des ventes": (
        "sales",
        {each.label.removesuffix(" de ventes").removeprefix("de "): each.value for each in Sales},
    ),
    "licence": ("licence", _by_label(Licence)),
}
KEYS = (
    *(TITLE, "type", "statut", TRADES_OF, PLACES, "territoire", DEPARTMENT, "part des ventes"),
    *(AUTHORS, "licence", SINCE),
)
MARK = "---"


class UnreadableFile(ValueError):
    """A file that cannot be kept as it is: each thing to correct, with its line."""

    def __init__(self, faults: list[tuple[int, str]]) -> None:
        self.sentences = [
            f"Ligne {line}\u00a0: {words}" if line else words for line, words in sorted(faults)
        ]
        super().__init__(" ".join(self.sentences))


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFile:
    """What a file says. `context`: fields of `Sheet`; `lines`: where a section begins, by key.

    `authors`: names, as written.
    """

    title: str
    kind: str
    status: str = PracticeStatus.IDEA
    trades: tuple[str, ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)
    authors: tuple[str, ...] = ()
    sections: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)


def read_file(text: str) -> SheetFile:
    """Raises `UnreadableFile`."""
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or lines[0].strip() != MARK or MARK not in map(str.strip, lines[1:]):
        told = f"le fichier commence par une ligne «\u00a0{MARK}\u00a0», puis «\u00a0titre: …"
        raise UnreadableFile([(1, f"{told}\u00a0», et ainsi de suite jusqu’à une autre.")])
    end = next(at for at, line in enumerate(lines) if at and line.strip() == MARK)
    head: dict[str, tuple[int, str]] = {}
    faults = []
    for at, line in enumerate(lines[1:end], start=2):
        key, colon, value = line.partition(":")
        if not line.strip():
            continue
        if not colon or not key.strip():
            faults.append((at, "écrivez «\u00a0clé: valeur\u00a0», comme «\u00a0titre: …\u00a0»."))
        elif key.strip().lower() in head:
            faults.append((at, f"«\u00a0{key.strip()}\u00a0» est dit deux fois. Gardez-en un."))
        else:
            head[key.strip().lower()] = at, value.strip()
    parts: dict[str, tuple[int, str]] = {}
    title, begins = "", end + 1
    for at, line in enumerate([*lines[end + 1 :], "# "], start=end + 2):
        if not line.startswith("# "):
            continue
        said = "\n".join(lines[begins : at - 1])
        if title and title in parts:
            faults.append((begins, f"la rubrique «\u00a0{title}\u00a0» est là deux fois."))
        elif title:
            parts[title] = begins + 1, said
        elif said.strip():
            faults.append((begins + 1, "ce texte est hors de toute rubrique. Titrez-le."))
        title, begins = line[2:].strip(), at
    return read_values(head, parts, faults)


def read_values(
    head: Mapping[str, tuple[int, str]],
    parts: Mapping[str, tuple[int, str]],
    faults: list[tuple[int, str]],
) -> SheetFile:
    """A sheet from (line, words) of each key and of each section, by its title.

    Raises `UnreadableFile`, for `faults` already found too.
    """
    faults += [
        (line, f"«\u00a0{key}\u00a0» n’est pas attendu. Clés\u00a0: {', '.join(KEYS)}.")
        for key, (line, _) in head.items()
        if key not in KEYS
    ]
    reader = _Reader(head, faults)
    chosen = {field: reader.one(key, codes) for key, (field, codes) in CHOSEN.items()}
    kind = chosen.pop("kind") or SheetKind.CARD
    status = chosen.pop("status") or PracticeStatus.IDEA
    sections, lines = reader.sections(kind, parts)
    read = SheetFile(
        title=reader.said(TITLE),
        kind=kind,
        status=status,
        trades=reader.trades(),
        context={
            **chosen,
            "licence": chosen["licence"] or Licence.BY,
            "department_id": reader.said(DEPARTMENT).upper() or None,
            "in_use_since": reader.month(),
        },
        authors=tuple(_several(reader.said(AUTHORS), ";")),
        sections=sections,
        lines=lines,
    )
    if not read.title:
        faults.append((0, "Le titre manque. Écrivez «\u00a0titre: …\u00a0»."))
    if faults:
        raise UnreadableFile(faults)
    return read


def _several(text: str, mark: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in text.split(mark) if part.strip()))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads each value of a head; gathers what is wrong rather than stop at the first."""

    head: Mapping[str, tuple[int, str]]
    faults: list[tuple[int, str]]

    def said(self, key: str) -> str:
        return self.head.get(key, (0, ""))[1]

    def refuse(self, key: str, cure: str) -> None:
        line, said = self.head.get(key, (0, ""))
        self.faults.append((line, f"{key}, «\u00a0{said[:80]}\u00a0»\u00a0: {cure}"))

    def one(self, key: str, known: Mapping[str, str]) -> str:
        """The code of what is said, among labels; of a number of posts, its band."""
        said, codes = self.said(key), {fold(label): code for label, code in known.items()}
        if key == PLACES and said.isdecimal() and int(said) > 0:
            return Places.of(int(said)).value
        if said and fold(said) not in codes:
            self.refuse(key, f"écrivez l’un de ceux-ci\u00a0: {', '.join(known)}.")
        return codes.get(fold(said), "")

    def month(self) -> date | None:
        if not (said := self.said(SINCE)):
            return None
        try:
            return date.fromisoformat(f"{said}-01")
        except ValueError:
            self.refuse(SINCE, "écrivez un mois, comme «\u00a02024-03\u00a0».")
            return None

    def trades(self) -> tuple[str, ...]:
        found = _several(self.said(TRADES_OF), ",")
        for each in found:
            if each not in TRADES:
                near = french.series([key for key in TRADES if key[:4] == fold(each)[:4]])
                told = near or ", ".join(TRADES)
                self.refuse(TRADES_OF, f"«\u00a0{each}\u00a0» n’est pas un métier. Voyez {told}.")
        return tuple(found)

    def sections(
        self, kind: str, parts: Mapping[str, tuple[int, str]]
    ) -> tuple[dict[str, str], dict[str, int]]:
        """(Markdown, first line) by key, of the sections of this kind."""
        known = {fold(section.title): section for section in SECTIONS[kind]}
        sections, lines = {}, {}
        for title, (line, text) in parts.items():
            section = known.get(fold(title))
            if section is None:
                told = ", ".join(each.title for each in known.values())
                said = f"«\u00a0{title}\u00a0» n’est pas une rubrique. Elles sont\u00a0: {told}."
                self.faults.append((max(line - 1, 1), said))
                continue
            lines[section.key] = line
            try:
                blocks_of(text, name=section.title)
            except UnreadableText as refused:
                found = [(line + each.line - 1, each.cure) for each in refused.refusals]
                self.faults.extend(found)
            if text.strip():
                sections[section.key] = text.strip()
        return sections, lines


def head_of(sheet: SheetFile) -> dict[str, str]:
    """What stands above the sections, by key, without what is not known."""
    said = {"kind": sheet.kind, "status": sheet.status, **sheet.context}
    since = said.get("in_use_since")
    values = {
        key: next((label for label, code in codes.items() if code == said.get(field)), "")
        for key, (field, codes) in CHOSEN.items()
    } | {
        TITLE: sheet.title,
        TRADES_OF: ", ".join(sheet.trades),
        DEPARTMENT: said.get("department_id") or "",
        AUTHORS: "; ".join(sheet.authors),
        SINCE: f"{since:%Y-%m}" if since else "",
    }
    return {key: values[key] for key in KEYS if values[key]}


def written(sheet: SheetFile) -> str:
    """The file of a sheet, which `read_file` reads as it was."""
    return "\n".join(_lines(sheet)) + "\n"


def _lines(sheet: SheetFile) -> Iterator[str]:
    yield MARK
    yield from (f"{key}: {value}" for key, value in head_of(sheet).items())
    yield MARK
    for section in SECTIONS[sheet.kind]:
        if text := sheet.sections.get(section.key):
            yield from ("", f"# {section.title}", "", text)
