"""A framework as a value: families, competences, observable criteria, situations of work.

One shape for the files of ours beside (`files/*.toml`), for the copy that a structure changed and
for what somebody imports; `parse` reads all three and tells everything that is wrong at once.
"""

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from cordee.rules.trades import TRADES

FILES = Path(__file__).parent / "files"
# Bounds of what anybody may import: ours hold a tenth of it.
MOST_COMPETENCES, MOST_CRITERIA, MOST_SITUATIONS = 60, 12, 80


@dataclass(frozen=True, slots=True)
class Criterion:
    """What can be seen: a short sentence in the first person, as the learner's page says it."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Competence:
    """What a person knows how to do. `after`: the codes of what is better learnt before."""

    code: str
    name: str
    family: str
    criteria: tuple[Criterion, ...]
    after: tuple[str, ...] = ()


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


def parse(content: Mapping[str, Any]) -> Framework:
    """The value of a content. Raises ValidationError: each fault with its place, value and cure."""
    faults: list[str] = []
    families = dict(content.get("families") or {})
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
        families=families,
        competences=competences,
        situations=situations,
    )
    faults += _faults(framework)
    if faults:
        raise ValidationError(faults)
    return framework


def _faults(framework: Framework) -> Iterable[str]:
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
    yield from _twice("Compétence", [each.code for each in framework.competences])
    yield from _twice("Situation", [each.code for each in framework.situations])
    yield from _twice(
        "Critère", [one.code for each in framework.competences for one in each.criteria]
    )
    for each in framework.competences:
        where = f"Compétence «\u00a0{each.name or each.code}\u00a0»"
        if not each.name:
            yield f"{where}\u00a0: le nom manque."
        if each.family not in framework.families:
            yield (
                f"{where}\u00a0: la famille «\u00a0{each.family}\u00a0» n’existe pas "
                "dans ce référentiel."
            )
        if not 1 <= len(each.criteria) <= MOST_CRITERIA:
            yield f"{where}\u00a0: {len(each.criteria)} critère, il en faut de 1 à {MOST_CRITERIA}."
        yield from (
            f"{where}\u00a0: un critère sans code ou sans phrase. Écrivez les deux."
            for one in each.criteria
            if not one.code or not one.sentence
        )
    known = {one.code for each in framework.competences for one in each.criteria}
    for situation in framework.situations:
        where = f"Situation «\u00a0{situation.title or situation.code}\u00a0»"
        if not situation.title or not situation.code:
            yield f"{where}\u00a0: le titre ou le code manque."
        yield from _unknown(where, "le critère", situation.criteria, known)
    yield from _order_faults(framework.competences)


def _twice(sort: str, codes: Sequence[str]) -> Iterable[str]:
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield (
            f"{sort} «\u00a0{code}\u00a0»\u00a0: ce code est écrit deux fois. "
            "Changez l’un des deux."
        )


def _unknown(where: str, what: str, codes: Iterable[str], known: Collection[str]) -> Iterable[str]:
    for code in codes:
        if code not in known:
            yield f"{where}\u00a0: {what} «\u00a0{code}\u00a0» n’existe pas dans ce référentiel."


def _order_faults(competences: Sequence[Competence]) -> Iterable[str]:
    known = {each.code for each in competences}
    for each in competences:
        yield from _unknown(
            f"Compétence «\u00a0{each.name}\u00a0»", "la compétence", each.after, known
        )
    try:
        TopologicalSorter({each.code: each.after for each in competences}).prepare()
    except CycleError as error:
        ring = " → ".join(error.args[1])
        yield f"Ordre des compétences\u00a0: {ring} tourne en rond. Retirez un «\u00a0après\u00a0»."
