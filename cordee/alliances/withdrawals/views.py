"""A structure leaves: what it costs, who takes its share, what the buyer answers (RULE-39)."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.agreement import Terms
from cordee.agreement.changes import fingerprint
from cordee.alliances import access as alliance_access
from cordee.alliances.access import NOBODY, AllianceAccess, access_for, clients_of, leaver_name
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.models import AllianceParty, Withdrawal
from cordee.alliances.structure_search import one_structure
from cordee.alliances.withdrawals import actions, leaving, pages
from cordee.alliances.withdrawals.access import (
    leaver_for,
    led_withdrawal_for,
    reads_withdrawal,
    takeover_for,
    withdrawal_for,
)
from cordee.alliances.withdrawals.forms import (
    ApplicationForm,
    BuyerForm,
    LeaveForm,
    PlanForm,
    SendForm,
    plan_label,
)
from cordee.alliances.withdrawals.mails import draft
from cordee.alliances.withdrawals.rules import (
    closed_because,
    grounds_for,
    leaves_freely,
    moment_of,
    plans_for,
)
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in
from cordee.rules.group_changes import Phase as Moment

Plan, State = Withdrawal.Plan, Withdrawal.State


@require_safe
def withdrawals(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Who left and how; whoever is asked to take a place is led to what it would take."""
    access = access_for(request.user, pk)
    rows = access.alliance.withdrawals.select_related("party__structure", "successor__structure")
    if not access.is_inside:
        return _led_to_the_share(access, rows)
    alliance = access.alliance
    leaving = alliance.parties.filter(state=AllianceParty.State.INTERESTED)
    mine = {party.pk for party in access.own}
    names = access.called
    read = [
        (row, leaver_name(access, row), access.reads_shares or access.speaks_for(row.party))
        for row in rows
        if reads_withdrawal(access, row)
    ]
    context = alliance_context(access, "alliances:withdrawals") | {
        "rows": read,
        "own": [
            (row, names[row.key])
            for row in leaving.select_related("structure")
            if access.coordinates or row.pk in mine
        ],
        "closed": closed_because(alliance),
        "under_way": next((row for row, *_ in read if row.state in Withdrawal.UNDER_WAY), None),
        "arrangement": alliance.terms.arrangement,
        "application_form": (
            ApplicationForm(initial={"applied_on": alliance.applied_on})
            if alliance.step.is_editable and alliance_access.may_file(access)
            else None
        ),
    }
    return render(request, "alliances/withdrawals/withdrawals.html", context)


def _led_to_the_share(access: AllianceAccess, rows: Any) -> HttpResponse:
    for row in rows.under_way():
        for party in access.own:
            if row.successor_id == party.pk:
                return redirect(
                    "alliances:take_share_over",
                    pk=access.alliance.pk,
                    withdrawal_pk=row.pk,
                    party_pk=party.pk,
                )
    raise Http404("Cette alliance ne vous est pas encore ouverte.")


