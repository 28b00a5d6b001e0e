from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cordee.base.mail import mailbox
from cordee.base.mail.sandbox import page_of_mail, sandboxed, with_frame

FOLDER = settings.STATE_DIR / "courrier"


@login_not_required
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """The mails this demo has "sent": open to all, like everything in an invented world."""
    return render(request, "mail/list.html", {"mails": mailbox.mails(FOLDER)})


@login_not_required
@with_frame
@require_safe
def mail(request: HttpRequest, key: str) -> HttpResponse:
    found = mailbox.find_message(FOLDER, key)
    if found is None:
        raise Http404
    return render(request, "mail/mail.html", {"mail": found})


@login_not_required
@sandboxed
@require_safe
def mail_page(request: HttpRequest, key: str) -> HttpResponse:
    """Its HTML part, alone."""
    found = mailbox.find_message(FOLDER, key)
    if found is None or not found.html:
        raise Http404
    return page_of_mail(found.html)
