"""« Le calendrier » of a contract, and what each partner books of its own part."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.found import number
from cordee.base.ui.fields import DayField, is_near
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in
from cordee.composing.forms import FteField
from cordee.delivery import access
from cordee.delivery.access import DeliveryAccess
from cordee.delivery.calendar import actions, pages
from cordee.delivery.calendar.access import event_for, own_event_for
from cordee.delivery.models import SiteEvent
from cordee.delivery.tabs import form_page, frame_of
from cordee.members.models import Chantier


class SiteEventForm(forms.ModelForm[SiteEvent]):
    cfte = FteField(label="Postes par mois, à temps plein", min_value=0, required=False)

    class Meta:
        model = SiteEvent
        fields = ("kind", "title", "partner", "lot", "first_day", "last_day", "amount_cents")
        field_classes = {"first_day": DayField, "last_day": DayField}
        help_texts = {
            "amount_cents": "Un avenant qui réduit\u00a0: écrivez un moins devant.",
        }

    def __init__(self, *args: Any, access: DeliveryAccess, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        for name in ("first_day", "last_day"):
            fields[name].validators.append(is_near)
        fields["amount_cents"].min_value = None
        fields["partner"].queryset = access.delivery.partners.all()
        fields["lot"].queryset = access.delivery.lots.all()
        fields["partner"].empty_label, fields["lot"].empty_label = "toutes les structures", "tous"

    def clean_cfte(self) -> int | None:
        self.instance.cfte = self.cleaned_data["cfte"]
        return self.instance.cfte


@require_safe
def calendar(request: SignedInRequest, pk: int) -> HttpResponse:
    found = access.inside_for(request.user, pk, "open_site")
    page = pages.page_of(found, request.GET.get("mois", ""), on=timezone.localdate())
    context = frame_of(found, "delivery:calendar") | page
    return render(request, "delivery/calendar/calendar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_event(request: SignedInRequest, pk: int) -> HttpResponse:
    found = access.kept_for(request.user, pk)
    event = SiteEvent(delivery=found.delivery)
    form = SiteEventForm(posted(request), instance=event, access=found)
    if form.is_valid():
        with refusals_in(form):
            actions.write_event(event=event, by=request.user)
            messages.success(request, f"«\u00a0{event}\u00a0» est noté.")
            return redirect("delivery:calendar", pk)
    return form_page(request, form, "Noter une date", found.delivery, back="delivery:calendar")


@require_POST
def book_event(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    """The partner's yes, for the chantier that it chose; that yes taken back where it says none."""
    event = own_event_for(access.inside_for(request.user, pk), key)
    own = Chantier.objects.filter(structure__delivery_parts=event.partner_id)
    chosen = own.filter(pk=number(request.POST.get("chantier", ""))).first()
    with refusals_as_messages(request):
        actions.book_event(event=event, chantier=chosen, by=request.user)
        words = "C’est d’accord." if chosen else "Votre accord est retiré."
        messages.success(request, words)
    return redirect("delivery:calendar", pk)


@require_POST
def keep_event(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    event = event_for(access.kept_for(request.user, pk), key)
    is_kept = request.POST.get("fait") == "remettre"
    actions.keep_event(event=event, is_kept=is_kept, by=request.user, now=timezone.now())
    words = "est remis." if is_kept else "est retiré. Vous pouvez le remettre."
    messages.success(request, f"«\u00a0{event}\u00a0» {words}")
    return redirect("delivery:calendar", pk)
