"""Error pages: the fault, the state of the data, the way out."""

import logging
import secrets
import sys
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme

from cordee.base.api import problems
from cordee.base.limits import MOST_BODY, NotNow
from cordee.base.outages import outage_of

logger = logging.getLogger(__name__)
# No letter or digit that the telephone confuses.
CODE_LETTERS = "ACDEFGHJKLMNPRTUVWXYZ"
PLAIN = "text/plain; charset=utf-8"


def _page(
    request: HttpRequest, status: int, title: str, text: str, *, back: str = ""
) -> HttpResponse:
    """`back`: the address of the form that was sent, if there is one to go back to."""
    if problems.is_api(request):
        return problems.answer(status)
    if request.headers.get("HX-Request"):
        # A part of a page: the script tells these words where the page tells its faults.
        return HttpResponse(f"{title}. {text}", status=status, content_type=PLAIN)
    context = {"title": title, "text": text, "back": back}
    return render(request, "ui/error.html", context, status=status)


def _handler(status: int, title: str, text: str) -> Callable[..., HttpResponse]:
    """A page that says the same whatever the reason."""

    def handle(request: HttpRequest, reason: object = None, **_: object) -> HttpResponse:
        return _page(request, status, title, text)

    return handle


page_not_found = _handler(
    404,
    "Cette page n’existe pas, ou plus",
    "L’adresse est peut-être incomplète, ou la page ne vous est pas ouverte.",
)
permission_denied = _handler(
    403,
    "Cette action ne vous est pas ouverte",
    "Rien n’a changé. Demandez à votre réseau qui peut le faire.",
)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request)
    return _page(
        request,
        400,
        "Nous n’avons pas compris cette demande",
        "Rien n’a été enregistré. Revenez à la page précédente et recommencez.",
    )


csrf_failure = _handler(
    403,
    "La page est restée ouverte trop longtemps",
    "Rien n’a été envoyé. Rechargez la page, puis recommencez.",
)


def too_long(request: HttpRequest, status: int) -> HttpResponse:
    """An address (414) or headers (431) longer than any browser of ours sends."""
    return _page(
        request,
        status,
        "Cette adresse est trop longue",
        "Rien n’a été enregistré. Revenez à la page précédente et recommencez.",
    )


length_required = _handler(
    411,
    "Cet envoi ne dit pas sa taille",
    "Rien n’a été enregistré. Recommencez depuis un navigateur à jour.",
)


def too_large(request: HttpRequest, file_bytes: int = 0) -> HttpResponse:
    """What was sent is left unread. `file_bytes`: the largest file of that page, 0 for none."""
    limit, cure = (
        (f"un fichier de {file_bytes // 1_000_000} Mo", "Coupez-le, ou allégez-le")
        if file_bytes
        else (f"{MOST_BODY // 1_000_000} Mo", "Envoyez moins à la fois")
    )
    text = f"Cette page prend {limit} au plus. Rien n’a été enregistré. {cure}."
    return _page(request, 413, "Cet envoi est trop grand", text, back=_sent_from(request))


def _sent_from(request: HttpRequest) -> str:
    """The page of ours that held the form, where the browser says it."""
    page = request.headers.get("Referer", "")
    ours = {request.get_host()}
    return page if url_has_allowed_host_and_scheme(page, ours, request.is_secure()) else ""


def not_now(request: HttpRequest, refusal: NotNow) -> HttpResponse:
    """Asked too often, or while too much waits: when to ask again."""
    words = f"{refusal} Rien n’est perdu\u00a0: revenez en arrière, ce que vous avez écrit y est."
    return refusal.mark(_page(request, refusal.status, refusal.title, words))


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault. The page needs neither database nor session: one of them may be what broke.

    What stops the machine is told as that, and passes: 503, which programs try again.
    """
    code = (
        f"{secrets.choice(CODE_LETTERS)}{secrets.randbelow(8) + 2}-{secrets.randbelow(900) + 100}"
    )
    logger.error("Code %s was given for %s", code, request.path)
    trouble = outage_of(sys.exception())
    status, headers = (503, {"Retry-After": "60"}) if trouble else (500, {})
    if problems.is_api(request):
        cure = f"Recommencez plus tard, ou dites-nous ce code : {code}."
        message = f"{trouble}. Rien n’a été enregistré." if trouble else ""
        faults = [problems.fault("", None, "", cure)]
        return problems.answer(status, message, faults=faults, headers=headers)
    title, text = (
        (trouble, "Votre demande n’est pas enregistrée. Ce qui l’était est intact.")
        if trouble
        else ("La panne vient de chez nous", "Vos données sont intactes.")
    )
    page = render_to_string("ui/server_error.html", {"code": code, "title": title, "text": text})
    return HttpResponse(page, status=status, headers=headers)
