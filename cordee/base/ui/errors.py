"""Error pages: the fault, the state of the data, the way out."""

import logging
import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from cordee.base.api import problems

logger = logging.getLogger(__name__)
# No letter or digit that the telephone confuses.
CODE_LETTERS = "ACDEFGHJKLMNPRTUVWXYZ"


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    if problems.is_api(request):
        return problems.answer(status)
    return render(request, "ui/error.html", {"title": title, "text": text}, status=status)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        404,
        "Cette page n’existe pas, ou plus",
        "L’adresse est peut-être incomplète, ou la page ne vous est pas ouverte. "
        "Vos données sont intactes.",
    )


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        403,
        "Cette action ne vous est pas ouverte",
        "Rien n’a changé. Demandez à votre réseau qui peut le faire.",
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        400,
        "Nous n’avons pas compris cette demande",
        "Rien n’a été enregistré. Revenez à la page précédente et recommencez.",
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(
        request,
        403,
        "La page est restée ouverte trop longtemps",
        "Rien n’a été envoyé. Rechargez la page, puis recommencez.",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault. The page needs neither database nor session: one of them may be what broke."""
    code = (
        f"{secrets.choice(CODE_LETTERS)}{secrets.randbelow(8) + 2}-{secrets.randbelow(900) + 100}"
    )
    logger.error("Code %s was given for %s", code, request.path)
    if problems.is_api(request):
        cure = f"Recommencez plus tard, ou dites-nous ce code : {code}."
        return problems.answer(500, faults=[problems.fault("", None, "", cure)])
    return HttpResponse(render_to_string("ui/server_error.html", {"code": code}), status=500)
