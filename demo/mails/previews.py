"""Every mail of Cordée, drawn with invented words: what a template looks like before it leaves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cordee.accounts import mailing
from cordee.accounts.mail_views import label_of
from cordee.base.mail import outbox
from cordee.base.mail.framing import page_of_mail, sandboxed, with_frame
from demo.mails import accounts, alliances, members, mobilisation, opportunities, practices

ROOMS = {
    "accounts": accounts.SAMPLES,
    "alliances": alliances.SAMPLES,
    "members": members.SAMPLES,
    "mobilisation": mobilisation.SAMPLES,
    "opportunities": opportunities.SAMPLES,
    "practices": practices.SAMPLES,
}


@dataclass(frozen=True, slots=True)
class Sample:
    """What a template is drawn with where nobody is written to; nothing is read from the base."""

    template: str
    make_context: Callable[[], Mapping[str, Any]]
    kind: str


@cache
def samples() -> tuple[Sample, ...]:
    found = [
        Sample(f"{room}/mail/{name}", make_context, kind)
        for room, rows in ROOMS.items()
        for name, make_context, kind in rows
    ]
    return tuple(sorted(found, key=lambda each: each.template))


@login_not_required
@require_safe
def preview_list(request: HttpRequest) -> HttpResponse:
    drawn = [
        (slug_of(each), label_of(each.kind), outbox.draw(each.template, context_of(each))[0])
        for each in samples()
    ]
    return render(request, "demo/mails/previews.html", {"drawn": drawn})


@login_not_required
@with_frame
@require_safe
def preview(request: HttpRequest, room: str, name: str) -> HttpResponse:
    sample = _sample(room, name)
    subject, text, _ = outbox.draw(sample.template, context_of(sample))
    context = {
        "sample": sample,
        "label": label_of(sample.kind),
        "subject": subject,
        "text": text,
        "room": room,
        "name": name,
    }
    return render(request, "demo/mails/preview.html", context)


@login_not_required
@sandboxed
@require_safe
def preview_page(request: HttpRequest, room: str, name: str) -> HttpResponse:
    sample = _sample(room, name)
    return page_of_mail(outbox.draw(sample.template, context_of(sample))[2])


def context_of(sample: Sample) -> Mapping[str, Any]:
    """Its own words, over a foot like that of a true mail that leads nowhere."""
    kind = mailing.kind_of(sample.kind)
    if kind is None:
        raise KeyError(f"{sample.template}: no room registers the sort {sample.kind!r}.")
    stop = f"{settings.SITE_ADDRESS}/courriers/arreter/exemple/" if kind.is_optional else ""
    return {"why": kind.why, "unsubscribe_url": stop, **sample.make_context()}


def slug_of(sample: Sample) -> tuple[str, str]:
    room, _, name = sample.template.partition("/mail/")
    return room, name


def _sample(room: str, name: str) -> Sample:
    found = {slug_of(each): each for each in samples()}.get((room, name))
    if found is None:
        raise Http404("Aucun courrier de ce nom.")
    return found
