"""Addresses that machines ask for, open to all: the state of Cordée, and whom to write to."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.checks import CheckMessage, Info
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cordee.base import health

HEALTH = "/health"
CONTACT_HOLDS = timedelta(days=180)


class HealthFirst:
    """Answers `/health` before anything that may be what is broken, or that asks who comes.

    No session, no redirection to HTTPS, no check of the host: whoever watches asks from the machine
    itself as well as from outside.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return state(request) if request.path_info == HEALTH else self.get_response(request)


@login_not_required
@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """503 where something is down, with each part: what a monitor needs, and nothing of anybody."""
    report = health.known(timezone.now(), at_most=health.FOR_MACHINES)
    parts = {
        name: {"status": fact.level, "since": fact.since, **fact.figures}
        for name, fact in report.facts.items()
    }
    return JsonResponse(
        {"status": report.level, "at": report.at, "parts": parts},
        status=503 if report.level is health.Level.DOWN else 200,
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )


@login_not_required
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116: where to report a fault; the day it holds until moves on by itself."""
    if not settings.CONTACT:
        raise Http404("Aucun contact n’est réglé (CORDEE_CONTACT).")
    holds_until = datetime.combine(timezone.localdate() + CONTACT_HOLDS, time.min, UTC)
    lines = [
        f"Contact: {settings.CONTACT}",
        f"Expires: {holds_until:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: fr, en",
        f"Canonical: {settings.SITE_ADDRESS}{reverse('security_txt')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def contact_is_set(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    if settings.CONTACT:
        return []
    return [
        Info(
            "CORDEE_CONTACT n’est pas réglé\u00a0: qui trouve une faille ne sait à qui l’écrire.",
            hint="Donnez une adresse de votre organisation\u00a0: mailto:… ou https://…",
            id="cordee.I001",
        )
    ]
