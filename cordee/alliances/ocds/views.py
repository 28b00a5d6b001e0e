"""An alliance taken away as OCDS, and the extension that its packages point to."""

import json
import uuid

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.alliances import access as alliance_access
from cordee.alliances.ocds.facts import package_of
from cordee.base.files.storing import to_save

EXTENSION = ("extension", "release-schema")
CODELISTS = ("groupForm", "groupRole", "+partyRole")


@require_safe
def download(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """For its coordinator and those who agreed to take part; 404 for all others."""
    access = alliance_access.inside_for(request.user, pk)
    text = json.dumps(package_of(access), ensure_ascii=False, indent=2)
    return to_save(f"alliance-{pk}.ocds.json", text, "application/json; charset=utf-8")


@login_not_required
@require_safe
def extension(request: HttpRequest, name: str) -> HttpResponse:
    """The extension and its patch, as they are documented: whoever reads a package needs them."""
    if name not in EXTENSION:
        raise Http404
    return _documented(f"{name}.json", "application/json")


@login_not_required
@require_safe
def codelist(request: HttpRequest, name: str) -> HttpResponse:
    if name not in CODELISTS:
        raise Http404
    return _documented(f"codelists/{name}.csv", "text/csv")


def _documented(name: str, kind: str) -> HttpResponse:
    text = (settings.BASE_DIR / "docs" / "ocds" / name).read_text(encoding="utf-8")
    return HttpResponse(text, content_type=f"{kind}; charset=utf-8")
