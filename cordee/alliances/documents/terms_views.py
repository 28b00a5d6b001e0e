"""Common terms and VAT: what the documents ask beside the split, written where it is missing."""

import uuid

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cordee.accounts.requests import SignedInRequest
from cordee.agreement import VatRegime
from cordee.alliances.documents import access, terms_actions
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
    alliance = access.coordinated_for(request.user, pk).alliance
    revision = alliance.revision()
    terms = revision.read()
    model = alliance.paper_model or MODEL
    initial = {"version": revision.number}
    form = CommonTermsForm(posted(request), initial=initial, terms=terms, model=model)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            written = terms_actions.write_common_terms(
                alliance=alliance,
                common=form.common,
                base=form.cleaned_data["version"],
                by=request.user,
                now=timezone.now(),
            )
            if not written.conflicts:
                messages.success(
                    request, "Les termes communs sont gardés, et les documents à jour."
                )
                return redirect("alliances:documents", pk=pk)
            form = CommonTermsForm(_on_top(request, written), terms=terms, model=model)
            _show_conflicts(form, written)
    note = "Chacun devra accepter de nouveau si un terme change. Un champ vide garde le modèle."
    if set(left_to(terms, model=MODEL)) - set(left_to(terms, model=model)):
        note += " Le nouveau modèle laisse d’autres choix : voyez « Approbations »."
    return _form(request, alliance, form, "Les termes communs", note)


@EDIT
def vat(request: SignedInRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """How a party invoices, said by itself."""
    party = access.opened_party_for(request.user, pk, party_pk)
    revision = party.alliance.revision()
    known = {each.key: each.vat for each in revision.read().parties}
    initial = {"version": revision.number, "vat": known.get(party.key, VatRegime.UNKNOWN)}
    form = VatForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            written = terms_actions.choose_vat(
                party=party,
                vat=VatRegime(form.cleaned_data["vat"]),
                base=form.cleaned_data["version"],
                by=request.user,
                now=timezone.now(),
            )
            if not written.conflicts:
                messages.success(request, "C’est noté. Les documents le reprennent.")
                return redirect("alliances:documents", pk=pk)
            form = VatForm(_on_top(request, written))
            _show_conflicts(form, written)
    note = "Les montants de l’alliance sont hors taxes. Votre comptable connaît la réponse."
    title = f"La TVA {french.of(party.structure.shown_name)}"
    return _form(request, party.alliance, form, title, note)


def _form(
    request: HttpRequest, alliance: Alliance, form: Form, title: str, note: str
) -> HttpResponse:
    context = {"alliance": alliance, "form": form, "title": title, "note": note}
    return render(request, "alliances/documents/terms.html", context)


def _on_top(request: HttpRequest, written: Written) -> QueryDict:
    """What the user typed, as if begun from the version in force: sent again, it is kept."""
    typed = request.POST.copy()
    typed["version"] = str(written.revision.number)
    return typed


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
