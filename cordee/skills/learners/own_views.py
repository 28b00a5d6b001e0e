"""Her page, which her card opens and nobody else's: no account, no session, no other page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cordee.base import limits
from cordee.base.files import play
from cordee.base.ui.forms import posted, render_form
from cordee.skills import access
from cordee.skills.badges.views import sheet_of
from cordee.skills.languages.sentences import Spoken, languages_of, spoken_in
from cordee.skills.learners import actions, card, pages, papers
from cordee.skills.learners.forms import DisagreementForm
from cordee.skills.learners.questions import questions_of, settle
from cordee.skills.models import Learner
from cordee.skills.models.learners import MOST_FAILURES

EDIT = require_http_methods(["GET", "HEAD", "POST"])
FIRST = ("première", "deuxième", "troisième")


def _behind_card(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The page where her pictures were shown; else the pictures, of which a form tells those that
    were touched. No search engine keeps the address."""

    @login_not_required
    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        limits.count("card", limits.address_of(request), timezone.now().timestamp())
        learner = access.learner_of_card(token, timezone.localdate())
        if learner is None:
            return render(request, "skills/card/dead.html", status=404)
        sent = [*request.POST.get("avant", "").split(), request.POST.get("image", "")]
        touched = [name for name in sent if name in card.PICTURES][: card.PICKED]
        if card.is_open(request, learner):
            response = view(request, learner, token, **kwargs)
        elif len(touched) < card.PICKED:
            response = _ask_pictures(
                request, learner, token, touched, 200 if view is _page else 403
            )
        elif actions.try_pictures(learner=learner, pictures=touched):
            response = card.open_page(redirect("card:page", token), learner, token)
        else:
            response = _ask_pictures(request, learner, token, [], 422)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return wrapped


def _ask_pictures(
    request: HttpRequest, learner: Learner, token: str, touched: list[str], status: int
) -> HttpResponse:
    title = f"Touchez votre {FIRST[len(touched)]} image"
    context = {
        "title": "Cette carte est bloquée" if learner.is_locked else title,
        "token": token,
        "learner": learner,
        "touched": [(name, card.PICTURES[name]) for name in touched],
        "pictures": list(card.PICTURES.items()),
        "left": MOST_FAILURES - learner.failures,
        "status": status,
    }
    return render(request, "skills/card/pictures.html", context, status=status)


def _page(request: HttpRequest, learner: Learner, token: str) -> HttpResponse:
    gesture = request.POST.get("geste", "")
    if request.method == "POST":
        actions.choose(
            learner=learner,
            opens={"ouvrir": True, "refermer": False}.get(gesture),
            erases={"effacer": True, "garder": False}.get(gesture),
            now=timezone.now(),
        )
        if "question" in request.POST:
            shown = request.POST.getlist("montrer")
            on, is_yes = timezone.localdate(), gesture == "oui"
            settle(learner, request.POST["question"], is_yes=is_yes, shown=shown, on=on)
        response = redirect("card:page", token)
        for name in (card.COOKIE, card.LANGUAGE_COOKIE) if gesture == "sortir" else ():
            response.delete_cookie(name, path=response["Location"], samesite="Strict")
        if "langue" in request.POST:
            card.keep(response, card.LANGUAGE_COOKIE, request.POST["langue"][:8], token)
        return response
    context = {
        "title": "Ce que je sais faire",
        "token": token,
        "learner": learner,
        "known": pages.known_of(learner),
        "units": pages.units_of(learner),
        "badges": access.badges_of(learner),
        "questions": questions_of(learner),
        "languages": languages_of(learner.structure),
        "spoken": _spoken(request, learner),
    }
    return render(request, "skills/card/page.html", context)


def _disagree(request: HttpRequest, learner: Learner, token: str, key: int) -> HttpResponse:
    row = access.own_observation(learner, key)
    form = DisagreementForm(
        posted(request), initial={"words": row.objection and row.objection.words}
    )
    agrees = request.POST.get("geste") == "accord"
    if agrees or form.is_valid():
        actions.write_disagreement(
            observation=row, words=None if agrees else form.cleaned_data["words"]
        )
        return redirect("card:page", token)
    context = {
        "title": "Je ne suis pas d’accord",
        "row": row,
        "form": form,
        "token": token,
        "spoken": _spoken(request, learner),
    }
    return render_form(request, "skills/card/disagree.html", context)


def _spoken(request: HttpRequest, learner: Learner) -> Spoken:
    return spoken_in(learner.structure, request.COOKIES.get(card.LANGUAGE_COOKIE, ""))


def _badge(request: HttpRequest, learner: Learner, token: str, key: int) -> HttpResponse:
    context = sheet_of(learner, key) | {"title": "Mon attestation", "token": token}
    return render(request, "skills/card/badge.html", context)


def _recording(request: HttpRequest, learner: Learner, token: str, key: int) -> HttpResponse:
    return play(access.recording_beside(learner, key).stored, request.headers.get("Range", ""))


def _take_away(request: HttpRequest, learner: Learner, token: str) -> HttpResponse:
    return papers.file_of(learner, request.GET.get("format", ""))


page = EDIT(_behind_card(_page))
disagree = EDIT(_behind_card(_disagree))
badge = require_safe(_behind_card(_badge))
recording = require_safe(_behind_card(_recording))
take_away = require_safe(_behind_card(_take_away))
