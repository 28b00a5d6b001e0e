"""The receipt of the offer, what the buyer decided, and what is handed over to delivery."""

import re
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.agreement.life import NO_RECEIPT, NOT_NOTIFIED, obstacles
from cordee.agreement.phases import Phase
from cordee.alliances import access as alliance_access
from cordee.alliances.access import AllianceAccess
from cordee.alliances.documents.pages import in_words, papers_for, settled
from cordee.alliances.endorsements.pages import words_page
from cordee.alliances.filing import actions, lessons
from cordee.alliances.filing.actions import CriterionMark
from cordee.alliances.filing.lessons import lesson_of
from cordee.alliances.frame.forms import KeptFileField
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.models import BidResult, Filing
from cordee.alliances.state.current import state_of
from cordee.base import files
from cordee.base.found import first_or_404
from cordee.base.limits import takes_files
from cordee.base.ui.fields import DayField, DayInput, EurosFormField, LongTextField, read_decimal
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in
from cordee.members.acting import viewer_of
from cordee.rules import procedure

MOST_CRITERIA = 12


class FilingForm(forms.Form):
    """The platform's receipt."""

    number = forms.CharField(
        label="Numéro du récépissé",
        max_length=100,
        help_text="celui que donne la plateforme ; pour un envoi par courriel, son objet",
    )
    day = DayField(label="Jour du dépôt")
    time = forms.TimeField(
        label="Heure du dépôt", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    receipt = KeptFileField("Le récépissé", "PDF ou image")

    @property
    def filed_at(self) -> datetime:
        """The moment, as the clock on the wall said it."""
        at = datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"])
        return timezone.make_aware(at)


class ResultForm(forms.ModelForm[BidResult]):
    """What the buyer decided, and what the letter says."""

    is_won = forms.TypedChoiceField(
        label="Résultat",
        choices=[("oui", "Le marché nous est attribué"), ("non", "Notre offre n’est pas retenue")],
        coerce=lambda typed: typed == "oui",
        widget=forms.RadioSelect,
    )
    winner_price_cents = EurosFormField(
        label="Prix de l’offre retenue, HT",
        required=False,
        help_text="si vous n’êtes pas retenus ; l’acheteur le donne à qui le demande",
    )
    criteria = LongTextField(
        label="Notes par critère",
        required=False,
        rows=4,
        help_text="un critère par ligne : nom ; note la plus haute ; la nôtre ; celle du gagnant. "
        "Par exemple : Prix ; 40 ; 31,5 ; 40",
    )

    class Meta:
        model = BidResult
        fields = (
            *("announced_on", "reason", "words", "winner_price_cents"),
            *("rank", "bids", "to_change"),
        )
        widgets = {
            "announced_on": DayInput(),
            "words": forms.Textarea(attrs={"rows": 3}),
            "to_change": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "reason": "d’après la lettre, si elle le dit",
            "words": "ses mots, si vous les avez",
            "to_change": "ce que vous feriez autrement, pour vous en souvenir",
        }
        labels = {"announced_on": "Annoncé le"}

    field_order = (
        *("is_won", "announced_on", "reason", "words", "winner_price_cents"),
        *("rank", "bids", "criteria", "to_change"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False

    def clean_reason(self) -> str:
        """Who says nothing does not know: a buyer seldom tells a winner why."""
        return self.cleaned_data["reason"] or BidResult.Reason.UNKNOWN

    def clean_criteria(self) -> list[CriterionMark]:
        return read_notes(self.cleaned_data["criteria"])

    @property
    def values(self) -> dict[str, Any]:
        """What `record_result` takes beside the result and the notes."""
        kept = {name: self.cleaned_data[name] for name in self.Meta.fields}
        if self.cleaned_data["is_won"]:
            kept["winner_price_cents"] = None
        return kept

    def _post_clean(self) -> None:
        """The action checks the row: it knows the rest of it."""


def read_notes(typed: str) -> list[CriterionMark]:
    """Notes from lines "name; most; ours; winner's". Raises `ValidationError` with the line."""
    found = []
    for number, line in enumerate(typed.splitlines(), start=1):
        if not line.strip():
            continue
        parts = [part.strip() for part in re.split(r"[;\t]", line)]
        if len(parts) not in (3, 4) or not parts[0]:
            raise ValidationError(
                f"Ligne {number} : écrivez le nom, la note la plus haute, la nôtre, celle du "
                "gagnant, séparés par des points-virgules."
            )
        figures = [None if part in ("", "?") else _points(part, number) for part in parts[1:]]
        most, ours, winners = (*figures, None)[:3]
        if most is None or ours is None:
            raise ValidationError(f"Ligne {number} : il manque une note.")
        if most <= 0 or max(ours, winners or 0) > most:
            raise ValidationError(f"Ligne {number} : une note dépasse la plus haute.")
        found.append(CriterionMark(parts[0][:120], most, ours, winners))
    if len(found) > MOST_CRITERIA:
        raise ValidationError(f"Gardez {MOST_CRITERIA} critères au plus.")
    return found


def write_notes(notes: Iterable[Any]) -> str:
    """The same lines, to be corrected."""
    return "\n".join(
        f"{note.label} ; {_shown(note.most)} ; {_shown(note.ours)} ; "
        f"{'?' if note.winners is None else _shown(note.winners)}"
        for note in notes
    )


def _points(typed: str, number: int) -> int:
    try:
        points = read_decimal(typed)
    except ValueError:
        raise ValidationError(f"Ligne {number} : « {typed} » n’est pas une note.") from None
    if points < 0 or points > 10_000:
        raise ValidationError(f"Ligne {number} : « {typed} » n’est pas une note.")
    return int(points * 100)


def _shown(hundredths: int) -> str:
    return f"{hundredths / 100:g}".replace(".", ",")


class SignedForm(forms.Form):
    """The day on which the contract is notified."""

    signed_on = DayField(label="Marché notifié le")


@takes_files(files.MOST_BYTES)
@require_http_methods(["GET", "POST"])
def filing(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What is missing before filing, then the receipt; filed, what was filed."""
    access = _access(request, pk)
    alliance, now = access.alliance, timezone.now()
    form = FilingForm(
        posted(request),
        request.FILES if request.method == "POST" else None,
        initial={"day": timezone.localdate(now)},
    )
    filed = Filing.objects.filter(alliance=alliance).select_related("receipt", "revision").first()
    papers = None
    if filed is None and alliance.step is Phase.DOCUMENTS:
        papers = papers_for(access.seen_by(viewer_of(request)), on=timezone.localdate(now))
    lacks_papers = papers is not None and not papers.is_whole
    asks_first = lacks_papers and "quand-meme" not in {**request.GET.dict(), **request.POST.dict()}
    if form.is_valid() and not asks_first:
        sent = form.cleaned_data["receipt"]
        with refusals_in(form, {"filed_at": "time"}):
            _refuse_too_big(sent)
            actions.file_bid(
                alliance=alliance,
                number=form.cleaned_data["number"],
                filed_at=form.filed_at,
                receipt_name=sent.name,
                receipt=sent.read(),
                by=request.user,
                now=now,
            )
            messages.success(request, "Le dépôt est noté. L’équipe et les parts sont figées.")
            return redirect("alliances:filing", pk=pk)
    elif form.is_valid():
        form.add_error(None, "Il manque encore des éléments. Envoyez à nouveau pour déposer ainsi.")
    missing: list[tuple[str, str]] = []
    words = ""
    if filed is None:
        names = access.called
        state = state_of(alliance, now=now, names=names)
        found = obstacles(state, Phase.FILED, names)
        found = tuple(each for each in found if each != NO_RECEIPT)
        missing = settled(alliance, found)
        words = in_words(found, papers=papers)
    context = alliance_context(access, "alliances:filing") | {
        "filed": filed,
        "is_late": filed is not None and alliance.is_past(filed.filed_at),
        "missing": missing,
        "lacks": words,
        "papers": papers,
        # Papers that lack stop no offer: whoever files reads which before they type anything, and
        # what was typed meanwhile is kept.
        "asks_first": asks_first and not request.POST,
        "may_file": alliance_access.may_file(access),
        "form": form,
        "arrangement": alliance.terms.arrangement,
    }
    return render(request, "alliances/filing/filing.html", context)


@require_safe
def receipt(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The receipt, to save."""
    access = alliance_access.inside_for(request.user, pk)
    filed = first_or_404(
        Filing.objects.filter(alliance=access.alliance).select_related("receipt"),
        "Rien n’est déposé.",
    )
    return files.download(filed.receipt)


@require_http_methods(["GET", "POST"])
def result(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What the buyer decided, what it teaches, and the way to delivery."""
    access = _access(request, pk)
    alliance = access.alliance
    row, form = _result_form(access, posted(request))
    if form.is_valid():
        with refusals_in(form):
            actions.record_result(
                alliance=alliance,
                is_won=form.cleaned_data["is_won"],
                values=form.values,
                notes=form.cleaned_data["criteria"],
                **by_now(request),
                on=timezone.localdate(),
            )
            messages.success(request, "Le résultat est noté.")
            return redirect("alliances:result", pk=pk)
    return _result_page(request, access, row, form, SignedForm())


def _result_page(
    request: SignedInRequest,
    access: AllianceAccess,
    row: BidResult | None,
    form: ResultForm,
    signed_form: SignedForm,
) -> HttpResponse:
    alliance = access.alliance
    may_file = alliance_access.may_file(access)
    step = alliance.step
    missing: list[tuple[str, str]] = []
    if step is Phase.WON:
        names = access.called
        state = state_of(alliance, now=timezone.now(), names=names)
        found = obstacles(state, Phase.SIGNED, names)
        missing = settled(alliance, (each for each in found if each != NOT_NOTIFIED))
    lesson = None if row is None else lesson_of(alliance, row)
    letter = ""
    if may_file and lesson is not None and not lesson.result.is_won:
        terms = alliance.terms
        unknown = f"[le {terms.arrangement.speaker}]"
        lead = access.called.get(terms.speaker or "", unknown)
        letter = lessons.draft(alliance, lesson, lead, on=timezone.localdate())
    context = alliance_context(access, "alliances:result") | {
        "result": row,
        "lesson": lesson,
        "letter": letter,
        "reasons_days": procedure.reasons_days(on=timezone.localdate()),
        "form": form,
        "may_file": may_file,
        "may_tell": may_file and step in {Phase.FILED, *actions.SETTLED},
        "may_sign": may_file and step is Phase.WON,
        "missing": missing,
        "signed_form": signed_form,
        "has_errors": bool(signed_form.errors),
        "may_hand_over": may_file and step is Phase.SIGNED,
        "endorsements": words_page(access),
        "baseline": getattr(alliance, "baseline", None),
    }
    return render(request, "alliances/filing/result.html", context)


@require_POST
def sign(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The contract is notified."""
    access = alliance_access.filer_for(request.user, pk)
    form = SignedForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.record_signature(
                alliance=access.alliance,
                signed_on=form.cleaned_data["signed_on"],
                **by_now(request),
                on=timezone.localdate(),
            )
            messages.success(request, "Le marché est signé.")
            return redirect("alliances:result", pk=pk)
    return _result_page(request, access, *_result_form(access), form)


@require_POST
def hand_over(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Freeze the table as the base of delivery."""
    access = alliance_access.filer_for(request.user, pk)
    with refusals_as_messages(request):
        actions.hand_over(alliance=access.alliance, **by_now(request))
        messages.success(request, "Le tableau est figé : le suivi des travaux partira de lui.")
    return redirect("alliances:result", pk=pk)


def _access(request: SignedInRequest, pk: uuid.UUID) -> AllianceAccess:
    """Those inside read; whoever files writes."""
    find = alliance_access.filer_for if request.method == "POST" else alliance_access.inside_for
    return find(request.user, pk)


def _result_form(
    access: AllianceAccess, typed: QueryDict | None = None
) -> tuple[BidResult | None, ResultForm]:
    rows = BidResult.objects.filter(alliance=access.alliance)
    row = rows.prefetch_related("notes").first()
    initial: dict[str, Any] = {"announced_on": timezone.localdate()}
    if row is not None:
        notes = write_notes(row.notes.all())
        initial = {"is_won": "oui" if row.is_won else "non", "criteria": notes}
    return row, ResultForm(typed, instance=row, initial=initial)


def _refuse_too_big(sent: Any) -> None:
    """Before its bytes are read at all."""
    if sent.size > files.MOST_BYTES:
        most = files.MOST_BYTES // 1_000_000
        raise ValidationError({"receipt": f"Ce fichier dépasse {most} Mo. Allégez-le."})
