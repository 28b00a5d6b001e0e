"""What is written: a draft, its publication, where it was done, its status."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.base.documents.plain import on_screen
from cordee.base.ui import french
from cordee.base.ui.forms import (
    offer_choices,
    posted,
    refusals_as_messages,
    refusals_in,
    render_form,
    show_refusal,
)
from cordee.members.models import Network, Structure
from cordee.practices import access
from cordee.practices.models import SheetDraft
from cordee.practices.sheets import actions, pages
from cordee.practices.sheets.forms import ContextForm, DraftForm, PublishForm, StartForm
from cordee.practices.sheets.texts import named_in, nameless_document, refusals_of, title_of

EDIT = require_http_methods(["GET", "HEAD", "POST"])


@EDIT
def start(request: SignedInRequest) -> HttpResponse:
    """Begin a sheet or a monograph, for a structure that one directs or a network."""
    places = access.places_to_write_for(request.user)
    form = StartForm(posted(request))
    offer_choices(form, "owner", [(key, str(place)) for key, place in places.items()])
    if form.is_valid():
        said = form.cleaned_data
        place = places[said["owner"]]
        with refusals_in(form):
            sheet = actions.start_sheet(
                kind=said["kind"],
                title=said["title"],
                sections={},
                network=place if isinstance(place, Network) else None,
                structures=[place] if isinstance(place, Structure) else [],
                **by_now(request),
            )
            return redirect("practices:write", sheet.pk)
    return render_form(request, "practices/sheets/start.html", {"form": form})


@EDIT
def write(request: SignedInRequest, pk: int) -> HttpResponse:
    """The draft; where there is none, what is published, to write on from it."""
    sheet = access.written_sheet_for(request.user, pk)
    draft = SheetDraft.objects.filter(sheet=sheet).select_related("saved_by").first()
    initial = DraftForm.initial_of(sheet, draft)
    form = DraftForm(posted(request), kind=sheet.kind, initial=initial)
    other = None
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.save_draft(
                sheet=sheet,
                title=said["title"],
                sections=form.sections,
                revision=said["revision"],
                **by_now(request),
            )
            return redirect("practices:draft", pk)
        except ValidationError as refusal:
            if draft and isinstance(refusal, actions.Stale):
                form.told_of(other := draft)
            show_refusal(form, refusal)
    title = f"Écrire la version {sheet.latest_number + 1}"
    context = pages.frame_of(request.user, sheet, title=title) | {"form": form, "other": other}
    return render_form(request, "practices/sheets/write.html", context)


@EDIT
def draft(request: SignedInRequest, pk: int) -> HttpResponse:
    """The draft as it will be read, what may not be published of it; and its publication."""
    sheet = access.written_sheet_for(request.user, pk)
    if not SheetDraft.objects.filter(sheet=sheet).exists():
        return redirect("practices:sheet", pk)
    number = sheet.latest_number + 1
    document = nameless_document(sheet, sheet.draft.title, sheet.draft.sections, number=number)
    form = PublishForm(posted(request), sheet=sheet)
    if form.is_valid():
        with refusals_in(form):
            actions.publish(sheet=sheet, **form.cleaned_data, **by_now(request))
            messages.success(request, f"La version {number} est publiée. Tout le monde la lit.")
            return redirect("practices:sheet", pk)
    refusals = refusals_of(sheet, document)
    lacking = french.count(
        sum(map(len, refusals.values())), "chose à corriger", "choses à corriger"
    )
    title = (
        f"{lacking} avant de publier" if refusals else f"La version {number} est prête à publier"
    )
    context = pages.frame_of(request.user, sheet, title=title) | {
        "form": form,
        "draft": sheet.draft,
        "number": number,
        "blocks": on_screen(document),
        "named": named_in(document, access.beside(sheet, timezone.localdate())),
        "refusals": [(title_of(sheet.kind, key), told) for key, told in refusals.items()],
    }
    return render_form(request, "practices/sheets/draft.html", context)


@require_POST
def keep_sheet(request: SignedInRequest, pk: int, *, is_kept: bool) -> HttpResponse:
    sheet = access.written_sheet_for(request.user, pk)
    actions.keep_sheet(sheet=sheet, is_kept=is_kept, **by_now(request))
    messages.success(
        request, "C’est remis." if is_kept else "C’est retiré. Vous pouvez le remettre."
    )
    return redirect("practices:sheet", pk)


@EDIT
def context(request: SignedInRequest, pk: int) -> HttpResponse:
    """Where it was done, since when, under which licence."""
    sheet = access.written_sheet_for(request.user, pk)
    trades = [each.trade for each in sheet.trades.all()]
    # The row of the page stays as it is: a form of its model would write into it.
    form = ContextForm(
        posted(request),
        instance=access.written_sheet_for(request.user, pk),
        initial={"trades": trades},
    )
    if form.is_valid():
        with refusals_in(form):
            actions.set_context(sheet=sheet, **form.cleaned_data, **by_now(request))
            messages.success(request, "C’est noté. La prochaine version publiée le dira.")
            return redirect("practices:sheet", pk)
    title = "Où, et depuis quand\u202f?"
    found = pages.frame_of(request.user, sheet, title=title) | {"form": form}
    found["back"] = reverse("practices:sheet", args=[pk])
    return render_form(request, "practices/sheets/context.html", found)


@require_POST
def status(request: SignedInRequest, pk: int) -> HttpResponse:
    sheet = access.written_sheet_for(request.user, pk)
    with refusals_as_messages(request):
        wanted = request.POST.get("status", "")
        actions.set_status(sheet=sheet, status=wanted, **by_now(request))
        messages.success(request, "Le statut est changé.")
    return redirect("practices:sheet", pk)
