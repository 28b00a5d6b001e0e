"""Where a mail server tells what came back (docs/mails.md)."""

import json
from hmac import compare_digest
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cordee.accounts import mail_actions

MOST_EVENTS = 1000
SHAPE = (
    'Send {"type": "bounce" or "complaint", "address": "…" or "message_id": "…", '
    '"permanent": true or false, "reason": "…"}, or a list of these.'
)


@login_not_required
@csrf_exempt  # A machine has no form; the shared secret proves it.
@require_POST
def mail_returns(request: HttpRequest) -> JsonResponse:
    """Bounces and complaints. Each may be told twice: it counts once."""
    if not _is_known(request):
        return JsonResponse({"error": "Authorization: Bearer and the shared secret."}, status=403)
    try:
        sent = json.loads(request.body)
    except ValueError:
        return JsonResponse({"error": f"This is no JSON. {SHAPE}"}, status=400)
    events = sent if isinstance(sent, list) else [sent]
    if len(events) > MOST_EVENTS or not all(map(_is_event, events)):
        return JsonResponse({"error": SHAPE}, status=400)
    for event in events:
        _note(event)
    return JsonResponse({"noted": len(events)})


def _is_known(request: HttpRequest) -> bool:
    secret = settings.MAIL_RETURNS_SECRET
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(secret) and compare_digest(given.encode(), secret.encode())


def _is_event(event: Any) -> bool:
    if not isinstance(event, dict) or event.get("type") not in ("bounce", "complaint"):
        return False
    texts = [event.get(name, "") for name in ("address", "message_id", "reason")]
    if not all(isinstance(text, str) and len(text) <= 1000 for text in texts):
        return False
    if not (event.get("address") or event.get("message_id")):
        return False
    return isinstance(event.get("permanent", True), bool)


def _note(event: dict[str, Any]) -> None:
    now = timezone.now()
    address, message_id = event.get("address", "").strip(), event.get("message_id", "")
    if event["type"] == "complaint":
        mail_actions.note_complaint(address=address, message_id=message_id, now=now)
        return
    mail_actions.note_bounce(
        address=address[:254],
        message_id=message_id,
        is_permanent=event.get("permanent", True),
        reason=event.get("reason", ""),
        now=now,
    )
