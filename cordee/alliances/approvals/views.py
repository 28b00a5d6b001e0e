"""Who signs for each party, who approves the convention, and the proof of it."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.accounts.second_factor import Proof, fresh_proof
from cordee.agreement.chain import Identity, identity_sha256
from cordee.alliances import access as alliance_access
from cordee.alliances.access import filer_for, may_file
from cordee.alliances.approvals import actions, pages, signature_service
from cordee.alliances.approvals.access import text_for
from cordee.alliances.dossier_builder import group_convention
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.models import AllianceParty, Approval, ApprovedText, SignatureRequest
from cordee.alliances.models.parties import Signatory
from cordee.alliances.state import approval_chain
from cordee.alliances.state.approval_chain import (
    Seen,
    approved_convention,
    kept_convention,
    standing_sha256,
)
from cordee.alliances.state.current import filing_day
from cordee.base.documents import Document, render_pdf
from cordee.base.documents.plain import document_to_plain, on_screen
from cordee.base.documents.rewording import reworded
from cordee.base.files.storing import to_save
from cordee.base.ui.fields import DayField, RadioField
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in
from cordee.dossier import texts
from cordee.dossier.texts import MODEL
from cordee.dossier.writing import RENDER, TYPES
from cordee.members.models import Organisation

NEEDS_PASSWORD = "Choisissez d’abord un mot de passe dans votre compte : il prouve que c’est vous."


class SignatoryForm(forms.Form):
    """Who signs for a structure, and by which act."""

    name = forms.CharField(label="Qui signe", max_length=150, help_text="prénom et nom")
    function = forms.CharField(
        label="Sa fonction", max_length=150, help_text="par exemple : présidente, directeur, maire"
    )
    carrier = RadioField(label="La structure est portée par", choices=Organisation.Carrier.choices)
    power = RadioField(label="De quel droit", choices=AllianceParty.Power.choices)
    power_on = DayField(
        label="Date de l’acte ou du vote",
        required=False,
        help_text="sauf pour la représentante ou le représentant légal",
    )
    next_council_on = DayField(
        label="Date du prochain conseil",
        required=False,
        help_text="pour une commune ou un CCAS, si le conseil n’a pas encore voté",
    )
    may_compete = forms.BooleanField(
        label="Intérêt public local vérifié, prix à coût complet",
        required=False,
        help_text="pour une personne publique : le prix compte tous ses coûts, sans avantage tiré "
        "de ses moyens publics",
    )

    def __init__(self, held: Signatory, data: Any = None, **initial: Any) -> None:
        names = {name: f"signatory_{name}" for name in ("name", "function")}
        said = {each: getattr(held, names.get(each, each), None) for each in self.base_fields}
        super().__init__(data, initial=said | initial)


class ApprovalForm(forms.Form):
    """The user says that they are the one who signs, and that they read the text."""

    document_sha256 = forms.CharField(widget=forms.HiddenInput())
    is_signatory = forms.BooleanField(label="Je suis la personne nommée ci-dessus")
    has_read = forms.BooleanField(label="J’ai lu la convention et ses termes")

    def __init__(self, *args: Any, paper: str = "la convention", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["has_read"].label = f"J’ai lu {paper} et ses termes"


class ReceiptForm(forms.Form):
    """What is on the receipt that each approval got by mail."""

    sequence = forms.IntegerField(label="Ligne de la chaîne", min_value=1)
    name = forms.CharField(label="Nom", max_length=150)
    function = forms.CharField(label="Fonction", max_length=150)
    key = forms.CharField(label="Clé de preuve", max_length=80)


@require_safe
def signatories(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Who may sign for each party, and by which act; councils that vote too late."""
    access = alliance_access.taking_part_for(request.user, pk)
    rows = pages.signing_rows(access, on=timezone.localdate())
    context = alliance_context(access, "alliances:signatories") | {
        "rows": rows,
        "ready": sum(row.is_ready for row in rows),
        "files_on": filing_day(access.alliance),
        "arrangement": access.alliance.terms.arrangement,
    }
    return render(request, "alliances/approvals/signatories.html", context)


