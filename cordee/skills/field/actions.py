"""Observations that come from the field: all at once, each once, and none lost."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from ninja import Schema

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.base.ui import french
from cordee.base.ui.fields import is_near
from cordee.members.models import Structure
from cordee.skills.frameworks.values import Framework
from cordee.skills.learners.pages import Task
from cordee.skills.models import Learner, Observation

# What one sending may hold; a phone that kept more sends the rest after.
AT_ONCE = 500
# How the cells of a form begin.
CELL = "critere-"
# Drawn by chance it never happens; one that is made up must not stop all the others.
TAKEN = "Cette note porte un numéro déjà pris. Retirez-la, puis notez à nouveau."


class Noted(Schema):
    """One observation as a phone keeps it. `known`: the last one that its page knew of, if any."""

    number: UUID
    learner: int
    criterion: str
    situation: str
    level: Observation.Level
    seen_on: date
    known: int | None = None


@transaction.atomic
def note_from_field(
    *,
    structure: Structure,
    noted: Sequence[Noted],
    frameworks: Mapping[str, Framework],
    by: User,
    today: date,
) -> dict[str, dict[str, Any]]:
    """Keep what a phone sends; by number, what became of each: `kept`, refused, or contradicted.

    Sent again, it is kept once. Where somebody else noted another level meanwhile, nothing is
    written before its author has seen both. A fixed number of queries, whatever is sent.
    """
    # One sending at a time in a structure: of two at once, the second finds the rows of the first.
    Structure.objects.select_for_update(no_key=True).get(pk=structure.pk)
    learners = Learner.objects.filter(structure=structure).in_bulk([each.learner for each in noted])
    numbers = [each.number for each in noted]
    kept = dict(Observation.objects.filter(number__in=numbers).values_list("number", "learner_id"))
    latest = {
        (row.learner_id, row.framework, row.criterion): row
        for row in Observation.objects.in_force()
        .filter(learner__in=learners.values())
        .order_by("seen_on", "pk")
    }
    results: dict[str, dict[str, Any]] = {}
    rows: list[Observation] = []
    for each in noted:
        framework_code, _, code = each.criterion.partition("/")
        learner = learners.get(each.learner)
        framework = frameworks.get(framework_code)
        found = framework.criteria.get(code) if framework else None
        now = latest.get((each.learner, framework_code, code))
        if each.number in kept and kept[each.number] in learners:
            results[str(each.number)] = {"state": "kept"}
        elif fault := _fault(each, learner, is_known=found is not None, today=today):
            results[str(each.number)] = {"state": "refused", "fault": fault}
        elif each.number in kept:
            results[str(each.number)] = {"state": "refused", "fault": TAKEN}
        elif now and _contradicts(now, each, by):
            results[str(each.number)] = {"state": "contradicted", "now": _as_json(now)}
        elif found:
            row = Observation(
                number=each.number,
                learner=learner,
                framework=framework_code,
                criterion=code,
                competence=found[0].name,
                sentence=found[1].sentence,
                situation=each.situation.partition("/")[2],
                level=each.level,
                seen_on=each.seen_on,
                seen_by=by,
                seen_by_name=str(by),
            )
            rows.append(row)
            kept[each.number] = each.learner
            latest[each.learner, framework_code, code] = row
            results[str(each.number)] = {"state": "kept"}
    Observation.objects.bulk_create(rows)
    if rows:
        journal.record("skills.note_observations", structure, by=by, after={"count": len(rows)})
    return results


def cell_name(learner: int, criterion: str) -> str:
    return f"{CELL}{learner}-{criterion}"


@transaction.atomic
def observe(
    *,
    structure: Structure,
    task: Task,
    levels: Mapping[tuple[int, str], str],
    number: UUID,
    newest: int | None,
    seen_on: date,
    by: User,
    today: date,
) -> None:
    """Note what was seen one day in a task: levels by person and criterion. `number`: sent twice,
    it is once. `newest`: the last observation that the page knew of; None: all of them.

    Raises ValidationError, with nothing kept, where one is refused, or where somebody else noted
    another level since that page.
    """
    framework = task.framework.code
    before = Observation.objects.in_force().filter(
        learner__in={learner for learner, _ in levels}, framework=framework
    )
    if newest is not None:
        before = before.filter(pk__lte=newest)
    keys = before.order_by("seen_on", "pk").values_list("learner", "criterion", "pk")
    known = {(learner, criterion): pk for learner, criterion, pk in keys}
    numbers = {cell: uuid5(number, cell_name(*cell)) for cell in levels}
    results = note_from_field(
        structure=structure,
        noted=[
            Noted(
                number=numbers[cell],
                learner=cell[0],
                criterion=f"{framework}/{cell[1]}",
                situation=f"{framework}/{task.situation}",
                level=Observation.Level(level),
                seen_on=seen_on,
                known=known.get(cell),
            )
            for cell, level in levels.items()
        ],
        frameworks={framework: task.framework},
        by=by,
        today=today,
    )
    told: dict[str, list[str]] = {}
    if faults := {each["fault"] for each in results.values() if "fault" in each}:
        told["seen_on"] = sorted(faults)
    for cell in levels:
        if now := results[str(numbers[cell])].get("now"):
            noted = f"«\u00a0{Observation.Level(now['level']).label}\u00a0» (vu le {now['on']})"
            cure = "Pour garder les deux, envoyez à nouveau."
            told[cell_name(*cell)] = [f"Entre-temps, {now['by']} a noté {noted}. {cure}"]
    if told:
        raise ValidationError(told)


def _fault(each: Noted, learner: Learner | None, *, is_known: bool, today: date) -> str:
    """What is wrong with one, in words that its author reads beside it; empty where nothing is."""
    day = french.day(each.seen_on, today)
    if learner is None:
        return "Cette personne n’est plus suivie ici."
    if not is_known:
        return "Ce critère n’est plus dans vos référentiels. Notez-en un autre."
    if each.seen_on > today:
        return f"Vu le {day}\u00a0: ce jour n’est pas encore venu. Corrigez-le."
    try:
        is_near(each.seen_on)
    except ValidationError as far:
        return str(far.messages[0])
    if learner.came_on and each.seen_on < learner.came_on:
        came = french.day(learner.came_on, today)
        since = f"{learner.pseudonym} est là depuis le {came}"
        return f"Vu le {day}\u00a0: {since}. Corrigez l’un des deux."
    if learner.left_on and each.seen_on > learner.left_on:
        left = french.day(learner.left_on, today)
        until = f"{learner.pseudonym} était là jusqu’au {left}"
        return f"Vu le {day}\u00a0: {until}. Corrigez l’un des deux."
    return ""


def _contradicts(now: Observation, each: Noted, by: User) -> bool:
    """Whether somebody else has said another thing since the page of this one was read."""
    is_of_another = now.seen_by_id != by.pk
    return is_of_another and now.pk != each.known and now.level != each.level


def _as_json(row: Observation) -> dict[str, Any]:
    day = f"{row.seen_on:%d/%m/%Y}"
    return {"id": row.pk, "level": row.level, "by": row.seen_by_name, "on": day}
