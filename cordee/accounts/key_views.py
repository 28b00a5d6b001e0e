"""The keys of one's own programs: made after proving that it is them, shown once, taken back."""

from allauth.account.decorators import reauthentication_required
from allauth.mfa.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts import access, key_actions
from cordee.accounts.forms import ApiKeyForm
from cordee.accounts.models import ApiKey
from cordee.accounts.requests import SignedInRequest
from cordee.base.middleware import is_head
from cordee.base.ui.forms import posted, refusals_in

# From the answer that made a key to the page that shows it: encrypted, and gone once shown.
NEW = "accounts.new_api_key"
SHOWN_CLOSED = 10


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
