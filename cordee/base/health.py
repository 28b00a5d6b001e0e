"""Whether Cordée works: rooms register what to look at; machines and people read the same facts.

    health.register("sources", source_health.look, label="Les avis publiés", order=60)

`look(now)` returns one `Fact`. It names nobody, counts nothing that is anybody's, and asks a fixed
number of queries: `/health` is open to all, and asked each minute.
"""

import logging
import pickle
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.core.cache import cache
from django.utils import timezone

type Look = Callable[[datetime], Fact]

# Asked more often, machines get what was seen just before.
FOR_MACHINES = timedelta(seconds=5)
FOR_PAGES = timedelta(minutes=1)
BASE = "base"
_KEPT = "base.health"

logger = logging.getLogger(__name__)


class Level(StrEnum):
    OK = "ok"
    UNKNOWN = "unknown"
    WATCH = "watch"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Fact:
    """What was seen of one part.

    `words`: a French sentence without its end, that "depuis 9 h" may follow. `cure`: what the
    operator does. `for_all`: what everybody is told meanwhile, where it concerns them. `figures`:
    for machines, as JSON knows them.
    """

    level: Level
    words: str
    cure: str = ""
    since: datetime | None = None
    for_all: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_wrong(self) -> bool:
        return self.level in (Level.WATCH, Level.DOWN)


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    label: str
    look: Look
    order: int


@dataclass(frozen=True, slots=True)
class Report:
    """The facts at one moment, by the name of their part, in the order of the page."""

    at: datetime
    facts: dict[str, Fact]

    @property
    def level(self) -> Level:
        """The worst one; what is unknown alone worries nobody."""
        levels = {fact.level for fact in self.facts.values()}
        return next((one for one in (Level.DOWN, Level.WATCH) if one in levels), Level.OK)

    @property
    def wrong(self) -> list[Fact]:
        """What does not work, the worst first."""
        found = [fact for fact in self.facts.values() if fact.is_wrong]
        return sorted(found, key=lambda fact: fact.level is not Level.DOWN)


_parts: dict[str, Part] = {}
_turn = threading.Lock()


def register(name: str, look: Look, *, label: str, order: int) -> None:
    _parts[name] = Part(name, label, look, order)


def parts() -> list[Part]:
    return sorted(_parts.values(), key=lambda part: (part.order, part.name))


def look(now: datetime) -> Report:
    """Look at every part. What cannot be looked at is down; nothing is raised."""
    facts: dict[str, Fact] = {}
    for part in parts():
        if facts.get(BASE, _FINE).level is Level.DOWN and part.name not in _WITHOUT_BASE:
            # Each would wait for the base in its turn.
            facts[part.name] = Fact(Level.UNKNOWN, "On ne le sait pas sans la base")
            continue
        try:
            facts[part.name] = part.look(now)
        except Exception:
            logger.exception("health: %s could not be looked at", part.name)
            facts[part.name] = Fact(
                Level.DOWN,
                "Cordée ne sait pas répondre",
                "Lisez le journal du serveur\u00a0: la faute y est écrite.",
            )
    # A base that is gone takes seconds to say so: they count from then on.
    return Report(timezone.now(), facts)


def known(now: datetime, *, at_most: timedelta) -> Report:
    """What was seen at most so long ago, or is looked at now."""
    if (kept := _kept_since(now, at_most)) is not None:
        return kept
    # One look at a time: a hundred probes during an outage must not be a hundred looks.
    with _turn:
        # Whoever had the turn before us has just looked.
        if (kept := _kept_since(now, at_most)) is not None:
            return kept
        report = look(now)
        _keep(report)
        return report


def for_pages(now: datetime) -> Report | None:
    """What pages say: nothing before anything was looked at, by the schedule or by a machine.

    So that a page asks no query more, save one in a minute where the schedule has stopped.
    """
    return known(now, at_most=FOR_PAGES * 2) if _kept() is not None else None


def run(now: datetime) -> None:
    """What the schedule does each minute: pages then find it."""
    _keep(look(timezone.now()))


def _kept_since(now: datetime, at_most: timedelta) -> Report | None:
    kept = _kept()
    # Of the future: somebody looked while we waited for our turn, or the clock was set back.
    return kept if kept is not None and abs(now - kept.at) < at_most else None


def _kept() -> Report | None:
    try:
        kept = cache.get(_KEPT)
        if kept is None:
            return None
        facts = {name: Fact(**fact) for name, fact in kept["facts"].items()}
        return Report(kept["at"], facts)
    except (OSError, KeyError, TypeError, AttributeError, pickle.UnpicklingError):
        # Written by another version, or cut by a full disk.
        return None


def _keep(report: Report) -> None:
    facts = {name: asdict(fact) for name, fact in report.facts.items()}
    try:
        cache.set(_KEPT, {"at": report.at, "facts": facts}, None)
    except OSError:
        logger.warning("health: the report could not be kept; the disk may be full")


_FINE = Fact(Level.OK, "")
_WITHOUT_BASE = {"disk"}
