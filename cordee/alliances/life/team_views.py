"""Who leads an alliance, the files that it keeps, and whether it is remembered."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.alliances.actions import team as actions
from cordee.alliances.life import access as life_access
from cordee.alliances.life.forms import FILE_INPUT
from cordee.alliances.models import AllianceFile, AllianceParty
from cordee.alliances.workspace import access
from cordee.alliances.workspace.pages import sections
from cordee.base import files
from cordee.base.files.sorts import ACCEPTED
from cordee.base.limits import takes_files
from cordee.base.ui.forms import show_refusal


class CoordinatorForm(forms.Form):
    """Whom to add, and whether one leaves."""

    person = forms.ChoiceField(label="Qui")
    hands_on = forms.BooleanField(label="Je lui passe la main et je quitte", required=False)

    def __init__(self, people: list[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        field: Any = self.fields["person"]
        field.choices = [(key, str(person)) for key, person in self.people.items()]


class FileForm(forms.Form):
    """A file, and what it is."""

    file = forms.FileField(
        label="Le fichier",
        error_messages={"empty": "Ce fichier est vide."},
        widget=forms.ClearableFileInput(attrs=FILE_INPUT),
        help_text=f"{ACCEPTED}, {files.MOST_BYTES // 1_000_000} Mo au plus",
    )
    words = forms.CharField(
        label="Ce que c’est", max_length=200, required=False, help_text="lu par qui lit le tableau"
    )


@require_http_methods(["GET", "POST"])
def coordinators(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Who leads it; add somebody, or pass the lead on."""
    seat = access.coordinator_for(request.user, pk)
    alliance = seat.alliance
    people = actions.may_coordinate(alliance)
    form = CoordinatorForm(people, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        person = form.people[form.cleaned_data["person"]]
        try:
            if form.cleaned_data["hands_on"]:
                actions.hand_on(alliance=alliance, to=person, by=request.user)
                messages.success(request, f"{person} coordonne maintenant l’alliance.")
                return redirect("alliances:list")
            actions.add_coordinator(alliance=alliance, person=person, by=request.user)
        except ValidationError as wrong:
            show_refusal(form, wrong)
        else:
            messages.success(request, f"{person} coordonne aussi l’alliance.")
            return redirect("life:coordinators", pk=pk)
    context = {
        "seat": seat,
        "alliance": alliance,
        "rows": list(alliance.coordinators.select_related("person")),
        "seated": set(alliance.coordinators.seated().values_list("pk", flat=True)),
        "people": people,
        "form": form,
        "sections": sections(seat, "life:coordinators"),
    }
    return render(request, "alliances/life/coordinators.html", context)


@require_POST
def remove_coordinator(request: HttpRequest, pk: uuid.UUID, coordinator_pk: int) -> HttpResponse:
    """Somebody no longer leads it; the last one stays."""
    seat = access.coordinator_for(request.user, pk)
    row = life_access.coordination_for(seat, coordinator_pk)
    try:
        actions.remove_coordinator(coordinator=row, by=request.user)
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
    else:
        messages.success(request, f"{row.person} ne coordonne plus l’alliance.")
    if row.person == request.user:
        return redirect("alliances:list")
    return redirect("life:coordinators", pk=pk)


@takes_files(files.MOST_BYTES)
@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The files of an alliance, for those inside; bring one more."""
    seat = access.inside_for(request.user, pk)
    bound = request.method == "POST"
    form = FileForm(request.POST if bound else None, request.FILES if bound else None)
    if bound and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            if sent.size > files.MOST_BYTES:
                raise ValidationError(
                    f"Ce fichier dépasse {files.MOST_BYTES // 1_000_000} Mo. Allégez-le."
                )
            actions.add_file(
                alliance=seat.alliance,
                name=sent.name,
                content=sent.read(),
                words=form.cleaned_data["words"],
                brought_for=life_access.side_of(seat),
                by=request.user,
                now=timezone.now(),
            )
        except ValidationError as wrong:
            form.add_error("file", wrong.messages)
        else:
            messages.success(request, "Le fichier est gardé. Ceux de l’équipe peuvent le lire.")
            return redirect("life:files", pk=pk)
    rows = seat.alliance.files.filter(removed_at=None).select_related("stored")
    context = {
        "seat": seat,
        "alliance": seat.alliance,
        "rows": [(row, _may_remove(seat, row, request.user)) for row in rows],
        "form": form,
        "sections": sections(seat, "life:files"),
    }
    return render(request, "alliances/life/files.html", context)


@require_safe
def file(request: HttpRequest, pk: uuid.UUID, file_pk: int) -> HttpResponse:
    """One file, to save."""
    seat = access.inside_for(request.user, pk)
    return files.download(life_access.file_for(seat, file_pk).stored)


@require_http_methods(["GET", "POST"])
def remove_file(request: HttpRequest, pk: uuid.UUID, file_pk: int) -> HttpResponse:
    """Take a file away for everybody: who brought it, or who coordinates; a GET asks first."""
    seat = access.inside_for(request.user, pk)
    row = life_access.file_for(seat, file_pk)
    if not _may_remove(seat, row, request.user):
        raise Http404("Ce fichier a été ajouté par quelqu’un d’autre.")
    if request.method == "POST":
        actions.remove_file(file=row, by=request.user, now=timezone.now())
        messages.success(request, "Le fichier est effacé.")
        return redirect("life:files", pk=pk)
    context = {"alliance": seat.alliance, "row": row}
    return render(request, "alliances/life/file_remove.html", context)


@require_POST
def remember(request: HttpRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """Let those of this alliance find one's structure again for another one, or no longer."""
    seat, party = access.party_for(request.user, pk, party_pk)
    if party.state != AllianceParty.State.INTERESTED:
        raise Http404("Votre structure n’a pas travaillé avec cette équipe.")
    is_yes = request.POST.get("reponse") == "oui"
    actions.remember(party=party, is_yes=is_yes, by=request.user)
    messages.success(
        request,
        "C’est noté : l’équipe pourra vous proposer une autre alliance."
        if is_yes
        else "C’est noté : on ne vous proposera pas de recommencer.",
    )
    return redirect(life_access.page_of_words(seat), pk=pk)


def _may_remove(seat: access.Seat, row: AllianceFile, person: Any) -> bool:
    return seat.coordinates or (row.brought_by_id is not None and row.brought_by_id == person.pk)
