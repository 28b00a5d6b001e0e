"""The files that an alliance keeps together."""

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts.models import User
from cordee.accounts.requests import SignedInRequest, by_now
from cordee.alliances import access as alliance_access
from cordee.alliances.files import actions
from cordee.alliances.files.access import file_for
from cordee.alliances.frame.forms import KeptFileField
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.messages import access as messages_access
from cordee.alliances.models import AllianceFile
from cordee.base import files
from cordee.base.files.sorts import ACCEPTED
from cordee.base.limits import takes_files
from cordee.base.ui.forms import refusals_in


class FileForm(forms.Form):
    """A file, and what it is."""

    file = KeptFileField("Le fichier", ACCEPTED)
    words = forms.CharField(
        label="Ce que c’est", max_length=200, required=False, help_text="lu par qui lit le tableau"
    )


@takes_files(files.MOST_BYTES)
@require_http_methods(["GET", "POST"])
def listing(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The files of an alliance, for those inside; bring one more."""
    access = alliance_access.inside_for(request.user, pk)
    bound = request.method == "POST"
    form = FileForm(request.POST if bound else None, request.FILES if bound else None)
    if bound and form.is_valid():
        sent = form.cleaned_data["file"]
        with refusals_in(form, on="file"):
            actions.add_file(
                alliance=access.alliance,
                name=sent.name,
                content=sent.read(),
                words=form.cleaned_data["words"],
                brought_for=messages_access.side_of(access),
                **by_now(request),
            )
            messages.success(request, "Le fichier est gardé. Ceux de l’équipe peuvent le lire.")
            return redirect("alliances:files", pk=pk)
    rows = access.alliance.files.filter(removed_at=None).select_related("stored")
    context = alliance_context(access, "alliances:files") | {
        "rows": [(row, _may_remove(access, row, request.user)) for row in rows],
        "form": form,
    }
    return render(request, "alliances/files/list.html", context)


@require_safe
def file(request: SignedInRequest, pk: uuid.UUID, file_pk: int) -> HttpResponse:
    """One file, to save."""
    access = alliance_access.inside_for(request.user, pk)
    return files.download(file_for(access, file_pk).stored)


@require_http_methods(["GET", "POST"])
def remove_file(request: SignedInRequest, pk: uuid.UUID, file_pk: int) -> HttpResponse:
    """Take a file away for everybody: who brought it, or who coordinates; a GET asks first."""
    access = alliance_access.inside_for(request.user, pk)
    row = file_for(access, file_pk)
    if not _may_remove(access, row, request.user):
        raise Http404("Ce fichier a été ajouté par quelqu’un d’autre.")
    if request.method == "POST":
        actions.remove_file(file=row, **by_now(request))
        messages.success(request, "Le fichier est effacé.")
        return redirect("alliances:files", pk=pk)
    context = {"alliance": access.alliance, "row": row}
    return render(request, "alliances/files/remove.html", context)


def _may_remove(access: alliance_access.AllianceAccess, row: AllianceFile, person: User) -> bool:
    return access.coordinates or (row.brought_by_id is not None and row.brought_by_id == person.pk)
