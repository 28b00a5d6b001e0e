"""For who keeps the house: how the mails do, counts, faults, another try, never what they say; and
« Cette Cordée », whether it works, with the banner of every page while it does not.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Max, Min, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_POST, require_safe

from cordee.accounts import access, mail_actions
from cordee.accounts.mail_views import label_of
from cordee.accounts.models import User
from cordee.base import health, schedule
from cordee.base.found import number, page_of
from cordee.base.health import Fact, Level, Report
from cordee.base.mail import server
from cordee.base.mail.models import DeadAddress, MailServerPause, OutgoingMail
from cordee.base.models import ScheduledRun
from cordee.base.ui import french

TEST = "./go run -- test_mail votre@adresse.fr"
# Waiting longer past its time, a mail is waited for by nobody.
LATE = timedelta(minutes=15)
COUNTED = timedelta(days=30)
State = OutgoingMail.State
# What names somebody in an address.
BEFORE_DOMAIN = re.compile(r"(?<![^\s<>@])[^\s<>@]++@")
# Kind and words of a state, as components write them.
STATES = {
    Level.OK: ("sur", "Fonctionne"),
    Level.UNKNOWN: ("inconnu", "Pas encore su"),
    Level.WATCH: ("vigilance", "À regarder"),
    Level.DOWN: ("bloque", "En panne"),
}


@dataclass(frozen=True, slots=True)
class UndeliveredMail:
    """A mail that did not reach anybody: what sort, towards which server, and what that said."""

    pk: int
    label: str
    domain: str
    at: datetime
    attempts: int
    error: str
    may_try: bool


@dataclass(frozen=True, slots=True)
class OutboxSummary:
    """What the page says first: how the mails do, why, a command that helps, a gesture.

    `kind` is that of a banner.
    """

    kind: str
    title: str
    lines: tuple[str, ...] = ()
    command: str = ""
    gesture: str = ""


NO_SERVER = OutboxSummary(
    "bloque",
    "Personne ne reçoit les courriers",
    (
        "Aucun serveur d’envoi n’est réglé. Cordée range chaque courrier dans un fichier, "
        "dans le dossier «\u00a0courrier\u00a0» de ses données. Ceux qui y sont ne partiront pas.",
        "Nommez un serveur dans CORDEE_MAIL_SERVER, redémarrez, puis essayez-le\u00a0:",
    ),
    TEST,
)
IN_DEMO = OutboxSummary(
    "inconnu",
    "Les courriers restent dans cette démonstration",
    ("Personne ne les reçoit\u00a0: ce monde est inventé.",),
)
NONE_LEFT = OutboxSummary(
    "inconnu",
    f"Aucun courrier n’est parti ces {COUNTED.days} derniers jours",
    ("Un serveur d’envoi est réglé. Voyez s’il prend un courrier\u00a0:",),
    TEST,
)
ALL_LEAVE = OutboxSummary("sur", "Les courriers partent", ("Le serveur d’envoi les prend tous.",))


@require_safe
def outbox_state(request: HttpRequest) -> HttpResponse:
    rows = access.outbox_for(request.user)
    now = timezone.now()
    # What left within another mail is counted with it.
    recent = rows.filter(created_at__gte=now - COUNTED).exclude(state=State.BUNDLED).order_by()
    of_state = {
        f"is_{state.value}": Count("pk", filter=Q(state=state.value))
        for state in (State.WAITING, State.SENT, State.FAILED, State.BOUNCED)
    }
    kinds = recent.values("kind").annotate(total=Count("pk"), last=Max("sent_at"), **of_state)
    lines: list[dict[str, Any]] = [{**kind, "label": label_of(kind["kind"])} for kind in kinds]
    lines.sort(key=lambda line: line["label"])
    stuck = rows.filter(Q(state__in=(State.FAILED, State.BOUNCED)) | ~Q(last_error=""))
    stuck = stuck.exclude(state=State.SENT).order_by("-created_at", "-pk")
    page = page_of(request, stuck)
    runs = _runs()
    totals = {name: sum(line[name] for line in lines) for name in ("total", *of_state)}
    context = {
        "answer": _answer(totals, page.paginator.count, now),
        "has_server": server.is_set(),
        "has_mailbox": settings.DEMO and not server.is_set(),
        "lines": lines,
        "totals": totals,
        "days": COUNTED.days,
        "page": page,
        "troubles": [_undelivered(mail) for mail in page],
        "dead": DeadAddress.objects.count(),
        "jobs_done": [each for each in runs if _is_done(each[1])],
        "jobs_to_watch": [each for each in runs if not _is_done(each[1])],
    }
    return render(request, "accounts/outbox.html", context)


@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """One mail, or all that were given up or refused (`mail_actions.mails_given_up`)."""
    rows, by = access.outbox_for(request.user), request.user
    assert isinstance(by, User)
    asked = request.POST.get("courrier", "")
    if asked == "tous":
        done = mail_actions.retry_mails(by=by)
    elif (pk := number(asked)) is not None:
        done = sum(mail_actions.retry_mail(mail=mail, by=by) for mail in rows.filter(pk=pk))
    else:
        raise Http404("Ce courrier n’existe pas.")
    if done:
        leave = french.count(done, "courrier repart", "courriers repartent")
        messages.success(request, f"C’est noté. {leave}. Le prochain essai part dans la minute.")
    else:
        messages.info(
            request, "Il n’y a rien à renvoyer : c’est déjà reparti, ou le texte est effacé."
        )
    return redirect("outbox")


def _answer(totals: dict[str, int], stuck: int, now: datetime) -> OutboxSummary:
    """The worst thing first; nothing is said to arrive that no server has taken."""
    if not server.is_set():
        return IN_DEMO if settings.DEMO else NO_SERVER
    many, which = _given_up(now)
    return (
        _paused(totals["is_waiting"], which, now)
        or _stuck(stuck, many, which)
        or _late(now)
        or (ALL_LEAVE if totals["is_sent"] else NONE_LEFT)
    )


def _given_up(now: datetime) -> tuple[int, str]:
    """How many mails nobody tries any more, and the sentence that says so."""
    found = mail_actions.mails_given_up().aggregate(many=Count("pk"), since=Min("created_at"))
    if not found["many"]:
        return 0, ""
    since = french.moment(found["since"], timezone.localdate(now))
    return found["many"], f"{_mails(found['many'])} à renvoyer, le plus ancien du {since}."


def _paused(waiting: int, given_up: str, now: datetime) -> OutboxSummary | None:
    """The server takes nothing: since when, why, what helps."""
    pause, today = MailServerPause.objects.first(), timezone.localdate(now)
    if pause is None:
        return None
    kept = f"{_mails(waiting)} en attente, aucun n’est perdu. " if waiting else ""
    return OutboxSummary(
        "bloque",
        f"Le serveur d’envoi ne prend rien depuis le {french.moment(pause.since, today)}",
        (
            f"Sa dernière réponse\u00a0: {pause.error}",
            pause.cure,
            f"{kept}Prochain essai\u00a0: {french.moment(pause.until, today)}. {given_up}",
            "Pour essayer le serveur, dans un terminal\u00a0:",
        ),
        TEST,
        "Essayer maintenant",
    )


def _stuck(how_many: int, given_up: int, which: str) -> OutboxSummary | None:
    if not how_many:
        return None
    title = french.count(how_many, "courrier n’arrive pas", "courriers n’arrivent pas")
    if not given_up:
        return OutboxSummary("vigilance", title)
    mails = "le courrier" if given_up == 1 else f"les {_mails(given_up)}"
    return OutboxSummary("vigilance", title, (which,), gesture=f"Renvoyer {mails}")


def _late(now: datetime) -> OutboxSummary | None:
    """Mails wait past their time: whatever sends them does not run."""
    late = OutgoingMail.objects.free(now - LATE).filter(created_at__lte=now - LATE).count()
    if not late:
        return None
    return OutboxSummary(
        "vigilance",
        french.count(late, "courrier attend", "courriers attendent"),
        (
            "Rien ne les envoie depuis un quart d’heure. La tâche régulière tourne avec "
            "./go serve\u202f; ailleurs, lancez-la\u00a0:",
        ),
        "./go run -- tick --loop",
    )


def _mails(how_many: int) -> str:
    return french.count(how_many, "courrier")


def _undelivered(mail: OutgoingMail) -> UndeliveredMail:
    return UndeliveredMail(
        pk=mail.pk,
        label=label_of(mail.kind),
        domain=mail.recipient.rpartition("@")[2] or "effacé",
        at=mail.created_at,
        attempts=mail.attempts,
        # Servers repeat the address in their answer; whose it is is not the matter here.
        error=BEFORE_DOMAIN.sub("…@", mail.last_error),
        may_try=mail.state in (State.FAILED, State.BOUNCED) and mail.emptied_at is None,
    )


def _is_done(run: ScheduledRun | None) -> bool:
    return run is not None and run.outcome == ScheduledRun.Outcome.DONE


def _runs() -> list[tuple[str, ScheduledRun | None]]:
    known = {row.name: row for row in ScheduledRun.objects.all()}
    jobs = sorted(schedule.jobs(), key=lambda job: job.label)
    return [(job.label, known.get(job.name)) for job in jobs]


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
