"""Joining two opportunities of one need, and parting notices that were joined wrongly."""

import re

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cordee.accounts.requests import SignedInRequest
from cordee.base.ui.forms import render_form
from cordee.opportunities.access import correctable_for, opportunities_for
from cordee.opportunities.actions.joining import join_opportunities, split_publication
from cordee.opportunities.models import Opportunity
from cordee.opportunities.notice_matching import identifier, writings

NO_SEAT = "Réunir ou séparer des avis demande un rôle dans une structure ou un réseau."
_ADDRESS = re.compile(r"/opportunites/([0-9]{1,18})/")


class SameNoticeForm(forms.Form):
    """The other notice, by its address in Cordée or by its number in its source."""

    avis = forms.CharField(
        label="Numéro ou adresse de l’autre avis",
        max_length=300,
        help_text="Par exemple 26-10123 au BOAMP, 123456-2026 au TED, ou l’adresse de sa page ici.",
    )

    def __init__(self, request: HttpRequest, opportunity: Opportunity) -> None:
        super().__init__(request.POST or None)
        self.opportunity = opportunity
        self.visible = opportunities_for(request.user, on=timezone.localdate())

    def clean_avis(self) -> Opportunity:
        """The opportunity that is meant; an error that says what to do where there is none."""
        written = self.cleaned_data["avis"]
        if found := _ADDRESS.search(written):
            named = self.visible.filter(pk=int(found[1]))
        else:
            ids = writings(identifier(written))
            named = self.visible.filter(publications__source_id__in=ids)
        other = named.select_related("joined_to").order_by("pk").first()
        other = (other.joined_to or other) if other else None
        if other is None:
            raise ValidationError(
                "Nous ne connaissons pas cet avis. Vérifiez le numéro, ou importez-le d’abord."
            )
        if other == self.opportunity:
            raise ValidationError("C’est déjà le même avis. Donnez le numéro de l’autre.")
        if other.is_private:
            raise ValidationError("Un besoin privé ne se réunit pas à un avis publié.")
        return other


def _opportunity(request: HttpRequest, pk: int) -> Opportunity:
    opportunity = correctable_for(request.user, pk, NO_SEAT, on=timezone.localdate())
    if opportunity.is_private:
        raise PermissionDenied(NO_SEAT)
    return opportunity


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: SignedInRequest, pk: int) -> HttpResponse:
    opportunity = _opportunity(request, pk)
    form = SameNoticeForm(request, opportunity)
    if request.method == "POST" and form.is_valid():
        one = join_opportunities(
            opportunity=opportunity,
            other=form.cleaned_data["avis"],
            by=request.user,
            on=timezone.localdate(),
        )
        messages.success(request, "Les deux avis ne font plus qu’une opportunité.")
        return redirect("opportunities:notice", pk=one.pk)
    context = {"opportunity": opportunity, "form": form}
    return render_form(request, "opportunities/join.html", context)


@require_POST
def split(request: SignedInRequest, pk: int, publication_pk: int) -> HttpResponse:
    """Part one notice, with those it names, from the rest of its opportunity."""
    opportunity = _opportunity(request, pk)
    publication = get_object_or_404(opportunity.publications.all(), pk=publication_pk)
    if opportunity.publications.count() == 1:
        messages.warning(request, "Cet avis est déjà seul : il n’y a rien à séparer.")
        return redirect("opportunities:notice", pk=opportunity.pk)
    apart = split_publication(publication=publication, by=request.user, on=timezone.localdate())
    messages.success(
        request,
        "Ce sont maintenant deux opportunités, et aucun import ne les réunira. "
        f"Voici celle de l’avis {publication.source_id}.",
    )
    return redirect("opportunities:notice", pk=apart.pk)
