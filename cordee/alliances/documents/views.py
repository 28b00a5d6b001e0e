"""The documents of an alliance: what each lacks, taking them out, and what they ask of the terms
beside the split, written where it is missing."""

import uuid
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.agreement import Terms, VatRegime
from cordee.alliances.access import (
    AllianceAccess,
    coordinator_for,
    party_inside_for,
    taking_part_for,
)
from cordee.alliances.documents import actions, pages
from cordee.alliances.dossier_builder import dossier_and_convention
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.models import Alliance
from cordee.alliances.revisions import Written
from cordee.alliances.state.approval_chain import as_it_stands, with_who_approved
from cordee.base.documents import Document, document_sha256, short_fingerprint
from cordee.base.documents.plain import document_to_plain, on_screen
from cordee.base.files.storing import to_save
from cordee.base.ui import french
from cordee.base.ui.fields import EurosFormField, LongTextField, RadioField
from cordee.base.ui.forms import posted, refusals_in
from cordee.dossier import texts, writing
from cordee.dossier.catalogue import Entry
from cordee.dossier.texts import CHOICES, MODEL, left_to
from cordee.members.acting import viewer_of

LONG = 2_000
# Questions, and what the model says where they stay empty.
ARTICLES = {
    "payment": (
        "Comment l’argent arrive-t-il à chacun ?",
        "Vide : chacun facture avant le 5. Révision et avance : celles du modèle.",
    ),
    "decision": ("Qui décide quoi, et à quelle majorité ?", "Vide : unanimité avant le dépôt."),
    "coordination": ("Comment vous parlez-vous ?", "Vide : une réunion par mois."),
    "penalties": (
        "Qui paie une pénalité de l’acheteur ?",
        "Vide : qui l’a causée. La réception reste celle du modèle.",
    ),
    "withdrawal": (
        "Que se passe-t-il de plus si un membre part ?",
        "S’ajoute aux règles de chaque étape, qui sont dans la loi, et à l’exclusion.",
    ),
    "disputes": (
        "Vos propres mots sur les désaccords ?",
        "Ils prennent la place du texte du modèle. Vide : il reste.",
    ),
}
# Each choice beside the words that say more of it.
ORDER = (
    *("labour_share_percent", "insertion_rate_percent", "hourly_cost_cents", "coordination_cents"),
    *("payment", "study_costs", "decision", "coordination", "penalties", "insurance_cents"),
    *("withdrawal", "notice", "exclusion", "dispute_steps", "disputes"),
)
EDIT = require_http_methods(["GET", "HEAD", "POST"])


class CommonTermsForm(forms.Form):
    """Every field may stay empty: the model's own words, or a gap, stand there."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    labour_share_percent = forms.IntegerField(
        label="Part de main-d’œuvre dans le prix (%)",
        help_text="Pour calculer les heures d’insertion.",
        min_value=0,
        max_value=100,
        required=False,
    )
    insertion_rate_percent = forms.IntegerField(
        label="Taux d’insertion (%)",
        help_text="La part des heures de travail faite par des personnes en insertion. Ne sert que "
        "si l’avis ne la donne pas.",
        min_value=0,
        max_value=100,
        required=False,
    )
    hourly_cost_cents = EurosFormField(
        label="Coût d’une heure de travail", min_value=1, required=False
    )
    coordination_cents = EurosFormField(
        label="Ce que reçoit le mandataire pour coordonner, HT", min_value=0, required=False
    )
    insurance_cents = EurosFormField(
        label=CHOICES["insurance_cents"].question,
        help_text="Vide : les montants que demande le marché.",
        min_value=1,
        required=False,
    )

    def __init__(self, *args: Any, terms: Terms, model: int, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).update(asdict(terms.common))
        super().__init__(*args, **kwargs)
        self.held = terms.common
        if not terms.arrangement.has_form:
            # Nobody leads a group: what was agreed for that waits unseen.
            del self.fields["coordination_cents"]
        articles = ARTICLES | terms.arrangement.pick(
            group={}, sole={"decision": ("Qui décide quoi ?", "Vide : le candidat, seul.")}
        )
        for name, (label, help_text) in articles.items():
            self.fields[name] = LongTextField(
                label=label, help_text=help_text, max_length=LONG, required=False
            )
        for name, choice in CHOICES.items():
            if name not in left_to(terms, model=model):
                self.fields.pop(name, None)
            elif name not in self.fields:
                self.fields[name] = RadioField(
                    label=choice.question,
                    choices=list(texts.options(choice.name, model=model).items()),
                    required=False,
                )
        self.order_fields(ORDER)

    def clean(self) -> dict[str, Any]:
        """What `write_common_terms` takes; what was not asked stays."""
        values = dict(self.cleaned_data)
        return {"base": values.pop("version", 0), "common": replace(self.held, **values)}


class VatForm(forms.Form):
    """How one party invoices."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    vat = RadioField(
        label="Comment facturez-vous ?",
        choices=[
            (VatRegime.STANDARD, "Avec la TVA, au taux normal"),
            (VatRegime.REDUCED, "Avec la TVA, à un taux réduit"),
            (VatRegime.EXEMPT, "Sans TVA : association ou activité qui n’y est pas soumise"),
            (
                VatRegime.REVERSE_CHARGE,
                "Sans TVA\u00a0: sous-traitant de travaux (autoliquidation)",
            ),
            (VatRegime.UNKNOWN, "Je ne sais pas"),
        ],
    )

    def clean(self) -> dict[str, Any]:
        """What `choose_vat` takes."""
        regime = VatRegime(self.cleaned_data.get("vat", VatRegime.UNKNOWN))
        return {"base": self.cleaned_data.get("version", 0), "vat": regime}


