"""How far a practice has come, and what its next step lacks (RULE-37)."""

from dataclasses import dataclass
from datetime import date

from cordee.rules import parameters
from cordee.rules.labelled import Labelled
from cordee.rules.months import add_months


class PracticeStatus(Labelled):
    """The four steps, in order."""

    IDEA = "IDEA", "Idée"
    TRIED = "TRIED", "Expérimentée"
    STABLE = "STABLE", "Stabilisée"
    TRANSFERRED = "TRANSFERRED", "Transférée"

    @property
    def following(self) -> "PracticeStatus | None":
        """The step after this one."""
        return next((each for each in STEPS if STEPS.index(each) == STEPS.index(self) + 1), None)


STEPS = tuple(PracticeStatus)


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeUse:
    """Who works so. `authors`: structures that wrote it down; `reused_by`: others that documented
    that they took it over, or adapted it."""

    in_use_since: date | None
    authors: int
    reused_by: int = 0


def missing_for(status: PracticeStatus | str, use: PracticeUse, *, on: date) -> tuple[str, ...]:
    """Say what a practice lacks to be called so, in sentences; nothing where it may be.

    Each step asks what the steps before it ask.

    Source: RULE-37, a rule of our own (from the need: "d’abord stabilisé").
    """
    status, found = PracticeStatus(status), []
    if status is PracticeStatus.IDEA:
        return ()
    since = use.in_use_since
    if since is None:
        found.append("Dites depuis quel mois la pratique est en usage.")
    elif since > on:
        found.append(f"Elle sera en usage le {since:%d/%m/%Y}\u00a0: attendez ce jour.")
    if status is not PracticeStatus.TRIED and not _is_stable(use, on):
        months = parameters.amount("practices.min_months_in_use", on=on)
        structures = parameters.amount("practices.min_structures", on=on)
        until = f", le {add_months(since, months):%d/%m/%Y}" if since else ""
        found.append(
            f"Il faut {months} mois d’usage{until}, ou {structures} structures qui s’en servent."
        )
    if status is PracticeStatus.TRANSFERRED:
        reuses = parameters.amount("practices.min_reuses", on=on)
        if use.reused_by < reuses:
            found.append("Il faut qu’une autre structure dise l’avoir reprise.")
    return tuple(found)


def highest_status(status: PracticeStatus | str, use: PracticeUse, *, on: date) -> PracticeStatus:
    """Give the step that still stands, this one or one before: what a gate let pass may go.

    Source: RULE-37.
    """
    upto = STEPS[: STEPS.index(PracticeStatus(status)) + 1]
    return next(each for each in reversed(upto) if not missing_for(each, use, on=on))


def review_due(confirmed_on: date) -> date:
    """Give the day by which a sheet said to hold on another is to be said again to hold.

    Source: a rule of our own, as RULE-37.
    """
    return add_months(confirmed_on, parameters.amount("practices.review_months", on=confirmed_on))


def _is_stable(use: PracticeUse, on: date) -> bool:
    months = parameters.amount("practices.min_months_in_use", on=on)
    lasted = use.in_use_since is not None and add_months(use.in_use_since, months) <= on
    structures = parameters.amount("practices.min_structures", on=on)
    return lasted or use.authors + use.reused_by >= structures
