"""Answering: from the link of a mail, without account; or in Cordée. A GET records nothing."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cordee.base.ui import french
from cordee.base.ui.forms import posted
from cordee.mobilisation.actions.answers import TooLate, readers_of, record_answer
from cordee.mobilisation.campaigns import access, answer_page
from cordee.mobilisation.campaigns.answer_page import CHOICES, SLUGS
from cordee.mobilisation.campaigns.forms import CampaignAnswerForm
from cordee.mobilisation.models import Answer, Ask
from cordee.mobilisation.models.answers import INTERESTED


def _unlisted(
    view: Callable[..., HttpResponse],
) -> Callable[..., HttpResponse]:
    """The address is the key: no search engine keeps it, no other site hears of it."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return wrapped


# Without CSRF check: the signed address is the only authority here, no cookie counts; and mail
# programs open pages where cookies are refused.
@login_not_required
@csrf_exempt
@never_cache
@_unlisted
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a link: the answer it names is prepared, one button sends it."""
    try:
        opened, person = access.opened_by(token, now=timezone.now())
    except access.LinkDamaged:
        return render(request, "mobilisation/link_damaged.html", status=404)
    except access.LinkExpired:
        return render(request, "mobilisation/link_expired.html", status=410)
    here = reverse("campaigns:answer", args=[token])
    return _answered(request, opened, person, here, Answer.Channel.LINK)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """The same, for a director who is signed in."""
    found = access.ask_for(request.user, pk)
    here = reverse("campaigns:ask", args=[found.pk])
    return _answered(request, found, request.user, here, Answer.Channel.APPLICATION)


def _answered(
    request: HttpRequest, ask: Ask, person: Any, here: str, channel: Answer.Channel
) -> HttpResponse:
    now = timezone.now()
    asked = request.POST if request.method == "POST" else request.GET
    choice = CHOICES.get(asked.get("reponse", ""))
    form = CampaignAnswerForm(posted(request))
    if request.method == "POST" and choice is not None and form.is_valid():
        # Too late, the page itself says so.
        with suppress(TooLate):
            record_answer(
                ask=ask,
                choice=choice,
                reason=form.cleaned_data["reason"],
                words=form.cleaned_data["words"],
                channel=channel,
                by=person,
                now=now,
            )
        return redirect(here)
    history = list(ask.answers.standing().last_first().select_related("heard_for"))
    last = history[0] if history else None
    # What the user said is no change; a refusal stays in the list, for its reason.
    shown = choice or (last.choice if last and last.choice in INTERESTED else None)
    context = {
        "ask": ask,
        "need": ask.need,
        "structure": ask.structure,
        "here": here,
        "form": form,
        "choice": choice,
        "slug": SLUGS.get(choice, "") if choice else "",
        "send_words": choice.label.lower() if choice else "",
        "is_yes": choice in INTERESTED,
        "others": [
            (each.label, SLUGS[each], *answer_page.HINTS[each])
            for each in Answer.Choice
            if each != shown
        ],
        "last": last,
        "history": history,
        "letters": answer_page.letters_of(ask),
        "readers": french.series([str(network) for network in readers_of(ask)]),
        "is_open": ask.is_open(now),
        "change": answer_page.change_since(ask),
        "is_link": channel is Answer.Channel.LINK,
        "is_unknown": request.method == "POST" and choice is None,
    }
    has_errors = request.method == "POST"
    return render(request, "mobilisation/answer.html", context, status=422 if has_errors else 200)
