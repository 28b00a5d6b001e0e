"""Writing a letter of a network, reading who answered; and answering, by a link or in Cordée."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts.answer_links import LinkDamaged, LinkExpired, opened_by_link
from cordee.accounts.models import User
from cordee.accounts.requests import SignedInRequest
from cordee.base.found import number, page_of
from cordee.base.mail import outbox
from cordee.base.ui import french
from cordee.base.ui.fields import DayField, MomentField, RadioField
from cordee.base.ui.forms import posted, refusals_in, render_form
from cordee.members.models import Department, Structure
from cordee.members.models.capacity import TRADE_CHOICES
from cordee.mobilisation.campaigns.access import RelayPost
from cordee.practices.commissions import letters
from cordee.practices.commissions.forms import NearForm
from cordee.practices.commissions.tabs import frame_of
from cordee.practices.models import Letter, LetterRecipient

DATES = [f"date_{n}" for n in range(1, letters.MOST_DATES + 1)]


class LetterForm(NearForm):
    """The words, the dates, and to whom."""

    answer_by = DayField(label="Réponse attendue avant la fin du", required=False)
    departement = forms.ModelChoiceField(
        Department.objects.all(),
        label="À qui\u00a0: département",
        required=False,
        empty_label="tous",
    )
    metier = forms.ChoiceField(
        label="Métier", choices=[("", "tous"), *TRADE_CHOICES], required=False
    )
    question = forms.ChoiceField(label="Qui a répondu à", required=False)
    field_order = (
        *("subject", "message", "departement", "metier", "question", *DATES),
        *("answer_by", "commission"),
    )
    free_texts = ("message",)

    class Meta:
        model = Letter
        fields = ("subject", "message", "commission", "answer_by")
        widgets = {"message": forms.Textarea(attrs={"rows": 6})}
        help_texts = {"message": "Vos mots, sans bonjour\u00a0: Cordée l’écrit déjà."}

    def __init__(self, *args: Any, post: RelayPost, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["commission"].queryset = post.network.commissions.in_force()
        fields["commission"].empty_label = "aucune"
        sources = letters.sources_of(post.network)
        fields["question"].choices = [("", "peu importe"), *sources]
        for n, name in enumerate(DATES, start=1):
            fields[name] = MomentField(label=f"Date proposée {n}", required=False)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        now = timezone.now()
        for name in DATES:
            if (day := cleaned.get(name)) and day <= now:
                self.add_error(name, "Cette date est passée. Choisissez-en une à venir.")
        return cleaned

    @property
    def dates(self) -> list[datetime]:
        return [day for name in DATES if (day := self.cleaned_data.get(name))]


@require_safe
def all_letters(request: SignedInRequest, slug: str) -> HttpResponse:
    found, _ = letters.writer_for(request.user, slug)
    rows = Letter.objects.filter(network=found.network).counted().order_by("-sent_at", "-pk")
    page = page_of(request, rows)
    told = french.count(page.paginator.count, "courrier envoyé", "courriers envoyés")
    title = told if page.paginator.count else "Aucun courrier envoyé"
    context = frame_of(found, "letters") | {"title": title, "page": page}
    return render(request, "practices/commissions/letters.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: SignedInRequest, slug: str) -> HttpResponse:
    """Write, read the very mail and to whom it goes, send: one page, whose last button sends."""
    found, post = letters.writer_for(request.user, slug)
    letter, now = Letter(network=found.network), timezone.now()
    form = LetterForm(posted(request), instance=letter, post=post)
    context = frame_of(found, "letters") | {"form": form, "title": "Écrire aux membres"}
    step = request.POST.get("suite", "")
    if form.is_valid() and step != "changer":
        rows = list(_chosen(post, form, now))
        ticked = {number(each) for each in request.POST.getlist("retenues")}
        sent = [each.pk for each in rows if step == "relire" or each.pk in ticked]
        with refusals_in(form):
            if step == "envoyer":
                said: Any = {"structures": sent, "post": post, "by": request.user, "now": now}
                kept = letters.send_letter(letter=letter, dates=form.dates, **said)
                return redirect("practices:letter", slug, kept.pk)
            context |= _preview(form, letter, rows, sent, now)
            return render(request, "practices/commissions/letter_preview.html", context)
    return render_form(request, "practices/commissions/letter_write.html", context)


def _chosen(post: RelayPost, form: LetterForm, now: datetime) -> Any:
    said = form.cleaned_data
    where = said["departement"], said["metier"], said["question"]
    return letters.chosen(post, *where, on=timezone.localdate(now))[: letters.MOST + 1]


def _preview(
    form: LetterForm, letter: Letter, rows: list[Structure], ticked: list[int], now: datetime
) -> dict[str, Any]:
    """Raises ValidationError where nobody is found, or too many."""
    if not rows:
        raise ValidationError("Aucun membre ne correspond. Élargissez le lieu ou le métier.")
    if len(rows) > letters.MOST:
        raise ValidationError(
            f"Plus de {letters.MOST} membres\u00a0: resserrez le lieu ou le métier."
        )
    letters.check_dates(letter, form.dates, now)
    leaves = letters.leaving(letter, rows, now=now)
    seen = letters.mail_context(LetterRecipient(letter=letter, structure=rows[0]), None)
    drawn = outbox.draw(letters.TEMPLATE, {**seen, "why": "", "unsubscribe_url": ""})
    return {
        "hidden": [(n, v) for n, v in form.data.items() if n in form.fields],
        "rows": [(each, each.pk in ticked, leaves[each.pk]) for each in rows],
        "title": f"Écrire à {french.count(len(rows), 'structure', 'structures')}\u202f?",
        "subject": drawn[0],
        "text": drawn[1].rstrip().removesuffix("--").rstrip(),
    }


@require_safe
def letter(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Who answered, date by date; whom to call."""
    found, _ = letters.writer_for(request.user, slug)
    row = letters.letter_for(found, pk)
    told = list(row.recipients.select_related("structure"))
    answered = [each for each in told if each.answered_at]
    yes = Count("answers", filter=Q(answers__is_yes=True))
    asked = french.count(len(told), "structure", "structures")
    context = frame_of(found, "letters") | {
        "title": f"Écrit à {asked}",
        "letter": row,
        "dates": row.dates.annotate(yes=yes).order_by("-yes", "begins_at"),
        "answered": len(answered),
        "asked": len(told),
        "silent": [each for each in told if not each.answered_at],
        "is_open": row.closes_at > timezone.now(),
    }
    if row.answer_by:
        context["title"] = f"{french.count(len(answered), 'réponse')} sur {len(told)}"
    return render(request, "practices/commissions/letter.html", context)


