"""Whether Cordée works: rooms register what to look at; machines and people read the same facts.

    health.register("sources", syncing.look, label="Les avis publiés", order=60)

`look(now)` returns one `Fact`. It names nobody, counts nothing that is anybody's, and asks a fixed
number of queries: `/health` is open to all, and asked each minute.
"""

import logging
import pickle
import shutil
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.cache import cache
from django.db import Error, connection
from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Coalesce
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cordee.base import schedule
from cordee.base.future_moments import CLOCKS_DIFFER
from cordee.base.mail import server
from cordee.base.mail.models import MailServerPause, OutgoingMail
from cordee.base.models import ScheduledRun
from cordee.base.ui import french

type Look = Callable[[datetime], Fact]

# Asked more often, machines get what was seen just before.
FOR_MACHINES = timedelta(seconds=5)
FOR_PAGES = timedelta(minutes=1)
BASE = "base"
_KEPT = "base.health"

logger = logging.getLogger(__name__)
_turn = threading.Lock()
_WITHOUT_BASE = {"disk"}
# A job this long past its time was forgotten, where no other is being done.
LATE = timedelta(minutes=15)
NOT_TAKEN = timedelta(minutes=2)
# A task that runs for longer was left by a worker that died.
LONGEST_TASK = timedelta(hours=1)
MAILS_WAIT = timedelta(minutes=15)
FEW_BYTES, FEW_PERCENT = 2_000_000_000, 10
NO_BYTES = 200_000_000
RESTART = "Redémarrez Cordée, puis lisez le journal du serveur si cela revient."
SEE_MAILS = "Lisez «\u00a0L’envoi des courriers\u00a0»."


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


# --- What base itself looks at -------------------------------------------------------------------


def base(now: datetime) -> Fact:
    figures = {"engine": connection.vendor}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except Error:
        cure = "Vérifiez que la base tourne, et que CORDEE_DATABASE_URL mène à elle."
        return Fact(Level.DOWN, "La base ne répond pas", cure, figures=figures)
    return Fact(Level.OK, "La base répond", figures=figures)


def the_schedule(now: datetime) -> Fact:
    """One query. While a job is being done, the others wait their turn and none is late."""
    rows = {row.name: row for row in ScheduledRun.objects.all()}
    known = [(job, rows[job.name]) for job in schedule.jobs() if job.name in rows]
    begun = [(job, row, row.started_at) for job, row in known if row.started_at]
    past = [at for _, _, at in begun if at <= now + CLOCKS_DIFFER]
    last = max(past, default=None)
    is_busy = any(row.running_until and row.running_until > now for _, row in known)
    future = [job.name for job, _, at in begun if at > now + CLOCKS_DIFFER]
    late = [
        (job.name, at + job.every)
        for job, _, at in begun
        if not is_busy and at + job.every + LATE < now
    ]
    failed = [job.name for job, row in known if row.outcome == ScheduledRun.Outcome.FAILED]
    figures = {"last_tick": last, "future": future, "late": [name for name, _ in late]}
    figures["failed"] = failed
    if not begun:
        words = "Les tâches régulières n’ont pas encore commencé"
        return Fact(Level.WATCH, words, f"Attendez une minute. {RESTART}", figures=figures)
    if late:
        words = "Les tâches régulières ne se font plus"
        since = min(due for _, due in late)
        return Fact(Level.DOWN, words, RESTART, since, figures=figures)
    if future:
        words = "Une tâche porte une heure qui n’est pas encore venue"
        cure = "Vérifiez l’horloge du serveur. " + RESTART
        return Fact(Level.DOWN, words, cure, figures=figures)
    if failed:
        words = f"{french.count(len(failed), 'tâche est', 'tâches sont')} à refaire"
        cure = "Cordée réessaie, de moins en moins souvent. La liste dit ce qui manque."
        return Fact(Level.WATCH, words, cure, figures=figures)
    return Fact(Level.OK, "Les tâches régulières se font", figures=figures)


def queues(now: datetime) -> Fact:
    """One query. A queue is stopped where something waits and nothing was taken meanwhile."""
    waits = Q(status=TaskResultStatus.READY) & (Q(run_after__lte=now) | Q(run_after__year=9999))
    recent = Q(started_at__gte=now - LONGEST_TASK)
    found = {
        row["queue_name"]: row
        for row in DBTaskResult.objects.filter(waits | recent)
        .order_by()
        .values("queue_name")
        .annotate(
            oldest=Min("enqueued_at", filter=waits),
            taken=Max("started_at"),
            running=Count("pk", filter=Q(status=TaskResultStatus.RUNNING)),
        )
    }
    figures: dict[str, Any] = {}
    stopped: list[datetime] = []
    for name in settings.TASK_QUEUES:
        row: Mapping[str, Any] = found.get(name, {})
        oldest, taken = row.get("oldest"), row.get("taken")
        is_stopped = (
            oldest is not None
            and not row["running"]
            and now - max(oldest, taken or oldest) > NOT_TAKEN
        )
        stopped += [oldest] if is_stopped and oldest is not None else []
        figures[name] = {"oldest_waiting": oldest, "is_stopped": is_stopped}
    if not stopped:
        return Fact(Level.OK, "Ce qui est demandé se fait", figures=figures)
    return Fact(
        Level.DOWN,
        "Les calculs et les imports demandés ne se font plus",
        RESTART,
        min(stopped),
        "Les calculs et les imports demandés attendent. Rien n’est perdu.",
        figures,
    )


