"""What the Monday board says: its title, then crew by crew who does a task for the first time."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from cordee.base.ui import french
from cordee.skills.models import BoardTask, ChosenSituation, Enactment, Observation
from cordee.skills.week.plan import THERE, UNKNOWN, Day, DayTask

# A protocol waits for the situations that it planned until the end of that week.
WEEK = timedelta(days=6)
# Fewer names are told one by one, even where they are the whole crew.
A_FEW = 4
type Done = set[tuple[int, str, str]]


def weekday(on: date) -> str:
    return french.WEEKDAYS[on.weekday()]


def title_of(day: Day) -> str:
    """The answer: how many are there, and of how many it is not known."""
    there, unknown = day.plan.how_many(THERE), day.plan.how_many(UNKNOWN)
    told = [french.count(there, "personne")] if there else []
    told += [f"{french.in_letters(unknown)} à confirmer"] if unknown else []
    return f"{weekday(day.on).capitalize()}\u00a0: {', '.join(told) or 'personne n’est attendu'}"


def standing_of(day: Day) -> str:
    """The day, whether it is kept, and how far it differs from the board before it."""
    when = french.day(day.on, day.today)
    if day.last is None:
        return f"{when} · {'gardé' if day.board else 'rien n’est encore rempli'}"
    count = day.former.differences(day.plan)
    told = french.in_letters(count) if count > 1 else ("sans", "un")[count]
    told += f" changement{'s' * (count > 1)}"
    since = f"{weekday(day.on)} dernier"
    if day.on - day.last.day != timedelta(days=7):
        since = f"le {french.day(day.last.day, day.today)}"
    if day.board:
        return f"{when} · gardé, {told} depuis {since}"
    return f"{when} · repris de {since}, {told}".replace("de le ", "du ")


def nobody_of(day: Day) -> str:
    """What is told where nobody is followed."""
    if day.on < day.today:
        return f"Personne n’était encore là le {french.day(day.on, day.today)}"
    return "Personne n’apprend encore ici"


def groups_of(day: Day) -> list[dict[str, Any]]:
    """What `crew.html` shows: crews in their order, then those who are in none. A fixed number of
    queries; nobody is ranked."""
    plan = day.plan
    done, waiting = _done(day), _waiting(day)
    groups = []
    for crew in [*day.crews, None]:
        members = {key: each.state for key, each in plan.people.items() if each.crew_id == crew}
        present = {key: day.learners[key] for key, at in members.items() if at == THERE}
        rows = [_row(task, present, done, waiting) for task in plan.tasks if task.crew_id == crew]
        run = plan.runs.get(crew or 0)
        if members or rows or run:
            groups.append(
                {
                    "name": day.crews[crew] if crew else "Sans équipe",
                    "run": run,
                    "people": [(day.learners[key], state) for key, state in members.items()],
                    "rows": rows,
                }
            )
    return groups


def _row(task: DayTask, present: Mapping[int, str], done: Done, waiting: Done) -> dict[str, Any]:
    """A task; `new` does it for the first time, a protocol of `waiting` waits for it, `ticks`: of
    whom something may be noted on paper. Of words that are no situation nothing is known."""
    row = {"task": task, "when": BoardTask.When(task.when).label}
    if not task.situation or not present:
        return row
    said = {key: (key, task.framework, task.situation) for key in present}
    new = [name for key, name in present.items() if said[key] not in done]
    waits = [name for key, name in present.items() if said[key] in waiting]
    told = ", ".join(new) if len(new) < max(len(present), A_FEW) else "toute l’équipe"
    protocol = f"Protocole\u00a0: {', '.join(waits)}" if waits else ""
    ticks = [*new, *(name for name in waits if name not in new)]
    return row | {"new": told, "waiting": protocol, "is_known": True, "ticks": ticks}


def _done(day: Day) -> Done:
    """Who has done which of its situations: seen in one, or worked in one of a course."""
    codes = {each.situation for each in day.plan.tasks if each.situation}
    seen = Observation.objects.in_force().filter(situation__in=codes)
    seen = seen.filter(learner__structure=day.structure).order_by()
    works = Enactment.objects.in_force().filter(code__in=codes, course__taken_back_at__isnull=True)
    works = works.filter(course__learner__structure=day.structure).order_by()
    return {
        *seen.values_list("learner", "framework", "situation"),
        *works.values_list("course__learner", "course__framework", "code"),
    }


def _waiting(day: Day) -> Done:
    """Whose protocol waits for which situation."""
    rows = ChosenSituation.objects.waiting(until=day.on + WEEK)
    rows = rows.filter(course__learner__structure=day.structure).order_by()
    return set(rows.values_list("course__learner", "course__framework", "code"))
