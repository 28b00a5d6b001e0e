"""« L’argent » of a contract: what is due, invoiced, paid and late, and common costs."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.ui import french
from cordee.base.ui.fields import DayField, is_near
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in
from cordee.delivery.access import inside_for
from cordee.delivery.models import MoneyKind, MoneyLine, Partner
from cordee.delivery.money import actions
from cordee.delivery.money.ledger import DUE, Ledger
from cordee.delivery.tabs import form_page, frame_of
from cordee.members.acting import viewer_of
from cordee.rules import parameters

FACTS = ("invoiced_on", "demand_sent_on", "demand_answered_on", "paid_on")
DAYS = ("due_on", *FACTS)
THRESHOLD = "subcontracting.direct_payment_from_cents"


class LineForm(forms.ModelForm[MoneyLine]):
    class Meta:
        model = MoneyLine
        fields = ("partner", "label", "amount_cents", "vat", *DAYS, "is_removed")
        field_classes = dict.fromkeys(DAYS, DayField)
        labels = {"partner": "Qui est payé\u202f?", "label": "Pour quoi\u202f?"}
        help_texts = {"due_on": "Vide\u00a0: un retard ne sera pas vu."}

    def __init__(self, *args: Any, partners: Sequence[Partner], on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on, kind, fields = on, self.instance.kind, self.fields
        fields["amount_cents"].min_value = 1  # type: ignore[attr-defined]
        fields["paid_on"].required = kind not in DUE
        among: Any = fields["partner"]
        among.queryset = Partner.objects.filter(pk__in=[each.pk for each in partners])
        # One alone is not chosen.
        among.empty_label = None if len(partners) == 1 else "Choisissez"
        is_asked = any(each.role == Partner.Role.SUBCONTRACTOR for each in partners)
        unasked = set() if is_asked else {"demand_sent_on", "demand_answered_on"}
        if kind not in DUE:
            among.label, fields["amount_cents"].label = "Qui a payé\u202f?", "Montant payé"
            unasked |= {"vat", *DAYS} - {"paid_on"}
        if kind == MoneyKind.TRANSFER:
            unasked |= {"partner", "label", "amount_cents"}
        for name in unasked if self.instance.pk else {*unasked, "is_removed"}:
            del fields[name]
        for name in fields.keys() & DAYS:
            fields[name].validators.append(is_near)

    def clean(self) -> None:
        """What is done has its day behind it."""
        for name in FACTS:
            if (day := self.cleaned_data.get(name)) and day > self.on:
                told = french.day(day, self.on)
                self.add_error(name, f"«\u00a0{told}\u00a0» est à venir. Notez-le ce jour-là.")


@require_safe
def money(request: SignedInRequest, pk: int) -> HttpResponse:
    ledger = _ledger(request, pk)
    context = frame_of(ledger.access, "delivery:money") | {
        "title": ledger.title,
        "ledger": ledger,
        "lines": Paginator(ledger.lines, 20).get_page(request.GET.get("page")),
        "has_helpers": any(each.of_id for each in ledger.read.values()),
        "threshold_cents": parameters.amount(THRESHOLD, on=ledger.on),
        "bears_costs": len(ledger.members) > 1 and ledger.writers(MoneyKind.COMMON),
        "fee_lacks": ledger.fee_cents
        and ledger.writers(MoneyKind.COORDINATION)
        and all(each.kind != MoneyKind.COORDINATION for each in ledger.lines),
    }
    return render(request, "delivery/money/money.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def line(request: SignedInRequest, pk: int, key: int = 0, kind: str = "work") -> HttpResponse:
    """An amount, new or corrected."""
    ledger, fee = _ledger(request, pk), kind == MoneyKind.COORDINATION
    found = {each.pk: each for each in ledger.readable}
    row = found.get(key) if key else MoneyLine(kind=kind)
    if row is None or not (partners := ledger.writers(row.kind)):
        raise Http404("Ce montant n’est pas sur votre page.")
    initial = {"amount_cents": ledger.fee_cents, "label": "Coordination"} if fee else {}
    form = LineForm(posted(request), instance=row, initial=initial, partners=partners, on=ledger.on)
    if form.is_valid():
        with refusals_in(form):
            actions.note(row=row, access=ledger.access, by=request.user, on=ledger.on)
            messages.success(request, f"«\u00a0{row.label}\u00a0» est noté.")
            return redirect("delivery:money", pk)
    title = row.label if key else f"Noter un {row.get_kind_display()}"
    return form_page(request, form, title, ledger.access.delivery, back="delivery:money")


@require_POST
def pay(request: SignedInRequest, pk: int) -> HttpResponse:
    """A payment that settles common costs, as the page told it."""
    ledger, asked = _ledger(request, pk), request.POST.get("paiement")
    owed = next((each for each in ledger.transfers if each.key == asked), None)
    if owed is None:
        messages.info(request, "Ce paiement est déjà noté, ou n’est plus dû.")
        return redirect("delivery:money", pk)
    row = MoneyLine(kind=MoneyKind.TRANSFER, label="Frais communs", paid_on=ledger.on)
    row.payer, row.partner, row.amount_cents = owed
    with refusals_as_messages(request):
        actions.note(row=row, access=ledger.access, by=request.user, on=ledger.on)
        messages.success(request, "Ce paiement est noté.")
    return redirect("delivery:money", pk)


def _ledger(request: SignedInRequest, pk: int) -> Ledger:
    return Ledger(inside_for(request.user, pk, "baseline"), viewer_of(request).on)
