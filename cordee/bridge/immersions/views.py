"""« Passerelles »: immersions of a structure, for who teaches there or directs it; and those that
an employer takes, for its people."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.masking import band
from cordee.base.ui import french, panels
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in, render_form
from cordee.bridge import access
from cordee.bridge.immersions import actions, pages
from cordee.bridge.immersions.forms import ImmersionForm
from cordee.bridge.models import Immersion
from cordee.bridge.models.immersions import Ending
from cordee.bridge.tabs import frame_of
from cordee.delivery.access import delivery_for
from cordee.members.actions.undoable import keep_row
from cordee.members.models import Structure

HOME = "bridge:immersions"
AFTER = "Et après\u00a0: immersions et embauches"


@require_safe
def immersions(request: SignedInRequest, pk: int) -> HttpResponse:
    structure, on = access.bridge_structure_for(request.user, pk), timezone.localdate()
    every = structure.immersions.all()
    rows = list(every.standing().select_related("learner"))
    context = frame_of(request.user, structure, HOME) | {
        "title": pages.title_of(rows),
        "rows": [row for row in rows if not row.ending],
        "ended": [row for row in rows if row.ending],
        "taken_back": every.filter(taken_back_at__isnull=False),
        "counts": pages.counts(every.filter(first_on__year=on.year)),
        "year": on.year,
    }
    return render(request, "bridge/immersions/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(
    request: SignedInRequest, pk: int, key: int | None = None, *, renews: bool = False
) -> HttpResponse:
    structure = access.bridge_structure_for(request.user, pk)
    row = access.immersion_for(request.user, pk, key) if key else Immersion(structure=structure)
    title = "Corriger une immersion" if key else "Noter une immersion"
    if renews:
        title = "Renouveler l’immersion, une seule fois"
        row = row.renewed()
    context = frame_of(request.user, structure, HOME) | {"title": title, "row": row}
    form = ImmersionForm(
        posted(request),
        instance=row,
        initial={"opportunity": request.GET.get("poste")} if not key else {},
        user=request.user,
        teaches=context["teaches"],
    )
    if form.is_valid():
        with refusals_in(form):
            kept = actions.write_immersion(row=form.instance, by=request.user)
            return redirect("bridge:immersion", pk, kept.pk)
    return render_form(request, "bridge/immersions/edit.html", context | {"form": form})


@require_safe
def immersion(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    row = access.immersion_for(request.user, pk, key)
    context = frame_of(request.user, row.structure, HOME) | {
        "title": pages.page_title(row),
        "row": row,
        "badges": pages.with_badges([row])[0][1],
        "endings": Ending.choices,
        "may_renew": row.is_yes and not row.renews and not hasattr(row, "renewal"),
    }
    return render(request, "bridge/immersions/immersion.html", context)


@require_POST
def end(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    row = access.immersion_for(request.user, pk, key)
    return _end(request, row, of_company=False, back=reverse("bridge:immersion", args=[pk, key]))


@require_POST
def keep(request: SignedInRequest, pk: int, key: int, *, is_kept: bool) -> HttpResponse:
    row, now = access.immersion_for(request.user, pk, key), timezone.now()
    with refusals_as_messages(request):
        keep_row(row=row, owner=row.structure, is_kept=is_kept, by=request.user, now=now)
        words = "C’est remis." if is_kept else "C’est retiré. Vous pouvez la remettre plus bas."
        messages.success(request, words)
    return redirect(HOME, pk)


@require_safe
def hosted(request: SignedInRequest) -> HttpResponse:
    """Those that the user's company takes: structure, days, and what the person shows herself."""
    rows = access.hosted_for(request.user).select_related("structure")
    told = french.in_letters(len(rows)).capitalize()
    context = {
        "title": f"{told} immersion{'s' if len(rows) > 1 else ''} chez vous",
        "rows": pages.with_badges(rows),
        "endings": Ending.choices,
    }
    return render(request, "bridge/immersions/hosted.html", context)


@require_POST
def hosted_end(request: SignedInRequest, key: int) -> HttpResponse:
    row = access.hosted_immersion_for(request.user, key)
    return _end(request, row, of_company=True, back=reverse("bridge:hosted"))


@require_safe
def contract(request: SignedInRequest, pk: int) -> HttpResponse:
    """What followed a contract: of the reader's own structures; of all in bands, to others."""
    found = delivery_for(request.user, pk)
    rows = found.delivery.immersions.all()
    directed = Structure.objects.directed_by(request.user).values_list("pk", flat=True)
    parts = {found.delivery.structure_id, *(each.structure_id for each in found.own)}
    own = parts & set(directed)
    context = {"own": own, "counts": pages.counts(rows.filter(structure__in=own))}
    if not own:
        told = pages.counts(rows)
        context["counts"] = f"{band(told.immersions)} immersions, {band(told.hires)} embauches"
    return panels.shown(request, "bridge/immersions/contract.html", context, title=AFTER)


def _end(request: SignedInRequest, row: Immersion, *, of_company: bool, back: str) -> HttpResponse:
    with refusals_as_messages(request):
        ending = request.POST.get("fin", "")
        actions.say_ending(row=row, ending=ending, of_company=of_company, by=request.user)
        messages.success(request, "C’est noté.")
    return redirect(back)
