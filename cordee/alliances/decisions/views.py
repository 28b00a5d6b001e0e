"""Go or no-go: what a structure should weigh, read by itself alone."""

import uuid
from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cordee.agreement import Terms, legal_facts
from cordee.alliances.decisions import access as decisions_access
from cordee.alliances.decisions import actions
from cordee.alliances.decisions.forms import DecisionForm
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.law import facts
from cordee.alliances.legal_form import pages
from cordee.alliances.models import AllianceParty
from cordee.base.ui.forms import show_refusal
from cordee.members.acting import viewer_of
from cordee.rules.findings import Finding, Weight, blocks

# The form asks them: they are not said twice.
ASKED = frozenset({"NEW_TRADE", "NEW_PARTNER"})


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """Weigh, then say yes or no. A warning that nobody has read yet is shown first."""
    access, party = decisions_access.decider_for(request.user, pk, party_pk)
    on = timezone.localdate()
    figures = access.seen_by(viewer_of(request)).figures
    revision = access.alliance.revision()
    terms = revision.read()
    if terms.find(party.key) is None:
        raise Http404("Cette structure n’est pas dans le tableau.")
    last = party.decisions.order_by("-decided_at", "-pk").first()
    answered = (None, None) if last is None else (last.new_trade, last.new_partner)
    form = DecisionForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        answered = form.answered
    own = facts.own_facts(party, terms, figures, on=on, answered=answered)
    found = _findings(party, terms, own, on)
    unread = False
    if form is not None and form.is_valid():
        answer = request.POST.get("decision", "")
        unread = _warnings(found) != form.cleaned_data["read"]
        if answer == "non" or (answer == "oui" and not unread):
            if _decided(request, form, party, found, revision.number, is_go=answer == "oui"):
                return redirect("alliances:decide", pk=pk, party_pk=party_pk)
        elif answer == "oui":
            messages.warning(request, "Lisez ces points, puis décidez : ils viennent d’apparaître.")
        else:
            messages.error(request, "Dites oui ou non avec l’un des deux boutons.")
    if form is None or unread:
        form = DecisionForm.start(
            own.new_trade,
            own.new_partner,
            form.cleaned_data["reason"] if unread and form else (last.reason if last else ""),
            revision.number,
            _warnings(found),
        )
    context = alliance_context(access, "alliances:decide") | {
        "party": party,
        "form": form,
        "last": last,
        "findings": [
            (*pages.WEIGHTS[each.weight], each) for each in found if each.code not in ASKED
        ],
        "is_blocked": blocks(found),
        "own_cents": legal_facts.own_share(terms, party.key),
        "has_changed": last is not None and last.version != revision.number,
    }
    return render(request, "alliances/decisions/decide.html", context)


def _decided(
    request: HttpRequest,
    form: DecisionForm,
    party: AllianceParty,
    found: Sequence[Finding],
    version: int,
    *,
    is_go: bool,
) -> bool:
    """Whether the decision was kept; what was refused stands in the form."""
    new_trade, new_partner = form.answered
    if not is_go and not form.cleaned_data["reason"].strip():
        form.add_error("reason", "Dites en une phrase pourquoi vous n’y allez pas.")
        return False
    try:
        actions.decide(
            party=party,
            is_go=is_go,
            reason=form.cleaned_data["reason"],
            new_trade=new_trade,
            new_partner=new_partner,
            findings=found,
            version=version,
            by=request.user,
            now=timezone.now(),
        )
    except ValidationError as wrong:
        show_refusal(form, wrong)
        return False
    done = "Vous y allez. C’est noté." if is_go else "Vous n’y allez pas. C’est noté."
    messages.success(request, done)
    return True


def _findings(
    party: AllianceParty, terms: Terms, own: legal_facts.OwnFacts, on: date
) -> tuple[Finding, ...]:
    notice = facts.notice_of(party.alliance)
    return legal_facts.prudence_findings(terms, party.key, own, notice, on=on)


def _warnings(found: Sequence[Finding]) -> str:
    """What has to be read before a yes, as it is sent back by the form."""
    return ",".join(sorted(str(each.code) for each in found if each.weight is Weight.WARNING))