def mails(now: datetime) -> Fact:
    """Three queries at most. A server that fails for a moment worries nobody."""
    has_server = server.is_set()
    figures: dict[str, Any] = {"has_server": has_server, "failing_since": None}
    if not has_server and not settings.DEMO:
        cure = "Écrivez CORDEE_MAIL_SERVER dans les réglages, puis redémarrez Cordée."
        words = "Les courriers ne partent pas\u00a0: aucun serveur d’envoi n’est réglé"
        for_all = "Cordée n’envoie encore aucun courrier."
        return Fact(Level.WATCH, words, cure, for_all=for_all, figures=figures)
    pause = MailServerPause.objects.first()
    since, cure = (pause.since, pause.cure) if pause is not None else (_late_since(now), RESTART)
    if since is not None and since < now - MAILS_WAIT:
        words = "Les courriers ne partent pas"
        for_all = "Les courriers de Cordée partent en retard. Rien n’est perdu."
        figures["failing_since"] = since
        return Fact(Level.DOWN, words, f"{cure} {SEE_MAILS}", since, for_all, figures)
    if pause is not None:
        figures["failing_since"] = pause.since
        words = "Le serveur d’envoi n’a pas pris le dernier courrier\u00a0: Cordée réessaie"
        return Fact(Level.OK, words, SEE_MAILS, pause.since, figures=figures)
    if OutgoingMail.objects.given_up().filter(state=OutgoingMail.State.FAILED).exists():
        words = "Des courriers n’ont pas pu partir"
        return Fact(Level.WATCH, words, f"Renvoyez-les d’un geste. {SEE_MAILS}", figures=figures)
    words = "Les courriers partent" if has_server else "Les courriers sont gardés ici"
    return Fact(Level.OK, words, figures=figures)


def _late_since(now: datetime) -> datetime | None:
    """When the first mail that nobody tries should have left, if it is late."""
    due = Coalesce("not_before", "created_at")
    late = OutgoingMail.objects.free(now).annotate(due=due)
    found: datetime | None = late.aggregate(at=Min("due"))["at"]
    return found


def disk(now: datetime) -> Fact:
    """No query: the disk of the state folder."""
    usage = shutil.disk_usage(settings.STATE_DIR)
    percent = round(100 * usage.free / usage.total) if usage.total else 0
    figures = {"free_bytes": usage.free, "free_percent": percent}
    left = f"{french.gigabytes(usage.free)} libres, {french.percent(usage.free / usage.total, 0)}"
    cure = "Effacez d’anciennes copies ou agrandissez le disque."
    if usage.free < NO_BYTES:
        words = f"Le disque est plein\u00a0: {left}"
        for_all = "Cordée manque de place\u00a0: ce que vous envoyez peut être refusé."
        return Fact(Level.DOWN, words, cure, for_all=for_all, figures=figures)
    if usage.free < FEW_BYTES or percent < FEW_PERCENT:
        return Fact(Level.WATCH, f"Le disque se remplit\u00a0: {left}", cure, figures=figures)
    return Fact(Level.OK, f"Le disque a de la place\u00a0: {left}", figures=figures)


# What `check --deploy` refuses before others are let in.
LEAST_LETTERS = 50
# Bytes of a key once what repeats in it is left out: fifty random hexadecimal digits keep 48.
LEAST_PACKED = 40


def hosting(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Errors, so that the command ends with 1: what would let anybody in, or lose mails."""
    return [checks.Error(what, hint=cure, id=f"cordee.{id_}") for id_, what, cure in _faults()]


def _faults() -> Iterator[tuple[str, str, str]]:
    if settings.DEMO and settings.HTTPS:
        yield (
            "E001",
            "CORDEE_DEMO=True avec CORDEE_HTTPS=True\u00a0: chacun entrerait en un clic.",
            "Servez la démonstration sans CORDEE_HTTPS, ou votre site sans CORDEE_DEMO.",
        )
    key = settings.SECRET_KEY
    packed = len(zlib.compress(key.encode(), 9))
    if len(key) < LEAST_LETTERS or packed < LEAST_PACKED:
        yield (
            "E002",
            f"CORDEE_SECRET_KEY a {len(key)} signes, ou se répète\u00a0: elle se devinerait.",
            f"Donnez-en {LEAST_LETTERS} au hasard, ou retirez-la\u00a0: Cordée en fait une.",
        )
    # A public CORDEE_BIND without any host of its own is refused by the settings (`site_address`).
    if "*" in settings.ALLOWED_HOSTS:
        yield (
            "E003",
            f"CORDEE_HOSTS='{' '.join(settings.ALLOWED_HOSTS)}' ne dit pas sous quel nom Cordée "
            "est servie.",
            "Écrivez le nom de votre site, par exemple CORDEE_HOSTS=cordee.exemple.fr.",
        )
    if not server.is_set():
        yield (
            "E004",
            "CORDEE_MAIL_SERVER n’est pas donné\u00a0: aucun courrier ne partirait.",
            "Nommez votre serveur de courrier, puis essayez avec la commande test_mail.",
        )
    if settings.DEBUG:
        yield (
            "E005",
            "CORDEE_DEBUG=True\u00a0: une panne montrerait le code et les réglages.",
            "Retirez CORDEE_DEBUG.",
        )
