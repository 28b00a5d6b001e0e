"""Pages of one contract that is carried out: their frame, their entry on « Mon chantier »."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db.models import Sum
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from cordee.base.ui import french
from cordee.base.ui.forms import render_form
from cordee.delivery.access import DeliveryAccess
from cordee.delivery.models import Delivery, MonthlyHours
from cordee.members.evidence import Proof, first_counted, since
from cordee.members.models import Structure
from cordee.members.own_page import Entry
from cordee.members.sharing import Viewer
from cordee.rules.months import month_number

# In the order of the bar, four at most, with whom each is for. The calendar stands in the last.
TABS: dict[str, tuple[str, Callable[[DeliveryAccess], bool]]] = {
    "delivery:delivery": ("Ce mois-ci", lambda access: access.is_inside or access.facilitates),
    "delivery:hours": ("Les heures", lambda access: access.is_inside or access.facilitates),
    "delivery:money": ("L’argent", lambda access: access.is_inside),
    "delivery:contract": ("Le marché", lambda access: access.is_inside),
}
WITHIN = dict.fromkeys(("delivery:calendar", "delivery:plan"), "delivery:contract")


def frame_of(access: DeliveryAccess, here: str) -> dict[str, Any]:
    """What `delivery/frame.html` asks for, but for `title`; `here` is the route of the page."""
    return {
        "access": access,
        "delivery": access.delivery,
        "tabs": [
            (words, reverse(route, args=[access.delivery.pk]), route == WITHIN.get(here, here))
            for route, (words, is_for) in TABS.items()
            if is_for(access)
        ],
    }


def form_page(
    request: HttpRequest,
    form: BaseForm,
    title: str,
    delivery: Delivery | None = None,
    back: str = "delivery:contract",
    **more: object,
) -> HttpResponse:
    """A form on a contract, alone on its page; without `delivery`, on one that is not there yet."""
    without = reverse(back, args=[delivery.pk]) if delivery else reverse("delivery:list")
    context = {"delivery": delivery, "form": form, "title": title, "back": without} | more
    return render_form(request, "delivery/form.html", context)


def entry(viewer: Viewer, structure: Structure) -> Iterator[Entry]:
    """How many contracts the structure carries out, where there is one; one query."""
    rows = Delivery.objects.filter(partners__structure=structure) | Delivery.objects.filter(
        structure=structure
    )
    if how_many := rows.distinct().count():
        told = french.count(how_many, "marché suivi", "marchés suivis")
        yield Entry("Marchés en cours", told, reverse("delivery:list"))


def hours_proof(structure: Structure, on: date) -> Proof | None:
    """Hours of insertion that were accepted; one query."""
    rows = MonthlyHours.objects.accepted().filter(
        partner__structure=structure, month__gte=month_number(first_counted(on))
    )
    minutes = rows.aggregate(all=Sum("minutes"))["all"]
    if not minutes:
        return None
    words = f"d’insertion faites et validées {since(on)}"
    return Proof(french.hours(minutes), words, reverse("delivery:list"))
