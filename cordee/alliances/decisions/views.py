"""Go or no-go: what a structure should weigh, read by itself alone."""

import uuid
from collections.abc import Sequence
from typing import Self

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.agreement.legal_facts import OwnFacts, own_share, prudence_findings
from cordee.alliances import law
from cordee.alliances.access import party_inside_for
from cordee.alliances.decisions import actions
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.legal_form import pages
from cordee.base.ui.fields import LongTextField
from cordee.base.ui.forms import posted, refusals_in
from cordee.members.acting import viewer_of
from cordee.members.claim_forms import UNKNOWN, YesNoField
from cordee.rules.findings import Finding, Weight, blocks

# The form asks them: they are not said twice.
ASKED = frozenset({"NEW_TRADE", "NEW_PARTNER"})


class DecisionForm(forms.Form):
    """Go or no-go: two questions that only the structure can answer, and a reason."""

    new_trade = YesNoField(label="Ce métier est-il nouveau pour vous ?", required=True)
    new_partner = YesNoField(
        label="Un de ces partenaires est-il nouveau pour vous ?", required=True
    )
    reason = LongTextField(
        label="Vos raisons",
        required=False,
        max_length=500,
        help_text="lues par votre structure seule ; il en faut une pour un non",
    )
    read = forms.CharField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, own: OwnFacts, found: Sequence[Finding], reason: str, version: int) -> Self:
        """The form as the structure last answered, with the warnings that it will have read."""
        return cls(
            initial={
                "new_trade": UNKNOWN if own.new_trade is None else own.new_trade,
                "new_partner": UNKNOWN if own.new_partner is None else own.new_partner,
                "reason": reason,
                "version": version,
                "read": _warnings(found),
            }
        )

    @property
    def answered(self) -> tuple[bool | None, bool | None]:
        return self.cleaned_data["new_trade"], self.cleaned_data["new_partner"]


@require_http_methods(["GET", "POST"])
def decide(request: SignedInRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """Weigh, then say yes or no. A warning that nobody has read yet is shown first."""
    access, party = party_inside_for(request.user, pk, party_pk)
    on = timezone.localdate()
    figures = access.seen_by(viewer_of(request)).figures
    terms, version = access.alliance.terms, access.alliance.version
    if terms.find(party.key) is None:
        raise Http404("Cette structure n’est pas dans le tableau.")
    last = party.decisions.order_by("-decided_at", "-pk").first()
    answered = (None, None) if last is None else (last.new_trade, last.new_partner)
    form = DecisionForm(posted(request))
    is_sent = form.is_valid()
    if is_sent:
        answered = form.answered
    own = law.own_facts(party, terms, figures, on=on, answered=answered)
    found = prudence_findings(terms, party.key, own, law.notice_of(access.alliance), on=on)
    reason, unread = "" if last is None else last.reason, False
    if is_sent:
        answer, reason = request.POST.get("decision", ""), form.cleaned_data["reason"]
        unread = answer == "oui" and _warnings(found) != form.cleaned_data["read"]
        if unread:
            messages.warning(
                request, "Lisez ces points, puis décidez\u00a0: ils viennent d’apparaître."
            )
        elif answer not in {"oui", "non"}:
            messages.error(request, "Dites oui ou non avec l’un des deux boutons.")
        else:
            with refusals_in(form, on="reason" if answer == "non" else ""):
                actions.decide(
                    party=party,
                    is_go=answer == "oui",
                    reason=reason,
                    new_trade=answered[0],
                    new_partner=answered[1],
                    findings=found,
                    version=version,
                    **by_now(request),
                )
                done = "Vous y allez" if answer == "oui" else "Vous n’y allez pas"
                messages.success(request, f"{done}. C’est noté.")
                return redirect("alliances:decide", pk=pk, party_pk=party_pk)
    if unread or not form.is_bound:
        form = DecisionForm.of(own, found, reason, version)
    context = alliance_context(access, "alliances:decide") | {
        "party": party,
        "form": form,
        "last": last,
        "findings": [
            (*pages.WEIGHTS[each.weight], each) for each in found if each.code not in ASKED
        ],
        "is_blocked": blocks(found),
        "own_cents": own_share(terms, party.key),
        # What it answers for: its own subcontractors’ part too.
        "answered_cents": terms.share_cents(party.key),
        "has_changed": last is not None and last.version != version,
    }
    return render(request, "alliances/decisions/decide.html", context)


def _warnings(found: Sequence[Finding]) -> str:
    """What has to be read before a yes, as it is sent back by the form."""
    return ",".join(sorted(str(each.code) for each in found if each.weight is Weight.WARNING))
