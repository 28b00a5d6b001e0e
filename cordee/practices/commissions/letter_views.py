"""Writing a letter of a network, reading who answered; and answering, by a link."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.answer_links import opened_by_link
from cordee.accounts.requests import SignedInRequest, by_now
from cordee.base.found import number, page_of
from cordee.base.mail import outbox
from cordee.base.ui import french
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in, render_form
from cordee.members.models import Structure
from cordee.mobilisation.campaigns.access import opened_link
from cordee.practices.commissions import letters
from cordee.practices.commissions.forms import DatesForm, HeardDatesForm, LetterForm
from cordee.practices.commissions.tabs import frame_of
from cordee.practices.models import Letter, LetterRecipient
from cordee.rules import clock


@require_safe
def all_letters(request: SignedInRequest, slug: str) -> HttpResponse:
    found, _ = letters.writer_for(request.user, slug)
    rows = letters.letters_for(found).counted().order_by("-sent_at", "-pk")
    page = page_of(request, rows)
    told = french.count(page.paginator.count, "courrier envoyé", "courriers envoyés")
    title = told if page.paginator.count else "Aucun courrier envoyé"
    context = frame_of(found, "letters") | {"title": title, "page": page, "now": timezone.now()}
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
        with refusals_in(form):
            if step == "envoyer":
                ticked = {number(each) or 0 for each in request.POST.getlist("retenues")}
                said: Any = {"structures": ticked, "post": post, **by_now(request)}
                return redirect(letters.send_letter(letter=letter, dates=form.dates, **said))
            where = (form.cleaned_data[name] for name in ("departement", "metier", "question"))
            rows = list(letters.chosen(post, *where, on=timezone.localdate(now)))
            if not rows:
                cure = "Élargissez le lieu ou le métier."
                raise ValidationError(f"Aucun membre ne correspond. {cure}")
            letters.check_letter(letter, form.dates, rows, now)
            context |= _preview(letter, rows)
            context["hidden"] = [(n, v) for n, v in form.data.items() if n in form.fields]
            return render(request, "practices/commissions/letter_preview.html", context)
    return render_form(request, "practices/commissions/letter_write.html", context)


def _preview(letter: Letter, rows: list[Structure]) -> dict[str, Any]:
    """The very mail of the first, and when each may leave."""
    leaves = letters.leaving(letter, rows, now=timezone.now())
    first = LetterRecipient(letter=letter, structure=rows[0])
    subject, text = outbox.preview(letters.TEMPLATE, letters.mail_context(first, None))
    mailed = [(each, leaves[each.pk]) for each in rows if leaves[each.pk]]
    called = [each for each in rows if not leaves[each.pk]]
    told = f"Écrire à {french.count(len(mailed), 'structure')}"
    return {
        "rows": mailed,
        "called": called,
        "title": f"{told}, en appeler {len(called)}\u202f?" if called else f"{told}\u202f?",
        "subject": subject,
        "text": text,
    }


@require_safe
def letter(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Who answered, date by date; whom to call."""
    found, _ = letters.writer_for(request.user, slug)
    row = letters.letter_for(found, pk)
    told = list(row.recipients.select_related("structure"))
    silent = [each for each in told if not each.answered_at]
    answered = len(told) - len(silent)
    asked = french.count(len(told), "structure")
    title = f"{french.count(answered, 'réponse')} sur {len(told)}"
    now, leaves = timezone.now(), row.leaves_at
    may_stop = leaves is not None and leaves > now
    if row.taken_back_at:
        title = "Ce courrier ne part pas"
    elif may_stop and leaves is not None:
        title = f"Part {_soon(leaves, timezone.localdate(now))}"
    elif not row.answer_by:
        title = f"Écrit à {asked}"
    context = frame_of(found, "letters") | {
        "title": title,
        "may_stop": may_stop,
        "letter": row,
        "dates": not row.taken_back_at and row.dates.best_first(),
        "answered": answered,
        "silent": silent,
        "heard": [each for each in told if each.heard_on],
        "called": [each for each in silent if not each.mails_at],
        "is_open": row.closes_at > now,
    }
    return render(request, "practices/commissions/letter.html", context)


def _soon(at: datetime, on: date) -> str:
    """ "demain à 8 h", "le 7 décembre à 8 h": when mails leave."""
    day = timezone.localdate(at)
    told = french.days_left(day, on) if (day - on).days < 2 else f"le {french.day(day, on)}"
    return f"{told} à {clock.hour(at)}"


@require_POST
def keep(request: SignedInRequest, slug: str, pk: int, *, is_kept: bool) -> HttpResponse:
    """Stop a letter that has not left, or send it after all."""
    found, _ = letters.writer_for(request.user, slug)
    row = letters.letter_for(found, pk)
    with refusals_as_messages(request):
        letters.keep_letter(letter=row, is_kept=is_kept, **by_now(request))
    return redirect(row)


@require_http_methods(["GET", "HEAD", "POST"])
def heard(request: SignedInRequest, slug: str, pk: int, key: int) -> HttpResponse:
    """Write down what a structure said of the dates on the telephone, or take it back."""
    found, _ = letters.writer_for(request.user, slug)
    letter = letters.letter_for(found, pk)
    row = letters.heard_for(letter, key)
    if "reprendre" in request.POST:
        letters.withdraw_heard(recipient=row, by=request.user)
        return redirect(letter)
    said = {"heard_on": row.heard_on or timezone.localdate(), "heard_from": row.heard_from}
    form = HeardDatesForm(posted(request), asked=row, initial=said)
    if form.is_valid():
        with refusals_in(form):
            entered = {name: form.cleaned_data[name] for name in said}
            letters.answer_dates(recipient=row, yes=form.yes, **entered, **by_now(request))
            return redirect(letter)
    title = f"La réponse {french.of(row.structure.shown_name)}"
    context = frame_of(found, "letters") | {"title": title, "form": form, "recipient": row}
    return render_form(request, "practices/commissions/heard.html", context)


@opened_by_link
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """On which dates a structure can come: one button sends."""
    now = timezone.now()
    row, person = opened_link(letters.LINKS, letters.asked(), token, now=now)
    form = DatesForm(posted(request), asked=row)
    if form.is_valid():
        with refusals_in(form):
            letters.answer_dates(recipient=row, yes=form.yes, by=person, now=now)
            return redirect(request.path)
    context = {"recipient": row, "letter": row.letter, "form": form}
    context["is_open"] = row.letter.closes_at > now
    return render_form(request, "practices/commissions/answer.html", context)
