"""The digest of a structure: as it would be today, its settings, those that left."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts import mailing
from cordee.accounts.models import User
from cordee.accounts.requests import SignedInRequest
from cordee.base.found import first_or_404, page_of
from cordee.base.ui import panels
from cordee.base.ui.fields import RadioField, TicksField
from cordee.members.access import structure_for
from cordee.members.acting import viewer_of
from cordee.members.models import Activity, Structure
from cordee.mobilisation.actions.digests import CHOSEN, choose_digest, stop_digest
from cordee.mobilisation.digests import access, selection, sending
from cordee.mobilisation.digests.selection import owners_of
from cordee.mobilisation.digests.wording import DigestLine, line_of, lines_of
from cordee.mobilisation.models import Digest, DigestChoice
from cordee.opportunities.access import opportunities_for
from cordee.opportunities.verdicts import open_possible
from cordee.rules.trades import TRADES

RADII_KM = (10, 20, 35, 50, 75, 100)
AS_DECLARED = "Comme dans la fiche"


class DigestForm(forms.Form):
    """`own` are the trades that the owner works in: they stand first, and are meant by none."""

    weekday = forms.TypedChoiceField(label="Jour", choices=DigestChoice.Weekday, coerce=int)
    band = forms.TypedChoiceField(label="Moment", choices=DigestChoice.Band, coerce=int)
    threshold = RadioField(
        label="Quelles opportunités\u202f?",
        choices=DigestChoice.Threshold,
        help_text="Métier sûr ou supposé, distance, équipes libres, marge de plafond, droit de "
        "répondre\u00a0: 80\u00a0points sur cent pour «\u00a0beaucoup\u00a0», 60 pour "
        "«\u00a0assez\u00a0».",
    )
    radius_km = forms.TypedChoiceField(
        label="Jusqu’où\u202f?",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", AS_DECLARED), *((km, f"{km}\u202fkm") for km in RADII_KM)],
    )
    trades = TicksField(
        label="Métiers", required=False, help_text="Aucune coche\u00a0: les métiers de la fiche."
    )

    def __init__(self, *args: Any, own: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = [(slug, trade.short_label) for slug, trade in TRADES.items()]
        labels.sort(key=lambda choice: (choice[0] not in own, choice[1]))
        self.fields["trades"].choices = labels  # type: ignore[attr-defined]

    @classmethod
    def of(cls, choice: DigestChoice, own: Collection[str]) -> "DigestForm":
        return cls(initial={name: getattr(choice, name) for name in CHOSEN}, own=own)


PAST_SIZE = 10


@require_http_methods(["GET", "POST"])
def page(request: SignedInRequest, pk: int) -> HttpResponse:
    """The digest of a structure. A POST keeps the choice; with `essai`, it only shows what the
    choice would give.
    """
    choice = access.choice_for(request.user, pk)
    now = timezone.now()
    on = timezone.localdate(now)
    owner = owners_of([choice], on=on)[0]
    trades = _trades_of(choice.structure)
    is_trial = False
    form = DigestForm.of(choice, trades)
    if request.method == "POST":
        form = DigestForm(request.POST, own=trades)
        if form.is_valid():
            if "essai" not in request.POST:
                choose_digest(
                    structure=choice.structure, values=form.cleaned_data, by=request.user, now=now
                )
                messages.success(request, "C’est gardé. La sélection partira à ce moment.")
                return redirect(choice.page_path())
            is_trial = True
            for name, value in form.cleaned_data.items():
                setattr(choice, name, value)
    work = selection.open_work(on=on, now=now, around=[pk])
    found = selection.select_for([owner], work, on=on)[0]
    context: dict[str, Any] = {
        "choice": choice,
        "structure": choice.structure,
        "form": form,
        "trades": trades,
        "is_trial": is_trial,
        "next_due": sending.next_due(choice, now) if choice.is_on else None,
        "past": page_of(request, _past(request.user, choice), PAST_SIZE),
        "may_answer": owner.may_answer,
        "today": on,
        "lines": lines_of(found.items, on=on),
        "left_over": found.left_over,
    }
    if mailing.people_who_want([request.user], kind=sending.POSSIBLE_KIND):
        among = open_possible(now, [pk])
        its = selection.possible_items([owner], [found], among, on=on)
        context["possible"] = lines_of(its.get(choice.structure_id, []), on=on)
    return render(request, "mobilisation/digest.html", context, status=200)


def _past(user: User, choice: DigestChoice) -> Any:
    if choice.pk is None:
        return Digest.objects.none()
    return access.digests_for(user).filter(choice=choice).prefetch_related("items")


@require_POST
def stop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send no more of it, in one click."""
    choice = access.choice_for(request.user, pk)
    stop_digest(structure=choice.structure, by=request.user)
    messages.success(
        request, "C’est arrêté. Vos réglages restent : vous pouvez la reprendre quand vous voulez."
    )
    return redirect(choice.page_path())


@require_safe
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """One digest that left, with what it said then, and what became of each since."""
    digest = first_or_404(
        access.digests_for(request.user).filter(pk=pk),
        "Cette sélection n’existe pas, ou n’est pas la vôtre.",
    )
    now = timezone.now()
    items = list(digest.items.select_related("opportunity"))
    sent_on = timezone.localdate(digest.due_at)
    # A need may have been closed to the user since: the user left the network it was meant for.
    seen = set(
        opportunities_for(request.user, on=timezone.localdate(now))
        .filter(pk__in=[item.opportunity_id for item in items])
        .values_list("pk", flat=True)
    )
    lines: list[tuple[DigestLine, bool]] = [
        (line_of(item.opportunity, item.facts, on=sent_on), item.opportunity.is_open(now))
        for item in items
        if item.opportunity_id in seen
    ]
    context = {
        "digest": digest,
        "choice": digest.choice,
        "lines": lines,
        "hidden": len(items) - len(lines),
    }
    return render(request, "mobilisation/digest_issue.html", context)


@require_safe
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """On the page of a structure: its next digest for who directs it, words for others."""
    found = structure_for(request.user, pk)
    is_own = viewer_of(request).directs(found)
    context: dict[str, Any] = {"structure": found, "is_own": is_own}
    if is_own:
        now = timezone.now()
        choice = access.choice_of(found)
        context |= {
            "choice": choice,
            "next_due": sending.next_due(choice, now) if choice.is_on else None,
        }
    title = "La sélection de la semaine"
    return panels.shown(request, "mobilisation/digest_panel.html", context, title=title)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """On the page of one's mails: the digest of each structure directed."""
    context = {
        "structures": [
            (each, getattr(each, "digest_choice", None))
            for each in Structure.objects.directed_by(request.user).select_related("digest_choice")
        ],
    }
    title = "Mes sélections de la semaine"
    return panels.shown(request, "mobilisation/digests_mine.html", context, title=title)


def _trades_of(structure: Structure) -> list[str]:
    found = Activity.objects.filter(chantier__structure=structure)
    return sorted(set(found.order_by().values_list("trade", flat=True)))
