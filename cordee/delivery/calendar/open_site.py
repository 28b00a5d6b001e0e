"""« Chantier ouvert »: a half-day on which companies of the department watch a crew at work."""

from collections.abc import Iterator
from datetime import date, datetime

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.models import User
from cordee.accounts.requests import SignedInRequest
from cordee.base.found import page_of
from cordee.base.masking import band
from cordee.base.ui import french
from cordee.base.ui.fields import DayField
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in
from cordee.delivery.calendar import actions
from cordee.delivery.calendar.access import hosted_for, places_of_company, site_for, sites_for
from cordee.delivery.models import OpenSite
from cordee.delivery.tabs import form_page
from cordee.members.acting import Role, seats_of
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Sort, Waiting
from cordee.notices.notice import NeedKind
from cordee.opportunities.actions.needs import start_draft
from cordee.opportunities.need_content import WHAT


class OpenSiteForm(forms.ModelForm[OpenSite]):
    day = DayField(label="Quel jour")

    class Meta:
        model = OpenSite
        fields = ("day", "half", "place", "places", "presenting", "there", "away")
        labels = {
            "presenting": "Combien de personnes montrent leur travail",
            "there": "Combien sont là sans rien montrer",
            "away": "Combien ne viennent pas",
        }
        help_texts = {"presenting": "Chaque personne choisit. Écrivez un nombre, aucun nom."}

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day < timezone.localdate():
            raise ValidationError("Ce jour est passé. Choisissez-en un à venir.")
        return day


@require_http_methods(["GET", "HEAD", "POST"])
def open_site(request: SignedInRequest, pk: int) -> HttpResponse:
    """The day, the place, and how many of the crew are there: for the structure that shows it."""
    site = hosted_for(request.user, pk)
    form = OpenSiteForm(posted(request), instance=site)
    if form.is_valid():
        with refusals_in(form):
            actions.write_site(site=site, by=request.user)
            messages.success(request, "C’est noté. Les entreprises du département le voient.")
            return redirect("delivery:calendar", pk)
    title = "Changer le chantier ouvert" if site.pk else "Ouvrir le chantier une demi-journée"
    return form_page(request, form, title, site.delivery, back="delivery:calendar")


@require_POST
def keep_site(request: SignedInRequest, pk: int) -> HttpResponse:
    """Cancel it, or take it up again."""
    site, is_kept = hosted_for(request.user, pk), request.POST.get("fait") == "remettre"
    if site.pk is None:
        raise Http404("Aucun chantier ouvert n’est noté ici.")
    site.cancelled_at = None if is_kept else timezone.now()
    verb = "delivery.restore_open_site" if is_kept else "delivery.cancel_open_site"
    actions.write_site(site=site, by=request.user, verb=verb)
    words = "Il a lieu." if is_kept else "Il est annulé. Vous pouvez le remettre."
    messages.success(request, words)
    return redirect("delivery:calendar", pk)


@require_safe
def sites(request: SignedInRequest) -> HttpResponse:
    """What a company may go and see; of the crew a number that names nobody."""
    if all(seat.role != Role.COMPANY for seat in seats_of(request)):
        raise Http404("Cette page est pour les entreprises.")
    rows = sites_for(request.user).select_related("host", "delivery").prefetch_related("visitors")
    page = page_of(request, rows)
    total = french.count(page.paginator.count, "chantier ouvert", "chantiers ouverts")
    context = {
        "title": f"{total if page.object_list else 'Aucun chantier ouvert'} près de chez vous",
        "page": page,
        "rows": [_told(site, request.user) for site in page],
        "is_placed": places_of_company(request.user).exists(),
    }
    return render(request, "delivery/calendar/open_sites.html", context)


def _told(site: OpenSite, person: User) -> tuple[OpenSite, bool, int, str]:
    """A half-day, whether the user comes, places left, how many of the crew present, in a band."""
    coming = set(site.visitors.all())
    crew = "" if site.presenting is None else band(site.presenting)
    return site, person in coming, max(0, site.places - len(coming)), crew


@require_POST
def come(request: SignedInRequest, key: int) -> HttpResponse:
    site, is_coming = site_for(request.user, key), request.POST.get("fait") == "oui"
    with refusals_as_messages(request):
        actions.come(site=site, is_coming=is_coming, by=request.user)
        words = "vous venez." if is_coming else "vous ne venez pas."
        messages.success(request, f"C’est noté\u00a0: {words}")
    return redirect("delivery:open_sites")


@require_POST
def leave_post(request: SignedInRequest, key: int) -> HttpResponse:
    """Begin a need of labour: a post to publish, and no promise to anybody."""
    site = site_for(request.user, key)
    typed = {WHAT: {"text": f"Après le chantier ouvert du {site.day:%d/%m/%Y}, {site.place}."}}
    draft = start_draft(kind=NeedKind.LABOUR, by=request.user, typed=typed)
    return redirect("opportunities:need_step", pk=draft.pk, step=WHAT)


def lines(viewer: Viewer, now: datetime) -> Iterator[Sort]:
    """For a company, until it says that it comes."""
    if viewer.user is not None:
        yield Sort(sites_for(viewer.user).exclude(visitors=viewer.user), _sites)


def _sites(viewer: Viewer, now: datetime, rows: QuerySet[OpenSite]) -> Iterator[Waiting]:
    for site in rows[:3]:
        what = f"Un chantier ouvert, {site.place}"
        fact = f"{french.day(site.day, viewer.on)}, {site.get_half_display()}"
        yield Waiting(site.day, what, fact, "Voir", reverse("delivery:open_sites"))
