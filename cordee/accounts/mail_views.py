"""A person's mails, which sorts the person wants, and stopping one from the mail itself."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts import access, mail_actions, mailing
from cordee.accounts.forms import MailChoicesForm
from cordee.accounts.models import User
from cordee.accounts.requests import SignedInRequest
from cordee.base.mail import server
from cordee.base.mail.models import DeadAddress, OutgoingMail
from cordee.base.mail.sandbox import page_of_mail, sandboxed, with_frame

PAGE_SIZE = 25
STATES = {
    OutgoingMail.State.WAITING: ("inconnu", "À envoyer"),
    OutgoingMail.State.SENT: ("sur", "Envoyé"),
    OutgoingMail.State.FAILED: ("bloque", "Pas parti"),
    OutgoingMail.State.BOUNCED: ("bloque", "Refusé"),
    OutgoingMail.State.BUNDLED: ("sur", "Réuni à un autre"),
}


@require_safe
def my_mails(request: SignedInRequest) -> HttpResponse:
    """What the user gets, and all that was written to them."""
    person = request.user
    rows = access.mails_for(person).defer("text", "html")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": MailChoicesForm(person),
        "always": [kind for kind in mailing.kinds() if not kind.is_optional],
        "page": page,
        "rows": [(mail, label_of(mail.kind), state_of(mail)) for mail in page],
        "keeps_the_house": access.is_operator(person),
        "dead": dead_address_of(person),
        "keep_months": settings.KEEP_MAIL_MONTHS,
    }
    return render(request, "accounts/my_mails.html", context)


@require_POST
def choose_mails(request: SignedInRequest) -> HttpResponse:
    person = request.user
    form = MailChoicesForm(person, request.POST)
    if form.is_valid():
        mail_actions.choose_mails(
            person=person, wanted=form.cleaned_data["sortes"], now=timezone.now()
        )
        messages.success(request, "Vos choix sont gardés.")
    else:
        messages.error(
            request, "Une de ces sortes de courriers n’existe plus. Choisissez à nouveau."
        )
    return redirect("my_mails")


@require_POST
def revive_address(request: SignedInRequest) -> HttpResponse:
    mail_actions.revive_address(person=request.user)
    messages.success(request, "Cordée vous écrit de nouveau à cette adresse.")
    return redirect("my_mails")


@with_frame
@require_safe
def my_mail(request: SignedInRequest, pk: int) -> HttpResponse:
    mail = access.mail_for(request.user, pk)
    context = {"mail": mail, "label": label_of(mail.kind), "state": state_of(mail)}
    return render(request, "accounts/my_mail.html", context)


@sandboxed
@require_safe
def my_mail_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """Its HTML part, alone."""
    mail = access.mail_for(request.user, pk)
    if not mail.html:
        raise Http404("Ce courrier n’a pas de mise en page.")
    return page_of_mail(mail.html)


@login_not_required
@csrf_exempt  # Mail programs press the button themselves (RFC 8058): the signature is the right.
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mail(request: HttpRequest, signed: str) -> HttpResponse:
    """One button. A GET changes nothing, so that scanners of mail stop nothing."""
    stop = mailing.read_stop(signed)
    if stop is None:
        raise Http404("Cette adresse de désabonnement n’est pas entière.")
    is_one_click = request.POST.get("List-Unsubscribe") == "One-Click"
    if request.method == "POST":
        if request.POST.get("encore") and not is_one_click:
            mail_actions.resume_mail(stop=stop)
        else:
            mail_actions.stop_mail(stop=stop, now=timezone.now())
        if is_one_click:
            return HttpResponse("Fait.", content_type="text/plain; charset=utf-8")
        return redirect("stop_mail", signed)
    kind = mailing.kind_of(stop.kind)
    context = {
        "label": label_of(stop.kind),
        "is_optional": kind is None or kind.is_optional,
        "is_stopped": mail_actions.refusals_of(stop).exists(),
        "has_account": stop.person_pk is not None,
    }
    return render(request, "accounts/stop_mail.html", context)


def state_of(mail: OutgoingMail) -> tuple[str, str]:
    """(kind of the state component, its words); without a server, a mail is in a file at best."""
    if mail.state == OutgoingMail.State.SENT and not server.is_set():
        return "inconnu", "Rangé"
    return STATES[OutgoingMail.State(mail.state)]


def label_of(kind: str) -> str:
    found = mailing.kind_of(kind)
    return found.label if found is not None else "Autre courrier"


def dead_address_of(person: User) -> DeadAddress | None:
    return DeadAddress.objects.filter(address=person.email.lower()).first()
