"""What the days left before filing allow, and the dates counted backwards from it (own advice)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cordee.rules import holidays, parameters
from cordee.rules.labelled import Labelled

SATURDAY = 5


class Pace(Labelled):
    """Who can still answer together in the days left."""

    NEW_TEAM = "NEW_TEAM", "une équipe nouvelle"
    KNOWN_TEAM = "KNOWN_TEAM", "des partenaires qui se connaissent"
    STANDING_TEAM = "STANDING_TEAM", "une équipe prête d’avance, ou une sous-traitance"


class Step(Labelled):
    """What is done before filing, in this order."""

    ANSWERS = "ANSWERS", "Chacun répond à l’invitation"
    CERTIFICATE = "CERTIFICATE", "Essayer la plateforme et le certificat de signature"
    SPLIT = "SPLIT", "Le partage est accepté par tous"
    MANDATES = "MANDATES", "Les pouvoirs du mandataire sont signés"
    DOCUMENTS = "DOCUMENTS", "Les pièces de chacun sont réunies"
    SIGNATURE = "SIGNATURE", "La convention est approuvée par chacun"
    FILING = "FILING", "Déposer l’offre, la veille de la date limite"


# These do not depend on how well the partners know each other.
_COMMON = frozenset({Step.CERTIFICATE, Step.FILING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From how many days left a new team, or partners who know each other, can answer."""

    new_team_days: int
    known_team_days: int


def default_limits(*, on: date) -> Limits:
    """Give our own advice; an alliance may change it for itself.

    Source: own advice, from what a group has to gather.
    Not covered: how quick these very people are.
    """
    return Limits(
        new_team_days=parameters.amount("time_left.new_team_days", on=on),
        known_team_days=parameters.amount("time_left.known_team_days", on=on),
    )


def pace(days_left: int, limits: Limits) -> Pace | None:
    """Tell who can still answer together; None where the deadline is past."""
    if days_left < 0:
        return None
    if days_left >= limits.new_team_days:
        return Pace.NEW_TEAM
    if days_left >= limits.known_team_days:
        return Pace.KNOWN_TEAM
    return Pace.STANDING_TEAM


def advice(days_left: int | None, limits: Limits) -> str:
    """Say in one sentence what the days left allow."""
    if days_left is None:
        return "La date limite est inconnue. Demandez-la à l’acheteur, puis comptez."
    found = pace(days_left, limits)
    if days_left == 0:
        return f"C’est aujourd’hui\u00a0: {Pace.STANDING_TEAM.label}."
    left = "1 jour" if days_left == 1 else f"{days_left} jours"
    match found:
        case None:
            return "La date limite est passée. Gardez l’équipe pour le prochain avis."
        case Pace.NEW_TEAM:
            return f"Il reste {left} : une équipe nouvelle a le temps de se former."
        case Pace.KNOWN_TEAM:
            return f"Il reste {left} : seulement avec des partenaires qui se connaissent."
    return f"Il reste {left} : une équipe prête d’avance, ou une sous-traitance."


def default_steps(found: Pace, *, on: date) -> dict[Step, int]:
    """Give how many working days before the deadline each step should be done.

    Source: own advice.
    Not covered: the meeting of a council, which keeps its own date (`signing`).
    """
    group = {
        Pace.NEW_TEAM: "new_team",
        Pace.KNOWN_TEAM: "known_team",
        Pace.STANDING_TEAM: "standing_team",
    }[found]
    return {
        step: parameters.amount(
            f"time_left.{step.lower()}_days"
            if step in _COMMON
            else f"time_left.{group}_{step.lower()}_days",
            on=on,
        )
        for step in Step
    }


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step and its day; late where that day was already past when counted."""

    step: Step
    day: date
    is_late: bool


def milestones(deadline: date, steps: Mapping[Step, int], *, today: date) -> tuple[Milestone, ...]:
    """Give the day of each step, counted backwards from the deadline, the earliest first.

    Steps of one day stay in the order in which they are done.
    """
    days = [(working_days_before(deadline, steps[step]), step) for step in Step if step in steps]
    days.sort(key=lambda each: each[0])
    return tuple(Milestone(step, day, day < today) for day, step in days)


def pace_milestones(deadline: date, found: Pace, *, on: date) -> tuple[Milestone, ...]:
    """Give the dates that our own advice sets for a pace, seen on a day.

    Source: own advice.
    Not covered: what an alliance changed for itself (`milestones`).
    """
    return milestones(deadline, default_steps(found, on=on), today=on)


def working_days_before(day: date, count: int) -> date:
    """Go back from a day by working days; the day itself does not count.

    Source: own advice; Code du travail L3133-1 for public holidays.
    Not covered: bridges, local holidays.
    """
    if count < 0:
        raise ValueError(f"count is {count}: give a number of working days, 0 or more.")
    while count:
        day -= timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day


def is_working_day(day: date) -> bool:
    """Tell whether people are at work: Monday to Friday, public holidays aside.

    Source: Code du travail L3133-1.
    """
    return day.weekday() < SATURDAY and not holidays.is_public_holiday(on=day)
