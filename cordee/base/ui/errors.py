"""Error pages: the fault, the state of the data, the way out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    return render(request, "ui/error.html", {"title": title, "text": text}, status=status)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        404,
        "Cette page n’existe pas, ou plus",
        "L’adresse est peut-être mal recopiée, ou l’objet ne vous est pas ouvert.",
    )


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        403,
        "Cette action ne vous est pas ouverte",
        "Vous pouvez voir cette page, pas la modifier. Demandez à votre réseau.",
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
    return _page(
        request,
        500,
        "La panne vient de chez nous",
        "Vos données sont intactes. Réessayez dans cinq minutes.",
    )
