"""A framework as a table, out and in: a row for each criterion, then one for each situation."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from cordee.base.search.words import fold
from cordee.base.tables import Column, Row, TableError, open_table
from cordee.skills.frameworks.values import FAMILIES, Framework, criterion_code, parse

MOST_BYTES = 1_000_000
CRITERION, SITUATION = "critère", "situation"
SORT, FAMILY, COMPETENCE, COMPETENCE_CODE = "Sorte", "Famille", "Compétence", "Code compétence"
ICON, AFTER, CODE, WORDS = "Pictogramme", "Après", "Code", "Phrase ou titre"
TASK, SHOWN = "Tâche", "Critères montrés"
LISTS = {"risks": "Risques", "preparation": "Préparation", "equipment": "Matériel"}
NAMES = (SORT, FAMILY, COMPETENCE, COMPETENCE_CODE, ICON, AFTER, CODE, WORDS, TASK, SHOWN)
COLUMNS = [Column(name, itemgetter(name)) for name in (*NAMES, *LISTS.values())]
CUT = "Le fichier semble coupé ici."
# Between the parts of a cell: a text may hold a comma.
BAR = " | "


def rows_of(framework: Framework) -> Iterator[dict[str, str]]:
    empty = {column.label: "" for column in COLUMNS}
    for each in framework.competences:
        owner = {SORT: CRITERION, FAMILY: framework.families[each.family], ICON: each.icon}
        owner |= {COMPETENCE: each.name, COMPETENCE_CODE: each.code, AFTER: BAR.join(each.after)}
        for one in each.criteria:
            yield empty | owner | {CODE: one.code, WORDS: one.sentence}
    for task in framework.situations:
        told = {name: BAR.join(getattr(task, key)) for key, name in LISTS.items()}
        told |= {SORT: SITUATION, CODE: task.code, WORDS: task.title, TASK: task.task}
        yield empty | told | {SHOWN: BAR.join(task.criteria)}


def open_rows(file: IO[bytes], names: Iterable[str]) -> list[Row]:
    """The rows of a file that has these columns. Raises ValidationError."""
    try:
        table = open_table(file)
        if lacking := [each for each in names if each not in table.header]:
            raise TableError(f"Il manque une colonne en ligne 1\u00a0: {', '.join(lacking)}.")
        return list(table.rows)
    except TableError as wrong:
        raise ValidationError(str(wrong)) from wrong


def read_framework(file: IO[bytes], about: Mapping[str, Any]) -> Framework:
    """What a file says; `about`: all of the content of a framework that is not in it.

    Raises ValidationError: each fault with its line, value and cure; nothing of it is read then.
    """
    rows = open_rows(file, (SORT, COMPETENCE, WORDS))
    families = {fold(words): key for key, words in (about.get("families") or FAMILIES).items()}
    competences: dict[tuple[str, str], dict[str, Any]] = {}
    situations, faults = [], []
    lines: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in rows:
        cells = defaultdict(str, row.values)
        sort, code, name = fold(cells[SORT]), slugify(cells[CODE]), cells[COMPETENCE]
        if row.fault:
            faults.append(f"Ligne {row.number}\u00a0: {row.fault}. {CUT}")
        elif sort == SITUATION:
            code = code or slugify(cells[WORDS])
            lines["Situation", code].append(row.number)
            lists = {key: _several(cells[name]) for key, name in LISTS.items()}
            lists["criteria"] = [slugify(each) for each in _several(cells[SHOWN])]
            situations.append({"code": code, "title": cells[WORDS], "task": cells[TASK]} | lists)
        elif sort == fold(CRITERION):
            owner = slugify(cells[COMPETENCE_CODE]) or slugify(name)
            if (owner, name) not in competences:
                lines["Compétence", owner].append(row.number)
                competences[owner, name] = {
                    "code": owner,
                    "name": name,
                    "family": families.get(fold(cells[FAMILY]), cells[FAMILY]),
                    "icon": cells[ICON],
                    "after": [slugify(each) for each in _several(cells[AFTER])],
                    "criteria": [],
                }
            code = code or criterion_code(owner, cells[WORDS])
            lines["Critère", code].append(row.number)
            criterion = {"code": code, "sentence": cells[WORDS]}
            competences[owner, name]["criteria"].append(criterion)
        else:
            faults.append(
                f"Ligne {row.number}, colonne «\u00a0{SORT}\u00a0», «\u00a0{cells[SORT]}\u00a0»"
                f"\u00a0: écrivez «\u00a0{CRITERION}\u00a0» ou «\u00a0{SITUATION}\u00a0»."
            )
    parts = {"competences": list(competences.values()), "situations": situations}
    return parse(dict(about) | parts, lines, faults)


def _several(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]
