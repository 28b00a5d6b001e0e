"""Files of practices of a network, in and out; the feed, which everybody reads."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.base import limits
from cordee.base.files.storing import to_save
from cordee.base.limits import takes_files
from cordee.base.ui import french
from cordee.base.ui.forms import posted, refusals_in, render_form
from cordee.members.models import Network
from cordee.mobilisation.feeds.atom import CONTENT_TYPE
from cordee.practices import access
from cordee.practices.models import Sheet
from cordee.practices.models.sheets import SheetQuerySet
from cordee.practices.sheets.exchange import exporting
from cordee.practices.sheets.exchange.importing import (
    MOST_BYTES,
    MOST_FILES,
    Fate,
    import_sheets,
    read_all,
)


class SheetsFileForm(forms.Form):
    file = forms.FileField(
        label="Votre fichier",
        help_text=f"Un ZIP de fichiers .md, ou un CSV d’une ligne par fiche\u00a0; {MOST_FILES} "
        f"fiches et {MOST_BYTES // 1_000} Ko au plus. Le renvoyer ne double rien.",
        widget=forms.FileInput(attrs={"accept": ".zip,.csv"}),
    )
    is_published = forms.BooleanField(
        label="Publier aussitôt",
        required=False,
        help_text="Sans cette case, ce sont des brouillons. Aucune structure n’est nommée avant "
        "que sa direction ait dit oui.",
    )


def _owned(network: Network) -> SheetQuerySet:
    return Sheet.objects.filter(network=network, removed_at__isnull=True).order_by("pk")


@takes_files(MOST_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: SignedInRequest, slug: str) -> HttpResponse:
    """What a file holds is written at once, and told file by file."""
    network = access.network_written_for(request.user, slug)
    form = SheetsFileForm(posted(request), request.FILES or None)
    context = {"form": form, "network": network, "many": _owned(network).count()}
    if form.is_valid():
        with refusals_in(form, on="file"):
            read = read_all(form.cleaned_data["file"])
            is_published = form.cleaned_data["is_published"]
            told = import_sheets(
                read, network=network, is_published=is_published, **by_now(request)
            )
            kept = [each for each in told if each.fate is not Fate.REFUSED]
            context |= {
                "told": told,
                "title": f"{french.count(len(kept), 'fiche lue', 'fiches lues')} sur {len(told)}",
            }
    return render_form(request, "practices/exchange/files.html", context)


@require_safe
def file_of_all(request: SignedInRequest, slug: str, extension: str) -> HttpResponse:
    """A ZIP of Markdown files, or the JSON of all."""
    sheets = _owned(access.network_written_for(request.user, slug))
    name = f"pratiques-{slug}.{extension}"
    if extension == "zip":
        return to_save(name, exporting.zipped(sheets), "application/zip")
    return to_save(name, exporting.as_json(sheets), "application/json")


@login_not_required
@never_cache
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    limits.count_visit(request)
    return HttpResponse(exporting.feed(), content_type=CONTENT_TYPE)
