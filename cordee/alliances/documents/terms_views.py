"""Common terms and VAT: what the documents ask beside the split, written where it is missing."""

import uuid
from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cordee.accounts.requests import SignedInRequest
from cordee.agreement import VatRegime
from cordee.alliances.access import coordinator_for
from cordee.alliances.documents import terms_actions
from cordee.alliances.documents.access import opened_party_for
from cordee.alliances.documents.terms_forms import CommonTermsForm, VatForm
from cordee.alliances.models import Alliance
from cordee.alliances.revisions import Written
from cordee.base.ui import french
from cordee.base.ui.forms import posted, refusals_in
from cordee.dossier.choices import CHOICES, left_to
from cordee.dossier.texts import MODEL

EDIT = require_http_methods(["GET", "HEAD", "POST"])


@EDIT
def common(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What all members agree on beside the split, written by who coordinates."""
    alliance = coordinator_for(request.user, pk).alliance
    terms, model = alliance.terms, alliance.paper_model or MODEL
    initial = {"version": alliance.version}
    made = partial(CommonTermsForm, initial=initial, terms=terms, model=model)
    write = partial(terms_actions.write_common_terms, alliance=alliance)
    note = "Chacun devra accepter de nouveau si un terme change. Un champ vide garde le modèle."
    if set(left_to(terms, model=MODEL)) - set(left_to(terms, model=model)):
        note += " Le nouveau modèle laisse d’autres choix : voyez « Approbations »."
    return _kept(request, alliance, made, write, "Les termes communs", note)


@EDIT
def vat(request: SignedInRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """How a party invoices, said by itself."""
    party = opened_party_for(request.user, pk, party_pk)
    alliance = party.alliance
    known = alliance.terms.find(party.key)
    regime = known.vat if known else VatRegime.UNKNOWN
    made = partial(VatForm, initial={"version": alliance.version, "vat": regime})
    write = partial(terms_actions.choose_vat, party=party)
    note = "Les montants de l’alliance sont hors taxes. Votre comptable connaît la réponse."
    title = f"La TVA {french.of(party.structure.shown_name)}"
    return _kept(request, alliance, made, write, title, note)


def _kept(
    request: SignedInRequest,
    alliance: Alliance,
    made: Callable[..., Form],
    write: Callable[..., Written],
    title: str,
    note: str,
) -> HttpResponse:
    """Write what the form holds, or show it: at first, or beside what somebody wrote meanwhile."""
    form = made(posted(request))
    if form.is_valid():
        with refusals_in(form):
            written = write(**form.cleaned_data, by=request.user, now=timezone.now())
            if not written.conflicts:
                messages.success(request, "C’est gardé. Les documents le reprennent.")
                return redirect("alliances:documents", pk=alliance.pk)
            # What was typed, as if begun from the version in force: sent again, it is kept.
            typed = request.POST.copy()
            typed["version"] = str(written.revision.number)
            form = made(typed)
            _show_conflicts(form, written)
    context = {"alliance": alliance, "form": form, "title": title, "note": note}
    return render(request, "alliances/documents/terms.html", context)


def _show_conflicts(form: Form, written: Written) -> None:
    """Beside each field, what somebody else wrote there meanwhile; the user's words stay in it."""
    form.is_valid()
    for conflict in written.conflicts:
        field = conflict.place[-1]
        theirs = "" if conflict.theirs is None else str(conflict.theirs)
        if field in CHOICES:
            theirs = CHOICES[field].words(conflict.theirs)
        form.add_error(
            field if field in form.fields else None,
            f"Quelqu’un vient d’écrire ici : « {theirs} ». Gardez de nouveau pour le remplacer.",
        )
