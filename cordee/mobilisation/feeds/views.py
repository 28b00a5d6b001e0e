"""The page of one's feeds and calendars, and the feeds themselves, which know no session."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.ui import panels
from cordee.base.ui.fields import RadioField
from cordee.mobilisation.actions import feeds as actions
from cordee.mobilisation.feeds import access, atom, content
from cordee.mobilisation.models import FeedKey


class FeedForm(forms.Form):
    """The choices are what the user may follow today, and nothing else."""

    scope = forms.ChoiceField(label="Suivre")
    kind = RadioField(
        label="Dans",
        choices=[
            (FeedKey.Kind.CALENDAR, "mon agenda\u00a0: les dates limites"),
            (FeedKey.Kind.ATOM, "mon lecteur de flux\u00a0: les nouveautés"),
        ],
    )

    def __init__(
        self, *args: Any, scopes: list[tuple[str, str, list[Model]]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.found = {f"{name}-{each.pk}": (name, each) for _, name, of in scopes for each in of}
        self.fields["scope"].choices = [  # type: ignore[attr-defined]
            (label, [(f"{name}-{each.pk}", str(each)) for each in of])
            for label, name, of in scopes
            if of
        ]

    def chosen(self) -> dict[str, Any]:
        """What the action asks for."""
        name, scope = self.found[self.cleaned_data["scope"]]
        return {
            "scope_name": name,
            "scope": scope,
            "kind": self.cleaned_data["kind"],
        }


# A reader that asks again within the quarter of an hour may keep what it has.
FRESH_SECONDS = 15 * 60


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """A feed, for whoever holds its address: with the rights of its owner today."""
    now = timezone.now()
    on = timezone.localdate(now)
    try:
        key = access.key_behind(token, on=on)
    except access.FeedClosed:
        words = "Cette adresse est fermée. Retirez-la de votre agenda ou de votre lecteur.\n"
        return HttpResponse(words, status=410, content_type="text/plain; charset=utf-8")
    entries = content.entries_of(key, now=now)
    is_atom = key.kind == FeedKey.Kind.ATOM
    # Read at the first use: each start would be a twentieth longer for what writes calendars.
    from cordee.mobilisation.feeds import calendar

    written = atom.atom(key, entries) if is_atom else calendar.calendar(key, entries)
    actions.note_reading(key=key, content=written, on=on, now=now)
    kind = atom.CONTENT_TYPE if is_atom else calendar.CONTENT_TYPE
    answer = HttpResponse(written, content_type=kind)
    name = "cordee.atom" if is_atom else "cordee.ics"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    # Private: neither a shared cache nor a search engine keeps it.
    answer.headers["Cache-Control"] = f"private, max-age={FRESH_SECONDS}"
    answer.headers["X-Robots-Tag"] = "noindex"
    etag = f'"{key.content_sha256}"'
    changed = key.changed_at or now
    answer.headers["ETag"] = etag
    answer.headers["Last-Modified"] = http_date(changed.timestamp())
    found = get_conditional_response(
        request, etag=etag, last_modified=int(changed.timestamp()), response=answer
    )
    return found or answer


@require_http_methods(["GET", "POST"])
def feeds(request: SignedInRequest) -> HttpResponse:
    """The user's addresses, and a form that opens another."""
    now = timezone.now()
    on = timezone.localdate(now)
    scopes = access.scopes_for(request.user, on=on)
    form = FeedForm(initial={"kind": FeedKey.Kind.CALENDAR}, scopes=scopes)
    if request.method == "POST":
        form = FeedForm(request.POST, scopes=scopes)
        if form.is_valid():
            key = actions.open_feed(by=request.user, now=now, **form.chosen())
            messages.success(request, f"L’adresse est ouverte\u00a0: {key}.")
            return redirect("feeds:feeds")
    keys = list(access.with_scope(access.keys_for(request.user)))
    rows = [
        (
            key,
            address,
            f"webcal:{address.partition(':')[2]}",
            # As `may_follow`: programmes are public, even closed; a search goes with its addresses.
            all(pk is None or f"{name}-{pk}" in form.found for name, pk in key.closable),
        )
        for key, address in ((each, access.address_of(each)) for each in keys)
    ]
    context = {"form": form, "rows": rows, "has_scopes": bool(form.found), "today": on}
    return render(request, "mobilisation/feeds.html", context)


@require_http_methods(["GET", "POST"])
def change(request: SignedInRequest, pk: int, is_renewal: bool) -> HttpResponse:
    """Another address for the same feed, or none any more; a GET says what that does."""
    key = access.key_for(request.user, pk)
    if request.method == "POST":
        if is_renewal:
            actions.renew_feed(key=key, by=request.user, now=timezone.now())
            done = "L’adresse a changé. Donnez la nouvelle à votre agenda ou à votre lecteur."
        else:
            actions.revoke_feed(key=key, by=request.user, now=timezone.now())
            done = "L’adresse est fermée\u00a0: elle ne donne plus rien."
        messages.success(request, done)
        return redirect("feeds:feeds")
    context = {"key": key, "is_renewal": is_renewal}
    return render(request, "mobilisation/feed_change.html", context)


@require_safe
def panel(request: HttpRequest) -> HttpResponse:
    """The way to one's feeds, on the pages of what one can follow."""
    count = access.keys_for(request.user).count()
    title = "Calendriers et abonnements"
    return panels.shown(request, "mobilisation/feeds_panel.html", {"count": count}, title=title)
