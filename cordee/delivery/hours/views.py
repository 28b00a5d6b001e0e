"""« Ce mois-ci », « Les heures », one row of them, and the contracts of a facilitator."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.found import first_or_404, number, page_of
from cordee.base.ui import french, months
from cordee.base.ui.fields import DayField
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in, render_form
from cordee.delivery import access as delivery_access
from cordee.delivery.access import ABSENT
from cordee.delivery.hours import actions, pages
from cordee.delivery.hours.month import MonthForm, lines_of, month_to_say, said_by
from cordee.delivery.models import HourProof, MonthlyHours
from cordee.delivery.standing import standing_of, standings_of
from cordee.delivery.tabs import frame_of
from cordee.members.private_words import PrivateWordsForm

EDIT = require_http_methods(["GET", "HEAD", "POST"])
SENT_BACK = MonthlyHours.State.SENT_BACK
# Of a month with more, the rest waits for the next page.
MOST_SETTLED = 40


class ProofForm(forms.ModelForm[HourProof]):
    dated_on = DayField(label="De quel jour\u202f?")

    class Meta:
        model = HourProof
        fields = ("nature", "dated_on", "held_by")
        labels = {"nature": "Quelle preuve\u202f?", "held_by": "Qui la garde\u202f?"}
        help_texts = {"held_by": "Un service ou une structure. Aucun fichier n’est déposé ici."}


class WordForm(PrivateWordsForm, forms.Form):
    free_texts = ("word",)
    word = forms.CharField(label="Qu’est-ce qui est à revoir\u202f?", max_length=300)


@EDIT
def this_month(request: SignedInRequest, pk: int) -> HttpResponse:
    """The answer, the month to say, and what would make up for what will lack."""
    access = delivery_access.hours_for(request.user, pk, "baseline", "facilitator", "structure")
    found = standing_of(access.delivery, on=timezone.localdate(), partners=access.part)
    first, last = access.delivery.first_month, found.this_month
    said = said_by(access) if access.states else set()
    asked = number(request.GET.get("mois", ""))
    month = asked if asked and first <= asked <= last else month_to_say(access, found, said)
    context = frame_of(access, "delivery:delivery") | {
        "title": found.title,
        "found": found,
        "line": pages.line_of(found),
        "catch_ups": list(pages.catch_ups(access, found)),
    }
    if not access.states or month is None:
        return render(request, "delivery/hours/this_month.html", context)
    before = max((each for _, each in said if each < month), default=None)
    lines = lines_of(access, found, month, before)
    form = MonthForm(posted(request), access=access, lots=found.lots, lines=lines, month=month)
    if form.is_valid():
        rows, names = form.stated()
        with refusals_in(form, names):
            changed = actions.state_hours(
                delivery=access.delivery, rows=rows, by=request.user, now=timezone.now()
            )
            sent = french.count(changed, "total envoyé", "totaux envoyés")
            told = sent if changed else "rien à changer"
            messages.success(request, f"{months.near(month, last).capitalize()}\u00a0: {told}.")
            return redirect("delivery:delivery", pk)
    context |= {
        "form": form,
        "month": month,
        "name": months.near(month, last),
        "before": None if before is None else months.near(before, last),
        "is_said": all(line.row and line.row.state != SENT_BACK for line in lines),
        "months": [(n, months.month(n)) for n in range(last, first - 1, -1)],
    }
    return render_form(request, "delivery/hours/this_month.html", context)


@require_safe
def hours(request: SignedInRequest, pk: int) -> HttpResponse:
    """By lot, month and partner: what is said, sent back, accepted and proven."""
    access = delivery_access.hours_for(request.user, pk)
    on = timezone.localdate()
    found = standing_of(access.delivery, on=on, partners=access.part)
    lots = {lot.pk: lot for lot in found.lots}
    rows = MonthlyHours.objects.in_force().filter(lot__in=lots)
    if access.part is not None:
        rows = rows.filter(partner__in=access.part)
    # By the index, which no join to the lots would take: the last months are at its end.
    order = "-month", "lot_id", "partner__name", "way", "pk"
    page = page_of(request, rows.order_by(*order), count=sum(each.totals for each in found.rows))
    to_settle: list[MonthlyHours] = []
    if access.facilitates:
        waiting = list(rows.to_accept().order_by("month", "partner", "pk")[:MOST_SETTLED])
        to_settle = [each for each in waiting if each.month == waiting[0].month]
    for each in [*page, *to_settle]:
        each.lot, each.partner = lots[each.lot_id], access.by_key[each.partner_id]
    context = frame_of(access, "delivery:hours") | {
        "title": found.title,
        "page": page,
        "to_settle": to_settle,
        "penalty": pages.penalty_words(access, found),
        "lots": [(lot, hours, lot.computed(on)) for lot, hours in found.by_lot.items()],
    }
    return render(request, "delivery/hours/hours.html", context)


@require_POST
def accept(request: SignedInRequest, pk: int) -> HttpResponse:
    """The rows of a month as the facilitator reads them."""
    access = delivery_access.facilitated_for(request.user, pk)
    keys = [key for key in map(number, request.POST.getlist("hours")) if key is not None]
    with refusals_as_messages(request):
        actions.settle_hours(
            delivery=access.delivery,
            keys=keys,
            is_accepted=True,
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, "C’est accepté. Ces heures sont closes.")
    return redirect("delivery:hours", pk)


@EDIT
def row(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    """One total: what it was before, what proves it; who accepts it sends it back with a word."""
    access = delivery_access.hours_for(request.user, pk)
    found = delivery_access.hours_row(access, key)
    is_own, now = found.partner in access.states, timezone.now()
    form: ProofForm | WordForm | None = None
    if is_own and found.replaced_at is None:
        form = ProofForm(posted(request), instance=HourProof(hours=found))
    elif access.facilitates and not is_own and (request.method == "POST" or found.is_waiting):
        form = WordForm(posted(request))
    if form is not None and form.is_valid():
        with refusals_in(form):
            if isinstance(form, ProofForm):
                on = timezone.localdate(now)
                actions.note_proof(proof=form.instance, by=request.user, on=on)
                messages.success(request, "La preuve est notée.")
                return redirect("delivery:hours_row", pk, key)
            actions.settle_hours(
                delivery=access.delivery,
                keys=[key],
                is_accepted=False,
                word=form.cleaned_data["word"],
                by=request.user,
                now=now,
            )
            messages.success(request, f"C’est renvoyé à {found.partner}, avec votre mot.")
            return redirect("delivery:hours", pk)
    context = frame_of(access, "delivery:hours") | {
        "title": f"{french.hours(found.minutes)} {french.of(months.month(found.month))}",
        "row": found,
        "history": found.history(),
        "proofs": found.proofs.all(),
        "form": form,
        "is_own": is_own,
    }
    if form is None:
        return render(request, "delivery/hours/row.html", context)
    return render_form(request, "delivery/hours/row.html", context)


@require_POST
def remove_proof(request: SignedInRequest, pk: int, key: int, proof: int) -> HttpResponse:
    access = delivery_access.inside_for(request.user, pk)
    found = delivery_access.hours_row(access, key)
    mine = found.proofs.filter(pk=proof, hours__partner__in=access.states)
    with refusals_as_messages(request):
        actions.remove_proof(proof=first_or_404(mine, ABSENT), by=request.user)
        messages.success(request, "La preuve est retirée. Notez-la de nouveau pour la remettre.")
    return redirect("delivery:hours_row", pk, key)


@require_safe
def facilitated(request: SignedInRequest) -> HttpResponse:
    """The contracts that name the user, with what will lack and what waits for them."""
    rows = delivery_access.facilitated_by(request.user)
    page = page_of(request, rows.order_by("-notified_on", "-pk"))
    waiting = MonthlyHours.objects.months_to_accept(page)
    found = [
        (each, waiting.get(each.delivery.pk, 0))
        for each in standings_of(list(page), on=timezone.localdate())
    ]
    total = sum(waiting.values())
    title = "Aucun mois n’attend votre accord"
    if total:
        title = f"{french.count(total, 'mois attend', 'mois attendent')} votre accord"
    context = {"title": title, "rows": found, "page": page}
    return render(request, "delivery/hours/facilitated.html", context)
