"""Mails of a person, which sorts they want, stopping one from the mail itself; what mail servers
tell that came back (docs/mails.md); never in production, every mail drawn with invented words.
"""

import json
from hmac import compare_digest
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts import access, mail_actions, mailing
from cordee.accounts.forms import MailChoicesForm
from cordee.accounts.requests import SignedInRequest
from cordee.base.found import page_of
from cordee.base.mail import server
from cordee.base.mail.framing import page_of_mail, sandboxed, with_frame
from cordee.base.mail.models import OutgoingMail

STATES = {
    OutgoingMail.State.WAITING: ("inconnu", "À envoyer"),
    OutgoingMail.State.SENT: ("sur", "Envoyé"),
    OutgoingMail.State.FAILED: ("bloque", "Pas parti"),
    OutgoingMail.State.BOUNCED: ("bloque", "Refusé"),
    OutgoingMail.State.BUNDLED: ("sur", "Réuni à un autre"),
}
MOST_EVENTS = 1000
SHAPE = (
    'Send {"type": "bounce" or "complaint", "address": "…" or "message_id": "…", '
    '"permanent": true or false, "reason": "…"}, or a list of these.'
)


@require_safe
def my_mails(request: SignedInRequest) -> HttpResponse:
    """What the user gets, and all that was written to them."""
    person = request.user
    rows = access.mails_for(person).defer("text", "html")
    page = page_of(request, rows)
    context = {
        "form": MailChoicesForm(person),
        "always": [kind for kind in mailing.kinds() if not kind.is_optional],
        "page": page,
        "rows": [(mail, label_of(mail.kind), state_of(mail)) for mail in page],
        "keeps_the_house": access.is_operator(person),
        "keep_months": settings.KEEP_MAIL_MONTHS,
    }
    return render(request, "accounts/my_mails.html", context)


@require_POST
def choose_mails(request: SignedInRequest) -> HttpResponse:
    person = request.user
    form = MailChoicesForm(person, request.POST)
    if form.is_valid():
        mail_actions.choose_mails(
            person=person, wanted=form.cleaned_data["sortes"], now=timezone.now()
        )
        messages.success(request, "Vos choix sont gardés.")
    else:
        messages.error(
            request, "Une de ces sortes de courriers n’existe plus. Choisissez à nouveau."
        )
    return redirect("my_mails")


@require_POST
def revive_address(request: SignedInRequest) -> HttpResponse:
    mail_actions.revive_address(person=request.user)
    messages.success(request, "Cordée vous écrit de nouveau à cette adresse.")
    return redirect("my_mails")


@with_frame
@require_safe
def my_mail(request: SignedInRequest, pk: int) -> HttpResponse:
    mail = access.mail_for(request.user, pk)
    context = {"mail": mail, "label": label_of(mail.kind), "state": state_of(mail)}
    return render(request, "accounts/my_mail.html", context)


@sandboxed
@require_safe
def my_mail_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """Its HTML part, alone."""
    mail = access.mail_for(request.user, pk)
    if not mail.html:
        raise Http404("Ce courrier n’a pas de mise en page.")
    return page_of_mail(mail.html)


@login_not_required
@csrf_exempt  # Mail programs press the button themselves (RFC 8058): the signature is the right.
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mail(request: HttpRequest, signed: str) -> HttpResponse:
    """One button. A GET changes nothing, so that scanners of mail stop nothing."""
    stop = mailing.read_stop(signed)
    if stop is None:
        raise Http404("Cette adresse de désabonnement n’est pas entière.")
    is_one_click = request.POST.get("List-Unsubscribe") == "One-Click"
    if request.method == "POST":
        if request.POST.get("encore") and not is_one_click:
            mail_actions.resume_mail(stop=stop)
        else:
            mail_actions.stop_mail(stop=stop, now=timezone.now())
        if is_one_click:
            return HttpResponse("Fait.", content_type="text/plain; charset=utf-8")
        return redirect("stop_mail", signed)
    kind = mailing.kind_of(stop.kind)
    context = {
        "label": label_of(stop.kind),
        "is_optional": kind is None or kind.is_optional,
        "is_stopped": mail_actions.refusals_of(stop).exists(),
        "has_account": stop.person_pk is not None,
    }
    return render(request, "accounts/stop_mail.html", context)


def state_of(mail: OutgoingMail) -> tuple[str, str]:
    """(kind of the state component, its words); without a server, a mail is in a file at best."""
    if mail.state == OutgoingMail.State.SENT and not server.is_set():
        return "inconnu", "Rangé"
    return STATES[OutgoingMail.State(mail.state)]


def label_of(kind: str) -> str:
    found = mailing.kind_of(kind)
    return found.label if found is not None else "Autre courrier"


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
