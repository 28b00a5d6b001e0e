"""« Cette Cordée »: whether it works, for who keeps the house, and the banner while it does not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from cordee.accounts import access
from cordee.base import health
from cordee.base.health import Fact, Level, Report
from cordee.base.ui import french

# Kind and words of a state, as components write them.
STATES = {
    Level.OK: ("sur", "Fonctionne"),
    Level.UNKNOWN: ("inconnu", "Pas encore su"),
    Level.WATCH: ("vigilance", "À regarder"),
    Level.DOWN: ("bloque", "En panne"),
}


@dataclass(frozen=True, slots=True)
class StatusLine:
    """One part as the page shows it. `state`: kind and words; `words` end without a stop."""

    label: str
    state: tuple[str, str]
    words: str
    cure: str


@dataclass(frozen=True, slots=True)
class StatusBanner:
    """The banner of every page. `is_for_keepers`: with what to do, rather than what to expect."""

    kind: str
    words: str
    is_for_keepers: bool


@require_safe
def this_cordee(request: HttpRequest) -> HttpResponse:
    access.check_operator(request.user)
    now = timezone.now()
    report = health.look(now)
    lines = [
        StatusLine(part.label, STATES[fact.level], _words(fact, now), fact.cure)
        for part in health.parts()
        if (fact := report.facts.get(part.name)) is not None
    ]
    lines.sort(key=lambda line: line.state not in (STATES[Level.DOWN], STATES[Level.WATCH]))
    # The page is the banner, said at length.
    context = {"title": _title(report, now), "lines": lines, "at": now, "trouble": None}
    return render(request, "accounts/status.html", context)


def context(request: HttpRequest) -> dict[str, Any]:
    """For every page. Nothing is asked of the base while all is well."""
    return {"trouble": SimpleLazyObject(lambda: _trouble(request))}


def _trouble(request: HttpRequest) -> StatusBanner | None:
    now = timezone.now()
    report = health.for_pages(now)
    wrong = report.wrong if report is not None else []
    if not wrong:
        return None
    kind = STATES[wrong[0].level][0]
    person = getattr(request, "user", None)
    if person is not None and access.is_operator(person):
        return StatusBanner(kind, f"{_title(report, now)}.", is_for_keepers=True)
    sentences = [fact.for_all for fact in wrong if fact.for_all]
    return StatusBanner("vigilance", sentences[0], is_for_keepers=False) if sentences else None


def _title(report: Report, now: datetime) -> str:
    """The answer: what does not work, all of it; else what is not known; else that all is well."""
    if len(report.wrong) == 1:
        return _words(report.wrong[0], now)
    labels = {part.name: part.label for part in health.parts()}

    def named(facts: Iterable[str]) -> str:
        return ", ".join(labels[name][:1].lower() + labels[name][1:] for name in facts)

    if report.wrong:
        wrong = named(name for name, fact in report.facts.items() if fact.is_wrong)
        return f"{len(report.wrong)} parties à réparer\u00a0: {wrong}"
    unknown = named(name for name, fact in report.facts.items() if fact.level is Level.UNKNOWN)
    return f"Rien n’est en panne. Pas encore su\u00a0: {unknown}" if unknown else "Tout fonctionne"


def _words(fact: Fact, now: datetime) -> str:
    if fact.since is None:
        return fact.words
    return f"{fact.words} depuis le {french.moment(fact.since, timezone.localdate(now))}"