@require_safe
def listing(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Every document with its gaps, each leading to where it is filled."""
    access = taking_part_for(request.user, pk)
    made = _made(request, access)
    context = alliance_context(access, "alliances:documents") | {
        "page": pages.listing(access, made),
        "arrangement": access.alliance.terms.arrangement,
    }
    return render(request, "alliances/documents/list.html", context)


@require_safe
def read(request: HttpRequest, pk: uuid.UUID, key: str) -> HttpResponse:
    """One document on the screen: the same words, without a file."""
    access = taking_part_for(request.user, pk)
    _, document = _one(request, access, key)
    context = {
        "alliance": access.alliance,
        "key": key,
        "document": document_to_plain(document),
        "blocks": on_screen(document),
        "fingerprint": short_fingerprint(document_sha256(document)),
    }
    return render(request, "alliances/documents/read.html", context)


@require_POST
def download(request: SignedInRequest, pk: uuid.UUID, key: str) -> HttpResponse:
    """One document, as DOCX or as PDF."""
    access = taking_part_for(request.user, pk)
    extension = "docx" if request.POST.get("format") == "docx" else "pdf"
    entry, document = _one(request, access, key)
    name = writing.file_name(entry, extension)
    return to_save(name, writing.RENDER[extension](document), writing.TYPES[extension])


@require_POST
def everything(request: SignedInRequest, pk: uuid.UUID) -> HttpResponseBase:
    """All documents in both formats, given out as they are made: many take some seconds."""
    access = taking_part_for(request.user, pk)
    made = _made(request, access)
    name = f"{slugify(access.alliance.title)[:60] or 'alliance'}.zip"
    return StreamingHttpResponse(
        writing.zipped(made),
        content_type="application/zip",
        headers={"Content-Disposition": content_disposition_header(True, name)},
    )


@require_POST
def open_file(request: SignedInRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """Let whoever coordinates and the lead read this party's declaration."""
    _, party = party_inside_for(request.user, pk, party_pk)
    actions.open_file(party=party, **by_now(request))
    messages.success(
        request, "Qui coordonne et qui dépose l’offre lisent maintenant votre dossier."
    )
    return redirect("alliances:documents", pk=pk)


@require_POST
def shut_file(request: SignedInRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """Take that back."""
    _, party = party_inside_for(request.user, pk, party_pk)
    actions.shut_file(party=party, by=request.user)
    messages.success(request, "Votre dossier n’est plus lu que par vous.")
    return redirect("alliances:documents", pk=pk)


def _one(request: HttpRequest, access: AllianceAccess, key: str) -> tuple[Entry, Document]:
    """One of the documents, or 404."""
    for entry, document in _made(request, access):
        if entry.key == key:
            return entry, document
    raise Http404("Ce document n’existe pas, ou plus : la répartition a changé.")


def _made(request: HttpRequest, access: AllianceAccess) -> tuple[tuple[Entry, Document], ...]:
    """Every document, made of what the user may read."""
    today = timezone.localdate()
    seen = access.seen_by(viewer_of(request))
    dossier, text = dossier_and_convention(seen, on=today)
    if access.alliance.approvals.exists():
        text = as_it_stands(access.alliance, text)
        text = with_who_approved(access.alliance, text, seen=access.names)
    return pages.built(access, dossier, text)


@EDIT
def common(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What all members agree on beside the split, written by who coordinates."""
    alliance = coordinator_for(request.user, pk).alliance
    terms, model = alliance.terms, alliance.paper_model or MODEL
    initial = {"version": alliance.version}
    made = partial(CommonTermsForm, initial=initial, terms=terms, model=model)
    write = partial(actions.write_common_terms, alliance=alliance)
    note = "Chacun devra accepter de nouveau si un terme change. Un champ vide garde le modèle."
    if set(left_to(terms, model=MODEL)) - set(left_to(terms, model=model)):
        note += " Le nouveau modèle laisse d’autres choix : voyez « Approbations »."
    return _kept(request, alliance, made, write, "Les termes communs", note)


@EDIT
def vat(request: SignedInRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """How a party invoices, said by itself."""
    _, party = party_inside_for(request.user, pk, party_pk)
    alliance = party.alliance
    known = alliance.terms.find(party.key)
    regime = known.vat if known else VatRegime.UNKNOWN
    made = partial(VatForm, initial={"version": alliance.version, "vat": regime})
    write = partial(actions.choose_vat, party=party)
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
            written = write(**form.cleaned_data, **by_now(request))
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