@opened_by_link
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a link: one button sends."""
    try:
        row, person = letters.opened_by(token, now=timezone.now())
    except LinkDamaged:
        return render(request, "mobilisation/link_damaged.html", status=404)
    except LinkExpired:
        return render(request, "mobilisation/link_expired.html", status=410)
    here = reverse("practices:letter_answer", args=[token])
    return _answered(request, row, person, here, is_link=True)


@require_http_methods(["GET", "HEAD", "POST"])
def own_answer(request: SignedInRequest, slug: str, letter: int, pk: int) -> HttpResponse:
    """The same, for a director who is signed in."""
    row = letters.asked_for(request.user, slug, letter, pk)
    here = reverse("practices:answer_letter", args=[slug, letter, pk])
    return _answered(request, row, request.user, here, is_link=False)


class DatesForm(forms.Form):
    """Yes or no for each date."""

    def __init__(self, *args: Any, dates: Sequence[Any], said: dict[int, bool], **kwargs: Any):
        super().__init__(*args, **kwargs)
        for each in dates:
            field = RadioField(label=str(each), choices=[("oui", "Oui"), ("non", "Non")])
            if each.pk in said:
                field.initial = "oui" if said[each.pk] else "non"
            self.fields[f"date-{each.pk}"] = field


def _answered(
    request: HttpRequest, row: LetterRecipient, person: User, here: str, *, is_link: bool
) -> HttpResponse:
    dates, now = list(row.letter.dates.all()), timezone.now()
    said = dict(row.answers.values_list("date", "is_yes"))
    form = DatesForm(posted(request), dates=dates, said=said)
    if dates and form.is_valid():
        yes = [each.pk for each in dates if form.cleaned_data[f"date-{each.pk}"] == "oui"]
        with refusals_in(form):
            letters.answer_dates(recipient=row, yes=yes, by=person, now=now)
            return redirect(here)
    context = {
        "recipient": row,
        "letter": row.letter,
        "here": here,
        "form": form if dates else None,
        "is_open": bool(dates) and row.letter.closes_at > now,
        "is_link": is_link,
    }
    return render(
        request, "practices/commissions/answer.html", context, status=422 if form.errors else 200
    )