@require_http_methods(["GET", "POST"])
def announce(request: SignedInRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """What leaving changes, in euros, then say it."""
    access, party = leaver_for(request.user, pk, party_pk)
    alliance, on = access.alliance, timezone.localdate()
    is_free = leaves_freely(alliance, alliance.terms.find(party.key))
    is_signed = moment_of(alliance) is Moment.SIGNED
    form = LeaveForm(posted(request), is_free=is_free, is_signed=is_signed)
    if form.is_valid():
        with refusals_in(form):
            row = leaving.announce(
                party=party,
                by_lead=not access.speaks_for(party),
                **by_now(request),
                **form.cleaned_data,
            )
            if row.state == State.DONE:
                messages.success(request, "Le retrait est fait. Ceux qui restent sont prévenus.")
                return redirect("alliances:list")
            messages.success(request, "C’est noté. Rien ne change sans l’accord de l’acheteur.")
            return redirect("alliances:withdrawal", pk=pk, withdrawal_pk=row.pk)
    consequences = pages.consequences(access, party, on=on)
    context = {
        "access": access,
        "alliance": alliance,
        "party": party,
        "form": form,
        "consequences": consequences,
        "is_own": access.speaks_for(party),
        "closed": closed_because(alliance),
        "is_free": is_free,
        # A sole candidate who leaves takes the offer with it: a buyer has nothing to decide.
        "is_over": consequences.is_closed,
    }
    return render(request, "alliances/withdrawals/leave.html", context)


@require_POST
def application(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Note that the application left ahead of the offer, or that it did not."""
    alliance = alliance_access.filer_for(request.user, pk).alliance
    with refusals_as_messages(request):
        form = ApplicationForm(request.POST)
        if not form.is_valid():
            raise ValidationError("Donnez un jour, ou laissez vide si rien n’est parti.")
        actions.note_application(
            alliance=alliance, by=request.user, on=timezone.localdate(), **form.cleaned_data
        )
        messages.success(request, "C’est noté.")
    return redirect("alliances:withdrawals", pk=pk)


@require_safe
def withdrawal(request: SignedInRequest, pk: uuid.UUID, withdrawal_pk: int) -> HttpResponse:
    """One withdrawal, and its next step."""
    access, row = withdrawal_for(request.user, pk, withdrawal_pk)
    return _page(request, access, row)


@require_POST
def plan(request: SignedInRequest, pk: uuid.UUID, withdrawal_pk: int) -> HttpResponse:
    """Propose who takes the share."""
    access, row = led_withdrawal_for(request.user, pk, withdrawal_pk)
    form = _plan_form(access, row, request.POST)
    if form.is_valid():
        with refusals_in(form):
            chosen = _chosen(access, form)
            actions.plan(withdrawal=row, **by_now(request), **chosen)
            messages.success(request, "C’est proposé. Ceux dont la part change sont prévenus.")
            return redirect("alliances:withdrawal", pk=pk, withdrawal_pk=withdrawal_pk)
    return _page(request, access, row, plan_form=form)


@require_POST
def send(request: SignedInRequest, pk: uuid.UUID, withdrawal_pk: int) -> HttpResponse:
    """Note that the request left for the buyer."""
    access, row = led_withdrawal_for(request.user, pk, withdrawal_pk)
    form = SendForm(request.POST)
    done = "La demande est notée. Attendez la réponse de l’acheteur."
    return _noted(request, row, form, actions.send, done) or _page(
        request, access, row, send_form=form
    )


@require_POST
def answer(request: SignedInRequest, pk: uuid.UUID, withdrawal_pk: int) -> HttpResponse:
    """Note what the buyer answers; accepted, the terms change."""
    access, row = led_withdrawal_for(request.user, pk, withdrawal_pk)
    form = BuyerForm(request.POST)
    done = "C’est noté. La composition ne change pas."
    if request.POST.get("is_accepted") == "oui":
        done = "Les termes ont changé. Relisez le texte commun."
    return _noted(request, row, form, actions.answer, done) or _page(
        request, access, row, answer_form=form
    )


def _noted(
    request: SignedInRequest, row: Withdrawal, form: Form, act: Callable[..., None], done: str
) -> HttpResponse | None:
    """Back to the withdrawal once it is written; None where the form or the action refuses."""
    if form.is_valid():
        with refusals_in(form):
            act(withdrawal=row, **by_now(request), **form.cleaned_data)
            messages.success(request, done)
            return redirect("alliances:withdrawal", pk=row.alliance_id, withdrawal_pk=row.pk)
    return None


@require_POST
def cancel(request: SignedInRequest, pk: uuid.UUID, withdrawal_pk: int) -> HttpResponse:
    """The structure stays after all: whoever announced it says so."""
    access, row = withdrawal_for(request.user, pk, withdrawal_pk)
    refusal = pages.may_cancel_words(access, row, leaver_name(access, row))
    if refusal:
        messages.error(request, refusal)
        return redirect("alliances:withdrawal", pk=pk, withdrawal_pk=withdrawal_pk)
    actions.cancel(withdrawal=row, **by_now(request))
    messages.success(request, "Le retrait est annulé. Ceux qui l’avaient lu sont prévenus.")
    return redirect("alliances:withdrawals", pk=access.alliance.pk)


@require_http_methods(["GET", "POST"])
def takeover(
    request: SignedInRequest, pk: uuid.UUID, withdrawal_pk: int, party_pk: int
) -> HttpResponse:
    """What one's own share would become; say yes, or for who is asked in, no."""
    access, row, party = takeover_for(request.user, pk, withdrawal_pk, party_pk)
    if row.state != State.PLANNED or row.proposed is None:
        return redirect("alliances:detail", pk=pk)
    after = actions.proposed_of(row)
    if party.key not in {each.key for each in after.parties}:
        return redirect("alliances:withdrawal", pk=pk, withdrawal_pk=withdrawal_pk)
    if request.method == "POST":
        return _answer_takeover(request, access, row, party)
    before = access.alliance.terms
    labels = {line.key: line.label for line in after.lines}
    is_new = party.state != AllianceParty.State.INTERESTED
    context = {
        "refusal": actions.yes_refusal(row, party, request.user) if is_new else "",
        "access": access,
        "alliance": access.alliance,
        "row": row,
        "party": party,
        "is_new": is_new,
        "leaver": _leaver(access, row, after, party),
        "reads_it": reads_withdrawal(access, row),
        "before_cents": before.share_cents(party.key),
        "after_cents": after.share_cents(party.key),
        "before_own_cents": before.own_cents(party.key),
        "after_own_cents": after.own_cents(party.key),
        "role": after.place_of(party.key),
        "form_label": after.arrangement.form_label(after),
        "lines": [
            (labels[cell.line], before.cell(party.key, cell.line).cents, cell)
            for cell in after.cells_of(party.key)
        ],
        "members": 0 if after.arrangement.is_alone else len(after.members),
        # The most that the buyer may ask of it: the whole where it answers for the others.
        "engaged_cents": after.price_cents
        if party.key in {member.key for member in after.members}
        and after.arrangement.owes_the_whole(after, party.key)
        else after.share_cents(party.key),
        "read": fingerprint(after, party.key),
        "has_agreed": row.agreements.filter(
            party=party, fingerprint=fingerprint(after, party.key)
        ).exists(),
    }
    return render(request, "alliances/withdrawals/takeover.html", context)


def _leaver(access: AllianceAccess, row: Withdrawal, after: Terms, party: AllianceParty) -> str:
    """Who leaves, for who takes the place; a subcontractor reads only of whom it would work for."""
    clients = clients_of(after, {party.key})
    if clients is None or row.party.key in clients:
        return leaver_name(access, row)
    return NOBODY


def _answer_takeover(
    request: SignedInRequest, access: AllianceAccess, row: Withdrawal, party: AllianceParty
) -> HttpResponse:
    typed = request.POST.get("reponse", "")
    with refusals_as_messages(request):
        if typed == "non":
            actions.decline(withdrawal=row, party=party, **by_now(request))
            messages.success(request, "Votre réponse est notée. Vous ne devez rien.")
            return redirect("alliances:list")
        actions.agree(
            withdrawal=row, party=party, read=request.POST.get("lu", ""), **by_now(request)
        )
        messages.success(request, "Votre accord est noté. L’acheteur décide ensuite.")
    return redirect(
        "alliances:take_share_over", pk=access.alliance.pk, withdrawal_pk=row.pk, party_pk=party.pk
    )


def _page(
    request: SignedInRequest, access: AllianceAccess, row: Withdrawal, **typed: Form
) -> HttpResponse:
    """`typed`: the form that is refused, under its name on the page."""
    on = timezone.localdate()
    under_way = row.state in Withdrawal.UNDER_WAY
    consequences = pages.consequences(access, row.party, row=row, on=on) if under_way else None
    name, moved = leaver_name(access, row), pages.moved_shares(access, row)
    waiting = [each for each in moved if not each["has_agreed"]]
    may_act = alliance_access.may_file(access)
    is_closed = consequences is not None and consequences.is_closed
    may_plan = may_act and row.state in {State.ANNOUNCED, State.PLANNED} and not is_closed
    forms: dict[str, Form] = {}
    if may_plan:
        forms["plan_form"] = _plan_form(access, row, None, request.GET.get("structure", ""))
    if may_act and row.state == State.PLANNED and not waiting:
        terms = access.alliance.terms
        text = draft(row, access.alliance, terms, actions.proposed_of(row), access.called)
        forms["send_form"] = SendForm(initial={"request_text": text, "sent_on": on})
    if may_act and row.state == State.SENT:
        forms["answer_form"] = BuyerForm(initial={"answered_on": on})
    context = alliance_context(access, "alliances:withdrawals") | {
        "row": row,
        "name": name,
        "consequences": consequences,
        "moved": moved,
        "waiting": waiting,
        "is_closed": is_closed,
        "successor": _successor(access, row),
        "plan": plan_label(access.alliance.terms.arrangement, row.plan),
        "may_act": may_act,
        "cancel_refusal": pages.may_cancel_words(access, row, name),
        "has_errors": any(form.errors for form in typed.values()),
        "under_way": under_way,
        "arrangement": access.alliance.terms.arrangement,
    }
    context |= forms | typed
    return render(request, "alliances/withdrawals/withdrawal.html", context)


def _successor(access: AllianceAccess, row: Withdrawal) -> str:
    """Who would take the place, for who may read it; empty where nobody would, or not told."""
    successor = row.successor
    if successor is None or row.plan == Plan.ALL:
        return ""
    is_read = access.reads_shares or access.names(successor)
    return successor.structure.shown_name if is_read else ""


def _plan_form(access: AllianceAccess, row: Withdrawal, typed: Any, siret: str = "") -> PlanForm:
    """`siret`: a structure found elsewhere, proposed in the place of who leaves."""
    terms = access.alliance.terms
    party = terms.find(row.party.key)
    if party is None:
        return PlanForm([], [], typed)
    staying = [(each.key, access.called[each.key]) for each in terms.members if each != party]
    return PlanForm(
        plans_for(access.alliance, party),
        staying,
        typed,
        arrangement=terms.arrangement,
        grounds=grounds_for(access.alliance, party, on=timezone.localdate()),
        initial={
            "plan": Plan.REPLACEMENT if siret else row.plan,
            "ground": row.ground,
            "structure": siret[:14],
        },
    )


def _chosen(access: AllianceAccess, form: PlanForm) -> dict[str, Any]:
    """What `plan` takes. Raises `ValidationError` where none or several bear that name."""
    plan, typed = form.cleaned_data["plan"], form.cleaned_data["structure"]
    chosen = {"plan": plan, "ground": form.cleaned_data.get("ground", "")}
    if plan in {Plan.REPLACEMENT, Plan.SUBCONTRACTOR}:
        if not typed.strip():
            raise ValidationError({"structure": "Dites quelle structure."})
        try:
            return chosen | {"structure": one_structure(typed)}
        except ValidationError as wrong:
            raise ValidationError({"structure": wrong.messages}) from wrong
    key = form.cleaned_data.get("member") or 0
    return chosen | {"member": access.alliance.parties.filter(pk=key).first()}