@require_http_methods(["GET", "POST"])
def signatory(request: SignedInRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """Say who signs for one's own structure."""
    access, party = alliance_access.party_for(request.user, pk, party_pk)
    if not access.is_inside:
        return redirect("alliances:detail", pk=pk)
    carrier = party.structure.organisation.carrier
    form = SignatoryForm(party, posted(request), carrier=carrier)
    if form.is_valid():
        names = {"signatory_name": "name", "signatory_function": "function"}
        with refusals_in(form, names):
            actions.name_signatory(
                party=party, by=request.user, on=timezone.localdate(), **form.cleaned_data
            )
            messages.success(request, "C’est noté. Si un texte était approuvé, relisez-le.")
            return redirect("alliances:signatories", pk=pk)
    context = {
        "alliance": access.alliance,
        "party": party,
        "form": form,
        "files_on": filing_day(access.alliance),
    }
    return render(request, "alliances/approvals/signatory.html", context)


@require_safe
def approvals(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Who approved the convention as it is."""
    access = alliance_access.paper_reader_for(request.user, pk)
    context = alliance_context(access, "alliances:approvals") | {
        "page": pages.approvals_page(access, on=timezone.localdate()),
        "service": signature_service.service(),
        "signatures": list(access.alliance.signatures.all()),
        "may_file": may_file(access),
    }
    return render(request, "alliances/approvals/approvals.html", context)


@require_http_methods(["GET", "POST"])
def approve(request: SignedInRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """Approve the convention that stands, after having proved again who one is."""
    access, party = alliance_access.party_for(request.user, pk, party_pk)
    if not (access.is_inside and access.reads_paper):
        return redirect("alliances:detail", pk=pk)
    page = pages.approvals_page(access, on=timezone.localdate())
    row = next((each for each in page["rows"] if each.party.pk == party.pk), None)
    if row is None or row.stands:
        return redirect("alliances:approvals", pk=pk)
    form = ApprovalForm(
        posted(request),
        paper=page["terms"].arrangement.paper,
        initial={"document_sha256": page["sha256"]},
    )
    if form.is_valid():
        with refusals_as_messages(request):
            actions.approve(
                party=party,
                document_sha256=form.cleaned_data["document_sha256"],
                proof=_proof(request),
                **by_now(request),
            )
            messages.success(request, "C’est approuvé. Un reçu vous est envoyé.")
            return redirect("alliances:approvals", pk=pk)
        return redirect("alliances:approve", pk=pk, party_pk=party_pk)
    context = {
        "access": access,
        "alliance": access.alliance,
        "page": page,
        "row": row,
        "party": party,
        "form": form,
        "own_cents": page["terms"].share_cents(party.key),
        "choices": texts.told(page["terms"], model=access.alliance.paper_model or MODEL),
        "members": [
            (
                each.name,
                page["terms"].share_cents(each.party.key),
                page["terms"].speaker == each.party.key,
            )
            for each in page["rows"]
        ]
        if access.reads_shares
        else [],
    }
    return render(request, "alliances/approvals/approve.html", context)


@require_http_methods(["GET", "POST"])
def new_model(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What the newest model of the common paper says otherwise; whoever coordinates chooses it."""
    alliance = alliance_access.coordinator_for(request.user, pk).alliance
    if request.method == "POST":
        with refusals_as_messages(request):
            actions.choose_new_model(alliance=alliance, by=request.user)
            messages.success(request, "Le nouveau modèle est choisi. Chacun relit et approuve.")
        return redirect("alliances:approvals", pk=pk)
    today = timezone.localdate()
    context = {
        "alliance": alliance,
        "arrangement": alliance.terms.arrangement,
        "changes": reworded(
            group_convention(alliance, on=today), group_convention(alliance, on=today, model=MODEL)
        )
        if alliance.terms.has_paper
        else [],
    }
    return render(request, "alliances/approvals/new_model.html", context)


@require_POST
def take_back(request: SignedInRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """Take one's approval back before filing."""
    _, party = alliance_access.party_for(request.user, pk, party_pk)
    with refusals_as_messages(request):
        actions.take_back_approval(party=party, proof=_proof(request), **by_now(request))
        messages.success(request, "Votre approbation est reprise. La preuve des deux gestes reste.")
    return redirect("alliances:approvals", pk=pk)


@require_safe
def paper(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The convention as it stands, with its page of approvals, as a PDF to save."""
    access = alliance_access.paper_reader_for(request.user, pk)
    if not access.alliance.terms.has_paper:
        return redirect("alliances:approvals", pk=pk)
    document = approved_convention(access.alliance, on=timezone.localdate(), seen=access.names)
    name = access.alliance.terms.arrangement.paper_file
    return to_save(f"{name}-approbations.pdf", render_pdf(document), TYPES["pdf"])


@require_POST
def ask_signature(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Send the approved convention to the signature service of this installation."""
    access = filer_for(request.user, pk)
    with refusals_as_messages(request):
        signature_service.ask_signature(alliance=access.alliance, **by_now(request))
        messages.success(request, "Le texte est chez le service de signature.")
    return redirect("alliances:approvals", pk=pk)


@require_POST
def fetch_signature(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask the service what became of what waits there."""
    access = filer_for(request.user, pk)
    with refusals_as_messages(request):
        for waiting in access.alliance.signatures.filter(state=SignatureRequest.State.WAITING):
            signature_service.fetch_signature(request=waiting, **by_now(request))
    return redirect("alliances:approvals", pk=pk)


@require_http_methods(["GET", "POST"])
def proof(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The chain, line by line, whether it is whole, and whether a receipt is of one of them.

    A subcontractor reads its own lines and those of whom it works for; the whole is recounted.
    """
    access = alliance_access.paper_reader_for(request.user, pk)
    trace = approval_chain.trace_of(access.alliance)
    rows = [row for row in trace.rows if access.reads_shares or access.names(row.party)]
    form = ReceiptForm(posted(request))
    is_checked = request.method == "POST" and form.is_valid()
    context = alliance_context(access, "alliances:approvals") | {
        "rows": [
            (row, trace.kept[row.sequence].value, pages.text_in(trace, access, row)) for row in rows
        ],
        "faults": trace.faults,
        "form": form,
        "is_checked": is_checked,
        "found": _of_receipt(rows, form) if is_checked else None,
    }
    return render(request, "alliances/approvals/proof.html", context)


@require_safe
def text(request: SignedInRequest, pk: uuid.UUID, text_pk: int) -> HttpResponse:
    """The kept text and who approved it, whatever sheets say since."""
    kept, counts, document = _kept(request, pk, text_pk)
    context = {
        "alliance": kept.alliance,
        "text": kept,
        "counts": counts,
        "document": document_to_plain(document),
        "blocks": on_screen(document),
    }
    return render(request, "alliances/approvals/approved_text.html", context)


@require_safe
def text_file(
    request: SignedInRequest, pk: uuid.UUID, text_pk: int, extension: str
) -> HttpResponse:
    """The same as a file."""
    kept, _, document = _kept(request, pk, text_pk)
    if extension not in RENDER:
        raise Http404("Un texte approuvé se prend en PDF ou en DOCX.")
    name = f"{slugify(document.title)[:60]}-{kept.sha256[:8]}.{extension}"
    return to_save(name, RENDER[extension](document), TYPES[extension])


def _kept(
    request: SignedInRequest, pk: uuid.UUID, text_pk: int
) -> tuple[ApprovedText, bool, Document]:
    """The text, whether it is the one that stands, and the document that it was."""
    access = alliance_access.paper_reader_for(request.user, pk)
    kept = text_for(access, text_pk)
    counts = kept.sha256 == standing_sha256(access.alliance, on=timezone.localdate())
    seen: Seen = (lambda _: True) if access.reads_shares else access.names
    return kept, counts, kept_convention(kept, counts=counts, seen=seen)


def _of_receipt(rows: Sequence[Approval], form: ReceiptForm) -> Approval | None:
    """The line that a receipt proves, or None."""
    typed = form.cleaned_data
    who = Identity(
        name=typed["name"].strip(),
        function=typed["function"].strip(),
        key="".join(typed["key"].split()).lower(),
    )
    told = (typed["sequence"], identity_sha256(who))
    return next((row for row in rows if (row.sequence, row.identity_sha256) == told), None)


def _proof(request: SignedInRequest) -> Proof:
    """Of a moment ago; none where the account has no means to give one (a demo)."""
    found = fresh_proof(request, now=timezone.now(), within=actions.FRESH)
    if not found.is_given and not settings.DEMO:
        raise ValidationError(NEEDS_PASSWORD)
    return found
