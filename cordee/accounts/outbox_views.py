"""How the mails do, for who keeps the house: counts, faults, another try. Never what they say."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cordee.accounts import access, mail_actions
from cordee.accounts.mail_views import label_of
from cordee.accounts.models import User
from cordee.base import schedule
from cordee.base.mail.models import DeadAddress, OutgoingMail
from cordee.base.schedule_models import ScheduledRun
from cordee.base.sent import number

PAGE_SIZE = 25
COUNTED = timedelta(days=30)
State = OutgoingMail.State


@dataclass(frozen=True, slots=True)
class Trouble:
    """A mail that did not reach anybody: what sort, towards which server, and what that said."""

    pk: int
    label: str
    domain: str
    at: datetime
    attempts: int
    error: str
    may_try: bool


@require_safe
def outbox_state(request: HttpRequest) -> HttpResponse:
    rows = access.outbox_for(request.user)
    now = timezone.now()
    recent = rows.filter(created_at__gte=now - COUNTED).order_by()
    of_state = {
        f"is_{state.value}": Count("pk", filter=Q(state=state.value))
        for state in (State.WAITING, State.SENT, State.FAILED, State.BOUNCED)
    }
    kinds = recent.values("kind").annotate(total=Count("pk"), last=Max("sent_at"), **of_state)
    lines = sorted(({**kind, "label": label_of(kind["kind"])} for kind in kinds), key=_by_label)
    stuck = rows.filter(Q(state__in=(State.FAILED, State.BOUNCED)) | ~Q(last_error=""))
    stuck = stuck.exclude(state=State.SENT).order_by("-created_at", "-pk")
    page = Paginator(stuck, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "lines": lines,
        "totals": {name: sum(line[name] for line in lines) for name in ("total", *of_state)},
        "days": COUNTED.days,
        "page": page,
        "troubles": [_trouble(mail) for mail in page],
        "dead": DeadAddress.objects.count(),
        "runs": _runs(),
    }
    return render(request, "accounts/outbox.html", context)


@require_POST
def try_again(request: HttpRequest) -> HttpResponse:
    """One mail, or all that were given up; those refused by their mailbox one by one."""
    rows, by = access.outbox_for(request.user), request.user
    assert isinstance(by, User)
    asked = request.POST.get("courrier", "")
    if asked == "tous":
        chosen = list(rows.filter(state=State.FAILED, emptied_at=None)[:500])
    elif (pk := number(asked)) is not None:
        chosen = list(rows.filter(pk=pk))
    else:
        raise Http404("Ce courrier n’existe pas.")
    done = sum(mail_actions.try_mail_again(mail=mail, by=by) for mail in chosen)
    if done:
        messages.success(request, "C’est noté. Le prochain essai part dans la minute.")
    else:
        messages.info(
            request, "Il n’y a rien à renvoyer : c’est déjà reparti, ou le texte est effacé."
        )
    return redirect("outbox")


def _by_label(line: dict[str, object]) -> str:
    return str(line["label"])


def _trouble(mail: OutgoingMail) -> Trouble:
    return Trouble(
        pk=mail.pk,
        label=label_of(mail.kind),
        domain=mail.recipient.rpartition("@")[2] or "effacé",
        at=mail.created_at,
        attempts=mail.attempts,
        # Servers repeat the address in their answer; whose it is is not the matter here.
        error=re.sub(r"[^\s<>@]+@", "…@", mail.last_error),
        may_try=mail.state in (State.FAILED, State.BOUNCED) and mail.emptied_at is None,
    )


def _runs() -> list[tuple[str, ScheduledRun | None]]:
    known = {row.name: row for row in ScheduledRun.objects.all()}
    jobs = sorted(schedule.jobs(), key=lambda job: job.label)
    return [(job.label, known.get(job.name)) for job in jobs]
