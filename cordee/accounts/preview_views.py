"""Every mail of every room, drawn with invented words: for who writes them. Never in production."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cordee.accounts import mailing
from cordee.accounts.mailing import Sample
from cordee.base.mail import outbox
from cordee.base.mail.sandbox import page_of_mail, sandboxed, with_frame


@login_not_required
@require_safe
def preview_list(request: HttpRequest) -> HttpResponse:
    drawn = [
        (slug_of(each), _label(each), outbox.draw(each.template, context_of(each))[0])
        for each in mailing.samples()
    ]
    return render(request, "accounts/mail_previews.html", {"drawn": drawn})


@login_not_required
@with_frame
@require_safe
def preview(request: HttpRequest, room: str, name: str) -> HttpResponse:
    sample = _sample(room, name)
    subject, text, _ = outbox.draw(sample.template, context_of(sample))
    context = {
        "sample": sample,
        "label": _label(sample),
        "subject": subject,
        "text": text,
        "room": room,
        "name": name,
    }
    return render(request, "accounts/mail_preview.html", context)


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


def _label(sample: Sample) -> str:
    kind = mailing.kind_of(sample.kind)
    return kind.label if kind is not None else sample.kind


def _sample(room: str, name: str) -> Sample:
    found = {slug_of(each): each for each in mailing.samples()}.get((room, name))
    if found is None:
        raise Http404("Aucun courrier de ce nom.")
    return found
