"""The pages of one’s own account that allauth does not have: safety, devices, leaving, and keys of
one’s programs: made after proving that it is them, shown once, taken back.
"""

from collections.abc import Callable

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.logout import logout
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import views as keys
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts import access, account_closing, actions, key_actions, second_factor
from cordee.accounts.forms import ApiKeyForm
from cordee.accounts.models import ApiKey
from cordee.accounts.requests import SignedInRequest
from cordee.base.middleware import is_head
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in

SESSIONS_SHOWN = 20
# From the answer that made a key to the page that shows it: encrypted, and gone once shown.
NEW = "accounts.new_api_key"
SHOWN_CLOSED = 10


@require_safe
def second_factor_needed(request: SignedInRequest) -> HttpResponse:
    """Why a second proof is asked, and the two ways to give it."""
    if second_factor.has_one(request.user) or not second_factor.is_required(request):
        return redirect("mfa_index")
    return render(request, "accounts/second_factor.html")


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    rows = access.sessions_of(request.user)
    here = request.session.session_key
    context = {
        # The oldest beyond are shut with the others.
        "rows": [(row, row.key == here) for row in rows[:SESSIONS_SHOWN]],
        "more": max(0, len(rows) - SESSIONS_SHOWN),
        "others": sum(row.key != here for row in rows),
    }
    return render(request, "accounts/sessions.html", context)


@require_POST
def close_session(request: HttpRequest, pk: int) -> HttpResponse:
    row = access.session_for(request.user, pk)
    if row.key == request.session.session_key:
        logout(request)
        return redirect("home")
    actions.close_sessions(person=row.person, only=row.pk)
    messages.success(request, f"{row.device} : la connexion est fermée.")
    return redirect("account_sessions")


@require_POST
def close_other_sessions(request: SignedInRequest) -> HttpResponse:
    closed = actions.close_sessions(person=request.user, keep=request.session.session_key)
    done = "Vous n’êtes plus connectée qu’ici." if closed else "Vous n’étiez connectée qu’ici."
    messages.success(request, done)
    return redirect("account_sessions")


@require_safe
def leaving(request: SignedInRequest) -> HttpResponse:
    """Closing or erasing: what each does, and what stands in the way."""
    context = {"hindrances": account_closing.hindrances(request.user)}
    return render(request, "accounts/leaving.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def close(request: SignedInRequest) -> HttpResponse:
    def leave() -> str:
        actions.close_account(person=request.user, by=request.user, now=timezone.now())
        logout(request)
        return "Votre compte est fermé. Vos données ne sont pas effacées."

    return _leave(request, "accounts/close.html", leave)


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def erase(request: SignedInRequest) -> HttpResponse:
    def leave() -> str:
        actions.erase_account(person=request.user, by=request.user, even_if_last=False)
        request.session.flush()
        return "Votre compte est effacé. Votre nom et votre adresse aussi."

    return _leave(request, "accounts/erase.html", leave)


def _leave(request: SignedInRequest, template: str, leave: Callable[[], str]) -> HttpResponse:
    """The page that asks again, and what becomes of the answer."""
    if request.method == "POST":
        with refusals_as_messages(request):
            messages.success(request, leave())
            return redirect("home")
        return redirect("account_leaving")
    return render(request, template, {"hindrances": account_closing.hindrances(request.user)})


def rename_key(request: HttpRequest, pk: int) -> HttpResponse:
    access.key_for(request.user, pk)
    return keys.edit_webauthn(request, pk=pk)  # type: ignore[no-any-return]


def remove_key(request: HttpRequest, pk: int) -> HttpResponse:
    access.key_for(request.user, pk)
    return keys.remove_webauthn(request, pk=pk)  # type: ignore[no-any-return]


@require_safe
@never_cache
def key_list(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    keys = list(access.api_keys_of(request.user))
    sealed = None if is_head(request) else request.session.pop(NEW, None)
    context = {
        "open": [key for key in keys if key.is_usable(now)],
        "closed": [key for key in keys if not key.is_usable(now)][:SHOWN_CLOSED],
        "most": key_actions.MOST_KEYS,
        "secret": get_adapter().decrypt(sealed) if sealed else "",
    }
    return render(request, "accounts/api_keys.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def new_key(request: SignedInRequest) -> HttpResponse:
    form = ApiKeyForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            _, secret = key_actions.make_key(
                person=request.user,
                name=form.cleaned_data["name"],
                scope=ApiKey.Scope(form.cleaned_data["scope"]),
                days=form.cleaned_data["days"],
                by=request.user,
                now=timezone.now(),
            )
            request.session[NEW] = get_adapter().encrypt(secret)
            return redirect("api_keys")
    return render(request, "accounts/api_key_new.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    key = access.api_key_for(request.user, pk)
    if request.method == "POST":
        key_actions.revoke_key(key=key, by=request.user, now=timezone.now())
        messages.success(request, f"Clé «\u00a0{key.name}\u00a0» retirée. Elle n’ouvre plus rien.")
        return redirect("api_keys")
    return render(request, "accounts/api_key_revoke.html", {"key": key})
