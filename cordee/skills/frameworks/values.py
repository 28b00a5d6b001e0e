"""A framework as a value: families, competences, observable criteria, situations of work.

One shape for the files of ours beside (`files/*.toml`), for the copy that a structure changed and
for what somebody imports; `parse` reads all three and tells everything that is wrong at once.
"""

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import zip_longest
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from cordee.base.ui import french
from cordee.base.ui.templatetags.ui import icon_names
from cordee.rules.trades import TRADES

# What a file is read with, where it knows: (sort, code) → its lines.
type Lines = Mapping[tuple[str, str], Sequence[int]]

FILES = Path(__file__).parent / "files"
# Bounds of what anybody may import: ours hold a tenth of it.
MOST_COMPETENCES, MOST_CRITERIA, MOST_SITUATIONS = 60, 12, 80
# Situations shown beside the work that they are of.
PROPOSED = 5
# Letters, as observations and courses keep them.
MOST_CODE, MOST_NAME, MOST_SENTENCE = 80, 160, 240
# Those of the CQP salarié polyvalent, where nothing else is said.
FAMILIES = {
    "base": "Savoirs de base",
    "etre": "Savoir-être",
    "procedures": "Savoirs procéduraux",
    "metier": "Savoirs professionnels",
}


@dataclass(frozen=True, slots=True)
class Criterion:
    """What can be seen: a short sentence in the first person, as the learner's page says it."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Competence:
    """What a person knows how to do. `after`: the codes of what is better learnt before.

    `icon`: a pictogram of `{% picto %}`; empty for none.
    """

    code: str
    name: str
    family: str
    criteria: tuple[Criterion, ...]
    after: tuple[str, ...] = ()
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """A task of the work that can teach: the codes of the criteria it shows, and what it needs."""

    code: str
    title: str
    task: str
    criteria: tuple[str, ...]
    risks: tuple[str, ...] = ()
    preparation: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Framework:
    """`trade`: a slug of `rules/trades.toml`, empty for what serves in every trade."""

    code: str
    name: str
    version: int
    trade: str
    rome: tuple[str, ...]
    # Code to name, in the order of pages.
    families: Mapping[str, str]
    competences: tuple[Competence, ...]
    situations: tuple[Situation, ...] = field(default=())

    @property
    def criteria(self) -> dict[str, tuple[Competence, Criterion]]:
        """Every criterion by its code, with its competence."""
        return {each.code: (owner, each) for owner in self.competences for each in owner.criteria}

    @property
    def trade_label(self) -> str:
        return TRADES[self.trade].label if self.trade else "Tous les métiers"

    def sentences(self, situation: Situation) -> list[str]:
        """What a situation can show, in words."""
        return [self.criteria[code][1].sentence for code in situation.criteria]

    def situation(self, code: str) -> Situation | None:
        return next((each for each in self.situations if each.code == code), None)

    def as_content(self) -> dict[str, Any]:
        """What `parse` reads again: the shape of the files."""
        return asdict(self) | {"families": dict(self.families)}


@cache
def ours() -> Mapping[str, Framework]:
    """The frameworks that come with Cordée, by code."""
    read = (parse(tomllib.loads(path.read_text())) for path in sorted(FILES.glob("*.toml")))
    return {framework.code: framework for framework in read}


def situations_for(trades: Iterable[str]) -> list[tuple[Framework, Situation]]:
    """The situations of ours for these trades, one of each in turn: the first few tell them all."""
    found = [
        [(framework, situation) for situation in framework.situations]
        for trade in dict.fromkeys(trades)
        for framework in ours().values()
        if framework.trade == trade
    ]
    return [each for turn in zip_longest(*found) for each in turn if each is not None]


def criterion_code(competence: str, sentence: str) -> str:
    """The code of a criterion that came without one: always the same for the same words."""
    return f"{competence}-{slugify(sentence)}"[:MOST_CODE] if slugify(sentence) else ""


def parse(
    content: Mapping[str, Any], lines: Lines | None = None, faults: Iterable[str] = ()
) -> Framework:
    """The value of a content. Raises ValidationError: each fault with its place, value and cure.

    `faults`: those that whoever read a file found before.
    """
    competences = tuple(
        Competence(
            code=str(each.get("code") or slugify(each.get("name", ""))),
            name=str(each.get("name", "")),
            family=str(each.get("family", "")),
            criteria=tuple(
                Criterion(str(one.get("code", "")), str(one.get("sentence", "")))
                for one in each.get("criteria", ())
            ),
            after=tuple(each.get("after", ())),
            icon=str(each.get("icon", "")),
        )
        for each in content.get("competences", ())
    )
    situations = tuple(
        Situation(
            code=str(each.get("code", "")),
            title=str(each.get("title", "")),
            task=str(each.get("task", "")),
            criteria=tuple(each.get("criteria", ())),
            risks=tuple(each.get("risks", ())),
            preparation=tuple(each.get("preparation", ())),
            equipment=tuple(each.get("equipment", ())),
        )
        for each in content.get("situations", ())
    )
    framework = Framework(
        code=str(content.get("code", "")),
        name=str(content.get("name", "")),
        version=int(content.get("version") or 1),
        trade=str(content.get("trade", "")),
        rome=tuple(content.get("rome", ())),
        families=dict(content.get("families") or FAMILIES),
        competences=competences,
        situations=situations,
    )
    if found := [*faults, *_faults(framework, lines or {})]:
        raise ValidationError(found)
    return framework


def differences(before: Framework, after: Framework) -> list[str]:
    """What was added, taken out and changed, in words; another order alone is no difference."""
    was, now = _told(before), _told(after)
    said = []
    for key in [*was, *(key for key in now if key not in was)]:
        old, new = was.get(key), now.get(key)
        if old is None or new is None:
            words = "en plus" if old is None else "en moins"
            said.append(f"{key[0]} {words}\u00a0: {(old or new or key)[0]}")
        elif old[0] != new[0]:
            said.append(f"{key[0]}\u00a0: «\u00a0{old[0]}\u00a0» devient «\u00a0{new[0]}\u00a0»")
        elif old != new:
            said.append(f"{key[0]}, détails changés\u00a0: {new[0]}")
    return said


def _told(framework: Framework) -> dict[tuple[str, str], tuple[object, ...]]:
    """(sort, code) → its words, then what else makes it the same."""
    told: dict[tuple[str, str], tuple[object, ...]] = {}
    for each in framework.competences:
        family = framework.families[each.family]
        told["Compétence", each.code] = (each.name, family, each.icon, each.after)
        told |= {("Critère", one.code): (one.sentence, each.code) for one in each.criteria}
    return told | {("Situation", each.code): (each.title, each) for each in framework.situations}


def with_competence(framework: Framework, now: Competence) -> Framework:
    """A framework with one competence said anew: situations show no criterion that it lost.

    One that shows nothing any more goes.
    """
    competences = [now if each.code == now.code else each for each in framework.competences]
    left = {one.code for each in competences for one in each.criteria}
    situations = [
        replace(each, criteria=tuple(code for code in each.criteria if code in left))
        for each in framework.situations
        if left.intersection(each.criteria)
    ]
    return replace(framework, competences=tuple(competences), situations=tuple(situations))


def _faults(framework: Framework, lines: Lines) -> Iterable[str]:
    criteria = [one for each in framework.competences for one in each.criteria]
    if framework.trade and framework.trade not in TRADES:
        yield (
            f"Métier «\u00a0{framework.trade}\u00a0»\u00a0: Cordée ne le connaît pas. "
            "Prenez un métier de la liste, ou laissez vide."
        )
    if not framework.competences:
        yield "Ce référentiel n’a aucune compétence\u00a0: écrivez-en au moins une."
    if len(framework.competences) > MOST_COMPETENCES:
        yield f"{len(framework.competences)} compétences\u00a0: {MOST_COMPETENCES} au plus."
    if len(framework.situations) > MOST_SITUATIONS:
        yield f"{len(framework.situations)} situations\u00a0: {MOST_SITUATIONS} au plus."
    for sort, codes in (
        ("Compétence", [each.code for each in framework.competences]),
        ("Critère", [one.code for one in criteria]),
        ("Situation", [each.code for each in framework.situations]),
    ):
        for code in dict.fromkeys(code for code in codes if codes.count(code) > 1):
            where = _where(lines, sort, code)
            yield f"{where}\u00a0: ce code est écrit deux fois. Changez l’un des deux."
    for each in framework.competences:
        where = _where(lines, "Compétence", each.code, each.name)
        yield from _length_faults(where, each.code, each.name, MOST_NAME)
        if each.family not in framework.families:
            names = french.series(list(framework.families.values()))
            yield (
                f"{where}\u00a0: la famille «\u00a0{each.family}\u00a0» n’existe pas "
                f"dans ce référentiel. Choisissez\u00a0: {names}."
            )
        if each.icon and each.icon not in icon_names("p"):
            names = ", ".join(sorted(icon_names("p")))
            yield (
                f"{where}\u00a0: le pictogramme «\u00a0{each.icon}\u00a0» n’existe pas. "
                f"Laissez vide ou choisissez\u00a0: {names}."
            )
        if not 1 <= len(each.criteria) <= MOST_CRITERIA:
            yield f"{where}\u00a0: {len(each.criteria)} critère, il en faut de 1 à {MOST_CRITERIA}."
    for one in criteria:
        where = _where(lines, "Critère", one.code, one.sentence)
        yield from _length_faults(where, one.code, one.sentence, MOST_SENTENCE)
    known = {one.code for one in criteria}
    for situation in framework.situations:
        where = _where(lines, "Situation", situation.code, situation.title)
        yield from _length_faults(where, situation.code, situation.title, MOST_NAME)
        if not situation.criteria:
            yield f"{where}\u00a0: elle ne montre aucun critère. Donnez-lui-en un, ou retirez-la."
        yield from _unknown(where, "le critère", situation.criteria, known)
    yield from _order_faults(framework.competences, lines)


def _where(lines: Lines, sort: str, code: str, words: str = "") -> str:
    """Competence « Tondre », or line 4, competence « Tondre », of what is read from a file."""
    numbers = [str(number) for number in lines.get((sort, code), ())]
    place = f"Ligne{'s' if len(numbers) > 1 else ''} {french.series(numbers)}, {sort.lower()}"
    return f"{place if numbers else sort} «\u00a0{words or code}\u00a0»"


def _length_faults(where: str, code: str, words: str, most: int) -> Iterable[str]:
    if not code or not words.strip():
        yield f"{where}\u00a0: le code ou les mots manquent. Écrivez les deux."
    if len(code) > MOST_CODE or len(words) > most:
        most_said = f"{MOST_CODE} lettres pour un code, {most} pour les mots"
        yield f"{where}\u00a0: c’est trop long. {most_said}."


def _unknown(where: str, what: str, codes: Iterable[str], known: Collection[str]) -> Iterable[str]:
    for code in codes:
        if code not in known:
            yield (
                f"{where}\u00a0: {what} «\u00a0{code}\u00a0» n’existe pas dans ce référentiel. "
                "Corrigez ce code."
            )


def _order_faults(competences: Sequence[Competence], lines: Lines) -> Iterable[str]:
    known = {each.code for each in competences}
    for each in competences:
        where = _where(lines, "Compétence", each.code, each.name)
        yield from _unknown(where, "la compétence", each.after, known)
    try:
        TopologicalSorter({each.code: each.after for each in competences}).prepare()
    except CycleError as error:
        ring = " → ".join(error.args[1])
        yield f"Ordre des compétences\u00a0: {ring} tourne en rond. Retirez un «\u00a0après\u00a0»."
